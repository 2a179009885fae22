"""A brush over time at the speed of the pointer counts what the kernel counts when it rests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from crm_widgets.widgets.page import crossfilter

from ..conftest import Wire
from ..kinds import Timed
from ..toy import log, update
from .test_crossfilter import asked


@pytest.fixture(params=[False, True], ids=["single", "stacked"])
def timed(request: pytest.FixtureRequest) -> Timed:
    w = Timed(log(900, seed=2), bold=request.param)
    w.settle()
    return w


def brush(w: Timed, view: str, lo: int, hi: int) -> None:
    (found,) = [one for one in w._writer.drawn.drawing.views if one.id == view]
    edges, key = found.dims[0].edges, found.dims[0].key
    assert edges is not None
    interval = {key: [edges[lo], edges[hi]]}
    update(w, {"selection": [{"view": view, "intervals": interval, "values": None}]})
    w.settle()


def bins_of(message: dict[str, Any], blocks: dict[str, Any], view: str, lo: int, hi: int) -> Any:
    """What the page shows of a view under a brush of the active one."""
    block = blocks[view]
    if not message["active"]["ranges"]:
        return block[lo:hi].sum(axis=0)
    return block[hi * (hi - 1) // 2 + lo]


@pytest.mark.parametrize("active", ["months", "amounts", "hist_money"])
def test_every_brush_counts_as_the_kernel_does(timed: Timed, wire: Wire, active: str) -> None:
    message, blocks = asked(timed, active, wire)
    (n,) = message["active"]["bins"]
    assert message["active"]["ranges"] == (active != "hist_money")
    assert n == (10 if active != "hist_money" else n)
    for lo, hi in ((0, 1), (2, 5), (1, n), (n - 1, n), (0, n)):
        brush(timed, active, lo, hi)
        for other in {"months", "amounts", "hist_money"} - {active}:
            shown = timed._rows[other]["sel"]
            np.testing.assert_allclose(
                bins_of(message, blocks, other, lo, hi), shown, rtol=1e-5, err_msg=other
            )
        assert bins_of(message, blocks, "", lo, hi)[0] == len(timed.ids)
        timed.selection.clear()
        timed.settle()


def test_without_a_brush_everybody_counts(timed: Timed, wire: Wire) -> None:
    _, blocks = asked(timed, "months", wire)
    assert list(blocks["hist_money"][-1]) == timed._rows["hist_money"]["n"]
    np.testing.assert_allclose(blocks["amounts"][-1], timed._rows["amounts"]["n"], rtol=1e-5)
    assert blocks[""][-1][0] == len(timed.data.ids)


def test_other_conditions_hold_while_a_brush_moves(timed: Timed, wire: Wire) -> None:
    timed.selection.set(city=["Oslo"])
    timed.settle()
    message, blocks = asked(timed, "months", wire)
    (before,) = [gesture.id for gesture in timed.selection.gestures]
    edges = timed._writer.drawn.drawing.views[0].dims[0].edges
    assert edges is not None
    brushed = {"view": "months", "intervals": {"time": [edges[3], edges[6]]}, "values": None}
    update(timed, {"selection": [{"id": before}, brushed]})
    timed.settle()
    assert bins_of(message, blocks, "", 3, 6)[0] == len(timed.ids)
    for other in ("amounts", "hist_money"):
        np.testing.assert_allclose(
            bins_of(message, blocks, other, 3, 6), timed._rows[other]["sel"], rtol=1e-5
        )


def test_too_many_ranges_wait_until_the_brush_rests(
    timed: Timed, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossfilter, "MOST_BYTES", 500)
    wire.clear()
    timed._inbox.send_cube("months")
    assert wire.data(timed, "custom") == []
