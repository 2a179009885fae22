"""Bars of periods: on a UTC axis, in the order in which they are counted, the last one marked."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets import text
from crm_widgets.charts.canvas import Canvas
from crm_widgets.charts.forms.timeline import Layer, counted_by_period, timeline
from crm_widgets.charts.view import Chart
from crm_widgets.data.in_memory.table import ArrayTable
from crm_widgets.data.vocabulary.periods import Periods, periods_between
from crm_widgets.data.vocabulary.table import Levels
from crm_widgets.widgets.page import view_payload

YEAR = periods_between(dt.date(2010, 12, 1), dt.date(2011, 12, 9), "month")
WHOLE = periods_between(dt.date(2011, 1, 1), dt.date(2011, 12, 31), "month")


@pytest.fixture
def canvas() -> Canvas:
    return Canvas(table=ArrayTable({"n": [1]}, customer=None), money_unit="£")


def drawn(canvas: Canvas, periods: Periods, layers: int = 1, **more: Any) -> Chart:
    numbers = np.arange(periods.n, dtype=float)
    parts = [Layer(f"part {at}", numbers + at, numbers / 2, at) for at in range(layers)]
    named = {"what": "Orders", "title": "Orders"} | more
    return timeline(canvas, "when", periods, parts, **named)


def axis_of(view: Chart) -> dict[str, Any]:
    x: dict[str, Any] = view_payload.spec(view)["layer"][0]["encoding"]["x"]
    return x


def test_time_is_utc_and_ends_with_the_periods(canvas: Canvas) -> None:
    view = drawn(canvas, YEAR)
    x = axis_of(view)
    assert x["type"] == "temporal"
    assert x["scale"] == {"type": "utc", "domain": [YEAR.edges[0], YEAR.edges[-1]], "nice": False}
    assert "utcFormat" in x["axis"]["labelExpr"]
    assert [str(zone) for zone in {view.rows["t0"].dt.tz, view.rows["t1"].dt.tz}] == ["UTC"]
    sent = view_payload.rows(view)["when"]
    assert tuple(sent["t0"]) == view.dims[0].edges[:-1]  # type: ignore[index]
    assert view.dims[0].time


def test_the_last_period_is_marked_and_said_while_it_is_not_over(canvas: Canvas) -> None:
    view = drawn(canvas, YEAR, layers=2)
    assert view.rows["part"].tolist() == [False] * 24 + [True, True]
    assert view.subtitle.endswith("; 2011-12 is dashed: data until 9 December 2011")
    assert view.sentence.endswith("; 2011-12 is dashed: data until 9 December 2011")
    assert view.rows["range"].iloc[-1] == "2011-12, until 9 December 2011"
    dashed = [layer["mark"] for layer in view_payload.spec(view)["layer"]]
    assert sum("strokeDash" in mark for mark in dashed) == 1
    over = drawn(canvas, WHOLE)
    assert not over.rows["part"].any()
    assert "dashed" not in over.subtitle + over.sentence


def test_rows_are_in_the_order_in_which_they_are_counted(canvas: Canvas) -> None:
    levels = Levels("city", ("Oslo", "Rome"))
    counting = counted_by_period(YEAR, levels=levels)
    view = drawn(canvas, YEAR, layers=2, counting=counting)
    assert counting.of == "rows"
    assert [dim.column for dim in counting.dims] == ["time", "city"]
    assert view.rows["name"].tolist()[:3] == ["part 0", "part 1", "part 0"]
    assert view.rows["t0"].is_monotonic_increasing
    assert len(view.rows) == YEAR.n * 2


def test_other_numbers_keep_the_drawing(canvas: Canvas) -> None:
    one, other = drawn(canvas, YEAR), drawn(canvas, YEAR, title="Other")
    assert one.chart is other.chart
    stacked, money = drawn(canvas, YEAR, layers=2), drawn(canvas, YEAR, money=True)
    hashes = [view_payload.structure(view)["hash"] for view in (one, other, stacked, money)]
    assert len(set(hashes)) == 3


@pytest.mark.parametrize(
    ("first", "last", "period", "ticks"),
    [
        ("2010-12-01", "2011-12-09", "month", ["2011-01", "2011-03", "2011-05"]),
        ("2011-01-01", "2011-12-09", "quarter", ["2011-01", "2011-04", "2011-07", "2011-10"]),
        ("2001-01-01", "2018-12-09", "year", ["2002-01", "2004-01", "2006-01"]),
        ("2011-03-09", "2011-03-09", "month", ["2011-03"]),
    ],
)
def test_ticks_stand_where_periods_begin(
    canvas: Canvas, first: str, last: str, period: Any, ticks: list[str]
) -> None:
    days = [dt.date.fromisoformat(day) for day in (first, last)]
    periods = periods_between(days[0], days[1], period)
    values = json.loads(axis_of(drawn(canvas, periods))["axis"]["values"]["expr"])
    months = [f"{pd.Timestamp(value, unit='ms'):%Y-%m}" for value in values]
    assert months[: len(ticks)] == ticks
    assert 1 <= len(values) <= 9
    assert set(values) <= set(periods.edges)


def test_weeks_begin_on_monday(canvas: Canvas) -> None:
    weeks = periods_between(dt.date(2011, 1, 1), dt.date(2011, 12, 9), "week")
    view = drawn(canvas, weeks)
    assert set(view.rows["t0"].dt.day_of_week) == {0}
    values = json.loads(axis_of(view)["axis"]["values"]["expr"])
    assert {pd.Timestamp(value, unit="ms").day_of_week for value in values} == {0}


def test_in_chinese(canvas: Canvas) -> None:
    text.set_locale("zh")
    view = drawn(canvas, YEAR)
    assert view.rows["range"].iloc[0] == "2010年12月"
    assert view.subtitle.startswith(
        "按月的 Orders：灰色为全体，彩色为选中；虚线表示 2011年12月尚未结束"
    )
    assert view.subtitle.endswith("，数据截至 2011年12月9日")
    assert "%Y年%-m月" in axis_of(view)["axis"]["labelExpr"]
