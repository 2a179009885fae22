"""Bins that an analyst would draw by hand: round edges, every customer counted.

Edges come from the whole table and stay while it is filtered. The bulk (0.5th to 99.5th
percentile) is cut into equal steps, or equal ratios where the feature is skewed and
positive; what lies beyond gets one bin at each end, drawn as wide as any other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

TARGET = 30
"""Bins aimed at; 48 and two for the tails are the most."""


@dataclass(frozen=True)
class Bins:
    """``edges`` ascend, half-open but for the last; ``low``/``high``: an end bin holds a tail."""

    edges: tuple[float, ...]
    low: bool = False
    high: bool = False
    scale: Literal["linear", "log"] = "linear"
    ticks: tuple[float, ...] = ()
    units: bool = False
    """Whether each bin but a tail holds one whole number: its lower edge."""

    @property
    def n(self) -> int:
        """Number of bins."""
        return len(self.edges) - 1

    @property
    def inner(self) -> tuple[float, float]:
        """Where the tails begin."""
        return self.edges[1 if self.low else 0], self.edges[-2 if self.high else -1]


def nice_step(span: float, parts: int) -> float:
    """Choose a step that cuts ``span`` into at most ``parts``: 1, 2, 2.5 or 5 × a power of ten.

    >>> nice_step(546, 30), nice_step(1, 5)
    (20.0, 0.2)
    """
    raw = span / parts
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1.0, 2.0, 2.5, 5.0, 10.0):
        if factor * power >= raw * (1 - 1e-9):
            return factor * power
    return 10.0 * power


_RENARD = {
    5: (1, 1.6, 2.5, 4, 6.3),
    10: (1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8),
    20: (
        1, 1.12, 1.25, 1.4, 1.6, 1.8, 2, 2.24, 2.5, 2.8,
        3.15, 3.55, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9,
    ),
}  # fmt: skip
"""Preferred numbers (ISO 3): nearly equal ratios whose members are round."""


def _ratio_edges(lo: float, hi: float) -> npt.NDArray[np.float64]:
    """Preferred numbers from below ``lo`` to above ``hi``, about ``TARGET`` of them."""
    decades = math.log10(hi / lo)
    per = 20 if decades < 1.8 else 10 if decades < 4.5 else 5
    powers = range(math.floor(math.log10(lo)) - 1, math.ceil(math.log10(hi)) + 2)
    found = np.array([float(f"{m * 10.0**d:.3g}") for d in powers for m in _RENARD[per]])
    first = int(np.searchsorted(found, lo, side="right")) - 1
    last = int(np.searchsorted(found, hi, side="left"))
    return found[max(first, last - 48) : last + 1]


def _linear_ticks(lo: float, hi: float, parts: int = 5) -> tuple[float, ...]:
    step = nice_step(hi - lo, parts)
    ticks = np.arange(math.ceil(lo / step - 1e-9), math.floor(hi / step + 1e-9) + 1) * step
    return tuple(float(tick) for tick in ticks)


def _log_ticks(lo: float, hi: float) -> tuple[float, ...]:
    decades = range(math.floor(math.log10(lo)), math.ceil(math.log10(hi)) + 1)
    marks = (1, 2, 5) if hi / lo < 1e3 else (1,)
    found = [m * 10.0**d for d in decades for m in marks]
    return tuple(tick for tick in found if lo * 0.999 <= tick <= hi * 1.001)


def _is_skewed(values: npt.NDArray[np.float64], lo: float, hi: float) -> bool:
    """Positive but for a few, and the upper half at least four times as long as the lower."""
    middle = float(np.median(values))
    return lo > 0 and middle > 0 and hi / lo > 20 and hi - middle > 4 * (middle - lo)


def choose_bins(values: npt.NDArray[np.float64]) -> Bins:
    """Bins of a feature.

    >>> choose_bins(np.array([1.0, 2, 2, 3])).edges
    (1.0, 2.0, 3.0, 4.0)
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return Bins((0.0, 1.0), ticks=(0.0, 1.0))
    least, most = float(values.min()), float(values.max())
    lo, hi = (float(q) for q in np.quantile(values, (0.005, 0.995)))
    whole = bool(np.all(values == np.floor(values)))
    if whole and hi - lo <= 40:
        units = np.arange(math.floor(lo), math.ceil(hi) + 2, dtype=np.float64)
        found = _finish(units, least, most, "linear", reach=max(2.0, 0.1 * (hi - lo)))
        first = found.inner[0]
        ticks = tuple(sorted({first, *(tick for tick in found.ticks if tick == int(tick))}))
        return replace(found, units=True, ticks=ticks)
    positive = values[values > 0]
    if len(positive) >= 0.8 * len(values):
        low = float(np.quantile(positive, 0.005))
        if _is_skewed(positive, low, hi):
            edges = _ratio_edges(low, hi)
            edges = np.unique(np.round(edges)) if whole else edges
            return _finish(edges, least, most, "log", reach=0.0)
    if hi == lo:
        lo, hi = (least, most) if most > least else (lo - 0.5, hi + 0.5)
    step = nice_step(hi - lo, TARGET + 10)
    if whole:
        step = max(1.0, math.ceil(step))
    start = np.floor(lo / step + 1e-9)
    steps = (start + np.arange(int(np.ceil(hi / step - 1e-9) - start) + 1)) * step
    if len(steps) < 2 or not (np.diff(steps) > 0).all():
        # too narrow for its distance from 0: floats have no round steps there
        return Bins((least, float(np.nextafter(most, np.inf))))
    return _finish(steps, least, most, "linear", reach=2 * step)


def room(start: float, end: float) -> float:
    """Where a tail ends: beyond all values, at a round distance that later ones may fit too."""
    step = nice_step(max(abs(end - start), 0.1 * abs(start)), 1)
    if end > start:
        return max(end, float(f"{start + step:.12g}"))
    least = float(f"{start - step:.12g}")
    return min(end, max(least, 0.0) if end >= 0 else least)


def still_fits(bins: Bins, values: npt.NDArray[np.float64]) -> bool:
    """Whether values can be drawn in the bins of others, so that an axis need not move.

    All must be inside, no more than 2 % in a tail, and the bulk must fill half of the bins.

    >>> bins = choose_bins(np.arange(1000.0))
    >>> still_fits(bins, np.arange(900.0)), still_fits(bins, np.arange(200.0))
    (True, False)
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return True
    edges, (low, high) = np.asarray(bins.edges), bins.inner
    if values.min() < edges[0] or values.max() > edges[-1]:
        return False
    if bins.units and (values.max() == edges[-1] or np.any(values != np.floor(values))):
        return False
    if max(np.mean(values < low), np.mean(values > high)) > 0.02:
        return False
    first, last = np.searchsorted(edges, np.quantile(values, (0.005, 0.995)), side="right")
    return bool(2 * (last - first + 1) >= bins.n)


def _finish(
    edges: npt.NDArray[np.floating[Any]],
    least: float,
    most: float,
    scale: Literal["linear", "log"],
    reach: float,
) -> Bins:
    """Cover the tails: by a few more steps if they are within ``reach``, else by a bin each."""
    step = float(edges[1] - edges[0])
    inner = [float(edge) for edge in edges]
    while scale == "linear" and least < inner[0] and inner[0] - least <= reach:
        inner.insert(0, inner[0] - step)
    while scale == "linear" and most > inner[-1] and most - inner[-1] <= reach:
        inner.append(inner[-1] + step)
    ticks = (_log_ticks if scale == "log" else _linear_ticks)(inner[0], inner[-1])
    tidy = [float(f"{edge:.12g}") for edge in inner]
    if not (np.diff(tidy) > 0).all():
        tidy = inner
    low, high = least < tidy[0], most > tidy[-1]
    before = [room(tidy[0], least)] if low else []
    beyond = [room(tidy[-1], most)] if high else []
    return Bins(
        edges=(*before, *tidy, *beyond),
        low=low,
        high=high,
        scale=scale,
        ticks=ticks,
    )
