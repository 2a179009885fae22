"""The rows of a frame that can be used as a log, and counts of what is wrong with the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..in_memory.codes import Floats
from ..in_memory.column import Column
from ..in_memory.growable_array import GrowableArray
from ..parsing.placeholder_days import placeholder_days
from ..parsing.times import Clock, read_clock
from ..vocabulary.notes import Note, add_note
from .checks import (
    ByDay,
    RowKeys,
    RowPositions,
    exact_duplicates,
    last_plausible_day,
    present_ids,
    rows_by_day,
)
from .choices import Choices
from .doubtful_ids import Doubts, doubts_of, header_rows, notes_on_ids
from .money import Money, check_money, read_money
from .source import Source
from .trial_orders import trial_column, trial_rows

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LogRows:
    """Arrays of the rows used, in the order of the frame.

    ``n`` is the number of rows of the frame, ``used_rows`` the positions of those used (None:
    all). ``time`` is None where it is read from the frame when first used: most analyses need only
    the day. ``refunds`` are the amounts of returns as given, ``note_counts`` the counts for notes,
    by key. ``signs`` counts the currencies of the amounts, ``by_customer`` the rows of each
    customer, and ``doubts`` says what the ids look like.
    """

    n: int
    used_rows: npt.NDArray[np.intp] | None
    customers: Column
    time: Floats | None
    amount: Floats | None
    is_return_array: GrowableArray
    refunds: Floats
    note_counts: Mapping[str, int]
    zones: tuple[str, ...]
    by_day: ByDay
    signs: Counter[str]
    by_customer: npt.NDArray[np.int64]
    doubts: Doubts
    trial_column: str | None

    @property
    def is_return(self) -> Bools:
        """Which rows are returns."""
        return self.is_return_array.values

    @property
    def positions(self) -> npt.NDArray[np.intp]:
        """Positions in the frame."""
        return np.arange(self.n) if self.used_rows is None else self.used_rows

    def columns(self) -> dict[str, Column | None]:
        """The columns of the table under their roles; None: as the frame has it."""
        found: dict[str, Column | None] = {"customer": self.customers, "time": None}
        if self.time is not None:
            time = pd.Series(self.time, copy=False)
            found["time"] = Column(time, "time", name="time", numbers=self.time)
        if self.amount is not None:
            amount = pd.Series(self.amount, copy=False)
            found["amount"] = Column(amount, "number", name="amount", numbers=self.amount)
        return found

    def notes(
        self, role_columns: Mapping[str, str], choices: Choices
    ) -> tuple[tuple[Note, ...], Any]:
        """Notes, and the last plausible day."""
        notes: list[Note] = []
        counts = self.note_counts
        customer_column, time_column, amount_column = (
            role_columns.get(role) for role in ("customer", "time", "amount")
        )
        add_note(notes, "missing_customers", counts["missing_customers"], column=customer_column)
        notes += notes_on_ids(
            self.customers.levels, self.by_customer, self.doubts, str(customer_column)
        )
        add_note(notes, "header_rows", counts["header_rows"], column=customer_column)
        for key in ("failed_times", "missing_times", "placeholder_dates", "serial_days"):
            add_note(notes, key, counts[key], column=time_column)
        add_note(notes, "time_zone", len(self.zones), zone=", ".join(self.zones))
        for key in ("missing_amounts", "failed_amounts", "infinite_amounts"):
            add_note(notes, key, counts[key], column=amount_column)
        for key in ("other_currencies", "unsaid_currency"):
            add_note(notes, key, counts[key], currency=choices.currency)
        amount = float(self.refunds.sum())
        add_note(notes, f"returns_{choices.returns}", self.refunds.size, amount=amount)
        end, n_late, last = last_plausible_day(self.by_day.days, self.by_day.counts)
        add_note(notes, "future_dates", n_late, last=last, end=end)
        add_note(notes, "trial_orders", counts["trial_orders"], column=self.trial_column)
        add_note(notes, "duplicates", counts["duplicates"])
        return tuple(notes), end


def read_rows(source: Source, role_columns: Mapping[str, str], choices: Choices) -> LogRows:
    """Read the customers, times and amounts of a frame, and count the duplicate rows.

    Raises
    ------
    InputError
        If a column cannot be read, or its amounts cannot be added up.
    """
    rows, clock = read_part(source, role_columns, choices)
    check_money(rows.signs, source.kinds, role_columns, choices)
    keys = RowKeys(rows.customers.codes, clock, rows.amount, _as_selection(rows.used_rows))
    note_counts = Counter(rows.note_counts)
    note_counts["duplicates"] = exact_duplicates(source, keys)
    return replace(rows, note_counts=note_counts)


def _as_selection(used_rows: npt.NDArray[np.intp] | None) -> RowPositions:
    return slice(None) if used_rows is None else used_rows


def read_part(
    source: Source, role_columns: Mapping[str, str], choices: Choices
) -> tuple[LogRows, Clock]:
    """All but the count of duplicates, and the times to find these by."""
    note_counts: Counter[str] = Counter()
    customers = source.column(role_columns["customer"])
    has_customer = present_ids(customers)
    note_counts["missing_customers"] = source.n - int(has_customer.sum())
    note_counts["header_rows"] = header_rows(customers)
    clock = read_clock(source.series(role_columns["time"]), role_columns["time"])
    has_no_time = clock.missing()
    note_counts["failed_times"] = clock.failed
    note_counts["missing_times"] = int(has_no_time.sum()) - clock.failed
    note_counts["serial_days"] = source.n - int(has_no_time.sum()) if clock.is_serial else 0
    keep = has_customer & ~has_no_time
    money = read_money(source, role_columns, choices)
    note_counts.update(money.note_counts)
    trial = trial_column(source.kinds, role_columns)
    note_counts["trial_orders"] = trial_rows(source, trial)
    if money.others is not None:
        note_counts["other_currencies"] = int((money.others & keep).sum())
        keep &= ~money.others
    rows = _select_rows(source.n, keep, customers, clock, money, choices, note_counts)
    positions, by_day = rows.positions, rows.by_day
    if choices.returns == "drop":  # returns, too, may be of such a day
        positions = np.flatnonzero(keep)
        by_day = rows_by_day(clock, positions)
    placeholders = placeholder_days(by_day.days)
    if placeholders.size:
        is_placeholder = np.isin(by_day.since(0, np.dtype(np.int32)), placeholders)
        note_counts["placeholder_dates"] = int(is_placeholder.sum())
        keep[positions[is_placeholder]] = False
        rows = _select_rows(source.n, keep, customers, clock, money, choices, note_counts)
    return replace(rows, trial_column=trial), clock


def _select_rows(
    n: int,
    keep: Bools,
    customers: Column,
    clock: Clock,
    money: Money,
    choices: Choices,
    note_counts: Counter[str],
) -> LogRows:
    """The rows that are kept, but for those that the choice about returns leaves out."""
    amount, refunds = money.amount, np.empty(0)
    used_returns = GrowableArray.empty(n, bool)
    is_return: Bools = used_returns.values
    is_return[:] = False
    if amount is not None:
        np.less(amount, 0, out=is_return)
        is_return &= keep
        refunds = amount[is_return]
        if refunds.size and choices.returns == "gross":
            amount = np.where(is_return, 0.0, amount)
        if choices.returns == "drop":
            keep = keep & ~is_return
    used_rows = None
    if not keep.all():
        used_rows = np.flatnonzero(keep)
        customers, used_returns = (
            customers.take(used_rows),
            GrowableArray.empty(used_rows.size, bool),
        )
        np.take(is_return, used_rows, out=used_returns.values)
        amount = None if amount is None else amount[used_rows]
    selection = _as_selection(used_rows)
    return LogRows(
        n=n,
        used_rows=used_rows,
        customers=customers,
        time=None if clock.ms is None else clock.ms[selection],
        amount=amount,
        is_return_array=used_returns,
        refunds=refunds,
        note_counts=note_counts,
        zones=clock.zones,
        by_day=rows_by_day(clock, selection),
        signs=money.signs,
        by_customer=np.bincount(customers.codes, minlength=len(customers.levels)),
        doubts=doubts_of(customers.levels),
        trial_column=None,
    )
