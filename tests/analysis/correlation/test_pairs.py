"""Coefficients against SciPy on random columns with gaps, and against tables worked by hand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import scipy.stats as st
from hypothesis import given, settings
from hypothesis import strategies as hs

from crm_widgets.analysis.correlation.correlate import correlate
from crm_widgets.analysis.correlation.cramers_v import squared_v, v_interval, v_p_value
from crm_widgets.analysis.correlation.level_sums import level_sums
from crm_widgets.analysis.correlation.pairs import category_pairs, mixed_pairs, number_pairs
from crm_widgets.analysis.correlation.ratio import group_sums, ratio_p_value, squared_ratio
from crm_widgets.analysis.correlation.spearman_exact import held_at_once, spearman
from crm_widgets.analysis.correlation.spearman_once import spearman_of_ranks_once
from crm_widgets.analysis.statistics.sorted_order import sorted_order

METHODS = {"pearson": st.pearsonr, "spearman": st.spearmanr, "kendall": st.kendalltau}


@hs.composite
def mixed(draw: hs.DrawFn) -> tuple[dict[str, npt.NDArray[np.float64]], npt.NDArray[np.int32]]:
    """Three columns of numbers, with ties or without, and a category; all with gaps."""
    rng = np.random.default_rng(draw(hs.integers(0, 2**32 - 1)))
    n = draw(hs.integers(0, 60))
    base = rng.normal(size=n)
    numbers = {}
    for name in "abc":
        values = base * draw(hs.sampled_from([0.0, 0.5, 2.0])) + rng.normal(size=n)
        digits = draw(hs.sampled_from([0, 1, 15]))
        values = np.round(values, digits) * draw(hs.sampled_from([1.0, 1e-6, 1e6]))
        values += draw(hs.sampled_from([0.0, 1e3]))
        values[rng.random(n) < draw(hs.sampled_from([0.0, 0.2, 0.8]))] = np.nan
        numbers[name] = values
    codes = rng.integers(-1, draw(hs.integers(1, 4)), n).astype(np.int32)
    return numbers, codes


@pytest.mark.parametrize("method", list(METHODS))
@given(data=mixed())
@settings(max_examples=60, deadline=None)
def test_numbers_agree_with_scipy_over_the_rows_a_pair_shares(method, data) -> None:
    numbers, _ = data
    for row in number_pairs(numbers, method).itertuples():
        x, y = numbers[row.a], numbers[row.b]
        both = ~(np.isnan(x) | np.isnan(y))
        x, y = x[both], y[both]
        assert row.n == both.sum()
        if row.n < 4:
            assert np.isnan(row.value)
            assert row.reason == "too_few_rows"
        elif x.min() == x.max() or y.min() == y.max():
            assert np.isnan(row.value)
            assert row.reason == "constant"
        else:
            expected = METHODS[method](x, y)
            assert row.value == pytest.approx(expected.statistic, abs=1e-6)
            assert row.p == pytest.approx(expected.pvalue, abs=1e-5)
            assert row.low <= row.value <= row.high or row.n == 4
            assert row.reason == ""


@given(data=mixed())
@settings(max_examples=60, deadline=None)
def test_partial_is_the_correlation_of_residuals_on_complete_rows(data) -> None:
    numbers, _ = data
    x, y, z = (numbers[name] for name in "abc")
    (row,) = number_pairs({"a": x, "b": y}, "partial", given=[z]).itertuples()
    rows = ~(np.isnan(x) | np.isnan(y) | np.isnan(z))
    assert row.n == rows.sum()
    if row.n < 5:
        assert row.reason == "too_few_rows"
        return
    design = np.column_stack([np.ones(rows.sum()), z[rows] - z[rows].mean()])
    left = [v[rows] - design @ np.linalg.lstsq(design, v[rows], rcond=None)[0] for v in (x, y)]
    if min(np.abs(one).max() for one in left) < 1e-7 * max(np.ptp(x[rows]), np.ptp(y[rows]), 1e-6):
        return
    assert row.value == pytest.approx(st.pearsonr(*left).statistic, abs=1e-6)
    df = row.n - 3
    if abs(row.value) < 1:
        statistic = row.value * np.sqrt(df / (1 - row.value**2))
        assert row.p == pytest.approx(2 * st.t.sf(abs(statistic), df), abs=1e-6)


@given(data=mixed())
@settings(max_examples=60, deadline=None)
def test_the_f_test_of_a_ratio_is_scipys(data) -> None:
    numbers, codes = data
    values = numbers["a"]
    groups = [values[(codes == k) & ~np.isnan(values)] for k in range(4)]
    groups = [group for group in groups if len(group)]
    (row,) = mixed_pairs({"a": values}, {"g": codes}, {"g": 4}).itertuples()
    n = sum(map(len, groups))
    assert row.n == n
    everything = np.concatenate(groups) if groups else np.empty(0)
    if n < 4 or len(groups) < 2 or n == len(groups) or np.ptp(everything) == 0:
        assert np.isnan(row.value)
        assert row.reason in ("too_few_rows", "one_level", "constant")
        return
    assert row.low <= row.value <= row.high
    if all(np.ptp(group) == 0 for group in groups):
        assert row.p == 0
    else:
        assert row.p == pytest.approx(st.f_oneway(*groups).pvalue, abs=1e-6)


@given(data=mixed())
@settings(max_examples=60, deadline=None)
def test_the_chi_square_of_a_table_is_scipys(data) -> None:
    numbers, codes = data
    other = np.where(np.isnan(numbers["a"]), -1, numbers["a"] > 0).astype(np.int32)
    (row,) = category_pairs({"g": codes, "h": other}, {"g": 4, "h": 2}).itertuples()
    table = pd.crosstab(pd.Series(codes)[(codes >= 0) & (other >= 0)], pd.Series(other))
    assert row.n == table.to_numpy().sum()
    if row.n < 4 or min(table.shape) < 2 or max(table.shape) >= row.n:
        assert np.isnan(row.value)
        return
    expected = st.chi2_contingency(table.to_numpy(), correction=False)
    assert row.p == pytest.approx(expected.pvalue, abs=1e-9)
    raw = st.contingency.association(table.to_numpy(), method="cramer")
    assert squared_v(table.to_numpy(), corrected=False) == pytest.approx(raw**2, abs=1e-9)
    assert row.low <= row.value <= row.high


@given(seed=hs.integers(0, 2**32 - 1), n=hs.integers(4, 300), gap=hs.sampled_from([0, 0.1, 0.6]))
@settings(max_examples=60, deadline=None)
def test_spearman_under_pairwise_deletion_is_that_of_pandas(seed, n, gap) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, 5)) + rng.normal(size=(n, 1)))
    frame[0] = frame[0].round(0)
    frame[1] = frame[1].round(1)
    frame = frame.mask(rng.random(frame.shape) < gap)
    r, shared = spearman([frame[name].to_numpy() for name in frame])
    here = frame.notna().to_numpy(dtype=np.int64)
    assert np.array_equal(shared, here.T @ here)
    expected = frame.corr("spearman").to_numpy()
    assert np.array_equal(np.isnan(r), np.isnan(expected))
    np.testing.assert_allclose(r, expected, atol=1e-12)


def test_ranks_taken_once_are_exact_without_gaps_and_near_with_few() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 20_000))
    y = np.round(x + y, 1)
    columns = [x, y]
    exact = spearman(columns)[0][0, 1]
    assert spearman_of_ranks_once(columns)[0][0, 1] == pytest.approx(exact, abs=1e-6)
    for values in columns:
        values[rng.random(len(values)) < 0.05] = np.nan
    exact = spearman(columns)[0][0, 1]
    assert spearman_of_ranks_once(columns)[0][0, 1] == pytest.approx(exact, abs=1e-3)


def test_v_of_a_table_worked_by_hand() -> None:
    # n 100, rows 30 70, columns 40 60: expected 12 18 28 42, every cell 8 off.
    table = [[20, 10], [20, 50]]
    chi2 = 64 * (1 / 12 + 1 / 18 + 1 / 28 + 1 / 42)
    assert squared_v(table, corrected=False) == pytest.approx(chi2 / 100)
    corrected = (chi2 / 100 - 1 / 99) / (1 - 1 / 99)
    assert squared_v(table) == pytest.approx(corrected)
    assert v_p_value(table) == pytest.approx(st.chi2.sf(chi2, 1))


def test_v_of_perfect_tables_is_one_and_of_independence_is_none() -> None:
    assert squared_v(np.diag([30, 50, 20])) == pytest.approx(1)
    assert squared_v(np.outer([1, 2, 3], [10, 20])) < 0
    low, high = v_interval(np.diag([30, 50, 20]), rng=np.random.default_rng(0))
    assert (low, high) == pytest.approx((1, 1))


def test_levels_that_do_not_occur_do_not_change_v() -> None:
    table = np.array([[20, 0, 10], [0, 0, 0], [20, 0, 50]])
    assert squared_v(table) == pytest.approx(float(squared_v([[20, 10], [20, 50]])))


def test_a_ratio_worked_by_hand() -> None:
    # Means 2, 5, 11 of two each, grand mean 6: between 2 (16 + 1 + 25), within 2 + 2 + 2.
    codes = np.array([0, 0, 1, 1, 2, 2], np.int32)
    values = np.array([1.0, 3, 4, 6, 10, 12])
    n, sums, squares = group_sums(codes, values, 3)
    assert squared_ratio(n, sums, squares, corrected=False) == pytest.approx(84 / 90)
    assert squared_ratio(n, sums, squares) == pytest.approx(1 - (6 / 3) / (90 / 5))
    assert ratio_p_value(n, sums, squares) == pytest.approx(st.f.sf((84 / 2) / (6 / 3), 2, 3))


def test_a_ratio_keeps_its_digits_when_the_mean_dwarfs_the_spread() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, 1000).astype(np.int32)
    values = codes + rng.normal(size=1000)
    near = squared_ratio(*group_sums(codes, values, 3))
    assert squared_ratio(*group_sums(codes, values + 1e9, 3)) == pytest.approx(near, abs=1e-6)


def gaps(rows: int, columns: int, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    made = []
    for column in range(columns):
        values = rng.normal(size=rows)
        values = np.round(values * 3) if column % 3 == 1 else values
        values[rng.random(rows) < 0.08] = np.nan
        made.append(values)
    return [*made, made[0] * 2, np.where(np.isnan(made[1]), np.nan, rng.normal(size=rows))]


@pytest.mark.parametrize("held", [1, 3, 20])
def test_columns_that_pass_by_are_correlated_as_those_that_are_kept(
    held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = gaps(400, 6)
    monkeypatch.setattr(
        "crm_widgets.analysis.correlation.spearman_exact.held_at_once", lambda *_: held
    )
    r, n = spearman(columns)
    frame = pd.DataFrame(dict(enumerate(columns)))
    assert r == pytest.approx(frame.corr("spearman").to_numpy(), abs=1e-12)
    present = frame.notna().astype(int)
    assert (n == (present.T @ present).to_numpy()).all()


def test_a_wide_long_table_is_ranked_in_a_third_of_its_memory() -> None:
    assert held_at_once(20, 1_000) == 20
    kept = held_at_once(20, 1_000_000)
    assert 3 <= kept < 20
    assert held_at_once(100, 1_000_000) > kept


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(0).normal(size=40_000),
        np.exp(np.random.default_rng(1).normal(size=40_000) * 20),
        1 + 1e-14 * np.random.default_rng(2).integers(0, 90, 40_000),
        1 + 1e-10 * np.random.default_rng(2).random(40_000),
        np.random.default_rng(3).integers(-5, 5, 40_000).astype(float) * 0.0,
        np.where(np.arange(40_000) % 7 == 0, np.nan, np.arange(40_000) % 1000 - 500.0),
        np.array([np.inf, -np.inf, 0.0, -0.0, np.nan, -np.nan, 5e-324, -5e-324] * 5_000),
    ],
)
def test_the_order_of_a_long_column_is_right(values: np.ndarray) -> None:
    order = sorted_order(values)
    assert np.array_equal(np.sort(order), np.arange(len(values)))
    assert np.array_equal(values[order], np.sort(values), equal_nan=True)


def test_ranks_taken_once_of_a_long_column_lose_next_to_nothing() -> None:
    rng = np.random.default_rng(0)
    x = rng.lognormal(size=120_000)
    columns = [x, x + rng.normal(size=120_000), np.round(rng.normal(size=120_000) + x)]
    exact, fast = spearman(columns)[0], spearman_of_ranks_once(columns)[0]
    assert fast == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize("single", [False, True])
def test_sums_by_level_of_many_columns_at_once_are_those_of_each_pair(
    single: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if single:
        monkeypatch.setattr("crm_widgets.analysis.correlation.level_sums.SINGLE_FROM", 1)
    monkeypatch.setattr("crm_widgets.analysis.correlation.level_sums.BLOCK_ROWS", 97)
    rng = np.random.default_rng(0)
    sizes = [2, 5, 9]
    codes = [rng.integers(-1, size, 700).astype(np.int32) for size in sizes]
    columns = [1e6 + rng.normal(size=700), np.exp(rng.normal(size=700) * 2), codes[1] * 2.0]
    columns[1][rng.random(700) < 0.2] = np.nan
    for size, code, found in zip(sizes, codes, level_sums(codes, sizes, columns), strict=True):
        assert found.sure.all()
        for i, values in enumerate(columns):
            n, sums, squares = group_sums(code, values, size)
            assert found.n[:, i].tolist() == n.tolist()
            expected = squared_ratio(n, sums, squares)
            assert found.ratio()[i] == pytest.approx(float(expected), abs=1e-5 if single else 1e-9)


def test_a_number_that_is_far_from_0_where_a_level_is_known_is_computed_again() -> None:
    rng = np.random.default_rng(1)
    level = np.where(np.arange(2_000) < 1_900, None, np.where(rng.random(2_000) < 0.5, "a", "b"))
    number = np.where(np.arange(2_000) < 1_900, rng.normal(size=2_000), 1e7 + rng.random(2_000))
    pairs = correlate(pd.DataFrame({"number": number, "level": level})).pairs
    known = np.flatnonzero(level != None)  # noqa: E711
    codes = (level[known] == "b").astype(np.int32)
    expected = float(squared_ratio(*group_sums(codes, number[known], 2)))
    assert pairs["value"].item() == pytest.approx(max(expected, 0.0) ** 0.5, abs=1e-9)
