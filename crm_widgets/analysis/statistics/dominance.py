"""How far one group lies above another: Cliff's delta, its interval and a test, from ranks."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, gammaln, logit, ndtri, stdtr, stdtrit

Floats: TypeAlias = npt.NDArray[np.float64]

LEAST = 10
"""Members of a group below which nothing is said of it."""


class Dominance(NamedTuple):
    """How far a group lies above another.

    Attributes
    ----------
    delta
        Cliff's delta: the chance that one of the first group is above one of the second, less the
        chance that it is below. From -1 to 1; 0 is no difference.
    low, high
        Its interval.
    statistic, df
        Of Brunner and Munzel's test, positive if the first group is higher; infinite, and NaN,
        where the groups do not overlap.
    p
        Two-sided, 0 to 1.
    n_a, n_b
        Members of the groups with a value.

    With fewer than 10 in a group, all but the sizes are NaN.
    """

    delta: float
    low: float
    high: float
    statistic: float
    df: float
    p: float
    n_a: int
    n_b: int


class Placements(NamedTuple):
    """``theta``, P(a > b) + P(a = b) / 2, and the variances of the placements of a and of b."""

    theta: float
    variance_a: float
    variance_b: float
    n_a: int
    n_b: int


def cliffs_delta(a: npt.ArrayLike, b: npt.ArrayLike, *, level: float = 0.95) -> Dominance:
    """Say how far the values of one group lie above those of another.

    Parameters
    ----------
    a, b : arrays of numbers
        Missing values (NaN) are left out.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Dominance
        All but the sizes NaN if a group has fewer than 10 values.

    Notes
    -----
    The variance is that of the placements of each group among the other; the interval is
    symmetric on the logit scale of (delta + 1) / 2, with a t of Brunner and Munzel's degrees of
    freedom. It holds with ties and does not reach beyond -1 and 1. Where the groups do not
    overlap, or nobody differs, placements do not vary: there it is Newcombe's method 5, and p is
    never below that of a permutation test, 2 / C(n_a + n_b, n_a).

    References
    ----------
    Cliff (1993), Dominance statistics, Psychol. Bull. 114, 494–509. Brunner & Munzel (2000), The
    nonparametric Behrens–Fisher problem, Biom. J. 42, 17–25. Newcombe (2006), Confidence intervals
    for an effect size measure based on the Mann–Whitney statistic, part 2, Statist. Med. 25,
    559–573.

    Examples
    --------
    >>> found = cliffs_delta(np.arange(12), np.arange(12) - 3.5)
    >>> [round(value, 2) for value in (found.delta, found.low, found.high, found.p)]
    [0.5, -0.01, 0.8, 0.02]
    """
    first, second = (np.asarray(values, np.float64).ravel() for values in (a, b))
    first, second = first[~np.isnan(first)], second[~np.isnan(second)]
    values = np.concatenate([first, second])
    distinct, place = np.unique(values, return_inverse=True)
    counts_a = np.bincount(place[: len(first)], minlength=len(distinct))
    counts_b = np.bincount(place[len(first) :], minlength=len(distinct))
    return dominance(placements_of_counts(counts_a, counts_b), level)


def placements_of_counts(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> Placements:
    """From the number of members of each group at each distinct value, in increasing order."""
    n_a, n_b = int(a.sum()), int(b.sum())
    if min(n_a, n_b) < 2:
        return Placements(np.nan, np.nan, np.nan, n_a, n_b)
    of_a = (np.cumsum(b) - b * 0.5) / n_b
    of_b = (np.cumsum(a) - a * 0.5) / n_a
    theta = float(np.dot(a, of_a)) / n_a
    of_a -= theta
    of_b -= 1 - theta
    spread_a = float(np.dot(a, np.square(of_a, out=of_a))) / (n_a - 1)
    spread_b = float(np.dot(b, np.square(of_b, out=of_b))) / (n_b - 1)
    return Placements(theta, spread_a, spread_b, n_a, n_b)


def placements_of_positions(inside: npt.NDArray[np.bool_]) -> Placements:
    """From the sorted rows of distinct values: which of them are of the first group."""
    at = np.flatnonzero(inside)
    rest = np.flatnonzero(~inside)
    n_a, n_b = at.size, rest.size
    if min(n_a, n_b) < 2:
        return Placements(np.nan, np.nan, np.nan, n_a, n_b)
    # Whoever stands at position i, as the k-th of its own group, has i - k of the other below.
    at -= np.arange(n_a)
    rest -= np.arange(n_b)
    theta = float(at.sum()) / n_a / n_b
    spread_a = float(at.var(ddof=1)) / n_b**2
    spread_b = float(rest.var(ddof=1)) / n_a**2
    return Placements(theta, spread_a, spread_b, n_a, n_b)


def dominance(found: Placements, level: float = 0.95) -> Dominance:
    """Delta with its interval and test, from placements."""
    theta, n_a, n_b = found.theta, found.n_a, found.n_b
    if min(n_a, n_b) < LEAST:
        return Dominance(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, n_a, n_b)
    delta = 2 * theta - 1
    part_a, part_b = found.variance_a / n_a, found.variance_b / n_b
    variance = part_a + part_b
    # of groups apart or all alike, what is left of the variance is rounding
    if variance < 1e-24 or min(theta, 1 - theta) < 1e-12:
        low, high = _score_interval(theta, n_a, n_b, level)
        apart = abs(delta) > 0.5
        statistic = math.copysign(math.inf, delta) if apart else 0.0
        p = _least_p(n_a, n_b) if apart else 1.0
        return Dominance(delta, 2 * low - 1, 2 * high - 1, statistic, np.nan, p, n_a, n_b)
    df = variance**2 / (part_a**2 / (n_a - 1) + part_b**2 / (n_b - 1))
    error = math.sqrt(variance)
    statistic = (theta - 0.5) / error
    reach = float(stdtrit(df, 0.5 + level / 2)) * error / (theta * (1 - theta))
    low, high = (2 * float(expit(logit(theta) + sign * reach)) - 1 for sign in (-1, 1))
    p = max(2 * float(stdtr(df, -abs(statistic))), _least_p(n_a, n_b))
    return Dominance(delta, low, high, statistic, df, p, n_a, n_b)


def _least_p(n_a: int, n_b: int) -> float:
    """Two-sided p of two groups that do not overlap, among all ways to part them."""
    ways = gammaln(n_a + n_b + 1) - gammaln(n_a + 1) - gammaln(n_b + 1)
    return float(2 * np.exp(-ways))


def _score_interval(theta: float, n_a: int, n_b: int, level: float) -> tuple[float, float]:
    """Newcombe's method 5: where the estimate is as far away as its error there allows."""
    z = float(ndtri(0.5 + level / 2))
    others = (n_a + n_b) / 2 - 1

    def gap(guess: float) -> float:
        extra = others * ((1 - guess) / (2 - guess) + guess / (1 + guess))
        variance = guess * (1 - guess) * (1 + extra) / (n_a * n_b)
        return abs(guess - theta) - z * math.sqrt(variance)

    tiny = 1e-9
    low = 0.0 if theta < tiny else brentq(gap, tiny, theta - tiny)
    high = 1.0 if theta > 1 - tiny else brentq(gap, theta + tiny, 1 - tiny)
    return float(low), float(high)
