"""Figures, sentences and rows: structure once, contents in place, picks as those of a chart."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pandas as pd
import pytest

from crm_widgets.charts.view import Column, Figure, Figures, Listing, ListItem, Pick, Rows
from crm_widgets.widgets.page import view_payload

from ..conftest import Wire
from ..kinds import PICK, Kinds
from ..toy import log, update

KINDS = ["chart", "chart", "figures", "listing", "rows"]


@pytest.fixture
def kinds() -> Kinds:
    w = Kinds(log())
    w.settle()
    return w


def test_each_kind_says_what_it_is(kinds: Kinds) -> None:
    assert [view["kind"] for view in kinds._views] == KINDS
    assert kinds._views[2]["datasets"] == ["keys", "keys/line"]
    assert set(kinds._rows) == {"spread", "sizes", "keys", "keys/line", "remarks", "table"}
    assert kinds._words["remarks"]["title"] == "What is to be said"
    json.dumps(kinds.get_state(["_views", "_rows", "_words"]), allow_nan=False)


def test_contents_are_columns_beside_what_is_picked(kinds: Kinds) -> None:
    assert kinds._rows["keys"]["label"] == ["All", "Group 0", "Group 1", "Group 2"]
    assert kinds._rows["keys"]["segment"] == [None, 0, 1, 2]
    assert kinds._rows["keys"]["n"][0] is None
    assert kinds._rows["keys"]["n"][1:] == kinds._rows["remarks"]["n"]
    assert kinds._rows["keys/line"]["figure"] == [
        at for at, n in enumerate(kinds._rows["keys"]["n"]) for _ in range(n or 0)
    ]
    assert kinds._rows["remarks"]["severity"] == ["serious", "warning", "note"]
    (last,) = {type(value) for value in kinds._rows["table"]["last"]}
    assert last is int


def test_other_contents_send_no_structure_again(kinds: Kinds, wire: Wire) -> None:
    hashes = [view["hash"] for view in kinds._views]
    wire.clear()
    kinds.groups = 4
    kinds.selection.set(money=(100, 400))
    kinds.data = log(200, seed=3)
    kinds.settle()
    assert not any("_views" in message["state"] for message in wire.data(kinds))
    assert [view["hash"] for view in kinds._views] == hashes
    assert len(kinds._rows["remarks"]["text"]) == 4


@pytest.mark.parametrize("view", ["sizes", "keys", "remarks", "table"])
def test_a_pick_comes_in_as_that_of_a_chart(kinds: Kinds, view: str) -> None:
    update(kinds, {"selection": [{"view": view, "intervals": None, "values": {"segment": [1, 2]}}]})
    (clause,) = kinds.selection.clauses
    assert (clause.predicate.field, clause.predicate.values) == ("segment", (1, 2))
    (item,) = kinds._selected()
    assert (item["view"], item["values"]) == (view, {"segment": [1, 2]})
    customers = kinds.result.customers
    assert set(kinds.ids) == set(customers.index[customers["segment"].isin([1, 2])])


@pytest.mark.parametrize(
    "item",
    [
        {"view": "keys", "values": {"segment": [99]}},
        {"view": "keys", "values": {"money": [1]}},
        {"view": "table", "values": {"size": [3]}},
        {"view": "remarks", "intervals": {"segment": [0, 1]}},
        {"view": "keys/line", "values": {"segment": [1]}},
    ],
)
def test_a_pick_of_what_is_not_there_is_refused(kinds: Kinds, item: dict[str, Any]) -> None:
    update(kinds, {"selection": [{"intervals": None, "values": None} | item]})
    assert kinds.selection.clauses == ()


def test_only_charts_are_charts(kinds: Kinds) -> None:
    assert set(kinds.charts) == {"spread", "sizes"}


def test_a_page_of_its_own_has_them_all(kinds: Kinds, tmp_path: Any) -> None:
    page = kinds.to_html(tmp_path / "w.html").read_text(encoding="utf-8")
    state = json.loads(page.split('id="state">')[1].split("</script>")[0])
    assert [json.loads(view)["kind"] for view in state["_views"]] == KINDS
    assert state["_rows"].keys() == kinds._rows.keys()


@pytest.mark.parametrize(
    "view",
    [
        Figures("v", "t", (Figure("a", "1", picks={"city": "Oslo"}),), pick=PICK),
        Listing("v", "t", (ListItem("a", picks={"segment": 1}),)),
        Listing("v", "t", (ListItem("a"),), pick=(Pick("pick", "text", "segment"),)),
        Rows("v", "t", pd.DataFrame({"n": [1]}), (Column("n", "n"),), pick=PICK),
        Rows("v", "t", pd.DataFrame({"n": [1]}), (Column("m", "m"),)),
        Rows("v", "t", pd.DataFrame({"n": [1]}), (Column("n", "n"),), sort="m"),
    ],
)
def test_fields_that_a_view_does_not_have_are_said_to_the_author(view: Any) -> None:
    with pytest.raises(ValueError, match="view 'v'"):
        view_payload.rows(view)


def test_nothing_to_list_is_a_listing() -> None:
    empty = Listing("v", "t", (), pick=PICK)
    assert view_payload.rows(empty) == {"v": {"text": [], "n": [], "severity": [], "segment": []}}
    assert view_payload.structure(empty)["kind"] == "listing"


def test_the_hash_tells_kinds_apart_and_nothing_else() -> None:
    one, other = Figures("v", "t", ()), Listing("v", "t", (), span=12)
    assert view_payload.structure(one)["hash"] != view_payload.structure(other)["hash"]
    same = dataclasses.replace(one, title="other", figures=(Figure("a", "1"),))
    assert view_payload.structure(one) == view_payload.structure(same)
