"""What a cohort does at an age: how many are active, and what they order and pay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ..statistics.proportions import wilson
from .means import means
from .members import Frame

Measure = Literal[
    "retention",
    "unbounded_retention",
    "active",
    "revenue",
    "revenue_per_customer",
    "cumulative_revenue",
    "orders_per_active",
    "order_value",
]
SHARES = ("retention", "unbounded_retention")
MONEY = ("revenue", "revenue_per_customer", "cumulative_revenue", "order_value")

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """Numbers of every cohort (row) at every age (column)."""

    total: Floats
    """What is averaged: customers, orders or money."""
    base: Floats
    """What it is averaged over: customers, active customers, orders, or 1."""
    active: npt.NDArray[np.int64]
    low: Floats
    high: Floats
    capped: Floats
    cap: Floats
    """Money at which the capped mean is capped, by age."""

    @property
    def value(self) -> Floats:
        """``total / base``; NaN where there is nobody to average over."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.base > 0, self.total / self.base, np.nan)


def cells(frame: Frame, measure: Measure, look_ahead: int, level: float) -> Cells:
    """Compute a measure for every cohort and age."""
    shape = frame.eligible.shape
    none = np.full(shape, np.nan)
    bought = frame.presence()
    active = frame.count(bought)
    base = frame.eligible.astype(np.float64)
    empty = Cells(none, base, active, none, none, none, np.full(shape[1], np.nan))
    if measure in SHARES:
        count = active
        if measure == "unbounded_retention":
            bought = bought.ahead(look_ahead)
            if frame.finished_only:
                bought = bought.until(frame.clock.finished - min(look_ahead, frame.clock.ages))
            count = frame.count(bought)
        low, high = wilson(count, np.maximum(base, count), level)
        return replace(empty, total=count.astype(np.float64), low=low, high=high)
    if measure in ("active", "revenue"):
        total = (
            active.astype(np.float64)
            if measure == "active"
            else frame.totals(frame.log.revenue_rows)
        )
        return replace(empty, total=total, base=np.ones(shape))
    return _means(frame, measure, empty, level)


def _means(frame: Frame, measure: Measure, empty: Cells, level: float) -> Cells:
    found = means(frame, measure, frame.eligible.shape[1], frame.counted)
    low, high = found.used.interval(level)
    capped = empty.capped if measure == "orders_per_active" else found.used.value
    return replace(
        empty, total=found.total, base=found.base, low=low, high=high, capped=capped, cap=found.cap
    )
