"""Times of every spelling, as the clock on the analyst's wall showed them."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError

Floats = npt.NDArray[np.float64]

_ZONE = re.compile(r"(?<=[:\d])\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
_SLASHED = re.compile(r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?!\d)")
_ISO = re.compile(r"\s*\d{4}-\d")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_EPOCHS = (("ns", 1e17, 4.2e18), ("us", 1e14, 4.2e15), ("ms", 1e11, 4.2e12), ("s", 1e8, 4.2e9))
PER_SECOND = {"ns": 10**9, "us": 10**6, "ms": 10**3, "s": 1}
MS = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3}


@dataclass(frozen=True, slots=True)
class Times:
    """``ms``: epoch milliseconds of the local clock, NaN where there is none.

    ``failed`` counts what was there but is no time; ``zones`` names the time zones.
    """

    ms: Floats
    failed: int = 0
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """The times of rows, read when asked for where each is read by itself.

    ``ms`` are those of all rows where ``values`` had to be read at once.
    """

    values: pd.Series[Any]
    ms: Floats | None = None
    failed: int = 0
    zones: tuple[str, ...] = ()

    def at(self, rows: slice | npt.NDArray[np.intp]) -> Floats:
        """Epoch milliseconds of some rows."""
        return clock_ms(self.values.iloc[rows]) if self.ms is None else self.ms[rows]

    def days(self, rows: slice | npt.NDArray[np.intp]) -> npt.NDArray[np.int32]:
        """Days since 1970-01-01 of some rows, which all have a time."""
        raw = self._raw(rows)
        if raw is None:
            return np.floor(self.at(rows) / 86_400_000).astype(np.int32)
        unit, _ = np.datetime_data(raw.dtype)
        return (raw.view(np.int64) // (86_400 * PER_SECOND[unit])).astype(np.int32)

    def bits(self, rows: slice | npt.NDArray[np.intp]) -> npt.NDArray[np.uint64]:
        """A number for each of some rows, the same for equal times."""
        raw = self._raw(rows)
        return (self.at(rows) if raw is None else raw).view(np.uint64)

    def _raw(self, rows: slice | npt.NDArray[np.intp]) -> npt.NDArray[np.datetime64] | None:
        """Times as NumPy has them, in whole units; None if it has none of these."""
        dtype: Any = self.values.dtype
        if not isinstance(dtype, np.dtype) or dtype.kind != "M":
            return None
        unit, count = np.datetime_data(cast("np.dtype[np.datetime64]", dtype))
        plain = unit in PER_SECOND and count == 1
        return self.values.iloc[rows].to_numpy() if plain else None

    def missing(self) -> npt.NDArray[np.bool_]:
        """Which rows have no time."""
        return self.values.isna().to_numpy(bool) if self.ms is None else np.isnan(self.ms)


def read_clock(values: pd.Series[Any], column: str) -> Clock:
    """Read times as ``parse_times`` does; of a column of time type, not before they are asked for.

    Raises
    ------
    InputError
        As ``parse_times``.
    """
    if reads_times_alone(values.dtype):
        return Clock(values, zones=parse_times(values.iloc[:0], column).zones)
    found = parse_times(values, column)
    return Clock(values, found.ms, found.failed, found.zones)


def clock_ms(values: pd.Series[Any]) -> Floats:
    """Epoch milliseconds of a column of time type; a missing time is NaN.

    Naive times read as UTC; of times with a zone the local clock is kept, so that a
    purchase stays on the calendar day on which the customer made it.
    """
    dtype = values.dtype
    if isinstance(dtype, pd.PeriodDtype):
        values = values.dt.to_timestamp()
    elif isinstance(dtype, pd.ArrowDtype):
        if "tz=" in str(dtype):
            values = values.dt.tz_localize(None)
        values = values.astype("datetime64[ms]")
    elif isinstance(dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_localize(None)
    elif pd.api.types.is_object_dtype(dtype):
        return _objects(values).ms
    raw = values.to_numpy()
    found = raw.astype("datetime64[ms]").view(np.int64).astype(np.float64)
    missing = np.isnat(raw)
    if missing.any():
        found[missing] = np.nan
    return found


def reads_times_alone(dtype: Any) -> bool:
    """Whether each time of a column of this type is read by itself, whatever the others are."""
    if isinstance(dtype, pd.ArrowDtype):
        return str(dtype).startswith(("timestamp", "date"))
    return pd.api.types.is_datetime64_any_dtype(dtype) or isinstance(dtype, pd.PeriodDtype)


def parse_times(values: pd.Series[Any], column: str) -> Times:
    """Times of a column of any type, with the count of what failed.

    Read are datetimes, dates, periods, text (ISO, ``2024年1月5日``, day or month first where
    the column shows which), whole numbers such as 19970101, and epochs in s, ms, μs or ns.

    Raises
    ------
    InputError
        If most values are no times, or day and month cannot be told apart.
    """
    dtype = values.dtype
    types = pd.api.types
    if types.is_bool_dtype(dtype) or types.is_timedelta64_dtype(dtype):
        raise InputError("not_times", column=column, example=_example(values))
    if isinstance(dtype, pd.ArrowDtype) and reads_times_alone(dtype):
        named = re.search(r"tz=([^\]]+)", str(dtype))
        return Times(clock_ms(values), zones=(named[1],) if named else ())
    if reads_times_alone(dtype):
        zone = getattr(dtype, "tz", None)
        return Times(clock_ms(values), zones=() if zone is None else (str(zone),))
    if types.is_numeric_dtype(dtype):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        found = Times(*_numbers(numbers))
    else:
        try:
            codes, found_levels = pd.factorize(values)
        except TypeError as error:
            raise InputError("unhashable", column=column) from error
        levels = pd.Series(np.asarray(found_levels, dtype=object))
        kind = types.infer_dtype(levels, skipna=True)
        if kind in ("string", "empty"):
            parsed = _texts(levels, column)
        elif kind in ("integer", "floating", "mixed-integer-float", "decimal"):
            parsed = Times(*_numbers(np.asarray(levels, np.float64)))
        elif kind in ("date", "period"):
            parsed = _objects(levels)
        else:  # Equal instants may stand on different clocks: take each by itself.
            codes, parsed = np.arange(len(values)), _objects(values)
            codes[values.isna().to_numpy(dtype=bool)] = -1
        ms = np.append(parsed.ms, np.nan)[codes]
        found = Times(ms, int((np.isnan(ms) & (codes >= 0)).sum()), parsed.zones)
    if found.failed * 2 > len(values) - int(values.isna().sum()):
        raise InputError("not_times", column=column, example=_example(values))
    return found


def _example(values: pd.Series[Any]) -> str:
    present = values.dropna()
    return repr(present.iloc[0]) if len(present) else "None"


def _numbers(values: Floats) -> tuple[Floats, int]:
    """Times and count of failures of numbers: days as 19970101, months as 199701, epochs."""
    out = np.full(values.size, np.nan)
    present = np.isfinite(values)
    known = values[present]
    if known.size:
        readings = [_calendar(known, 10_000), _calendar(known, 100)]
        for unit, lo, hi in _EPOCHS:
            fits = (known >= lo) & (known < hi)
            readings.append(np.where(fits, np.floor(known * MS[unit]), np.nan))
        out[present] = max(readings, key=lambda reading: int((~np.isnan(reading)).sum()))
    return out, int((np.isnan(out) & ~np.isnan(values)).sum())


def _calendar(values: Floats, scale: int) -> Floats:
    """Days written as year·10,000 + month·100 + day, or months as year·100 + month."""
    out = np.full(values.size, np.nan)
    whole = np.where(values == np.trunc(values), values, 0.0)
    day_code = whole if scale == 10_000 else whole * 100 + 1
    fits = (day_code >= 1900_01_01) & (day_code <= 2200_12_31)
    codes = day_code[fits].astype(np.int64)
    year, month, day = codes // 10_000, codes // 100 % 100, codes % 100
    start = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(np.int64)
    valid = (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)
    ms = (start.astype("datetime64[D]").astype(np.int64) + day - 1) * 86_400_000.0
    out[fits] = np.where(valid, ms, np.nan)
    return out


def _objects(values: pd.Series[Any]) -> Times:
    """Dates, datetimes, periods and text mixed; each keeps its own clock."""
    out = np.full(len(values), np.nan)
    zones: set[str] = set()
    for place, value in enumerate(values):
        if isinstance(value, bool | int | float) or not pd.api.types.is_scalar(value):
            continue
        if isinstance(value, str) and not _ISO.match(value):
            continue
        try:
            stamp: Any = value.to_timestamp() if isinstance(value, pd.Period) else value
            stamp = pd.Timestamp(stamp)
        except (ValueError, TypeError):
            continue
        if pd.isna(stamp):
            continue
        if stamp.tzinfo is not None:
            zones.add(str(stamp.tzinfo))
            stamp = stamp.tz_localize(None)
        out[place] = stamp.to_datetime64().astype("datetime64[ms]").astype(np.int64)
    return Times(out, zones=tuple(sorted(zones)))


def _texts(levels: pd.Series[Any], column: str) -> Times:
    """Distinct texts; Chinese units become dashes, offsets are taken off and named."""
    text = levels.astype("str").str.strip()
    numeric = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    ms, _ = _numbers(numeric)
    zones = sorted({m[0].strip() for t in text.dropna() if ":" in t and (m := _ZONE.search(t))})
    if zones:
        bare = text.str.replace(_ZONE, "", regex=True)
        text = text.where(~text.str.contains(":", na=False), bare)
    text = text.str.replace(r"\s*[年月]\s*", "-", regex=True)
    text = text.str.replace(r"日\s*", " ", regex=True).str.strip().str.rstrip("-")
    slashed = text.str.extract(_SLASHED)
    first = _day_first(slashed.dropna(), text, column)
    dated = text.str.contains(_YEAR, na=False) | slashed[0].notna()
    rest = np.isnan(numeric) & dated.to_numpy(dtype=bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pd.to_datetime(text[rest], format="ISO8601", errors="coerce")
        late = found.isna()
        if late.any():
            other = pd.to_datetime(
                text[rest][late], format="mixed", dayfirst=first, errors="coerce", utc=True
            ).dt.tz_localize(None)
            found = pd.concat([found[~late], other]).sort_index()
    ms[rest] = clock_ms(found)
    return Times(ms, zones=tuple(zones))


def _day_first(parts: pd.DataFrame, text: pd.Series[Any], column: str) -> bool:
    """Whether 05/03/2024 is in March: told by a first or second number over 12."""
    if not len(parts):
        return False
    one, two = parts[0].astype(int), parts[1].astype(int)
    day_first, month_first = bool((one > 12).any()), bool((two > 12).any())
    if day_first == month_first and not (one == two).all():
        raise InputError("ambiguous_dates", column=column, example=text[parts.index[0]])
    return day_first
