"""The dip statistic: its definition as a linear programme, and what single heaps exceed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from crm_widgets.analysis.segments.separation import CRITICAL
from crm_widgets.analysis.statistics.dip import dip

RNG = np.random.default_rng(0)


def by_definition(values: np.ndarray) -> float:
    """Least distance to a function that is convex up to one of the values, concave after it."""
    x, count = np.unique(values, return_counts=True)
    above = np.cumsum(count) / len(values)
    below = above - count / len(values)
    return min(_with_mode(x, below, above, mode) for mode in range(len(x)))


def _with_mode(x: np.ndarray, below: np.ndarray, above: np.ndarray, mode: int) -> float:
    # Unknown: the function below and up to the mode, at and above it, and the distance.
    left, right = mode + 1, len(x) - mode
    rows, ends = [], []

    def at_most(end: float, *terms: tuple[int, float]) -> None:
        row = np.zeros(left + right + 1)
        for place, factor in terms:
            row[place] += factor
        rows.append(row)
        ends.append(end)

    def place(i: int, after: bool) -> int:
        return i if i < mode or (i == mode and not after) else left + i - mode

    for i in range(len(x)):
        for value, after in ((below[i], False), (above[i], True)):
            at_most(value, (place(i, after), 1), (-1, -1))
            at_most(-value, (place(i, after), -1), (-1, -1))
    for i in range(len(x) - 1):
        at_most(0, (place(i, True), 1), (place(i + 1, False), -1))
    at_most(0, (place(mode, False), 1), (place(mode, True), -1))
    width = np.diff(x)
    for i in range(1, len(x) - 1):
        if i == mode:
            continue
        sign = 1 if i < mode else -1
        before, here, next_ = place(i - 1, True), place(i, False), place(i + 1, False)
        slopes = ((here, 1 / width[i - 1] + 1 / width[i]), (before, -1 / width[i - 1]))
        at_most(0, *((p, sign * f) for p, f in (*slopes, (next_, -1 / width[i]))))
    cost = np.zeros(left + right + 1)
    cost[-1] = 1
    bounds = [(0, 1)] * (left + right) + [(0, None)]
    return float(linprog(cost, np.array(rows), np.array(ends), bounds=bounds).fun)


@pytest.mark.parametrize("seed", range(12))
def test_the_dip_is_the_distance_to_the_nearest_single_heap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 14))
    values = [
        rng.normal(size=n),
        rng.integers(0, 5, n).astype(float),
        np.append(rng.normal(size=n // 2), rng.normal(5, 1, n - n // 2)),
    ][seed % 3]
    assert dip(values) == pytest.approx(by_definition(values), abs=1e-7)


def test_the_order_the_place_and_the_scale_of_numbers_do_not_matter() -> None:
    values = RNG.normal(size=200)
    assert dip(7 - 3 * RNG.permutation(values)) == pytest.approx(dip(values))


def test_equal_numbers_have_no_dip() -> None:
    assert dip(np.ones(9)) == 0
    assert dip([]) == 0


def test_evenly_spread_numbers_exceed_the_critical_value_once_in_a_thousand() -> None:
    found = np.array([np.sqrt(300) * dip(RNG.uniform(size=300)) for _ in range(2_000)])
    # 2 are expected at the most; 9 or more of them would be as rare as one in five thousand
    assert np.sum(found > CRITICAL) <= 8
    # nor is it far too strict: nearly as much is exceeded several times
    assert 2 <= np.sum(found > 0.9 * CRITICAL) <= 40
