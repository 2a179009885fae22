"""Times of every spelling, as the clock on the analyst's wall showed them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError
from .characters import fold
from .date_numbers import read_numbers
from .date_texts import read_time_texts

Floats = npt.NDArray[np.float64]
PEEK = 10_000
"""Rows that tell whether values repeat."""
PER_SECOND = {"ns": 10**9, "us": 10**6, "ms": 10**3, "s": 1}


@dataclass(frozen=True, slots=True)
class Times:
    """``ms``: epoch milliseconds of the local clock, NaN where there is none.

    ``failed`` counts what was there but is no time; ``zones`` names the time zones, and
    ``is_serial`` says that days were numbered as in a spreadsheet.
    """

    ms: Floats
    failed: int = 0
    zones: tuple[str, ...] = ()
    is_serial: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """The times of rows, read when asked for where each is read by itself.

    ``ms`` are those of all rows where ``values`` had to be read at once.
    """

    values: pd.Series[Any]
    ms: Floats | None = None
    failed: int = 0
    zones: tuple[str, ...] = ()
    is_serial: bool = False

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
    return Clock(values, found.ms, found.failed, found.zones, found.is_serial)


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
        return _objects(values, str(values.name)).ms
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

    Read are datetimes, dates, periods, text (ISO, ``2024年1月5日 下午3:05``, names of months in
    several languages, day or month first where the column shows which), whole numbers such as
    19970101, epochs in s, ms, μs or ns, and serial days of a spreadsheet. Blank text is missing.

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
    missing = int(values.isna().sum())
    if types.is_numeric_dtype(dtype):
        found = _of_numbers(values.to_numpy(dtype=np.float64, na_value=np.nan), column)
    else:
        try:
            codes, levels = pd.factorize(values)
        except TypeError as error:
            raise InputError("unhashable", column=column) from error
        objects = np.asarray(levels, dtype=object)
        kind = types.infer_dtype(objects, skipna=True)
        if kind in ("string", "empty"):
            parsed = _of_texts(objects, column)
        elif kind in ("integer", "floating", "mixed-integer-float", "decimal"):
            parsed = _of_numbers(objects.astype(np.float64), column)
        elif kind in ("date", "period"):
            parsed = _objects(pd.Series(objects), column)
        else:  # Equal instants may stand on different clocks: take each by itself.
            codes, parsed = np.arange(len(values)), _objects(values, column)
            objects = values.to_numpy(dtype=object)
            codes[values.isna().to_numpy(dtype=bool)] = -1
        ms = np.append(parsed.ms, np.nan)[codes]
        blank = np.append(_blank(objects, parsed.ms), True)[codes]
        missing = int(blank.sum())
        failed = int(np.isnan(ms).sum()) - missing
        found = Times(ms, failed, parsed.zones, parsed.is_serial)
    if found.failed * 2 > len(values) - missing:
        raise InputError("not_times", column=column, example=_example(values))
    return found


def _of_numbers(numbers: Floats, column: str) -> Times:
    """Times of numbers; of each that repeats once, where many do."""
    if len(pd.unique(numbers[:PEEK])) * 2 < min(numbers.size, PEEK):
        codes, levels = pd.factorize(numbers)
        ms, is_serial = read_numbers(np.asarray(levels), column)
        ms = np.append(ms, np.nan)[codes]
    else:
        ms, is_serial = read_numbers(numbers, column)
    failed = int((np.isnan(ms) & ~np.isnan(numbers)).sum())
    return Times(ms, failed, is_serial=is_serial)


def _of_texts(texts: npt.NDArray[np.object_], column: str) -> Times:
    found = read_time_texts(texts.tolist(), column)
    return Times(found.ms, zones=found.zones, is_serial=found.is_serial)


def _blank(objects: npt.NDArray[np.object_], ms: Floats) -> npt.NDArray[np.bool_]:
    """Which of the values that are no time are blank text."""
    found = np.zeros(len(objects), bool)
    unread = np.flatnonzero(np.isnan(ms))
    found[unread] = [isinstance(v, str) and not fold(v).strip() for v in objects[unread]]
    return found


def _example(values: pd.Series[Any]) -> str:
    present = values.dropna()
    return repr(present.iloc[0]) if len(present) else "None"


def _objects(values: pd.Series[Any], column: str) -> Times:
    """Dates, datetimes, periods and text mixed; each keeps its own clock."""
    out = np.full(len(values), np.nan)
    zones: set[str] = set()
    texts: dict[int, str] = {}
    for place, value in enumerate(values):
        if isinstance(value, str):
            texts[place] = value
            continue
        if isinstance(value, bool | int | float) or not pd.api.types.is_scalar(value):
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
    if texts:
        found = read_time_texts(list(texts.values()), column)
        out[list(texts)] = found.ms
        zones.update(found.zones)
    return Times(out, zones=tuple(sorted(zones)))
