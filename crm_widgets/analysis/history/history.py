"""Who bought when: a log as arrays of customer codes and days, computed once."""

from __future__ import annotations

import datetime as dt
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from ...data import Transactions
from ...data.machine.parallel import BLOCK
from .append_state import HISTORY, CachedResults
from .bits import Bits
from .rows import EPOCH, CodesAt, Days, Rows, Totals
from .sorted_rows import SortedRows
from .totals import compute_totals, extend_first, extend_totals


class History(CachedResults):
    """The purchases and the money of a log until its last day, both by day.

    A return is no purchase: it moves money, and dates nothing.
    """

    def __init__(self, transactions: Transactions) -> None:
        table = transactions.table
        appended = transactions.appended
        super().__init__(
            appended, None if appended is None else appended.analysis_state.pop(HISTORY, None)
        )
        self.ids = transactions.ids
        self.n = len(self.ids)
        first, last_day = transactions.first_and_last_day
        self.origin = first
        self.last = (transactions.end - EPOCH).days - first
        day: Days = transactions.day
        used_rows = None if last_day - first <= self.last else day <= self.last
        self.has_order_numbers = transactions.order is not None
        self._orders = table.codes("order") if self.has_order_numbers else None
        self._used_rows = used_rows
        amount = table.numbers("amount") if transactions.amount is not None else None
        if amount is not None and transactions.lacks_amounts:
            amount = np.nan_to_num(amount)
        self.customers_at: CodesAt = partial(table.codes_at, "customer")
        self._day = self._of_used_rows(day)
        self._amount = None if amount is None else self._of_used_rows(amount)
        is_return = transactions.is_return
        self.is_return = self._of_used_rows(is_return) if is_return.any() else None

    @cached_property
    def all_rows(self) -> Rows:
        """All rows."""
        return Rows(self._of_used_rows(self.customers_at(slice(None))), self._day, self._amount)

    def rows_from(self, start: int) -> Rows:
        """The rows from ``start`` on, without computing the others."""
        if not start:
            return self.all_rows
        amount = None if self._amount is None else self._amount[start:]
        return Rows(self.customers_at(slice(start, None)), self._day[start:], amount)

    def is_purchase_from(self, start: int) -> npt.NDArray[np.bool_] | None:
        """``is_purchase`` of the rows from ``start`` on."""
        return None if self.is_return is None else ~self.is_return[start:]

    @property
    def is_purchase(self) -> npt.NDArray[np.bool_] | None:
        """Which rows of ``all_rows`` are no returns; None if there are no returns. Not cached."""
        return None if self.is_return is None else ~self.is_return

    @property
    def purchases(self) -> Rows:
        """The rows that are no returns. Not cached: they would be a copy of nearly all rows."""
        rows, is_purchase = self.all_rows, self.is_purchase
        if is_purchase is None:
            return rows
        return Rows(rows.customer[is_purchase], rows.day[is_purchase])

    @cached_property
    def totals(self) -> Totals:
        """Totals of each customer."""
        old_state, appended = self._old_state, self._appended
        if (
            old_state is None
            or old_state.totals is None
            or appended is None
            or self._used_rows is not None
        ):
            return compute_totals(self)
        return extend_totals(old_state.totals, self, appended)

    def order_keys(self) -> npt.NDArray[np.integer[Any]]:
        """A number for the order of each row, unique within the customer.

        It is the code of the order number; for rows without one a number that stands for the day.
        """
        if self._orders is None:
            return self._day
        code = self._of_used_rows(self._orders).astype(np.int64)
        width = np.int64(code.max(initial=-1) + 1)
        # Rows of a day without order numbers are one order.
        return np.where(code < 0, width + self._day, code)

    def _of_used_rows(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return values if self._used_rows is None else values[self._used_rows]

    def date(self, day: int) -> dt.date:
        """The date of a day of this history."""
        return EPOCH + dt.timedelta(days=self.origin + int(day))

    def day(self, date: dt.date) -> int:
        """The day of this history that a date is; outside its range if it lies outside."""
        return (date - EPOCH).days - self.origin

    @cached_property
    def first(self) -> npt.NDArray[np.int32]:
        """Day of each customer's first purchase; -1 for those who have none."""
        old_state, appended = self._old_state, self._appended
        if (
            old_state is not None
            and old_state.first is not None
            and appended
            and self._used_rows is None
        ):
            return extend_first(old_state.first, old_state.origin, self, appended)
        rows, is_return = self.all_rows, self.is_return
        never = np.iinfo(rows.day.dtype).max
        first = np.full(self.n, never, rows.day.dtype)
        for lo in range(0, rows.n, BLOCK):
            part = slice(lo, lo + BLOCK)
            customer, day = rows.customer[part], rows.day[part]
            if is_return is not None:
                is_purchase = ~is_return[part]
                customer, day = customer[is_purchase], day[is_purchase]
            np.minimum.at(first, customer, day)
        first_day = first.astype(np.int32)
        first_day[first == never] = -1
        return first_day

    @property
    def revenue_rows(self) -> Rows:
        """The rows since each customer's first purchase; returns before it are left out.

        Not cached, as ``purchases``.
        """
        rows, is_since_first = self.all_rows, self.is_since_first()
        if is_since_first is None:
            return rows
        amount = None if rows.amount is None else rows.amount[is_since_first]
        return Rows(rows.customer[is_since_first], rows.day[is_since_first], amount)

    def is_since_first(self) -> npt.NDArray[np.bool_] | None:
        """Which rows are not before the customer's first purchase; None if all are."""
        if self.is_return is None:
            return None
        return self.all_rows.is_on_or_after(self.first)

    @property
    def orders(self) -> Rows:
        """A row an order; without order numbers, a row for each day on which a customer bought."""
        return self.numbered_orders if self.has_order_numbers else self.purchase_days

    @cached_property
    def numbered_orders(self) -> Rows:
        """A row an order number of a customer, on the first of its days."""
        rows = self.purchases
        if not rows.n:
            return Rows(rows.customer, rows.day)
        code = self.order_keys()
        code = code if self.is_purchase is None else code[self.is_purchase]
        key = rows.customer.astype(np.int64) * np.int64(code.max() + 1) + code
        order = np.lexsort((rows.day, key))
        key = key[order]
        start = np.ones(key.size, bool)
        start[1:] = key[1:] != key[:-1]
        chosen = order[start]
        return Rows(rows.customer[chosen], rows.day[chosen])

    @cached_property
    def revenue_by_customer(self) -> SortedRows:
        """``revenue_rows`` by customer and day."""
        is_return, days = self.is_return, self.last + 1
        first = None if is_return is None else self.first
        found = SortedRows.of(
            self.all_rows, self.n, days, first=first, is_return=is_return, mark_first_of_day=True
        )
        self.__dict__.pop("purchase_days_by_customer", None)  # from now on derived from these rows
        return found

    @cached_property
    def orders_by_customer(self) -> SortedRows:
        """``orders`` by customer and day."""
        if not self.has_order_numbers:
            return self.purchase_days_by_customer
        return SortedRows.of(self.orders, self.n, self.last + 1)

    @cached_property
    def orders_per_row(self) -> npt.NDArray[np.unsignedinteger[Any]] | Bits:
        """How many orders begin on each row of ``revenue_by_customer``.

        All orders of a day are counted on one purchase of the day.
        """
        if not self.has_order_numbers and self.revenue_by_customer.is_first_of_day is not None:
            return self.revenue_by_customer.is_first_of_day
        by_revenue, orders = (
            np.repeat(np.arange(self.n) * (self.last + 1), np.diff(rows.bounds)) + rows.day
            for rows in (self.revenue_by_customer, self.orders_by_customer)
        )
        counts = np.bincount(np.searchsorted(by_revenue, orders), minlength=by_revenue.size)
        return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))

    @cached_property
    def purchase_days_by_customer(self) -> SortedRows:
        """The days on which each customer bought, once each."""
        if "revenue_by_customer" in self.__dict__:
            return self.revenue_by_customer.first_of_days()
        keys = self.all_rows.unique_customer_days(self.n, self.last + 1, self.is_return)
        kind = keys.dtype.type
        starts = np.arange(self.n, dtype=keys.dtype) * kind(self.last + 1)
        bounds = np.append(np.searchsorted(keys, starts), keys.size)
        keys %= kind(self.last + 1)
        return SortedRows(bounds, keys.astype(self.all_rows.day.dtype))

    @property
    def purchase_days(self) -> Rows:
        """The same as rows, by customer and day."""
        rows = self.purchase_days_by_customer
        return Rows(rows.customers(), rows.days(0, self.n))

    def order_counts(self) -> npt.NDArray[np.int64]:
        """Count the orders of each customer."""
        if self.has_order_numbers:
            return np.bincount(self.orders.customer, minlength=self.n)
        if "purchase_days_by_customer" in self.__dict__:
            return np.diff(self.purchase_days_by_customer.bounds)
        counts, span = np.zeros(self.n, np.int64), self.last + 1
        keys = self.all_rows.unique_customer_days(self.n, span, self.is_return)
        keys //= keys.dtype.type(span)
        for lo in range(0, keys.size, BLOCK):  # sorted, so that a block has few customers
            part = keys[lo : lo + BLOCK]
            first, last = int(part[0]), int(part[-1])
            counts[first : last + 1] += np.bincount(part - part[0])
        return counts
