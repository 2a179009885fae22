"""Days since 1970 of years, months and days that may be none."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
NONE = -(2**31)
"""Stands for a day that there is not."""
EARLIEST, LATEST = 1600, 9999
"""Years that are read; before, calendars differ."""
_LENGTHS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_FIRST = -719_162
"""0001-01-01, which some systems write for no date, as others do 0000-00-00."""


def day_numbers(year: Ints, month: Ints, day: Ints) -> Ints:
    """Days since 1970-01-01; ``NONE`` for what is in no calendar.

    >>> day_numbers(*np.array([[2024, 2023], [2, 2], [29, 29]])).tolist()
    [19782, -2147483648]
    """
    whole = np.clip(month, 1, 12)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = _LENGTHS[whole] + (leap & (whole == 2))
    valid = (month == whole) & (day >= 1) & (day <= length)
    valid &= (year >= EARLIEST) & (year <= LATEST)
    early = whole <= 2
    shifted = year - early
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (whole + np.where(early, 9, -3)) + 2) // 5 + day - 1
    found = era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
    found = np.where(valid, found, NONE)
    nowhere = (year <= 1) & (year == month) & (month == day)
    return np.where(nowhere, _FIRST, found)


def full_years(two_digits: Ints) -> Ints:
    """Years of two digits, from 1970 to the next one; 0, which is none, for others.

    >>> full_years(np.array([24, 99, 69])).tolist()
    [2024, 1999, 0]
    """
    next_year = dt.date.today().year + 1
    century = next_year // 100 * 100
    recent = two_digits + century
    found = np.where(recent <= next_year, recent, recent - 100)
    return np.where(found >= 1970, found, 0)


def iso_days(year: Ints, week: Ints, weekday: Ints) -> Ints:
    """Days since 1970 of ISO weeks (ISO 8601: week 1 has the year's first Thursday).

    >>> iso_days(*np.array([[2024, 2024], [1, 53], [5, 1]])).tolist()
    [19727, -2147483648]
    """
    fourth = day_numbers(year, np.full_like(year, 1), np.full_like(year, 4))
    monday = fourth - (fourth + 3) % 7
    found = monday + (week - 1) * 7 + weekday - 1
    after = day_numbers(year + 1, np.full_like(year, 1), np.full_like(year, 4))
    valid = (week >= 1) & (weekday >= 1) & (weekday <= 7) & (fourth != NONE)
    valid &= found - weekday + 1 < after - (after + 3) % 7
    return np.where(valid, found, NONE)


def days_of_reading(order: str, numbers: tuple[Ints, ...], two_digits: bool) -> Ints:
    """Days of numbers that are a year, a month and so on, as the letters of ``order`` say."""
    part = dict(zip(order, numbers, strict=True))
    year = full_years(part["y"]) if two_digits else part["y"]
    first = np.ones_like(year)
    if "w" in part:
        return iso_days(year, part["w"], part.get("d", first))
    if "o" in part:
        start = day_numbers(year, first, first)
        found = start + part["o"] - 1
        valid = (start != NONE) & (part["o"] >= 1) & (found < day_numbers(year + 1, first, first))
        return np.where(valid, found, NONE)
    if "q" in part:
        return day_numbers(year, part["q"] * 3 - 2, first)
    return day_numbers(year, part["m"], part.get("d", first))
