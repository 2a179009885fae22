"""Means a customer, an active customer or an order, and their errors, at every age."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..statistics.means import Ratios
from .capping import Valued, joined, pooled_caps
from .cumulative import cumulative
from .members import Frame
from .visits import Visits, each_part, visits_of_all

Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]

SAMPLE = 200_000
"""Visits that tell about where the largest hundredth begins."""


@dataclass(frozen=True)
class Means:
    """A measure of each cohort (row) at each age (column): Σ ``total`` / Σ ``base``."""

    total: Floats
    base: Floats
    used: Ratios
    """Sums behind the interval: of money, capped."""
    cap: Floats
    """Money at which is capped, by age; NaN of orders, and where a cap would leave nothing."""

    @property
    def value(self) -> Floats:
        """The mean; NaN where there is nobody to average over."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.base > 0, self.total / self.base, np.nan)


def means(frame: Frame, measure: str, ages: int, pool: Mask | None = None) -> Means:
    """Revenue per customer, also cumulative, orders per active customer, or order value.

    Parameters
    ----------
    ages : int
        Ages measured, from 0.
    pool : cohorts × ages, optional
        Cells whose customers decide where money is capped; by default all.
    """
    shape = frame.cohorts, ages
    pooled = np.ones(shape, bool) if pool is None else pool[:, :ages]
    eligible = frame.eligible[:, :ages].astype(np.float64)
    if measure == "cumulative_revenue":
        total, x, xx, cap = cumulative(frame, eligible, pooled)
        x, xx = (_unknown(sums, eligible, cap) for sums in (x, xx))
        return Means(total, eligible, Ratios(eligible, x, eligible, xx, x, eligible), cap)
    money = measure != "orders_per_active"
    parts = visits_of_all(frame, ages, money=money, orders=measure.startswith("order"))
    if not money:
        n, x, xx = _added(parts, shape, lambda v: (v.value > 0, v.value, v.value * v.value))
        return Means(x, n, Ratios(n, x, n, xx, x, n), np.full(ages, np.nan))
    if measure == "revenue_per_customer":
        (total,) = _added(parts, shape, lambda v: (v.value,))
        cap = _caps(parts, eligible, pooled)
        most = np.tile(cap, frame.cohorts)
        x, xx = _added(parts, shape, lambda v: _squared(np.minimum(v.value, most[v.cell])))
        x, xx = (_unknown(sums, eligible, cap) for sums in (x, xx))
        return Means(total, eligible, Ratios(eligible, x, eligible, xx, x, eligible), cap)
    n, total, y, yy = _added(parts, shape, lambda v: (v.per > 0, v.value, v.per, v.per * v.per))
    cap = _caps(parts, n, pooled)
    most = np.tile(cap, frame.cohorts)

    def products(v: Visits) -> tuple[Floats, ...]:
        limited = np.minimum(v.value, most[v.cell] * v.per)
        x = np.where(v.per > 0, limited, v.value)
        return *_squared(x), x * v.per

    x, xx, xy = _added(parts, shape, products)
    return Means(total, y, Ratios(n, x, y, xx, xy, yy), cap)


def _added(
    parts: Sequence[Visits],
    shape: tuple[int, int],
    numbers: Callable[[Visits], tuple[npt.NDArray[Any], ...]],
) -> list[Floats]:
    """Add up numbers of each visit by cohort and age."""
    size = shape[0] * shape[1]

    def work(part: Visits) -> list[npt.NDArray[Any]]:
        return [np.bincount(part.cell, weights=one, minlength=size) for one in numbers(part)]

    found = each_part(parts, work)
    return [np.sum(sums, axis=0).reshape(shape) for sums in zip(*found, strict=True)]


def _squared(x: Floats) -> tuple[Floats, Floats]:
    return x, x * x


def _unknown(sums: Floats, n: Floats, cap: Floats) -> Floats:
    """Sums of capped money; none without a cap, also where nobody brought anything."""
    return np.where((n > 0) & np.isnan(cap), np.nan, sums)


def _caps(parts: Sequence[Visits], n: Floats, pool: Mask) -> Floats:
    """Find the cap of each age, over the customers of the pool."""
    ages = n.shape[1]
    step = max(1, sum(part.value.size for part in parts) // SAMPLE)

    def each(part: Visits, every: int) -> Valued:
        cell = part.cell[::every].astype(np.intp)
        value, per = part.value[::every], part.per[::every]
        with np.errstate(invalid="ignore", divide="ignore"):
            return cell, value / per

    def take(bounds: Floats) -> Valued:
        bound = np.where(pool, bounds, np.inf).ravel()

        def work(part: Visits) -> Valued:
            cell, value = each(part, 1)
            found = np.flatnonzero((value >= bound[cell]) & (part.per > 0))
            return cell[found] % ages, value[found]

        return joined(each_part(parts, work))

    cell, value = joined([each(part, step) for part in parts])
    inside = pool.ravel()[cell] & np.isfinite(value)
    sample = cell[inside] % ages, value[inside]
    return pooled_caps((n * pool).sum(axis=0), sample, step, take)
