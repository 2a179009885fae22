"""Whether the day or the month comes first: all dates of a column decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...errors import InputError
from .calendar_days import NONE
from .date_grammar import Pool

CURES: dict[Pool, dict[str, str]] = {
    "separated": {
        "dmy": "format='mixed', dayfirst=True",
        "mdy": "format='mixed', dayfirst=False",
        "ymd": "format='mixed', yearfirst=True",
    },
    "eight": {"ymd": "format='%Y%m%d'", "dmy": "format='%d%m%Y'", "mdy": "format='%m%d%Y'"},
    "six": {
        "ym": "format='%Y%m'",
        "ymd": "format='%y%m%d'",
        "dmy": "format='%d%m%y'",
        "mdy": "format='%m%d%y'",
    },
}
WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first", "ym": "year and month"}


@dataclass(frozen=True, eq=False)
class Readings:
    """Dates that can be taken in several ways: for each the days, ``NONE`` where it is none."""

    rows: npt.NDArray[np.intp]
    days: dict[str, npt.NDArray[np.int32]]


def one_order(
    pool: Pool, readings: Sequence[Readings], texts: Sequence[str], column: str
) -> str | None:
    """The one way to take the dates of a pool in which each is one; None if there are no dates.

    Raises
    ------
    InputError
        If there are two such ways and they differ, or none.
    """
    left = [order for order in CURES[pool] if any(order in one.days for one in readings)]
    examples: dict[str, str] = {}
    some = False
    for one in readings:
        is_date = {order: days != NONE for order, days in one.days.items()}
        any_date = np.logical_or.reduce(list(is_date.values()))
        some = some or bool(any_date.any())
        for order in left:
            fails = any_date & ~is_date[order] if order in is_date else any_date
            if fails.any() and order not in examples:
                examples[order] = texts[int(one.rows[fails.argmax()])]
    if not some:
        return None
    fitting = [order for order in left if order not in examples]
    if not fitting:
        two = [repr(text) for text in dict.fromkeys(examples.values())][:2]
        raise InputError("mixed_dates", column=column, one=two[0], two=two[-1])
    for one in readings:
        days = [one.days[order] for order in fitting]
        differs = np.logical_or.reduce([days[0] != other for other in days[1:]] or [days[0] < NONE])
        if differs.any():
            raise ambiguous(pool, fitting, texts[int(one.rows[differs.argmax()])], column)
    return fitting[0]


def ambiguous(pool: Pool, fitting: Sequence[str], example: str, column: str) -> InputError:
    """Error that shows a date which can be taken in several ways, and how to say which is meant."""
    said = [
        f"frame[{column!r}] = pd.to_datetime(frame[{column!r}], {CURES[pool][order]})"
        for order in fitting
    ]
    return InputError("ambiguous_dates", column=column, example=example, cures=" / ".join(said))
