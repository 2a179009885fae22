"""What must be known about a log before anything is counted on it."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError
from ..in_memory.codes import Codes, Floats, number_array
from ..in_memory.column import Column
from ..in_memory.duplicate_rows import Keys, alike_keys
from ..in_memory.growable_array import Ample
from ..machine.parallel import BLOCK, in_blocks
from ..parsing.amounts import EXACT
from ..parsing.times import Clock
from .source import Source

DAY_MS = 86_400_000
EPOCH = dt.date(1970, 1, 1)
Days: TypeAlias = npt.NDArray[np.integer[Any]]
Places: TypeAlias = slice | npt.NDArray[np.intp]
FAR_DAYS = 30
FAR_QUANTILE = 0.999
_MIX = tuple(map(np.uint64, (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)))
"""Large odd numbers: rows that differ rarely get the same key."""


def present_ids(ids: Column) -> npt.NDArray[np.bool_]:
    """Which rows have a customer id; blank text is none.

    Raises
    ------
    InputError
        If ids cannot be told apart: numbers mixed with text, or whole numbers over 2^53 that
        came as floats.
    """
    if pd.api.types.is_float_dtype(ids.values.dtype):
        numbers = number_array(ids.values)
        present = np.isfinite(numbers)
        if (np.abs(numbers[present]) > EXACT).any():
            raise InputError("ids_too_large", column=ids.name)
        return present
    if ids.kind != "category":
        return ids.values.notna().to_numpy(dtype=bool)
    levels = ids.levels
    if isinstance(levels.dtype, pd.StringDtype):
        blank = np.asarray(levels.str.strip() == "", dtype=bool)
    else:
        text = np.array([isinstance(level, str) for level in levels], bool)
        if text.any() and not text.all():
            one, two = levels[~text][0], levels[text][0]
            raise InputError("mixed_ids", column=ids.name, one=repr(one), two=repr(two))
        blank = np.array([isinstance(v, str) and not v.strip() for v in levels], bool)
    there: npt.NDArray[np.bool_] = np.append(~blank, False)[ids.codes]
    return there


def last_believed(
    days: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
) -> tuple[dt.date, int, dt.date]:
    """Last day to believe, count of rows after it, and the last day, of days in order with rows.

    Not believed are days after today (unless all are), and more than 30 days past the 99.9th
    percentile.
    """
    upto = np.cumsum(counts)
    at = (upto[-1] - 1) * FAR_QUANTILE
    low, high = days[np.searchsorted(upto, [math.floor(at), math.ceil(at)], side="right")]
    limit = low + (high - low) * (at % 1) + FAR_DAYS
    today = (dt.date.today() - EPOCH).days
    if days[0] <= today:
        limit = min(limit, today)
    sane = days <= limit
    end, last = float(days[sane][-1]), float(days[-1])
    return day_of(end * DAY_MS), int(counts[~sane].sum()), day_of(last * DAY_MS)


@dataclass(frozen=True, eq=False)
class ByDay:
    """``days`` that have rows, in order, how many (``counts``), and the day of each row.

    ``day`` counts from the first of the days, in two bytes where that is enough.
    """

    days: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    room: Ample

    @property
    def day(self) -> Days:
        """The day of each row."""
        return self.room.values

    def since(self, first: int, kind: np.dtype[Any]) -> Days:
        """The day of each row, counted from ``first``."""
        shift = kind.type(self.days[0] - first)
        if not shift and self.day.dtype == kind:
            return self.day
        found: Days = np.add(self.day, shift, dtype=kind)
        return found


def rows_by_day(clock: Clock, places: Places) -> ByDay:
    """The days of the rows at some places (a slice: all), a block of rows at a time."""
    n = len(clock.values) if isinstance(places, slice) else places.size
    if not n:
        return ByDay(np.empty(0, np.int64), np.empty(0, np.int64), Ample.room(0, np.uint16))
    since_epoch = np.empty(n, np.int32)

    def write(part: slice) -> None:
        since_epoch[part] = clock.days(part if isinstance(places, slice) else places[part])

    in_blocks(write, n)
    first, last = int(since_epoch.min()), int(since_epoch.max())
    room, counts = Ample.room(n, _kind(last - first)), np.zeros(last - first + 1, np.int64)
    for lo in range(0, n, BLOCK):
        part = room.values[lo : lo + BLOCK]
        part[:] = since_epoch[lo : lo + BLOCK] - first
        found = np.bincount(part)
        counts[: found.size] += found
    days = np.flatnonzero(counts)
    return ByDay(days + first, counts[days], room)


def both_by_day(one: ByDay, two: ByDay) -> ByDay:
    """The days of rows and of others behind them."""
    if not one.day.size or not two.day.size:
        return one if one.day.size else two
    days, place = np.unique(np.concatenate([one.days, two.days]), return_inverse=True)
    counts = np.zeros(days.size, np.int64)
    np.add.at(counts, place, np.concatenate([one.counts, two.counts]))
    first, kind = int(days[0]), _kind(int(days[-1] - days[0]))
    before = one.since(first, kind)
    room = one.room if before is one.day else Ample.of(before)
    return ByDay(days, counts, room.going_on(two.since(first, kind)))


def _kind(span: int) -> np.dtype[Any]:
    """What days from 0 to ``span`` fit in."""
    return np.dtype(np.uint16 if span < 65_535 else np.int32)


def day_of(ms: float) -> dt.date:
    """Calendar day of epoch milliseconds."""
    return EPOCH + dt.timedelta(days=int(ms // DAY_MS))


@dataclass(frozen=True, slots=True)
class Keyed:
    """What rows that repeat each other have in common: customer, time and amount, if any."""

    customer: Codes
    clock: Clock
    amount: Floats | None
    places: Places
    """Where the rows are in the frame, and so on the clock (a slice: all)."""

    def at(self, rows: Places) -> tuple[Codes, npt.NDArray[np.uint64], Floats | None]:
        """Customer, time (as a number) and amount of some of the rows."""
        where = rows if isinstance(self.places, slice) else self.places[rows]
        amount = None if self.amount is None else self.amount[rows]
        return self.customer[rows], self.clock.bits(where), amount


def exact_duplicates(source: Source, rows: Keyed, start: int = 0) -> int:
    """Rows from ``start`` on that repeat an earlier one of the rows in every column."""
    alike = alike_keys(_keys(rows, np.uint32, slice(None)))
    # Most of these few are alike by chance, which a longer key tells.
    alike = alike[alike_keys(_keys(rows, np.uint64, alike))]
    if not alike.size:
        return 0
    where = alike if isinstance(rows.places, slice) else rows.places[alike]
    codes = {}
    for name in source.columns:
        values = source.series(name).iloc[where]
        try:
            codes[name] = pd.factorize(values)[0]
        except TypeError:
            codes[name] = pd.factorize(values.astype(str))[0]
    return int(pd.DataFrame(codes).duplicated()[alike >= start].sum())


def rows_between(days: Days, others: Days) -> npt.NDArray[np.intp]:
    """Positions of rows from the first to the last day of others, a block at a time."""
    if not others.size or not days.size:
        return np.empty(0, np.intp)
    lo, hi = others.min(), others.max()
    unsigned = np.dtype(f"u{days.itemsize}")

    def between(part: slice) -> npt.NDArray[np.intp]:
        # what is before the first is large when read without sign
        found = np.flatnonzero((days[part] - lo).view(unsigned) <= hi - lo)
        found += part.start
        return found

    return np.concatenate(in_blocks(between, days.size))


def _keys(rows: Keyed, dtype: type[np.unsignedinteger[Any]], which: Places) -> Keys:
    """A number for each of some rows, the same for those of equal customer, time and amount."""
    keys = np.empty(rows.customer.size if isinstance(which, slice) else which.size, dtype)
    shift = np.uint64(64 - 8 * keys.itemsize)

    def write(part: slice) -> None:
        customer, time, amount = rows.at(part if isinstance(which, slice) else which[part])
        found = customer.astype(np.uint64)
        found *= _MIX[0]
        found ^= time * _MIX[1]
        if amount is not None:
            money = np.where(np.isnan(amount), 0.0, amount)
            found ^= money.view(np.uint64) * _MIX[2]
        keys[part] = found >> shift

    in_blocks(write, keys.size)
    return keys


def text_numbers(source: Source) -> list[str]:
    """Columns of text that are numbers nearly throughout, told from their first 1,000 values."""
    found = []
    for name, kind in source.kinds.items():
        if kind == "category":
            head = source.series(name).dropna().iloc[:1000]
            texts = [value for value in head if isinstance(value, str)]
            numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").notna().sum()
            if texts and len(texts) == len(head) and numbers >= 0.95 * len(texts):
                found.append(name)
    return found
