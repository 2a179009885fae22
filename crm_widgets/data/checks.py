"""What must be known about a log before anything is counted on it."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import InputError
from .amounts import EXACT
from .arrays import ArrayTable
from .columns import Column, Floats, number_array
from .frames import Source

DAY_MS = 86_400_000
EPOCH = dt.date(1970, 1, 1)
FAR_DAYS = 30
FAR_QUANTILE = 0.999
BLOCK = 1 << 17
"""Rows worked on at a time, so that the steps between stay in the processor's cache."""
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


def last_sane(times: Floats) -> tuple[dt.date, int, dt.date]:
    """Last day to believe, count of times after it, and the last day there is.

    Not believed are days after today (unless all are), and more than 30 days past the 99.9th
    percentile.
    """
    first = math.floor(times.min() / DAY_MS)
    counts = _days_since(times, first)
    days = np.flatnonzero(counts) + first
    counts = counts[days - first]
    upto = np.cumsum(counts)
    at = (times.size - 1) * FAR_QUANTILE
    low, high = days[np.searchsorted(upto, [math.floor(at), math.ceil(at)], side="right")]
    limit = low + (high - low) * (at % 1) + FAR_DAYS
    today = (dt.date.today() - EPOCH).days
    if days[0] <= today:
        limit = min(limit, today)
    sane = days <= limit
    end, last = float(days[sane][-1]), float(days[-1])
    return day_of(end * DAY_MS), int(counts[~sane].sum()), day_of(last * DAY_MS)


def _days_since(times: Floats, first: int) -> npt.NDArray[np.int64]:
    """Number of times on each day from ``first`` on, a block at a time."""
    length = math.floor(times.max() / DAY_MS) - first + 1
    counts = np.zeros(length, np.int64)
    for lo in range(0, times.size, BLOCK):
        days = ((times[lo : lo + BLOCK] - first * DAY_MS) / DAY_MS).astype(np.intp)
        found = np.bincount(days)
        counts[: found.size] += found
    return counts


def day_of(ms: float) -> dt.date:
    """Calendar day of epoch milliseconds."""
    return EPOCH + dt.timedelta(days=int(ms // DAY_MS))


def exact_duplicates(source: Source, table: ArrayTable, positions: npt.NDArray[np.intp]) -> int:
    """Rows that repeat an earlier row of the frame in every column."""
    key = _row_keys(table)
    ordered = np.sort(key)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not twice.size:
        return 0
    alike = positions[_rows_among(key, twice)]
    codes = {}
    for name in source.columns:
        values = source.series(name).iloc[alike]
        try:
            codes[name] = pd.factorize(values)[0]
        except TypeError:
            codes[name] = pd.factorize(values.astype(str))[0]
    return int(pd.DataFrame(codes).duplicated().sum())


def _rows_among(
    key: npt.NDArray[np.uint64], wanted: npt.NDArray[np.uint64]
) -> npt.NDArray[np.intp]:
    """Positions of the keys that are wanted, told from their last 16 bits first."""
    bits = np.uint64(0xFFFF)
    perhaps = np.zeros(int(bits) + 1, bool)
    perhaps[wanted & bits] = True
    blocks = range(0, key.size, BLOCK)
    near = np.concatenate(
        [lo + np.flatnonzero(perhaps[key[lo : lo + BLOCK] & bits]) for lo in blocks]
    )
    found: npt.NDArray[np.intp] = near[np.isin(key[near], wanted)]
    return found


def _row_keys(table: ArrayTable) -> npt.NDArray[np.uint64]:
    """A number for each row, the same for rows of equal customer, time and amount."""
    customer, time = table.codes("customer"), table.numbers("time")
    amount = table.numbers("amount") if "amount" in table.kinds else None
    key = np.empty(table.n, np.uint64)
    for lo in range(0, table.n, BLOCK):
        part = slice(lo, lo + BLOCK)
        found = customer[part].astype(np.uint64) * _MIX[0]
        found ^= time[part].view(np.uint64) * _MIX[1]
        if amount is not None:
            money = np.where(np.isnan(amount[part]), 0.0, amount[part])
            found ^= money.view(np.uint64) * _MIX[2]
        key[part] = found
    return key


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
