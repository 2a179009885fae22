"""Rows of a log by customer and day, as means of what each customer did are made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ..data.parallel import THREADS, in_threads
from .history_rows import Days, Floats, Rows

PARTS = 2 * THREADS
"""Parts in which customers are put in order, so that not much more than the rows is needed."""
COUNTED = 1 << 20
"""Rows counted at a time."""


@dataclass(frozen=True)
class InOrder:
    """Rows by customer and day: those of customer ``i`` from ``bounds[i]`` to ``bounds[i + 1]``."""

    bounds: npt.NDArray[np.intp]
    day: Days
    amount: Floats | None = None

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
        bits = rows.n.bit_length()
        day = np.empty(bounds[-1], rows.day.dtype)
        amount = None if rows.amount is None else np.empty(bounds[-1])

        def work(parts: Sequence[tuple[int, int]]) -> None:
            for first, end in parts:
                inside = (rows.customer >= first) & (rows.customer < end)
                inside = inside if chosen is None else inside & chosen
                order = np.flatnonzero(inside)
                key = (rows.customer[order] - np.int32(first)).astype(np.int64)
                key *= days
                key += rows.day[order]
                if ((end - first) * days).bit_length() + bits > 62:
                    order = order[np.argsort(key, kind="stable")]
                else:
                    # With its row in the last bits a key is sorted as one number, for which
                    # there is a faster sort.
                    key <<= bits
                    key |= order
                    key.sort()
                    key &= (1 << bits) - 1
                    order = key
                here = slice(bounds[first], bounds[end])
                day[here] = rows.day[order]
                if amount is not None and rows.amount is not None:
                    amount[here] = rows.amount[order]

        parts = cls(bounds, day).cuts(-(-max(day.size, 1) // PARTS))
        in_threads(work, list(pairwise(parts)))
        return cls(bounds, day, amount)

    def customers(self) -> npt.NDArray[np.int32]:
        """Customer of each row."""
        return np.repeat(np.arange(self.bounds.size - 1, dtype=np.int32), np.diff(self.bounds))

    def part(self, first: int, end: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Customer, counted from ``first``, and day of each row of customers before ``end``."""
        bounds = self.bounds[first : end + 1]
        customer = np.repeat(np.arange(end - first, dtype=np.int32), np.diff(bounds))
        return customer, self.day[bounds[0] : bounds[-1]].astype(np.int32)

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


def _are_in_order(rows: Rows) -> bool:
    """Whether rows are by customer and day."""
    for lo in range(0, rows.n, COUNTED):
        customer, day = (x[lo : lo + COUNTED + 1] for x in (rows.customer, rows.day))
        later, same = customer[1:] > customer[:-1], customer[1:] == customer[:-1]
        if not (later | (same & (day[1:] >= day[:-1]))).all():
            return False
    return True
