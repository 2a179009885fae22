"""What must be known about a log before anything is counted on it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import InputError
from .amounts import EXACT
from .arrays import ArrayTable
from .columns import Floats, Series
from .frames import Source

DAY_MS = 86_400_000
EPOCH = dt.date(1970, 1, 1)
FAR_DAYS = 30
FAR_QUANTILE = 0.999


def present_ids(values: Series, column: str) -> npt.NDArray[np.bool_]:
    """Which rows have a customer id; blank text is none.

    Raises
    ------
    InputError
        If ids cannot be told apart: numbers mixed with text, or whole numbers over 2^53 that
        came as floats.
    """
    present = values.notna().to_numpy(dtype=bool)
    dtype = values.dtype
    if pd.api.types.is_float_dtype(dtype):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        if (np.abs(numbers[present]) > EXACT).any():
            raise InputError("ids_too_large", column=column)
        return present & np.isfinite(numbers)
    if isinstance(dtype, np.dtype) and dtype != object:
        return present
    try:
        codes, levels = pd.factorize(values)
    except TypeError as error:
        raise InputError("unhashable", column=column) from error
    texts = [level for level in levels if isinstance(level, str)]
    if texts and len(texts) < len(levels):
        other = next(level for level in levels if not isinstance(level, str))
        raise InputError("mixed_ids", column=column, one=repr(other), two=repr(texts[0]))
    blank = np.array([isinstance(v, str) and not v.strip() for v in levels] + [False], bool)
    return present & ~blank[codes] if blank.any() else present


def last_sane(times: Floats) -> tuple[dt.date, int, dt.date]:
    """Last day to believe, count of times after it, and the last day there is.

    Not believed are days after today (unless all are), and more than 30 days past the 99.9th
    percentile.
    """
    days = np.floor(times / DAY_MS)
    limit = np.quantile(days, FAR_QUANTILE, method="lower") + FAR_DAYS
    today = (dt.date.today() - EPOCH).days
    if days.min() <= today:
        limit = min(limit, today)
    sane = days[days <= limit]
    return _day(sane.max()), int(days.size - sane.size), _day(days.max())


def _day(days: float) -> dt.date:
    return EPOCH + dt.timedelta(days=int(days))


def exact_duplicates(source: Source, table: ArrayTable, positions: npt.NDArray[np.intp]) -> int:
    """Rows that repeat an earlier row of the frame in every column."""
    key = table.codes("customer").astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    key ^= table.numbers("time").view(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    if "amount" in table.kinds:
        key ^= np.nan_to_num(table.numbers("amount")).view(np.uint64) * np.uint64(0x165667B19E3779F9)
    ordered = np.sort(key)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not twice.size:
        return 0
    like = positions[np.isin(key, twice)]
    columns = {name: source.series(name).iloc[like] for name in source.columns}
    codes = pd.DataFrame({name: pd.factorize(values)[0] for name, values in columns.items()})
    return int(codes.duplicated().sum())
