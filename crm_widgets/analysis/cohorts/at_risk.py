"""How many customers of two sides are still watched at some days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..history.churn_by_silence import silence
from .build import Cohorts
from .sides import Side, sides


def compared_customers(
    cohorts: Cohorts, a: Side, b: Side, *, landmark: dt.date | str | None = None
) -> dict[Hashable, pd.Index[Any]]:
    """Name the customers of both sides who are compared: ids under ``"a"`` and ``"b"``."""
    codes = sides(cohorts, a, b, landmark=landmark).frame.codes
    ids = cohorts.transactions.ids
    return {name: ids[codes == code] for code, name in enumerate("ab")}


def numbers_at_risk(
    cohorts: Cohorts,
    a: Side,
    b: Side,
    days: Sequence[float],
    *,
    silence_days: int,
    landmark: dt.date | str | None = None,
) -> pd.DataFrame:
    """Count the customers of both sides who are neither lost nor out of sight just before a day.

    Returns
    -------
    pandas.DataFrame
        ``side`` ("a" or "b"), ``day`` (since each customer's start), ``at_risk``.

    Examples
    --------
    >>> from crm_widgets.analysis import build_cohorts
    >>> from crm_widgets.data import Transactions
    >>> from crm_widgets.data.datasets import cdnow
    >>> cohorts = build_cohorts(Transactions(cdnow()), period="month", complete_history=True)
    >>> found = numbers_at_risk(cohorts, "1997-01", "1997-03", [0, 180], silence_days=180)
    >>> found["at_risk"].tolist()
    [7846, 7846, 7248, 7248]
    """
    both = sides(cohorts, a, b, landmark=landmark)
    log, codes = both.frame.log, both.frame.codes
    at = None if both.landmark is None else log.day(both.landmark)
    quiet = silence(log, silence_days, at, codes >= 0)
    side = codes[quiet.inside]
    when = np.asarray(days, dtype=np.float64)
    parts = [
        pd.DataFrame(
            {
                "side": name,
                "day": when,
                "at_risk": quiet.lives.at(side == code).counts(when)[0].astype(np.int64),
            }
        )
        for code, name in enumerate("ab")
    ]
    return pd.concat(parts, ignore_index=True)


TICKS = 7
"""About so many times have their numbers at risk."""


def survival_ticks(longest: float) -> tuple[int, ...]:
    """Round days from 0 to the end, whose numbers at risk are shown.

    >>> survival_ticks(486)
    (0, 90, 180, 270, 360, 450)
    """
    for step in (7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650):
        if longest / step <= TICKS:
            break
    return tuple(range(0, int(longest) + 1, step))
