"""Clauses and bins as narwhals expressions: every value is a literal, none is text of a query."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np

from ...errors import InputError
from ..vocabulary.clauses import Box, Interval, Predicate, Values
from ..vocabulary.table import Dim, Edges, Kind

Field: TypeAlias = Callable[[str], tuple[nw.Expr, Kind]]
"""The expression and the kind of a column."""

EPOCH = dt.datetime(1970, 1, 1)
_FIRST, _LAST = dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)
_SPAN = ((_FIRST - EPOCH).total_seconds() * 1000, (_LAST - EPOCH).total_seconds() * 1000)


def finite(column: nw.Expr) -> nw.Expr:
    """A number column as floats, without what is missing or infinite."""
    whole = column.cast(nw.Float64)
    return nw.when(whole.is_finite()).then(whole)


def number(field: Field, name: str) -> nw.Expr:
    """A column as floats; what is missing or infinite is null.

    Raises
    ------
    InputError
        If the column holds categories, or times, which an engine keeps as times.
    """
    column, kind = field(name)
    if kind == "bool":
        return column.cast(nw.Int32).cast(nw.Float64)
    if kind != "number":
        raise InputError("not_a_number", column=name)
    return finite(column)


def moment(ms: float) -> dt.datetime:
    """The time of epoch milliseconds, within the years that there are."""
    inside = min(max(ms, _SPAN[0]), _SPAN[1])
    return EPOCH + dt.timedelta(milliseconds=inside)


def holds(predicate: Predicate, field: Field) -> nw.Expr:
    """Whether a row satisfies a predicate other than a group of customers; never null."""
    if isinstance(predicate, Box):
        return holds(predicate.x, field) & holds(predicate.y, field)
    if isinstance(predicate, Interval):
        return _within(predicate, field)
    assert isinstance(predicate, Values)
    return _among(predicate, field)


def _within(interval: Interval, field: Field) -> nw.Expr:
    column, kind = field(interval.field)
    time = kind == "time"
    values = column if time else number(field, interval.field)
    found = ~values.is_null()
    if math.isnan(interval.lo) or math.isnan(interval.hi):
        return found & ~found
    if interval.lo > -math.inf:
        lo: Any = moment(interval.lo) if time else interval.lo
        found &= values >= nw.lit(lo)
    if interval.hi < math.inf:
        hi: Any = moment(interval.hi) if time else interval.hi
        found &= values <= nw.lit(hi) if interval.closed else values < nw.lit(hi)
    return nw.when(found).then(nw.lit(True)).otherwise(nw.lit(False))


def _among(wanted: Values, field: Field) -> nw.Expr:
    column, kind = field(wanted.field)
    values = [plain(value, kind) for value in wanted.values]
    there = list(dict.fromkeys(value for value in values if value is not None))
    absent = column.is_null()
    if kind == "number":
        absent = absent | ~column.cast(nw.Float64).is_finite()
    found = absent if None in wanted.values else absent & ~absent
    whole = [value for value in there if not isinstance(value, float)]
    for some in (whole, [value for value in there if isinstance(value, float)]):
        if some:
            found = found | column.is_in(some)
    return nw.when(found).then(nw.lit(True)).otherwise(nw.lit(False))


def plain(value: Any, kind: Kind) -> Any:
    """A value of a clause as a column of this kind may hold it; None if it cannot."""
    if isinstance(value, np.generic):
        value = value.item()
    if kind == "bool":
        return bool(value) if value in (True, False) else None
    if kind == "category":
        return value if isinstance(value, str) else None
    if isinstance(value, bool | str) or value is None:
        return None
    if kind == "time":
        if isinstance(value, dt.datetime):
            return value.replace(tzinfo=None)
        if isinstance(value, dt.date):
            return dt.datetime(value.year, value.month, value.day)
        return moment(value) if isinstance(value, int | float) and math.isfinite(value) else None
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def together(conditions: Sequence[nw.Expr]) -> nw.Expr | None:
    """All conditions at once; None if there is none."""
    return reduce(lambda one, two: one & two, conditions) if conditions else None


def bin_of(dim: Dim, field: Field) -> tuple[nw.Expr, int]:
    """Bin of each row (null: none) and the number of bins, as ``ArrayTable.counts`` has them."""
    if not isinstance(dim, Edges):
        return _level_bin(dim.column, dim.levels, dim.other, field)
    edges = np.asarray(dim.edges, np.float64)
    if edges.size < 2 or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise InputError("bad_edges", column=dim.column)
    column, kind = field(dim.column)
    values = column if kind == "time" else number(field, dim.column)
    ends: list[Any] = [moment(e) if kind == "time" else e for e in edges.tolist()]
    above = reduce(
        lambda one, two: one + two, [(values >= nw.lit(end)).cast(nw.Int32) for end in ends]
    )
    bins = len(ends) - 1
    place = nw.when(values == nw.lit(ends[-1])).then(nw.lit(bins)).otherwise(above)
    if dim.overflow:
        return nw.when(~values.is_null()).then(place), bins + 2
    inside = (place >= 1) & (values <= nw.lit(ends[-1]))
    return nw.when(inside).then(place - 1), bins


def _level_bin(name: str, levels: Sequence[Any], other: bool, field: Field) -> tuple[nw.Expr, int]:
    if len(set(levels)) != len(levels):
        raise InputError("repeated_levels", column=name)
    column, _ = field(name)
    rest = nw.when(~column.is_null()).then(nw.lit(len(levels)))
    place: Any = rest if other else nw.when(column.is_null() & ~column.is_null()).then(nw.lit(0))
    for code, level in reversed(list(enumerate(levels))):
        place = nw.when(holds(Values(name, (level,)), field)).then(nw.lit(code)).otherwise(place)
    return place, len(levels) + other
