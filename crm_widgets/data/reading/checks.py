"""Checks of a log: which ids are present, the last plausible day, duplicate rows."""

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
from ..in_memory.duplicate_rows import Keys, repeated_keys
from ..in_memory.growable_array import GrowableArray
from ..machine.parallel import BLOCK, in_blocks
from ..parsing.amounts import EXACT
from ..parsing.times import Clock
from .source import Source

DAY_MS = 86_400_000
EPOCH = dt.date(1970, 1, 1)
Days: TypeAlias = npt.NDArray[np.integer[Any]]
RowPositions: TypeAlias = slice | npt.NDArray[np.intp]
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
        is_text = np.array([isinstance(level, str) for level in levels], bool)
        if is_text.any() and not is_text.all():
            one, two = levels[~is_text][0], levels[is_text][0]
            raise InputError("mixed_ids", column=ids.name, one=repr(one), two=repr(two))
        blank = np.array([isinstance(level, str) and not level.strip() for level in levels], bool)
    has_id: npt.NDArray[np.bool_] = np.append(~blank, False)[ids.codes]
    return has_id


def last_plausible_day(
    days: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
) -> tuple[dt.date, int, dt.date]:
    """Last plausible day, number of rows after it, and the last day of all.

    ``days`` are those with rows, sorted. Not plausible are days after today (unless all are), and
    days more than 30 past the 99.9th percentile.
    """
    cumulative = np.cumsum(counts)
    rank = (cumulative[-1] - 1) * FAR_QUANTILE
    low, high = days[np.searchsorted(cumulative, [math.floor(rank), math.ceil(rank)], side="right")]
    limit = low + (high - low) * (rank % 1) + FAR_DAYS
    today = (dt.date.today() - EPOCH).days
    if days[0] <= today:
        limit = min(limit, today)
    plausible = days <= limit
    end, last = float(days[plausible][-1]), float(days[-1])
    return day_of(end * DAY_MS), int(counts[~plausible].sum()), day_of(last * DAY_MS)


@dataclass(frozen=True, eq=False)
class ByDay:
    """``days`` that have rows, in order, how many (``counts``), and the day of each row.

    ``day`` counts from the first of the days, in two bytes where that is enough.
    """

    days: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    day_array: GrowableArray

    @property
    def day(self) -> Days:
        """The day of each row."""
        return self.day_array.values

    def since(self, first: int, kind: np.dtype[Any]) -> Days:
        """The day of each row, counted from ``first``."""
        shift = kind.type(self.days[0] - first)
        if not shift and self.day.dtype == kind:
            return self.day
        found: Days = np.add(self.day, shift, dtype=kind)
        return found


def rows_by_day(clock: Clock, positions: RowPositions) -> ByDay:
    """The days of the rows at some positions (a slice: all), a block of rows at a time."""
    n = len(clock.values) if isinstance(positions, slice) else positions.size
    if not n:
        return ByDay(
            np.empty(0, np.int64), np.empty(0, np.int64), GrowableArray.empty(0, np.uint16)
        )
    since_epoch = np.empty(n, np.int32)

    def write(part: slice) -> None:
        since_epoch[part] = clock.days(part if isinstance(positions, slice) else positions[part])

    in_blocks(write, n)
    first, last = int(since_epoch.min()), int(since_epoch.max())
    day_array, counts = (
        GrowableArray.empty(n, _day_dtype(last - first)),
        np.zeros(last - first + 1, np.int64),
    )
    for lo in range(0, n, BLOCK):
        part = day_array.values[lo : lo + BLOCK]
        part[:] = since_epoch[lo : lo + BLOCK] - first
        part_counts = np.bincount(part)
        counts[: part_counts.size] += part_counts
    days = np.flatnonzero(counts)
    return ByDay(days + first, counts[days], day_array)


def append_by_day(old: ByDay, appended: ByDay) -> ByDay:
    """The days of rows and of rows appended to them."""
    if not old.day.size or not appended.day.size:
        return old if old.day.size else appended
    days, position = np.unique(np.concatenate([old.days, appended.days]), return_inverse=True)
    counts = np.zeros(days.size, np.int64)
    np.add.at(counts, position, np.concatenate([old.counts, appended.counts]))
    first, kind = int(days[0]), _day_dtype(int(days[-1] - days[0]))
    old_day = old.since(first, kind)
    day_array = old.day_array if old_day is old.day else GrowableArray.copy_of(old_day)
    return ByDay(days, counts, day_array.append(appended.since(first, kind)))


def _day_dtype(span: int) -> np.dtype[Any]:
    """The integer type that days from 0 to ``span`` fit in."""
    return np.dtype(np.uint16 if span < 65_535 else np.int32)


def day_of(ms: float) -> dt.date:
    """Calendar day of epoch milliseconds."""
    return EPOCH + dt.timedelta(days=int(ms // DAY_MS))


@dataclass(frozen=True, slots=True)
class RowKeys:
    """What duplicate rows have in common: customer, time and amount, if any."""

    customer: Codes
    clock: Clock
    amount: Floats | None
    positions: RowPositions
    """Positions of the rows in the frame, and so on the clock (a slice: all)."""

    def at(self, rows: RowPositions) -> tuple[Codes, npt.NDArray[np.uint64], Floats | None]:
        """Customer, time (as a number) and amount of some of the rows."""
        positions = rows if isinstance(self.positions, slice) else self.positions[rows]
        amount = None if self.amount is None else self.amount[rows]
        return self.customer[rows], self.clock.bits(positions), amount


def exact_duplicates(source: Source, rows: RowKeys, start: int = 0) -> int:
    """Number of rows from ``start`` on that equal an earlier one in every column."""
    repeated = repeated_keys(_keys(rows, np.uint32, slice(None)))
    # Most of these few are equal by chance, which a longer key tells.
    repeated = repeated[repeated_keys(_keys(rows, np.uint64, repeated))]
    if not repeated.size:
        return 0
    positions = repeated if isinstance(rows.positions, slice) else rows.positions[repeated]
    codes = {}
    for name in source.columns:
        values = source.series(name).iloc[positions]
        try:
            codes[name] = pd.factorize(values)[0]
        except TypeError:
            codes[name] = pd.factorize(values.astype(str))[0]
    return int(pd.DataFrame(codes).duplicated()[repeated >= start].sum())


def rows_between(days: Days, other_days: Days) -> npt.NDArray[np.intp]:
    """Positions of rows from the first to the last day of others, a block at a time."""
    if not other_days.size or not days.size:
        return np.empty(0, np.intp)
    lo, hi = other_days.min(), other_days.max()
    unsigned = np.dtype(f"u{days.itemsize}")

    def between(part: slice) -> npt.NDArray[np.intp]:
        # a negative difference is large when read as unsigned
        found = np.flatnonzero((days[part] - lo).view(unsigned) <= hi - lo)
        found += part.start
        return found

    return np.concatenate(in_blocks(between, days.size))


def _keys(rows: RowKeys, dtype: type[np.unsignedinteger[Any]], selection: RowPositions) -> Keys:
    """A number for each of some rows, the same for those of equal customer, time and amount."""
    keys = np.empty(rows.customer.size if isinstance(selection, slice) else selection.size, dtype)
    shift = np.uint64(64 - 8 * keys.itemsize)

    def write(part: slice) -> None:
        customer, time, amount = rows.at(part if isinstance(selection, slice) else selection[part])
        key = customer.astype(np.uint64)
        key *= _MIX[0]
        key ^= time * _MIX[1]
        if amount is not None:
            plain_amount = np.where(np.isnan(amount), 0.0, amount)
            key ^= plain_amount.view(np.uint64) * _MIX[2]
        keys[part] = key >> shift

    in_blocks(write, keys.size)
    return keys


def text_numbers(source: Source) -> list[str]:
    """Columns of text that are numbers nearly throughout, told from their first 1,000 values."""
    columns = []
    for name, kind in source.kinds.items():
        if kind == "category":
            head = source.series(name).dropna().iloc[:1000]
            texts = [value for value in head if isinstance(value, str)]
            numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").notna().sum()
            if texts and len(texts) == len(head) and numbers >= 0.95 * len(texts):
                columns.append(name)
    return columns
