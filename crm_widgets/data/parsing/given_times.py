"""Days and times given as arguments, read as those of a column are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...errors import InputError
from .times import parse_times

_ORDER = ("ambiguous_dates", "mixed_dates")


def given_times(values: Sequence[Any], name: str) -> list[float]:
    """Epoch milliseconds, on the local clock, of dates, times, texts and numbers.

    Texts are read together: ``("13/02/2024", "05/03/2024")`` has the day first.

    Raises
    ------
    InputError
        If one is no time, or day and month cannot be told apart.

    Examples
    --------
    >>> given_times(["13/02/2024", "05/03/2024", 20240305], "order_date")
    [1707782400000.0, 1709596800000.0, 1709596800000.0]
    """
    found = [float("nan")] * len(values)
    for kind in (str, int | float | np.number, object):
        places = [
            place
            for place, value in enumerate(values)
            if isinstance(value, kind) and np.isnan(found[place])
        ]
        if not places:
            continue
        given = [values[place] for place in places]
        if any(isinstance(value, bool) or not pd.api.types.is_scalar(value) for value in given):
            raise InputError("bad_date", name=name, given=repr(given[0]))
        try:
            read = parse_times(pd.Series(given, dtype=None if kind is str else object), name)
        except InputError as error:
            key = "ambiguous_date" if error.key in _ORDER else "bad_date"
            raise InputError(key, name=name, given=", ".join(map(repr, given))) from None
        for place, ms in zip(places, read.ms, strict=True):
            if np.isnan(ms) or read.is_serial:
                raise InputError("bad_date", name=name, given=repr(values[place]))
            found[place] = float(ms)
    return found


def given_day(value: Any, name: str) -> dt.date:
    """Give the day of a date, a time, a text or a number such as 20240601.

    Raises
    ------
    InputError
        If it is no time, or day and month cannot be told apart.

    Examples
    --------
    >>> given_day("2011-12-09 12:50", "as_of"), given_day(20240601, "as_of")
    (datetime.date(2011, 12, 9), datetime.date(2024, 6, 1))
    """
    (ms,) = given_times([value], name)
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(ms // 86_400_000))
