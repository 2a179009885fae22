"""Recency, frequency and money of a log in an engine: added up there, fetched by customer."""

from __future__ import annotations

import datetime as dt

import narwhals as nw
import numpy as np
import numpy.typing as npt

from ...data.engine.log import DAY, RETURNED, LazyLog
from ...data.engine.source import Frame, array, ids_of, in_turn
from ..history.in_engine import WHEN
from ..history.rows import Totals

FIRST, LAST, MONEY, ORDERS = (
    f"crm_widgets_{name}" for name in ("first", "last", "money", "orders")
)


@in_turn
def lazy_totals(
    log: LazyLog, until: dt.date, *, ordered: bool
) -> tuple[npt.NDArray[np.int32], Totals]:
    """Day of the first purchase and totals of each customer until the end of a day.

    Days count from 1970; ``rows`` only says whether there are any.
    """
    n = len(log.ids)
    first, last = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    orders, money, rows = np.zeros(n, np.int64), np.zeros(n), np.zeros(n, np.int64)
    columns = ("amount", "order") if ordered else ("amount",)
    for place, part in log.parts(log.rows(*columns, until=until)):
        found = log.table.source.collect(_by_customer(part, ordered=ordered))
        at = log.ids[place].get_indexer(ids_of(found, "customer")) + place.start
        rows[at] = 1
        orders[at] = array(found, ORDERS, np.int64)
        money[at] = np.nan_to_num(array(found, MONEY, np.float64))
        some = at[orders[at] > 0]
        dated = found.filter(nw.col(ORDERS) > 0)
        first[some], last[some] = array(dated, FIRST, np.int32), array(dated, LAST, np.int32)
    return first, Totals(last, orders, money, rows, 0)


def _by_customer(rows: Frame, *, ordered: bool) -> Frame:
    """A row a customer, made of a row an order or a day, returns apart."""
    keys = ["customer", RETURNED, DAY]
    if ordered:
        rows = rows.with_columns(**{WHEN: nw.when(nw.col("order").is_null()).then(nw.col(DAY))})
        keys = ["customer", RETURNED, "order", WHEN]
    days = {} if not ordered else {FIRST: nw.col(DAY).min(), LAST: nw.col(DAY).max()}
    parts = rows.group_by(*keys).agg(**{MONEY: nw.col("amount").sum()}, **days)
    bought = nw.col(RETURNED) == 0
    ends = (FIRST, LAST) if ordered else (DAY, DAY)
    parts = parts.with_columns(
        **{
            ORDERS: nw.when(bought).then(nw.lit(1)).otherwise(nw.lit(0)),
            FIRST: nw.when(bought).then(nw.col(ends[0])),
            LAST: nw.when(bought).then(nw.col(ends[1])),
        }
    )
    return parts.group_by("customer").agg(
        **{
            MONEY: nw.col(MONEY).sum(),
            ORDERS: nw.col(ORDERS).sum(),
            FIRST: nw.col(FIRST).min(),
            LAST: nw.col(LAST).max(),
        }
    )
