"""Naming a group on the page: what a page may ask for, and what it is told."""

from __future__ import annotations

import threading
from typing import Any

import pandas as pd
import pytest

import crm_widgets as crm
from crm_widgets import text
from crm_widgets.data.vocabulary.clauses import Clause, Group, Values
from crm_widgets.widgets.computing.lock import LOCK
from crm_widgets.widgets.computing.worker import WORKER
from crm_widgets.widgets.page import group_requests

from ..selection.test_named_groups import options
from ..toy import After, Toy, log, update, worked


def keep(w: Any, name: object, count: int = 1, *, forget: bool = False) -> dict[str, Any]:
    update(w, {"_group_request": {"name": name, "count": count, "forget": forget}})
    worked()
    found: dict[str, Any] = w._group_reply
    return found


@pytest.fixture
def w() -> Toy:
    made = Toy(log())
    made.settle()
    made.selection.set(money=(300, None))
    made.settle()
    return made


def test_a_page_keeps_the_selected_customers_under_a_name(w: Toy) -> None:
    rich = set(w.ids)
    said = keep(w, " rich ")
    assert said == {
        "count": 1,
        "said": "Saved as “rich”: all linked widgets offer it.",
        "done": True,
    }
    assert {name: set(ids) for name, ids in w.selection.groups.items()} == {"rich": rich}
    w.selection.set("rich")
    assert set(w.ids) == rich


def test_it_is_what_save_as_would_have_kept(w: Toy) -> None:
    keep(w, "by hand")
    w.selection.save_as("from Python")
    a, b = (w.selection.named[name] for name in ("by hand", "from Python"))
    assert (a.space, a.as_of) == (b.space, b.as_of)
    assert isinstance(a.predicate, Group)
    assert isinstance(b.predicate, Group)
    assert a.predicate.customers == b.predicate.customers
    assert a.predicate.fields == b.predicate.fields == ("money",)


def test_a_name_that_is_taken_is_replaced_and_that_is_said(w: Toy) -> None:
    keep(w, "rich")
    w.selection.set(money=(None, 300))
    poor = set(w.ids)
    said = keep(w, "rich", 2)
    assert said["done"]
    assert said["said"].startswith("“rich” already existed")
    assert set(w.selection.groups["rich"]) == poor


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\nb", "a\u202eb", "\x00"])
def test_a_name_that_is_none_is_refused_with_the_reason(w: Toy, name: str) -> None:
    said = keep(w, name)
    assert not said["done"]
    assert "1 to 100 characters" in said["said"]
    assert w.selection.groups == {}


def test_nothing_selected_is_no_group(w: Toy) -> None:
    w.selection.clear()
    assert keep(w, "all") == {
        "count": 1, "done": False,
        "said": "Nothing is selected yet: click or brush a chart first.",
    }  # fmt: skip


@pytest.mark.parametrize(
    "request_",
    [
        {"name": "x" * 1001}, {"name": 5}, {"name": ["x"]}, {"count": True}, {"count": -1},
        {"count": 2**31}, {"count": 1.0}, {"count": None}, {"forget": 1}, {"forget": None},
        {"more": 1},
    ],
)  # fmt: skip
def test_a_request_that_is_none_keeps_nothing(w: Toy, request_: dict[str, object]) -> None:
    asked = {"name": "x", "count": 1, "forget": False}
    for bad in (asked | request_, {"name": "x", "count": 1}, "x", None):
        update(w, {"_group_request": bad})
    worked()
    assert w.selection.groups == {}
    assert (w._group_request, w._group_reply) == ({}, {})


def test_a_page_cannot_say_what_became_of_it(w: Toy) -> None:
    update(w, {"_group_reply": {"count": 1, "said": "<b>", "done": True}})
    update(
        w,
        {
            "_group_request": {"name": "rich", "count": 1, "forget": False},
            "_group_reply": {"count": 1},
        },
    )
    worked()
    assert w._group_reply == {}
    assert w.selection.groups == {}


def test_pages_keep_only_so_many_groups(w: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_requests, "MOST_GROUPS", 2)
    assert keep(w, "a", 1)["done"]
    assert keep(w, "b", 2)["done"]
    said = keep(w, "c", 3)
    assert not said["done"]
    assert said["said"].startswith("There are 2 groups already, and no room")
    assert keep(w, "b", 4)["done"], "one takes the place of another"
    w.selection.save_as("from Python")
    assert set(w.selection.groups) == {"a", "b", "from Python"}


def test_and_only_so_many_customers(w: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    n = len(w.ids)
    monkeypatch.setattr(group_requests, "MOST_IDS", n + 1)
    assert keep(w, "a", 1)["done"]
    assert not keep(w, "b", 2)["done"]
    w.selection.set(Clause(Group("one", frozenset(w.ids[:1]))))
    assert keep(w, "a", 3)["done"]


def test_a_selection_that_moves_on_meanwhile_is_not_kept(w: Toy) -> None:
    before = After()
    gate = threading.Event()
    before.run = lambda: (before.done.set(), gate.wait(20))  # type: ignore[method-assign]
    WORKER.put(before)
    assert before.done.wait(20)
    update(w, {"_group_request": {"name": "rich", "count": 1, "forget": False}})
    w.selection.set(money=(None, 300))
    gate.set()
    worked()
    changed = "The selection has changed in the meantime, and nothing was saved. Try again."
    assert w._group_reply["said"] == changed
    assert w.selection.groups == {}


def test_of_a_flood_the_last_name_is_kept(w: Toy) -> None:
    with LOCK:
        for count in range(1, 3001):
            update(w, {"_group_request": {"name": f"n{count}", "count": count, "forget": False}})
    worked()
    assert w._group_reply["count"] == 3000
    assert "n3000" in w.selection.groups
    assert len(w.selection.groups) <= group_requests.MOST_GROUPS


def test_all_linked_widgets_offer_what_was_named_on_one_page() -> None:
    purchases: pd.DataFrame = crm.simulate(600, seed=4).transactions
    shared = crm.Selection()
    explorer = crm.SegmentExplorer(purchases, selection=shared)
    heatmap = crm.CorrelationHeatmap(purchases, selection=shared)
    cohorts = crm.CohortComparator(purchases, selection=shared)
    shared.set(f_score=[4, 5])
    assert keep(explorer, "<b>regulars")["done"]
    for widget, knob in ((explorer, "group"), (heatmap, "compare"), (cohorts, "a"), (cohorts, "b")):
        widget.settle()
        assert "<b>regulars" in options(widget, knob)


def test_a_page_forgets_a_group_and_what_was_selected_by_it(w: Toy) -> None:
    keep(w, "rich", 1)
    w.selection.set("rich", city=["Oslo"])
    w.settle()
    assert w._head["groups"] == ["rich"]
    assert keep(w, "rich", 2, forget=True) == {
        "count": 2, "done": True,
        "said": "“rich” was forgotten; it is no longer used to select or compare.",
    }  # fmt: skip
    assert w.selection.groups == {}
    assert [clause.predicate for clause in w.selection.clauses] == [Values("city", ("Oslo",))]
    w.settle()
    assert w._head["groups"] == []
    said = keep(w, "rich", 3, forget=True)
    assert not said["done"]
    assert "no group named 'rich'" in said["said"]


def test_a_group_that_is_forgotten_is_offered_by_no_linked_widget() -> None:
    purchases: pd.DataFrame = crm.simulate(600, seed=4).transactions
    shared = crm.Selection()
    explorer = crm.SegmentExplorer(purchases, selection=shared)
    heatmap = crm.CorrelationHeatmap(purchases, selection=shared)
    shared.set(f_score=[4, 5])
    assert keep(explorer, "regulars", 1)["done"]
    shared.clear()
    heatmap.compare = "regulars"
    heatmap.settle()
    assert keep(explorer, "regulars", 2, forget=True)["done"]
    heatmap.settle()
    assert "regulars" not in options(heatmap, "compare")
    assert heatmap._head["groups"] == []
    assert (heatmap.compare, heatmap.status) == (None, "ready")


def test_it_is_said_in_the_reader_s_language(w: Toy) -> None:
    text.set_locale("zh")
    try:
        assert keep(w, "大客户")["said"] == "已存为“大客户”：所有联动组件均可选用。"
        assert "1 至 100 个字符" in keep(w, "", 2)["said"]
        said = keep(w, "大客户", 3, forget=True)["said"]
        assert said == "已删除“大客户”：不再用于选择或比较。"
    finally:
        text.set_locale("en")


def test_a_closed_widget_keeps_nothing(w: Toy) -> None:
    shared = w.selection
    w.close()
    w._inbox.groups.ask({"name": "late", "count": 1, "forget": False})
    worked()
    assert shared.groups == {}


def test_who_compared_a_forgotten_group_compares_nothing_and_goes_on() -> None:
    shared = crm.Selection()
    frame = log()
    heatmap = crm.CorrelationHeatmap(frame, customer="customer", selection=shared)
    cohorts = crm.CohortComparator(frame, customer="customer", selection=shared)
    toy = Toy(frame, selection=shared)
    shared.set(money=(300, None))
    shared.save_as("rich")
    shared.clear()
    heatmap.compare, cohorts.a = "rich", "rich"
    heatmap.settle(), cohorts.settle()
    assert heatmap.status == "ready"
    assert "rich" in cohorts.a
    keep(toy, "rich", forget=True)
    assert (heatmap.compare, "rich" in cohorts.a) == (None, False)
    heatmap.settle(), cohorts.settle()
    assert (heatmap.status, cohorts.status) == ("ready", "ready")
    frame.loc[frame.index[0], "amount"] = 77.0
    heatmap.refresh()
    heatmap.settle()
    assert (heatmap.status, heatmap.data.table.numbers("amount")[0]) == ("ready", 77.0)


class Busy(After):
    """A job that takes until somebody lets it go."""

    def __init__(self, held: threading.Event) -> None:
        super().__init__()
        self.held = held

    def run(self) -> None:
        assert self.held.wait(20)


def test_a_page_that_asks_twice_is_answered_twice_in_turn(w: Toy) -> None:
    keep(w, "old")
    answers: list[dict[str, Any]] = []
    w.observe(lambda change: answers.append(change["new"]), "_group_reply")
    held = threading.Event()
    busy = Busy(held)
    WORKER.put(busy)
    for count, name, forget in ((2, "old", True), (3, "new", False)):
        update(w, {"_group_request": {"name": name, "count": count, "forget": forget}})
    held.set()
    worked()
    assert [answer["count"] for answer in answers] == [2, 3]
    assert list(w.selection.named) == ["new"]
