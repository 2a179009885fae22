"""Rows of a log as arrays: who, on which day, how much."""

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

    def since(self, first: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Which rows are not before the ``first`` day of their customer."""
        found = np.empty(self.n, bool)

        def compare(part: slice) -> None:
            found[part] = self.day[part] >= first[self.customer[part]]

        in_blocks(compare, self.n)
        return found

    def days_of_customers(
        self, customers: int, days: int, left_out: npt.NDArray[np.bool_] | None
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
            found = found if left_out is None else found[~left_out[part]]
            keys[n : n + found.size] = found
            n += found.size
        keys = keys[:n]
        keys.sort()
        n = 0
        for lo in range(0, keys.size, BLOCK):
            found = keys[lo : lo + BLOCK]
            first = np.ones(found.size, bool)
            np.not_equal(found[1:], found[:-1], out=first[1:])
            # The last that was kept is the one before, or equal to it.
            first[0] = n == 0 or found[0] != keys[n - 1]
            found = found[first]
            keys[n : n + found.size] = found
            n += found.size
        return keys[:n]

    def until(self, day: int) -> Rows:
        """The rows up to a day, that day included."""
        kept = self.day <= day
        amount = None if self.amount is None else self.amount[kept]
        return Rows(self.customer[kept], self.day[kept], amount)


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
    """What is added up of a log for each customer: a ``History``, wherever its rows are."""

    n: int
    origin: int
    last: int
    numbered: bool
    returned: npt.NDArray[np.bool_] | None
    customers_at: CodesAt

    @property
    def money(self) -> Rows:
        """All rows."""

    @property
    def orders(self) -> Rows:
        """A row an order."""

    def orders_of_each(self) -> npt.NDArray[np.integer[Any]]:
        """Number of orders of each customer."""

    def order_keys(self) -> npt.NDArray[np.integer[Any]]:
        """The order of each row."""

    def money_from(self, start: int) -> Rows:
        """The rows from ``start`` on."""

    def bought_from(self, start: int) -> npt.NDArray[np.bool_] | None:
        """Which of these are no returns."""
