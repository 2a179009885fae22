"""What customers did at the ages at which they did something, customer after customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from ...data.machine.parallel import BLOCK, in_threads
from ..history.bits import Bits
from ..history.sorted_rows import SortedRows
from .members import Frame
from .windows import Ints

Floats: TypeAlias = npt.NDArray[np.float64]
T = TypeVar("T")
ONE = np.ones(1)


@dataclass(frozen=True)
class Visits:
    """Ages at which some customers, one after the other, did something; never an empty one."""

    customer: npt.NDArray[np.int32]
    age: Ints
    cell: npt.NDArray[np.int32]
    """Number of the customer's cohort, times the number of ages, plus the age."""
    value: Floats
    """Money, or orders."""
    per: Floats
    """What the value is averaged over: orders, or the customer."""

    def some(self, step: int) -> Visits:
        """Those of one of ``step`` customers."""
        kept = self.customer % step == 0
        per = self.per if self.per is ONE else self.per[kept]
        return Visits(self.customer[kept], self.age[kept], self.cell[kept], self.value[kept], per)


def visits(
    frame: Frame,
    rows: SortedRows,
    ages: int,
    first: int,
    end: int,
    orders: Ints | Bits | None = None,
) -> Visits:
    """Add up the rows of the customers from ``first`` to before ``end`` at each age.

    ``orders`` are the orders that begin with each row, over which money is averaged.
    """
    clock, codes = frame.clock, frame.codes[first:end]
    bounds = rows.bounds[first : end + 1] - rows.bounds[first]
    part = slice(rows.bounds[first], rows.bounds[end])
    age = clock.of(rows.days(first, end), np.repeat(clock.start[first:end], np.diff(bounds)))
    begins = np.zeros(age.size, bool)
    np.not_equal(age[1:], age[:-1], out=begins[1:])
    begins[bounds[:-1][np.diff(bounds) > 0]] = True
    starts = np.flatnonzero(begins)
    amount = None if rows.amount is None else rows.amounts(part)
    if amount is None:
        value = np.diff(starts, append=age.size).astype(np.float64)
    else:
        value = _added(amount, starts)
    per = ONE if orders is None else _added(orders[part], starts)
    last = np.full(end - first, ages - 1, np.int32)
    if frame.finished_only:
        np.minimum(last, clock.finished[first:end], out=last)
    last[codes < 0] = -1
    each, age = np.diff(np.searchsorted(starts, bounds)), age[starts]
    customer = np.repeat(np.arange(first, end, dtype=np.int32), each)
    cell = np.repeat(codes.astype(np.int32) * np.int32(ages), each)
    cell += age
    kept = age <= np.repeat(last, each)
    if not kept.all():
        customer, age, cell, value = customer[kept], age[kept], cell[kept], value[kept]
        per = per if orders is None else per[kept]
    return Visits(customer, age, cell, value, per)


def visits_of_all(frame: Frame, ages: int, *, money: bool, orders: bool) -> list[Visits]:
    """Visits of all customers in parts: their money, their orders, or their money per order."""
    log = frame.log
    rows = log.revenue_by_customer if money else log.orders_by_customer
    begun = log.orders_per_row if money and orders else None

    def work(parts: Sequence[tuple[int, int]]) -> list[tuple[int, Visits]]:
        return [(part[0], visits(frame, rows, ages, *part, begun)) for part in parts]

    shares = in_threads(work, list(pairwise(rows.cut_points(BLOCK))))
    return [here for _, here in sorted((x for share in shares for x in share), key=lambda x: x[0])]


def each_part(parts: Sequence[Visits], work: Callable[[Visits], T]) -> list[T]:
    """Do something with each part, in threads; the answers in no order."""
    shares = in_threads(lambda some: [work(part) for part in some], parts)
    return [found for share in shares for found in share]


def _added(numbers: npt.NDArray[Any], starts: npt.NDArray[np.intp]) -> Floats:
    return np.add.reduceat(numbers, starts, dtype=np.float64) if starts.size else np.empty(0)
