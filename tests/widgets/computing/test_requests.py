"""Numbered requests: the newest is answered, in words if it fails, and nobody waits in vain."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import threading
import time
import weakref
from typing import Any

import pytest

from crm_widgets.errors import AnalysisError, InputError
from crm_widgets.widgets.computing.lock import LOCK
from crm_widgets.widgets.computing.requests import Newest
from crm_widgets.widgets.following import notebook_cells

from ..conftest import Wire
from ..toy import Toy, log, update


def test_the_result_is_that_of_the_inputs_as_they_are_now() -> None:
    w = Toy(log())
    for groups in (2, 4, 3):
        w.groups = groups
        assert w.result.fingerprint == f"thirds-{groups}-money"


def test_a_selection_draws_and_fits_nothing() -> None:
    w = Toy(log())
    w.settle()
    draws = w.draws
    w.selection.set(money=(100, 400))
    w.settle()
    assert w.fits == [3]
    assert w.draws == draws + 1
    assert w._head["line"] == f"{len(w.ids)} of 19"


def test_a_knob_that_only_redraws_fits_nothing() -> None:
    w = Toy(log())
    w.settle()
    before = w._views
    w.bold = True
    w.settle()
    assert w.fits == [3]
    assert [old["hash"] == new["hash"] for old, new in zip(before, w._views, strict=True)] == [
        True,
        False,
    ]


def test_only_the_newest_is_published() -> None:
    w = Toy(log())
    w.settle()
    w.gate = threading.Event()
    titles: list[str] = []
    w.observe(lambda change: titles.append(change["new"]["title"]), "_head")
    w.groups = 4
    time.sleep(0.02)
    w.groups = 2
    w.gate.set()
    w.settle()
    assert w._head["title"] == "2 groups"
    assert "4 groups" not in titles


def test_the_page_says_working_until_it_shows_the_new_inputs() -> None:
    w = Toy(log())
    w.settle()
    w.gate = threading.Event()
    w.groups = 4
    assert w.status == "working"
    assert (w._head["title"], w._head["for_inputs"]) == ("3 groups", 1)
    w.gate.set()
    w.settle()
    assert w.status == "ready"
    assert (w._head["title"], w._head["for_inputs"]) == ("4 groups", 2)


def test_an_analysis_error_is_said_in_words_and_the_last_good_view_stays(wire: Wire) -> None:
    w = Toy(log())
    w.settle()
    views, rows = w._views, w._rows
    w.groups = 5
    with pytest.raises(AnalysisError):
        _ = w.result
    w.settle()
    assert w.status == "error"
    assert w._head["message"] == "This table has no column of customer ids."
    assert (w._head["title"], w._head["for_inputs"]) == ("3 groups", 1)
    assert (w._views, w._rows) == (views, rows)
    w.groups = 4
    w.settle()
    assert (w.status, w._head["message"]) == ("ready", "")


def test_beside_an_error_stands_what_is_selected_now(wire: Wire) -> None:
    w = Toy(log())
    w.settle()
    w.selection.set(money=(0, 200))
    w.settle()
    before = w._head["chips"]
    assert len(before) == 1
    w.groups = 5
    w.settle()
    assert (w.status, w._head["chips"]) == ("error", before)
    assert w._head["line"]
    w.selection.clear()
    w.settle()
    assert (w.status, w._head["chips"], w._head["line"]) == ("error", [], "")
    w.groups = 4
    w.settle()
    assert (w.status, w._head["line"]) == ("ready", "19 of 19")


def test_an_unexpected_error_names_its_type_and_keeps_its_traceback_for_the_log(
    wire: Wire, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    w = Toy(log())
    w.settle()
    wire.clear()
    with caplog.at_level(logging.ERROR, "crm_widgets"):
        w.groups = 6
        w.settle()
    assert "KeyError" in w._head["message"]
    assert "/secret/path" in caplog.text
    assert "secret" not in str(list(wire))
    assert "c07" not in str(wire.data(w))
    assert "Traceback" not in "".join(capfd.readouterr())


def test_the_lock_is_not_held_while_computing() -> None:
    w = Toy(log())
    w.settle()
    w.gate = threading.Event()
    w.groups = 4
    taken = LOCK.acquire(timeout=1)
    assert taken
    LOCK.release()
    w.gate.set()


def test_an_observer_may_ask_for_the_result() -> None:
    w = Toy(log())
    w.settle()
    seen: list[str] = []
    w.observe(lambda change: seen.append(w.result.fingerprint), "groups")
    w.groups = 4
    update(w, {"groups": 2})
    assert seen == ["thirds-4-money", "thirds-2-money"]


def test_threads_that_ask_at_once_get_one_computation() -> None:
    w = Toy(log())
    w.settle()
    w.fits.clear()
    w.groups = 4
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(w.result)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert w.fits == [4]
    assert len({id(result) for result in found}) == 1


def test_knobs_set_from_many_threads_end_in_step() -> None:
    w = Toy(log())

    def turn(start: int) -> None:
        for i in range(50):
            update(w, {"groups": 2 + (start + i) % 3, "window": [0, i % 10]})
            w.by = "orders" if i % 2 else "money"

    threads = [threading.Thread(target=turn, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert w.result.fingerprint == f"thirds-{w.groups}-{w.by}"
    w.settle()
    assert w._head["title"] == f"{w.groups} groups"


def test_progress_reaches_the_page() -> None:
    class Slow(Toy):
        def analyse(self, data, knobs, progress):
            for i in range(6):
                time.sleep(0.05)
                progress(i / 6, "counting")
            return super().analyse(data, knobs, progress)

    shown: list[Any] = []
    w = Slow(log())
    w.observe(lambda c: shown.append((c["new"]["progress"], c["new"]["message"])), "_head")
    _ = w.result
    assert any(share is not None and message == "counting" for share, message in shown)


def test_a_closed_widget_stops_and_says_so() -> None:
    w = Toy(log())
    w.settle()
    w.gate = threading.Event()
    fits = len(w.fits)
    w.groups = 4
    w.close()
    w.gate.set()
    with pytest.raises(InputError, match="closed"):
        _ = w.result
    with pytest.raises(InputError, match="closed"):
        _ = w.data
    time.sleep(0.05)
    assert len(w.fits) == fits


def test_a_closed_widget_is_let_go_with_its_table() -> None:
    frame = log()
    w = Toy(frame)
    w.settle()
    table = weakref.ref(w.data.table)
    gone = weakref.ref(w)
    w.close()
    del w
    for _ in range(50):
        gc.collect()
        if gone() is None:
            break
        time.sleep(0.02)
    assert gone() is None
    assert table() is None


def test_an_answer_that_asks_for_itself_is_an_error_and_no_deadlock() -> None:
    newest: Newest[int] = Newest()
    outcome = newest.get(1, lambda: newest.get(1, lambda: 1).value or 0)
    assert isinstance(outcome.error, RuntimeError)


def test_a_cell_waits_for_the_widgets_made_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.setattr(notebook_cells, "_hooked", None)
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    shell.user_ns |= {"Toy": Toy, "log": log}
    shell.run_cell("w = Toy(log())\nearly = w.status")
    w = shell.user_ns["w"]
    assert w.status == "ready"
    assert notebook_cells._fresh == []


def test_the_interpreter_ends_while_something_is_computed() -> None:
    code = (
        "import sys, time; sys.path.insert(0, '.')\n"
        "from tests.widgets.toy import Toy, log\n"
        "class Slow(Toy):\n"
        "    def analyse(self, data, knobs, progress):\n"
        "        for _ in range(60_000): time.sleep(0.01); progress(0.5)\n"
        "w = Slow(log())\n"
        "time.sleep(0.1)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], timeout=110, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_first_picture_is_preceded_by_what_is_being_done() -> None:
    gate = threading.Event()

    class Slow(Toy):
        def analyse(self, data, knobs, progress):
            progress(0.0, "features")
            gate.wait(10)
            return super().analyse(data, knobs, progress)

    shown: list[str] = []
    w = Slow(log())
    w.observe(lambda c: shown.append(c["new"]["message"]), "_head")
    deadline = time.monotonic() + 10
    while "Measuring customers" not in [*shown, w._head["message"]]:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert w.status == "working"
    gate.set()
    w.settle()
    assert w.status == "ready"
    assert shown[-1] == ""
