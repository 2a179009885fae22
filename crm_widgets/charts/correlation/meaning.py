"""What is brushed in a pair, or picked of the target's rates, as conditions, and back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ...analysis.correlation.rate_conditions import fits_levels, holds
from ...data.gestures import Gesture, fields_of
from ...data.vocabulary.clauses import Box, Clause, Interval, Predicate, Values
from ..field_meaning import FieldMeaning
from ..meaning import Marked
from .scene import CorrelationScene
from .target_rates import KEY, rate_predicates


@dataclass(frozen=True)
class PairMeaning:
    """Conditions on two columns; numbers that came as text are conditions on what was read.

    Parameters
    ----------
    fields
        The fields of the view, in their table.
    scene
        What is drawn.
    read_from_text
        Fields whose numbers came as text.
    """

    fields: FieldMeaning
    scene: CorrelationScene
    read_from_text: frozenset[str]

    def fits(self, gestures: Sequence[Gesture]) -> bool:
        """Whether these are conditions on the two columns."""
        return self.fields.fits(gestures)

    def clauses(self, predicates: Sequence[Predicate]) -> tuple[Clause, ...] | None:
        """A condition each, open where more lies beyond the picture."""
        return _placed([with_tail(p, self.scene) for p in predicates], self.fields,
                       self.read_from_text)  # fmt: skip

    def marked(self, gestures: Sequence[Gesture]) -> Marked:
        """The brush and the picks."""
        return self.fields.marked(gestures)

    def values(self, field: str) -> Iterable[Any]:
        """Those that the table has."""
        return self.fields.values(field)


@dataclass(frozen=True)
class RatesMeaning:
    """Levels of columns, by the keys of their rows."""

    fields: FieldMeaning
    scene: CorrelationScene
    read_from_text: frozenset[str]

    @property
    def _levels(self) -> dict[str, Predicate]:
        return rate_predicates(self.scene)

    def fits(self, gestures: Sequence[Gesture]) -> bool:
        """Whether these are levels that are listed."""
        return fits_levels(list(self._levels.values()))(gestures)

    def clauses(self, predicates: Sequence[Predicate]) -> tuple[Clause, ...] | None:
        """A condition a column: any of its levels, or one stretch of its bins."""
        return _placed(merged(predicates, self._levels), self.fields, self.read_from_text)

    def marked(self, gestures: Sequence[Gesture]) -> Marked:
        """The rows of the levels."""
        return Marked(values={KEY: list(keys_of(gestures, self._levels))})

    def values(self, field: str) -> Iterable[Any]:
        """The keys of the rows that are listed."""
        return list(self._levels)


def _placed(
    predicates: Sequence[Predicate], fields: FieldMeaning, read_from_text: frozenset[str]
) -> tuple[Clause, ...] | None:
    found: list[Clause] = []
    for predicate in predicates:
        if read_from_text & set(fields_of(predicate)):
            found.append(Clause(predicate, "derived"))
        else:
            found += fields.clauses([predicate]) or ()
    return tuple(found) if predicates and len(found) == len(predicates) else None


def keys_of(gestures: Sequence[Gesture], known: Mapping[str, Predicate]) -> tuple[str, ...]:
    """The keys of the levels that gestures select."""
    said = [clause.predicate for gesture in gestures for clause in gesture.clauses]
    return tuple(key for key, level in known.items() if any(holds(one, level) for one in said))


def merged(picked: Sequence[Predicate], known: Mapping[str, Predicate]) -> tuple[Predicate, ...]:
    """A condition a column from picked keys: any of its levels, or one stretch of its bins.

    None at all if a key is not shown, or bins are picked that do not touch.
    """
    keys = [key for one in picked if isinstance(one, Values) for key in one.values]
    if not keys or not all(key in known for key in keys):
        return ()
    by_field: dict[str, list[Predicate]] = {}
    for key in keys:
        predicate = known[str(key)]
        by_field.setdefault(fields_of(predicate)[0], []).append(predicate)
    found = [_together(field, parts) for field, parts in by_field.items()]
    whole = tuple(one for one in found if one is not None)
    return whole if len(whole) == len(found) else ()


def _together(field: str, parts: list[Predicate]) -> Predicate | None:
    bins = sorted((p for p in parts if isinstance(p, Interval)), key=lambda p: p.lo)
    if not bins:
        return Values(field, tuple(v for p in parts if isinstance(p, Values) for v in p.values))
    touching = all(a.hi == b.lo for a, b in pairwise(bins))
    if len(bins) < len(parts) or not touching:
        return None
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
