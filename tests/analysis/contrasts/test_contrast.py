"""A group against the rest, against independent pandas and SciPy."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crm_widgets import InputError
from crm_widgets.analysis.contrasts import ranked_customers
from crm_widgets.analysis.contrasts.contrast import Contrast, contrast
from crm_widgets.analysis.contrasts.ranked_customers import CODED, OnDemand, rank_customers
from crm_widgets.analysis.statistics.proportions import newcombe


@pytest.fixture
def people() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n = 900
    frame = pd.DataFrame(
        {
            "income": rng.lognormal(10, 0.6, n),
            "orders": rng.geometric(0.3, n),
            "gap_days": np.where(rng.random(n) < 0.3, np.nan, rng.gamma(2, 20, n)),
            "member": rng.random(n) < 0.4,
            "coupon": rng.integers(0, 2, n),
            "plan": rng.choice(["basic", "plus", "pro"], n, p=[0.6, 0.3, 0.1]),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, n), "D"),
        },
        index=pd.Index([f"c{number}" for number in range(n)], name="customer"),
    )
    frame.loc[frame.index[:7], "plan"] = None
    return frame


@pytest.fixture
def group(people: pd.DataFrame) -> pd.Series[bool]:
    rng = np.random.default_rng(1)
    return people["income"] * rng.lognormal(0, 0.8, len(people)) > 40_000


def row(found: Contrast, feature: str) -> Any:
    return found.features.set_index("feature").loc[feature]


@pytest.mark.parametrize("feature", ["income", "orders", "gap_days"])
def test_numbers_are_compared_as_by_brute_force(
    people: pd.DataFrame, group: pd.Series[bool], feature: str
) -> None:
    got = row(contrast(people, group), feature)
    a, b = people.loc[group, feature], people.loc[~group, feature]
    assert got["selected"] == pytest.approx(a.median())
    assert got["rest"] == pytest.approx(b.median())
    a, b = a.dropna(), b.dropna()
    assert got["delta"] == pytest.approx(np.sign(a.to_numpy()[:, None] - b.to_numpy()).mean())
    assert (got["n_selected"], got["n_rest"]) == (len(a), len(b))
    assert got["missing_selected"] == group.sum() - len(a)
    assert got["missing_rest"] == (~group).sum() - len(b)
    assert got["low"] < got["delta"] < got["high"]


@pytest.mark.parametrize("feature", ["member", "coupon"])
def test_a_yes_or_no_is_compared_by_shares_and_delta_is_their_difference(
    people: pd.DataFrame, group: pd.Series[bool], feature: str
) -> None:
    got = row(contrast(people, group), feature)
    a, b = people.loc[group, feature].astype(float), people.loc[~group, feature].astype(float)
    assert got["kind"] == "share"
    assert (got["selected"], got["rest"]) == pytest.approx((a.mean(), b.mean()))
    assert got["delta"] == pytest.approx(np.sign(a.to_numpy()[:, None] - b.to_numpy()).mean())
    expected = newcombe(a.sum(), len(a), b.sum(), len(b))
    assert (got["delta"], got["low"], got["high"]) == pytest.approx([float(x) for x in expected])


def test_a_category_shows_the_level_that_differs_most_corrected_for_the_choice(
    people: pd.DataFrame,
) -> None:
    group = (people["plan"] == "pro") | (np.arange(len(people)) % 3 == 0)
    found = contrast(people, group)
    got = row(found, "plan")
    shares = pd.crosstab(people["plan"], group, normalize="columns")
    gaps = shares[True] - shares[False]
    assert got["level"] == gaps.abs().idxmax() == "pro"
    assert got["delta"] == pytest.approx(gaps["pro"])
    assert (got["missing_selected"], got["missing_rest"]) == (
        (people["plan"].isna() & group).sum(),
        (people["plan"].isna() & ~group).sum(),
    )
    levels = found.levels.set_index("level")
    assert levels["difference"].to_dict() == pytest.approx(gaps.to_dict())
    counts = pd.crosstab(people["plan"], group)
    single = newcombe(
        counts.loc["pro", True], counts[True].sum(), counts.loc["pro", False], counts[False].sum()
    )
    assert levels.loc["pro", "low"] < float(single[1]), "wider than for a level that was not chosen"


def test_features_stand_in_the_order_of_strength(
    people: pd.DataFrame, group: pd.Series[bool]
) -> None:
    found = contrast(people, group, defining=["income"])
    assert found.features["delta"].abs().is_monotonic_decreasing
    assert found.features.loc[0, ["feature", "defining"]].tolist() == ["income", True]
    assert found.features["defining"].sum() == 1
    assert "since" not in set(found.features["feature"])
    assert not {"p", "statistic"} & set(found.features)
    assert found.n_selected + found.n_rest == found.customers == len(people)


def test_a_group_is_a_mask_a_series_or_ids(people: pd.DataFrame, group: pd.Series[bool]) -> None:
    ids = people.index[group]
    ways = [group, group.to_numpy(), list(ids), ids, group.sample(frac=1, random_state=0)]
    first, *others = [contrast(people, way).features for way in ways]
    for other in others:
        pd.testing.assert_frame_equal(first, other)


def test_a_feature_is_hidden_where_a_side_has_fewer_than_ten_values(people: pd.DataFrame) -> None:
    with_gap = people.index[people["gap_days"].notna()]
    without = people.index[people["gap_days"].isna()]
    group = [*with_gap[:9], *without[:40]]
    found = contrast(people, group)
    assert found.features.iloc[-1]["feature"] == "gap_days"
    gap = row(found, "gap_days")
    assert np.isnan(gap[["selected", "delta", "low", "high"]].astype(float)).all()
    assert gap["n_selected"] == 9
    assert np.isfinite(row(found, "income")["delta"])
    few = contrast(people, list(people.index[:9]))
    assert few.features["delta"].isna().all()
    assert contrast(people, []).features["delta"].isna().all()


def test_the_order_of_customers_changes_nothing(
    people: pd.DataFrame, group: pd.Series[bool]
) -> None:
    shuffled = people.sample(frac=1, random_state=3)
    one, two = contrast(people, group), contrast(shuffled, group[shuffled.index])
    pd.testing.assert_frame_equal(one.features, two.features)


@pytest.mark.parametrize("digits", [0, 1, 6])
def test_few_distinct_values_many_and_only_distinct_ones_agree(digits: int) -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(0, 40_000, CODED + 30_000).round(digits - 1)
    group = rng.random(len(values)) < expit(values)
    ranked = rank_customers(pd.DataFrame({"value": values}))
    found = contrast(ranked, group).features.loc[0]
    expected = stats.mannwhitneyu(values[group], values[~group])
    delta = 2 * expected.statistic / group.sum() / (~group).sum() - 1
    assert found["delta"] == pytest.approx(delta, abs=1e-12)
    assert found["selected"] == pytest.approx(np.median(values[group]))
    assert found["rest"] == pytest.approx(np.median(values[~group]))


def expit(values: Any) -> Any:
    return 1 / (1 + np.exp(-values / 50_000))


def test_columns_made_on_demand_are_ranked_like_those_of_a_table(
    people: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rank_customers(people)
    makers = {name: partial(people.__getitem__, name) for name in people}
    group = (people["income"] > people["income"].median()).to_numpy()
    for most in (10**9, 0):  # in threads, and one after another
        monkeypatch.setattr(ranked_customers, "MANY_CELLS", most)
        found = rank_customers(OnDemand(len(people), makers), [c.name for c in whole.columns])
        pd.testing.assert_frame_equal(
            contrast(found, group).features, contrast(whole, group).features
        )


def test_of_more_than_can_be_ranked_a_sample_is_taken_and_said(
    people: pd.DataFrame, group: pd.Series[bool]
) -> None:
    ranked = rank_customers(people, ["income", "orders"], most_cells=1_000)
    found = contrast(ranked, group.to_numpy())
    assert found.n_selected + found.n_rest == 500
    assert found.customers == 900
    assert [(note.key, note.n) for note in found.notes] == [("contrast_sample", 500)]
    again = contrast(rank_customers(people, ["income", "orders"], most_cells=1_000), group)
    pd.testing.assert_frame_equal(found.features, again.features)


def test_a_column_that_is_missing_everywhere_is_hidden(people: pd.DataFrame) -> None:
    found = contrast(people.assign(empty=np.nan), np.arange(len(people)) < 300)
    assert row(found, "empty")["n_selected"] == 0
    assert np.isnan(row(found, "empty")["delta"])


def test_what_cannot_be_compared_is_named(people: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="no column 'incme'"):
        contrast(people, people.index[:20], features=["incme"])
    with pytest.raises(InputError, match="'since' cannot be compared"):
        contrast(people, people.index[:20], features=["since"])
    with pytest.raises(InputError, match="'nobody'"):
        contrast(people, ["nobody"])
    with pytest.raises(InputError, match="mask of all 900 customers"):
        contrast(people, np.ones(5, bool))
    with pytest.raises(InputError, match="got list"):
        contrast(rank_customers(people, ["income"]), ["c1"])


def test_the_frame_is_not_changed(people: pd.DataFrame, group: pd.Series[bool]) -> None:
    before = people.copy()
    contrast(people, group)
    pd.testing.assert_frame_equal(people, before)
