"""What all views of cohorts share: the cohorts, the two compared, their words and charts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...data.machine.result_cache import ResultCache
from ...errors import CrmError
from ..theme import GROUPS
from . import names as names

if TYPE_CHECKING:
    from ...analysis.cohorts.build import Cohorts
    from ...analysis.cohorts.compare import CohortComparison
    from ...analysis.cohorts.decomposition import Explanation
    from ...analysis.cohorts.find import Chosen, CohortFindings
    from ...analysis.cohorts.survival import Survival
    from ...data.vocabulary.notes import Note

SIDE_COLORS = (GROUPS[0], GROUPS[5])
"""Colours of A and B, the same in every view."""
OTHER = "#9aa1a9"
"""Cohorts that are not compared."""
MOST_CHARTS = 128
"""Charts that are cached."""
MOST_AGES = 104
"""Ages drawn; later ones are in the result."""


@dataclass(frozen=True)
class Who:
    """One side of a comparison.

    ``name`` is what charts call it, ``said`` what a sentence does; ``labels`` are its cohorts, if
    it is made of whole ones.
    """

    name: str
    said: str
    labels: tuple[Hashable, ...] = ()

    @property
    def inside(self) -> str:
        """The name inside a sentence."""
        return self.name if self.labels else self.said


@dataclass(frozen=True)
class Pair:
    """Two sides, and what is known of how they differ; errors stand in the place of results."""

    a: Who
    b: Who
    comparison: CohortComparison | None = None
    explanation: Explanation | None = None
    survival: Survival | None = None
    at_risk: pd.DataFrame | None = None
    """``side``, ``day`` and ``at_risk``, for the days below the curves of survival."""
    lines: Cohorts | None = None
    """Both sides as cohorts of their own, where they are not made of whole cohorts."""
    problems: Mapping[str, CrmError] = field(default_factory=dict)
    """By view, why it cannot be drawn."""


FEW = 2
"""Cohorts of a side that are named one by one."""


def pair_of(found: CohortFindings, names_of: Mapping[Hashable, str]) -> Pair:
    """The two sides of findings, with what they are called."""
    a, b = (_who(side, letter, names_of) for side, letter in ((found.a, "A"), (found.b, "B")))
    if a.labels and b.labels:
        a, b = (
            Who(one.name, names.spoken(one.labels, other.labels) or one.name, one.labels)
            for one, other in ((a, b), (b, a))
        )
    return Pair(
        a, b, found.comparison, found.explanation, found.survival, found.at_risk, found.lines,
        found.problems,
    )  # fmt: skip


def _who(side: Chosen, letter: str, names_of: Mapping[Hashable, str]) -> Who:
    if side.kind in ("selection", "rest"):
        return Who(text.say(f"cohorts.{side.kind}"), text.say(f"cohorts.the_{side.kind}"))
    if side.kind != "cohorts":
        return Who(side.group or letter, side.group or letter)
    named = [names_of.get(label, str(label)) for label in side.labels]
    name = " + ".join(named[:FEW])
    if len(named) > FEW:
        name = text.say("cohorts.several", first=named[0], last=named[-1], n=len(named))
    return Who(name, name, side.labels)


@dataclass(frozen=True)
class CohortScene:
    """Cohorts ready to be drawn.

    Parameters
    ----------
    whole
        The cohorts of all customers: rows and axes come from them, and stay. What few customers
        make is taken out of them, and of those shown.
    shown
        Those of the customers that others selected; None if none of these ever bought.
    names
        What each cohort is called.
    pair
        The two sides.
    window
        Age of the window that the sentence speaks of, or None: the one half a year in.
    money_unit, min_cell
        Unit written before amounts; customers below which nothing is shown.
    dated
        Whether cohorts are periods of the first purchase.
    notes
        What must be said of the data.
    """

    whole: Cohorts
    shown: Cohorts | None
    names: Mapping[Hashable, str]
    pair: Pair
    window: int | None = None
    money_unit: str = ""
    min_cell: int = 10
    dated: bool = True
    notes: tuple[Note, ...] = ()
    _charts: ResultCache = field(default_factory=lambda: ResultCache(MOST_CHARTS), repr=False)

    @property
    def measure(self) -> str:
        """The measure drawn."""
        return self.whole.measure

    @property
    def ages(self) -> int:
        """Ages drawn."""
        return min(MOST_AGES, int(self.whole.cells["age"].max()) + 1)

    @property
    def total(self) -> int | None:
        """Customers of all cohorts shown; None if they are too few to say so."""
        n = 0 if self.shown is None else int((self.shown.frame.codes >= 0).sum())
        return None if 0 < n < self.min_cell else n

    @property
    def nothing(self) -> str:
        """Why no number is shown: there is none yet, or too few customers make them."""
        cells = self.whole.cells if self.shown is None else self.shown.cells
        later = cells[cells["complete"] & (cells["age"] >= self.first_age)]
        if len(later) and not later["shown"].any():
            return text.say("cohorts.too_few", n=self.min_cell)
        return text.say("triangle.nothing", measure=self.measure_name)

    @property
    def first_age(self) -> int:
        """The first age on the colour scale: everybody bought at age 0."""
        return 0 if self.whole.landmark is not None else 1

    def chart(
        self, key: tuple[Hashable, ...], make: Callable[[], alt.TopLevelMixin]
    ) -> alt.TopLevelMixin:
        """A chart, made once for what its structure depends on: a selection changes rows only."""
        return self._charts.get_or_compute((*key, text.locale()), make)

    def say(self, value: float, *, sign: bool = False) -> str:
        """A value of the measure."""
        return names.number(self.measure, value, self.money_unit, sign=sign)

    @property
    def measure_name(self) -> str:
        """What the measure is called."""
        return self.name_of(self.measure)

    @staticmethod
    def name_of(measure: str) -> str:
        """What a measure is called."""
        return text.say(f"knob.cohort_measure.{measure}")

    def age_name(self, age: int) -> str:
        """An age in words, such as "month 3"."""
        if self.whole.window_days is not None:
            length = self.whole.window_days
            first = age * length + 1 if age or self.whole.landmark else 0
            return names.window_name(first, (age + 1) * length)
        return text.say(f"cohorts.age_{self.whole.period}", age=age)

    def in_sentence(self, age: int) -> str:
        """The same, not at the start of a sentence."""
        return self.inside(self.age_name(age))

    @staticmethod
    def inside(name: str) -> str:
        """A name as it stands inside a sentence."""
        return name[:1].lower() + name[1:]

    def side_of(self, label: Hashable) -> str:
        """On which side a cohort is: "a", "b", or none."""
        if label in self.pair.a.labels:
            return "a"
        return "b" if label in self.pair.b.labels else ""

    def sure_cells(self) -> pd.DataFrame:
        """Cells that colours may rest on."""
        shown = self.whole if self.shown is None else self.shown
        cells = shown.cells
        keep = cells["complete"] & ~cells["cohort"].isin(shown.earlier) & cells["shown"]
        keep &= (cells["age"] >= self.first_age) & (cells["age"] < self.ages)
        found: pd.DataFrame = cells[keep & np.isfinite(cells["value"])]
        return found


def problem_words(error: CrmError) -> str:
    """The sentence of an error."""
    key = f"error.{error.key}"
    return text.say(key, **error.values) if text.has(key) else str(error)
