"""Rows of a log in an engine that are left out: of another currency, or of a day that is none."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping

import narwhals as nw
import numpy as np
import numpy.typing as npt

from ..reading.choices import Choices
from ..reading.money import check_money
from ..reading.one_currency import counted_currencies, currency_column, matches
from ..reading.trial_orders import is_trial, trial_column
from ..vocabulary.notes import Note, add_note
from .log import N
from .source import LazySource, array

EPOCH = dt.date(1970, 1, 1)
_VALUE = "crm_widgets_value"


def is_one_of(value: nw.Expr, others: Iterable[Hashable]) -> nw.Expr:
    """Whether a value is one of some; a missing one is not."""
    return nw.when(value.is_in(list(others))).then(nw.lit(True)).otherwise(nw.lit(False))


def _counts(source: LazySource, column: str, keep: nw.Expr) -> Counter[Hashable]:
    """How many of the rows have each value of a column, as text."""
    present = source.frame.filter(keep).filter(~nw.col(column).is_null())
    rows = present.select(**{_VALUE: nw.col(column).cast(nw.String)})
    found = source.collect(rows.group_by(_VALUE).agg(nw.len().alias(N)))
    counts = zip(found[_VALUE].to_list(), array(found, N, np.int64).tolist(), strict=True)
    return Counter(dict(counts))


def of_other_currencies(
    source: LazySource, role_columns: Mapping[str, str], choices: Choices, keep: nw.Expr
) -> tuple[nw.Expr | None, list[Note]]:
    """Which rows are of another currency than the one chosen (None: no rows), and what to say.

    Raises
    ------
    InputError
        If amounts are of several currencies and none is chosen, or none is of the chosen one.
    """
    notes: list[Note] = []
    column = currency_column(source.kinds, role_columns)
    signs: Counter[str] = Counter()
    counts: Counter[Hashable] = Counter()
    if column is not None:
        counts = _counts(source, column, keep)
        signs = counted_currencies(list(counts), np.array(list(counts.values()), np.int64))
    check_money(signs, source.kinds, role_columns, choices)
    if column is None or choices.currency is None:
        return None, notes
    said = {value: n for value, n in counts.items() if str(value).strip()}
    others = [value for value in said if not matches(value, choices.currency)]
    whole = int(source.row(source.frame.filter(keep).select(n=nw.len()))["n"])
    left_out = sum(said[value] for value in others)
    add_note(notes, "other_currencies", left_out, currency=choices.currency)
    unsaid = whole - sum(said.values())
    add_note(notes, "unsaid_currency", unsaid, currency=choices.currency)
    return is_one_of(nw.col(column).cast(nw.String), others) if others else None, notes


def on_days(column: str, days: npt.NDArray[np.int64]) -> nw.Expr:
    """Which rows are of some days, counted from 1970."""
    dates = [EPOCH + dt.timedelta(days=day) for day in days.tolist()]
    return is_one_of(nw.col(column).cast(nw.Date), dates)


def trial_orders(source: LazySource, role_columns: Mapping[str, str], keep: nw.Expr) -> list[Note]:
    """What to say of orders that a column calls tests."""
    notes: list[Note] = []
    column = trial_column(source.kinds, role_columns)
    if column is not None and source.kinds[column] != "time":
        counts = _counts(source, column, keep)
        n = sum(many for value, many in counts.items() if is_trial(value, column))
        add_note(notes, "trial_orders", n, column=column)
    return notes
