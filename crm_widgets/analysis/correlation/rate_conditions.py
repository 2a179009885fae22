"""The levels of which a target's rate is listed, as conditions, and which of them hold."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from ...data.gestures import Gesture
from ...data.vocabulary.clauses import Interval, Predicate, Values
from .target_rates import TargetRates

MOST = 30
"""Rows that are listed, names of columns included."""


def listed_rates(target: TargetRates) -> pd.DataFrame:
    """The levels of as many of the strongest columns as there is room for."""
    sizes = target.rates.groupby("column", sort=False).size() + 1
    fitting = sizes.index[sizes.cumsum() <= MOST]
    first = target.ranking["column"].iloc[:1]
    return target.rates[target.rates["column"].isin([*fitting, *first])].head(2 * MOST)


def rate_condition(rate: Mapping[Hashable, Any], fields: Mapping[str, str]) -> Predicate:
    """The condition that a level of a column is; ``fields`` are those behind columns."""
    field = fields.get(str(rate["column"]), str(rate["column"]))
    if rate["part"] == "bin":
        return Interval(field, rate["lo"], rate["hi"], bool(rate["closed"]))
    return Values(field, (None if rate["part"] == "missing" else rate["level"],))


def holds(one: Predicate, level: Predicate) -> bool:
    """Whether who meets the condition of a level meets another condition, too."""
    if isinstance(one, Values) and isinstance(level, Values):
        return one.field == level.field and level.values[0] in one.values
    if isinstance(one, Interval) and isinstance(level, Interval):
        return one.field == level.field and one.lo <= level.lo and level.hi <= one.hi
    return False


def fits_levels(levels: Sequence[Predicate]) -> Callable[[Sequence[Gesture]], bool]:
    """Whether conditions are made up of these levels; what was not picked here, of nothing else."""

    def fits(gestures: Sequence[Gesture]) -> bool:
        return bool(gestures) and all(
            _made_up(clause.predicate, levels, exactly=not gesture.source)
            for gesture in gestures
            for clause in gesture.clauses
        )

    return fits


def _made_up(condition: Predicate, levels: Sequence[Predicate], *, exactly: bool) -> bool:
    """Whether a condition is made up of levels; ``exactly``: of whole ones only."""
    held = [level for level in levels if holds(condition, level)]
    if not held or not exactly:
        return bool(held)
    if isinstance(condition, Values):
        return len(held) == len(condition.values)
    bins = sorted((one for one in held if isinstance(one, Interval)), key=lambda one: one.lo)
    touching = all(one.hi == following.lo for one, following in pairwise(bins))
    ends = isinstance(condition, Interval) and (bins[0].lo, bins[-1].hi) == (
        condition.lo, condition.hi,
    )  # fmt: skip
    return touching and ends
