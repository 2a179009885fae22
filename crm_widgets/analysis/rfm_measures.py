"""Recency, frequency, money and what else a log says about each customer."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ..data import Transactions
from ..data.notes import Note
from ..errors import AnalysisError, InputError
from .history import history
from .history_totals import totals_of

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
        day, found = log.last + 1, log.totals
    else:
        day = log.day(calendar_date(as_of))
        found = totals_of(log, until=day)
        later = log.money.n - int(found.rows.sum())
        notes.append(Note("after_as_of", later, {"as_of": log.date(day)}))
    some = found.orders > 0
    if not some.any():
        raise AnalysisError("no_purchases", as_of=log.date(day).isoformat())
    assert found.money is not None
    notes.append(Note("no_purchase", int(((found.rows > 0) & ~some).sum())))
    frequency, spent = found.orders[some], found.money[some]
    first, last = log.first[some].astype(np.int64), found.last[some].astype(np.int64)
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
