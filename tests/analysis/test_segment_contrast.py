"""Which features are compared, and by which a group was made."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crm_widgets import Box, Clause, Customers, Group, Interval, Transactions, Values, simulate
from crm_widgets.analysis import Segmentation, find_segments
from crm_widgets.analysis.segment_contrast import compared_columns, defining_features


@pytest.fixture(scope="module")
def log() -> Transactions:
    return Transactions(simulate(300, seed=1).transactions)


@pytest.fixture(scope="module")
def by_rfm(log: Transactions) -> Segmentation:
    return find_segments(log)


@pytest.fixture(scope="module")
def by_kmeans(log: Transactions) -> Segmentation:
    return find_segments(log, method="kmeans", k=3, features=["frequency", "tenure_days"])


@pytest.fixture(scope="module")
def people() -> Customers:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "id": [f"c{n:03d}" for n in rng.permutation(200)],
            "income": rng.lognormal(9, 1, 200),
            "visits": rng.poisson(4, 200),
            "plan": rng.choice(["basic", "pro"], 200),
            "town": [f"town {n}" for n in rng.integers(0, 90, 200)],
            "since": pd.Timestamp("2020-01-01"),
        }
    )
    return Customers(frame, customer="id")


def test_all_measures_of_a_log_are_compared(by_kmeans: Segmentation, log: Transactions) -> None:
    table, names = compared_columns(by_kmeans.customers, by_kmeans.features, log)
    assert names == [
        "recency_days", "frequency", "monetary", "tenure_days", "mean_order_value",
        "mean_days_between",
    ]  # fmt: skip
    assert (table.numbers("monetary") == by_kmeans.customers["monetary"]).all()


def test_columns_of_a_table_are_compared_in_the_order_of_the_customers(people: Customers) -> None:
    found = find_segments(people, method="plan", features=["income"])
    some = found.customers.sample(frac=0.5, random_state=0)
    table, names = compared_columns(some, found.features, people)
    assert names == ["income", "visits", "plan"], "no id, no time, not too many levels"
    expected = people.frame.set_index("id").loc[some.index]
    assert (table.numbers("visits") == expected["visits"]).all()
    assert (table.distinct("plan")[table.codes("plan")] == expected["plan"]).all()


def test_a_group_is_defined_by_the_fields_of_its_clauses(
    by_rfm: Segmentation, log: Transactions, people: Customers
) -> None:
    clauses = [Clause(Interval("tenure_days", 0, 9), "derived"), Clause(Group("g", frozenset({1})))]
    assert defining_features(clauses, by_rfm, log) == {"tenure_days"}
    scores = [Clause(Values("r_score", (5,)), "derived"), Clause(Values("m_score", (5,)))]
    assert {"recency_days", "monetary"} <= defining_features(scores, by_rfm, log)
    found = find_segments(people, features=["income", "visits"])
    column = [Clause(Values("plan", ("pro",)), "column")]
    assert defining_features(column, found, people) == {"plan"}


def test_a_named_group_is_defined_by_what_it_was_made_of(
    by_kmeans: Segmentation, log: Transactions, people: Customers
) -> None:
    def of(*fields: str) -> list[Clause]:
        return [Clause(Group("mine", frozenset({1, 2}), fields))]

    assert defining_features(of("r_score"), by_kmeans, log) == {"recency_days"}
    assert {"frequency", "tenure_days"} <= defining_features(of("pc1", "pc2"), by_kmeans, log)
    assert {"monetary", "frequency"} <= defining_features(of("amount"), by_kmeans, log)
    assert defining_features(of(), by_kmeans, log) == frozenset()
    found = find_segments(people, features=["income", "visits"])
    assert defining_features(of("plan"), found, people) == {"plan"}


def test_a_segment_is_defined_by_what_it_was_made_of(
    by_rfm: Segmentation, by_kmeans: Segmentation, log: Transactions, people: Customers
) -> None:
    segment = [Clause(Values("segment", (0,)), "model")]
    assert defining_features(segment, by_kmeans, log) == {"segment", "frequency", "tenure_days"}
    assert defining_features(segment, by_rfm, log) == {
        "segment", "recency_days", "frequency", "monetary",
    }  # fmt: skip
    found = find_segments(people, method="plan", features=["income"])
    assert defining_features(segment, found, people) == {"segment", "plan"}


def test_a_place_on_the_map_is_defined_by_what_the_map_is_of(
    by_rfm: Segmentation, log: Transactions, people: Customers
) -> None:
    box = [Clause(Box(Interval("pc1", 0, 1), Interval("pc2", 0, 1)), "model")]
    assert set(by_rfm.features) <= defining_features(box, by_rfm, log)
    found = find_segments(people, method="plan", features=["income"])
    assert defining_features(box, found, people) == {"pc1", "pc2", "income"}


def test_a_condition_on_rows_of_a_log_defines_the_measures_it_speaks_of(
    by_rfm: Segmentation, log: Transactions
) -> None:
    amount = [Clause(Interval("amount", 50, 90), "column")]
    assert {"monetary", "mean_order_value", "frequency"} <= defining_features(amount, by_rfm, log)
    assert "recency_days" not in defining_features(amount, by_rfm, log)
    time = [Clause(Interval("time", 0, 90), "column")]
    assert {"recency_days", "tenure_days", "frequency"} <= defining_features(time, by_rfm, log)
