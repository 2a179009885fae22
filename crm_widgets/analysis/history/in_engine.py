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
from .append_state import Remembering
from .history import History
from .in_order import InOrder
from .rows import EPOCH, Days, Rows

MONEY, BOUGHT, WHEN = "crm_widgets_money", "crm_widgets_bought", "crm_widgets_when"
ROWS = 1 << 20
"""Rows that are looked up at a time."""

Ints: TypeAlias = npt.NDArray[np.int32]
Asked: TypeAlias = Mapping[str, tuple[nw.Expr, npt.DTypeLike]]
"""What is asked, by name, and as what it is kept."""


class LazyHistory(History):
    """The purchases and the money of a log in an engine, a row a customer and day.

    Rows come in the order of customers and days.
    """

    def __init__(self, transactions: Transactions) -> None:
        log = transactions.log
        assert log is not None
        Remembering.__init__(self)
        self._orders = None
        self.ids, self.n = log.ids, len(log.ids)
        self.origin = int(log.days[0])
        self.last = (transactions.end - EPOCH).days - self.origin
        kind = np.uint16 if self.last < 65_535 else np.int32
        paid = ("amount",) if transactions.amount is not None else ()
        asked: dict[str, tuple[nw.Expr, Any]] = {}
        if log.returned is not None or not paid:
            asked[BOUGHT] = (nw.col(RETURNED).min(), np.uint8)
        if paid:
            asked[MONEY] = (nw.col("amount").sum(), np.float64)
        days = _Days(log, self.origin, kind)
        customer, day, found = days.collect(log.rows(*paid), lambda rows: rows, asked)
        self._day = day
        self.money = Rows(customer, day, found.get(MONEY))
        returned = found.pop(BOUGHT, None)
        self.returned = None if returned is None or not returned.any() else returned != 0
        self.numbered = transactions.order is not None
        if self.numbered:
            rows = log.rows("order").filter(nw.col(RETURNED) == 0)
            customer, day, found = days.collect(rows, orders_of, {BOUGHT: (nw.len(), np.int32)})
            n = found[BOUGHT]
            self.__dict__["numbered_orders"] = Rows(customer.repeat(n), day.repeat(n))
        else:
            self.__dict__["orders_begun"] = self._begun()

    @property
    def shopping_days(self) -> Rows:
        """Days with a purchase, which are in order and occur once."""
        return self.purchases

    @cached_property
    def days_in_order(self) -> InOrder:
        """The same, from customer to customer."""
        if self.returned is None:
            return InOrder(self.earned_in_order.bounds, self.money.day)
        return InOrder.of(self.purchases, self.n, self.last + 1)

    @cached_property
    def earned_in_order(self) -> InOrder:
        """``earned``, which is in order."""
        return InOrder.of(self.earned, self.n, self.last + 1)

    def _begun(self) -> npt.NDArray[np.uint8]:
        """One order on each day with a purchase, for each row of ``earned``."""
        bought, rows = self.bought, self.money
        if bought is None:
            return np.broadcast_to(np.uint8(1), rows.n)
        since = rows.day >= self.first[rows.customer]
        return bought[since].view(np.uint8)


def orders_of(rows: Frame) -> Frame:
    """A row an order, dated on its first day; a row without a number is of the order of its day."""
    day = nw.when(nw.col("order").is_null()).then(nw.col(DAY))
    orders = rows.with_columns(**{WHEN: day}).group_by("customer", "order", WHEN)
    return orders.agg(**{DAY: nw.col(DAY).min()})


@dataclass(frozen=True)
class _Days:
    """Collects what is asked of each day of a customer."""

    log: LazyLog
    origin: int
    kind: type[np.uint16 | np.int32]

    @property
    def source(self) -> LazySource:
        return self.log.source

    @in_turn
    def collect(
        self, rows: Frame, prepare: Callable[[Frame], Frame], asked: Asked
    ) -> tuple[npt.NDArray[np.int32], Days, dict[str, npt.NDArray[Any]]]:
        """Customers, days (from the origin on) and answers, in the order of both."""
        log, size = self.log, 0
        whole = int(log.rows_of.sum())
        # Of what is not written to, no memory is taken.
        customer, day = np.empty(whole, np.int32), np.empty(whole, self.kind)
        values = {name: np.empty(whole, dtype) for name, (_, dtype) in asked.items()}
        terms = {name: term for name, (term, _) in asked.items()}
        for place, part in log.parts(rows):
            found = log.table.source.collect(prepare(part).group_by("customer", DAY).agg(**terms))
            rows_of, days, order = self._order(found, log.ids[place])
            here = slice(size, size + order.size)
            who = np.arange(place.start, place.stop, dtype=np.int32)
            customer[here], day[here] = np.repeat(who, rows_of), days
            for name, kept in values.items():
                kept[here] = np.nan_to_num(found[name].to_numpy())[order]
            size = here.stop
        return customer[:size], day[:size], {name: kept[:size] for name, kept in values.items()}

    def _order(self, found: nw.DataFrame[Any], ids: pd.Index[Any]) -> tuple[Ints, Ints, Ints]:
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
