"""UndoSteps of a selection can be taken back and made again, in Python and from a page."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import crm_widgets as crm
from crm_widgets.data.gestures import Gesture
from crm_widgets.data.vocabulary.clauses import Clause, Interval, Values
from crm_widgets.widgets.computing.lock import LOCK
from crm_widgets.widgets.selection.steps import MOST_STEPS, QUICK_S, State, UndoSteps

from ..toy import Toy, log, update


def amount(lo: float) -> Clause:
    return Clause(Interval("amount", lo, 100))


def said(selection: crm.Selection) -> list[Any]:
    return [clause.predicate for clause in selection.clauses]


def brush(w: Toy, lo: float, hi: float) -> None:
    update(w, {"selection": [{"view": "spread", "intervals": {"money": [lo, hi]}}]})


def test_steps_are_taken_back_and_made_again_one_by_one() -> None:
    selection = crm.Selection()
    for lo in (1, 2, 3):
        selection.set(amount(lo))
    seen = []
    while selection.undo():
        seen.append([predicate.lo for predicate in said(selection)])
    assert seen == [[2], [1], []]
    assert (selection.can_undo, selection.can_redo) == (False, True)
    while selection.redo():
        seen.append([predicate.lo for predicate in said(selection)])
    assert seen[3:] == [[1], [2], [3]]
    assert (selection.can_undo, selection.can_redo) == (True, False)


def test_a_new_step_forgets_what_was_undone() -> None:
    selection = crm.Selection()
    selection.set(amount(1))
    selection.set(amount(2))
    selection.undo()
    selection.set(amount(3))
    assert not selection.redo()
    assert selection.undo()
    assert said(selection) == [Interval("amount", 1, 100)]


def test_at_most_a_hundred_steps_are_kept() -> None:
    selection = crm.Selection()
    for lo in range(2 * MOST_STEPS):
        selection.set(amount(lo / 10))
    undone = 0
    while selection.undo():
        undone += 1
    assert undone == MOST_STEPS == 100
    assert said(selection) == [Interval("amount", (MOST_STEPS - 1) / 10, 100)]


class Hand:
    """A selection moved by hand, at times that the test sets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.steps = UndoSteps(lambda: self.now)
        self.state: State = ()
        self._number = 0

    def move(self, after_s: float, source: str, *predicates: Any) -> None:
        self.now += after_s
        self._number += 1
        clauses = tuple(Clause(predicate, source=source) for predicate in predicates)
        others = tuple(g for g in self.state if g.source != source)
        made = (Gesture(f"c{self._number}", clauses),) if clauses else ()
        after = (*others, *made)
        self.steps.record(self.state, after)
        self.state = after


@pytest.mark.parametrize(
    ("moves", "steps"),
    [
        ([(9, "w/a", 1), (0.3, "w/a", 2), (0.9, "w/a", 3)], 1),
        ([(9, "w/a", 1), (QUICK_S + 0.1, "w/a", 2)], 2),
        ([(9, "w/a", 1), (0.3, "w/b", 2), (0.3, "w/b", 3)], 2),
        ([(9, "w/a", 1), (0.3, "w/b", 2), (0.3, "w/a", 3)], 3),
        ([(9, "w/a", 1), (0.3, "w/a", None)], 2),
        ([(9, "w/a", 1), (0.3, "w/a", None), (0.3, "w/a", 2), (0.3, "w/a", 3)], 2),
        ([(9, "", 1), (0.1, "", 2)], 2),
    ],
    ids=[
        "a drag that rests", "a pause", "two views", "back and forth", "taken away",
        "a brush drawn anew", "from Python",
    ],
)  # fmt: skip
def test_one_brush_in_quick_succession_is_one_step(moves: list[Any], steps: int) -> None:
    hand = Hand()
    for after_s, view, lo in moves:
        hand.move(after_s, view, *([] if lo is None else [Interval("x", lo, 9)]))
    assert len(hand.steps) == steps


def test_clicks_are_a_step_each_and_a_brush_over_levels_is_one() -> None:
    clicks, grid = Hand(), Hand()
    for levels in [(1,), (1, 2), (1, 2, 3)]:
        clicks.move(0.2, "w/sizes", Values("segment", levels))
        grid.move(0.2, "w/grid", Values("r", levels), Values("f", levels))
    assert (len(clicks.steps), len(grid.steps)) == (3, 1)


def test_a_drag_on_the_page_is_one_step() -> None:
    w = Toy(log())
    w.settle()
    w.selection.set(city=["Oslo"])
    for hi in (400, 600, 800):
        w.settle()
        kept = [{"id": g.id} for g in w.selection.gestures if not g.source]
        item = {"view": "spread", "intervals": {"money": [200, hi]}}
        update(w, {"selection": [*kept, item]})
    assert said(w.selection)[1:] == [Interval("money", 200.0, 800.0)]
    assert w.selection.undo()
    assert said(w.selection) == [Values("city", ("Oslo",))]


def test_a_page_undoes_by_pressing_and_is_told_what_can_be_undone() -> None:
    w = Toy(log())
    w.settle()
    assert (w._head["undo"], w._head["redo"]) == (False, False)
    brush(w, 200, 400)
    w.settle()
    assert (w._head["undo"], w._head["redo"]) == (True, False)
    number = w._head["for_inputs"]
    update(w, {"_undo": 1})
    w.settle()
    assert not w.selection
    assert (w._head["undo"], w._head["redo"]) == (False, True)
    assert w._head["for_inputs"] > number
    update(w, {"_redo": 1})
    w.settle()
    assert said(w.selection) == [Interval("money", 200.0, 400.0)]
    assert not {control["knob"] for control in w._controls} & {"_undo", "_redo"}


@pytest.mark.parametrize("value", [True, -1, "1", None, 1.5, 2**31])
def test_a_press_that_is_no_count_undoes_nothing(value: Any) -> None:
    w = Toy(log())
    w.settle()
    brush(w, 200, 400)
    update(w, {"_undo": value})
    assert len(w.selection.clauses) == 1
    assert w._undo == 0


def test_a_refit_is_no_step_and_earlier_steps_follow_it() -> None:
    w = Toy(log(), groups=2)
    w.selection.set(segment=[1])
    w.selection.clear()
    w.settle()
    w.groups = 3
    w.settle()
    assert w.selection.undo()
    w.settle()
    assert said(w.selection) == [Values("segment", (2,))]
    assert w.selection.clauses[0].model == "thirds-3-money"
    assert len(w.ids) == 6
    assert not w._head["message"]
    w.groups = 2
    w.settle()
    assert said(w.selection) == [Values("segment", (1,))]
    assert w.selection.undo()
    assert not w.selection
    assert not w.selection.undo(), "carrying is no step"


def test_a_step_to_a_model_that_is_gone_is_told_and_comes_back_with_it() -> None:
    w = Toy(log())
    w.selection.set(segment=[1])
    w.selection.clear()
    w.settle()
    w.groups = 4
    w.settle()
    w.selection.undo()
    w.settle()
    assert "Segment: 1" in w._head["message"]
    assert w._head["line"] == "19 of 19"
    w.groups = 3
    w.settle()
    assert w._head["message"] == ""
    assert w._head["line"] == "6 of 19"


def test_whoever_computes_an_answer_never_waits_for_the_lock() -> None:
    """An observer is called under the lock, and may ask for what is selected."""
    shared = crm.Selection()
    a, b = Toy(log(), selection=shared), Toy(log(), selection=shared, by="orders")
    a.selection.set(segment=[1])
    a.settle(), b.settle()
    request, analysed = b._flow.requests.newest, b._flow.requests.read_last
    done = threading.Event()

    def draw() -> None:
        b._flow.draw(request, analysed, b._flow.find(request, analysed))
        done.set()

    thread = threading.Thread(target=draw, daemon=True)
    with LOCK:
        thread.start()
        assert done.wait(20)
    seen: list[int] = []
    shared.observe(lambda selection: seen.append(len(selection.ids)))
    brush(a, 200, 400)
    shared.undo()
    assert len(seen) == 2
    assert seen[1] == len(a.ids)


def test_a_closed_widget_takes_its_steps_with_it() -> None:
    shared = crm.Selection()
    a, b = Toy(log(), selection=shared), Toy(log(), selection=shared)
    a.settle(), b.settle()
    shared.set(amount(20))
    brush(a, 200, 400)
    a.close()
    assert said(shared) == []
    shared.undo()
    assert said(shared) == [Interval("amount", 20, 100)]
    b.settle()


def test_linked_widgets_follow_an_undo() -> None:
    shared = crm.Selection()
    a, b = Toy(log(), selection=shared), Toy(log(), selection=shared)
    a.settle(), b.settle()
    brush(a, 200, 400)
    b.settle()
    assert b._head["line"] != "19 of 19"
    update(b, {"_undo": 1})
    a.settle(), b.settle()
    assert a._head["line"] == b._head["line"] == "19 of 19"
    assert (a._head["redo"], b._head["redo"]) == (True, True)
