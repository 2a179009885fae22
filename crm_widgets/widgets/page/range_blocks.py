"""What views count under every brush of a log's time, which selects customers by their rows.

Who has a row in March and one in May is one customer of the spring: counts of bins do not add up
to counts of ranges, nor does it help to know the first and the last row of each. What does add up
is each customer's *first* row in a range. In the range from bin ``lo`` to before bin ``hi`` that is
the row in a bin ``b``, ``lo <= b < hi``, before which the customer had none since ``lo``: the bin
where he was seen last before ``b`` is less than ``lo``. So customers are counted once for each bin
in which they have rows, by the bin where they were seen before, and summed up over both: for n bins
that gives all n (n + 1) / 2 ranges, exactly. They are sent as they are, by their last bin and then
by their first, and the page looks one up.

The counts of 60 bins are 1,830 for each number of each view; what is more than a message may hold
is not made, and the view waits until the brush is at rest. Rows of the log add up over bins, and
are sent in the same form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ...charts.view import Counting
from ...data.gestures import Gesture
from ...data.in_memory.cubes import cubes
from ...data.in_memory.table import ArrayTable
from ...data.scope import Mask, Scope
from ...data.vocabulary.table import Dim
from .cube_blocks import Numbers, placed, small, width

Floats: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class LogRows:
    """The rows of a log, and for each the place of its customer in the table of customers.

    ``customer`` is -1 where the table has no such customer.
    """

    table: ArrayTable
    customer: Places


@dataclass(frozen=True, eq=False)
class Passive:
    """A view that is counted: how, of which customers (None: of all), and by which conditions."""

    counting: Counting
    customers: Mask | None
    scope: Scope

    @property
    def rows(self) -> Mask | None:
        """The rows that are counted; None: all."""
        return self.scope.rows() if self.scope else None


def ranges_of(bins: int) -> int:
    """How many ranges of bins there are, of one bin and more.

    >>> ranges_of(60)
    1830
    """
    return bins * (bins + 1) // 2


def cells_of(counting: Counting) -> int:
    """How many numbers a view counts."""
    rows = _size(counting.dims) if counting.at is None else len(counting.at)
    return rows * len(counting.weights)


def under_ranges(
    log: LogRows, time: Dim, customers: ArrayTable, asked: Sequence[Passive]
) -> list[Numbers]:
    """For each view the ranges of bins of ``time``, and everybody, × its rows.

    Ranges are in the order of their last bins, those with the same by their first.
    """
    found: list[list[Numbers]] = [[] for _ in asked]
    by_rows: dict[tuple[Gesture, ...], list[int]] = {}
    for at, passive in enumerate(asked):
        by_rows.setdefault(passive.scope.gestures, []).append(at)
    for together in by_rows.values():
        sums = [
            _Sums(_series(asked[at], weight, log, customers), width(time))
            for at in together
            for weight in asked[at].counting.weights
        ]
        _add_bins(log, time, customers.n, asked[together[0]].rows, sums)
        done = iter(sums)
        for at in together:
            found[at] = [
                np.vstack([next(done).ranges, _everybody(asked[at], weight, log, customers)])
                for weight in asked[at].counting.weights
            ]
    return [
        small(np.stack([placed(one, passive.counting) for one in parts], axis=2), passive.counting)
        for parts, passive in zip(found, asked, strict=True)
    ]


def rows_under(log: LogRows, active: Counting, customers: ArrayTable, passive: Passive) -> Numbers:
    """A view of rows: bins of a brush over customers, and all rows, × its rows."""
    shared = []
    for dim in active.dims:
        codes, bins = customers.binned(dim)
        # rows of customers that are not in the table are in no bin
        shared.append((np.append(codes, codes.dtype.type(bins))[log.customer], bins))
    others = [log.table.binned(dim) for dim in passive.counting.dims]
    parts = []
    for weight in passive.counting.weights:
        amounts = None if weight is None else log.table.numbers(weight)
        [inside] = cubes(shared, [others], log.table.n, amounts, passive.rows)
        bins = int(np.prod([width(dim) for dim in active.dims]))
        everybody = _everybody(passive, weight, log, customers)
        both = np.vstack([inside.reshape(bins, -1), everybody])
        parts.append(placed(both, passive.counting))
    return small(np.stack(parts, axis=2), passive.counting)


@dataclass(frozen=True, eq=False)
class _Series:
    """The cell of each customer or row, -1 for none, and what it adds there."""

    cell: Places
    weight: Floats | None
    cells: int
    of_rows: bool

    def count(self, which: Places, group: Places | None, groups: int) -> Floats:
        """Add up what these add to each cell, apart for each group."""
        cell = self.cell[which]
        inside = cell >= 0
        flat = cell[inside] if group is None else group[inside] * self.cells + cell[inside]
        weight = None if self.weight is None else self.weight[which][inside]
        counted = np.bincount(flat, weight, minlength=groups * self.cells)
        return counted.astype(np.float64).reshape(groups, self.cells)


class _Sums:
    """Grows bin after bin: of each range that ends with the bin, what is counted in it."""

    def __init__(self, series: _Series, bins: int) -> None:
        self.series = series
        self.ranges = np.empty((ranges_of(bins), series.cells))
        self._from = np.zeros((bins, series.cells))

    def add(self, bin_: int, customers: Places, seen: Places, rows: Places) -> None:
        """Take a bin: its customers with where they were seen before, and its rows."""
        if self.series.of_rows:
            self._from[: bin_ + 1] += self.series.count(rows, None, 1)
        else:
            counted = self.series.count(customers, seen, bin_ + 1)
            self._from[: bin_ + 1] += counted.cumsum(axis=0)
        first = ranges_of(bin_)
        self.ranges[first : first + bin_ + 1] = self._from[: bin_ + 1]


def _add_bins(log: LogRows, time: Dim, n: int, chosen: Mask | None, sums: Sequence[_Sums]) -> None:
    """Go through the bins of time, and tell whom each has, and in which bin he was before."""
    codes, bins = log.table.binned(time)
    here = np.zeros(n, bool)
    # 0: in none before; else the number of the bin, from 1
    seen = np.zeros(n, np.int64)
    for bin_ in range(bins):
        inside = codes == bin_
        rows = np.flatnonzero(inside if chosen is None else inside & chosen)
        customer = log.customer[rows]
        here[customer[customer >= 0]] = True
        customers = np.flatnonzero(here)
        for one in sums:
            one.add(bin_, customers, seen[customers], rows)
        seen[customers] = bin_ + 1
        here[customers] = False


def _series(passive: Passive, weight: str | None, log: LogRows, customers: ArrayTable) -> _Series:
    of_rows = passive.counting.of == "rows"
    table = log.table if of_rows else customers
    cell = np.zeros(table.n, np.int64)
    inside = np.ones(table.n, bool)
    for dim in passive.counting.dims:
        codes, bins = table.binned(dim)
        inside &= codes < bins
        cell = cell * bins + codes
    cell[~inside] = -1
    amounts = None if weight is None else np.nan_to_num(table.numbers(weight), nan=0.0)
    return _Series(cell, amounts, _size(passive.counting.dims), of_rows)


def _everybody(
    passive: Passive, weight: str | None, log: LogRows, customers: ArrayTable
) -> Numbers:
    """What a view counts without a brush."""
    of_rows = passive.counting.of == "rows"
    table, mask = (log.table, passive.rows) if of_rows else (customers, passive.customers)
    where: Any = () if mask is None else mask
    return table.counts(passive.counting.dims, weight, where).reshape(1, -1)


def _size(dims: Sequence[Dim]) -> int:
    return int(np.prod([width(dim) for dim in dims]))
