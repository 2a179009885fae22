"""Survival of durations that may be cut off: curves, their comparison, their mean and median."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtri

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Lives:
    """A duration a customer, whether it ended in the event, and when watching began."""

    duration: Floats
    event: npt.NDArray[np.bool_]
    entry: Floats | None = None

    def at(self, rows: npt.NDArray[np.bool_]) -> Lives:
        """Keep some customers."""
        entry = None if self.entry is None else self.entry[rows]
        return Lives(self.duration[rows], self.event[rows], entry)

    def counts(self, times: Floats) -> tuple[Floats, Floats]:
        """Count the customers at risk just before each time, and the events at it."""
        ended = np.sort(self.duration)
        risk = ended.size - np.searchsorted(ended, times, side="left")
        if self.entry is not None:
            risk = risk - (ended.size - np.searchsorted(np.sort(self.entry), times, side="left"))
        dead = np.sort(self.duration[self.event])
        died = np.searchsorted(dead, times, "right") - np.searchsorted(dead, times, "left")
        return risk.astype(np.float64), died.astype(np.float64)


@dataclass(frozen=True)
class Curve:
    """A Kaplan–Meier curve: survival from each time on, and what it rests on.

    ``time`` begins at 0, where survival is 1. ``low`` and ``high`` are the interval of
    log(−log S), with Greenwood's variance (Kalbfleisch & Prentice 2002, eq. 1.13).
    """

    time: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Floats
    events: Floats
    last: float
    """The longest duration, up to which the curve is known."""

    def at(self, times: npt.ArrayLike) -> Floats:
        """Read survival at some times; NaN after the longest duration."""
        when = np.asarray(times, dtype=np.float64)
        found = self.survival[np.searchsorted(self.time, when, side="right") - 1]
        return np.where(when > self.last, np.nan, found)

    def median(self) -> tuple[float, float, float]:
        """Find when half have had the event, and its interval; NaN where that is not reached.

        The interval is where those of the curve cross one half (Brookmeyer & Crowley 1982).
        """
        found = []
        for curve in (self.survival, self.low, self.high):
            below = np.flatnonzero(curve <= 0.5 + 1e-12)
            found.append(float(self.time[below[0]]) if below.size else float("nan"))
        return found[0], found[1], found[2]

    def restricted_mean(self, tau: float) -> tuple[float, float]:
        """Mean time until the event or ``tau``, and its standard error.

        The area under the curve, with Greenwood's plug-in variance: as R ``survRM2`` (Uno et
        al. 2014; Royston & Parmar 2013).
        """
        use = self.time < tau
        ends = np.append(self.time[use][1:], tau)
        areas = self.survival[use] * (ends - self.time[use])
        after = areas[::-1].cumsum()[::-1]
        risk, died = self.at_risk[use], self.events[use]
        left = risk - died
        with np.errstate(invalid="ignore", divide="ignore"):
            terms = np.where((died > 0) & (left > 0), died / (risk * left), 0.0)
        return float(areas.sum()), float(np.sqrt((after**2 * terms).sum()))


def kaplan_meier(lives: Lives, level: float = 0.95) -> Curve:
    """Estimate the share without the event from each time on.

    Examples
    --------
    >>> lives = Lives(np.array([1.0, 2.0, 2.0, 4.0]), np.array([True, True, False, False]))
    >>> kaplan_meier(lives).survival.tolist()
    [1.0, 0.75, 0.5]
    """
    times = np.unique(np.append(lives.duration[lives.event], 0.0))
    risk, died = lives.counts(times)
    with np.errstate(invalid="ignore", divide="ignore"):
        steps = np.where(risk > 0, 1 - died / risk, 1.0)
        survival = np.cumprod(steps, dtype=np.float64)
        left = risk - died
        greenwood = np.cumsum(np.where((died > 0) & (left > 0), died / (risk * left), 0.0))
        width = float(ndtri(0.5 + level / 2)) * np.sqrt(greenwood) / np.abs(np.log(survival))
        low = survival ** np.exp(width)
        high = survival ** np.exp(-width)
    sure = (survival >= 1) | (survival <= 0)
    low, high = np.where(sure, survival, low), np.where(sure, survival, high)
    last = float(lives.duration.max()) if lives.duration.size else 0.0
    return Curve(times, survival, low, high, risk, died, last)


@dataclass(frozen=True)
class LogRank:
    """A test that all groups have the same survival: χ², its degrees of freedom, and p."""

    chi2: float
    df: int
    p: float


def logrank(groups: list[Lives]) -> LogRank:
    """Test whether the survival of several groups differs (Mantel 1966; Peto & Peto 1972).

    Groups without customers are left out; of one group, χ² and p are NaN.
    """
    groups = [lives for lives in groups if lives.duration.size]
    dead = [lives.duration[lives.event] for lives in groups]
    times = np.unique(np.concatenate(dead)) if groups else np.empty(0)
    if len(groups) < 2 or not times.size:
        return LogRank(float("nan"), max(len(groups) - 1, 0), float("nan"))
    counted = [lives.counts(times) for lives in groups]
    risk = np.array([r for r, _ in counted])
    died = np.array([d for _, d in counted])
    n, d = risk.sum(axis=0), died.sum(axis=0)
    share = risk / n
    excess = (died - share * d).sum(axis=1)
    weight = d * (n - d) / np.maximum(n - 1, 1)
    spread = -np.einsum("it,jt,t->ij", share, share, weight)
    spread[np.diag_indices_from(spread)] += (share * weight).sum(axis=1)
    reduced = spread[:-1, :-1]
    found = np.linalg.lstsq(reduced, excess[:-1], rcond=None)[0]
    chi2 = float(excess[:-1] @ found)
    df = len(groups) - 1
    return LogRank(chi2, df, float(chdtrc(df, chi2)))
