"""Which bin, and which clause, a row falls in."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import InputError
from ..machine.result_cache import ResultCache
from ..vocabulary.clauses import Box, Group, Interval, Predicate, Values
from ..vocabulary.table import Dim, Edges
from .codes import Floats
from .column import Column
from .cubes import Coded

Mask = npt.NDArray[np.bool_]

CHUNK = 1 << 14
CAPACITY = 32
"""Dimensions whose bins a table caches."""


def _edge_bins(values: Floats, edges: Floats) -> npt.NDArray[np.intp]:
    """0 below the first edge, i in ``[edges[i-1], edges[i])``, n above the last (last closed).

    Among even edges a bin is computed and mended by one where rounding missed it, which is
    four times as fast as a search. NaN falls anywhere.
    """
    bins = len(edges) - 1
    step = (edges[-1] - edges[0]) / bins
    found: npt.NDArray[np.intp]
    even = np.abs(edges - np.linspace(edges[0], edges[-1], bins + 1)).max() < step / 4
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        if even and np.isfinite(1 / step):
            guess = (values - edges[0]) / step
            np.fmin(np.fmax(guess, -1, out=guess), bins, out=guess)
            found = np.floor(guess, out=guess).astype(np.intp) + 1
            bounds = np.concatenate([[-np.inf], edges, [np.inf]])
            found -= values < bounds[found]
            found += values >= bounds[found + 1]
        else:
            found = np.searchsorted(edges, values, side="right")
    found[values == edges[-1]] = bins
    return found


def dim_codes(dim: Dim, column: Column) -> Coded:
    """Bin of each row, and the number of bins; rows in no bin get that number."""
    if not isinstance(dim, Edges):
        if len(set(dim.levels)) != len(dim.levels):
            raise InputError("repeated_levels", column=dim.column)
        width = len(dim.levels) + dim.other
        lookup = np.full(len(column.levels) + 1, width, np.intp)
        if dim.other:
            lookup[:-1] = width - 1
        found = column.find(dim.levels)
        known = found >= -1
        lookup[found[known]] = np.flatnonzero(known)
        return _small(lookup, width)[column.codes], width
    edges = np.asarray(dim.edges, np.float64)
    if edges.size < 2 or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise InputError("bad_edges", column=dim.column)
    bins = len(edges) - 1
    width = bins + 2 if dim.overflow else bins
    # searchsorted gives 0 (below) … bins + 1 (above); NaN sorts above everything.
    lookup = np.arange(bins + 2) - (0 if dim.overflow else 1)
    if not dim.overflow:
        lookup[[0, -1]] = width
    table = _small(lookup, width)
    values = column.numbers
    out = np.empty(values.size, table.dtype)
    for start in range(0, values.size, CHUNK):
        part = values[start : start + CHUNK]
        place = table[_edge_bins(part, edges)]
        place[np.isnan(part)] = width
        out[start : start + CHUNK] = place
    return out, width


class BinCache:
    """The bins of the rows of a table, for the dimensions used last."""

    def __init__(self) -> None:
        self._cache = ResultCache(CAPACITY)
        self._old_bins: dict[Hashable, Coded] = {}

    def extend_from(self, old: BinCache) -> None:
        """Take over the bins of a table to which rows were appended to make this one."""
        self._old_bins = old._cache.snapshot()

    def get(self, dim: Dim, column: Column) -> Coded:
        """Bin of each row, and the number of bins."""

        def compute() -> Coded:
            old = self._old_bins.pop(dim, None)
            if old is None:
                return dim_codes(dim, column)
            appended = np.arange(old[0].size, len(column.values))
            codes, width = dim_codes(dim, column.take(appended))
            return np.concatenate([old[0], codes]), width

        return self._cache.get_or_compute(dim, compute)


def _small(lookup: npt.NDArray[np.intp], width: int) -> npt.NDArray[Any]:
    return lookup.astype(np.uint8 if width < 256 else np.uint16 if width < 65_536 else np.intp)


def clause_mask(
    predicate: Predicate, column: Callable[[str], Column], customer: Callable[[], Column]
) -> Mask:
    """Which rows satisfy a predicate."""
    if isinstance(predicate, Box):
        return clause_mask(predicate.x, column, customer) & clause_mask(
            predicate.y, column, customer
        )
    if isinstance(predicate, Interval):
        values = column(predicate.field).numbers
        below = values <= predicate.hi if predicate.closed else values < predicate.hi
        below &= values >= predicate.lo
        return below
    if isinstance(predicate, Group):
        return members(customer(), predicate.customers)
    assert isinstance(predicate, Values)
    return members(column(predicate.field), predicate.values)


def members(column: Column, values: Any) -> Mask:
    """Which rows hold one of these values; ``None`` stands for a missing value."""
    wanted = np.zeros(len(column.levels) + 1, bool)
    found = column.find(values)
    wanted[found[found >= -1]] = True
    return wanted[column.codes]
