"""Money that customers have brought so far, at every age: plain, and capped."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .capping import LEAST, Valued, joined, pooled_caps
from .cohort_members import Frame
from .cohort_visits import Visits, each_part, visits_of_all

Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]

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

    def values(part: Visits, bounds: Floats) -> Valued:
        code, so_far = _so_far(frame, part, ages)
        found = np.flatnonzero(so_far >= bounds[:, None])
        age, place = np.divmod(found, max(code.size, 1))
        inside = pool[code[place], age]
        return age[inside], so_far.ravel()[found[inside]]

    def added(part: Visits) -> tuple[Floats, ...]:
        code, so_far = _so_far(frame, part, ages)
        total = _by_cohort(code, so_far, frame.cohorts)
        x = _by_cohort(code, np.minimum(so_far, cap[:, None], out=so_far), frame.cohorts)
        return total, x, _by_cohort(code, np.square(so_far, out=so_far), frame.cohorts)

    step = max(1, frame.log.n // SAMPLE)
    lowest = np.full(ages, LEAST)
    sample = joined(each_part(parts, lambda part: values(part.some(step), lowest)))
    cap = pooled_caps(
        (eligible * pool).sum(axis=0),
        sample,
        step,
        lambda bounds: joined(each_part(parts, lambda part: values(part, bounds))),
    )
    total, x, xx = (np.sum(one, axis=0) for one in zip(*each_part(parts, added), strict=True))
    return total, x, xx, cap


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
