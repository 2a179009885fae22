"""What happened when: bars of calendar periods on a UTC axis, single or stacked; brush to select.

A brush is of the rows of a log: it selects who has a row in it. `counted_by_period` says how the
kernel counts the rows, so that the page can show it while a brush moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from ... import text
from ...data.vocabulary.periods import Period, Periods
from ...data.vocabulary.table import Edges, Levels
from .. import formats
from ..canvas import Canvas
from ..names import cohort_name
from ..theme import color_of
from ..view import Chart, Column, Counting, Dim, Series

HEIGHT = 180
"""Of the chart with its axes, in pixels."""
MOST_TICKS = 9
_STEPS: dict[Period, tuple[int, ...]] = {
    "week": (1, 2, 4, 8, 13, 26, 52), "month": (1, 2, 3, 6, 12, 24),
    "quarter": (1, 2, 4, 8), "year": (1, 2, 5, 10, 20, 50),
}  # fmt: skip
"""Periods from one tick to the next; a tick stands where the number of the period is a multiple."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A part of each bar: a number a period, of all and of what is selected.

    ``color`` is its place in the colours of groups, where there are several.
    """

    name: str
    everyone: npt.NDArray[np.float64]
    selected: npt.NDArray[np.float64]
    color: int = 0


def counted_by_period(
    periods: Periods, field: str = "time", weight: str | None = None, levels: Levels | None = None
) -> Counting:
    """Rows of the log (or the sum of ``weight``) in each period, and level, for a timeline."""
    time = Edges(field, periods.edges)
    return Counting((time,) if levels is None else (time, levels), (weight,), of="rows")


def timeline(
    canvas: Canvas,
    view_id: str,
    periods: Periods,
    layers: Sequence[Layer],
    *,
    what: str,
    title: str,
    field: str = "time",
    label: str = "",
    sentence: str = "",
    money: bool = False,
    counting: Counting | None = None,
    span: int = 12,
    height: int = HEIGHT,
) -> Chart:
    """Bars of what is selected over those of all; the last is dashed while its period is not over.

    Parameters
    ----------
    canvas
        Keeps the chart, and has the unit of money.
    view_id
        Of the view.
    periods
        Of the bars.
    layers
        One, or those that are stacked, the lowest first.
    what
        What is counted, for axis and table.
    title
        The finding.
    field, label
        The time that a brush selects, by its column in the log and in words.
    sentence
        For a screen reader; by default where most is.
    money
        Whether the numbers are amounts.
    counting
        How they are counted while a brush moves; ``None``: not.
    """
    rows = _rows(periods, layers)
    names = tuple((layer.name, layer.color) for layer in layers) if len(layers) > 1 else ()
    key = ("chart", view_id, periods, names, what, money, text.locale())
    number = ",.2f" if money else ",.3~r"
    unit = text.say(f"period.{periods.period}")
    named = label or text.say("timeline.time")
    stacked = (Column("name", text.say("timeline.layer")),) if names else ()
    subtitle = text.say("timeline.stacked" if names else "timeline.subtitle", what=what, unit=unit)
    return Chart(
        id=view_id,
        chart=canvas.cached(key, lambda: _chart(canvas, view_id, periods, names, what, money)),
        rows=rows,
        title=title,
        subtitle=subtitle + _unfinished(periods),
        sentence=sentence or _sentence(canvas, periods, layers, what, unit, money),
        dims=(Dim(field, named, ("t0", "t1"), periods.edges, time=True),),
        series=(Series("sel"),),
        param="brush",
        active_bins=periods.n,
        columns=(
            Column("range", unit), *stacked,
            Column("sel", text.say("col.selected"), number), Column("n", what, number),
        ),
        span=span,
        height=height,
        counting=counting,
    )  # fmt: skip


def _rows(periods: Periods, layers: Sequence[Layer]) -> pd.DataFrame:
    """A row a period and layer, in the order of their bins."""
    edges = pd.to_datetime(np.asarray(periods.edges), unit="ms", utc=True)
    n = len(layers)
    ranges = period_names(periods)
    if periods.is_unfinished:
        until = text.date(periods.until)
        ranges[-1] = text.say("timeline.until", period=ranges[-1], day=until)
    return pd.DataFrame(
        {
            "t0": np.repeat(edges[:-1], n),
            "t1": np.repeat(edges[1:], n),
            "range": np.repeat(ranges, n),
            "name": [layer.name for layer in layers] * periods.n,
            "n": np.column_stack([layer.everyone for layer in layers]).ravel(),
            "sel": np.column_stack([layer.selected for layer in layers]).ravel(),
            "part": np.arange(periods.n * n) >= (periods.n - periods.is_unfinished) * n,
        }
    )


def period_names(periods: Periods) -> list[str]:
    """The names of periods in the reader's language."""
    return [cohort_name(label) for label in periods.labels]


def _unfinished(periods: Periods) -> str:
    if not periods.is_unfinished:
        return ""
    last = period_names(periods)[-1]
    return text.say("timeline.unfinished", period=last, day=text.date(periods.until))


def _sentence(
    canvas: Canvas, periods: Periods, layers: Sequence[Layer], what: str, unit: str, money: bool
) -> str:
    total = np.sum([layer.selected for layer in layers], axis=0)
    names, peak = period_names(periods), int(np.argmax(total))
    most = canvas.amount(total[peak]) if money else text.decimal(float(total[peak]))
    said = text.say(
        "timeline.sentence", what=what, unit=unit, first=names[0], last=names[-1],
        peak=names[peak], most=most,
    )  # fmt: skip
    return said + _unfinished(periods)


def _ticks(periods: Periods) -> list[float]:
    """Beginnings of periods, at most nine, as even as the calendar is."""
    steps = _STEPS[periods.period]
    step = next((one for one in steps if periods.n / one <= MOST_TICKS), steps[-1])
    # years are counted from 1970: round ones are multiples of five and ten by themselves
    return [
        edge
        for number, edge in enumerate(periods.edges[:-1], periods.first)
        if number % step == 0 or periods.n <= step
    ]


def _chart(
    canvas: Canvas,
    view_id: str,
    periods: Periods,
    names: tuple[tuple[str, int], ...],
    what: str,
    money: bool,
) -> alt.TopLevelMixin:
    day = text.say(f"timeline.format_{periods.period}")
    axis = alt.Axis(
        title=None, values=alt.ExprRef(str(_ticks(periods))), grid=False,
        labelExpr=f"utcFormat(datum.value, '{day}')",
    )  # fmt: skip
    ends = [periods.edges[0], periods.edges[-1]]
    scale = alt.Scale(type="utc", domain=ends, nice=False)
    x = alt.X("t0:T", scale=scale, axis=axis)
    number = formats.money("datum.value") if money else formats.decimal("datum.value")
    y_axis = alt.Axis(title=None, tickCount=3, labelExpr=number)
    stack: Literal["zero"] | None = "zero" if names else None
    y = alt.Y("n:Q", axis=y_axis, scale=alt.Scale(nice=3, zero=True), stack=stack)
    bars = alt.Chart(alt.NamedData(view_id)).encode(x=x, x2=alt.X2("t1"))
    if names:
        bars = bars.encode(detail=alt.Detail("name:N"))
    gap: dict[str, Any] = {"xOffset": 0.5, "x2Offset": -0.5, "orient": "vertical"}
    rest = bars.mark_bar(style="rest", **gap).encode(y=y)
    part = bars.mark_bar(style="selected", **gap).encode(y=alt.Y("sel:Q", stack=stack))
    if names:
        named = alt.Scale(
            domain=[name for name, _ in names], range=[color_of(color) for _, color in names]
        )
        legend = alt.Legend(title=None, orient="top", symbolType="square", symbolStrokeWidth=0)
        part = part.encode(color=alt.Color("name:N", scale=named, legend=legend))
    dashed = bars.transform_filter("datum.part").mark_bar(
        style="edge", filled=False, strokeDash=[4, 3], **gap
    )
    outline = dashed.encode(y=alt.Y("n:Q", stack=stack))
    shown = ",.2f" if money else ",.3~r"
    place: dict[str, Any] = {"y": alt.Y("n:Q", stack=stack)}
    if not names:
        place = {"y": alt.YValue(0), "y2": alt.Y2Value("height")}
    unseen = bars.mark_bar(fillOpacity=0, **gap) if names else bars.mark_rect(fillOpacity=0)
    hover = unseen.encode(
        **place,
        tooltip=[
            alt.Tooltip("range:N", title=text.say(f"period.{periods.period}")),
            *([alt.Tooltip("name:N", title=text.say("timeline.layer"))] if names else []),
            alt.Tooltip("sel:Q", title=text.say("col.selected"), format=shown),
            alt.Tooltip("n:Q", title=what, format=shown),
        ],
    )  # fmt: skip
    brush = alt.selection_interval(name="brush", encodings=["x"])
    whole = alt.layer(rest.add_params(brush), part, outline, hover)
    if money:
        whole = whole.add_params(formats.money_param(canvas.money_unit))
    made: alt.TopLevelMixin = whole.properties(width="container", height=HEIGHT)
    return made
