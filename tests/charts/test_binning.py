"""Bins: round edges, tails that count, every customer in exactly one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_widgets.charts.axes import bin_axis, bin_scale
from crm_widgets.charts.binning import Bins, choose_bins, nice_step
from crm_widgets.charts.segments.map import map_bins
from crm_widgets.data.in_memory.table import ArrayTable
from crm_widgets.data.vocabulary.table import Edges


def counted(bins: Bins, values: np.ndarray) -> np.ndarray:
    return ArrayTable({"x": values}).counts([Edges("x", bins.edges)])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.floats(-1e9, 1e9, allow_nan=False, width=32) | st.integers(-50, 50).map(float),
        min_size=1,
        max_size=200,
    )
)
def test_every_value_is_counted_once_in_at_most_50_ascending_bins(values: list[float]) -> None:
    numbers = np.array(values)
    bins = choose_bins(numbers)
    assert (np.diff(bins.edges) > 0).all()
    assert bins.n <= 50
    assert counted(bins, numbers).sum() == len(numbers)


def test_whole_numbers_get_a_bin_each() -> None:
    values = np.array([1.0] * 50 + [2.0] * 20 + [3.0] * 5)
    bins = choose_bins(values)
    assert bins.units
    assert bins.edges == (1.0, 2.0, 3.0, 4.0)
    assert list(counted(bins, values)) == [50, 20, 5]


def test_a_long_tail_is_one_bin_that_counts() -> None:
    values = np.concatenate([np.repeat(np.arange(1.0, 11), 100), [400.0, 900.0]])
    bins = choose_bins(values)
    assert bins.high
    assert bins.inner == (1, 11)
    assert bins.edges[-1] == 11 + 1000, "some way beyond 900, so that the axis can stay"
    assert counted(bins, values)[-1] == 2


def test_a_skewed_positive_feature_is_cut_by_equal_ratios_of_round_numbers() -> None:
    values = np.exp(np.random.default_rng(0).normal(4, 1.2, 20_000))
    bins = choose_bins(values)
    lo, hi = bins.inner
    inner = np.array([edge for edge in bins.edges if lo <= edge <= hi])
    assert bins.scale == "log"
    assert {10.0, 100.0, 1000.0} <= set(inner)
    assert np.ptp(np.log(inner[1:] / inner[:-1])) < 0.06
    assert (values < lo).mean() <= 0.005
    assert (values >= hi).mean() <= 0.005


def test_zeros_do_not_forbid_ratios_but_are_counted_below() -> None:
    values = np.concatenate([np.zeros(100), np.exp(np.random.default_rng(0).normal(4, 1.2, 5_000))])
    bins = choose_bins(values)
    assert bins.scale == "log"
    assert bins.low
    assert bins.edges[0] == 0
    assert counted(bins, values)[0] >= 100


def test_an_even_feature_is_cut_by_equal_round_steps() -> None:
    bins = choose_bins(np.random.default_rng(0).uniform(3, 547, 5_000))
    assert bins.scale == "linear"
    assert set(np.diff(bins.edges)) == {20.0}


@pytest.mark.parametrize("values", [[], [np.nan], [5.0, 5.0], [0.3, 0.3], [-1e300, 1e300]])
def test_odd_columns_have_bins_too(values: list[float]) -> None:
    numbers = np.array(values, dtype=float)
    bins = choose_bins(numbers)
    assert (np.diff(bins.edges) > 0).all()
    assert counted(bins, numbers).sum() == np.isfinite(numbers).sum()


def test_a_step_is_the_smallest_round_one() -> None:
    assert [nice_step(span, 10) for span in (9, 11, 24, 26, 90)] == [1, 2, 2.5, 5, 10]


def test_pixels_run_straight_between_the_edges() -> None:
    scale = bin_scale(Bins((0.0, 1.0, 2.0, 10.0)), "width").to_dict()
    assert scale["domain"] == [0.0, 2.0, 10.0]
    assert [step["expr"] for step in scale["range"]] == [
        "0.000000 * width", "0.666667 * width", "1.000000 * width",
    ]  # fmt: skip


def test_a_tail_has_a_tick_in_its_middle_and_no_other_near() -> None:
    bins = Bins((*map(float, range(1, 22)), 100.0), high=True, ticks=(5.0, 10, 15, 20), units=True)
    values = bin_axis(bins, "x").to_dict()["values"]
    assert values[-1] == pytest.approx((21 + 100) / 2)
    assert values[:-1] == [5.5, 10.5, 15.5]


def test_a_map_has_at_most_50_bins_each_way_and_its_outliers_at_the_rim() -> None:
    values = np.append(np.random.default_rng(0).normal(size=10_000), [40.0, -40.0])
    bins = map_bins(values)
    assert bins.n <= 50
    assert -80.0 < bins.edges[0] <= -40.0
    assert 40.0 <= bins.edges[-1] < 80.0
    steps = np.diff(bins.edges)[1:-1]
    assert np.allclose(steps, steps[0])
    assert counted(bins, values).sum() == 10_002
