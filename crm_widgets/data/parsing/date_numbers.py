"""Numbers that stand for times: digits of a date, seconds since 1970, days of a spreadsheet."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

import numpy as np
import numpy.typing as npt

from .calendar_days import NONE, day_numbers, full_years
from .date_orders import ambiguous

Floats = npt.NDArray[np.float64]
DAY_MS = 86_400_000.0
MS = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3}
_EPOCHS = (("ns", 1e17, 4.2e18), ("us", 1e14, 4.2e15), ("ms", 1e11, 4.2e12), ("s", 1e8, 4.2e9))
SERIAL_ZERO = 25_569
"""1970-01-01 as spreadsheets count days, from 1899-12-30."""
_MASKS = {
    "ymd": "yyyymmdd",
    "ym": "yyyymm",
    "yymmdd": "yymmdd",
    "ymdh": "yyyymmddHH",
    "ymdhm": "yyyymmddHHMM",
    "ymdhms": "yyyymmddHHMMSS",
    "ymdhmsf": "yyyymmddHHMMSSFFF",
}
"""What the digits of a whole number may be, by the names of the readings."""


def read_numbers(values: Floats, column: str, *, serials: bool = True) -> tuple[Floats, bool]:
    """Epoch milliseconds of numbers, NaN where one is no time; and whether they are serial days.

    All are taken in one way, that in which most are a time. Serial days are those of a spreadsheet,
    which counts from 1899-12-30.

    Raises
    ------
    InputError
        If there are two such ways, as of 201105: a month, or a day of 2020.
    """
    out = np.full(values.size, np.nan)
    present = np.isfinite(values)
    known = values[present]
    if not known.size:
        return out, False
    lo, hi = known.min(), known.max()
    readings = {
        name: _calendar(known, mask)
        for name, mask in _MASKS.items()
        if hi >= 10.0 ** (len(mask) - 1) and lo < 10.0 ** len(mask)
    }
    for unit, first, last in _EPOCHS:
        if hi >= first and lo < last:
            fits = ((known >= first) & (known < last)) | (known == 0)
            readings[unit] = np.where(fits, np.floor(known * MS[unit]), np.nan)
    if serials and hi >= SERIAL_ZERO and lo < SERIAL_ZERO + _next_year():
        readings["serial"] = _serials(known)
    if not readings:
        return out, False
    counts = {name: int((~np.isnan(found)).sum()) for name, found in readings.items()}
    best = max(counts.values())
    if not best:
        return out, False
    names = [name for name, n in counts.items() if n == best]
    if "ym" in names and "yymmdd" in names:
        example = f"{known[~np.isnan(readings['ym'])][0]:.0f}"
        raise ambiguous("six", ["ym", "ymd"], example, column)
    if len(names) > 1:
        names = [name for name in names if not _is_later(readings[name])] or names
    out[present] = readings[names[0]]
    return out, names[0] == "serial"


def _is_later(ms: Floats) -> bool:
    """Whether most of some times are in the future."""
    return float(np.nanmedian(ms)) > _next_year() * DAY_MS


def _next_year() -> int:
    return (dt.date.today() - dt.date(1970, 1, 1)).days + 366


def _calendar(values: Floats, mask: str) -> Floats:
    """Times written as digits: year, month, day and so on, as the mask says."""
    out = np.full(values.size, np.nan)
    size = len(mask)
    fits = (values == np.trunc(values)) & (values >= 10.0 ** (size - 1)) & (values < 10.0**size)
    if not fits.any():
        return out
    left = values[fits].astype(np.int64)
    parts = {letter: np.zeros_like(left) for letter in "HMSF"} | {"d": np.ones_like(left)}
    for letter, run in groupby(reversed(mask)):
        power = 10 ** len(list(run))
        parts[letter], left = left % power, left // power
    year = full_years(parts["y"]) if mask.startswith("yym") else parts["y"]
    days = day_numbers(year, parts["m"], parts["d"])
    valid = (days != NONE) & (parts["H"] < 24) & (parts["M"] < 60) & (parts["S"] < 60)
    seconds = (parts["H"] * 60 + parts["M"]) * 60 + parts["S"]
    out[fits] = np.where(valid, days * DAY_MS + seconds * 1000 + parts["F"], np.nan)
    return out


def _serials(values: Floats) -> Floats:
    """Times of serial days from 1970 to the next year; fractions are the time of day."""
    fits = (values >= SERIAL_ZERO) & (values < SERIAL_ZERO + _next_year())
    day = np.floor(values)
    seconds = np.rint((values - day) * 86_400)
    return np.where(fits, (day - SERIAL_ZERO) * DAY_MS + seconds * 1000, np.nan)
