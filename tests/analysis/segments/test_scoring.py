"""Customers who had no part in a segmentation, where it would have put them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import AgglomerativeClustering

from crm_widgets import Customers, Transactions, simulate
from crm_widgets.analysis import find_segments
from crm_widgets.analysis.segments.scoring import score_others
from crm_widgets.data.holdout import hold_out


@pytest.fixture(scope="module")
def log() -> Transactions:
    return Transactions(simulate(800, seed=2).transactions)


@pytest.fixture(scope="module")
def people() -> Customers:
    rng = np.random.default_rng(0)
    group = rng.integers(3, size=600)
    frame = pd.DataFrame(
        {
            "id": [f"c{n:03d}" for n in rng.permutation(600)],
            "income": rng.lognormal(9 + group, 0.2),
            "visits": np.where(rng.random(600) < 0.1, np.nan, rng.poisson(2 + 8 * group)),
            "plan": np.array(["basic", "plus", "pro"])[group],
        }
    )
    return Customers(frame, customer="id")


@pytest.mark.parametrize("method", ["rfm", "kmeans", "gaussian_mixture"])
def test_the_customers_of_a_log_score_as_they_did(log: Transactions, method: str) -> None:
    found = find_segments(log, method=method)
    pd.testing.assert_frame_equal(score_others(found, log), found.customers)


@pytest.mark.parametrize("method", ["kmeans", "plan", AgglomerativeClustering(3)])
def test_the_customers_of_a_table_score_as_they_did(people: Customers, method: Any) -> None:
    found = find_segments(people, method=method, features=["income", "visits"])
    again = score_others(found, people)
    own = found.labels.index
    # who was clustered by a method that cannot predict goes to the nearest centre
    same = (again.loc[own, "segment"] == found.labels).mean()
    assert same == 1 if isinstance(method, str) else same > 0.95
    pd.testing.assert_frame_equal(
        again.drop(columns="segment"), found.customers.drop(columns="segment")
    )


def test_held_out_customers_are_scored_by_the_cut_points_of_the_explored(log: Transactions) -> None:
    explored = hold_out(log, 0.4)
    assert explored.holdout is not None
    found = find_segments(explored)
    others = score_others(found, explored.holdout)
    assert sorted([*others.index, *found.customers.index]) == sorted(log.ids)
    whole = find_segments(log)
    # both parts are measured as of the same day as the whole
    for measure in ("recency_days", "frequency", "monetary", "tenure_days"):
        both = pd.concat([others[measure], found.customers[measure]])
        assert (both.loc[whole.customers.index] == whole.customers[measure]).all()
    cuts = found.pipeline.named_steps["segments"].cuts["monetary"]
    expected = 1 + (others["monetary"].to_numpy()[:, None] > cuts).sum(axis=1)
    assert (others["m_score"] == expected).all()


def test_a_column_of_a_log_gives_others_their_most_frequent_value() -> None:
    frame = simulate(200, seed=2).transactions
    frame["shop"] = np.where(frame.index % 3 > 0, "north", None)
    frame.loc[frame["customer"] % 4 == 0, "shop"] = "south"
    log = Transactions(frame)
    explored = hold_out(log, 0.5)
    assert explored.holdout is not None
    others = score_others(find_segments(explored, method="shop"), explored.holdout)
    theirs = frame[frame["customer"].isin(others.index)].dropna(subset="shop")
    expected = theirs.groupby("customer")["shop"].agg(lambda shops: shops.value_counts().index[0])
    assert others["segment"].astype(str).to_dict() == expected.to_dict()
    assert set(others["segment"]) == {"north", "south"}


def test_a_level_that_the_explored_never_had_is_no_error(people: Customers) -> None:
    found = find_segments(people, features=["income", "plan"])
    other = people.frame.assign(plan="unheard of")
    assert len(score_others(found, Customers(other, customer="id"))) == 600
