"""Segments of tables of customers: what is compared, what is missing, what a category weighs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.metrics import adjusted_rand_score

from crm_widgets.analysis import Segmentation, find_segments
from crm_widgets.errors import AnalysisError, InputError
from tests.references.data import reference


def people(n: int = 400, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = np.arange(n) % 3
    return pd.DataFrame(
        {
            "customer_id": rng.permutation(n) + 5,
            "age": 30 + 15 * group + rng.normal(0, 2, n),
            "income": np.exp(8 + group + rng.normal(0, 0.2, n)),
            "plan": np.array(["basic", "plus", "gold"])[group],
            "churned": rng.random(n) < 0.3,
        }
    )


def notes(found: Segmentation) -> dict[str, object]:
    return {note.key: note.values.get("features", note.n) for note in found.notes}


def test_groups_of_a_table_are_found() -> None:
    frame = people()
    found = find_segments(frame, money="income")
    sorted_frame = frame.set_index("customer_id").sort_index()
    truth = sorted_frame["plan"] + sorted_frame["churned"].astype(str)
    assert adjusted_rand_score(truth, found.labels) == 1
    assert found.features == ("age", "income", "churned", "plan")
    assert found.transforms["plan"] == "levels"
    assert found.segments["money"].sum() == pytest.approx(frame["income"].sum())
    assert found.customers.loc[found.labels == 0, "plan"].unique().tolist() == ["gold"]


def test_without_money_the_first_axis_orders() -> None:
    found = find_segments(people())
    assert found.money is None
    assert found.concentration is None
    assert found.segments[["money", "money_share"]].isna().all(axis=None)
    assert found.customers.groupby("segment")["pc1"].mean().is_monotonic_decreasing


@pytest.mark.parametrize("seed", [0, 1])
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    frame = people(seed=seed)
    straight, shuffled = (
        find_segments(f, money="income") for f in (frame, frame.sample(frac=1, random_state=3))
    )
    pd.testing.assert_frame_equal(straight.customers, shuffled.customers)


def test_polars_gives_what_pandas_gives() -> None:
    frame = people()
    found = find_segments(pl.from_pandas(frame), money="income")
    expected = find_segments(frame, money="income")
    assert found.labels.tolist() == expected.labels.tolist()
    assert found.labels.index.tolist() == expected.labels.index.tolist()


def test_ids_times_and_texts_are_not_compared_by_default() -> None:
    frame = people().assign(
        row=range(400),
        zip=range(10_000, 50_000, 100),
        phone=[f"+44 {i}" for i in range(400)],
        comment=[f"said {i}" for i in range(400)],
        since=pd.Timestamp("2024-01-01"),
        country="UK",
    )
    found = find_segments(frame)
    assert found.features == ("age", "income", "churned", "plan")
    told = notes(found)
    assert told["not_compared"] == ("row", "zip", "phone", "comment", "since")
    assert told["constant_features"] == ("country",)


def test_missing_numbers_become_the_median_and_are_counted() -> None:
    frame = people()
    frame.loc[:9, "age"] = np.nan
    found = find_segments(frame, features=["age", "income"], k=3)
    assert {note.key: note.n for note in found.notes}["missing_filled"] == 10
    filled = frame.fillna({"age": frame["age"].median()})
    expected = find_segments(filled, features=["age", "income"], k=3)
    assert found.labels.tolist() == expected.labels.tolist()
    assert found.customers["age"].isna().sum() == 10


def test_a_column_that_is_mostly_missing_is_left_out_or_refused() -> None:
    frame = people()
    frame.loc[:250, "age"] = np.nan
    assert notes(find_segments(frame))["mostly_missing"] == ("age",)
    with pytest.raises(InputError, match="missing for 63 % of the customers"):
        find_segments(frame, features=["age", "income"])


def test_a_missing_category_is_a_level() -> None:
    frame = people()
    frame.loc[frame["plan"] == "plus", "plan"] = None
    found = find_segments(frame, features=["plan"], k=3)
    assert sorted(found.segments["customers"]) == [133, 133, 134]
    assert "plan=missing" in found.zmeans.columns


def test_names_of_levels_and_columns_may_be_anything() -> None:
    rng = np.random.default_rng(0)
    plans = ["other"] * 500 + ["missing"] * 280 + [None] * 200 + [f"rare {i}" for i in range(20)]
    frame = pd.DataFrame(
        {
            "numbers": plans,
            "plan__name": rng.choice(["u", "v"], 1_000),
            "remainder": rng.choice(["u", "v"], 1_000),
            "remainder=u": rng.normal(size=1_000),
            "a": rng.choice(["b=c", "d"], 1_000),
            "a=b": rng.choice(["c", "d"], 1_000),
        }
    )
    found = find_segments(frame, k=3)
    assert found.zmeans.columns.is_unique
    # a column a number, one a level of each category
    assert found.zmeans.shape == (3, 1 + 4 + 4 * 2)
    assert found.map.loadings.index.tolist() == found.zmeans.columns.tolist()
    assert found.pipeline.predict(found.customers).tolist() == found.labels.tolist()


def test_nothing_that_varies_is_an_error() -> None:
    with pytest.raises(AnalysisError, match="No feature tells these customers apart: x, y"):
        find_segments(pd.DataFrame({"x": [1.0] * 9, "y": ["a"] * 9}))
    with pytest.raises(AnalysisError, match="1 customer"):
        find_segments(pd.DataFrame({"x": [1.0], "y": [2.0]}))


def test_a_time_is_no_feature() -> None:
    frame = people().assign(since=pd.date_range("2024-01-01", periods=400))
    with pytest.raises(InputError, match="'since' holds times"):
        find_segments(frame, features=["since", "age"])


def test_rfm_needs_a_log() -> None:
    with pytest.raises(InputError, match="needs a log"):
        find_segments(people(), method="rfm")


def test_a_column_of_segments_is_described_by_the_others() -> None:
    found = find_segments(people(), method="plan", money="income")
    assert found.segments.index.tolist() == ["gold", "plus", "basic"]
    assert found.features == ("age", "income", "churned")
    assert "nearest_centre" in notes(found)
    assert (found.pipeline.predict(found.customers) == found.labels).mean() > 0.98


def test_new_customers_with_gaps_and_unseen_levels_are_scored() -> None:
    found = find_segments(people(), money="income")
    new = pd.DataFrame(
        {
            "age": [60.0, None, 30.0],
            "income": [22_000.0, 8_000.0, 3_000.0],
            "churned": [True, False, False],
            "plan": ["gold", "platinum", None],
        }
    )
    assert new["churned"].dtype == bool
    typical = found.medians.loc[found.pipeline.predict(new)]
    assert typical["age"].tolist() == pytest.approx([60, 45, 30], abs=1)
    assert typical["churned"].tolist() == [1, 0, 0]


def test_pure_noise_has_no_natural_number_of_segments() -> None:
    for seed in range(5):
        noise = np.random.default_rng(seed).normal(size=(2_000, 3))
        frame = pd.DataFrame(noise, columns=["a", "b", "c"])
        found = find_segments(frame, seed=seed)
        assert "no_natural_k" in notes(found)
        assert "one_group" in notes(find_segments(frame, method="gaussian_mixture", seed=seed))


def test_ten_groups_are_said_to_be_more_than_shown() -> None:
    rng = np.random.default_rng(0)
    centres = 10 * np.array([[i % 4, i // 4] for i in range(10)])
    frame = pd.DataFrame(centres[np.arange(1_000) % 10] + rng.normal(size=(1_000, 2)))
    found = find_segments(frame.set_axis(["a", "b"], axis=1))
    assert (found.k, found.best_k) == (8, 10)
    assert "more_segments" in notes(found)


def test_a_real_table_with_many_categories() -> None:
    churn = pd.read_csv(reference("Telco-Customer-Churn.csv"))
    churn["TotalCharges"] = pd.to_numeric(churn["TotalCharges"], errors="coerce")
    found = find_segments(churn, money="TotalCharges")
    assert {note.key: note.n for note in found.notes}["missing_filled"] == 11
    assert len(found.labels) == 7043
    assert len(found.features) == 20
    predicted = found.pipeline.predict(found.customers)
    assert predicted.tolist() == found.labels.tolist()
