"""Who bought when: a log as arrays of customer codes and days, made once a log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from ..data import Transactions
from ..data.parallel import THREADS, in_threads

Days: TypeAlias = npt.NDArray[np.integer[Any]]
Floats: TypeAlias = npt.NDArray[np.float64]
T = TypeVar("T")

DAY_MS = 86_400_000
EPOCH = dt.date(1970, 1, 1)
BLOCK = 1 << 17
"""Rows worked on at a time, so that the steps between stay in the processor's cache."""


REMEMBERED = 6
"""Results of a byte or two a row that are kept between measures."""


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

    def until(self, day: int) -> Rows:
        """The rows up to a day, that day included."""
        kept = self.day <= day
        amount = None if self.amount is None else self.amount[kept]
        return Rows(self.customer[kept], self.day[kept], amount)


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

    def cuts(self, rows: int) -> list[int]:
        """Customers at which to cut, so that parts have about so many rows."""
        n = self.bounds.size - 1
        some = np.searchsorted(self.bounds, np.arange(rows, self.bounds[-1], rows), "right") - 1
        cuts: list[int] = np.unique([0, *some, n]).tolist()
        return cuts


class History:
    """The purchases and the money of a log until its last day, both by day.

    A return is no purchase: it moves money, and dates nothing.
    """

    def __init__(self, transactions: Transactions) -> None:
        table = transactions.table
        times = table.numbers("time")
        self._kept_results: dict[Hashable, Any] = {}
        self.ids = transactions.ids
        self.n = len(self.ids)
        self.origin = int(np.floor(times.min() / DAY_MS))
        self.last = (transactions.end - EPOCH).days - self.origin
        day = _days(times, self.origin)
        keep = None if int(day.max()) <= self.last else day <= self.last
        self._orders = table.codes("order") if transactions.order is not None else None
        self._kept = keep
        self._returned = transactions.is_return
        amount = table.numbers("amount") if transactions.amount is not None else None
        if amount is not None and np.isnan(amount).any():
            amount = np.nan_to_num(amount)
        customer = table.codes("customer")
        if keep is not None:
            customer, day = customer[keep], day[keep]
            amount = None if amount is None else amount[keep]
        self.money = Rows(customer, day, amount)
        self.bought = None if not self._returned.any() else ~self._now(self._returned)
        self.purchases = (
            self.money if self.bought is None else Rows(customer[self.bought], day[self.bought])
        )

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """Make something once and keep the last few, so that another measure costs little."""
        found: T | None = self._kept_results.get(key)
        if found is None:
            found = make()
            while len(self._kept_results) >= REMEMBERED:
                self._kept_results.pop(next(iter(self._kept_results)), None)
            self._kept_results[key] = found
        return found

    def _now(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return values if self._kept is None else values[self._kept]

    def date(self, day: int) -> dt.date:
        """The date of a day of this history."""
        return EPOCH + dt.timedelta(days=self.origin + int(day))

    def day(self, date: dt.date) -> int:
        """The day of this history that a date is; outside its range if it lies outside."""
        return (date - EPOCH).days - self.origin

    @cached_property
    def first(self) -> npt.NDArray[np.int32]:
        """Day of each customer's first purchase; -1 for those who have none."""
        rows = self.purchases
        never = np.iinfo(rows.day.dtype).max
        found = np.full(self.n, never, rows.day.dtype)
        np.minimum.at(found, rows.customer, rows.day)
        whole = found.astype(np.int32)
        whole[found == never] = -1
        return whole

    @cached_property
    def earned(self) -> Rows:
        """The money since each customer's first purchase; a return before it is of other times."""
        rows = self.money
        if self.bought is None:
            return rows
        since = rows.day >= self.first[rows.customer]
        amount = None if rows.amount is None else rows.amount[since]
        return Rows(rows.customer[since], rows.day[since], amount)

    @cached_property
    def orders(self) -> Rows:
        """A row an order; without order numbers, a row for each day on which a customer bought."""
        rows = self.purchases
        if self._orders is None:
            span = np.int64(self.last + 1)
            key = rows.customer.astype(np.int64) * span
            key += rows.day
            found, day = np.divmod(_distinct(key), span)
            return Rows(found.astype(np.int32), day.astype(rows.day.dtype))
        if not rows.n:
            return Rows(rows.customer, rows.day)
        code = self._now(self._orders).astype(np.int64)
        code = code if self.bought is None else code[self.bought]
        # A row without an order number belongs to the order of its day.
        width = np.int64(code.max() + 1)
        code = np.where(code < 0, width + rows.day, code)
        pair = rows.customer.astype(np.int64) * (width + self.last + 1) + code
        order = np.lexsort((rows.day, pair))
        pair = pair[order]
        start = np.ones(pair.size, bool)
        start[1:] = pair[1:] != pair[:-1]
        chosen = order[start]
        return Rows(rows.customer[chosen], rows.day[chosen])

    @cached_property
    def earned_in_order(self) -> InOrder:
        """``earned`` by customer and day."""
        return InOrder.of(self.earned, self.n, self.last + 1)

    @cached_property
    def orders_in_order(self) -> InOrder:
        """``orders`` by customer and day."""
        return InOrder.of(self.orders, self.n, self.last + 1)

    @cached_property
    def orders_begun(self) -> npt.NDArray[np.unsignedinteger[Any]]:
        """How many orders begin with each row of ``earned_in_order``: all of a day with its first.

        An order begins with a purchase, which is among what was earned.
        """
        earned, orders = (
            np.repeat(np.arange(self.n) * (self.last + 1), np.diff(rows.bounds)) + rows.day
            for rows in (self.earned_in_order, self.orders_in_order)
        )
        found = np.bincount(np.searchsorted(earned, orders), minlength=earned.size)
        return found.astype(np.min_scalar_type(int(found.max(initial=0))))

    @cached_property
    def shopping_days(self) -> Rows:
        """The days on which each customer bought, once each, by customer and day."""
        rows = self.purchases if self._orders is not None else self.orders
        if self._orders is None:
            return rows
        span = np.int64(self.last + 1)
        key = rows.customer.astype(np.int64) * span
        key += rows.day
        found, day = np.divmod(_distinct(key), span)
        return Rows(found.astype(np.int32), day.astype(rows.day.dtype))


def _days(times: Floats, origin: int) -> Days:
    """Whole days since ``origin``, two bytes each where that is enough."""
    span = int(np.floor(times.max() / DAY_MS)) - origin
    out: Days = np.empty(times.size, np.uint16 if span < 65_535 else np.int32)
    start = float(origin) * DAY_MS
    for lo in range(0, times.size, BLOCK):
        out[lo : lo + BLOCK] = (times[lo : lo + BLOCK] - start) / DAY_MS
    return out


def _distinct(keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    keys.sort()
    first = np.ones(keys.size, bool)
    first[1:] = keys[1:] != keys[:-1]
    return keys[first]


_KNOWN: WeakKeyDictionary[Transactions, History] = WeakKeyDictionary()


def history(transactions: Transactions) -> History:
    """The history of a log, the same one each time."""
    found = _KNOWN.get(transactions)
    if found is None:
        found = _KNOWN[transactions] = History(transactions)
    return found
