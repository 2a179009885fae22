"""Intervals and tests for shares that stay right when counts are small or a share is 0 or 1."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

Floats: TypeAlias = npt.NDArray[np.float64]


def wilson(
    successes: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Say between which values the true share lies.

    Parameters
    ----------
    successes, n : array of counts
        Broadcast against each other; ``0 <= successes <= n``.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    low, high : arrays of shares in [0, 1]
        NaN where ``n`` is 0.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference,
    J. Amer. Statist. Assoc. 22, 209–212: the score interval without continuity correction.

    Examples
    --------
    >>> low, high = wilson(324, 885)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.335 to 0.398
    """
    x = np.asarray(successes, dtype=np.float64)
    size = np.asarray(n, dtype=np.float64)
    z2 = float(ndtri(0.5 + level / 2)) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        share = x / size
        middle = (x + z2 / 2) / (size + z2)
        half = np.sqrt(z2 * (size * share * (1 - share) + z2 / 4)) / (size + z2)
        low = np.where(x == 0, 0.0, middle - half)
        high = np.where(x == size, 1.0, middle + half)
    empty = size == 0
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def newcombe(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    level: float = 0.95,
) -> tuple[Floats, Floats, Floats]:
    """Say how much larger the first share is than the second.

    Parameters
    ----------
    x1, n1, x2, n2 : arrays of counts
        Successes and sizes of two independent groups, broadcast against each other.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    diff, low, high : arrays in [-1, 1]
        ``x1 / n1 - x2 / n2`` and its interval; NaN where a size is 0.

    References
    ----------
    Newcombe (1998), Interval estimation for the difference between independent proportions,
    Statist. Med. 17, 873–890, method 10 (of Wilson's intervals, no continuity correction).

    Examples
    --------
    The first example of Newcombe's Table II, 56/70 and 48/80:

    >>> diff, low, high = newcombe(56, 70, 48, 80)
    >>> print(f"{diff:.4f}, {low:.4f} to {high:.4f}")
    0.2000, 0.0524 to 0.3339
    """
    a, size_a = np.asarray(x1, dtype=np.float64), np.asarray(n1, dtype=np.float64)
    b, size_b = np.asarray(x2, dtype=np.float64), np.asarray(n2, dtype=np.float64)
    low_a, high_a = wilson(a, size_a, level)
    low_b, high_b = wilson(b, size_b, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        share_a, share_b = a / size_a, b / size_b
    diff = share_a - share_b
    low = diff - np.hypot(share_a - low_a, high_b - share_b)
    high = diff + np.hypot(high_a - share_a, share_b - low_b)
    return diff, low, high


def two_shares(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike
) -> Floats:
    """Test whether two equal shares could look this different (two-sided, pooled score test).

    Parameters
    ----------
    x1, n1, x2, n2 : arrays of counts
        Successes and sizes of two independent groups, broadcast against each other.

    Returns
    -------
    numpy.ndarray
        p in [0, 1]: that of Pearson's χ² of the 2 × 2 table without continuity correction;
        1 where nobody or everybody succeeded, NaN where a size is 0.

    Examples
    --------
    >>> print(f"{two_shares(56, 70, 48, 80):.4f}")
    0.0080
    """
    a, size_a = np.asarray(x1, dtype=np.float64), np.asarray(n1, dtype=np.float64)
    b, size_b = np.asarray(x2, dtype=np.float64), np.asarray(n2, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (a + b) / (size_a + size_b)
        error = np.sqrt(pooled * (1 - pooled) * (1 / size_a + 1 / size_b))
        z = np.abs(a / size_a - b / size_b) / error
    p = np.asarray(2 * ndtr(-z), dtype=np.float64)
    p = np.where((pooled == 0) | (pooled == 1), 1.0, p)
    return np.where((size_a == 0) | (size_b == 0), np.nan, p)
