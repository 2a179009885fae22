"""What cohorts, windows and sides are called where they are drawn, and what can be chosen there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ... import text
from ...analysis.cohorts.customers import COHORT, activity_of
from ...analysis.cohorts.find import REST, SELECTION
from ..controls import Option
from ..drawing import Choices
from ..wording import Wording, plain_level
from .names import window_name
from .scene import CohortScene


def cohort_wording(scene: CohortScene, usual: Wording, total: int) -> Wording:
    """Cohorts by their names; the size of a group may be one that is withheld.

    Parameters
    ----------
    scene
        What is drawn.
    usual
        How the columns of the log are called.
    total
        Customers of the log.
    """
    least = scene.min_cell

    def label(field: str) -> str:
        found = activity_of(field)
        if found is None:
            return text.say("feature.cohort") if field == COHORT else usual.label(field)
        period, first, last = found
        if first == last:
            return text.say(f"cohorts.age_{period}", age=first)
        return text.say(f"cohorts.ages_{period}", first=first, last=last)

    def level(field: str, value: Any) -> str:
        if field == COHORT:
            return scene.names.get(value, str(value))
        if activity_of(field):
            return text.say("cohorts.bought" if value else "cohorts.not_bought")
        return plain_level(field, value)

    def may_count(n: int) -> bool:
        return n >= least and not 0 < total - n < least

    return replace(usual, label=label, level=level, may_count=may_count)


def cohort_choices(
    scene: CohortScene, groups: tuple[Option, ...], *, dated: bool
) -> Mapping[str, Choices]:
    """The sides, the windows, and whether a landmark can be set.

    Parameters
    ----------
    scene
        What is drawn.
    groups
        Groups that can be compared.
    dated
        Whether a landmark is asked for in any case.
    """
    cohorts = [Option(str(label), name) for label, name in scene.names.items()]
    taken = {option.value for option in cohorts}
    special = [
        Option(key, text.say(f"cohorts.{key}"), text.say(f"cohorts.{key}.hint"))
        for key in (SELECTION, REST)
        if key not in taken
    ]
    sides = (*cohorts, *groups, *special)
    found = scene.pair.comparison
    behaviour = found is not None and any(n.key == "same_period_behaviour" for n in found.notes)
    return {
        "a": Choices(options=sides, placeholder=scene.pair.a.name),
        "b": Choices(options=sides, placeholder=scene.pair.b.name),
        "window": Choices(options=_windows(scene)),
        "landmark": Choices(shown=dated or behaviour),
    }


def _windows(scene: CohortScene) -> tuple[Option, ...]:
    found = scene.pair.comparison
    if found is None:
        return ()
    table = found.windows
    if found.landmark is None:
        table = table[table["age"] > 0]
    days = zip(table["age"], table["first_day"], table["last_day"], strict=True)
    return tuple(Option(int(age), window_name(int(lo), int(hi))) for age, lo, hi in days)
