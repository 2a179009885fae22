"""Texts of times: the clock that each shows, once the column has told what comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..machine.parallel import in_blocks
from .calendar_days import NONE, days_of_reading
from .date_grammar import Pool, TimeText, read_time_text
from .date_numbers import read_numbers
from .date_orders import CURES, Readings, one_order
from .shapes import Shape, by_shape

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
DAY_MS = 86_400_000
_OUTSIDE = -1
"""A time of day that there is not."""


@dataclass(frozen=True, slots=True)
class TimeTexts:
    """Epoch milliseconds of the local clock, NaN where a text is no time; zones that are named.

    ``is_serial`` says that they are numbers of days as a spreadsheet has them.
    """

    ms: Floats
    zones: tuple[str, ...] = ()
    is_serial: bool = False


def read_time_texts(texts: Sequence[str], column: str) -> TimeTexts:
    """Read texts of which all together tell whether day, month or year comes first.

    Raises
    ------
    InputError
        If day and month cannot be told apart, or both come first.
    """
    ms = np.full(len(texts), np.nan)

    def read(part: slice) -> _Found:
        found = _Found([], [], set())
        for shape in by_shape(texts[part]):
            rows = shape.rows + part.start
            said = read_time_text(shape.text)
            if said is None:
                if not shape.text.strip("0.") and shape.text.count(".") < 2:
                    found.numbers.append(rows)
                continue
            clock = _time_of_day(said, shape)
            zone = said.clock.get("zone")
            if zone is not None:
                first = np.unique(shape.number(zone), return_index=True)[1]
                found.zones.update(texts[rows[place]][zone].strip() for place in first)
            days = {
                order: _days(said, shape, order, places) for order, places in said.readings.items()
            }
            for one in days.values():
                one[clock == _OUTSIDE] = NONE
            ms[rows] = clock
            if said.pool == "certain":
                (only,) = days.values()
                ms[rows] += _milliseconds(only)
            else:
                found.pools.append((said.pool, Readings(rows, days)))
        return found

    blocks = in_blocks(read, len(texts))
    for pool in CURES:
        readings = [one for block in blocks for name, one in block.pools if name == pool]
        order = one_order(pool, readings, texts, column)
        for one in readings:
            days = np.full(one.rows.size, NONE, np.int32) if order is None else one.days[order]
            ms[one.rows] += _milliseconds(days)
    numbers = [rows for block in blocks for rows in block.numbers]
    zones = sorted(set().union(*(block.zones for block in blocks)))
    is_serial = False
    if numbers:
        rows = np.concatenate(numbers)
        values = np.array([_plain_number(texts[row]) for row in rows.tolist()])
        # beside dates as text, serial days are those that a spreadsheet took for its own order
        ms[rows], is_serial = read_numbers(values, column, serials=bool(np.isnan(ms).all()))
    return TimeTexts(ms, tuple(zones), is_serial)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a block of texts holds: those that a pool decides, numbers, and zones."""

    pools: list[tuple[Pool, Readings]]
    numbers: list[npt.NDArray[np.intp]]
    zones: set[str]


def _plain_number(text: str) -> float:
    """The number of digits alone; NaN if it begins with a 0, as a code or a day of the month."""
    bare = text.strip()
    return np.nan if bare[:1] == "0" and bare[1:2].isdigit() else float(bare)


def _milliseconds(days: npt.NDArray[np.int32]) -> Floats:
    return np.where(days == NONE, np.nan, days.astype(np.float64) * DAY_MS)


def _days(
    said: TimeText, shape: Shape, order: str, places: tuple[slice, ...]
) -> npt.NDArray[np.int32]:
    """Days since 1970 if the numbers are taken in one way; none on another day of the week."""
    numbers = [shape.number(place) for place in places]
    if said.month is not None:
        order += "m"
        numbers.append(np.full(shape.rows.size, said.month, np.int64))
    year = places[order.index("y")]
    days = days_of_reading(order, tuple(numbers), year.stop - year.start == 2)
    if said.weekday is not None:
        days = np.where((days + 3) % 7 == said.weekday, days, NONE)
    return days.astype(np.int32)


def _time_of_day(said: TimeText, shape: Shape) -> Ints:
    """Milliseconds since midnight; ``_OUTSIDE`` for what no clock shows."""
    numbers = {name: shape.number(place) for name, place in said.clock.items() if name != "zone"}
    none = np.zeros(shape.rows.size, np.int64)
    if "hour" not in numbers:
        return none
    hour, minute, second = (numbers.get(name, none) for name in ("hour", "minute", "second"))
    valid = (minute < 60) & (second <= 60)
    valid &= (hour < 24) | ((hour == 24) & (minute == 0) & (second == 0))
    if said.half == "am":
        valid &= hour <= 12
        hour = hour % 12
    elif said.half == "noon":
        valid &= (hour <= 3) | (hour == 11) | (hour == 12)
        hour = np.where(hour <= 3, hour + 12, hour)
    elif said.half is not None:
        if said.half == "night":
            valid &= (hour >= 5) & (hour != 12)
        hour = np.where(hour < 12, hour + 12, hour)
    found = ((hour * 60 + minute) * 60 + second) * 1000
    if "fraction" in numbers:
        place = said.clock["fraction"]
        found += numbers["fraction"] * 1000 // 10 ** (place.stop - place.start)
    return np.where(valid, found, _OUTSIDE)
