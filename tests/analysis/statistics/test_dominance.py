"""Cliff's delta against brute force, SciPy and simulated coverage."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from crm_widgets.analysis.statistics.dominance import cliffs_delta

Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]


def brute_force(a: Floats, b: Floats) -> float:
    return float(np.sign(a[:, None] - b).mean())


def wald(a: Floats, b: Floats) -> tuple[float, float]:
    """Cliff's own interval, by the normal and the unbiased variance."""
    signs = np.sign(a[:, None] - b)
    delta, (m, n) = signs.mean(), signs.shape
    variance = (
        n**2 * ((signs.mean(axis=1) - delta) ** 2).sum()
        + m**2 * ((signs.mean(axis=0) - delta) ** 2).sum()
        - ((signs - delta) ** 2).sum()
    ) / (m * n * (m - 1) * (n - 1))
    reach = 1.96 * np.sqrt(max(variance, 0.0))
    return delta - reach, delta + reach


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("ties", [True, False])
def test_delta_and_the_test_agree_with_brute_force_and_scipy(seed: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(0.5, 1, 14 + seed), rng.normal(0, 2, 31)
    if ties:
        a, b = a.round(), b.round()
    found, expected = cliffs_delta(a, b), stats.brunnermunzel(b, a)
    assert found.delta == pytest.approx(brute_force(a, b), abs=1e-12)
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-9)
    # the degrees of freedom are those that give SciPy's p
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert 2 * stats.t.sf(abs(found.statistic), found.df) == pytest.approx(found.p, rel=1e-9)
    assert (found.n_a, found.n_b) == (len(a), len(b))


def test_the_interval_is_symmetric_on_the_logit_scale_and_holds_delta() -> None:
    rng = np.random.default_rng(1)
    found = cliffs_delta(rng.normal(1, 1, 30), rng.normal(0, 1, 40))
    low, middle, high = (np.log((1 + d) / (1 - d)) for d in (found.low, found.delta, found.high))
    assert high - middle == pytest.approx(middle - low)
    assert -1 < found.low < found.delta < found.high < 1


def test_exchanging_the_groups_turns_the_sign() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.poisson(3, 20).astype(float), rng.poisson(2, 25).astype(float)
    one, two = cliffs_delta(a, b), cliffs_delta(b, a)
    assert (one.delta, one.low, one.high) == pytest.approx((-two.delta, -two.high, -two.low))
    assert one.p == pytest.approx(two.p)


@pytest.mark.parametrize("sizes", [(10, 10), (12, 400)])
def test_groups_that_do_not_overlap_have_an_interval_below_one(sizes: tuple[int, int]) -> None:
    m, n = sizes
    found = cliffs_delta(np.arange(m) + 1000.0, np.arange(n))
    assert found.delta == found.high == 1
    assert 0.5 < found.low < 1
    # Newcombe's method 5: at its lower end the estimate is 1.96 standard errors away
    theta = (found.low + 1) / 2
    others = (m + n) / 2 - 1
    variance = theta * (1 - theta) / (m * n)
    variance *= 1 + others * (1 - theta) / (2 - theta) + others * theta / (1 + theta)
    assert (1 - theta) / np.sqrt(variance) == pytest.approx(stats.norm.ppf(0.975))
    below = cliffs_delta(np.arange(m), np.arange(n) + 1000.0)
    assert (below.delta, below.low, below.high) == pytest.approx((-1, -1, -found.low))


def test_p_of_groups_apart_is_that_of_a_permutation_test() -> None:
    a, b = np.arange(10.0), np.arange(10.0) + 50
    found = cliffs_delta(a, b)
    exact = stats.mannwhitneyu(a, b, method="exact")
    assert found.p == pytest.approx(exact.pvalue)


def test_nobody_differs_where_all_values_are_equal() -> None:
    found = cliffs_delta(np.ones(10), np.ones(1000))
    assert (found.delta, found.p) == (0, 1)
    assert -1 < found.low < 0 < found.high < 1


def test_nothing_is_said_of_fewer_than_ten() -> None:
    few = cliffs_delta([1.0] * 9 + [np.nan] * 3, np.arange(50))
    assert np.isnan([few.delta, few.low, few.high, few.p]).all()
    assert (few.n_a, few.n_b) == (9, 50)
    assert np.isfinite(cliffs_delta(np.arange(10), np.arange(10)).delta)


SHAPES: dict[str, tuple[Draw, Draw]] = {
    "no difference": (lambda r, n: r.normal(0, 1, n), lambda r, n: r.normal(0, 1, n)),
    "shifted": (lambda r, n: r.normal(1, 1, n), lambda r, n: r.normal(0, 1, n)),
    "nearly apart": (lambda r, n: r.normal(1.8, 1, n), lambda r, n: r.normal(0, 1, n)),
    "skewed, unequal spread": (
        lambda r, n: r.lognormal(1, 1.5, n),
        lambda r, n: r.lognormal(0, 0.5, n),
    ),
    "counts with ties": (
        lambda r, n: r.poisson(2, n).astype(float),
        lambda r, n: r.poisson(1, n).astype(float),
    ),
    "far counts": (
        lambda r, n: r.poisson(6, n).astype(float),
        lambda r, n: r.poisson(2, n).astype(float),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("sizes", [(12, 12), (12, 20), (20, 20)])
def test_the_interval_covers_in_small_groups_where_cliffs_own_does_not(
    shape: str, sizes: tuple[int, int]
) -> None:
    rng = np.random.default_rng(3)
    first, second = SHAPES[shape]
    true = brute_force(first(rng, 3_000), second(rng, 3_000))
    ours = others = 0
    for _ in range(500):
        a, b = first(rng, sizes[0]), second(rng, sizes[1])
        found, (low, high) = cliffs_delta(a, b), wald(a, b)
        ours += found.low <= true <= found.high
        others += low <= true <= high
    # three standard errors of 500 trials below .95 are .921
    assert ours / 500 >= 0.92
    assert ours > others
