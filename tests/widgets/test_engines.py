"""The widgets on tables that stay in an engine: the same numbers, and rows of the engine."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import crm_widgets as crm
from crm_widgets.data.engine.source import LazySource
from crm_widgets.widgets.following.data_watcher import look_at_all

from ..engines import ENGINES, HOSTILE, ROLES, fetched, messy, opened

each = pytest.mark.parametrize("engine", ENGINES)
FRAME = messy(1200, seed=5)
KEYS = ["customer_id", "order_no", "revenue"]


@cache
def log(engine: str | None) -> crm.Transactions:
    table = FRAME if engine is None else opened(engine, FRAME)
    return crm.Transactions(table, **ROLES, order="order_no")


def keys(rows: pd.DataFrame) -> list[tuple[float, ...]]:
    return sorted(map(tuple, rows[KEYS].astype(float).fillna(-1).to_numpy().tolist()))


def select(w: Any, **conditions: Any) -> None:
    w.selection.set(**conditions)


@each
def test_the_explorer_shows_the_same_on_every_engine(engine: str) -> None:
    w, here = (crm.SegmentExplorer(log(one))
               for one in (engine, None))  # fmt: skip
    assert w.result.labels.tolist() == here.result.labels.tolist()
    champions = w.result.segments.index[0]
    for conditions in (
        {"segment": [champions]},
        {"amount": (20, 60)},
        {"channel": [HOSTILE], "frequency": (2, None)},
    ):
        for one in (w, here):
            one.selection.set(**conditions)
        assert w.ids.tolist() == here.ids.tolist()
        assert w.describe() == here.describe()
        assert keys(fetched(w.selected)) == keys(here.selected)
        assert isinstance(w.selected, type(log(engine).frame))
        names: dict[str, Any] = {"w": w, "pd": pd, "frame": log(engine).frame}
        exec(w.code, names)
        assert keys(fetched(names["selected"])) == keys(here.selected)
    assert w.status == "ready"
    assert any("rows stay in" in line for line in w._head["footer"])


@each
def test_the_comparator_shows_the_same_on_every_engine(engine: str) -> None:
    w, here = (crm.CohortComparator(log(one), period="quarter") for one in (engine, None))
    pd.testing.assert_frame_equal(w.result.cohorts.cells, here.result.cohorts.cells)
    assert [str(option) for option in w._bys()] == [str(option) for option in here._bys()]
    cohort = str(here.result.cohorts.labels[1])
    for one in (w, here):
        one.selection.set(cohort=[cohort], active_quarter_1=[True])
    assert w.ids.tolist() == here.ids.tolist()
    assert keys(fetched(w.selected)) == keys(here.selected)


@each
def test_the_heatmap_shows_the_same_on_every_engine(engine: str) -> None:
    w, here = (crm.CorrelationHeatmap(log(one)) for one in (engine, None))
    pd.testing.assert_frame_equal(w.result.pairs, here.result.pairs)


@each
def test_customers_in_an_engine_are_explored_and_correlated(engine: str) -> None:
    rng = np.random.default_rng(1)
    people = pd.DataFrame({"client_id": [f"c{i:03}" for i in range(300)]})
    people["age"] = rng.integers(18, 80, 300).astype(float)
    people["spend"] = people["age"] * 3 + rng.normal(0, 20, 300)
    people["plan"] = rng.choice(["basic", HOSTILE], 300)
    table = opened(engine, people)
    for make in (crm.SegmentExplorer, crm.CorrelationHeatmap):
        w, here = make(table), make(people)
        for one in (w, here):
            one.selection.set(plan=[HOSTILE], age=(30, 50))
        assert w.ids.tolist() == here.ids.tolist()
        found = fetched(w.selected).sort_values("client_id")
        assert found["client_id"].tolist() == here.selected["client_id"].tolist()


def test_widgets_of_an_engine_and_of_memory_share_a_selection() -> None:
    shared = crm.Selection()
    w = crm.SegmentExplorer(log("duckdb"), selection=shared)
    here = crm.CohortComparator(log(None), selection=shared, period="quarter")
    w.selection.set(segment=[w.result.segments.index[0]])
    assert w.ids.tolist() == here.ids.tolist()
    assert keys(fetched(w.selected)) == keys(here.selected)


def test_the_page_says_that_customers_were_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_widgets.data.engine.customers.MOST_CELLS", 1)
    rng = np.random.default_rng(0)
    people = pd.DataFrame({"client_id": range(3000), "x": rng.normal(size=3000)})
    people["y"] = people["x"] + rng.normal(size=3000)
    for make in (crm.SegmentExplorer, crm.CorrelationHeatmap):
        w = make(opened("duckdb", people))
        w.settle()
        said = (
            "1,000 of 3,000 customers were drawn at random; "
            "unless stated otherwise, all results are of these."
        )
        assert said in w._head["footer"]
        w.selection.set(x=(0, None))
        assert len(fetched(w.selected)) == (people["x"] >= 0).sum()  # told there, of all


def test_the_page_says_which_coefficients_are_those_of_all_customers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crm_widgets.data.engine.customers.MOST_CELLS", 1)
    rng = np.random.default_rng(0)
    people = pd.DataFrame({"client_id": range(3000), "x": rng.normal(size=3000)})
    people["y"] = people["x"] + rng.normal(size=3000)
    people["member"] = people["x"] > 0.5
    w = crm.CorrelationHeatmap(opened("duckdb", people), columns=["x", "y"])
    told = "Pearson's r was computed on all 3,000 customers, in DuckDB."
    w.settle()
    assert w.result.pairs["n"].tolist() == [1000]  # Spearman
    assert told not in w._head["footer"]
    w.method = "pearson"
    w.settle()
    assert w.result.pairs["n"].tolist() == [3000]
    expected = np.corrcoef(people["x"], people["y"])[0, 1]
    assert w.result.pairs["value"].item() == pytest.approx(expected, rel=1e-12)
    assert told in w._head["footer"]
    w.compare = "member"  # groups are of those in memory
    w.settle()
    assert w.result.pairs["n_a"].item() < 1000
    assert told not in w._head["footer"]
    w.compare = None
    w.selection.set(x=(0, None))
    w.settle()
    assert w.result.pairs["n"].item() < 1000
    assert told not in w._head["footer"]


def test_a_selection_is_applied_to_a_table_of_another_engine() -> None:
    w = crm.SegmentExplorer(log("duckdb"))
    w.selection.set(segment=[w.result.segments.index[0]], amount=(10, None))
    found = fetched(w.selection.apply(log("polars")))
    assert keys(found) == keys(fetched(w.selected)) == keys(w.selection.apply(log(None)))


def test_findings_are_confirmed_on_customers_held_out_of_an_engine() -> None:
    w, here = (crm.SegmentExplorer(log(one), holdout=0.5) for one in ("duckdb", None))
    for one in (w, here):
        one.selection.set(segment=[here.result.segments.index[0]])
    assert w.ids.tolist() == here.ids.tolist()
    assert keys(fetched(w.selected)) == keys(here.selected)
    pd.testing.assert_frame_equal(w.confirm().features, here.confirm().features)


def test_a_cell_asks_nothing_of_an_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    w = crm.SegmentExplorer(log("duckdb"))
    w.settle()
    w._table_binding.expected = True
    asked: list[object] = []
    monkeypatch.setattr(LazySource, "collect", lambda *given: asked.append(given))
    look_at_all([w._table_binding.watcher])
    assert asked == []
    assert w.status == "ready"


def test_a_table_is_asked_again_by_refresh() -> None:
    import duckdb

    connection = duckdb.connect()
    connection.register("given", FRAME)
    connection.execute("create table orders as select * from given")
    w = crm.SegmentExplorer(connection.table("orders"), *ROLES.values())
    before = len(w.result.customers)
    extra = FRAME[["customer_id"]].dropna().head(1)["customer_id"].iloc[0]
    connection.execute(f"delete from orders where customer_id = {extra}")
    look_at_all([w._table_binding.watcher])
    assert len(w.result.customers) == before
    w.refresh()
    assert len(w.result.customers) == before - 1


def test_another_table_under_a_name_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"orders": opened("polars", FRAME)}
    monkeypatch.setattr("crm_widgets.widgets.following.live_tables._variables", lambda: variables)
    w = crm.SegmentExplorer(crm.live("orders"), *ROLES.values())
    before = len(w.result.customers)
    w._table_binding.expected = True
    variables["orders"] = opened("polars", FRAME[FRAME["customer_id"] < 40])
    look_at_all([w._table_binding.watcher])
    assert len(w.result.customers) < before


def test_values_of_a_selection_never_become_a_query() -> None:
    w = crm.SegmentExplorer(log("duckdb"))
    for value in (HOSTILE, "' or '1'='1", '"; --', "\\", "x" * 10_000, "{x}", "%s", "$1"):
        w.selection.set(channel=[value])
        expected = int((FRAME["channel"] == value).sum()) > 0
        assert (len(w.ids) > 0) == expected
        assert (len(fetched(w.selected)) > 0) == expected


def test_a_widget_with_a_connection_of_its_own_and_a_cell_ask_at_once() -> None:
    """One connection answers one call: DuckDB refuses the cell's while the widget asks."""
    import duckdb

    connection = duckdb.connect()
    connection.register("given", FRAME)
    connection.execute("create table orders as select * from given")
    w = crm.SegmentExplorer(connection.cursor().table("orders"), *ROLES.values())
    for turn in range(20):
        w.selection.set(amount=(turn, turn + 20))
        assert connection.execute("select count(*) from orders").fetchall() == [(len(FRAME),)]
    assert w.ids.size
    assert w.status == "ready"


def test_an_open_result_on_the_connection_is_named_with_its_cure() -> None:
    import duckdb

    connection = duckdb.connect()
    connection.register("given", FRAME)
    connection.execute("create table orders as select * from given")
    w = crm.SegmentExplorer(connection.table("orders"), *ROLES.values())
    w.settle()
    left = connection.execute("select * from orders")
    left.fetchone()
    w.selection.set(amount=(20, 30))
    with pytest.raises(crm.InputError, match=r"not fetched completely.*fetchall"):
        _ = w.ids
    assert w.status == "error"
    left.fetchall()
    w.selection.set(amount=(20, 31))
    assert w.ids.size
