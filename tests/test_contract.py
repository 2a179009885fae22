"""What Python sends is what the front end expects: records, fields, and versions of Vega."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import get_args, get_type_hints

import altair as alt
import pytest

import crm_widgets as crm
from crm_widgets.charts import view
from crm_widgets.widgets.page.crossfilter import Crossfilter, can_be_active, cube

from .source import ROOT

CONTRACT = (ROOT / "js/src/contract.ts").read_text(encoding="utf-8")
ONLY_IN_PYTHON = {
    "chart", "rows", "extra", "title", "subtitle", "sentence", "counting", "waits",
}  # fmt: skip
ONLY_ON_THE_WIRE = {"spec", "hash", "datasets"}
"""A view's chart is sent as spec and hash, its rows and its words beside it."""


def interface(name: str) -> set[str]:
    body = re.search(rf"export interface {name} \{{(.*?)\n\}}", CONTRACT, re.DOTALL)
    assert body, f"contract.ts has no interface {name}"
    return set(re.findall(r"^  (\w+)\??:", body[1], re.MULTILINE))


def fields(record: type) -> set[str]:
    return {field.name for field in dataclasses.fields(record)}


@pytest.mark.parametrize(
    "record", [view.Dim, view.Series, view.Pick, view.Column, view.Option, view.Control, view.Chip]
)
def test_a_record_has_the_same_fields_on_both_sides(record: type) -> None:
    assert interface(record.__name__) == fields(record)


def test_controls_are_one_closed_set() -> None:
    kinds = get_type_hints(view.Control)["kind"]
    listed = re.search(r"interface Control \{.*?kind: ([^;]*);", CONTRACT, re.DOTALL)
    assert listed
    assert set(re.findall(r'"(\w+)"', listed[1])) == set(get_args(kinds))


def test_a_view_has_the_same_fields_on_both_sides() -> None:
    assert interface("View") - ONLY_ON_THE_WIRE == fields(view.View) - ONLY_IN_PYTHON
    assert interface("View") >= ONLY_ON_THE_WIRE
    assert interface("Words") == {"title", "subtitle", "sentence"}


def test_a_cube_has_the_same_fields_on_both_sides() -> None:
    w = crm.SegmentExplorer(crm.simulate(60, seed=1).transactions)
    drawn = w.settle().value
    assert drawn is not None
    assert drawn.scope.known is not None
    filtering = Crossfilter(drawn.scope, drawn.drawing.views, "")
    (active, *_) = [one for one in drawn.drawing.views if can_be_active(one)]
    made = cube(filtering, active, drawn.scope.known.table, drawn.drawing.tally)
    w.close()
    assert made is not None
    message = made[0]
    assert set(message) == interface("Cube") - {"buffer", "key"} | {"type"}
    assert all(set(block) == interface("Passive") for block in message["passive"])
    assert set(message["tally"]) == interface("Tally") == fields(view.Tally) - {"weights"}


def test_vega_is_the_one_that_altair_writes_for() -> None:
    package = json.loads((ROOT / "js/package.json").read_text(encoding="utf-8"))
    versions = package["dependencies"]
    assert versions["vega-lite"] == alt.VEGALITE_VERSION
    vega = tuple(int(number) for number in versions["vega"].split("."))
    assert vega >= (6, 4, 0)


def test_the_front_end_is_locked_to_those_versions() -> None:
    lock = json.loads((ROOT / "js/package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in lock[""]["dependencies"].items():
        assert lock[f"node_modules/{name}"]["version"] == version
    assert not [name for name, entry in lock.items() if "resolved" in entry]
