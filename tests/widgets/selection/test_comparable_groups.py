"""Segments of an explorer that linked widgets compare, without anybody having to name them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import crm_widgets as crm
from crm_widgets import text
from crm_widgets.data.comparable_groups import Groups, Offer
from crm_widgets.data.vocabulary.clauses import Clause, Group
from crm_widgets.errors import InputError
from crm_widgets.widgets.selection.comparable_groups import choice_of

from ..toy import update
from .test_named_groups import options, sizes


@pytest.fixture(scope="module")
def purchases() -> pd.DataFrame:
    return crm.simulate(600, seed=4).transactions


@pytest.fixture
def people(purchases: pd.DataFrame) -> pd.DataFrame:
    found = purchases.drop_duplicates("customer")[["customer"]].reset_index(drop=True)
    rng = np.random.default_rng(0)
    found["age"] = rng.integers(20, 70, len(found))
    found["income"] = rng.lognormal(9, 1, len(found))
    found["plan"] = rng.choice(["basic", "pro"], len(found))
    return found


def label(w: Any, knob: str, value: str) -> str:
    (control,) = [control for control in w._controls if control["knob"] == knob]
    (found,) = [option["label"] for option in control["options"] if option["value"] == value]
    return str(found)


def test_a_heatmap_compares_segments_of_a_linked_explorer(
    purchases: pd.DataFrame, people: pd.DataFrame
) -> None:
    shared = crm.Selection()
    w = crm.CorrelationHeatmap(people, customer="customer", selection=shared)
    w.settle()
    assert not any(value.startswith("segment:") for value in options(w, "compare"))
    explorer = crm.SegmentExplorer(purchases, selection=shared)
    labels = explorer.result.labels
    explorer.settle()
    w.settle()
    offered = [one for one in options(w, "compare") if one.startswith("segment:")]
    assert offered == [f"segment:{one}" for one in explorer.result.segments.index]
    assert label(w, "compare", "segment:champions") == "Segment “Champions”"

    update(w, {"compare": "segment:champions"})
    w.settle()
    champions, others = (labels == "champions").sum(), (labels == "hibernating").sum()
    assert sizes(w.result.comparison) == (champions, len(labels) - champions)
    assert "segment:champions" not in options(w, "group_b")
    update(w, {"group_b": "segment:hibernating"})
    w.settle()
    assert sizes(w.result.comparison) == (champions, others)
    assert label(w, "group_b", "segment:hibernating") == "Segment “Hibernating”"
    assert "segment:champions" not in shared.groups, "nothing was named"


def test_a_segment_can_be_compared_from_python_before_anything_is_drawn(
    purchases: pd.DataFrame,
) -> None:
    shared = crm.Selection()
    explorer = crm.SegmentExplorer(purchases, selection=shared)
    w = crm.CorrelationHeatmap(purchases, selection=shared, compare="segment:champions")
    members = (explorer.result.labels == "champions").sum()
    assert sizes(w.result.comparison)[0] == members
    again = crm.Selection()
    explorer = crm.SegmentExplorer(purchases, selection=again)
    w = crm.CorrelationHeatmap(purchases, selection=again)
    w.compare = "segment:champions"
    w.group_b = "segment:hibernating"
    others = (explorer.result.labels == "hibernating").sum()
    assert sizes(w.result.comparison) == (members, others)
    with pytest.raises(InputError, match="segment:nobody"):
        w.compare = "segment:nobody"
    assert w.compare == "segment:champions"


def test_a_side_can_be_a_segment_before_anything_is_drawn(purchases: pd.DataFrame) -> None:
    shared = crm.Selection()
    explorer = crm.SegmentExplorer(purchases, selection=shared)
    w = crm.CohortComparator(
        purchases, period="quarter", selection=shared, complete_history=True,
        a="segment:champions", b="rest",
    )  # fmt: skip
    found = w.result.comparison
    assert found is not None
    assert 0 < found.n_a <= (explorer.result.labels == "champions").sum()


def test_sides_are_segments_too_and_a_difference_is_guaranteed(purchases: pd.DataFrame) -> None:
    shared = crm.Selection()
    explorer = crm.SegmentExplorer(purchases, selection=shared)
    w = crm.CohortComparator(purchases, period="quarter", selection=shared, complete_history=True)
    w.compare("segment:champions", "rest")  # though nobody has looked at the explorer yet
    found = w.result.comparison
    assert found is not None
    assert [note.key for note in found.notes if note.key == "same_period_behaviour"]
    assert found.windows["p"].isna().all()
    members = (explorer.result.labels == "champions").sum()
    assert 0 < found.n_a <= members
    w.settle()
    assert "segment:champions" in options(w, "a")
    assert "Champions" in w._words["differences"]["title"]
    update(w, {"a": ["segment:hibernating"]})
    assert w.a == ("segment:hibernating",)
    update(w, {"a": ["segment:nobody"]})
    assert w.a == ("segment:hibernating",)
    with pytest.raises(InputError, match="no cohort 'segment:nobody'"):
        w.compare("segment:nobody", "rest")


def test_segments_watched_until_a_day_are_compared_after_it(purchases: pd.DataFrame) -> None:
    shared = crm.Selection()
    day = purchases["date"].max().date().replace(month=6, day=1)
    explorer = crm.SegmentExplorer(purchases, selection=shared, as_of=day)
    w = crm.CohortComparator(purchases, period="quarter", selection=shared, complete_history=True)
    w.compare("segment:loyal customers", "rest")
    found = w.result.comparison
    assert found is not None
    assert found.landmark == day == explorer.result.as_of
    assert not [note for note in found.notes if note.key == "same_period_behaviour"]


def test_levels_of_a_column_are_facts(purchases: pd.DataFrame, people: pd.DataFrame) -> None:
    shared = crm.Selection()
    explorer = crm.SegmentExplorer(people, customer="customer", method="plan", selection=shared)
    explorer.settle()
    made = shared.comparable["segment:pro"]
    assert made.space == "column"
    assert isinstance(made.predicate, Group)
    assert made.predicate.customers == set(people.query("plan == 'pro'")["customer"])
    explorer.method, explorer.k = "kmeans", 3
    explorer.settle()
    assert shared.comparable["segment:0"].space == "derived"


def test_what_is_offered_follows_the_explorer(purchases: pd.DataFrame) -> None:
    shared = crm.Selection()
    explorer = crm.SegmentExplorer(purchases, selection=shared)
    w = crm.CorrelationHeatmap(purchases, selection=shared)
    explorer.settle(), w.settle()
    update(w, {"compare": "segment:champions"})
    w.settle()
    explorer.rename({"champions": "VIP"})
    explorer.settle(), w.settle()
    assert label(w, "compare", "segment:champions") == "Segment “VIP”"
    explorer.method, explorer.k = "kmeans", 3
    explorer.settle(), w.settle()
    assert w._head["status"] == "error"
    assert "no group named 'segment:champions'" in w._head["message"]
    assert {f"segment:{n}" for n in range(3)} <= set(options(w, "compare"))
    update(w, {"compare": "segment:2"})
    w.settle()
    assert sizes(w.result.comparison)[0] == (explorer.result.labels == 2).sum()
    explorer.selection = crm.Selection()
    w.settle()
    assert not any(value.startswith("segment:") for value in options(w, "compare"))
    explorer.selection = shared
    explorer.settle(), w.settle()
    assert "segment:2" in options(w, "compare")
    explorer.close()
    w.settle()
    assert not any(value.startswith("segment:") for value in options(w, "compare"))


def test_an_explorer_selects_by_named_groups_only(purchases: pd.DataFrame) -> None:
    w = crm.SegmentExplorer(purchases)
    w.selection.set(f_score=[4, 5])
    w.selection.save_as("regulars")
    w.settle()
    assert options(w, "group") == ["", "regulars"]
    update(w, {"group": "segment:champions"})
    assert w.group is None


def test_a_name_that_was_given_goes_before_a_segment() -> None:
    one, two = (Clause(Group(name, frozenset({name}))) for name in ("segment:a", "a"))
    groups = Groups({"segment:a": one}, {"segment:a": Offer("A", lambda: two)})
    assert list(groups) == ["segment:a"]
    assert groups["segment:a"] is one
    assert choice_of(groups, "segment:a") == "segment:a"


def test_customers_of_a_segment_are_listed_only_when_asked_for() -> None:
    asked: list[str] = []

    def make() -> Clause:
        asked.append("a")
        return Clause(Group("A", frozenset()))

    groups = Groups({}, {"segment:a": Offer("A", make)})
    assert [choice_of(groups, name) for name in groups] == ["Segment “A”"]
    assert "segment:a" in groups
    assert asked == []
    assert groups.get("segment:a") is not None
    assert asked == ["a"]


def test_a_segment_is_said_to_be_one_in_chinese() -> None:
    text.set_locale("zh")
    try:
        groups = Groups(
            {}, {"segment:a": Offer("冠军客户", lambda: Clause(Group("", frozenset())))}
        )
        assert choice_of(groups, "segment:a") == "分群“冠军客户”"
    finally:
        text.set_locale("en")


def test_a_segment_that_is_gone_is_told_and_the_widget_goes_on(
    purchases: pd.DataFrame, people: pd.DataFrame
) -> None:
    shared = crm.Selection()
    explorer = crm.SegmentExplorer(purchases, method="kmeans", k=5, selection=shared)
    heatmap = crm.CorrelationHeatmap(people, customer="customer", selection=shared)
    heatmap.compare = "segment:4"
    heatmap.settle()
    explorer.k = 3
    explorer.settle()
    people.loc[0, "age"] = 71
    heatmap._table_binding.watcher.look()
    heatmap._table_binding.watcher.settle(), heatmap.settle()
    assert "segment:4" in heatmap._head["message"]
    heatmap.compare = "segment:2"
    heatmap.settle()
    assert heatmap.status == "ready"
    assert heatmap.data.table.numbers("age")[0] == 71
    heatmap.close()
    assert heatmap._table_binding.data is None
