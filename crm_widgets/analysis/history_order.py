"""Rows of a log by customer and day, as means of what each customer did are made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ..data.parallel import THREADS, in_threads
from .history_rows import Days, Floats, Rows


@dataclass(frozen=True)
class InOrder:
    """Rows by customer and day: those of customer ``i`` from ``bounds[i]`` to ``bounds[i + 1]``."""

    bounds: npt.NDArray[np.intp]
    day: Days
    amount: Floats | None = None

    @classmethod
    def of(cls, rows: Rows, customers: int, days: int) -> InOrder:
        """Put rows in order, if they are not."""
        bounds = np.zeros(customers + 1, np.intp)
        np.cumsum(np.bincount(rows.customer, minlength=customers), out=bounds[1:])
        key = rows.customer.astype(np.int64) * days
        key += rows.day
        if (key[1:] >= key[:-1]).all():
            return cls(bounds, rows.day, rows.amount)
        bits = (rows.n - 1).bit_length()
        if int(key.max()).bit_length() + bits > 62:
            order = np.argsort(key)
            return cls(bounds, rows.day[order], None if rows.amount is None else rows.amount[order])
        # With its row in the last bits a key is sorted as one number, for which there is a
        # faster sort; and each thread has some customers.
        key <<= bits
        key |= np.arange(rows.n)
        day = np.empty_like(rows.day)
        amount = None if rows.amount is None else np.empty_like(rows.amount)

        def work(parts: Sequence[tuple[int, int]]) -> None:
            for first, end in parts:
                lo, hi = ((who * days) << bits for who in (first, end))
                order = key[(key >= lo) & (key < hi)]
                order.sort()
                order &= (1 << bits) - 1
                here = slice(bounds[first], bounds[end])
                day[here] = rows.day[order]
                if amount is not None and rows.amount is not None:
                    amount[here] = rows.amount[order]

        in_threads(work, list(pairwise(cls(bounds, day).cuts(-(-rows.n // THREADS)))))
        return cls(bounds, day, amount)

    def customers(self) -> npt.NDArray[np.int32]:
        """Customer of each row."""
        return np.repeat(np.arange(self.bounds.size - 1, dtype=np.int32), np.diff(self.bounds))

    def cuts(self, rows: int) -> list[int]:
        """Customers at which to cut, so that parts have about so many rows."""
        n = self.bounds.size - 1
        some = np.searchsorted(self.bounds, np.arange(rows, self.bounds[-1], rows), "right") - 1
        cuts: list[int] = np.unique([0, *some, n]).tolist()
        return cuts
