"""What a cohort does at an age: how many are active, and what they order and pay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from .cohort_windows import Clock, Ints
from .history import BLOCK, History, Rows
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


@dataclass(frozen=True)
class Frame:
    """The customers, their cohorts and their clock: all that a measure is computed from."""

    log: History
    clock: Clock
    codes: npt.NDArray[np.int32]
    cohorts: int
    eligible: npt.NDArray[np.int64]
    """Customers of each cohort who count at each age."""
    counted: npt.NDArray[np.bool_]
    """Cells that are complete and in averages: from these the cap is taken."""
    finished_only: bool
    """Whether a customer's unfinished window is left out of the cell."""

    def ages(self, rows: Rows) -> Iterator[tuple[slice, npt.NDArray[np.intp], Ints]]:
        """Parts of the rows, with the customer and the age of each row."""
        for lo in range(0, rows.n, BLOCK):
            part = slice(lo, lo + BLOCK)
            customer = rows.customer[part].astype(np.intp)
            age = self.clock.of(rows, part, customer)
            if self.finished_only:
                late = age > self.clock.finished[customer]
                age = np.where(late, age.dtype.type(self.clock.ages), age)
            yield part, customer, age


def presence(frame: Frame) -> npt.NDArray[np.uint8]:
    """Who (row) bought at which age (column): 1 or 0."""
    width = frame.clock.ages + 1
    seen = np.zeros(frame.log.n * width, np.uint8)
    for _, customer, age in frame.ages(frame.log.purchases):
        customer *= width
        customer += age
        seen[customer] = 1
    return seen.reshape(frame.log.n, width)[:, :-1]


def by_cohort(frame: Frame, flags: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Count the flags of each cohort at each age."""
    found = np.zeros((frame.cohorts, flags.shape[1]), np.int64)
    members = np.flatnonzero(frame.codes >= 0)
    # Two-byte codes are sorted by counting.
    codes = frame.codes[members].astype(np.int16)
    order = members[np.argsort(codes, kind="stable")]
    ends = np.cumsum(np.bincount(codes, minlength=frame.cohorts))
    for cohort, end in enumerate(ends):
        start = ends[cohort - 1] if cohort else 0
        for lo in range(start, end, BLOCK):
            block = flags[order[lo : min(lo + BLOCK, end)]]
            found[cohort] += block.sum(axis=0, dtype=np.uint32)
    return found


def money(frame: Frame) -> Floats:
    """Revenue of each cohort at each age."""
    width = frame.clock.ages + 1
    size = (frame.cohorts + 1) * width
    cohort = np.where(frame.codes < 0, frame.cohorts, frame.codes).astype(np.intp) * width
    found = np.zeros(size)
    amount = frame.log.earned.amount
    assert amount is not None
    for part, customer, age in frame.ages(frame.log.earned):
        cell = cohort[customer]
        cell += age
        found += np.bincount(cell, weights=amount[part], minlength=size)
    return found.reshape(frame.cohorts + 1, width)[:-1, :-1]


def each_age(frame: Frame, rows: Rows) -> Iterator[Floats]:
    """For each age in turn a number a customer: the sum of ``amount``, or the count of rows."""
    age = np.empty(rows.n, np.uint16)
    for part, _, found in frame.ages(rows):
        age[part] = found
    order = np.argsort(age, kind="stable")
    ends = np.cumsum(np.bincount(age, minlength=frame.clock.ages + 1))
    for k in range(frame.clock.ages):
        here = order[(ends[k - 1] if k else 0) : ends[k]]
        weights = None if rows.amount is None else rows.amount[here]
        found_sum = np.bincount(rows.customer[here], weights=weights, minlength=frame.log.n)
        yield found_sum.astype(np.float64)


def cells(frame: Frame, measure: Measure, look_ahead: int, level: float) -> Cells:
    """Compute a measure for every cohort and age."""
    shape = frame.eligible.shape
    none = np.full(shape, np.nan)
    flags = presence(frame)
    active = by_cohort(frame, flags)
    base = frame.eligible.astype(np.float64)
    empty = Cells(none, base, active, none, none, none, np.full(shape[1], np.nan))
    if measure in SHARES:
        count = active
        if measure == "unbounded_retention":
            flags = ahead(flags, look_ahead)
            if frame.finished_only:
                last = frame.clock.finished - look_ahead
                flags &= np.arange(flags.shape[1]) <= last[:, None]
            count = by_cohort(frame, flags)
        low, high = wilson(count, np.maximum(base, count), level)
        return replace(empty, total=count.astype(np.float64), low=low, high=high)
    if measure in ("active", "revenue"):
        total = active.astype(np.float64) if measure == "active" else money(frame)
        return replace(empty, total=total, base=np.ones(shape))
    return _means(frame, measure, empty, level)


def ahead(flags: npt.NDArray[np.uint8], look_ahead: int) -> npt.NDArray[np.uint8]:
    """Who bought at each age or in the ``look_ahead`` windows after it."""
    found = flags.copy()
    for step in range(1, min(look_ahead, flags.shape[1] - 1) + 1):
        found[:, :-step] |= flags[:, step:]
    return found


def _means(frame: Frame, measure: Measure, empty: Cells, level: float) -> Cells:
    log, shape = frame.log, frame.eligible.shape
    out = {name: np.full(shape, np.nan) for name in ("total", "base", "low", "high", "capped")}
    cap = np.full(shape[1], np.nan)
    paid = each_age(frame, log.earned) if measure != "orders_per_active" else None
    ordered = each_age(frame, log.orders) if measure.startswith("order") else None
    so_far = np.zeros(log.n)
    for k in range(shape[1]):
        x = y = np.ones(log.n)
        who = frame.codes >= 0
        if frame.finished_only:
            who &= frame.clock.finished >= k
        if ordered is not None:
            y = next(ordered)
            who &= y > 0
        if paid is not None:
            x = next(paid)
        if measure == "orders_per_active":
            x, y = y, np.ones(log.n)
        elif measure == "cumulative_revenue":
            so_far += x
            x = so_far
        rows = np.flatnonzero(who)
        group = frame.codes[rows].astype(np.intp)
        plain = Ratios.of(group, frame.cohorts, x[rows], y[rows])
        out["total"][:, k], out["base"][:, k] = plain.x, plain.y
        shown = plain
        if measure != "orders_per_active":
            each = x[rows] / y[rows]
            cap[k] = pooled_cap(each[frame.counted[group, k]])
            capped = np.minimum(each, cap[k]) * y[rows]
            shown = Ratios.of(group, frame.cohorts, capped, y[rows])
            out["capped"][:, k] = shown.value
        out["low"][:, k], out["high"][:, k] = shown.interval(level)
    return replace(empty, cap=cap, **out)
