"""Which features are compared, and by which a group was made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets import Clause, Customers, Group, Interval, Transactions, Values, simulate
from crm_widgets.analysis import Segmentation, find_segments
from crm_widgets.analysis.contrasts.compared_measures import compared_columns, defining_features
from crm_widgets.analysis.rfm.rfm import RFM


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


def marked(part: str, clauses: list[Clause], found: Segmentation, data: Any) -> set[str]:
    return {name for name, how in defining_features(clauses, found, data).items() if how == part}


def test_all_measures_of_a_log_are_compared(by_kmeans: Segmentation, log: Transactions) -> None:
    table, names = compared_columns(by_kmeans.customers, by_kmeans.features, log)
    assert names == [
        "recency_days", "frequency", "monetary", "tenure_days", "mean_order_value",
        "mean_days_between", "first_day_value",
    ]  # fmt: skip
    values = table.table("monetary").numbers("monetary")
    assert (values == by_kmeans.customers["monetary"]).all()


def test_columns_of_a_table_are_compared_in_the_order_of_the_customers(people: Customers) -> None:
    found = find_segments(people, method="plan", features=["income"])
    some = found.customers.sample(frac=0.5, random_state=0)
    table, names = compared_columns(some, found.features, people)
    assert names == ["income", "visits", "plan"], "no id, no time, not too many levels"
    expected = people.frame.set_index("id").loc[some.index]
    assert (table.numbers("visits") == expected["visits"]).all()
    assert (table.distinct("plan")[table.codes("plan")] == expected["plan"]).all()


def test_what_made_the_segments_or_the_map_defines_every_group(
    by_rfm: Segmentation, by_kmeans: Segmentation, log: Transactions, people: Customers
) -> None:
    assert defining_features([], by_rfm, log) == dict.fromkeys(RFM, "segments")
    made = {"frequency": "segments", "tenure_days": "segments"}
    assert defining_features([], by_kmeans, log) == made
    found = find_segments(people, method="plan", features=["income"])
    assert defining_features([], found, people) == {"income": "map", "plan": "segments"}
    selected = [Clause(Values("segment", ("pro",)), "column")]
    assert defining_features(selected, found, people) == {
        "income": "map", "plan": "segments", "segment": "selected",
    }  # fmt: skip


def test_a_group_is_defined_by_the_fields_of_its_clauses(
    by_rfm: Segmentation, log: Transactions, people: Customers
) -> None:
    clauses = [Clause(Interval("tenure_days", 0, 9), "derived"), Clause(Group("g", frozenset({1})))]
    assert marked("selected", clauses, by_rfm, log) == {"tenure_days"}
    scores = [Clause(Values("r_score", (5,)), "derived"), Clause(Values("m_score", (5,)))]
    assert marked("selected", scores, by_rfm, log) == {"recency_days", "monetary"}
    assert marked("segments", scores, by_rfm, log) == {"frequency"}
    found = find_segments(people, features=["income", "visits"])
    column = [Clause(Values("plan", ("pro",)), "column")]
    assert marked("selected", column, found, people) == {"plan"}
    assert marked("segments", column, found, people) == {"income", "visits"}


def test_a_named_group_is_defined_by_what_it_was_made_of(
    by_kmeans: Segmentation, log: Transactions, people: Customers
) -> None:
    def of(*fields: str) -> list[Clause]:
        return [Clause(Group("mine", frozenset({1, 2}), fields))]

    assert marked("selected", of("r_score"), by_kmeans, log) == {"recency_days"}
    assert {"monetary", "frequency"} <= marked("selected", of("amount"), by_kmeans, log)
    assert marked("selected", of(), by_kmeans, log) == set()
    found = find_segments(people, features=["income", "visits"])
    assert marked("selected", of("plan"), found, people) == {"plan"}


def test_a_condition_on_rows_of_a_log_defines_the_measures_it_speaks_of(
    by_rfm: Segmentation, log: Transactions
) -> None:
    amount = marked("selected", [Clause(Interval("amount", 50, 90), "column")], by_rfm, log)
    assert {"monetary", "mean_order_value", "first_day_value", "frequency"} <= amount
    assert "recency_days" not in amount
    time = marked("selected", [Clause(Interval("time", 0, 90), "column")], by_rfm, log)
    assert {"recency_days", "tenure_days", "frequency"} <= time
