"""A selection is written to a file and read again; a file that is anything else is refused."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import crm_widgets as crm
from crm_widgets.data.vocabulary.clauses import Box, Clause, Group, Interval, Values
from crm_widgets.errors import InputError

from ..toy import Toy, log

DAY = dt.date(1998, 7, 1)
CLAUSES = [
    Clause(Interval("amount", 20.5, 50)),
    Clause(Interval("amount", -math.inf, 50, closed=True), table="abc"),
    Clause(Interval("recency_days", 0.1 + 0.2, math.inf), "derived", as_of=DAY),
    Clause(Interval("date", 883612800000.0, 915148800000.123)),
    Clause(Values("city", ("O'Hare", "", "中文", "<img src=x>", None))),
    Clause(Values("flag", (True, 1, 1.0, False, 0, -(2**60), 1e-300, math.inf))),
    Clause(
        Values(
            "odd",
            (
                pd.Timestamp("2020-01-01 12:00:00.000000001"),
                pd.Timestamp("2020-01-01", tz="Asia/Shanghai"),
                dt.date(2020, 1, 1), decimal.Decimal("1.10"), ("a", 1, (None, 2.5)),
            ),
        )
    ),
    Clause(Values("segment", (2, 0)), "model", model="f00d"),
    Clause(Box(Interval("pc1", -1, 2), Interval("pc2", -math.inf, 0, True)), "model", model="f00d"),
    Clause(Group("VIP", frozenset({"c01", "c02"}), ("r_score",)), "derived", as_of=DAY),
    Clause(Group("ids", frozenset({1, 2, 3}))),
]  # fmt: skip


def kinds(value: Any) -> Any:
    """A value with its type, so that 1, 1.0 and True differ."""
    return [kinds(one) for one in value] if isinstance(value, tuple) else (type(value), value)


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: type(clause.predicate).__name__)
def test_a_clause_is_read_as_it_was_written(clause: Clause, tmp_path: Path) -> None:
    path = crm.Selection(clause).save(tmp_path / "s.json")
    (read,) = crm.Selection.load(path).clauses
    assert read == clause
    if isinstance(clause.predicate, Values):
        assert isinstance(read.predicate, Values)
        assert kinds(read.predicate.values) == kinds(clause.predicate.values)


def test_a_selection_is_read_with_its_gestures_and_groups(tmp_path: Path) -> None:
    selection = crm.Selection(*CLAUSES)
    selection.replace("w/grid", Clause(Values("r", (5,))), Clause(Values("f", (4, 5))))
    selection.keep(Clause(Group("kept", frozenset({"c03"}))))
    read = crm.Selection.load(selection.save(tmp_path / "s.json"))
    assert [len(gesture.clauses) for gesture in read.gestures][-1] == 2
    assert not any(gesture.source for gesture in read.gestures)
    assert read.groups.keys() == {"VIP", "ids", "kept"}
    assert read.named["VIP"] == CLAUSES[9]
    assert not read.can_undo
    again = read.save(tmp_path / "again.json")
    assert again.read_text() == (tmp_path / "s.json").read_text()


def test_the_file_holds_conditions_and_ids_of_named_groups_only(tmp_path: Path) -> None:
    w = Toy(log())
    w.selection.set(money=(100, 400), city=["Oslo"])
    text = w.selection.save(tmp_path / "s.json").read_text()
    assert not [customer for customer in w.data.ids if customer in text]
    w.selection.save_as("some")
    assert all(customer in w.selection.save(tmp_path / "s.json").read_text() for customer in w.ids)
    w.selection.forget("some")
    assert w.selection.save(tmp_path / "s.json").read_text() == text


def test_a_loaded_selection_selects_the_same(tmp_path: Path) -> None:
    w = Toy(log())
    w.selection.set(money=(100, 800), city=["Oslo", "O'Hare"], segment=[1, 2])
    path = w.selection.save(tmp_path / "s.json")
    again = Toy(log(), selection=crm.Selection.load(path))
    pd.testing.assert_frame_equal(again.selected, w.selected)
    assert again.describe() == w.describe()
    assert again._head["message"] == ""


def test_what_no_file_can_hold_is_said_and_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text("kept")
    with pytest.raises(InputError, match="value object"):
        crm.Selection(Clause(Values("odd", (object(),)))).save(path)
    assert path.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [path]


def record(**changes: Any) -> dict[str, Any]:
    return {
        "format": "crm_widgets selection",
        "version": 1,
        "conditions": [],
        "groups": [],
    } | changes


def clause(**changes: Any) -> dict[str, Any]:
    plain = {
        "space": "column", "as_of": None, "model": None, "table": "", "kind": "interval",
        "field": "x", "lo": 0, "hi": 1, "closed": False,
    }  # fmt: skip
    return plain | changes


def values(*some: Any) -> dict[str, Any]:
    plain = {name: clause()[name] for name in ("space", "as_of", "model", "table", "field")}
    return plain | {"kind": "values", "values": list(some)}


def group(**changes: Any) -> dict[str, Any]:
    plain = {name: clause()[name] for name in ("space", "as_of", "model", "table")}
    return plain | {"kind": "group", "name": "g", "customers": ["a"], "fields": []} | changes


def box(**changes: Any) -> dict[str, Any]:
    plain = {name: clause()[name] for name in ("space", "as_of", "model", "table")}
    edges = {name: clause()[name] for name in ("kind", "field", "lo", "hi", "closed")}
    return plain | {"kind": "box", "x": edges, "y": edges} | changes


def within(*clauses: Any) -> dict[str, Any]:
    return record(conditions=[list(clauses)])


def nested(deep: int) -> Any:
    value: Any = 1
    for _ in range(deep):
        value = {"tuple": [value]}
    return value


HOSTILE: list[tuple[str, Any]] = [
    ("file", []), ("file", {}), ("file", None), ("file", record(more=1)),
    ("file.version", record(version=2)), ("file.version", record(version=True)),
    ("file.version", record(version=1.0)), ("file.format", record(format="pickle")),
    ("file.conditions", record(conditions={})), ("file.conditions[0]", record(conditions=[[]])),
    ("file.conditions[0]", record(conditions=[clause()])),
    ("file.conditions", record(conditions=[[clause()]] * 1_001)),
    ("conditions[0][0]", within("x")), ("conditions[0][0]", within(clause(kind="eval"))),
    ("conditions[0][0]", within(clause(kind=["interval"]))),
    ("conditions[0][0]", within(clause(source="w/x"))),
    ("conditions[0][0].space", within(clause(space="rows"))),
    ("conditions[0][0].space", within(clause(space=["column"]))),
    ("conditions[0][0].as_of", within(clause(as_of="yesterday"))),
    ("conditions[0][0].as_of", within(clause(as_of="2020-02-30"))),
    ("conditions[0][0].as_of", within(clause(as_of=20200101))),
    ("conditions[0][0].model", within(clause(model=5))),
    ("conditions[0][0].table", within(clause(table=None))),
    ("conditions[0][0].field", within(clause(field=5))),
    ("conditions[0][0].field", within(clause(field="x" * 10_001))),
    ("conditions[0][0].field", within(clause(field="\ud800"))),
    ("conditions[0][0].lo", within(clause(lo=True))),
    ("conditions[0][0].lo", within(clause(lo="0"))),
    ("conditions[0][0].lo", within(clause(lo=10**400))),
    ("conditions[0][0]", within(clause(lo=2))),
    ("conditions[0][0].closed", within(clause(closed=1))),
    ("conditions[0][0].values", within(values() | {"values": "abc"})),
    ("conditions[0][0].values[1]", within(values(1, [2]))),
    ("conditions[0][0].values[0]", within(values({"eval": "1"}))),
    ("conditions[0][0].values[0]", within(values({"timestamp": "now"}))),
    ("conditions[0][0].values[0]", within(values({"timestamp": "2020-99-99"}))),
    ("conditions[0][0].values[0]", within(values({"timestamp": 5}))),
    ("conditions[0][0].values[0]", within(values({"date": "2020-1-1"}))),
    ("conditions[0][0].values[0]", within(values({"decimal": "1; drop"}))),
    ("conditions[0][0].values[0]", within(values({"float": "1e5"}))),
    ("conditions[0][0].values[0]", within(values(nested(5)))),
    ("conditions[0][0].values[0]", within(values(2**64))),
    ("conditions[0][0].x", within(box(x=None))),
    ("conditions[0][0].y", within(box(y={}))),
    ("groups[0]", record(groups=[clause()])),
    ("groups[0].name", record(groups=[group(name=" ")])),
    ("groups[0].customers", record(groups=[group(customers={"a": 1})])),
    ("groups[0].customers[0]", record(groups=[group(customers=[{"tuple": [{}]}])])),
    ("groups[0].fields[0]", record(groups=[group(fields=[1])])),
]  # fmt: skip


@pytest.mark.parametrize(("place", "content"), HOSTILE, ids=[f"{i}" for i in range(len(HOSTILE))])
def test_a_file_that_says_anything_else_is_refused_at_its_place(
    place: str, content: Any, tmp_path: Path
) -> None:
    path = tmp_path / "s.json"
    path.write_text(json.dumps(content))
    with pytest.raises(InputError) as caught:
        crm.Selection.load(path)
    assert f": {place}" in str(caught.value) or f"file.{place}" in str(caught.value)
    assert len(str(caught.value)) < 400 + len(str(path))


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[" * 1_000_000, b'{"a": NaN}', b"9" * 10_000, b"\x80\x04pickle"],
    ids=["empty", "cut", "no text", "brackets", "NaN", "digits", "pickle"],
)
def test_a_file_that_is_no_json_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match="JSON text"):
        crm.Selection.load(path)


def test_a_file_without_end_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    with path.open("wb") as file:
        file.truncate(2**29)
    with pytest.raises(InputError, match="at most"):
        crm.Selection.load(path)


def test_conditions_are_taken_up_by_name_in_another_table_and_that_is_said(
    tmp_path: Path,
) -> None:
    w = Toy(log())
    w.selection.set(city=["Oslo"])
    path = w.selection.save(tmp_path / "s.json")
    other = log(seed=3).assign(channel="web")
    later = Toy(other, selection=crm.Selection.load(path))
    pd.testing.assert_frame_equal(later.selected, other[other["city"] == "Oslo"])
    assert later._head["message"] == (
        "From another table, day or model, and matched by name: city: Oslo."
    )
    assert not later.selection.can_undo


def test_segments_of_rfm_are_taken_up_by_name_and_those_of_a_model_are_told(tmp_path: Path) -> None:
    first, second = (crm.simulate(300, seed=seed).transactions for seed in (1, 2))
    w = crm.SegmentExplorer(first)
    w.selection.set(segment=["champions"], recency_days=(0, 100))
    path = w.selection.save(tmp_path / "rfm.json")
    later = crm.SegmentExplorer(second, selection=crm.Selection.load(path))
    customers = later.result.customers
    wanted = (customers["segment"] == "champions") & (customers["recency_days"] < 100)
    assert set(later.ids) == set(customers.index[wanted])
    assert "matched by name" in later._head["message"]

    w.method, w.k = "kmeans", 3
    w.selection.set(segment=[0])
    path = w.selection.save(tmp_path / "model.json")
    later = crm.SegmentExplorer(second, method="kmeans", k=3, selection=crm.Selection.load(path))
    later.settle()
    assert "cannot be checked" in later._head["message"]
    assert later._head["status"] == "ready"
    with pytest.raises(InputError, match="no longer exists"):
        _ = later.ids
    same = crm.SegmentExplorer(first, method="kmeans", k=3, selection=crm.Selection.load(path))
    assert set(same.ids) == set(w.ids)
    assert same._head["message"] == ""


def test_a_condition_waits_for_the_widget_that_can_answer(tmp_path: Path) -> None:
    first = crm.simulate(300, seed=1).transactions
    w = crm.SegmentExplorer(first, method="kmeans", k=3)
    w.selection.set(segment=[0])
    shared = crm.Selection.load(w.selection.save(tmp_path / "model.json"))
    heatmap = crm.CorrelationHeatmap(first, selection=shared)
    heatmap.settle()
    assert "cannot be checked" in heatmap._head["message"]
    explorer = crm.SegmentExplorer(first, method="kmeans", k=3, selection=shared)
    explorer.settle(), heatmap.settle()
    assert heatmap._head["message"] == ""
    assert set(heatmap.ids) == set(explorer.ids) == set(w.ids)
