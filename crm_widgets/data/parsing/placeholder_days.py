"""Days that stand for no date in many systems."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_DAYS = (
    "0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1900-01-02",
    "1904-01-01", "1970-01-01", "2199-12-31", "2999-12-31", "3000-01-01", "3000-12-31",
    "4712-12-31", "9999-01-01", "9999-12-30", "9999-12-31",
)  # fmt: skip
PLACEHOLDERS = np.array(_DAYS, dtype="datetime64[D]").astype(np.int64)
"""Days since 1970: first and last ones of calendars, clocks and databases."""
APART_DAYS = 366
"""Farther than this from all other days of a log, such a day is no purchase."""


def placeholder_days(days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Which of the days of a log, in order, stand for no date; none if there are no others.

    >>> days = np.array(["1900-01-01", "2024-01-05"], "datetime64[D]").astype(int)
    >>> placeholder_days(days).astype("datetime64[D]").tolist()
    [datetime.date(1900, 1, 1)]
    """
    suspects = days[np.isin(days, PLACEHOLDERS)]
    others = days[~np.isin(days, PLACEHOLDERS)]
    if not suspects.size or not others.size:
        return suspects[:0]
    right = np.searchsorted(others, suspects)
    before = suspects - others[np.maximum(right - 1, 0)]
    after = others[np.minimum(right, others.size - 1)] - suspects
    nearest = np.minimum(np.abs(before), np.abs(after))
    found: npt.NDArray[np.int64] = suspects[nearest > APART_DAYS]
    return found
