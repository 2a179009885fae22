"""A log to which rows were appended: only these are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ..in_memory.codes import Floats
from ..in_memory.column import Column
from ..in_memory.concatenate import append_codes
from ..in_memory.deferred_codes import Recoding
from ..parsing.amounts import reads_amounts_alone
from ..parsing.currencies import shared
from ..parsing.placeholder_days import PLACEHOLDERS
from ..parsing.times import read_clock, reads_times_alone
from .appended_rows import has_appended_rows, rows_from
from .checks import RowKeys, append_by_day, exact_duplicates, rows_between
from .choices import Choices
from .log_rows import LogRows, read_part
from .source import Source


def read_appended_rows(
    old: LogRows,
    old_source: Source,
    source: Source,
    role_columns: Mapping[str, str],
    choices: Choices,
) -> tuple[LogRows, Recoding, npt.NDArray[np.intp]] | None:
    """Read only the rows appended to ``old_source``; None if all must be read.

    With the rows come the recoding of the customers, and which old rows are within the first and
    the last day of the appended ones.

    The result is that of reading the whole frame. There is none where old rows have changed, or
    where how a column is read depends on all its values, such as dates in text.
    """
    if not (
        reads_times_alone(source.series(role_columns["time"]).dtype)
        and (
            "amount" not in role_columns
            or reads_amounts_alone(source.series(role_columns["amount"]).dtype)
        )
        and has_appended_rows(old_source, source)
    ):
        return None
    appended_source = rows_from(source, old.n)
    appended, _ = read_part(appended_source, role_columns, choices)
    if _must_reread(old, appended, choices):
        return None
    values = source.series(role_columns["customer"])
    used_rows = None
    if old.used_rows is not None or appended.used_rows is not None:
        used_rows = np.concatenate([old.positions, appended.positions + old.n])
        values = values.iloc[used_rows]
    found = append_codes(old.customers, appended.customers, values)
    if found is None or (
        len(appended.customers.levels) and _is_text(old.customers) != _is_text(appended.customers)
    ):
        return None
    coded, recoding = found
    old_customers = old.customers
    customers = Column(values, old_customers.kind, name=old_customers.name, coded=coded)
    by_day = append_by_day(old.by_day, appended.by_day)
    amount = None
    if old.amount is not None and appended.amount is not None:
        in_frame = _is_view_of_frame(old.amount, old_source, role_columns) and _is_view_of_frame(
            appended.amount, appended_source, role_columns
        )
        if in_frame and used_rows is None:
            amount = source.series(role_columns["amount"]).to_numpy()
        else:
            amount = np.concatenate([old.amount, appended.amount])
    note_counts = Counter(old.note_counts)
    note_counts.update(appended.note_counts)
    start = old.by_day.day.size

    # A duplicate is of the same day; those among the old rows are counted already.
    same_days = rows_between(by_day.day[:start], by_day.day[start:])
    compared = np.concatenate([same_days, np.arange(start, by_day.day.size)])
    selection = compared if used_rows is None else used_rows[compared]
    clock = read_clock(source.series(role_columns["time"]), role_columns["time"])
    compared_amounts = None if amount is None else amount[compared]
    keys = RowKeys(customers.codes_at(compared), clock, compared_amounts, selection)
    note_counts["duplicates"] = old.note_counts["duplicates"] + exact_duplicates(
        source, keys, compared.size - (by_day.day.size - start)
    )
    rows = LogRows(
        n=source.n,
        used_rows=used_rows,
        customers=customers,
        time=None,
        amount=amount,
        is_return_array=old.is_return_array.append(appended.is_return),
        refunds=np.concatenate([old.refunds, appended.refunds]),
        note_counts=note_counts,
        zones=old.zones,
        by_day=by_day,
        signs=old.signs + appended.signs,
        by_customer=_rows_by_customer(old, recoding, customers, start),
        doubts=old.doubts | appended.doubts,
        trial_column=old.trial_column,
    )
    return rows, recoding, same_days


def _must_reread(old: LogRows, appended: LogRows, choices: Choices) -> bool:
    """Whether appended rows change how the old ones are read: a currency, or placeholder dates."""
    if choices.currency is None and shared(old.signs + appended.signs) == frozenset():
        return True
    days = appended.by_day.days
    has_placeholders = (
        old.note_counts["placeholder_dates"] or appended.note_counts["placeholder_dates"]
    )
    return bool(has_placeholders or np.isin(days, PLACEHOLDERS).any())


def _rows_by_customer(
    old: LogRows, recoding: Recoding, customers: Column, start: int
) -> npt.NDArray[np.int64]:
    """How many rows each customer has now."""
    counts = np.bincount(customers.codes_at(slice(start, None)), minlength=len(customers.levels))
    old_counts = old.by_customer
    counts[slice(old_counts.size) if recoding is None else recoding] += old_counts
    return counts


def _is_view_of_frame(amount: Floats, source: Source, role_columns: Mapping[str, str]) -> bool:
    """Whether amounts are a view of the frame, not a copy."""
    given = source.series(role_columns["amount"])
    return given.dtype == np.float64 and np.may_share_memory(amount, given.to_numpy())


def _is_text(ids: Column) -> bool:
    return isinstance(ids.levels[0], str)
