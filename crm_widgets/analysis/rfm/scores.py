"""Quintile scores from 1 to 5, as cut points that also score new customers."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Ties = Literal["equal", "first"]
Floats = npt.NDArray[np.float64]


def quintile_cuts(values: Floats) -> Floats:
    """The four values at or below which lie 20, 40, 60 and 80 % of all values, none missing.

    Always values that occur (type 1 of Hyndman & Fan 1996, Sample quantiles in statistical
    packages, Am. Stat. 50, 361–365), so that a score never depends on rounding. If all values
    are equal, two cuts are put just below them: everybody scores 3, neither good nor bad.
    """
    sorted_rows = np.sort(values)
    # in whole numbers, for a fifth of some numbers is rounded to one more
    rank = (values.size * np.arange(1, 5) + 4) // 5 - 1
    cuts = sorted_rows[rank]
    if sorted_rows[0] == sorted_rows[-1]:
        cuts[:2] = np.nextafter(cuts[0], -np.inf)
    return cuts


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
