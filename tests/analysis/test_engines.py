"""Analyses of a log in an engine give the numbers that the same log gives in memory."""

from __future__ import annotations

import datetime as dt
from dataclasses import astuple
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets import Customers, Transactions
from crm_widgets.analysis import build_cohorts, find_segments
from crm_widgets.analysis.cohorts.compare import compare_cohorts
from crm_widgets.analysis.cohorts.survival import survival
from crm_widgets.analysis.correlation.correlate import correlate
from crm_widgets.analysis.rfm.rfm import rfm
from crm_widgets.data.datasets import cdnow
from crm_widgets.data.holdout import hold_out
from crm_widgets.data.vocabulary.clauses import Clause, Group, Interval, Values
from crm_widgets.errors import AnalysisError, InputError

from ..engines import ENGINES, HOSTILE, ROLES, fetched, messy, opened

each = pytest.mark.parametrize("engine", ENGINES)
FRAME = messy(1500, seed=3)


@cache
def both(engine: str, returns: Any = "net", order: str | None = "order_no") -> Any:
    asked = ROLES | {"order": order, "returns": returns}
    frame = FRAME if order else FRAME.drop(columns="order_no")
    return Transactions(opened(engine, frame), **asked), Transactions(frame, **asked)


def told(notes: Any) -> list[tuple[Any, ...]]:
    return [(note.key, note.n, dict(note.values)) for note in notes]


def equal(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, check_exact=False, rtol=1e-9)


def _numbers(record: Any) -> list[float]:
    return [value for value in astuple(record) if isinstance(value, int | float)]


@each
def test_rfm_agrees(engine: str) -> None:
    lazy, here = both(engine)
    for as_of in (None, "2022-09-01"):
        found, expected = rfm(lazy, as_of=as_of), rfm(here, as_of=as_of)
        equal(found.customers, expected.customers)
        equal(found.segments, expected.segments)
        assert found.as_of == expected.as_of
        assert told(found.notes) == told(expected.notes)


@each
def test_segments_agree(engine: str) -> None:
    lazy, here = both(engine)
    for method in ("rfm", "kmeans", "channel"):
        found, expected = (find_segments(data, method=method) for data in (lazy, here))
        assert found.labels.tolist() == expected.labels.tolist()
        equal(found.segments, expected.segments)
        assert told(found.notes) == told(expected.notes)


@each
def test_cohorts_agree(engine: str) -> None:
    lazy, here = both(engine)
    for asked in (
        {"period": "month"},
        {"period": "quarter", "measure": "revenue"},
        {"period": "month", "measure": "cumulative_revenue", "windows": "rolling"},
        {"period": "month", "measure": "orders_per_active"},
        {"period": "month", "by": "channel"},
    ):
        found, expected = (build_cohorts(d, **asked) for d in (lazy, here))  # type: ignore[arg-type]
        equal(found.cells, expected.cells)
        equal(found.sizes, expected.sizes)
        assert told(found.notes) == told(expected.notes)


@pytest.mark.parametrize("returns", ["net", "gross", "drop"])
@pytest.mark.parametrize("order", ["order_no", None])
def test_returns_and_orders_count_alike(returns: str, order: str | None) -> None:
    lazy, here = both("duckdb", returns, order)
    equal(rfm(lazy).customers, rfm(here).customers)
    for measure in ("order_value", "revenue_per_customer", "unbounded_retention"):
        found, expected = (
            build_cohorts(data, period="month", measure=measure)  # type: ignore[arg-type]
            for data in (lazy, here)
        )
        equal(found.cells, expected.cells)


def test_a_share_of_customers_at_a_time_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_widgets.data.engine.log.ROWS_AT_ONCE", 120)
    texts = FRAME.assign(customer_id="c" + FRAME["customer_id"].astype(str))
    for frame in (FRAME, texts):
        lazy, here = (
            Transactions(data, **ROLES, order="order_no")
            for data in (opened("polars", frame), frame)
        )
        equal(rfm(lazy).customers, rfm(here).customers)
        found, expected = (build_cohorts(data, by="channel") for data in (lazy, here))
        equal(found.cells, expected.cells)


def test_comparisons_and_survival_agree() -> None:
    lazy, here = both("duckdb")
    made = [build_cohorts(data, period="quarter", complete_history=True) for data in (lazy, here)]
    a, b = made[1].labels[:2]
    found, expected = (compare_cohorts(cohorts, a, b, min_cell=1) for cohorts in made)
    equal(found.windows, expected.windows)
    for part in ("worth", "stay"):
        numbers, known = (_numbers(getattr(one, part)) for one in (found, expected))
        np.testing.assert_allclose(numbers, known)
    one, two = (survival(data, groups="channel") for data in (lazy, here))
    equal(one.curves, two.curves)
    assert one.silence_days == two.silence_days


def test_conditions_on_rows_choose_the_same_customers() -> None:
    lazy, here = both("duckdb")
    where = [
        Clause(Interval("amount", 20.0, 60.0)),
        Clause(Values("channel", (HOSTILE,))),
        Clause(Group("some", frozenset(range(40))), "derived", as_of=dt.date(2022, 5, 1)),
    ]
    found, expected = (build_cohorts(data, period="month", where=where) for data in (lazy, here))
    equal(found.cells, expected.cells)
    assert found.made == expected.made
    assert found.made.behaviour


def test_a_fact_of_every_row_of_a_customer_is_no_behaviour() -> None:
    frame = FRAME.assign(plan=np.where(FRAME["customer_id"] % 2 == 0, "even", "odd"))
    lazy, here = (Transactions(data, **ROLES) for data in (opened("duckdb", frame), frame))
    where = [Clause(Values("plan", ("odd",)))]
    found, expected = (build_cohorts(data, period="month", where=where) for data in (lazy, here))
    assert not found.made.behaviour
    assert not expected.made.behaviour


def test_cdnow_in_an_engine_has_its_published_retention() -> None:
    log = Transactions(opened("duckdb", cdnow()))
    cells = build_cohorts(log, period="month", complete_history=True).cells
    first = cells.query("age == 1").set_index("cohort")["active"]
    assert first.to_dict() == {"1997-01": 1157, "1997-02": 1312, "1997-03": 1032}
    assert int(rfm(log).customers["frequency"].gt(0).sum()) == 23_570


@each
def test_half_of_the_customers_can_be_held_out(engine: str) -> None:
    lazy, here = (hold_out(data, 0.5) for data in both(engine))
    for one, two in ((lazy, here), (lazy.holdout, here.holdout)):
        assert one.ids.tolist() == two.ids.tolist()
        assert one.table.n == two.table.n
        equal(rfm(one).customers, rfm(two).customers)
        equal(build_cohorts(one).cells, build_cohorts(two).cells)
    assert lazy.notes[-1] == here.notes[-1]
    rows = fetched(lazy.rows_of(here.ids.append(here.holdout.ids)))
    assert set(rows["customer_id"]) == set(here.ids)


def test_nobody_and_no_amounts_are_said() -> None:
    lazy, _ = both("duckdb")
    with pytest.raises(AnalysisError) as found:
        rfm(lazy, as_of="2001-01-01")
    assert found.value.key == "no_purchases"
    poor = FRAME[["customer_id", "order_date"]]
    log = Transactions(opened("duckdb", poor))
    with pytest.raises(InputError):
        rfm(log)
    equal(build_cohorts(log).cells, build_cohorts(Transactions(poor)).cells)


def test_a_column_of_many_values_makes_no_cohorts() -> None:
    lazy, _ = both("duckdb")
    with pytest.raises(InputError) as found:
        build_cohorts(lazy, by="order_no")
    assert found.value.key == "too_many_cohorts"


@each
def test_correlations_of_customers_agree(engine: str) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"client_id": range(200), "x": rng.normal(size=200)})
    frame["y"] = frame["x"] + rng.normal(size=200)
    frame["plan"] = rng.choice(["a", "b", HOSTILE], 200)
    frame.loc[::9, "y"] = np.nan
    found, expected = correlate(Customers(opened(engine, frame))), correlate(Customers(frame))
    equal(found.pairs, expected.pairs)


@each
@pytest.mark.parametrize("method", ["pearson", "auto"])
def test_coefficients_made_of_sums_are_those_of_all_customers(
    engine: str, method: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_widgets.data.engine.customers.MOST_CELLS", 1)
    frame = people(1300)
    found = correlate(Customers(opened(engine, frame)), method=method)
    expected = correlate(frame, method=method)
    same = found.pairs["method"].isin(["pearson", "ratio", "v"])
    same &= ~(found.pairs[["a", "b"]] == "since").any(axis=1)
    ours, theirs = found.pairs[same], expected.pairs[same]
    assert ours[["a", "b", "method", "n"]].equals(theirs[["a", "b", "method", "n"]])
    for name in ("value", "p"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-9)
    exact = ours["method"] == "v"
    for name in ("low", "high"):  # what varies is told from the customers drawn
        np.testing.assert_array_equal(ours[name][exact], theirs[name][exact])
        np.testing.assert_allclose(ours[name], theirs[name], atol=0.05)
    assert (found.pairs.loc[~same, "n"] <= 1000).all()
    said = {note.key: note for note in found.notes}
    assert said["sampled_customers"].n == 1000
    told = [key for key in said if key.startswith("whole_")]
    assert told == (
        ["whole_pearson", "whole_but"]
        if method == "pearson"
        else ["whole_ratio", "whole_v", "whole_but"]
    )
    assert said["whole_but"].values["columns"] == "since"


def people(n: int) -> pd.DataFrame:
    """Customers with columns of every kind, and gaps in them."""
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"client_id": range(n), "age": rng.integers(18, 80, n).astype(float)})
    frame["spend"] = 1e6 + frame["age"] * 3 + rng.normal(0, 40, n)
    frame["visits"] = rng.poisson(frame["age"] / 10)
    frame["member"] = rng.random(n) < frame["age"] / 100
    frame["since"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(
        rng.integers(0, 900, n), "D"
    ).astype("timedelta64[us]")
    frame["plan"] = rng.choice(["basic", HOSTILE, "max"], n)
    shop = np.where(rng.random(n) < 0.3, frame["plan"], rng.choice(["東", "west"], n))
    frame["shop"] = shop.astype(object)
    frame.loc[::9, "spend"] = np.nan
    frame.loc[::11, ["age", "plan"]] = None
    return frame


def test_a_condition_is_told_there_and_rows_are_those_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crm_widgets.data.engine.customers.MOST_CELLS", 1)
    frame = people(1300)
    data = Customers(opened("duckdb", frame))
    where = [Interval("age", 30, 50), Values("member", (True,))]
    found = correlate(data, method="pearson", where=where).pairs
    expected = correlate(Customers(frame), method="pearson", where=where).pairs
    told = ~(found[["a", "b"]] == "since").any(axis=1)
    np.testing.assert_allclose(found["value"][told], expected["value"][told], rtol=1e-9)
    some = correlate(data, method="pearson", rows=np.arange(1000) < 200)
    assert some.pairs["n"].max() <= 200
    listed = correlate(data, method="pearson", where=[Group("some", frozenset(data.ids[:200]))])
    for alone in (some, listed):
        assert not any(note.key.startswith("whole_") for note in alone.notes)
