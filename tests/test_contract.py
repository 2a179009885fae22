"""What Python sends is what the front end expects: records, fields, and versions of Vega."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import get_args, get_type_hints

import altair as alt
import pytest

import crm_widgets as crm
from crm_widgets.charts import controls, view
from crm_widgets.widgets.page.crossfilter import can_be_active, crossfilter, cube

from .source import ROOT

CONTRACT = "".join(
    (ROOT / "js/src" / name).read_text(encoding="utf-8")
    for name in ("contract.ts", "view_records.ts")
)
ONLY_IN_PYTHON = {
    "chart", "rows", "figures", "items", "extra", "title", "subtitle", "sentence", "counting",
    "waits", "means",
}  # fmt: skip
ONLY_ON_THE_WIRE = {"kind", "spec", "hash", "datasets"}
"""A view's chart is sent as spec and hash, its contents and its words beside it."""


def interface(name: str) -> set[str]:
    body = re.search(rf"export interface {name} \{{(.*?)\n\}}", CONTRACT, re.DOTALL)
    assert body, f"contract.ts has no interface {name}"
    return set(re.findall(r"^  (\w+)\??:", body[1], re.MULTILINE))


def listed(name: str, field: str) -> set[str]:
    """The texts that a field of an interface may be."""
    found = re.search(rf"interface {name} \{{[^}}]*?\b{field}: ([^;]*);", CONTRACT, re.DOTALL)
    assert found, f"{name} has no {field}"
    return set(re.findall(r'"(\w+)"', found[1]))


def fields(record: type) -> set[str]:
    return {field.name for field in dataclasses.fields(record)}


@pytest.mark.parametrize(
    "record",
    [
        view.Dim,
        view.Series,
        view.Pick,
        view.Column,
        controls.Option,
        controls.Control,
        controls.Chip,
    ],
)
def test_a_record_has_the_same_fields_on_both_sides(record: type) -> None:
    assert interface(record.__name__) == fields(record)


def test_controls_are_one_closed_set() -> None:
    assert listed("Control", "kind") == set(get_args(get_type_hints(controls.Control)["kind"]))


@pytest.mark.parametrize("record", get_args(view.View))
def test_a_view_has_the_same_fields_on_both_sides(record: type) -> None:
    here, there = fields(record), interface(record.__name__)
    assert there - ONLY_ON_THE_WIRE == here - ONLY_IN_PYTHON
    assert there >= {"kind", "hash", "datasets"}
    assert ("spec" in there) == (record is view.Chart)
    assert here >= interface("Words") == {"title", "subtitle", "sentence"}


@pytest.mark.parametrize("record", [view.Figure, view.ListItem])
def test_contents_have_the_same_fields_on_both_sides(record: type) -> None:
    assert interface(record.__name__) == fields(record) - {"picks", "line"}


@pytest.mark.parametrize(("record", "name"), [(view.Figure, "sense"), (view.ListItem, "severity")])
def test_what_is_said_of_contents_is_one_closed_set(record: type, name: str) -> None:
    assert listed(record.__name__, name) == set(get_args(get_type_hints(record)[name]))


def test_views_are_one_closed_set() -> None:
    union = re.search(r"export type View = ([^;]*);", CONTRACT)
    assert union
    assert set(union[1].split(" | ")) == {record.__name__ for record in get_args(view.View)}
    for record in get_args(view.View):
        assert listed(record.__name__, "kind") == {record.__name__.lower()}


def test_a_cube_has_the_same_fields_on_both_sides() -> None:
    w = crm.SegmentExplorer(crm.simulate(60, seed=1).transactions)
    drawn = w.settle().value
    assert drawn is not None
    assert drawn.scope.known is not None
    filtering = crossfilter(drawn.scope, drawn.drawing.views)
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
