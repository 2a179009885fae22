"""Who bought when: a log as arrays of customer codes and days, made once a log."""

from __future__ import annotations

import datetime as dt
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from ...data import Transactions
from ...data.machine.parallel import BLOCK
from .append_state import KEPT, Remembering
from .bits import Bits
from .in_order import InOrder
from .rows import EPOCH, CodesAt, Days, Rows, Totals
from .totals import first_on, totals_of, totals_on


class History(Remembering):
    """The purchases and the money of a log until its last day, both by day.

    A return is no purchase: it moves money, and dates nothing.
    """

    def __init__(self, transactions: Transactions) -> None:
        table = transactions.table
        grown = transactions.grown
        super().__init__(grown, None if grown is None else grown.kept.pop(KEPT, None))
        self.ids = transactions.ids
        self.n = len(self.ids)
        first, most = transactions.first_and_last_day
        self.origin = first
        self.last = (transactions.end - EPOCH).days - first
        day: Days = transactions.day
        keep = None if most - first <= self.last else day <= self.last
        self.numbered = transactions.order is not None
        self._orders = table.codes("order") if self.numbered else None
        self._kept = keep
        amount = table.numbers("amount") if transactions.amount is not None else None
        if amount is not None and transactions.lacks_amounts:
            amount = np.nan_to_num(amount)
        self.customers_at: CodesAt = partial(table.codes_at, "customer")
        self._day = self._now(day)
        self._amount = None if amount is None else self._now(amount)
        returned = transactions.is_return
        self.returned = self._now(returned) if returned.any() else None

    @cached_property
    def money(self) -> Rows:
        """All rows."""
        return Rows(self._now(self.customers_at(slice(None))), self._day, self._amount)

    def money_from(self, start: int) -> Rows:
        """The rows behind some of a log that has grown; of those before nothing is made."""
        if not start:
            return self.money
        amount = None if self._amount is None else self._amount[start:]
        return Rows(self.customers_at(slice(start, None)), self._day[start:], amount)

    def bought_from(self, start: int) -> npt.NDArray[np.bool_] | None:
        """``bought`` of these."""
        return None if self.returned is None else ~self.returned[start:]

    @property
    def bought(self) -> npt.NDArray[np.bool_] | None:
        """Which rows of ``money`` are no returns; None if all are none. Not kept."""
        return None if self.returned is None else ~self.returned

    @property
    def purchases(self) -> Rows:
        """The rows that are no returns; not kept, for they would be nearly all rows once more."""
        rows, bought = self.money, self.bought
        if bought is None:
            return rows
        return Rows(rows.customer[bought], rows.day[bought])

    @cached_property
    def totals(self) -> Totals:
        """What the rows add up to for each customer."""
        before, grown = self._before, self._grown
        if before is None or before.totals is None or grown is None or self._kept is not None:
            return totals_of(self)
        return totals_on(before.totals, self, grown)

    def order_keys(self) -> npt.NDArray[np.integer[Any]]:
        """The order of each row, told from others of the customer: its number, else its day.

        Days come after all order numbers.
        """
        if self._orders is None:
            return self._day
        code = self._now(self._orders).astype(np.int64)
        width = np.int64(code.max(initial=-1) + 1)
        # A row without an order number belongs to the order of its day.
        return np.where(code < 0, width + self._day, code)

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
        before, grown = self._before, self._grown
        if before is not None and before.first is not None and grown and self._kept is None:
            return first_on(before.first, before.origin, self, grown)
        rows, returned = self.money, self.returned
        never = np.iinfo(rows.day.dtype).max
        found = np.full(self.n, never, rows.day.dtype)
        for lo in range(0, rows.n, BLOCK):
            part = slice(lo, lo + BLOCK)
            who, day = rows.customer[part], rows.day[part]
            if returned is not None:
                bought = ~returned[part]
                who, day = who[bought], day[bought]
            np.minimum.at(found, who, day)
        whole = found.astype(np.int32)
        whole[found == never] = -1
        return whole

    @property
    def earned(self) -> Rows:
        """The money since each customer's first purchase; a return before it is of other times.

        Not kept, as ``purchases`` are not.
        """
        rows, since = self.money, self.since_first()
        if since is None:
            return rows
        amount = None if rows.amount is None else rows.amount[since]
        return Rows(rows.customer[since], rows.day[since], amount)

    def since_first(self) -> npt.NDArray[np.bool_] | None:
        """Which rows are not before the customer's first purchase; None if all are."""
        if self.returned is None:
            return None
        return self.money.since(self.first)

    @property
    def orders(self) -> Rows:
        """A row an order; without order numbers, a row for each day on which a customer bought."""
        return self.numbered_orders if self.numbered else self.shopping_days

    @cached_property
    def numbered_orders(self) -> Rows:
        """A row an order number of a customer, on the first of its days."""
        rows = self.purchases
        if not rows.n:
            return Rows(rows.customer, rows.day)
        code = self.order_keys()
        code = code if self.bought is None else code[self.bought]
        pair = rows.customer.astype(np.int64) * np.int64(code.max() + 1) + code
        order = np.lexsort((rows.day, pair))
        pair = pair[order]
        start = np.ones(pair.size, bool)
        start[1:] = pair[1:] != pair[:-1]
        chosen = order[start]
        return Rows(rows.customer[chosen], rows.day[chosen])

    @cached_property
    def earned_in_order(self) -> InOrder:
        """``earned`` by customer and day."""
        back, days = self.returned, self.last + 1
        first = None if back is None else self.first
        found = InOrder.of(self.money, self.n, days, first=first, returned=back, begins=True)
        self.__dict__.pop("days_in_order", None)  # from now on they are read out of these
        return found

    @cached_property
    def orders_in_order(self) -> InOrder:
        """``orders`` by customer and day."""
        if not self.numbered:
            return self.days_in_order
        return InOrder.of(self.orders, self.n, self.last + 1)

    @cached_property
    def orders_begun(self) -> npt.NDArray[np.unsignedinteger[Any]] | Bits:
        """How many orders begin with each row of ``earned_in_order``: all of a day with one of it.

        An order begins with a purchase, which is among what was earned.
        """
        if not self.numbered and self.earned_in_order.begins is not None:
            return self.earned_in_order.begins
        earned, orders = (
            np.repeat(np.arange(self.n) * (self.last + 1), np.diff(rows.bounds)) + rows.day
            for rows in (self.earned_in_order, self.orders_in_order)
        )
        found = np.bincount(np.searchsorted(earned, orders), minlength=earned.size)
        return found.astype(np.min_scalar_type(int(found.max(initial=0))))

    @cached_property
    def days_in_order(self) -> InOrder:
        """The days on which each customer bought, once each."""
        if "earned_in_order" in self.__dict__:
            return self.earned_in_order.beginning()
        keys = self.money.days_of_customers(self.n, self.last + 1, self.returned)
        kind = keys.dtype.type
        starts = np.arange(self.n, dtype=keys.dtype) * kind(self.last + 1)
        bounds = np.append(np.searchsorted(keys, starts), keys.size)
        keys %= kind(self.last + 1)
        return InOrder(bounds, keys.astype(self.money.day.dtype))

    @property
    def shopping_days(self) -> Rows:
        """The same as rows, by customer and day."""
        rows = self.days_in_order
        return Rows(rows.customers(), rows.days(0, self.n))

    def orders_of_each(self) -> npt.NDArray[np.int64]:
        """Count the orders of each customer."""
        if self.numbered:
            return np.bincount(self.orders.customer, minlength=self.n)
        if "days_in_order" in self.__dict__:
            return np.diff(self.days_in_order.bounds)
        found, span = np.zeros(self.n, np.int64), self.last + 1
        keys = self.money.days_of_customers(self.n, span, self.returned)
        keys //= keys.dtype.type(span)
        for lo in range(0, keys.size, BLOCK):  # in order, so that a block has few customers
            part = keys[lo : lo + BLOCK]
            first, last = int(part[0]), int(part[-1])
            found[first : last + 1] += np.bincount(part - part[0])
        return found
