"""The rows of a frame that can be used as a log, and what was noticed about the others."""

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
from ..in_memory.growable_array import Ample
from ..parsing.placeholder_days import placeholder_days
from ..parsing.times import Clock, read_clock
from ..vocabulary.notes import Note, add_note
from .checks import (
    ByDay,
    Keyed,
    Places,
    exact_duplicates,
    last_believed,
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

    ``n`` is the number of rows of the frame, ``places`` are those used (None: all). ``time`` is
    None where it is read again from the frame when asked for: most need only the day.
    ``refunds`` are the amounts of returns as they were given, ``counted`` what was noticed by the
    keys of its notes. ``signs`` counts the currencies of the amounts, ``by_customer`` the rows of
    each customer, and ``doubts`` says what the ids look like.
    """

    n: int
    places: npt.NDArray[np.intp] | None
    customers: Column
    time: Floats | None
    amount: Floats | None
    returned: Ample
    refunds: Floats
    counted: Mapping[str, int]
    zones: tuple[str, ...]
    by_day: ByDay
    signs: Counter[str]
    by_customer: npt.NDArray[np.int64]
    doubts: Doubts
    trial_column: str | None

    @property
    def is_return(self) -> Bools:
        """Which rows are returns."""
        return self.returned.values

    @property
    def positions(self) -> npt.NDArray[np.intp]:
        """Positions in the frame."""
        return np.arange(self.n) if self.places is None else self.places

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

    def notes(self, places: Mapping[str, str], choices: Choices) -> tuple[tuple[Note, ...], Any]:
        """What to say, and the last day to believe."""
        notes: list[Note] = []
        said = self.counted
        who, when, paid = (places.get(role) for role in ("customer", "time", "amount"))
        add_note(notes, "missing_customers", said["missing_customers"], column=who)
        notes += notes_on_ids(self.customers.levels, self.by_customer, self.doubts, str(who))
        add_note(notes, "header_rows", said["header_rows"], column=who)
        for key in ("failed_times", "missing_times", "placeholder_dates", "serial_days"):
            add_note(notes, key, said[key], column=when)
        add_note(notes, "time_zone", len(self.zones), zone=", ".join(self.zones))
        for key in ("missing_amounts", "failed_amounts", "infinite_amounts"):
            add_note(notes, key, said[key], column=paid)
        for key in ("other_currencies", "unsaid_currency"):
            add_note(notes, key, said[key], currency=choices.currency)
        amount = float(self.refunds.sum())
        add_note(notes, f"returns_{choices.returns}", self.refunds.size, amount=amount)
        end, late, last = last_believed(self.by_day.days, self.by_day.counts)
        add_note(notes, "future_dates", late, last=last, end=end)
        add_note(notes, "trial_orders", said["trial_orders"], column=self.trial_column)
        add_note(notes, "duplicates", said["duplicates"])
        return tuple(notes), end


def read_rows(source: Source, places: Mapping[str, str], choices: Choices) -> LogRows:
    """Read the customers, times and amounts of a frame, and count the rows that are repeated.

    Raises
    ------
    InputError
        If a column cannot be read, or its amounts cannot be added up.
    """
    rows, clock = read_part(source, places, choices)
    check_money(rows.signs, source.kinds, places, choices)
    keyed = Keyed(rows.customers.codes, clock, rows.amount, _where(rows.places))
    said = Counter(rows.counted)
    said["duplicates"] = exact_duplicates(source, keyed)
    return replace(rows, counted=said)


def _where(places: npt.NDArray[np.intp] | None) -> Places:
    return slice(None) if places is None else places


def read_part(source: Source, places: Mapping[str, str], choices: Choices) -> tuple[LogRows, Clock]:
    """All but the count of rows that are repeated, and the times to tell these by."""
    said: Counter[str] = Counter()
    customers = source.column(places["customer"])
    known = present_ids(customers)
    said["missing_customers"] = source.n - int(known.sum())
    said["header_rows"] = header_rows(customers)
    clock = read_clock(source.series(places["time"]), places["time"])
    timeless = clock.missing()
    said["failed_times"] = clock.failed
    said["missing_times"] = int(timeless.sum()) - clock.failed
    said["serial_days"] = source.n - int(timeless.sum()) if clock.is_serial else 0
    keep = known & ~timeless
    money = read_money(source, places, choices)
    said.update(money.counted)
    trial = trial_column(source.kinds, places)
    said["trial_orders"] = trial_rows(source, trial)
    if money.others is not None:
        said["other_currencies"] = int((money.others & keep).sum())
        keep &= ~money.others
    rows = _used(source.n, keep, customers, clock, money, choices, said)
    used, by_day = rows.positions, rows.by_day
    if choices.returns == "drop":  # returns, too, may be of such a day
        used = np.flatnonzero(keep)
        by_day = rows_by_day(clock, used)
    blank = placeholder_days(by_day.days)
    if blank.size:
        none = np.isin(by_day.since(0, np.dtype(np.int32)), blank)
        said["placeholder_dates"] = int(none.sum())
        keep[used[none]] = False
        rows = _used(source.n, keep, customers, clock, money, choices, said)
    return replace(rows, trial_column=trial), clock


def _used(
    n: int,
    keep: Bools,
    customers: Column,
    clock: Clock,
    money: Money,
    choices: Choices,
    said: Counter[str],
) -> LogRows:
    """The rows that are kept, but for those that the choice about returns leaves out."""
    amount, refunds = money.amount, np.empty(0)
    room = Ample.room(n, bool)
    returned: Bools = room.values
    returned[:] = False
    if amount is not None:
        np.less(amount, 0, out=returned)
        returned &= keep
        refunds = amount[returned]
        if refunds.size and choices.returns == "gross":
            amount = np.where(returned, 0.0, amount)
        if choices.returns == "drop":
            keep = keep & ~returned
    kept = None
    if not keep.all():
        kept = np.flatnonzero(keep)
        customers, room = customers.take(kept), Ample.room(kept.size, bool)
        np.take(returned, kept, out=room.values)
        amount = None if amount is None else amount[kept]
    where = _where(kept)
    return LogRows(
        n=n,
        places=kept,
        customers=customers,
        time=None if clock.ms is None else clock.ms[where],
        amount=amount,
        returned=room,
        refunds=refunds,
        counted=said,
        zones=clock.zones,
        by_day=rows_by_day(clock, where),
        signs=money.signs,
        by_customer=np.bincount(customers.codes, minlength=len(customers.levels)),
        doubts=doubts_of(customers.levels),
        trial_column=None,
    )
