"""Rows of a log as arrays: customer, day and amount."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ...data.machine.memory import own_pages
from ...data.machine.parallel import BLOCK, in_blocks

Days: TypeAlias = npt.NDArray[np.integer[Any]]
Floats: TypeAlias = npt.NDArray[np.float64]
CodesAt: TypeAlias = Callable[[Any], npt.NDArray[np.int32]]
"""The customer code of each of some rows."""


@dataclass(frozen=True)
class Rows:
    """Customer code and day (counted from ``History.origin``) of some rows, and their amount."""

    customer: npt.NDArray[np.int32]
    day: Days
    amount: Floats | None = None

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.customer.size

    def is_on_or_after(self, first: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Which rows are not before the ``first`` day of their customer."""
        result = np.empty(self.n, bool)

        def compare(part: slice) -> None:
            result[part] = self.day[part] >= first[self.customer[part]]

        in_blocks(compare, self.n)
        return result

    def unique_customer_days(
        self, customers: int, days: int, excluded: npt.NDArray[np.bool_] | None
    ) -> npt.NDArray[np.integer[Any]]:
        """Each pair of a customer and a day as one number, customer × days + day, in order, once.

        Some rows may be left out.
        """
        kind = np.dtype(np.uint32 if customers * days < 2**32 else np.int64)
        keys, n = own_pages(self.n, kind), 0
        for lo in range(0, self.n, BLOCK):
            part = slice(lo, lo + BLOCK)
            found = self.customer[part].astype(kind)
            found *= kind.type(days)
            found += self.day[part].astype(kind, copy=False)
            found = found if excluded is None else found[~excluded[part]]
            keys[n : n + found.size] = found
            n += found.size
        keys = keys[:n]
        keys.sort()
        n = 0
        for lo in range(0, keys.size, BLOCK):
            found = keys[lo : lo + BLOCK]
            is_first = np.ones(found.size, bool)
            np.not_equal(found[1:], found[:-1], out=is_first[1:])
            # The last that was kept is the one before, or equal to it.
            is_first[0] = n == 0 or found[0] != keys[n - 1]
            found = found[is_first]
            keys[n : n + found.size] = found
            n += found.size
        return keys[:n]

    def until(self, day: int) -> Rows:
        """The rows up to a day, that day included."""
        used = self.day <= day
        amount = None if self.amount is None else self.amount[used]
        return Rows(self.customer[used], self.day[used], amount)


DAY_MS = 86_400_000


EPOCH = dt.date(1970, 1, 1)


Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Totals:
    """A number a customer, in the order of the ids; days count from the history's origin.

    ``last`` day of a purchase (-1 for who made none), ``orders``, ``money`` (None
    without amounts), and ``rows``, with returns. ``origin`` is that of
    the history.
    """

    last: Ints
    orders: npt.NDArray[np.integer[Any]]
    money: Floats | None
    rows: npt.NDArray[np.integer[Any]]
    origin: int


class DatedRows(Protocol):
    """What totals are computed from: a ``History`` in memory or in an engine."""

    n: int
    origin: int
    last: int
    has_order_numbers: bool
    is_return: npt.NDArray[np.bool_] | None
    customers_at: CodesAt

    @property
    def all_rows(self) -> Rows:
        """All rows."""

    @property
    def orders(self) -> Rows:
        """A row an order."""

    def order_counts(self) -> npt.NDArray[np.integer[Any]]:
        """Number of orders of each customer."""

    def order_keys(self) -> npt.NDArray[np.integer[Any]]:
        """The order of each row."""

    def rows_from(self, start: int) -> Rows:
        """The rows from ``start`` on."""

    def is_purchase_from(self, start: int) -> npt.NDArray[np.bool_] | None:
        """Which rows from ``start`` on are no returns; None if there are no returns."""
