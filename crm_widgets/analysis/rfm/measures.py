"""Recency, frequency, money and what else a log says about each customer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data import Transactions
from ...data.machine.memory import give_back
from ...data.machine.parallel import CUSTOMERS, in_blocks
from ...data.parsing.given_times import given_day
from ...data.vocabulary.notes import Note
from ...errors import AnalysisError, InputError
from ..history.of_log import history
from ..history.rows import EPOCH, Totals
from ..history.totals import compute_totals
from .in_engine import lazy_totals

MEASURES = (
    "recency_days", "frequency", "monetary", "tenure_days", "mean_order_value",
    "mean_days_between",
)  # fmt: skip


def customer_measures(
    transactions: Transactions, as_of: dt.date | str | None = None
) -> tuple[pd.DataFrame, dt.date, tuple[Note, ...]]:
    """What the log says by the end of the day ``as_of`` of each customer who has bought.

    Returns the measures (columns as in ``Rfm.customers``), the date used, and notes.
    """
    if transactions.amount is None:
        raise InputError("no_amounts", measure="monetary")
    if transactions.log is not None:
        return _of_engine(transactions, as_of)
    log = history(transactions)
    notes = []
    if as_of is None:
        day, found = log.last + 1, log.totals
    else:
        day = log.day(given_day(as_of, "as_of"))
        found = compute_totals(log, until=day)
        later = log.all_rows.n - int(found.rows.sum())
        notes.append(Note("after_as_of", later, {"as_of": log.date(day)}))
    if transactions.appended is None:
        give_back(transactions.table.n)
    return _described(log.ids, log.first, found, day, log.date(day), notes)


def _of_engine(
    transactions: Transactions, as_of: dt.date | str | None
) -> tuple[pd.DataFrame, dt.date, tuple[Note, ...]]:
    """Add up in the engine."""
    log, notes = transactions.log, []
    assert log is not None
    date = log.end + dt.timedelta(days=1)
    if as_of is not None:
        date = given_day(as_of, "as_of")
        day, end = ((d - EPOCH).days for d in (date, log.end))
        later = int(log.rows_on[(log.days > day) & (log.days <= end)].sum())
        notes.append(Note("after_as_of", later, {"as_of": date}))
    first, found = lazy_totals(log, date, ordered=transactions.order is not None)
    return _described(log.ids, first, found, (date - EPOCH).days, date, notes)


def _described(
    ids: pd.Index[Any],
    begun: npt.NDArray[np.int32],
    found: Totals,
    day: int,
    date: dt.date,
    notes: list[Note],
) -> tuple[pd.DataFrame, dt.date, tuple[Note, ...]]:
    """Make measures of what customers bought, for those who did."""
    some = found.orders > 0
    if not some.any():
        raise AnalysisError("no_purchases", as_of=date.isoformat())
    assert found.money is not None
    notes.append(Note("no_purchase", int(((found.rows > 0) & ~some).sum())))
    ids = pd.Index(ids if some.all() else ids[some], name="customer")
    counts = in_blocks(lambda part: np.count_nonzero(some[part]), some.size, CUSTOMERS)
    starts = np.append(0, np.cumsum(counts))
    kinds = (np.int64, np.int64, np.float64, np.int64, np.float64, np.float64)
    columns = {name: np.empty(len(ids), kind) for name, kind in zip(MEASURES, kinds, strict=True)}
    known: list[npt.NDArray[Any]] = [begun, found.last, found.orders, found.money]

    def describe(part: slice) -> int:
        first, last, orders, money = (values[part][some[part]] for values in known)
        gaps = np.where(orders > 1, orders - 1, np.nan)
        described = {
            "recency_days": day - last,
            "frequency": orders,
            "monetary": money,
            "tenure_days": day - first,
            "mean_order_value": money / orders,
            "mean_days_between": (last - first) / gaps,
        }
        start = starts[part.start // CUSTOMERS]
        for name, values in described.items():
            columns[name][start : start + values.size] = values
        return int(np.count_nonzero(orders == 1))

    once = sum(in_blocks(describe, some.size, CUSTOMERS))
    measures = pd.DataFrame(columns, index=ids, copy=False)
    notes.append(Note("bought_once", once, {"share": once / len(measures)}))
    return measures, date, tuple(note for note in notes if note.n)
