"""Correlation ratio: how much of the spread of a number lies between the levels of a category."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int32]


def group_sums(codes: Codes, values: Floats, size: int) -> tuple[Floats, Floats, float]:
    """Count and sum a number by level, centred; with its sum of squares.

    Rows without a level (-1) or a number (NaN) are left out.

    Examples
    --------
    >>> n, sums, squares = group_sums(np.array([0, 0, 1, -1], np.int32), np.array([1., 3, 5, 9]), 2)
    >>> n.tolist(), sums.tolist(), squares
    ([2.0, 1.0], [-2.0, 2.0], 8.0)
    """
    both = (codes >= 0) & ~np.isnan(values)
    if not both.all():
        codes, values = codes[both], values[both]
    if not values.size:
        return np.zeros(size), np.zeros(size), 0.0
    centred = values - values[0]
    centred -= centred.mean()
    n = np.bincount(codes, minlength=size).astype(np.float64)
    sums = np.bincount(codes, weights=centred, minlength=size).astype(np.float64)
    return n, sums, float(centred @ centred)


def squared_ratio(
    n: npt.ArrayLike, sums: npt.ArrayLike, squares: npt.ArrayLike, *, corrected: bool = True
) -> Floats:
    """Share of the variance of a number that lies between levels.

    Parameters
    ----------
    n, sums : arrays, (…, levels)
        Rows and sum of the number by level. Levels without rows are no levels.
    squares : array, (…)
        Sum of the squared number over all levels.
    corrected : bool
        Take off what independence alone would give; the result may be below 0.

    Returns
    -------
    numpy.ndarray
        η², in [0, 1], or corrected ε² = 1 - (1 - η²)(n - 1)/(n - k), at most 1. NaN where there
        are fewer than two levels, no spread, or (corrected) as many levels as rows.

    References
    ----------
    Kelley (1935), An unbiased correlation ratio measure, PNAS 21, 554–559.

    Examples
    --------
    Three levels with the values 1, 2 / 3, 4 / 8, 9: the squares about the mean sum to 53.5, those
    within the levels to 3 · 0.5.

    >>> n, sums, squares = group_sums(
    ...     np.array([0, 0, 1, 1, 2, 2], np.int32), np.array([1., 2, 3, 4, 8, 9]), 3
    ... )
    >>> round(float(squared_ratio(n, sums, squares, corrected=False)), 4), round(1 - 1.5 / 53.5, 4)
    (0.972, 0.972)
    >>> round(float(squared_ratio(n, sums, squares)), 4), round(1 - (1.5 / 3) / (53.5 / 5), 4)
    (0.9533, 0.9533)
    """
    size, total = np.asarray(n, np.float64), np.asarray(sums, np.float64)
    rows, levels = size.sum(-1), (size > 0).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_mean = np.square(total.sum(-1)) / rows
        between = np.where(size > 0, np.square(total) / size, 0.0).sum(-1) - by_mean
        spread = np.asarray(squares, np.float64) - by_mean
        eta = np.clip(between / np.where(spread > 0, spread, np.nan), 0.0, 1.0)
        found = 1 - (1 - eta) * (rows - 1) / (rows - levels) if corrected else eta
        return np.asarray(np.where((levels > 1) & (rows > levels), found, np.nan))


def ratio_p_value(n: npt.ArrayLike, sums: npt.ArrayLike, squares: float) -> float:
    """Test equal means of all levels (F test of one-way analysis of variance)."""
    size = np.asarray(n, np.float64)
    rows, levels = float(size.sum()), int((size > 0).sum())
    eta = float(squared_ratio(size, sums, squares, corrected=False))
    if eta >= 1:
        return 0.0
    statistic = eta / (1 - eta) * (rows - levels) / (levels - 1)
    return float(fdtrc(levels - 1, rows - levels, statistic))


def bootstrap_weights(
    rows: int, *, rng: np.random.Generator, draws: int = 300
) -> npt.NDArray[np.float32]:
    """How often each of ``draws`` samples with replacement takes each row."""
    taken = rng.integers(0, rows, size=(draws, rows))
    return np.stack([np.bincount(one, minlength=rows) for one in taken]).astype(np.float32)
