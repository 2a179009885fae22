"""Quintile scores from 1 to 5, as cut points that also score new customers."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Ties = Literal["equal", "first"]
Floats = npt.NDArray[np.float64]

FIFTHS = (0.2, 0.4, 0.6, 0.8)
MOST_COUNTED = 10_000
"""Whole numbers in a wider range are put in order, not counted."""


def quintile_cuts(values: Floats) -> Floats:
    """The four values at or below which lie 20, 40, 60 and 80 % of all values.

    Always values that occur (type 1 of Hyndman & Fan 1996, Sample quantiles in statistical
    packages, Am. Stat. 50, 361–365), so that a score never depends on rounding. If all values
    are equal, two cuts are put just below them: everybody scores 3, neither good nor bad.
    """
    lo, hi = values.min(), values.max()
    counted = _counted(values, lo, hi)
    if counted is None:
        cuts = np.quantile(values, FIFTHS, method="inverted_cdf")
    else:
        levels = lo + np.arange(counted.size)
        cuts = np.quantile(levels, FIFTHS, weights=counted, method="inverted_cdf")
    if lo == hi:
        cuts[:2] = np.nextafter(cuts[0], -np.inf)
    return np.asarray(cuts, dtype=np.float64)


def _counted(values: Floats, lo: float, hi: float) -> npt.NDArray[np.intp] | None:
    """How often each whole number from ``lo`` to ``hi`` occurs, where values are few such.

    To count takes less time than to put values in order, and gives the same quantiles.
    """
    if not hi - lo <= MOST_COUNTED:
        return None
    place = (values - lo).astype(np.int32)
    return np.bincount(place) if (place + lo == values).all() else None


def score(values: Floats, cuts: Floats) -> npt.NDArray[np.int64]:
    """1 plus the number of cut points below each value.

    Equal values get equal scores, whatever the order. The most frequent value can reach over
    several quintiles: if half of the customers bought once, they all score 1, the next value
    3 or more, and some scores stay empty.

    >>> bought = np.array([1, 1, 1, 1, 1, 2, 2, 3, 4, 9.0])
    >>> score(bought, quintile_cuts(bought))
    array([1, 1, 1, 1, 1, 3, 3, 4, 5, 5])
    """
    found = np.ones(values.size, np.int8)
    for cut in cuts:  # four passes are faster than a search for each value
        found += values > cut
    return found.astype(np.int64)


def score_first(values: Floats, *, ranked: bool) -> npt.NDArray[np.int64]:
    """Five groups as the common pandas recipe makes them: ``qcut``, if ``ranked`` on ranks.

    Ranks break ties by the order of the customers (here: their ids), so that each score has a
    fifth of the customers and equal values may score differently. Without ranks, ``qcut``
    needs five distinct cut points; where there are fewer, ranks are used too.
    """
    series = pd.Series(values)
    if not ranked:
        edges = np.quantile(values, np.linspace(0, 1, 6))
        ranked = bool((np.diff(edges) <= 0).any())
    if ranked:
        series = series.rank(method="first")
    return pd.qcut(series, 5, labels=False).to_numpy(dtype=np.int64) + 1
