"""Calendar periods: weeks from Monday, months, quarters and years, by number, name and edges."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

Period = Literal["week", "month", "quarter", "year"]

LONGEST_FIRST: tuple[Period, ...] = ("year", "quarter", "month", "week")
LABELS: dict[Period, str] = {
    "year": r"\d{4}",
    "quarter": r"\d{4}-Q\d",
    "month": r"\d{4}-\d{2}",
    "week": r"\d{4}-W\d{2}",
}
"""How the names of periods look."""

MOST = 60
"""Periods side by side, if the kind of period is chosen for them."""

_EPOCH = dt.date(1970, 1, 1)
_DAY_MS = 86_400_000
_MONTHS: dict[Period, int] = {"month": 1, "quarter": 3, "year": 12}


def period_numbers(days: npt.ArrayLike, period: Period) -> npt.NDArray[np.int64]:
    """Number of the period each day (since 1970-01-01) lies in; weeks begin on Monday.

    >>> period_numbers([0, 31], "month").tolist()
    [0, 1]
    """
    day = np.asarray(days, dtype=np.int64)
    if period == "week":
        return (day + 3) // 7
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return month // _MONTHS[period]


def period_start(number: int, period: Period) -> dt.date:
    """First day of a period.

    >>> period_start(324, "month")
    datetime.date(1997, 1, 1)
    """
    if period == "week":
        return _EPOCH + dt.timedelta(days=7 * number - 3)
    month = number * _MONTHS[period]
    return dt.date(1970 + month // 12, month % 12 + 1, 1)


def period_label(number: int, period: Period) -> str:
    """Name of a period: ``1997-01``, ``1997-Q1``, ``1997``, or by ISO 8601 ``1997-W01``.

    >>> period_label(324, "month"), period_label(108, "quarter")
    ('1997-01', '1997-Q1')
    """
    start = period_start(number, period)
    if period == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02d}"
    if period == "quarter":
        return f"{start.year}-Q{start.month // 3 + 1}"
    return f"{start.year}" if period == "year" else f"{start:%Y-%m}"


@dataclass(frozen=True)
class Periods:
    """Calendar periods of one kind, one after the other.

    Parameters
    ----------
    period
        The kind.
    first
        Number of the first one, as `period_numbers` has it.
    n
        How many they are.
    until
        The last day that is known: the last period is unfinished if it has days after it.
    """

    period: Period
    first: int
    n: int
    until: dt.date

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """Where they begin, and where the last one ends: midnight UTC, in epoch ms."""
        numbers = range(self.first, self.first + self.n + 1)
        starts = [period_start(number, self.period) for number in numbers]
        return tuple(float((start - _EPOCH).days * _DAY_MS) for start in starts)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Their names."""
        numbers = range(self.first, self.first + self.n)
        return tuple(period_label(number, self.period) for number in numbers)

    @property
    def is_unfinished(self) -> bool:
        """Whether the last one has days that are not known yet."""
        end = period_start(self.first + self.n, self.period)
        return self.until < end - dt.timedelta(days=1)


def periods_between(
    first: dt.date, last: dt.date, period: Period | Literal["auto"] = "auto"
) -> Periods:
    """The periods from that of one day to that of another, which is the last that is known.

    ``"auto"`` is the shortest kind of which there are at most 60; years, if there are more of all.

    >>> found = periods_between(dt.date(2010, 12, 1), dt.date(2011, 12, 9), "quarter")
    >>> found.labels, found.is_unfinished
    (('2010-Q4', '2011-Q1', '2011-Q2', '2011-Q3', '2011-Q4'), True)
    """
    days = [(day - _EPOCH).days for day in (first, last)]
    kinds = tuple(reversed(LONGEST_FIRST)) if period == "auto" else (period,)
    for kind in kinds:
        start, end = period_numbers(days, kind).tolist()
        if end - start < MOST:
            break
    return Periods(kind, start, end - start + 1, last)
