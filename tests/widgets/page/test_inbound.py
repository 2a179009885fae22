"""A page is a stranger: whatever it sends is checked, and answered with what is true."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

import comm
import ipywidgets
import pytest

from crm_widgets.widgets import refuse_foreign_widgets
from crm_widgets.widgets.page.runtime import runtime

from ..conftest import Wire
from ..toy import Toy, log, update

MB = 1_000_000


def deep(levels: int) -> list[Any]:
    nested: list[Any] = []
    for _ in range(levels):
        nested = [nested]
    return nested


@pytest.fixture
def widget() -> Toy:
    made = Toy(log())
    made.settle()
    return made


HOSTILE = {
    "nan": {"groups": float("nan")},
    "infinite": {"groups": float("inf")},
    "minus infinite": {"groups": float("-inf")},
    "a bool for a number": {"groups": True},
    "beyond the floats": {"groups": 10**400},
    "out of range": {"groups": 99},
    "no whole number": {"groups": 2.5},
    "text for a number": {"groups": "3"},
    "nothing for a number": {"groups": None},
    "a deep list for a number": {"groups": deep(100_000)},
    "an unknown choice": {"by": "os.system('rm -rf /')"},
    "a list for a choice": {"by": ["money"]},
    "9.9 MB for a choice": {"by": "m" * int(9.9 * MB)},
    "an unknown column": {"cities": ["Oslo", "Atlantis"]},
    "a column twice": {"cities": ["Oslo", "Oslo"]},
    "no columns": {"cities": []},
    "a million columns": {"cities": ["Oslo"] * MB},
    "deep columns": {"cities": deep(100_000)},
    "text for columns": {"cities": "Oslo"},
    "a number for a flag": {"bold": 1},
    "long words": {"caption": "x" * 21},
    "9.9 MB of words": {"caption": "x" * int(9.9 * MB)},
    "a day that is none": {"until": "2020-02-31"},
    "a time for a day": {"until": "2020-02-01T10:00"},
    "a number for a day": {"until": 20200201},
    "a reversed span": {"window": [5, 1]},
    "a span of three": {"window": [1, 2, 3]},
    "a span with nan": {"window": [float("nan"), 3]},
    "a span out of bounds": {"window": [-1, 3]},
    "a span of bools": {"window": [False, True]},
    "a widget for a choice": {"by": "IPY_MODEL_0123456789abcdef"},
    "negative presses": {"again": -1},
    "no selection": {"selection": None},
    "a record for a selection": {"selection": {}},
    "text for an item": {"selection": ["spread"]},
    "an unknown id": {"selection": [{"id": "c999"}]},
    "a list for an id": {"selection": [{"id": ["c1"]}]},
    "an unknown name": {"selection": [{"view": "spread", "code": "1"}]},
    "an unknown view": {"selection": [{"view": "rows", "intervals": {"money": [1, 2]}}]},
    "a list for a view": {"selection": [{"view": ["spread"], "intervals": {"money": [1, 2]}}]},
    "a view twice": {"selection": [{"view": "spread", "intervals": {"money": [1, 2]}}] * 2},
    "a field of another view": {"selection": [{"view": "spread", "values": {"segment": [1]}}]},
    "a field of no view": {"selection": [{"view": "spread", "intervals": {"amount": [1, 2]}}]},
    "a reversed interval": {"selection": [{"view": "spread", "intervals": {"money": [2, 1]}}]},
    "an end": {"selection": [{"view": "spread", "intervals": {"money": [1]}}]},
    "nan as an end": {"selection": [{"view": "spread", "intervals": {"money": [float("nan"), 1]}}]},
    "an infinite end": {
        "selection": [{"view": "spread", "intervals": {"money": [0, float("inf")]}}]
    },
    "an end beyond floats": {
        "selection": [{"view": "spread", "intervals": {"money": [0, 10**400]}}]
    },
    "bools as ends": {"selection": [{"view": "spread", "intervals": {"money": [False, True]}}]},
    "deep intervals": {"selection": [{"view": "spread", "intervals": {"money": deep(100_000)}}]},
    "an unknown level": {"selection": [{"view": "sizes", "values": {"segment": [77]}}]},
    "a bool as a level": {"selection": [{"view": "sizes", "values": {"segment": [True]}}]},
    "a list as a level": {"selection": [{"view": "sizes", "values": {"segment": [[1]]}}]},
    "no levels": {"selection": [{"view": "sizes", "values": {"segment": []}}]},
    "a million levels": {"selection": [{"view": "sizes", "values": {"segment": [1] * MB}}]},
    "9.9 MB as a level": {
        "selection": [{"view": "sizes", "values": {"segment": ["x" * int(9.9 * MB)]}}]
    },
    "a million items": {"selection": [{"id": "c1"}] * MB},
    "a deep selection": {"selection": deep(100_000)},
    "a huge count": {"_view_count": 10**9},
    "a negative count": {"_view_count": -1},
    "a bool as a count": {"_view_count": True},
    "a page of rows": {"_table_page": {"page": 1, "sort": None, "descending": False, "csv": 1}},
    "code": {"_esm": "alert(1)"},
    "another runtime": {"_runtime": "anywidget:0123"},
    "another model": {"_model_name": "HTMLModel", "_model_module": "@jupyter-widgets/controls"},
    "views": {"_views": [{"id": "x", "spec": {"data": {"url": "https://example.org"}}}]},
    "rows": {"_rows": {}},
    "a head": {"_head": {"title": "<img src=x onerror=alert(1)>"}},
    "strings": {"_strings": {}},
    "a theme": {"_theme": {}},
    "a layout": {"layout": "IPY_MODEL_0123456789abcdef"},
    "an attribute": {"_data": 1, "data": 2, "comm": None, "keys": []},
    "a proto": {"__proto__": {"x": 1}, "__class__": "Toy"},
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_state_changes_nothing_and_is_answered_with_the_truth(
    widget: Toy, wire: Wire, caplog: pytest.LogCaptureFixture, sent: dict[str, Any]
) -> None:
    before = widget.get_state()
    attributes = {
        name: widget.__dict__.get(name) for name in ("_table_binding", "_writer", "_name")
    }
    wire.clear()
    with caplog.at_level(logging.INFO, "crm_widgets"):
        update(widget, sent)
    widget.settle()
    assert widget.get_state() == before
    assert {name: widget.__dict__.get(name) for name in attributes} == attributes
    assert widget.fits == [3]
    truth = {name: before[name] for name in sent if name in before}
    echoes = wire.data(widget, "echo_update")
    assert [echo["state"] for echo in echoes] == ([truth] if truth else [])
    assert wire.data(widget) == echoes
    assert caplog.records == []


def test_one_bad_value_refuses_the_good_ones_beside_it(widget: Toy, wire: Wire) -> None:
    wire.clear()
    update(widget, {"groups": 4, "by": "nonsense"})
    assert (widget.groups, widget.by) == (3, "money")
    assert wire.data(widget) == [
        {"method": "echo_update", "state": {"groups": 3, "by": "money"}, "buffer_paths": []}
    ]


def test_a_foreign_name_refuses_the_knobs_beside_it(widget: Toy) -> None:
    update(widget, {"groups": 4, "_esm": "alert(1)"})
    assert widget.groups == 3


def test_good_values_are_taken_and_confirmed_in_one_echo(widget: Toy, wire: Wire) -> None:
    wire.clear()
    update(widget, {"groups": 4, "by": "orders", "until": "2020-05-01", "cities": ["Oslo"]})
    widget.settle()
    assert widget.result.fingerprint == "thirds-4-orders"
    echo = wire.data(widget, "echo_update")
    assert [message["state"] for message in echo] == [
        {"groups": 4, "by": "orders", "until": "2020-05-01", "cities": ["Oslo"]}
    ]
    for message in wire.data(widget, "update"):
        assert not message["state"].keys() & {"groups", "by", "until", "cities"}


def test_set_state_is_the_same_door(widget: Toy) -> None:
    widget.set_state({"groups": 99})
    widget.set_state({"_esm": "alert(1)"})
    assert widget.groups == 3
    widget.set_state({"groups": 2})
    assert widget.groups == 2


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"data": None},
        {"data": []},
        {"data": {}},
        {"data": {"method": "update"}},
        {"data": {"method": "update", "state": []}},
        {"data": {"method": "update", "state": "groups"}},
        {"data": {"method": "backbone", "sync_data": {"groups": 4}}},
        {"data": {"method": ["update"], "state": {"groups": 4}}},
        {"data": {"method": "custom", "content": {"kind": "anywidget-command", "name": "x"}}},
        {"data": {"method": "custom"}},
    ],
)
def test_messages_of_another_kind_are_ignored(widget: Toy, wire: Wire, content: Any) -> None:
    wire.clear()
    widget._handle_msg({"content": content})
    assert widget.groups == 3
    assert wire.data(widget) == []


def test_stray_buffers_refuse_the_update(widget: Toy, wire: Wire) -> None:
    wire.clear()
    data = {"method": "update", "state": {"groups": 4}, "buffer_paths": [["groups"]]}
    widget._handle_msg({"content": {"data": data}, "buffers": [memoryview(b"4")]})
    update(widget, {"groups": 4}, buffer_paths=[["groups", "x", 0]])
    assert widget.groups == 3
    assert [echo["state"] for echo in wire.data(widget)] == [{"groups": 3}] * 2


def test_a_request_of_state_is_answered(widget: Toy, wire: Wire) -> None:
    wire.clear()
    widget._handle_msg({"content": {"data": {"method": "request_state"}}})
    (answer,) = wire.data(widget, "update")
    assert answer["state"]["groups"] == 3


def test_an_error_inside_stays_inside(
    widget: Toy, wire: Wire, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    def listener(change: Any) -> None:
        raise RuntimeError("/secret/path")

    widget.observe(listener, "groups")
    wire.clear()
    update(widget, {"groups": 4})
    widget.settle()
    assert "/secret/path" in caplog.text
    assert "/secret/path" not in str(list(wire))
    assert "Traceback" not in "".join(capsys.readouterr())
    assert [echo["state"] for echo in wire.data(widget, "echo_update")] == [{"groups": 4}]


def test_a_flood_is_bounded_work_and_its_last_message_wins(widget: Toy, wire: Wire) -> None:
    wire.clear()
    start = time.perf_counter()
    for i in range(3_001):
        update(widget, {"groups": 2 + i % 2, "window": [0, i % 10]})
    taken = time.perf_counter() - start
    assert widget.result.fingerprint == "thirds-2-money"
    widget.settle()
    assert widget._head["title"] == "2 groups"
    assert widget._head["for_inputs"] == widget._flow.requests.newest.fit
    # what runs is what the worker had begun, and the last
    assert len(widget.fits) <= 2 + taken / 0.001
    assert len(wire.data(widget, "echo_update")) == 3_001
    assert len(wire.data(widget, "update")) < 3_001


def test_a_flood_during_one_long_analysis_costs_two(widget: Toy) -> None:
    widget.gate = threading.Event()
    widget.fits.clear()
    update(widget, {"groups": 4})
    for i in range(3_000):
        update(widget, {"groups": 2 + i % 2})
    widget.gate.set()
    assert widget.result.fingerprint == "thirds-3-money"
    widget.settle()
    assert widget.fits[-1] == 3
    assert len(widget.fits) <= 2
    assert widget.draws <= 3


def test_the_runtime_and_the_layout_are_under_the_door_too(widget: Toy, wire: Wire) -> None:
    runtime().close()
    shared = runtime()
    text = shared._esm
    update(shared, {"_esm": "alert(1)"})
    update(widget.layout, {"width": "1px"})
    assert shared._esm == text
    assert widget.layout.width is None
    assert wire.data(shared)[-1]["state"] == {"_esm": text}
    assert wire.data(widget.layout)[-1]["state"] == {"width": None}


def test_pages_cannot_construct_widgets(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = comm.CommManager() if hasattr(comm, "CommManager") else comm.base_comm.CommManager()
    monkeypatch.setattr(comm, "get_comm_manager", lambda: manager)
    manager.register_target("jupyter.widget", ipywidgets.Widget.handle_comm_opened)
    names = {
        "_model_module": "@jupyter-widgets/controls",
        "_view_module": "@jupyter-widgets/controls",
    }
    state = names | {
        "_model_module_version": "2.0.0", "_model_name": "IntSliderModel",
        "_view_module_version": "2.0.0", "_view_name": "IntSliderView", "value": 7,
    }  # fmt: skip
    message = {
        "content": {"comm_id": "x1", "target_name": "jupyter.widget", "data": {"state": state}},
        "metadata": {"version": "2.1.0"},
    }
    manager.comm_open(None, "", message)
    assert type(ipywidgets.widgets.widget._instances["x1"]).__name__ == "IntSlider"
    ipywidgets.widgets.widget._instances["x1"].close()

    refuse_foreign_widgets()
    message["content"]["comm_id"] = "x2"
    manager.comm_open(None, "", message)
    assert "x2" not in ipywidgets.widgets.widget._instances
    assert "x2" not in manager.comms
    assert wire[-1]["type"] == "comm_close"
