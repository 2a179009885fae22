"""A selection is said in clauses, answered by tables, and shared by widgets."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

import crm_widgets as crm
from crm_widgets.charts.drawing import Drawing
from crm_widgets.data.scope import table_of
from crm_widgets.errors import InputError

from ..conftest import Wire
from ..toy import Toy, log, update


@pytest.fixture
def w() -> Toy:
    return Toy(log())


def money() -> pd.Series:
    return log().groupby("customer")["amount"].sum()


def test_nothing_selected_is_everybody(w: Toy) -> None:
    assert list(w.selection.ids) == sorted(log()["customer"].unique())
    pd.testing.assert_frame_equal(w.selected, log())
    assert w.selection.describe() == "All 19 customers"


def test_a_column_selects_rows_and_their_customers(w: Toy) -> None:
    w.selection.set(amount=(20, 50))
    frame = log()
    expected = frame[(frame["amount"] >= 20) & (frame["amount"] < 50)]
    pd.testing.assert_frame_equal(w.selected, expected)
    assert list(w.selection.ids) == sorted(expected["customer"].unique())


def test_a_feature_selects_customers_and_all_their_rows(w: Toy) -> None:
    w.selection.set(money=(100, 400))
    frame, sums = log(), money()
    some = sums.index[(sums >= 100) & (sums < 400)]
    assert list(w.selection.ids) == list(some)
    pd.testing.assert_frame_equal(w.selected, frame[frame["customer"].isin(some)])


def test_conditions_on_rows_and_on_customers_hold_together(w: Toy) -> None:
    w.selection.set(money=(100, 400), city=["Oslo"], date=("2020-03-01", None))
    frame, sums = log(), money()
    some = sums.index[(sums >= 100) & (sums < 400)]
    expected = frame[
        frame["customer"].isin(some) & (frame["city"] == "Oslo") & (frame["date"] >= "2020-03-01")
    ]
    pd.testing.assert_frame_equal(w.selected, expected)
    assert list(w.selection.ids) == sorted(expected["customer"].unique())


def test_set_replaces_and_add_narrows(w: Toy) -> None:
    w.selection.set(money=(100, None))
    w.selection.set(orders=[2, 3])
    assert [clause.predicate for clause in w.selection.clauses] == [crm.Values("orders", (2, 3))]
    w.selection.add(segment=0)
    assert len(w.selection.clauses) == 2
    w.selection.clear()
    assert not w.selection


def test_each_clause_is_in_its_space(w: Toy) -> None:
    w.selection.set(city=["Oslo"], money=(1, 2), segment=[1])
    column, derived, model = w.selection.clauses
    assert (column.space, column.table) == ("column", table_of(w.data))
    assert (derived.space, derived.as_of) == ("derived", dt.date(2021, 1, 1))
    assert (model.space, model.model) == ("model", "thirds-3-money")


def test_an_unknown_field_lists_what_there_is(w: Toy) -> None:
    with pytest.raises(InputError, match=r"no column 'monney'\. Columns: 'money'"):
        w.selection.set(monney=(1, 2))


@pytest.mark.parametrize("condition", [{"amount": (5, 1)}, {"city": [["nested"]]}])
def test_a_condition_that_is_none_is_refused(w: Toy, condition: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="not a condition"):
        w.selection.set(**condition)
    assert not w.selection


def test_a_brush_becomes_a_clause_that_snaps_and_closes_at_the_last_edge(w: Toy) -> None:
    w.settle()
    update(
        w,
        {"selection": [{"view": "spread", "intervals": {"money": [200.00000000000003, 1200]}}]},
    )
    (clause,) = w.selection.clauses
    assert clause.predicate == crm.Interval("money", 200.0, 1200.0, closed=True)
    assert clause.source == f"{w._name}/spread"
    assert clause.space == "derived"


def test_a_pick_becomes_values_of_the_kernel(w: Toy) -> None:
    w.settle()
    update(w, {"selection": [{"view": "sizes", "values": {"segment": ["2", 0]}}]})
    assert w.selection.clauses[0].predicate == crm.Values("segment", (2, 0))
    assert sorted(w.result.customers.loc[w.selection.ids, "segment"].unique()) == [0, 2]


def test_what_a_page_leaves_out_is_dropped_and_what_it_names_is_kept(w: Toy) -> None:
    w.settle()
    update(w, {"selection": [{"view": "spread", "intervals": {"money": [200, 400]}}]})
    first = w.selection.gestures[0]
    pick = {"view": "sizes", "values": {"segment": [1]}}
    update(w, {"selection": [{"id": first.id}, pick]})
    assert w.selection.gestures[0] == first
    second = w.selection.gestures[1]
    update(
        w, {"selection": [{"id": first.id}, {"id": second.id}, pick | {"values": {"segment": [2]}}]}
    )
    assert [g.clauses[0].predicate for g in w.selection.gestures] == [
        crm.Interval("money", 200.0, 400.0),
        crm.Values("segment", (2,)),
    ]
    update(w, {"selection": []})
    assert not w.selection


def test_a_selection_set_in_python_is_shown_in_the_view_that_has_its_field(
    w: Toy, wire: Wire
) -> None:
    w.settle()
    wire.clear()
    w.selection.set(money=(200, None), city=["Oslo"])
    w.settle()
    states = [message["state"] for message in wire.data(w, "update")]
    brush, chip = [state for state in states if "selection" in state][-1]["selection"]
    assert (brush["view"], brush["intervals"]) == ("spread", {"money": [200.0, 1200.0]})
    assert (chip["view"], chip["intervals"], chip["values"]) == (None, None, None)
    update(w, {"selection": [{"id": chip["id"]}, {"id": brush["id"]},
                             {"view": "spread", "intervals": {"money": [0, 200]}}]})  # fmt: skip
    assert [clause.predicate for clause in w.selection.clauses] == [
        crm.Values("city", ("Oslo",)),
        crm.Interval("money", 0.0, 200.0),
    ]


def test_the_page_is_not_told_again_what_it_was_told_in_the_echo(w: Toy, wire: Wire) -> None:
    w.settle()
    wire.clear()
    update(w, {"selection": [{"view": "spread", "intervals": {"money": [200, 400]}}]})
    w.settle()
    (echo,) = wire.data(w, "echo_update")
    assert echo["state"]["selection"][0]["intervals"] == {"money": [200.0, 400.0]}
    for message in wire.data(w, "update"):
        assert "selection" not in message["state"]


def test_chips_say_the_clauses_in_words_and_in_the_language(w: Toy) -> None:
    w.selection.set(money=(100, 400), date=("2020-03-01", "2020-04-01"), city=["Oslo", None])
    described = w.describe()
    assert described == (
        f"{len(w.ids)} of 19 customers: money: 100 to 400; date: 1 March 2020 to 31 March 2020; "
        "city: Oslo, missing"
    )
    chips = [chip["text"] for chip in w._head["chips"]]
    assert "; ".join(chips) == described.partition(": ")[2]
    try:
        crm.set_locale("zh")
        assert (
            "money：100 至 400；date：2020年3月1日 至 2020年3月31日；city：Oslo、缺失"
            in w.describe()
        )
    finally:
        crm.set_locale("en")


def test_labels_are_carried_to_the_group_they_overlap_with(w: Toy) -> None:
    w.groups = 2
    w.selection.set(segment=[1])
    top_half = set(w.ids)
    w.groups = 3
    top_third = set(w.ids)
    assert w.selection.clauses[0].predicate == crm.Values("segment", (2,))
    assert w.selection.clauses[0].model == "thirds-3-money"
    assert top_third == set(money().nlargest(len(top_third)).index)
    assert top_third < top_half


def test_a_model_clause_that_cannot_be_carried_is_dropped_with_a_sentence(w: Toy) -> None:
    w.selection.set(segment=[1], money=(0, 400))
    w.settle()
    w.groups = 4
    w.settle()
    assert [clause.predicate for clause in w.selection.clauses] == [
        crm.Interval("money", 0.0, 400.0)
    ]
    assert w._head["message"].endswith("Segment: 1")
    assert [chip["text"] for chip in w._head["chips"]] == ["money: 0 to 400"]


def test_a_column_keeps_its_clause_in_a_new_table_that_has_it(w: Toy) -> None:
    w.selection.set(city=["Oslo"])
    w.settle()
    wider = log(seed=5).assign(channel="web")
    w.data = wider
    pd.testing.assert_frame_equal(w.selected, wider[wider["city"] == "Oslo"])
    assert w.selection.clauses[0].table == table_of(w.data)


def test_widgets_of_one_selection_filter_each_other() -> None:
    shared = crm.Selection()
    a, b = Toy(log(), selection=shared), Toy(log(), selection=shared, by="orders")
    a.settle(), b.settle()
    update(a, {"selection": [{"view": "sizes", "values": {"segment": [2]}}]})
    rich = set(a.result.customers.index[a.result.customers["segment"] == 2])
    assert set(b.ids) == set(a.ids) == set(shared.ids) == rich
    b.settle()
    assert b._head["line"] == f"{len(rich)} of 19"
    assert list(shared.excluding(a._name).ids) == list(a.data.ids)
    assert b._head["chips"][0]["view"] is None
    a.close()
    assert not shared
    b.settle()
    assert b._head["line"] == "19 of 19"


def test_a_selection_of_several_tables_has_no_single_frame() -> None:
    shared = crm.Selection()
    a = Toy(log(), selection=shared)
    people = pd.DataFrame({"customer": [f"c{i:02d}" for i in range(20)], "age": range(20, 40)})

    class People(Toy):
        def on_data(self, data: Any) -> None: ...

        def analyse(self, data, knobs, progress):
            return None

        def draw(self, result, scope):
            return Drawing("", ())

    b = People(people, selection=shared)
    a.selection.set(money=(100, 400), age=(None, 30))
    with pytest.raises(InputError, match="several tables"):
        _ = shared.frame
    sums = money()
    young = set(people["customer"][people["age"] < 30])
    expected = sorted(young & set(sums.index[(sums >= 100) & (sums < 400)]))
    assert sorted(shared.ids) == expected
    assert sorted(b.selected["customer"]) == expected
    assert sorted(a.selected["customer"].unique()) == expected
    assert sorted(shared.apply(people)["customer"]) == expected


def test_apply_filters_the_rows_of_another_frame(w: Toy) -> None:
    w.selection.set(city=["Oslo"], money=(100, None))
    later = log(80, seed=9)
    rich = money().loc[lambda sums: sums >= 100].index
    expected = later[(later["city"] == "Oslo") & later["customer"].isin(rich)]
    pd.testing.assert_frame_equal(w.selection.apply(later), expected)


def test_a_selection_of_its_own_says_how_to_be_used() -> None:
    alone = crm.Selection(crm.Clause(crm.Interval("amount", 20, 50)))
    with pytest.raises(InputError, match="no widget yet"):
        _ = alone.frame
    frame = log()
    expected = frame[(frame["amount"] >= 20) & (frame["amount"] < 50)]
    pd.testing.assert_frame_equal(alone.apply(frame), expected)
    w = Toy(log())
    w.selection = alone
    pd.testing.assert_frame_equal(w.selected, expected)
    with pytest.raises(InputError, match=r"must be a crm\.Selection"):
        w.selection = {"amount": (20, 50)}


def test_a_named_group_selects_its_customers(w: Toy) -> None:
    w.selection.set(crm.Clause(crm.Group("friends", frozenset({"c00", "c05", "gone"}))))
    assert list(w.ids) == ["c00", "c05"]
    assert w.selection.groups.keys() == {"friends"}
    assert w.describe().endswith("friends (3 customers)")


def test_observers_hear_of_changes_until_they_stop(w: Toy) -> None:
    heard: list[int] = []
    stop = w.selection.observe(lambda selection: heard.append(len(selection.clauses)))
    w.selection.set(money=(1, 2))
    w.selection.clear()
    stop()
    w.selection.set(money=(1, 2))
    assert heard == [1, 0]


def test_the_frame_of_the_caller_is_never_changed() -> None:
    frame = log()
    before = frame.copy(deep=True)
    w = Toy(frame)
    w.selection.set(money=(100, 400), city=["Oslo"])
    selected = w.selected
    selected["amount"] = np.nan
    pd.testing.assert_frame_equal(frame, before)


def test_times_in_conditions_are_read_as_those_of_a_column(w: Toy) -> None:
    w.selection.set(date=("13/03/2020", "05/04/2020"))
    expected = ("2020-03-13", "2020-04-05")
    (clause,) = w.selection.clauses
    assert (clause.predicate.lo, clause.predicate.hi) == tuple(  # type: ignore[union-attr]
        pd.Timestamp(day).timestamp() * 1000 for day in expected
    )
    w.selection.set(date=(20200313, None))
    assert w.selection.clauses[0].predicate.lo == clause.predicate.lo  # type: ignore[union-attr]
    with pytest.raises(InputError, match="date: day, month and year"):
        w.selection.set(date=("03/04/2020", "05/06/2020"))
