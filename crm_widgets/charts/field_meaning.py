"""What a brush or a pick means where a view does not say: conditions on the fields it names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.gestures import Gesture
from ..data.placing import place
from ..data.scope import Data, Known
from ..data.vocabulary.clauses import Box, Clause, Interval, Predicate, Values
from .meaning import Marked
from .view import Dim, View


@dataclass(frozen=True)
class FieldMeaning:
    """The fields of a view, in the space that the table or the result has them in."""

    view: View
    data: Data
    known: Known | None

    def fits(self, gestures: Sequence[Gesture]) -> bool:
        """Whether these conditions are on exactly the brushed fields, or values of picked ones."""
        return self.view.by_fields(gestures)

    def clauses(self, predicates: Sequence[Predicate]) -> tuple[Clause, ...] | None:
        """A condition each; None if one is on a field that nobody has."""
        found = [place(predicate, self.data, self.known) for predicate in predicates]
        placed = tuple(clause for clause in found if clause is not None)
        return placed if len(placed) == len(found) else None

    def marked(self, gestures: Sequence[Gesture]) -> Marked:
        """The brush and the picks; none if an end lies beyond the drawing."""
        dims = {dim.key: dim for dim in self.view.dims}
        intervals: dict[str, list[float]] = {}
        values: dict[str, list[Any]] = {}
        for clause in (clause for gesture in gestures for clause in gesture.clauses):
            match clause.predicate:
                case Box(x, y):
                    intervals |= {part.field: _ends(part, dims.get(part.field)) for part in (x, y)}
                case Interval() as part:
                    intervals[part.field] = _ends(part, dims.get(part.field))
                case Values(field, some):
                    dim = dims.get(field)
                    as_text = dim is not None and dim.levels is not None
                    values[field] = [str(v) if as_text else as_json(v) for v in some]
        if not all(math.isfinite(end) for ends in intervals.values() for end in ends):
            return Marked()
        return Marked(intervals or None, values or None)

    def values(self, field: str) -> Iterable[Any]:
        """Those that the result or the table has, also whole numbers that only the axis has."""
        found: list[Any] = [None]
        for table in (None if self.known is None else self.known.table, self.data.table):
            if table is not None and field in table.kinds:
                found += list(table.distinct(field))
        dims = {dim.key: dim for dim in self.view.dims}
        return [*_scores(dims.get(field), found), *found]


def as_json(value: Any) -> Any:
    """A value as JSON."""
    plain = value.item() if isinstance(value, np.generic) else value
    return plain if plain is None or type(plain) in (bool, int, float, str) else str(plain)


def _ends(interval: Interval, dim: Dim | None) -> list[float]:
    """The ends, an open one at the edge of the drawing."""
    lo, hi = interval.lo, interval.hi
    if dim is not None and dim.edges:
        lo = dim.edges[0] if lo == -math.inf else lo
        hi = dim.edges[-1] if hi == math.inf else hi
    return [lo, hi]


def _scores(dim: Dim | None, known: Iterable[Any]) -> list[int]:
    """The whole numbers that a view has a place for, also those that nobody has."""
    whole = {type(value) for value in known if value is not None} == {int}
    if dim is None or dim.levels is None or not whole:
        return []
    return [int(level) for level in dim.levels if level.isdecimal()]
