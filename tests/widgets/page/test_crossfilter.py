"""Cubes: what the page counts while a brush moves is what the kernel counts when it rests."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

import crm_widgets as crm
from crm_widgets.widgets.page import crossfilter

from ..conftest import Wire
from ..toy import update

KINDS = {"u2": np.uint16, "u4": np.uint32, "f4": np.float32, "f8": np.float64}


def customers(n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    group = rng.integers(0, 3, n)
    frame = pd.DataFrame(
        {
            "customer": [f"canary-{i:04d}" for i in range(n)],
            "recency": rng.exponential(20 + 60 * group),
            "orders": 1 + rng.poisson(2 + 4 * group),
            "money": rng.lognormal(3 + group, 0.6),
            "city": rng.choice(["Oslo", "Rome", "Bergen"], n),
        }
    )
    frame.loc[::20, "recency"] = np.nan
    return frame


@pytest.fixture
def explorer() -> crm.SegmentExplorer:
    w = crm.SegmentExplorer(customers(), method="kmeans", k=3, money="money")
    w.settle()
    return w


def asked(w: Any, view: str, wire: Wire) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a page is sent that is about to brush a view: the message, and arrays by view."""
    wire.clear()
    update(w, {"_hover": {"view": view, "key": w._head["keys"][view]}})
    sent: list[Any] = []
    end = time.monotonic() + 20
    while not sent and time.monotonic() < end:
        time.sleep(0.01)
        sent = [m for m in list(wire) if m["data"].get("method") == "custom"]
        sent = [m for m in sent if m["data"]["content"]["active"]["view"] == view]
    content, (buffer,) = sent[0]["data"]["content"], sent[0]["buffers"]
    found = {}
    for block in content["passive"]:
        size = int(np.prod(block["shape"])) + block["shape"][-1]
        numbers = np.frombuffer(buffer, KINDS[block["dtype"]], size, block["offset"])
        found[block["view"]] = numbers.reshape(-1, block["shape"][-1])
    return content, found


def selected(w: Any, view: str) -> list[Any]:
    rows = w._rows[view]
    names = [name for name in ("sel", "sel_money") if name in rows]
    return [value for row in zip(*(rows[name] for name in names), strict=True) for value in row]


@pytest.mark.parametrize("active", ["hist_recency", "hist_orders", "hist_money"])
def test_every_brush_counts_as_the_kernel_does(
    explorer: crm.SegmentExplorer, wire: Wire, active: str
) -> None:
    message, blocks = asked(explorer, active, wire)
    (view,) = [v for v in explorer._writer.drawn.drawing.views if v.id == active]
    edges, (n,) = view.dims[0].edges, message["active"]["bins"]
    assert edges is not None
    for lo, hi in ((0, 3), (2, n), (n - 1, n), (5, 6)):
        ends = {view.dims[0].key: [edges[lo], edges[hi]]}
        update(explorer, {"selection": [{"view": active, "intervals": ends, "values": None}]})
        explorer.settle()
        for other in ("sizes", "hist_money", "hist_orders", "hist_city", "profile"):
            if other == active:
                continue
            counted = blocks[other][lo:hi].sum(axis=0)
            np.testing.assert_allclose(counted, selected(explorer, other)[: len(counted)], 1e-5)
        n_selected, money = blocks[""][lo:hi].sum(axis=0)
        assert n_selected == len(explorer.ids)
        assert money == pytest.approx(explorer.selected["money"].sum(), rel=1e-5)
        explorer.selection.clear()
        explorer.settle()


def test_a_box_on_the_map_counts_as_the_kernel_does(
    explorer: crm.SegmentExplorer, wire: Wire
) -> None:
    message, blocks = asked(explorer, "map", wire)
    (view,) = [v for v in explorer._writer.drawn.drawing.views if v.id == "map"]
    nx, ny = message["active"]["bins"]
    x, y = (dim.edges or () for dim in view.dims)
    ends = {"pc1": [x[3], x[20]], "pc2": [y[10], y[ny]]}
    update(explorer, {"selection": [{"view": "map", "intervals": ends, "values": None}]})
    explorer.settle()
    for other in ("sizes", "hist_money", "hist_recency"):
        cube = blocks[other][:-1].reshape(nx, ny, -1)
        counted = cube[3:20, 10:].sum(axis=(0, 1))
        np.testing.assert_allclose(counted, selected(explorer, other), 1e-5)


def test_everybody_counts_without_a_brush_whether_in_a_bin_or_not(
    explorer: crm.SegmentExplorer, wire: Wire
) -> None:
    _, blocks = asked(explorer, "hist_recency", wire)
    assert blocks[""][-1][0] == 400
    assert blocks[""][:-1, 0].sum() == 380
    assert list(blocks["hist_money"][-1]) == explorer._rows["hist_money"]["n"]


def test_the_map_is_coarse_while_a_brush_moves_elsewhere(
    explorer: crm.SegmentExplorer, wire: Wire
) -> None:
    message, blocks = asked(explorer, "hist_money", wire)
    (coarse,) = [block["rows"] for block in message["passive"] if block["view"] == "map"]
    assert len(coarse["x0"]) == blocks["map"].shape[1] <= 21 * 21
    assert sum(coarse["n"]) == blocks["map"][-1].sum() == 400
    assert coarse["n"] == list(blocks["map"][-1])


def test_other_conditions_hold_in_a_cube_its_own_view_s_does_not(
    explorer: crm.SegmentExplorer, wire: Wire
) -> None:
    explorer.selection.set(orders=(2, 6))
    explorer.settle()
    key = explorer._head["keys"]["hist_money"]
    _, blocks = asked(explorer, "hist_money", wire)
    where = customers()["orders"].between(2, 6, inclusive="left")
    assert blocks[""][-1][0] == where.sum()
    # a view that has a condition of its own counts without it
    assert blocks["hist_orders"][-1].sum() == 400
    explorer.selection.add(money=(10, 50))
    explorer.settle()
    assert explorer._head["keys"]["hist_money"] == key
    explorer.selection.set(orders=(2, 7))
    explorer.settle()
    assert explorer._head["keys"]["hist_money"] != key


def test_another_model_or_table_is_another_cube(explorer: crm.SegmentExplorer) -> None:
    keys = [explorer._head["keys"]["hist_money"]]
    explorer.k = 4
    explorer.settle()
    keys.append(explorer._head["keys"]["hist_money"])
    explorer.data = customers(300)
    explorer.settle()
    keys.append(explorer._head["keys"]["hist_money"])
    assert len(set(keys)) == 3


@pytest.mark.parametrize(
    "hover",
    [
        None, [], {}, {"view": "hist_money"}, {"view": "sizes", "key": "x"}, {"view": 1, "key": 1},
        {"view": "hist_money", "key": "another"}, {"view": "__proto__", "key": ""},
        {"view": "hist_money", "key": ["x"]}, {"view": "hist_money", "key": "x", "more": 1},
    ],
)  # fmt: skip
def test_a_cube_is_made_only_of_a_view_as_it_is(
    explorer: crm.SegmentExplorer, wire: Wire, hover: object
) -> None:
    wire.clear()
    update(explorer, {"_hover": hover})
    assert explorer._inbox.cubes._wanted is None
    (echo,) = wire.data(explorer)
    assert echo["state"] == {"_hover": {}}


def test_a_flood_of_pointers_makes_few_cubes(explorer: crm.SegmentExplorer, wire: Wire) -> None:
    with crossfilter.LOCK:  # the worker makes none before all have been asked for
        for i in range(3_000):
            view = "hist_money" if i % 2 else "hist_orders"
            update(explorer, {"_hover": {"view": view, "key": explorer._head["keys"][view]}})
        waiting = crossfilter.WORKER._queue.qsize()
    assert waiting <= 2
    _, blocks = asked(explorer, "hist_recency", wire)
    assert "hist_money" in blocks


def test_a_cube_that_is_too_large_is_not_sent(
    explorer: crm.SegmentExplorer, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossfilter, "MOST_BYTES", 40_000)
    wire.clear()
    explorer._inbox.send_cube("map")
    assert wire.data(explorer, "custom") == []
    explorer._inbox.send_cube("hist_orders")
    assert len(wire.data(explorer, "custom")) == 1


def test_no_customer_is_in_a_cube(explorer: crm.SegmentExplorer, wire: Wire) -> None:
    message, _ = asked(explorer, "hist_money", wire)
    assert "canary" not in repr(message)
