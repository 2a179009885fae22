"""Windows of time: calendar periods, or runs of days since each customer's start."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ...data.machine.parallel import in_blocks
from ...data.vocabulary.periods import LABELS, LONGEST_FIRST, Period, period_numbers
from ...errors import InputError
from ..history.history import History

Windows = Literal["calendar", "rolling"]
Ints: TypeAlias = npt.NDArray[np.integer[Any]]

WINDOW_DAYS: dict[Period, int] = {"week": 7, "month": 30, "quarter": 90, "year": 365}
"""Days of a rolling window that stands for a calendar period."""

AUTO_COHORTS = 6


def no_such_cohort(label: Hashable, labels: Sequence[Hashable]) -> InputError:
    """What is wrong with a label that no cohort has."""
    asked, period = _period_of(label), _period_of(labels[0]) if labels else None
    if asked and period and asked != period:
        return InputError("other_period", cohort=repr(label), period=period, asked=asked)
    known = ", ".join(repr(one) for one in labels[:20])
    return InputError("unknown_cohort", cohort=repr(label), cohorts=known)


def _period_of(label: Hashable) -> Period | None:
    """The kind of period that a label names."""
    for period in LONGEST_FIRST:
        if re.fullmatch(LABELS[period], str(label)):
            return period
    return None


def choose_period(log: History) -> Period:
    """The longest period with at least six cohorts of first purchases; weeks if none has."""
    days = np.flatnonzero(np.bincount(log.first + 1, minlength=1)[1:]) + log.origin
    for period in LONGEST_FIRST:
        if np.unique(period_numbers(days, period)).size >= AUTO_COHORTS:
            return period
    return "week"


@dataclass(frozen=True)
class Clock:
    """The age of every purchase, and how many windows of each customer are over.

    ``start``, ``finished`` and ``begun`` have a number a customer, in two bytes or four. With
    calendar windows the start is a period and ages are periods since then. With rolling ones it is
    a day: age 0 is that day and the ``length`` days after it, age 1 the next ``length`` days, and
    so on.
    """

    key: tuple[object, ...]
    """What tells this clock from others of the same log."""
    table: npt.NDArray[Any]
    start: Ints
    finished: Ints
    """The age of the last window that is over; -1 if none is."""
    begun: Ints
    """The age of the last window that has begun; -1 if the customer has no start."""
    ages: int
    calendar: bool

    def of(self, day: Ints, start: Ints) -> Ints:
        """Age on each day of one with the start beside it; ``ages`` outside every window."""
        if not self.calendar:
            # -1 is outside, as all that is before the start
            found: Ints = self.table[np.maximum(day.astype(np.int32) - start, -1)]
            return found
        age = self.table[day] - start
        # A negative age is large when read without sign.
        unsigned = np.uint16 if age.dtype == np.int16 else np.uint32
        capped: Ints = np.minimum(age.view(unsigned), self.ages)
        return capped


def calendar_clock(log: History, period: Period) -> Clock:
    """Ages in calendar periods since the period of the first purchase."""
    days = np.arange(log.last + 2) + log.origin
    numbers = period_numbers(days, period)
    numbers -= numbers[0]
    last = int(numbers[log.last])
    kind = np.int16 if last < 32_000 else np.int32
    over = last if numbers[log.last + 1] > last else last - 1
    table = numbers.astype(kind)
    # By the day of the first purchase; that of who has none, -1, is the last of a table.
    since = table[: log.last + 1].astype(np.int32)
    start, finished, begun = (
        by_day(np.append(of_day, none), log.first)
        for of_day, none in (
            (since.astype(kind), kind(0)),
            ((over - since).astype(kind), kind(-1)),
            ((last - since).astype(kind), kind(-1)),
        )
    )
    return Clock((period,), table, start, finished, begun, last + 1, True)


def by_day(table: npt.NDArray[Any], day: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
    """Look the days of many customers up in a table."""
    found = np.empty(day.size, table.dtype)

    def look_up(part: slice) -> None:
        found[part] = table[day[part]]

    in_blocks(look_up, day.size)
    return found


def rolling_clock(log: History, length: int, landmark: int | None = None) -> Clock:
    """Ages in windows of ``length`` days since the first purchase, or since a landmark day.

    With a landmark age 0 begins on the day after it: what it was made of is not counted again.
    """
    span = log.last + 1
    windows = -(-span // length) + 1
    table = np.full(2 * span + 2, windows, np.uint16 if windows < 65_535 else np.int32)
    table[:span] = np.maximum(np.arange(span) - 1, 0) // length
    start = np.maximum(log.first, 0)
    if landmark is not None:
        table[0] = windows
        start = np.full(log.n, landmark, np.int32)
    finished = (log.last - start) // length - 1
    begun = np.maximum(log.last - start - 1, 0) // length
    late = (log.first < 0) | (log.first > start)
    finished[late], begun[late] = -1, -1
    key, whole = (length, landmark), np.int32
    return Clock(key, table, start, finished.astype(whole), begun.astype(whole), windows, False)


def window_days(age: int, length: int) -> tuple[int, int]:
    """First and last day of a rolling window.

    >>> window_days(0, 30), window_days(5, 30)
    ((0, 30), (151, 180))
    """
    return (age * length + 1 if age else 0), (age + 1) * length
