"""Groups of customers that keep a name: what they remember, and where they are offered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

import crm_widgets as crm
from crm_widgets.data.vocabulary.clauses import Clause, Group, Values
from crm_widgets.errors import AnalysisError, InputError

from ..toy import Toy, log, update


@pytest.fixture(scope="module")
def purchases() -> pd.DataFrame:
    return crm.simulate(600, seed=4).transactions


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    return crm.datasets.cdnow()


def options(w: Any, knob: str) -> list[Any]:
    (control,) = [control for control in w._controls if control["knob"] == knob]
    return [option["value"] for option in control["options"]]


def sizes(found: Any) -> tuple[int, int]:
    return int(found.pairs["n_a"].max()), int(found.pairs["n_b"].max())


def test_a_group_is_the_customers_who_were_selected_whatever_is_selected_later() -> None:
    w = Toy(log())
    w.selection.set(money=(300, None))
    rich = set(w.ids)
    w.selection.save_as("rich")
    w.selection.set(money=(None, 300))
    assert {name: set(ids) for name, ids in w.selection.groups.items()} == {"rich": rich}
    w.selection.set("rich")
    assert set(w.ids) == rich
    assert w.describe() == f"{len(rich)} of 19 customers: rich ({len(rich)} customers)"
    w.selection.add(city=["Oslo"])
    frame = log()
    expected = frame[frame["customer"].isin(rich) & (frame["city"] == "Oslo")]
    pd.testing.assert_frame_equal(w.selected, expected)
    exec(w.code, names := {"frame": frame, "w": w, "pd": pd})
    pd.testing.assert_frame_equal(names["selected"], expected)


def test_a_group_is_shown_without_its_customers_and_told_apart_from_others() -> None:
    one, two = (Group("some", frozenset({"secret", other})) for other in ("a", "b"))
    assert "secret" not in repr(Clause(one))
    assert repr(one) != repr(two)
    assert repr(one) == repr(Group("some", frozenset({"a", "secret"})))


def test_names_survive_undo() -> None:
    w = Toy(log())
    w.selection.set(money=(300, None))
    w.selection.save_as("rich")
    w.selection.set("rich")
    while w.selection.undo():
        pass
    assert not w.selection
    assert w.selection.groups.keys() == {"rich"}
    w.selection.set("rich")
    assert len(w.ids) == len(w.selection.groups["rich"])


def test_a_name_that_is_given_again_means_the_new_group_everywhere() -> None:
    w = Toy(log())
    w.selection.set(money=(100, None))
    w.selection.save_as("rich")
    w.selection.set("rich")
    w.selection.add(money=(200, None))
    richest = set(w.ids)
    w.selection.save_as("rich")
    assert set(w.selection.groups["rich"]) == richest
    assert set(w.ids) == richest
    w.selection.undo()
    assert set(w.ids) == richest, "an earlier step that selects the name follows it"
    exec(w.code, names := {"frame": log(), "w": w, "pd": pd})
    pd.testing.assert_frame_equal(names["selected"], w.selected)


def test_a_group_that_is_selected_as_a_clause_has_its_name() -> None:
    w = Toy(log())
    friends = Clause(Group("friends", frozenset({"c00", "c05"})))
    w.selection.set(friends)
    w.selection.clear()
    assert w.selection.groups.keys() == {"friends"}
    w.selection.set("friends")
    assert w.selection.clauses == (friends,)


def test_a_forgotten_group_is_gone_from_the_selection_too() -> None:
    w = Toy(log())
    w.selection.set(money=(300, None))
    w.selection.save_as("rich")
    w.selection.set("rich", city=["Oslo"])
    w.selection.forget("rich")
    assert w.selection.groups == {}
    assert [clause.predicate for clause in w.selection.clauses] == [Values("city", ("Oslo",))]
    with pytest.raises(InputError, match=r"no group named 'rich'\. Groups: –"):
        w.selection.forget("rich")
    with pytest.raises(InputError, match="no group named 'rich'"):
        w.selection.set("rich")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, None, 5])
def test_a_name_is_a_short_text(name: Any) -> None:
    w = Toy(log())
    w.selection.set(money=(300, None))
    with pytest.raises(InputError, match="1 to 100 characters"):
        w.selection.save_as(name)


def test_nothing_and_nobody_are_no_group() -> None:
    w = Toy(log())
    with pytest.raises(AnalysisError, match="Nothing is selected"):
        w.selection.save_as("all")
    w.selection.set(money=(1e9, None))
    with pytest.raises(AnalysisError, match="Nobody is selected"):
        w.selection.save_as("none")


@pytest.mark.parametrize(
    ("condition", "space", "as_of"),
    [
        ({"r_score": [5]}, "derived", True),
        ({"segment": ["champions"]}, "derived", True),
        ({"recency_days": (0, 60)}, "derived", True),
        ({"amount": (100, None)}, "derived", False),
        ({"country": ["x"]}, "column", False),
    ],
    ids=["score", "segment", "feature", "rows", "the same for all rows"],
)
def test_a_group_remembers_whether_it_was_made_of_behaviour_and_until_when(
    purchases: pd.DataFrame, condition: dict[str, Any], space: str, as_of: bool
) -> None:
    country = purchases["customer"].astype("category").cat.codes % 3
    frame = purchases.assign(country=country.map({0: "x", 1: "y", 2: "z"}))
    w = crm.SegmentExplorer(frame, as_of=dt.date(2021, 6, 1) if not as_of else None)
    w.selection.set(**condition)
    w.selection.save_as("some")
    kept = w.selection.named["some"]
    assert kept.space == space
    assert kept.as_of == (w.result.as_of if as_of else None)
    assert isinstance(kept.predicate, Group)
    assert kept.predicate.fields == tuple(condition)
    w.selection.set("some")
    w.selection.save_as("again")
    assert w.selection.named["again"].space == space
    assert w.selection.named["again"].as_of == kept.as_of


def test_a_column_of_customers_is_a_fact_and_so_are_segments_by_it(purchases: pd.DataFrame) -> None:
    people = purchases.drop_duplicates("customer")[["customer"]].reset_index(drop=True)
    people["plan"] = ["basic", "pro", "team"] * 200
    people["age"] = [20 + n * n % 61 for n in range(600)]
    people["income"] = [1000 + n * 37 % 811 for n in range(600)]
    shared = crm.Selection()
    w = crm.SegmentExplorer(people, method="plan", selection=shared)
    crm.CohortComparator(purchases, selection=shared)
    for name, condition in {"plan": {"plan": ["pro"]}, "segment": {"segment": ["pro"]}}.items():
        shared.set(**condition)
        shared.save_as(name)
        assert shared.named[name].space == "column"
    w.method, w.k = "kmeans", 3
    shared.set(segment=[0])
    shared.save_as("found")
    assert shared.named["found"].space == "derived"


def test_behaviour_is_compared_only_after_the_day_it_was_watched_until(cdnow: pd.DataFrame) -> None:
    shared = crm.Selection()
    explorer = crm.SegmentExplorer(cdnow, as_of=dt.date(1997, 9, 30), selection=shared)
    cohorts = crm.CohortComparator(cdnow, period="month", complete_history=True, selection=shared)
    shared.set(f_score=[4, 5])
    shared.save_as("regulars")
    shared.clear()
    explorer.close()
    cohorts.compare("regulars", "rest")
    found = cohorts.result.comparison
    assert found is not None
    assert found.landmark == dt.date(1997, 9, 30)
    assert not [note for note in found.notes if note.key == "same_period_behaviour"]

    cohorts.compare(Group("listed", frozenset(shared.groups["regulars"])), "rest")
    found = cohorts.result.comparison
    assert found is not None
    assert found.landmark is None
    assert [note.key for note in found.notes if note.key == "same_period_behaviour"]
    assert shared.groups.keys() == {"regulars", "listed"}


def test_sides_offer_the_groups_and_a_page_may_choose_them(cdnow: pd.DataFrame) -> None:
    shared = crm.Selection()
    w = crm.CohortComparator(cdnow, period="month", complete_history=True, selection=shared)
    shared.set(cohort=["1997-01"])
    shared.save_as("january")
    shared.save_as("1997-02")
    shared.save_as("rest")
    shared.clear()
    w.settle()
    assert {"january", "group:1997-02", "group:rest", "1997-02", "rest"} <= set(options(w, "a"))
    update(w, {"a": ["january"], "b": ["1997-03"]})
    found = w.result.comparison
    assert found is not None
    assert found.n_a == 7_846
    update(w, {"a": ["1997-03"], "b": ["group:1997-02"]})
    found = w.result.comparison
    assert found is not None
    assert found.n_b == 7_846, "the group, not the cohort of that name"
    assert w.b == ("group:1997-02",)
    update(w, {"a": ["nobody"]})
    assert w.a == ("1997-03",)
    w.period = "quarter"
    assert (w.a, w.b) == ((), ("group:1997-02",))


def test_a_side_that_is_forgotten_is_compared_no_more(cdnow: pd.DataFrame) -> None:
    w = crm.CohortComparator(cdnow, period="month", complete_history=True)
    w.selection.set(cohort=["1997-01"])
    w.selection.save_as("january")
    w.selection.clear()
    w.compare("january", "1997-03")
    assert w.result.comparison is not None
    w.selection.forget("january")
    assert w.a == crm.CohortComparator.a.default_value
    w.settle()
    assert "january" not in [
        control["placeholder"] for control in w._controls if control["knob"] in ("a", "b")
    ]
    assert w.result.comparison.b == ("1997-03",)
    with pytest.raises(InputError, match="no cohort 'january'"):
        w.compare("january", "1997-03")


def test_a_heatmap_compares_a_group_with_the_rest_or_with_another(purchases: pd.DataFrame) -> None:
    shared = crm.Selection()
    explorer = crm.SegmentExplorer(purchases, selection=shared)
    w = crm.CorrelationHeatmap(purchases, selection=shared)
    shared.set(f_score=[4, 5])
    regulars = set(explorer.ids)
    shared.save_as("regulars")
    shared.set(f_score=[1, 2])
    rare = set(explorer.ids)
    shared.save_as("rare")
    shared.clear()
    w.settle()
    assert {"regulars", "rare"} <= set(options(w, "compare"))
    update(w, {"compare": "regulars"})
    found = w.result.comparison
    assert found is not None
    assert sizes(found) == (len(regulars), len(w.ids) - len(regulars))
    offered = [f"segment:{label}" for label in explorer.result.segments.index]
    assert options(w, "group_b") == ["", "rare", *offered]
    update(w, {"group_b": "rare"})
    found = w.result.comparison
    assert found is not None
    assert sizes(found) == (len(regulars), len(rare))
    cut = found.pairs.loc[found.pairs["restricted"], ["a", "b"]]
    assert "frequency" in set(cut.to_numpy().ravel()), "the group was made by frequency"
    update(w, {"compare": "nobody"})
    assert w.compare == "regulars"
    shared.forget("regulars")
    w.settle()
    assert (w.compare, w.group_b, w._head["status"]) == (None, None, "ready")
    assert w.result.comparison is None


def test_an_explorer_selects_by_a_group_and_follows(purchases: pd.DataFrame) -> None:
    w = crm.SegmentExplorer(purchases)
    w.settle()
    assert "group" not in {control["knob"] for control in w._controls}
    w.selection.set(f_score=[4, 5])
    regulars = set(w.ids)
    w.selection.save_as("regulars")
    w.selection.clear()
    w.settle()
    assert options(w, "group") == ["", "regulars"]
    update(w, {"group": "regulars"})
    assert set(w.ids) == regulars
    assert w._head["chips"][0]["text"] == f"regulars ({len(regulars)} customers)"
    w.selection.undo()
    w.settle()
    assert w.group is None
    update(w, {"group": "regulars"})
    update(w, {"group": "strangers"})
    assert set(w.ids) == regulars
    update(w, {"group": ""})
    assert not w.selection
    w.selection.set("regulars")
    w.settle()
    assert w.group == "regulars"
    with pytest.raises(InputError, match="no group named 'strangers'"):
        w.group = "strangers"


def test_a_group_that_was_picked_filters_all_linked_widgets(purchases: pd.DataFrame) -> None:
    shared = crm.Selection()
    a, b = (crm.SegmentExplorer(purchases, selection=shared) for _ in range(2))
    shared.set(f_score=[5])
    shared.save_as("regulars")
    shared.clear()
    a.settle()
    update(a, {"group": "regulars"})
    a.settle(), b.settle()
    assert a._head["line"] == b._head["line"]
    assert (a.group, b.group) == ("regulars", "regulars")
    update(b, {"group": ""})
    a.settle()
    assert a.group is None
    assert not shared
