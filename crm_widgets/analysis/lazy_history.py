"""Who bought when, of a log in an engine: what each customer did on each day, added up there.

A row a transaction is never fetched. What is fetched takes 14 bytes for each customer and day
with a transaction, and everything that a ``History`` is asked for is made from that.
"""

from __future__ import annotations

from collections.abc import Callable

import narwhals as nw
import numpy as np
import numpy.typing as npt

from ..data import Transactions
from ..data.engines import Frame, array, ids_of
from ..data.lazy_log import DAY, RETURNED, LazyLog
from .history import EPOCH, Days, History, Rows

MONEY, BOUGHT, WHEN = "crm_widgets_money", "crm_widgets_bought", "crm_widgets_when"


class LazyHistory(History):
    """The purchases and the money of a log in an engine, a row a customer and day.

    Rows come in the order of customers and days.
    """

    def __init__(self, transactions: Transactions) -> None:
        log = transactions.log
        assert log is not None
        self._kept_results, self._orders, self._kept = {}, None, None
        self._before = self._grown = None
        self.ids, self.n = log.ids, len(log.ids)
        self.origin = int(log.days[0])
        self.last = (transactions.end - EPOCH).days - self.origin
        paid = ("amount",) if transactions.amount is not None else ()
        asked = {BOUGHT: nw.col(RETURNED).min()}
        if paid:
            asked[MONEY] = nw.col("amount").sum()
        found = _by_day(log, log.rows(*paid), lambda rows: rows, asked)
        customer, day = found[0], self._counted(found[1])
        bought = found[2][BOUGHT] == 0
        self.money = Rows(customer, day, found[2].get(MONEY))
        self.bought = None if bought.all() else bought
        self.purchases = self.money
        if self.bought is not None:
            self.purchases = Rows(customer[bought], day[bought])
        days = Rows(self.purchases.customer, self.purchases.day)
        self.__dict__["shopping_days"] = self.__dict__["orders"] = days
        if transactions.order is not None:
            rows = log.rows("order").filter(nw.col(RETURNED) == 0)
            found = _by_day(log, rows, orders_of, {BOUGHT: nw.len()})
            n = found[2][BOUGHT].astype(np.int32)
            self.__dict__["orders"] = Rows(found[0].repeat(n), self._counted(found[1]).repeat(n))

    def _counted(self, days: npt.NDArray[np.int32]) -> Days:
        """Days from the origin on, two bytes each where that is enough."""
        days -= self.origin
        return days.astype(np.uint16 if self.last < 65_535 else np.int32)


def orders_of(rows: Frame) -> Frame:
    """A row an order, dated on its first day; a row without a number is of the order of its day."""
    day = nw.when(nw.col("order").is_null()).then(nw.col(DAY))
    orders = rows.with_columns(**{WHEN: day}).group_by("customer", "order", WHEN)
    return orders.agg(**{DAY: nw.col(DAY).min()})


def _by_day(
    log: LazyLog, rows: Frame, prepare: Callable[[Frame], Frame], asked: dict[str, nw.Expr]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], dict[str, npt.NDArray[np.float64]]]:
    """Customer, day (since 1970) and what is asked of each day of a customer, in order."""
    source, size = log.table.source, 0
    whole = int(log.rows_of.sum())
    # Of what is not written to, no memory is taken.
    customer, day = np.empty(whole, np.int32), np.empty(whole, np.int32)
    values = {name: np.empty(whole) for name in asked}
    for place, part in log.parts(rows):
        found = source.collect(prepare(part).group_by("customer", DAY).agg(**asked))
        codes = log.ids[place].get_indexer(ids_of(found, "customer"))
        days = array(found, DAY, np.int64)
        order = np.argsort(codes * np.int64(1 << 32) + days)
        here = slice(size, size + len(order))
        customer[here], day[here] = codes[order] + place.start, days[order]
        for name, kept in values.items():
            kept[here] = np.nan_to_num(array(found, name, np.float64)[order])
        size = here.stop
    return customer[:size], day[:size], {name: kept[:size] for name, kept in values.items()}
