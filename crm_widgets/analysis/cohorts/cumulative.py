"""Money that customers have brought so far, at every age: plain, and capped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .capping import LEAST, Valued, pooled_caps
from .members import Frame
from .visits import Visits, each_part, visits_of_all

Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Large: TypeAlias = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]
"""Cohort, age and money of those who have brought much."""

SAMPLE = 20_000
"""Customers that tell about where the largest hundredth begins."""


def cumulative(frame: Frame, eligible: Floats, pool: Mask) -> tuple[Floats, Floats, Floats, Floats]:
    """Add up what the customers of each cohort have brought by each age.

    Parameters
    ----------
    eligible, pool : cohorts × ages
        Customers who count, and cells whose customers decide where money is capped.

    Returns
    -------
    total, x, xx : cohorts × ages
        Sums of the money, of the capped money, and of the squares of that.
    cap : array by age
    """
    ages = eligible.shape[1]
    parts = visits_of_all(frame, ages, money=True, orders=False)
    found: list[tuple[list[Floats], Large]] = []

    def take(bounds: Floats) -> Valued:
        found[:] = each_part(parts, lambda part: _below_and_above(frame, part, bounds))
        code, age, value = _together([large for _, large in found])
        inside = pool[code, age]
        return age[inside], value[inside]

    step = max(1, frame.log.n // SAMPLE)
    lowest = np.full(ages, LEAST)
    some = [_below_and_above(frame, part.some(step), lowest)[1] for part in parts]
    code, age, value = _together(some)
    inside = pool[code, age]
    cap = pooled_caps((eligible * pool).sum(axis=0), (age[inside], value[inside]), step, take)
    x, xx = (np.sum(sums, axis=0) for sums in zip(*(sums for sums, _ in found), strict=True))
    code, age, value = _together([large for _, large in found])
    cell, limited = code * ages + age, np.minimum(value, cap[age])
    total, more, squares = (
        np.bincount(cell, weights=one, minlength=eligible.size).reshape(eligible.shape)
        for one in (value, limited, limited * limited)
    )
    return x + total, x + more, xx + squares, cap


def _below_and_above(frame: Frame, part: Visits, bounds: Floats) -> tuple[list[Floats], Large]:
    """Sums, by cohort and age, of the money below the bounds and of its squares; and the rest."""
    code, so_far = _so_far(frame, part, bounds.size)
    large = np.flatnonzero(so_far >= bounds[:, None])
    age, place = np.divmod(large, max(code.size, 1))
    flat = so_far.ravel()
    rest = code[place].astype(np.intp), age, flat[large]
    flat[large] = 0
    x = _by_cohort(code, so_far, frame.cohorts)
    return [x, _by_cohort(code, np.square(so_far, out=so_far), frame.cohorts)], rest


def _together(parts: Sequence[Large]) -> Large:
    code, age, value = (np.concatenate(one) for one in zip(*parts, strict=True))
    return code, age, value


def _so_far(frame: Frame, part: Visits, ages: int) -> tuple[npt.NDArray[np.int32], Floats]:
    """Cohort of each customer, those of a cohort together, and his money at each age (row)."""
    begins = np.flatnonzero(np.diff(part.customer, prepend=-1))
    who = part.customer[begins]
    code = frame.codes[who]
    order = np.argsort(code.astype(np.int16), kind="stable")
    place = np.empty(who.size, np.intp)
    place[order] = np.arange(who.size)
    found = np.zeros((ages, who.size))
    column = np.repeat(place, np.diff(begins, append=part.customer.size))
    column += part.age.astype(np.intp) * who.size
    found.ravel()[column] = part.value
    for age in range(1, ages):
        found[age] += found[age - 1]
    if frame.finished_only:
        found[np.arange(ages)[:, None] > frame.clock.finished[who[order]]] = 0
    return code[order], found


def _by_cohort(code: npt.NDArray[np.int32], numbers: Floats, cohorts: int) -> Floats:
    found = np.zeros((cohorts, len(numbers)))
    if code.size:
        starts = np.flatnonzero(np.diff(code, prepend=-1))
        found[code[starts]] = np.add.reduceat(numbers, starts, axis=1).T
    return found
