"""Means of money: as they are, and capped so that a few customers do not decide the interval."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

Floats: TypeAlias = npt.NDArray[np.float64]

CAP_QUANTILE = 0.99
SMALLEST = 200
"""Customers from which an interval of a mean is given: below it covers too little."""


def pooled_cap(values: npt.ArrayLike, n: int | None = None) -> float:
    """Find the 99th percentile of the values of all groups, at which money is capped.

    Parameters
    ----------
    values : array
        Money of each customer.
    n : int, optional
        Number of customers, when only those with money that is not 0 are given.

    Returns
    -------
    float
        NaN without customers, or if under 1 % of them have any money: then a cap would leave
        nothing to compare.
    """
    money = np.asarray(values, dtype=np.float64)
    size = money.size if n is None else n
    above = size - int(np.floor((size - 1) * CAP_QUANTILE)) if size else 0
    positive = money[money > 0]
    if not size or positive.size < above:
        return float("nan")
    # The rest, zeros and below, fill the places under the positive ones.
    at = (size - 1) * CAP_QUANTILE - (size - positive.size)
    lo = int(np.floor(at))
    part = np.partition(positive, [lo, min(lo + 1, positive.size - 1)])
    low, high = part[lo], part[min(lo + 1, positive.size - 1)]
    return float(low + (high - low) * (at - lo))


@dataclass(frozen=True)
class Ratios:
    """Σ x / Σ y over the customers of each group, with the standard error of the ratio.

    With y = 1 the ratio is a mean, and the error that of a mean. Otherwise customers are the
    units that vary (Cochran 1977, Sampling Techniques, eq. 6.13).
    """

    n: Floats
    x: Floats
    y: Floats
    xx: Floats
    xy: Floats
    yy: Floats

    @classmethod
    def of(cls, group: npt.NDArray[np.intp], groups: int, x: Floats, y: Floats) -> Ratios:
        """Sums over the customers of each group."""

        def total(values: Floats) -> Floats:
            return np.bincount(group, weights=values, minlength=groups)[:groups].astype(float)

        n = np.bincount(group, minlength=groups)[:groups].astype(np.float64)
        return cls(n, total(x), total(y), total(x * x), total(x * y), total(y * y))

    def at(self, age: int) -> Ratios:
        """The groups at one age, of sums by group and age."""
        return Ratios(*(getattr(self, part.name)[:, age] for part in fields(self)))

    @property
    def value(self) -> Floats:
        """The ratio of each group; NaN where it is 0 / 0."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.y > 0, self.x / self.y, np.nan)

    @property
    def error(self) -> Floats:
        """Standard error of the ratio; NaN for fewer than two customers."""
        with np.errstate(invalid="ignore", divide="ignore"):
            r = self.value
            squares = np.maximum(self.xx - 2 * r * self.xy + r * r * self.yy, 0)
            error = np.sqrt(squares * self.n / (self.n - 1)) / self.y
        return np.where(self.n > 1, error, np.nan)

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Interval of each ratio by Student's t; NaN for fewer than 200 customers."""
        enough = self.n >= SMALLEST
        with np.errstate(invalid="ignore"):
            half = stdtrit(np.maximum(self.n - 1, 1), 0.5 + level / 2) * self.error
        low, high = self.value - half, self.value + half
        return np.where(enough, low, np.nan), np.where(enough, high, np.nan)


@dataclass(frozen=True)
class Difference:
    """A difference of two means, its interval and its p; NaN where customers are too few."""

    value: float
    low: float
    high: float
    p: float


def welch(both: Ratios, level: float) -> Difference:
    """Compare the first two groups of ``both`` without assuming equal variances (Welch 1947)."""
    value = float(both.value[0] - both.value[1])
    if (both.n < SMALLEST).any():
        return Difference(value, float("nan"), float("nan"), float("nan"))
    squares = both.error**2
    error = float(np.sqrt(squares.sum()))
    if error == 0:
        return Difference(value, value, value, 1.0 if value == 0 else 0.0)
    freedom = float(squares.sum() ** 2 / (squares**2 / (both.n - 1)).sum())
    half = float(stdtrit(freedom, 0.5 + level / 2)) * error
    p = 2 * float(stdtr(freedom, -abs(value) / error))
    return Difference(value, value - half, value + half, p)


def log_ratio(both: Ratios, level: float) -> tuple[float, float, float]:
    """Ratio of the first to the second mean, with an interval symmetric on the log scale."""
    first, second = both.value[:2]
    if not (first > 0 and second > 0):
        return float("nan"), float("nan"), float("nan")
    ratio = float(first / second)
    if (both.n < SMALLEST).any():
        return ratio, float("nan"), float("nan")
    error = float(np.hypot(*(both.error[:2] / both.value[:2])))
    half = float(np.exp(stdtrit(float(both.n.sum() - 2), 0.5 + level / 2) * error))
    return ratio, ratio / half, ratio * half
