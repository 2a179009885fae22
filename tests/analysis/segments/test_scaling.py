"""The steps from raw features to the scale on which customers are compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import pdist
from sklearn.impute import SimpleImputer

from crm_widgets.analysis.segments.scaling import (
    FillMedian,
    LevelsBlock,
    Unskew,
    preparation,
    seeded_rows,
    standard_ranks,
)

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (RNG.normal(size=2_000), "none"),
        (RNG.uniform(size=2_000), "none"),
        (RNG.lognormal(4, 1, 2_000), "log"),
        (np.copysign(RNG.lognormal(4, 1, 2_000), RNG.normal(size=2_000)) ** 3, "asinh"),
        (RNG.lognormal(-9, 1, 2_000), "yeo_johnson"),
        (-RNG.lognormal(4, 1, 2_000), "log"),
        ((RNG.random(2_000) < 0.01).astype(float), "none"),
    ],
)
def test_the_transform_is_chosen_by_skewness(column: np.ndarray, kind: str) -> None:
    step = Unskew().fit(column[:, None])
    assert step.kinds_ == [kind]
    after = step.transform(column[:, None])[:, 0]
    before = abs(stats.skew(column))
    assert abs(stats.skew(after)) < before if kind != "none" else (after == column).all()
    order = np.argsort(column, kind="stable")
    assert (np.diff(after[order]) >= 0).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-1e9, 1e9, allow_subnormal=False) | st.sampled_from([0.0, 1.0]), min_size=2)
)
@example([0.0, 7.4e-124])
def test_transforms_keep_the_order_and_stay_finite(numbers: list[float]) -> None:
    column = np.array(numbers)[:, None]
    after = Unskew().fit(column).transform(column)[:, 0]
    assert np.isfinite(after).all()
    assert (np.diff(after[np.argsort(column[:, 0], kind="stable")]) >= -1e-9).all()


def test_medians_are_scikit_learns() -> None:
    values = RNG.normal(size=(200, 3))
    values[RNG.random((200, 3)) < 0.2] = np.nan
    expected = SimpleImputer(strategy="median").fit_transform(values)
    np.testing.assert_array_equal(FillMedian().fit_transform(values), expected)


@pytest.mark.parametrize("shares", [[0.5, 0.5], [0.9, 0.1], [0.4, 0.3, 0.2, 0.1], [0.02] * 50])
def test_a_category_weighs_as_much_as_a_number(shares: list[float]) -> None:
    levels = np.repeat(
        [f"level {i:02}" for i in range(len(shares))], np.round(np.array(shares) * 1000).astype(int)
    )
    block = LevelsBlock().fit_transform(pd.DataFrame({"plan": levels}))
    number = stats.zscore(RNG.normal(size=len(levels)))[:, None]
    assert (pdist(block) ** 2).mean() == pytest.approx((pdist(number) ** 2).mean(), rel=1e-6)
    assert block.mean(axis=0) == pytest.approx(0, abs=1e-12)


def test_rare_levels_are_one() -> None:
    plans = ["a"] * 500 + ["b"] * 480 + [f"rare {i}" for i in range(20)]
    step = LevelsBlock().fit(pd.DataFrame({"plan": plans}))
    assert step.get_feature_names_out().tolist() == ["plan=a", "plan=b", "plan=other"]
    new = step.transform(pd.DataFrame({"plan": ["rare 3", "never seen"]}))
    assert (new[0] == new[1]).all()


def test_a_level_called_other_or_missing_is_a_level_of_its_own() -> None:
    plans = ["other"] * 400 + ["missing"] * 300 + [None] * 200 + ["b"] * 80
    frame = pd.DataFrame({"plan": plans + [f"rare {i}" for i in range(20)]})
    step = LevelsBlock().fit(frame)
    names = ["other", "missing", "b", "missing (no value)", "other (several levels)"]
    assert step.get_feature_names_out().tolist() == [f"plan={name}" for name in names]
    assert step.shares_ == pytest.approx([0.4, 0.3, 0.08, 0.2, 0.02])
    own = step.transform(frame).argmax(axis=1)
    assert np.bincount(own).tolist() == [400, 300, 80, 200, 20]


def test_a_longer_name_that_is_a_level_too_is_left_to_it() -> None:
    plans = ["other"] * 400 + ["other (several levels)"] * 300 + [f"rare {i}" for i in range(5)]
    step = LevelsBlock().fit(pd.DataFrame({"plan": plans}))
    assert step.levels_[-1] == "other (several levels) 2"


def test_a_level_is_compared_as_text_also_where_the_column_has_a_type() -> None:
    typed = pd.Categorical(["a", "b", None, "a"], categories=["b", "a", "unused"])
    for column in (typed, pd.array(["a", "b", None, "a"], dtype="string"), ["a", "b", np.nan, "a"]):
        step = LevelsBlock().fit(pd.DataFrame({"plan": column}))
        assert step.levels_ == ["a", "b", "missing"]
        assert step.transform(pd.DataFrame({"plan": column})).argmax(axis=1).tolist() == [
            0,
            1,
            2,
            0,
        ]


def test_numbers_are_standardised_and_ranks_too() -> None:
    frame = pd.DataFrame({"x": RNG.lognormal(2, 1, 500), "y": RNG.normal(5, 3, 500)})
    scaled = preparation(["x", "y"], [], 0).fit_transform(frame)
    ranks = standard_ranks(frame.to_numpy())
    for found in (scaled, ranks):
        np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-9)
        np.testing.assert_allclose(found.std(axis=0), 1)
    assert stats.spearmanr(ranks[:, 0], frame["x"]).statistic == pytest.approx(1)


def test_seeded_rows_are_few_different_and_the_same_again() -> None:
    rows = seeded_rows(1_000, 100, 4)
    assert len(set(rows)) == 100
    assert (rows == seeded_rows(1_000, 100, 4)).all()
    assert (rows != seeded_rows(1_000, 100, 5)).any()
    assert seeded_rows(50, 100, 4).tolist() == list(range(50))
