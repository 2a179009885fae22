"""What the rows of a log add up to for each customer, and how it grows with the log."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.machine.parallel import BLOCK
from ...data.reading.appended_rows import Growth
from ...data.reading.checks import rows_between
from .rows import DatedRows, Ints, Totals

ONE = np.int32(1)
"""Of the type it is added to: NumPy takes several times as long over any other."""


def totals_of(log: DatedRows, until: int | None = None) -> Totals:
    """Add up all rows, or those until a day."""
    if until is None:
        orders = log.orders_of_each()
    else:
        orders = np.bincount(log.orders.until(until).customer, minlength=log.n)
    rows, returned = log.money, log.returned
    last, count = np.full(log.n, -1, np.int32), np.zeros(log.n, np.int32)
    money = None if rows.amount is None else np.zeros(log.n)
    for lo in range(0, rows.n, BLOCK):
        part = slice(lo, lo + BLOCK)
        day = rows.day[part].astype(np.int32)
        kept = np.ones(day.size, bool) if until is None else day <= until
        customer = rows.customer[part][kept].astype(np.intp)
        np.add.at(count, customer, ONE)
        if money is not None and rows.amount is not None:
            np.add.at(money, customer, rows.amount[part][kept])
        if returned is not None:
            kept &= ~returned[part]
        np.maximum.at(last, rows.customer[part][kept], day[kept])
    return Totals(last, orders.astype(np.int32), money, count, log.origin)


def totals_on(before: Totals, log: DatedRows, growth: Growth) -> Totals:
    """Add the rows of a log that are behind those of ``before``, to the same numbers.

    Money is added row after row, as it is where all is added at once: not a bit differs.
    """
    n, start = log.n, growth.rows
    rows = log.money_from(start)
    who, day = _bought_from(log, start)
    last = growth.grown(_shifted(before.last, before.origin - log.origin), n, -1)
    np.maximum.at(last, who, day)
    money = None if before.money is None else growth.grown(before.money, n)
    if money is not None and rows.amount is not None:
        np.add.at(money, rows.customer, rows.amount)
    count, orders = growth.grown(before.rows, n), growth.grown(before.orders, n)
    np.add.at(count, rows.customer, ONE)
    np.add.at(orders, _new_orders(log, growth), ONE)
    return Totals(last, orders, money, count, log.origin)


def first_on(before: Ints, origin: int, log: DatedRows, growth: Growth) -> Ints:
    """Bring the days of first purchases up to date."""
    found = growth.grown(_shifted(before, origin - log.origin), log.n, -1)
    who, day = _bought_from(log, growth.rows)
    # the -1 of who has bought nothing is the largest number when read without sign
    np.minimum.at(found.view(np.uint32), who, day.view(np.uint32))
    return found


def _shifted(day: Ints, days: int) -> Ints:
    """Days counted from so many days earlier; -1 stays."""
    return np.where(day < 0, np.int32(-1), day + np.int32(days)) if days else day


def _bought_from(log: DatedRows, start: int) -> tuple[Ints, Ints]:
    """Customer and day of the purchases among the rows from ``start`` on."""
    rows, bought = log.money_from(start), log.bought_from(start)
    who, day = rows.customer, rows.day.astype(np.int32)
    return (who, day) if bought is None else (who[bought], day[bought])


def _new_orders(log: DatedRows, growth: Growth) -> npt.NDArray[np.int64]:
    """The customer of each order that purchases among the new rows begin."""
    start = growth.rows
    keys, returned = log.order_keys(), log.returned
    late = np.arange(start, keys.size)
    late = late if returned is None else late[~returned[start:]]
    width = np.int64(keys.max(initial=0) if log.numbered else log.last) + 1
    behind = np.zeros(int(width), bool)
    behind[keys[late]] = True
    found = None if log.numbered else growth.near
    found = rows_between(keys[:start], keys[late]) if found is None else found
    found = found[behind[keys[found]]]
    found = found if returned is None else found[~returned[found]]
    known = _pairs(log.customers_at(found), keys[found], width)
    # pandas, for the sets of NumPy take far longer over so many numbers
    new = pd.Series(_pairs(log.customers_at(late), keys[late], width)).drop_duplicates()
    return new[~new.isin(known)].to_numpy() // width


def _pairs(
    customer: npt.NDArray[np.int32], keys: npt.NDArray[np.integer[Any]], width: np.int64
) -> npt.NDArray[np.int64]:
    found: npt.NDArray[np.int64] = customer.astype(np.int64) * width
    found += keys
    return found
