"""Intervals and tests for correlation coefficients, on Fisher's z."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri, stdtr

Floats: TypeAlias = npt.NDArray[np.float64]


def on_z(r: npt.ArrayLike, error: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Interval of a coefficient whose z = atanh r has a standard error.

    Returns
    -------
    low, high : arrays in [-1, 1]
        Both r where r is -1 or 1.
    """
    value, se = np.asarray(r, np.float64), np.asarray(error, np.float64)
    half = float(ndtri(0.5 + level / 2)) * se
    whole = np.abs(value) == 1
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.arctanh(value)
        low, high = np.tanh(z - half), np.tanh(z + half)
    return np.where(whole, value, low), np.where(whole, value, high)


def spearman_interval(
    r: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Say between which values the true Spearman correlation lies.

    Parameters
    ----------
    r : array in [-1, 1]
        The coefficient.
    n : array of counts
        Rows it was computed on.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    low, high : arrays in [-1, 1]
        NaN for fewer than four rows.

    References
    ----------
    Bonett & Wright (2000), Sample size requirements for estimating Pearson, Kendall and Spearman
    correlations, Psychometrika 65, 23–28: variance of z (1 + r²/2)/(n - 3).

    Examples
    --------
    >>> low, high = spearman_interval(0.8699639, 15)
    >>> print(f"{low:.4f} to {high:.4f}")
    0.5841 to 0.9638
    """
    return on_z(r, _root((1 + np.square(r) / 2) / _over(n, 3)), level)


def kendall_interval(
    r: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Say between which values the true Kendall correlation lies; see ``spearman_interval``.

    References
    ----------
    Fieller, Hartley & Pearson (1957), Biometrika 44, 470–481: variance of z 0.437/(n - 4); found
    good for |τ| < .8 by Bonett & Wright (2000).

    Examples
    --------
    >>> low, high = kendall_interval(0.5, 50)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.344 to 0.629
    """
    return on_z(r, _root(0.437 / _over(n, 4)), level)


def pearson_interval(
    r: npt.ArrayLike, n: npt.ArrayLike, variance: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Say between which values the true Pearson correlation lies, whatever the distribution.

    Parameters
    ----------
    r, n, level
        As of ``spearman_interval``.
    variance : array
        n times the variance of r (``variance_of_r``).

    References
    ----------
    Steiger & Hakstian (1982), The asymptotic distribution of elements of a correlation matrix,
    Brit. J. Math. Statist. Psychol. 35, 208–215; with the delta method on z, and n - 3 as in
    Fisher's own interval.
    """
    value = np.asarray(r, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = 1 / (1 - np.square(value))
        error = _root(np.asarray(variance) / _over(n, 3)) * slope
    return on_z(value, error, level)


def t_test(r: npt.ArrayLike, n: npt.ArrayLike, given: int = 0) -> Floats:
    """Test independence by r√(df/(1 - r²)) against Student's t, two-sided.

    Parameters
    ----------
    r, n
        Pearson, Spearman or partial correlation, and the rows it was computed on.
    given : int
        Number of columns held fixed; df = n - 2 - given.

    Returns
    -------
    numpy.ndarray
        p in [0, 1]; NaN without degrees of freedom.

    Examples
    --------
    >>> print(f"{t_test(0.5, 20):.4f}")
    0.0248
    """
    value, df = np.asarray(r, np.float64), _over(n, 2 + given)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.abs(value) * np.sqrt(df / (1 - np.square(value)))
    return np.asarray(2 * stdtr(df, -statistic))


def difference(
    a: npt.ArrayLike,
    low_a: npt.ArrayLike,
    high_a: npt.ArrayLike,
    b: npt.ArrayLike,
    low_b: npt.ArrayLike,
    high_b: npt.ArrayLike,
    level: float = 0.95,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Say how much larger a coefficient is in one group than in another, of other rows.

    Parameters
    ----------
    a, low_a, high_a, b, low_b, high_b : arrays
        Coefficients of two groups and their intervals.
    level : float
        Coverage of those intervals, and of the one returned.

    Returns
    -------
    diff, low, high : arrays
        a - b and its interval.
    p : array
        Two-sided, from the arm of the interval that points to 0: below 1 - ``level`` exactly where
        the interval leaves out 0.

    References
    ----------
    Zou (2007), Toward using confidence intervals to compare correlations, Psychol. Methods 12,
    399–413, equation 15.

    Examples
    --------
    Two coefficients, .49 and .36, with their intervals:

    >>> diff, low, high, p = difference(0.49, 0.355, 0.605, 0.36, 0.203, 0.499)
    >>> print(f"{diff:.2f}, {low:.3f} to {high:.3f}, p {p:.2f}")
    0.13, -0.064 to 0.325, p 0.19
    """
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    diff = x - y
    down = np.hypot(x - np.asarray(low_a), np.asarray(high_b) - y)
    up = np.hypot(np.asarray(high_a) - x, y - np.asarray(low_b))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.abs(diff) / np.where(diff > 0, down, up) * float(ndtri(0.5 + level / 2))
    return diff, diff - down, diff + up, np.asarray(2 * ndtr(-z))


def _over(n: npt.ArrayLike, less: int) -> Floats:
    left = np.asarray(n, np.float64) - less
    return np.where(left > 0, left, np.nan)


def _root(values: npt.ArrayLike) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sqrt(values))
