"""Recency, frequency, money and what else a log says about each customer."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ..data import Transactions
from ..data.notes import Note
from ..errors import AnalysisError, InputError
from .history import history

MEASURES = (
    "recency_days", "frequency", "monetary", "tenure_days", "mean_order_value",
    "mean_days_between",
)  # fmt: skip


def calendar_date(value: dt.date | str) -> dt.date:
    """The date of a date, a time or an ISO text; the time of day is dropped.

    >>> calendar_date("2011-12-09 12:50")
    datetime.date(2011, 12, 9)
    """
    try:
        stamp = pd.Timestamp(value)
    except (TypeError, ValueError) as error:
        raise InputError("bad_date", given=repr(value)) from error
    if pd.isna(stamp):
        raise InputError("bad_date", given=repr(value))
    return stamp.date()


def customer_measures(
    transactions: Transactions, as_of: dt.date | str | None = None
) -> tuple[pd.DataFrame, dt.date, tuple[Note, ...]]:
    """What the log says by the end of the day ``as_of`` of each customer who has bought.

    Returns the measures (columns as in ``Rfm.customers``), the date used, and notes.
    """
    if transactions.amount is None:
        raise InputError("no_amounts", measure="monetary")
    log = history(transactions)
    notes = []
    if as_of is None:
        day = log.last + 1
        money, bought, orders = log.money, log.purchases, log.orders
    else:
        day = log.day(calendar_date(as_of))
        money, bought, orders = (rows.until(day) for rows in (log.money, log.purchases, log.orders))
        notes.append(Note("after_as_of", log.money.n - money.n, {"as_of": log.date(day)}))
    if not bought.n:
        raise AnalysisError("no_purchases", as_of=log.date(day).isoformat())
    frequency = np.bincount(orders.customer, minlength=log.n)
    last = np.full(log.n, -1, np.int32)
    np.maximum.at(last, bought.customer, bought.day.astype(np.int32))
    assert money.amount is not None
    spent = np.bincount(money.customer, weights=money.amount, minlength=log.n)
    some = frequency > 0
    known = np.bincount(money.customer, minlength=log.n) > 0
    notes.append(Note("no_purchase", int((known & ~some).sum())))
    frequency, spent = frequency[some], spent[some]
    first, last = log.first[some].astype(np.int64), last[some].astype(np.int64)
    gaps = np.where(frequency > 1, frequency - 1, np.nan)
    measures = pd.DataFrame(
        {
            "recency_days": day - last,
            "frequency": frequency,
            "monetary": spent,
            "tenure_days": day - first,
            "mean_order_value": spent / frequency,
            "mean_days_between": (last - first) / gaps,
        },
        index=pd.Index(log.ids[some], name="customer"),
    )
    once = int((frequency == 1).sum())
    notes.append(Note("bought_once", once, {"share": once / len(measures)}))
    return measures, log.date(day), tuple(note for note in notes if note.n)
