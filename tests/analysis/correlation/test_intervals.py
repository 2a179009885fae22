"""Published intervals, and how often intervals cover in repeated samples of known truth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
import scipy.stats as st

from crm_widgets.analysis.correlation.cramers_v import squared_v, v_interval
from crm_widgets.analysis.correlation.intervals import (
    difference,
    kendall_interval,
    on_z,
    pearson_interval,
    spearman_interval,
)
from crm_widgets.analysis.correlation.pairs import mixed_pairs, number_pairs
from crm_widgets.analysis.correlation.pearson import variance_of_r
from crm_widgets.analysis.correlation.ratio import group_sums, squared_ratio
from crm_widgets.data.datasets import cdnow

Pair = npt.NDArray[np.float64]


def test_spearman_is_statpsychs_example() -> None:
    y = [21, 4, 9, 12, 35, 18, 10, 22, 24, 1, 6, 8, 13, 16, 19]
    x = [67, 28, 30, 28, 52, 40, 25, 37, 44, 10, 14, 20, 28, 40, 51]
    (row,) = number_pairs(
        {"x": np.array(x, float), "y": np.array(y, float)}, "spearman"
    ).itertuples()
    assert [round(value, 4) for value in (row.value, row.low, row.high)] == [0.87, 0.5841, 0.9638]


@pytest.fixture(scope="module")
def customers() -> Pair:
    bought = cdnow().groupby("customer")["amount"].agg(["size", "sum"])
    return bought.to_numpy(np.float64)


def covered(
    population: Pair,
    n: int,
    runs: int,
    truth: float,
    interval: Callable[[Pair, Pair], tuple[npt.ArrayLike, npt.ArrayLike]],
) -> float:
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(runs):
        x, y = population[rng.integers(0, len(population), n)].T
        low, high = interval(x, y)
        hits += int(low <= truth <= high)  # type: ignore[operator]
    return hits / runs


def spearman_of(x: Pair, y: Pair) -> tuple[npt.ArrayLike, npt.ArrayLike]:
    return spearman_interval(st.spearmanr(x, y).statistic, len(x))


def pearson_of(x: Pair, y: Pair) -> tuple[npt.ArrayLike, npt.ArrayLike]:
    r = np.corrcoef(x, y)[0, 1]
    return pearson_interval(r, len(x), variance_of_r([x, y])[0, 1])


def fisher_of(x: Pair, y: Pair) -> tuple[npt.ArrayLike, npt.ArrayLike]:
    return on_z(np.corrcoef(x, y)[0, 1], 1 / np.sqrt(len(x) - 3))


def kendall_of(x: Pair, y: Pair) -> tuple[npt.ArrayLike, npt.ArrayLike]:
    return kendall_interval(st.kendalltau(x, y).statistic, len(x))


def test_rank_intervals_cover_on_frequency_and_money(customers: Pair) -> None:
    truth = st.spearmanr(customers).statistic
    assert covered(customers, 1000, 300, truth, spearman_of) == pytest.approx(0.96, abs=0.03)
    truth = st.kendalltau(*customers.T).statistic
    assert covered(customers, 1000, 300, truth, kendall_of) >= 0.93


def test_pearsons_interval_covers_twice_as_often_as_fishers_on_heavy_tails(customers: Pair) -> None:
    truth = np.corrcoef(customers.T)[0, 1]
    ours = covered(customers, 1000, 300, truth, pearson_of)
    fishers = covered(customers, 1000, 300, truth, fisher_of)
    assert fishers < 0.4
    assert ours > 0.7


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_pearsons_interval_covers_on_normal_columns(rho: float) -> None:
    rng = np.random.default_rng(1)
    x, noise = rng.normal(size=(2, 200_000))
    population = np.column_stack([x, rho * x + np.sqrt(1 - rho**2) * noise])
    assert covered(population, 100, 500, rho, pearson_of) >= 0.92


def test_the_variance_of_r_is_that_of_a_bootstrap() -> None:
    rng = np.random.default_rng(2)
    x = rng.exponential(size=2000)
    y = x * rng.exponential(size=2000)
    draws = [np.corrcoef(x[i], y[i])[0, 1] for i in rng.integers(0, 2000, (1000, 2000))]
    variance = variance_of_r([x, y])[0, 1] / 2000
    assert variance == pytest.approx(float(np.var(draws)), rel=0.25)


def test_the_variance_of_r_uses_the_common_rows_of_a_pair() -> None:
    rng = np.random.default_rng(3)
    x, y, z = rng.exponential(size=(3, 500))
    y[::3], z[::4] = np.nan, np.nan
    rows = ~(np.isnan(x) | np.isnan(y))
    alone = variance_of_r([x[rows], y[rows]])[0, 1]
    assert variance_of_r([x, y, z])[0, 1] == pytest.approx(alone)


def test_independent_ratios_average_five_hundredths() -> None:
    rng = np.random.default_rng(4)
    raw, corrected = [], []
    for _ in range(300):
        sums = group_sums(rng.integers(0, 20, 300).astype(np.int32), rng.normal(size=300), 20)
        raw.append(float(squared_ratio(*sums, corrected=False)) ** 0.5)
        corrected.append(max(float(squared_ratio(*sums)), 0.0) ** 0.5)
    assert np.mean(raw) == pytest.approx(0.25, abs=0.01)
    assert np.mean(corrected) == pytest.approx(0.05, abs=0.015)


def test_v_intervals_cover() -> None:
    rng = np.random.default_rng(5)
    shares = np.outer([4, 2, 1, 1], [1, 2, 3, 1, 1]) + 2 * np.eye(4, 5)
    shares /= shares.sum()
    truth = float(squared_v(shares * 1e9, corrected=False)) ** 0.5
    hits = 0
    for _ in range(200):
        low, high = v_interval(rng.multinomial(500, shares.ravel()).reshape(4, 5), rng=rng)
        hits += low <= truth <= high
    assert hits / 200 >= 0.91


def test_ratio_intervals_cover_from_a_sample_of_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_widgets.analysis.correlation.pairs.BOOTSTRAP_ROWS", 500)
    rng = np.random.default_rng(6)
    hits = 0
    for _ in range(200):
        codes = rng.integers(0, 4, 2000).astype(np.int32)
        values = codes * 0.4 + rng.normal(size=2000)
        (row,) = mixed_pairs({"x": values}, {"g": codes}, {"g": 4}).itertuples()
        hits += row.low <= (0.4**2 * 1.25 / (0.4**2 * 1.25 + 1)) ** 0.5 <= row.high
    assert hits / 200 >= 0.9


def test_intervals_shrink_with_rows_and_end_at_one() -> None:
    low, high = spearman_interval([0.5, 0.5, 1.0, -1.0], [10, 1000, 50, 50])
    assert high[0] - low[0] > high[1] - low[1]
    assert (low[2], high[2], low[3], high[3]) == (1, 1, -1, -1)


def test_few_rows_give_no_interval() -> None:
    assert np.isnan(spearman_interval(0.5, 3)).all()
    assert np.isnan(kendall_interval(0.5, 4)).all()


def test_a_pair_that_is_a_line_has_p_zero() -> None:
    x = np.arange(20.0)
    for method in ("pearson", "spearman"):
        (row,) = number_pairs({"x": x, "y": 3 * x + 1}, method).itertuples()  # type: ignore[arg-type]
        assert (row.value, row.low, row.high) == pytest.approx((1, 1, 1))
        assert row.p == pytest.approx(0, abs=1e-12)


def test_a_difference_leaves_out_zero_exactly_where_p_is_small() -> None:
    rng = np.random.default_rng(7)
    a, b = rng.uniform(-0.9, 0.9, (2, 500))
    low_a, high_a = spearman_interval(a, 80)
    low_b, high_b = spearman_interval(b, 120)
    diff, low, high, p = difference(a, low_a, high_a, b, low_b, high_b)
    np.testing.assert_allclose(diff, a - b)
    assert np.array_equal((low > 0) | (high < 0), p < 0.05)


def test_differences_of_equal_coefficients_are_found_in_five_of_a_hundred() -> None:
    rng = np.random.default_rng(8)
    found = 0
    for _ in range(400):
        r = []
        for n in (60, 150):
            x, noise = rng.normal(size=(2, n))
            r.append((st.spearmanr(x, 0.7 * x + noise).statistic, n))
        (a, n_a), (b, n_b) = r
        found += difference(a, *spearman_interval(a, n_a), b, *spearman_interval(b, n_b))[3] < 0.05
    assert 0.02 <= found / 400 <= 0.08
