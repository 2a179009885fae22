"""A group picked in one widget arrives by customer in widgets on another table, both ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import crm_widgets as crm

from ..toy import update


@pytest.fixture(scope="module")
def purchases() -> pd.DataFrame:
    return crm.simulate(500, seed=6).transactions


@pytest.fixture(scope="module")
def people(purchases: pd.DataFrame) -> pd.DataFrame:
    """Customers, some of whom never bought, and not all of those who did."""
    rng = np.random.default_rng(0)
    ids = [*purchases["customer"].unique()[50:], *range(9_000, 9_040)]
    n = len(ids)
    return pd.DataFrame(
        {
            "customer": ids,
            "plan": rng.choice(["basic", "pro", "team"], n),
            "age": rng.integers(18, 90, n),
            "income": rng.lognormal(8, 0.4, n).round(),
        },
        index=[f"row {i}" for i in range(n)],
    )


class Linked:
    """An explorer a table, cohorts and a heatmap, all on one selection."""

    def __init__(self, purchases: pd.DataFrame, people: pd.DataFrame) -> None:
        self.selection = crm.Selection()
        shared: Any = {"selection": self.selection}
        self.frames = {"log": purchases, "people": people}
        self.log = crm.SegmentExplorer(purchases, **shared)
        self.cohorts = crm.CohortComparator(purchases, period="quarter", min_cell=1, **shared)
        self.people = crm.SegmentExplorer(people, method="kmeans", k=3, money="income", **shared)
        self.heatmap = crm.CorrelationHeatmap(people, **shared)
        for w in self.all:
            w.settle()

    @property
    def all(self) -> tuple[Any, ...]:
        return self.log, self.cohorts, self.people, self.heatmap

    def expect(self, customers: Any, words: str) -> None:
        """Everywhere the rows of these customers, the words, and code that gives the rows again."""
        wanted = set(customers)
        assert wanted
        for w in self.all:
            w.settle()
            frame = self.frames["log" if w in (self.log, self.cohorts) else "people"]
            expected = frame[frame["customer"].isin(wanted)]
            pd.testing.assert_frame_equal(w.selected, expected)
            assert set(w.ids) == wanted & set(frame["customer"])
            assert [chip["text"] for chip in w._head["chips"]] == [words]
            assert w.describe().endswith(f": {words}")
            names: dict[str, Any] = {"frame": frame, "w": w, "pd": pd}
            exec(w.code, names)
            pd.testing.assert_frame_equal(names["selected"], expected)


@pytest.fixture
def linked(purchases: pd.DataFrame, people: pd.DataFrame) -> Linked:
    return Linked(purchases, people)


def test_a_segment_of_the_log_arrives_in_the_customers(linked: Linked) -> None:
    update(linked.log, {"selection": [{"view": "sizes", "values": {"segment": ["champions"]}}]})
    labels = linked.log.result.labels
    linked.expect(labels.index[labels == "champions"], "Segment: Champions")
    colors = {w._head["chips"][0]["color"] for w in linked.all}
    assert len(colors) == 1, "the same group has the same colour in every widget"
    assert None not in colors


def test_a_cohort_cell_arrives_in_the_customers(linked: Linked) -> None:
    first = str(linked.cohorts.result.cohorts.labels[1])
    pick = {"view": "triangle", "values": {"cohort": [first], "age": [1]}}
    update(linked.cohorts, {"selection": [pick]})
    known = linked.cohorts.result.customers
    made = known.index[(known["cohort"].astype(str) == first) & known["active_quarter_1"]]
    assert 0 < len(made) < len(known)
    linked.cohorts.settle()
    words = linked.cohorts._head["chips"][0]["text"]
    assert "Quarter 1: bought" in words
    linked.expect(made, words)


def test_a_segment_of_the_customers_arrives_in_the_log(linked: Linked) -> None:
    update(linked.people, {"selection": [{"view": "sizes", "values": {"segment": ["1"]}}]})
    labels = linked.people.result.labels
    name = linked.people._scene_last.names[1]  # type: ignore[union-attr]
    linked.expect(labels.index[labels == 1], f"Segment: {name}")


def test_a_column_of_the_customers_arrives_in_the_log(linked: Linked, people: pd.DataFrame) -> None:
    linked.selection.set(plan=["pro"])
    pros = people.loc[people["plan"] == "pro", "customer"]
    linked.expect(pros, "plan: pro")
    cohorts = linked.cohorts.result.cohorts
    assert cohorts is not None
    assert cohorts.sizes["customers"].sum() == len(set(pros) & set(linked.log.data.ids))


def test_conditions_on_both_tables_hold_together(linked: Linked, people: pd.DataFrame) -> None:
    linked.selection.set(plan=["pro"], f_score=[4, 5])
    scores = linked.log.result.customers["f_score"]
    wanted = set(people.loc[people["plan"] == "pro", "customer"])
    wanted &= set(scores.index[scores >= 4])
    assert wanted
    assert set(linked.selection.ids) == wanted
    for w in linked.all:
        assert set(w.ids) == wanted


def test_a_named_group_of_one_table_is_a_group_of_the_other(
    linked: Linked, people: pd.DataFrame
) -> None:
    update(linked.log, {"selection": [{"view": "sizes", "values": {"segment": ["champions"]}}]})
    linked.selection.save_as("best")
    linked.selection.set("best")
    best = linked.selection.groups["best"]
    linked.expect(best, f"best ({len(best)} customers)")
    linked.selection.set(plan=["pro"])
    linked.selection.save_as("pro")
    linked.selection.set("pro")
    pros = people.loc[people["plan"] == "pro", "customer"]
    assert set(linked.selection.ids) == set(pros), "also those who never bought"


def test_ids_as_numbers_with_and_without_a_point_are_the_same_customers(
    purchases: pd.DataFrame, people: pd.DataFrame
) -> None:
    shared = crm.Selection()
    floats = purchases.assign(customer=purchases["customer"].astype(float))
    log = crm.SegmentExplorer(floats, selection=shared)
    heatmap = crm.CorrelationHeatmap(people, selection=shared)
    shared.set(plan=["pro"])
    pros = set(people.loc[people["plan"] == "pro", "customer"])
    assert set(log.ids) == pros & set(purchases["customer"])
    shared.set(f_score=[5])
    regulars = log.result.customers["f_score"]
    assert set(heatmap.ids) == set(regulars.index[regulars == 5]) & set(people["customer"])


def test_tables_without_a_customer_in_common_say_so(
    purchases: pd.DataFrame, people: pd.DataFrame
) -> None:
    shared = crm.Selection()
    texts = people.assign(customer=people["customer"].astype(str))
    explorer = crm.SegmentExplorer(purchases, selection=shared)
    crm.CorrelationHeatmap(texts, selection=shared)
    shared.set(plan=["pro"])
    explorer.settle()
    assert "ids in both tables of the same type" in explorer._head["message"]
    assert len(explorer.ids) == 0
