"""Levels picked among the bars of the target, as conditions and back."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from ..data.clauses import Interval, Predicate, Values
from .door import RefusedError
from .scope import Gesture, fields_of


def merged(picked: tuple[Predicate, ...], known: Mapping[str, Predicate]) -> tuple[Predicate, ...]:
    """A condition a column from picked keys: any of its levels, or one stretch of its bins.

    Raises
    ------
    RefusedError
        If a key is not shown, or bins are picked that do not touch.
    """
    keys = [key for one in picked if isinstance(one, Values) for key in one.values]
    if not keys or not all(key in known for key in keys):
        raise RefusedError("a level that is not shown")
    by_field: dict[str, list[Predicate]] = {}
    for key in keys:
        predicate = known[str(key)]
        by_field.setdefault(fields_of(predicate)[0], []).append(predicate)
    return tuple(_together(field, parts) for field, parts in by_field.items())


def _together(field: str, parts: list[Predicate]) -> Predicate:
    bins = sorted((p for p in parts if isinstance(p, Interval)), key=lambda p: p.lo)
    if not bins:
        return Values(field, tuple(v for p in parts if isinstance(p, Values) for v in p.values))
    touching = all(a.hi == b.lo for a, b in pairwise(bins))
    if len(bins) < len(parts) or not touching:
        raise RefusedError("bins that are no interval")
    return Interval(field, bins[0].lo, bins[-1].hi, bins[-1].closed)


def keys_of(gesture: Gesture, known: Mapping[str, Predicate]) -> tuple[str, ...]:
    """The keys of the levels that a gesture selects."""
    said = [clause.predicate for clause in gesture.clauses]
    return tuple(key for key, level in known.items() if any(_holds(one, level) for one in said))


def _holds(one: Predicate, level: Predicate) -> bool:
    if isinstance(one, Values) and isinstance(level, Values):
        return one.field == level.field and level.values[0] in one.values
    if isinstance(one, Interval) and isinstance(level, Interval):
        return one.field == level.field and one.lo <= level.lo and level.hi <= one.hi
    return False
