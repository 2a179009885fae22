"""Totals of each customer of a log, and how they are extended when rows are appended."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.machine.parallel import BLOCK
from ...data.reading.appended_rows import AppendedRows
from ...data.reading.checks import rows_between
from .rows import DatedRows, Ints, Totals

ONE = np.int32(1)
"""Of the type it is added to: with another NumPy takes several times as long."""


def compute_totals(log: DatedRows, until: int | None = None) -> Totals:
    """Add up all rows, or those until a day."""
    if until is None:
        orders = log.order_counts()
    else:
        orders = np.bincount(log.orders.until(until).customer, minlength=log.n)
    rows, is_return = log.all_rows, log.is_return
    last, count = np.full(log.n, -1, np.int32), np.zeros(log.n, np.int32)
    money = None if rows.amount is None else np.zeros(log.n)
    for lo in range(0, rows.n, BLOCK):
        part = slice(lo, lo + BLOCK)
        day = rows.day[part].astype(np.int32)
        used = np.ones(day.size, bool) if until is None else day <= until
        customer = rows.customer[part][used].astype(np.intp)
        np.add.at(count, customer, ONE)
        if money is not None and rows.amount is not None:
            np.add.at(money, customer, rows.amount[part][used])
        if is_return is not None:
            used &= ~is_return[part]
        np.maximum.at(last, rows.customer[part][used], day[used])
    return Totals(last, orders.astype(np.int32), money, count, log.origin)


def extend_totals(old: Totals, log: DatedRows, appended: AppendedRows) -> Totals:
    """Add the appended rows to the totals of the earlier log.

    Money is added row by row, as in ``compute_totals``: the result is the same to the bit.
    """
    n, start = log.n, appended.n_before
    rows = log.rows_from(start)
    customer, day = _purchases_from(log, start)
    last = appended.realigned(_shifted(old.last, old.origin - log.origin), n, -1)
    np.maximum.at(last, customer, day)
    money = None if old.money is None else appended.realigned(old.money, n)
    if money is not None and rows.amount is not None:
        np.add.at(money, rows.customer, rows.amount)
    count, orders = appended.realigned(old.rows, n), appended.realigned(old.orders, n)
    np.add.at(count, rows.customer, ONE)
    np.add.at(orders, _customers_of_new_orders(log, appended), ONE)
    return Totals(last, orders, money, count, log.origin)


def extend_first(old: Ints, origin: int, log: DatedRows, appended: AppendedRows) -> Ints:
    """Update the days of first purchases."""
    first = appended.realigned(_shifted(old, origin - log.origin), log.n, -1)
    customer, day = _purchases_from(log, appended.n_before)
    # -1, for customers without a purchase, is the largest number when read as unsigned
    np.minimum.at(first.view(np.uint32), customer, day.view(np.uint32))
    return first


def _shifted(day: Ints, days: int) -> Ints:
    """Days counted from ``days`` days earlier; -1 stays."""
    return np.where(day < 0, np.int32(-1), day + np.int32(days)) if days else day


def _purchases_from(log: DatedRows, start: int) -> tuple[Ints, Ints]:
    """Customer and day of the purchases among the rows from ``start`` on."""
    rows, is_purchase = log.rows_from(start), log.is_purchase_from(start)
    customer, day = rows.customer, rows.day.astype(np.int32)
    return (customer, day) if is_purchase is None else (customer[is_purchase], day[is_purchase])


def _customers_of_new_orders(log: DatedRows, appended: AppendedRows) -> npt.NDArray[np.int64]:
    """The customer of each order that begins with an appended row."""
    start = appended.n_before
    keys, is_return = log.order_keys(), log.is_return
    new_rows = np.arange(start, keys.size)
    new_rows = new_rows if is_return is None else new_rows[~is_return[start:]]
    width = np.int64(keys.max(initial=0) if log.has_order_numbers else log.last) + 1
    on_new_days = np.zeros(int(width), bool)
    on_new_days[keys[new_rows]] = True
    candidates = None if log.has_order_numbers else appended.same_days
    candidates = rows_between(keys[:start], keys[new_rows]) if candidates is None else candidates
    candidates = candidates[on_new_days[keys[candidates]]]
    candidates = candidates if is_return is None else candidates[~is_return[candidates]]
    old_orders = _order_ids(log.customers_at(candidates), keys[candidates], width)
    # pandas is far faster here than the set functions of NumPy
    new_orders = pd.Series(
        _order_ids(log.customers_at(new_rows), keys[new_rows], width)
    ).drop_duplicates()
    return new_orders[~new_orders.isin(old_orders)].to_numpy() // width


def _order_ids(
    customer: npt.NDArray[np.int32], keys: npt.NDArray[np.integer[Any]], width: np.int64
) -> npt.NDArray[np.int64]:
    ids: npt.NDArray[np.int64] = customer.astype(np.int64) * width
    ids += keys
    return ids
