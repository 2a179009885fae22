"""Who bought when, of a log in an engine: what each customer did on each day, added up there.

A row a transaction is never fetched. What is fetched takes 14 bytes for each customer and day
with a transaction, and everything that a ``History`` is asked for is made from that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array

from ...data import Transactions
from ...data.engine.log import DAY, RETURNED, LazyLog
from ...data.engine.source import Frame, LazySource, array, ids_of, in_turn
from .append_state import CachedResults
from .history import History
from .rows import EPOCH, Days, Rows
from .sorted_rows import SortedRows

MONEY, BOUGHT, WHEN = "crm_widgets_money", "crm_widgets_bought", "crm_widgets_when"
ROWS = 1 << 20
"""Rows that are looked up at a time."""

Ints: TypeAlias = npt.NDArray[np.int32]
Aggregates: TypeAlias = Mapping[str, tuple[nw.Expr, npt.DTypeLike]]
"""What is asked, by name, and as what it is kept."""


class LazyHistory(History):
    """The purchases and the money of a log in an engine, a row a customer and day.

    Rows come in the order of customers and days.
    """

    def __init__(self, transactions: Transactions) -> None:
        log = transactions.log
        assert log is not None
        CachedResults.__init__(self)
        self._orders = None
        self.ids, self.n = log.ids, len(log.ids)
        self.origin = int(log.days[0])
        self.last = (transactions.end - EPOCH).days - self.origin
        kind = np.uint16 if self.last < 65_535 else np.int32
        paid = ("amount",) if transactions.amount is not None else ()
        aggregates: dict[str, tuple[nw.Expr, Any]] = {}
        if log.is_return is not None or not paid:
            aggregates[BOUGHT] = (nw.col(RETURNED).min(), np.uint8)
        if paid:
            aggregates[MONEY] = (nw.col("amount").sum(), np.float64)
        days = _DayCollector(log, self.origin, kind)
        customer, day, found = days.collect(log.rows(*paid), lambda rows: rows, aggregates)
        self._day = day
        self.all_rows = Rows(customer, day, found.get(MONEY))
        is_return = found.pop(BOUGHT, None)
        self.is_return = None if is_return is None or not is_return.any() else is_return != 0
        self.has_order_numbers = transactions.order is not None
        if self.has_order_numbers:
            rows = log.rows("order").filter(nw.col(RETURNED) == 0)
            customer, day, found = days.collect(
                rows, one_row_per_order, {BOUGHT: (nw.len(), np.int32)}
            )
            n = found[BOUGHT]
            self.__dict__["numbered_orders"] = Rows(customer.repeat(n), day.repeat(n))
        else:
            self.__dict__["orders_per_row"] = self._orders_per_row()

    @property
    def purchase_days(self) -> Rows:
        """Days with a purchase, which are in order and occur once."""
        return self.purchases

    @cached_property
    def purchase_days_by_customer(self) -> SortedRows:
        """The same, from customer to customer."""
        if self.is_return is None:
            return SortedRows(self.revenue_by_customer.bounds, self.all_rows.day)
        return SortedRows.of(self.purchases, self.n, self.last + 1)

    @cached_property
    def revenue_by_customer(self) -> SortedRows:
        """``revenue_rows``, which is in order."""
        return SortedRows.of(self.revenue_rows, self.n, self.last + 1)

    def _orders_per_row(self) -> npt.NDArray[np.uint8]:
        """One order on each day with a purchase, for each row of ``revenue_rows``."""
        is_purchase, rows = self.is_purchase, self.all_rows
        if is_purchase is None:
            return np.broadcast_to(np.uint8(1), rows.n)
        is_since_first = rows.day >= self.first[rows.customer]
        return is_purchase[is_since_first].view(np.uint8)


def one_row_per_order(rows: Frame) -> Frame:
    """A row an order, dated on its first day; a row without a number is of the order of its day."""
    day = nw.when(nw.col("order").is_null()).then(nw.col(DAY))
    orders = rows.with_columns(**{WHEN: day}).group_by("customer", "order", WHEN)
    return orders.agg(**{DAY: nw.col(DAY).min()})


@dataclass(frozen=True)
class _DayCollector:
    """Collects what is asked of each day of a customer."""

    log: LazyLog
    origin: int
    kind: type[np.uint16 | np.int32]

    @property
    def source(self) -> LazySource:
        return self.log.source

    @in_turn
    def collect(
        self, rows: Frame, prepare: Callable[[Frame], Frame], aggregates: Aggregates
    ) -> tuple[npt.NDArray[np.int32], Days, dict[str, npt.NDArray[Any]]]:
        """Customers, days (from the origin on) and answers, in the order of both."""
        log, end = self.log, 0
        n_rows = int(log.rows_of.sum())
        # Of what is not written to, no memory is taken.
        customer, day = np.empty(n_rows, np.int32), np.empty(n_rows, self.kind)
        values = {name: np.empty(n_rows, dtype) for name, (_, dtype) in aggregates.items()}
        expressions = {name: expression for name, (expression, _) in aggregates.items()}
        for here, part in log.parts(rows):
            found = log.table.source.collect(
                prepare(part).group_by("customer", DAY).agg(**expressions)
            )
            rows_of, days, order = self._sort(found, log.ids[here])
            chunk = slice(end, end + order.size)
            codes = np.arange(here.start, here.stop, dtype=np.int32)
            customer[chunk], day[chunk] = np.repeat(codes, rows_of), days
            for name, column in values.items():
                column[chunk] = np.nan_to_num(found[name].to_numpy())[order]
            end = chunk.stop
        return customer[:end], day[:end], {name: column[:end] for name, column in values.items()}

    def _sort(self, found: nw.DataFrame[Any], ids: pd.Index[Any]) -> tuple[Ints, Ints, Ints]:
        """How many days each customer has, these days, and where they stand in what was found."""
        codes, days = (np.empty(len(found), np.int32) for _ in range(2))
        for lo in range(0, codes.size, ROWS):
            part = found[lo : lo + ROWS]
            codes[lo : lo + ROWS] = ids.get_indexer(ids_of(part, "customer"))
            days[lo : lo + ROWS] = array(part, DAY, np.int32) - self.origin
        # A sparse matrix puts itself in order without comparing rows.
        places = np.arange(codes.size, dtype=np.int32)
        rows = coo_array((places, (codes, days)), (len(ids), self.log.span)).tocsr()
        return np.diff(rows.indptr), rows.indices, rows.data
