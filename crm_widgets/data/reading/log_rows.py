"""The rows of a frame that can be used as a log, and what was noticed about the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..in_memory.codes import Floats
from ..in_memory.column import Column
from ..in_memory.concatenate import joined
from ..in_memory.deferred_codes import Moved
from ..in_memory.growable_array import Ample
from ..parsing.amounts import parse_amounts, reads_amounts_alone
from ..parsing.times import Clock, read_clock, reads_times_alone
from ..vocabulary.notes import Note, add_note
from .appended_rows import has_grown, tail
from .checks import (
    ByDay,
    Keyed,
    Places,
    both_by_day,
    exact_duplicates,
    last_believed,
    present_ids,
    rows_between,
    rows_by_day,
)
from .source import Source

Returns = Literal["net", "gross", "drop"]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LogRows:
    """Arrays of the rows used, in the order of the frame.

    ``n`` is the number of rows of the frame, ``places`` are those used (None: all). ``time`` is
    None where it is read again from the frame when asked for: most need only the day.
    ``refunds`` are the amounts of returns as they were given, ``counted`` what was noticed by the
    keys of its notes.
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

    def notes(self, places: Mapping[str, str], returns: Returns) -> tuple[tuple[Note, ...], Any]:
        """What to say, and the last day to believe."""
        notes: list[Note] = []
        said = self.counted
        who, when = places["customer"], places["time"]
        add_note(notes, "missing_customers", said["missing_customers"], column=who)
        add_note(notes, "failed_times", said["failed_times"], column=when)
        add_note(notes, "missing_times", said["missing_times"], column=when)
        add_note(notes, "serial_days", said["serial_days"], column=when)
        add_note(notes, "time_zone", len(self.zones), zone=", ".join(self.zones))
        for key in ("missing_amounts", "failed_amounts", "infinite_amounts"):
            add_note(notes, key, said[key], column=places.get("amount"))
        add_note(notes, f"returns_{returns}", self.refunds.size, amount=float(self.refunds.sum()))
        end, late, last = last_believed(self.by_day.days, self.by_day.counts)
        add_note(notes, "future_dates", late, last=last, end=end)
        add_note(notes, "duplicates", said["duplicates"])
        return tuple(notes), end


def read_rows(source: Source, places: Mapping[str, str], returns: Returns) -> LogRows:
    """Read the customers, times and amounts of a frame, and count the rows that are repeated."""
    rows, clock = _read(source, places, returns)
    keyed = Keyed(rows.customers.codes, clock, rows.amount, _where(rows.places))
    said = Counter(rows.counted)
    said["duplicates"] = exact_duplicates(source, keyed)
    return replace(rows, counted=said)


def _where(places: npt.NDArray[np.intp] | None) -> Places:
    return slice(None) if places is None else places


def _read(source: Source, places: Mapping[str, str], returns: Returns) -> tuple[LogRows, Clock]:
    """All but the count of rows that are repeated, and the times to tell these by."""
    said: Counter[str] = Counter()
    customers = source.column(places["customer"])
    known = present_ids(customers)
    said["missing_customers"] = source.n - int(known.sum())
    clock = read_clock(source.series(places["time"]), places["time"])
    timeless = clock.missing()
    said["failed_times"] = clock.failed
    said["missing_times"] = int(timeless.sum()) - clock.failed
    said["serial_days"] = source.n - int(timeless.sum()) if clock.is_serial else 0
    keep = known & ~timeless
    amount, refunds = None, np.empty(0)
    room = Ample.room(source.n, bool)
    returned: Bools = room.values
    if "amount" in places:
        parsed = parse_amounts(source.series(places["amount"]), places["amount"])
        amount = parsed.values
        said["missing_amounts"] = parsed.missing
        said["failed_amounts"] = parsed.failed
        said["infinite_amounts"] = parsed.infinite
        np.less(amount, 0, out=returned)
        returned &= keep
        refunds = amount[returned]
        if refunds.size and returns == "gross":
            amount = np.where(returned, 0.0, amount)
        if returns == "drop":
            keep &= ~returned
    else:
        returned[:] = False
    kept = None
    if not keep.all():
        kept = np.flatnonzero(keep)
        customers, room = customers.take(kept), Ample.room(kept.size, bool)
        np.take(returned, kept, out=room.values)
        amount = None if amount is None else amount[kept]
    where = _where(kept)
    time = None if clock.ms is None else clock.ms[where]
    by_day = rows_by_day(clock, where)
    rows = LogRows(
        source.n, kept, customers, time, amount, room, refunds, said, clock.zones, by_day
    )
    return rows, clock


def read_on(
    rows: LogRows, before: Source, source: Source, places: Mapping[str, str], returns: Returns
) -> tuple[LogRows, Moved, npt.NDArray[np.intp]] | None:
    """Read only what is behind the rows of ``before``; None if all must be read.

    With the rows come where the customers are now, and which rows before are from the first to
    the last day of the new ones.

    The result is what reading the whole would give. It cannot be had where rows before have
    changed, or where a column is read in the light of all its values, such as dates in text.
    """
    if not (
        reads_times_alone(source.series(places["time"]).dtype)
        and ("amount" not in places or reads_amounts_alone(source.series(places["amount"]).dtype))
        and has_grown(before, source)
    ):
        return None
    part = tail(source, rows.n)
    more, _ = _read(part, places, returns)
    values = source.series(places["customer"])
    kept = None
    if rows.places is not None or more.places is not None:
        kept = np.concatenate([rows.positions, more.positions + rows.n])
        values = values.iloc[kept]
    found = joined(rows.customers, more.customers, values)
    if found is None or (
        len(more.customers.levels) and _is_text(rows.customers) != _is_text(more.customers)
    ):
        return None
    coded, moved = found
    old = rows.customers
    customers = Column(values, old.kind, name=old.name, coded=coded)
    by_day = both_by_day(rows.by_day, more.by_day)
    amount = None
    if rows.amount is not None and more.amount is not None:
        as_given = _lies_in(rows.amount, before, places) and _lies_in(more.amount, part, places)
        if as_given and kept is None:
            amount = source.series(places["amount"]).to_numpy()
        else:
            amount = np.concatenate([rows.amount, more.amount])
    said = Counter(rows.counted)
    said.update(more.counted)
    start = rows.by_day.day.size

    # A repeated row is of the same day; those before that repeat each other are counted already.
    near = rows_between(by_day.day[:start], by_day.day[start:])
    again = np.concatenate([near, np.arange(start, by_day.day.size)])
    where = again if kept is None else kept[again]
    clock = read_clock(source.series(places["time"]), places["time"])
    money = None if amount is None else amount[again]
    alike = Keyed(customers.codes_at(again), clock, money, where)
    said["duplicates"] = rows.counted["duplicates"] + exact_duplicates(
        source, alike, again.size - (by_day.day.size - start)
    )
    read = LogRows(
        source.n,
        kept,
        customers,
        None,
        amount,
        rows.returned.going_on(more.is_return),
        np.concatenate([rows.refunds, more.refunds]),
        said,
        rows.zones,
        by_day,
    )
    return read, moved, near


def _lies_in(amount: Floats, source: Source, places: Mapping[str, str]) -> bool:
    """Whether amounts are those of the frame itself, and no copy."""
    given = source.series(places["amount"])
    return given.dtype == np.float64 and np.may_share_memory(amount, given.to_numpy())


def _is_text(ids: Column) -> bool:
    return isinstance(ids.levels[0], str)
