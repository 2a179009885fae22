"""What is picked on a heatmap as conditions: bins of a pair, and levels of the target's bars."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from ...charts.correlation.scene import CorrelationScene
from ...data.gestures import Gesture, fields_of
from ...data.vocabulary.clauses import Box, Interval, Predicate, Values
from ..computing.lock import RefusedError


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


def with_tail(predicate: Predicate, scene: CorrelationScene) -> Predicate:
    """A stretch of bins that ends at the edge of the picture is open there, if more lies beyond."""
    if isinstance(predicate, Box):
        x, y = (with_tail(part, scene) for part in (predicate.x, predicate.y))
        assert isinstance(x, Interval)
        assert isinstance(y, Interval)
        return Box(x, y)
    pair = scene.whole
    if not isinstance(predicate, Interval) or pair is None:
        return predicate
    for column, edges, (below, above) in (
        (pair.a, pair.edges_a, pair.beyond_a), (pair.b, pair.edges_b, pair.beyond_b),
    ):  # fmt: skip
        if edges and scene.field(column) == predicate.field:
            if below and predicate.lo <= edges[0]:
                predicate = replace(predicate, lo=-math.inf)
            if above and predicate.hi >= edges[-1]:
                predicate = replace(predicate, hi=math.inf, closed=False)
    return predicate


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
