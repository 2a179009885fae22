"""A displayed widget follows its frame, a name or a callable, and says so where it cannot."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from IPython.core.interactiveshell import InteractiveShell

from crm_widgets.data.reading import appended_rows, fingerprint
from crm_widgets.errors import InputError
from crm_widgets.widgets.following import notebook_cells
from crm_widgets.widgets.page.runtime import _users

from ..conftest import Wire
from ..toy import Toy, crm, log, update, worked


class Notebook:
    """Cells run as IPython runs them, with a page that shows what is displayed."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell, self.names = shell, shell.user_ns

    def run(self, code: str, **names: Any) -> Any:
        self.names.update(names)
        result = self.shell.run_cell(code)
        result.raise_error()
        return self.names.get("w")

    def open(self, code: str, **names: Any) -> Any:
        """Make the widget ``w``, shown on a page."""
        w = self.run(f"{code}; shown = w._repr_mimebundle_()", **names)
        update(w, {"_view_count": 1})
        w.settle()
        return w


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    monkeypatch.setattr(notebook_cells, "_hooked", None)
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    shell.user_ns |= {"Toy": Toy, "log": log, "pd": pd, "np": np, "crm": crm}
    yield Notebook(shell)
    shell.reset()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The frames that were hashed."""
    seen: list[Any] = []
    real = fingerprint.fingerprint
    monkeypatch.setattr(
        fingerprint, "fingerprint", lambda frame, rows: seen.append(frame) or real(frame, rows)
    )
    return seen


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.005)


EDITS = {
    "cells set": "df.loc[df.customer == 'c01', 'amount'] = 900.0",
    "a column multiplied": "df['amount'] *= 2",
    "rows dropped": "df.drop(df.index[:9], inplace=True)",
    "rows appended": "for i in 998, 999: df.loc[i] = ['new', pd.Timestamp('2020-05-01'), 5.0, '']",
    "two values swapped": "df.iloc[[0, 1], 2] = df.iloc[[1, 0], 2].to_numpy()",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_in_place_is_followed_with_controls_and_brush_kept(
    notebook: Notebook, edit: str
) -> None:
    w = notebook.open("df = log(); w = Toy(df, customer='customer', time='date', amount='amount')")
    w.groups, w.by = 4, "orders"
    update(w, {"selection": [{"view": "spread", "intervals": {"money": [200, 600]}}]})
    w.settle()
    before, gestures = w.result.customers["money"], w.selection.gestures
    notebook.run(edit)
    fresh = Toy(notebook.names["df"], customer="customer", time="date", amount="amount", groups=4)
    pd.testing.assert_series_equal(w.result.customers["money"], fresh.result.customers["money"])
    assert not w.result.customers["money"].equals(before)
    assert (w.groups, w.by) == (4, "orders")
    assert [g.clauses[0].predicate for g in w.selection.gestures] == [
        g.clauses[0].predicate for g in gestures
    ]
    fresh.selection.set(money=(200, 600))
    assert w.ids.equals(fresh.ids)
    w.settle()
    assert (w.status, w._head["message"]) == ("ready", "")


def test_numbers_and_times_before_are_known_from_the_looks_and_not_compared(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = notebook.open("df = log(); w = Toy(df)")
    notebook.run("0")
    compared, real = set(), appended_rows._is_column_prefix
    monkeypatch.setattr(
        appended_rows,
        "_is_column_prefix",
        lambda old, new: (compared.add(old.name), real(old, new))[1],
    )
    n = w.data.table.n
    for _ in range(2):
        notebook.run("for i in 1, 2: df.loc[1000 + len(df)] = df.iloc[i]")
        w.settle()
        assert (w.data.appended.n_before, w.data.table.n) == (n, n + 2)
        n += 2
    assert compared == set(notebook.names["df"].select_dtypes("str"))


def test_the_page_follows_by_itself(notebook: Notebook) -> None:
    w = notebook.open("df = log(); w = Toy(df)")
    w.gate = threading.Event()
    notebook.run("df['amount'] *= 2")
    assert w.status == "working"
    w.gate.set()
    until(lambda: w.status == "ready")
    assert w._rows["spread"] == Toy(notebook.names["df"]).settle().value.rows["spread"]


def test_only_rows_and_words_are_sent_where_the_axes_need_not_move(
    notebook: Notebook, wire: Wire
) -> None:
    w = notebook.open("df = log(); w = Toy(df)")
    wire.clear()
    notebook.run("df.loc[df.index[0], 'amount'] = 500.0")
    until(lambda: w.status == "ready")
    sent = set().union(*(message["state"] for message in wire.data(w, "update")))
    assert "_rows" in sent
    assert not sent & {"_views", "selection", "_esm", "_theme", "groups"}


def test_axes_move_only_when_they_must(notebook: Notebook) -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"age": rng.integers(18, 78, 900), "income": rng.normal(50, 9, 900)})
    code = "w = crm.SegmentExplorer(crm.Customers(df), method='kmeans', k=3, features=['income'])"
    w = notebook.open(code, df=frame)
    hashes = {view["id"]: view["hash"] for view in w._views}
    w.selection.set(income=(40, 60))
    notebook.run("df.loc[:40, 'income'] = 50.0")
    w.settle()
    assert {v["id"]: v["hash"] for v in w._views}["hist_income"] == hashes["hist_income"]
    assert sum(w._rows["hist_income"]["n"]) == 900
    notebook.run("df['income'] *= 5")
    w.settle()
    assert {v["id"]: v["hash"] for v in w._views}["hist_income"] != hashes["hist_income"]
    assert sum(w._rows["hist_income"]["n"]) == 900
    assert [c.predicate for c in w.selection.clauses] == [crm.Interval("income", 40, 60)]


def test_a_cell_that_changes_nothing_computes_nothing(notebook: Notebook) -> None:
    w = notebook.open("df = log(); w = Toy(df)")
    fits, draws = list(w.fits), w.draws
    notebook.run("total = df.amount.sum()")
    notebook.run("df['amount'] = df['amount'] * 1")
    assert (w.fits, w.draws, w.status) == (fits, draws, "ready")


def test_nothing_is_hashed_for_a_widget_nobody_sees(notebook: Notebook, looks: list[Any]) -> None:
    w = notebook.run("df = log(); w = Toy(df)")
    notebook.run("df['amount'] *= 2")
    assert looks == []
    update(w, {"_view_count": 1})
    until(lambda: w.result.customers["money"].sum() == notebook.names["df"].amount.sum())
    update(w, {"_view_count": 0})
    looks.clear()
    notebook.run("df['amount'] *= 2")
    assert looks == []


def test_widgets_on_one_frame_hash_it_once_a_cell(notebook: Notebook, looks: list[Any]) -> None:
    w = notebook.open("df = log(); w, others = Toy(df), [Toy(df) for _ in range(3)]")
    for other in notebook.names["others"]:
        update(other, {"_view_count": 1})
    notebook.run("1")
    worked()  # each looks once, soon after it is seen on a page
    looks.clear()
    notebook.run("df['amount'] *= 2")
    assert len(looks) == 1
    for follower in (w, *notebook.names["others"]):
        assert follower.result.customers["money"].sum() == notebook.names["df"].amount.sum()


def test_a_notebook_that_is_run_without_a_page_ends_with_what_is_true(notebook: Notebook) -> None:
    w = notebook.run("df = log(); w = Toy(df); shown = w._repr_mimebundle_()")
    notebook.run("df['amount'] *= 2")
    assert w.status == "ready"
    assert w._head["for_inputs"] == 2
    notebook.run("w.groups = 4")
    assert (w.status, w._head["title"]) == ("ready", "4 groups")


def test_without_live_it_says_that_it_is_stale_and_has_a_button(notebook: Notebook) -> None:
    w = notebook.open("df = log(); w = Toy(df, live=False)")
    assert [c for c in w._controls if c["knob"] == "reread"] == []
    before = w.result
    notebook.run("df['amount'] *= 2")
    assert (w.status, w._head["message"]) == (
        "stale", "The data have changed since this was computed.",
    )  # fmt: skip
    button = next(c for c in w._controls if c["knob"] == "reread")
    assert (button["kind"], button["label"]) == ("button", "Update")
    assert w.result is before
    update(w, {"groups": 4})
    w.settle()
    assert (w.status, w._head["title"]) == ("stale", "4 groups")
    update(w, {"reread": 1})
    until(lambda: w.status == "ready")
    assert w.result.customers["money"].sum() == notebook.names["df"].amount.sum()
    assert [c for c in w._controls if c["knob"] == "reread"] == []
    assert not w.live


def test_an_edit_that_is_undone_is_stale_no_longer(notebook: Notebook) -> None:
    w = notebook.open("df = log(); w = Toy(df, live=False)")
    notebook.run("df['amount'] *= 2")
    assert w.status == "stale"
    notebook.run("df['amount'] /= 2")
    until(lambda: w.status == "ready")
    assert w.fits == [3]


def test_refresh_reads_the_frame_in_a_script_too() -> None:
    frame = log()
    w = Toy(frame)
    frame["amount"] *= 2
    assert w.result.customers["money"].sum() == frame.amount.sum() / 2
    w.refresh()
    assert w.result.customers["money"].sum() == frame.amount.sum()


def test_a_frame_nobody_else_has_is_let_go_and_stays_as_it_was(notebook: Notebook) -> None:
    w = notebook.open("df = log(); w = Toy(df)")
    gone = weakref.ref(notebook.names["df"])
    notebook.run("del df")
    assert gone() is None
    assert w.status == "ready"
    w.refresh()
    assert w.result.customers["money"].sum() == log().amount.sum()


def test_a_log_with_roles_is_followed_too(notebook: Notebook) -> None:
    code = "df = log(); w = Toy(crm.Transactions(df, 'customer', 'date', 'amount'))"
    w = notebook.open(code)
    notebook.run("df['amount'] *= 2")
    assert w.result.customers["money"].sum() == notebook.names["df"].amount.sum()


def test_a_polars_frame_is_followed(notebook: Notebook) -> None:
    w = notebook.open("w = Toy(df)", df=pl.from_pandas(log()))
    notebook.run("df[0, 'amount'] = 5_000.0")
    assert w.result.customers["money"].max() > 5_000


def test_a_name_is_followed_through_assignment_deletion_and_return(notebook: Notebook) -> None:
    w = notebook.open("orders = log(); w = Toy(crm.live('orders'))")
    notebook.run("orders = orders[orders.amount > 40]")
    assert w.result.customers["money"].sum() == notebook.names["orders"].amount.sum()
    until(lambda: w.status == "ready")
    rows = w._rows
    notebook.run("kept = orders; del orders")
    assert w.status == "error"
    assert "'orders'" in w._head["message"]
    assert w._head["message"].endswith("The charts still show the data as they were before.")
    update(w, {"groups": 4})
    w.settle()
    assert (w.status, w._head["title"]) == ("error", "4 groups")
    assert w._rows["spread"] == rows["spread"]
    fits = len(w.fits)
    notebook.run("orders = kept")
    until(lambda: w.status == "ready")
    assert len(w.fits) == fits, "the same content needs no new analysis"
    notebook.run("orders = 'no frame'")
    assert w.status == "error"
    notebook.run("orders = log(100, 5)")
    assert w.result.customers["money"].sum() == notebook.names["orders"].amount.sum()


def test_a_log_stays_a_log_when_no_customer_repeats(notebook: Notebook) -> None:
    w = notebook.open("orders = log(); w = Toy(crm.live('orders'), customer='customer')")
    notebook.run("orders = orders.drop_duplicates('customer')")
    assert w.result.customers["orders"].tolist() == [1] * 19
    assert isinstance(w.data, crm.Transactions)


@pytest.mark.parametrize(
    ("harm", "cure", "words"),
    [
        ("kept = df.pop('amount')", "df['amount'] = kept", "'amount'"),
        (
            "kept = df.amount; df['amount'] = 'many'",
            "df['amount'] = kept",
            "no amounts: most are like",
        ),
    ],
    ids=["a column gone", "a type changed"],
)
def test_the_last_good_view_stays_until_the_column_is_back(
    notebook: Notebook, harm: str, cure: str, words: str
) -> None:
    w = notebook.open("df = log(); w = Toy(df, amount='amount')")
    w.selection.set(money=(100, 400))
    w.settle()
    views, rows, ids = w._views, w._rows, w.ids
    notebook.run(harm)
    until(lambda: w.status == "error")
    assert words in w._head["message"]
    assert (w._views, w._rows) == (views, rows)
    assert w.ids.equals(ids)
    notebook.run(cure)
    until(lambda: w.status == "ready")
    assert w._head["message"] == ""
    assert w._rows == rows


def test_a_control_that_names_a_lost_column_is_kept_and_said(notebook: Notebook) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"age": rng.integers(20, 70, 300), "income": rng.lognormal(10, 1, 300)})
    frame["plan"] = np.where(frame.age % 3 == 0, "basic", "plus")
    w = notebook.open("w = crm.SegmentExplorer(crm.Customers(df), method='plan')", df=frame)
    rows = w._rows
    notebook.run("kept = df.pop('plan')")
    until(lambda: w.status == "error")
    assert "'plan'" in w._head["message"]
    assert (w.method, w._rows) == ("plan", rows)
    notebook.run("df['plan'] = kept")
    until(lambda: w.status == "ready")
    assert (w.method, w._rows) == ("plan", rows)
    notebook.run("kept = df.pop('plan')")
    until(lambda: w.status == "error")
    update(w, {"method": "kmeans"})
    until(lambda: w.status == "ready")
    assert "plan" not in w.data.columns


def test_a_callable_is_polled_for_who_sees_it(notebook: Notebook) -> None:
    frames = [log()]

    def orders() -> pd.DataFrame:
        if frames[-1] is None:
            raise TimeoutError("the database at secret-host sleeps")
        return frames[-1]

    w = notebook.open("w = Toy(crm.live(orders, every_s=0.02))", orders=orders)
    update(w, {"groups": 4})
    frames.append(log(90, 3))
    until(lambda: w._head["for_inputs"] == 3 and w.status == "ready")
    assert w.result.customers["money"].sum() == frames[-1].amount.sum()
    assert w.groups == 4
    rows = w._rows
    frames.append(None)
    until(lambda: w.status == "error")
    assert "TimeoutError" in w._head["message"]
    assert "secret" not in str(w.get_state())
    assert w._rows == rows
    frames.append(frames[1])
    until(lambda: w.status == "ready")
    assert w._rows == rows


def test_a_closed_widget_asks_no_more_and_is_let_go() -> None:
    calls: list[int] = []

    def orders() -> pd.DataFrame:
        calls.append(1)
        return log()

    w = Toy(crm.live(orders, every_s=0.01))
    update(w, {"_view_count": 1})
    until(lambda: len(calls) > 3)
    w.close()
    until(lambda: not any("orders, every_s=0.01" in t.name for t in threading.enumerate()))
    asked = len(calls)
    time.sleep(0.05)
    assert len(calls) == asked


def test_data_that_are_assigned_are_followed_instead(notebook: Notebook) -> None:
    w = notebook.open("orders = log(); w = Toy(crm.live('orders'))")
    notebook.run("df = log(80, 4); w.data = df")
    notebook.run("orders = log(50, 5)")
    assert w.result.customers["money"].sum() == notebook.names["df"].amount.sum()
    notebook.run("w.data = crm.live('orders')")
    notebook.run("orders = log(40, 6)")
    assert w.result.customers["money"].sum() == notebook.names["orders"].amount.sum()


def test_an_edit_while_computing_is_not_half_seen(notebook: Notebook) -> None:
    w = notebook.open("df = log(); w = Toy(df)")
    w.gate = threading.Event()
    notebook.run("df['amount'] = 1.0")
    notebook.names["df"]["amount"] = 7.0
    w.gate.set()
    until(lambda: w.status == "ready")
    assert w.result.customers["money"].sum() == len(notebook.names["df"])
    notebook.run("1")
    assert w.result.customers["money"].sum() == 7 * len(notebook.names["df"])


def test_a_page_may_press_the_button_and_no_more() -> None:
    w = Toy(log(), live=False)
    for bad in (-1, True, "1", None, 1.5, [1]):
        update(w, {"reread": bad})
        assert w.reread == 0
    update(w, {"live": True})
    assert not w.live


@pytest.mark.parametrize(
    ("source", "rest"),
    [("orders[0]", {}), (3, {}), (None, {}), (log, {"every_s": 0}), (log, {"every_s": np.nan})],
)
def test_what_cannot_be_followed_is_refused_with_the_cure(source: Any, rest: Any) -> None:
    with pytest.raises(InputError):
        crm.live(source, **rest)


def test_a_name_that_is_not_there_is_an_error_at_once() -> None:
    users = len(_users)
    with pytest.raises(InputError, match="no variable 'nowhere'"):
        Toy(crm.live("nowhere"))
    assert len(_users) == users


def test_chinese_says_it_in_chinese(notebook: Notebook) -> None:
    crm.set_locale("zh")
    try:
        w = notebook.open("orders = log(); w = Toy(crm.live('orders'))")
        notebook.run("del orders")
        assert w._head["message"].endswith("图表仍显示上一次的数据。")
    finally:
        crm.set_locale("en")
