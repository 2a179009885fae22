"""Rows of a log by customer and day, as means of what each customer did are made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..data.parallel import BLOCK, THREADS, in_threads
from .history_rows import Days, Floats, Rows

PARTS = 4 * THREADS
"""Parts in which customers are put in order, so that not much more than the rows is needed."""
Amounts: TypeAlias = npt.NDArray[np.int32] | Floats
COUNTED = 1 << 20
"""Rows counted at a time."""


@dataclass(frozen=True)
class InOrder:
    """Rows by customer and day: those of customer ``i`` from ``bounds[i]`` to ``bounds[i + 1]``."""

    bounds: npt.NDArray[np.intp]
    day: Days
    amount: Amounts | None = None
    """What ``amounts`` are made from: whole hundredths take half the memory."""

    @classmethod
    def of(
        cls,
        rows: Rows,
        customers: int,
        days: int,
        chosen: npt.NDArray[np.bool_] | None = None,
    ) -> InOrder:
        """Put rows, or those chosen, in order; rows of a day stay in the order they are in."""
        bounds = np.zeros(customers + 1, np.intp)
        np.cumsum(_rows_of_each(rows, customers, chosen), out=bounds[1:])
        if chosen is None and _are_in_order(rows):
            return cls(bounds, rows.day, rows.amount)
        day = np.empty(bounds[-1], rows.day.dtype)
        amount: Amounts | None = None
        if rows.amount is not None:
            scaled = are_hundredths(rows.amount)
            amount = np.empty(bounds[-1], np.int32 if scaled else np.float64)

        def work(parts: Sequence[tuple[int, int]]) -> None:
            for first, end in parts:
                here = slice(bounds[first], bounds[end])
                order = _order(rows, range(first, end), days, chosen, here.stop - here.start)
                day[here] = rows.day[order]
                for lo in range(0, order.size, BLOCK):
                    if amount is None or rows.amount is None:
                        break
                    found = rows.amount[order[lo : lo + BLOCK]]
                    place = slice(here.start + lo, here.start + lo + found.size)
                    amount[place] = np.rint(found * 100) if scaled else found

        parts = cls(bounds, day).cuts(-(-max(day.size, 1) // PARTS))
        in_threads(work, list(pairwise(parts)))
        return cls(bounds, day, amount)

    def amounts(self, part: slice) -> Floats:
        """Amounts of some rows, which must have some."""
        assert self.amount is not None
        found = self.amount[part]
        return found / 100 if found.dtype == np.int32 else np.asarray(found, np.float64)

    def customers(self) -> npt.NDArray[np.int32]:
        """Customer of each row."""
        return np.repeat(np.arange(self.bounds.size - 1, dtype=np.int32), np.diff(self.bounds))

    def cuts(self, rows: int) -> list[int]:
        """Customers at which to cut, so that parts have about so many rows."""
        n = self.bounds.size - 1
        some = np.searchsorted(self.bounds, np.arange(rows, self.bounds[-1], rows), "right") - 1
        cuts: list[int] = np.unique([0, *some, n]).tolist()
        return cuts


def _rows_of_each(
    rows: Rows, customers: int, chosen: npt.NDArray[np.bool_] | None
) -> npt.NDArray[np.intp]:
    """Count the rows of each customer."""
    found = np.zeros(customers, np.intp)
    for lo in range(0, rows.n, COUNTED):
        part = rows.customer[lo : lo + COUNTED]
        part = part if chosen is None else part[chosen[lo : lo + COUNTED]]
        found += np.bincount(part, minlength=customers)
    return found


def _order(
    rows: Rows, who: range, days: int, chosen: npt.NDArray[np.bool_] | None, n: int
) -> npt.NDArray[np.intp]:
    """Positions of the ``n`` rows of some customers, by customer and day."""
    bits = rows.n.bit_length()
    short = (len(who) * days).bit_length() + bits <= 62
    key, row = np.empty(n, np.int64), np.empty(0 if short else n, np.intp)
    begin = 0
    for lo in range(0, rows.n, BLOCK):
        part = slice(lo, lo + BLOCK)
        customer = rows.customer[part]
        inside = (customer >= who.start) & (customer < who.stop)
        here = np.flatnonzero(inside if chosen is None else inside & chosen[part])
        found = key[begin : begin + here.size]
        found[:] = customer[here]
        found -= who.start
        found *= days
        found += rows.day[part][here]
        here += lo
        if short:
            # With its row in the last bits a key is sorted as one number, for which there is a
            # faster sort.
            found <<= bits
            found |= here
        else:
            row[begin : begin + here.size] = here
        begin += here.size
    if not short:
        return row[np.argsort(key, kind="stable")]
    key.sort()
    key &= (1 << bits) - 1
    return key


def are_hundredths(amount: Floats) -> bool:
    """Whether amounts are whole hundredths, such as cents, that fit in four bytes.

    >>> are_hundredths(np.array([19.99, -0.01])), are_hundredths(np.array([0.125]))
    (True, False)
    """
    for lo in range(0, amount.size, BLOCK):
        part = amount[lo : lo + BLOCK]
        whole = np.rint(part * 100)
        if not (np.abs(whole) < 2**31).all():
            return False
        kept = whole.astype(np.int32) / 100
        # Every bit is compared: zero has two signs.
        if not np.array_equal(kept.view(np.int64), part.view(np.int64)):
            return False
    return True


def _are_in_order(rows: Rows) -> bool:
    """Whether rows are by customer and day."""
    for lo in range(0, rows.n, COUNTED):
        customer, day = (x[lo : lo + COUNTED + 1] for x in (rows.customer, rows.day))
        later, same = customer[1:] > customer[:-1], customer[1:] == customer[:-1]
        if not (later | (same & (day[1:] >= day[:-1]))).all():
            return False
    return True
