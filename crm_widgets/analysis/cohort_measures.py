"""What a cohort does at an age: how many are active, and what they order and pay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from .cohort_members import Flags, Frame
from .money import Ratios, pooled_cap
from .proportions import wilson

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
    flags = frame.presence()
    active = frame.count(flags)
    base = frame.eligible.astype(np.float64)
    empty = Cells(none, base, active, none, none, none, np.full(shape[1], np.nan))
    if measure in SHARES:
        count = active
        if measure == "unbounded_retention":
            flags = ahead(flags, look_ahead)
            if frame.finished_only:
                last = frame.clock.finished - look_ahead
                flags &= (np.arange(flags.shape[1]) <= last[:, None]).view(np.uint8)
            count = frame.count(flags)
        low, high = wilson(count, np.maximum(base, count), level)
        return replace(empty, total=count.astype(np.float64), low=low, high=high)
    if measure in ("active", "revenue"):
        total = active.astype(np.float64) if measure == "active" else frame.totals(frame.log.earned)
        return replace(empty, total=total, base=np.ones(shape))
    return _means(frame, measure, empty, level)


def ahead(flags: Flags, look_ahead: int) -> Flags:
    """Who bought at each age or in the ``look_ahead`` windows after it."""
    found = flags.copy()
    for step in range(1, min(look_ahead, flags.shape[1] - 1) + 1):
        found[:, :-step] |= flags[:, step:]
    return found


def per_customer(frame: Frame, measure: Measure, ages: int) -> Iterator[tuple[Floats, Floats]]:
    """Give x and y of every member at each age in turn: the measure of a cohort is Σ x / Σ y.

    Who has a y of 0 is not counted: without orders, or with a window that is not over.
    """
    log = frame.log
    n = frame.members.size
    finished = frame.clock.finished[frame.members] if frame.finished_only else None
    ordered = frame.each_age(log.orders, ages) if measure.startswith("order") else None
    paid = None if measure == "orders_per_active" else frame.each_age(log.earned, ages)
    so_far = np.zeros(n)
    for age in range(ages):
        orders = None if ordered is None else next(ordered)
        x = orders if paid is None else next(paid)
        assert x is not None
        if measure == "orders_per_active":
            y = np.sign(x)
        elif orders is not None:
            y = orders
        else:
            y = np.ones(n) if finished is None else (finished >= age).astype(np.float64)
        if measure == "cumulative_revenue":
            so_far += x
            x = so_far * y
        yield x, y


def summed(frame: Frame, x: Floats, y: Floats) -> Ratios:
    """Add up what the ratio of each cohort and its error need."""
    xy = x * y
    return Ratios(
        frame.sums(y > 0), frame.sums(x), frame.sums(y),
        frame.sums(x * x), frame.sums(xy), frame.sums(y * y),
    )  # fmt: skip


def capped(x: Floats, y: Floats, pool: npt.NDArray[np.bool_] | None = None) -> tuple[Floats, float]:
    """Cap money per unit of y at the 99th percentile of the pool of customers with a y."""
    counts = y > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        each = x / y
    cap = pooled_cap(each[counts if pool is None else counts & pool])
    return np.where(counts, np.minimum(x, cap * y), x), cap


def _means(frame: Frame, measure: Measure, empty: Cells, level: float) -> Cells:
    shape = frame.eligible.shape
    out = {name: np.full(shape, np.nan) for name in ("total", "base", "low", "high", "capped")}
    caps = np.full(shape[1], np.nan)
    for age, (x, y) in enumerate(per_customer(frame, measure, shape[1])):
        out["total"][:, age], out["base"][:, age] = frame.sums(x), frame.sums(y)
        if measure != "orders_per_active":
            pool = np.repeat(frame.counted[:, age], frame.sizes)
            x, caps[age] = capped(x, y, pool)
        shown = summed(frame, x, y)
        if measure != "orders_per_active":
            out["capped"][:, age] = shown.value
        out["low"][:, age], out["high"][:, age] = shown.interval(level)
    return replace(empty, cap=caps, **out)
