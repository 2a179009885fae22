"""Curves: a line a cohort with its band, the two compared in colour."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from .. import formats
from ..view import Chart, Column, Pick
from .names import interval, kind_of
from .scene import OTHER, SIDE_COLORS, CohortScene

VIEW = "curves"
MOST_DOTS = 30
"""Ages up to which the compared curves have dots."""
FROM_START = ("cumulative_revenue", "orders_per_active", "order_value")
"""Measures whose age 0 is drawn: of the others everybody's first purchase hides the rest."""


def curves(scene: CohortScene, *, span: int = 6, height: int = 260) -> Chart:
    """Complete windows only; click a line to compare it as A, with Shift as B."""
    rows = _rows(scene)
    pair = (scene.pair.a.name, scene.pair.b.name)
    title = _finding(scene, rows)
    return Chart(
        id=VIEW,
        chart=scene.chart(
            (VIEW, pair, len(scene.names), scene.ages, scene.measure, scene.whole.period,
             scene.whole.window_days, height, scene.money_unit),
            lambda: _chart(scene, pair, height),
        ),
        rows=rows,
        title=title,
        subtitle=_subtitle(scene),
        sentence=text.say("curves.sentence", title=title, n=rows["cohort"].nunique()),
        pick=(Pick("pick_a", "cohort", "a", knob="a"), Pick("pick_b", "cohort", "b", knob="b")),
        columns=(
            Column("name", text.say("feature.cohort")),
            Column("when", text.say("triangle.age")),
            Column("label", scene.measure_name),
            Column("range", text.say("col.interval")),
            Column("n", text.say("col.customers"), ",d"),
        ),
        span=span,
        height=height,
    )  # fmt: skip


def _first(scene: CohortScene) -> int:
    return 0 if scene.measure in FROM_START else scene.first_age


def _rows(scene: CohortScene) -> pd.DataFrame:
    columns = ["cohort", "name", "age", "when", "value", "low", "high", "label", "range", "n"]
    if scene.shown is None:
        return pd.DataFrame(columns=[*columns, "side", "earlier"])
    table = scene.shown.cells
    earlier = set(scene.shown.earlier)
    table = table.assign(
        name=[scene.names[label] for label in table["cohort"]],
        side=[scene.side_of(label) for label in table["cohort"]],
        earlier=[int(label in earlier) for label in table["cohort"]],
    )
    lines = scene.pair.lines
    if lines is not None:
        names = {"a": scene.pair.a.name, "b": scene.pair.b.name}
        side = lines.cells["cohort"].astype(str)
        own = lines.cells.assign(name=side.map(names), cohort=side.map(names), side=side, earlier=0)
        table = pd.concat([table.assign(side=""), own], ignore_index=True)
    keep = table["complete"] & table["shown"] & (table["age"] < scene.ages)
    table = table[keep & (table["age"] >= _first(scene)) & np.isfinite(table["value"])]
    return pd.DataFrame(
        {
            "cohort": table["cohort"].astype(str),
            "name": table["name"],
            "age": table["age"],
            "when": [scene.age_name(age) for age in table["age"]],
            "value": table["value"],
            "low": table["low"],
            "high": table["high"],
            "label": [scene.say(value) for value in table["value"]],
            "range": [
                interval(scene.say(lo), scene.say(hi)) if np.isfinite(lo) else "–"
                for lo, hi in zip(table["low"], table["high"], strict=True)
            ],
            "n": table["customers"],
            "side": table["side"],
            "earlier": table["earlier"],
        }
    ).reset_index(drop=True)


def _finding(scene: CohortScene, rows: pd.DataFrame) -> str:
    """What is drawn; whether A and B differ, the comparison says."""
    if rows.empty:
        return scene.nothing
    sides = [rows[rows["side"] == side] for side in "ab"]
    if any(side["name"].nunique() != 1 for side in sides):
        return text.say("curves.title_plain", measure=scene.measure_name)
    return text.say(
        "curves.title", measure=scene.measure_name, a=scene.pair.a.name, b=scene.pair.b.name
    )


def _subtitle(scene: CohortScene) -> str:
    parts = [scene.measure_name, text.say("curves.subtitle")]
    if kind_of(scene.measure) == "money":
        parts.append(text.say("curves.money"))
    return text.say("heatmap.join").join(parts)


def _chart(scene: CohortScene, pair: tuple[str, str], height: int) -> alt.TopLevelMixin:
    kind = kind_of(scene.measure)
    length = scene.whole.window_days
    title = (
        text.say("triangle.x_days", n=length) if length else
        text.say(f"triangle.x_{scene.whole.period}")
    )  # fmt: skip
    x = alt.X(
        "age:Q",
        scale=alt.Scale(nice=False, zero=False, padding=6),
        axis=alt.Axis(title=title, tickMinStep=1, format="d"),
    )
    if kind == "share":
        axis = alt.Axis(title=None, tickCount=5, format=".0%")
    else:
        write = {"money": formats.money, "count": formats.count}.get(kind, formats.decimal)
        axis = alt.Axis(title=None, tickCount=5, labelExpr=write("datum.value"))
    y = alt.Y("value:Q", scale=alt.Scale(zero=False, nice=True), axis=axis, stack=None)
    data = alt.Chart(alt.NamedData(VIEW))
    scale = alt.Scale(domain=list(pair), range=list(SIDE_COLORS))
    legend = alt.Legend(
        title=None, orient="top", symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1
    )
    color = alt.Color("hue:N", scale=scale, legend=legend)
    sides = data.transform_filter("datum.side != ''").transform_calculate(
        hue="datum.side == 'a' ? name_a : name_b"
    )
    cohort = alt.Detail("cohort:N")
    others = data.transform_filter("datum.side == ''").encode(x=x, y=y, detail=cohort)
    band = {"y": alt.Y("low:Q", stack=None, axis=axis), "y2": alt.Y2("high:Q")}
    bounded = "isValid(datum.low)"
    tooltip = [
        alt.Tooltip("name:N", title=text.say("feature.cohort")),
        alt.Tooltip("when:N", title=text.say("triangle.age")),
        alt.Tooltip("label:N", title=scene.measure_name),
        alt.Tooltip("range:N", title=text.say("col.interval")),
        alt.Tooltip("n:Q", title=text.say("col.customers"), format=",d"),
    ]
    pick_a, pick_b = (
        alt.selection_point(name=name, fields=["cohort"], on=f"click[{keys}]", toggle=False)
        for name, keys in (("pick_a", "!event.shiftKey"), ("pick_b", "event.shiftKey"))
    )
    dash = alt.StrokeDashValue(
        **alt.condition("datum.earlier == 1", alt.value([3, 3]), alt.value([1, 0]))
    )
    faint = min(0.06, 0.25 / len(scene.names))
    dot = 22 if scene.ages <= MOST_DOTS else 0
    hit = data.encode(x=x, y=y, detail=cohort)
    return alt.layer(
        others.transform_filter(bounded)
        .mark_area(color=OTHER, opacity=faint)
        .encode(x=x, **band, detail=cohort),
        others.mark_line(color=OTHER, strokeWidth=1.2, opacity=0.8).encode(strokeDash=dash),
        sides.transform_filter(bounded)
        .mark_area(opacity=0.16)
        .encode(x=x, **band, color=color, detail=cohort),
        sides.mark_line(strokeWidth=2.8).encode(x=x, y=y, color=color, detail=cohort),
        sides.mark_point(filled=True, size=dot, opacity=1).encode(x=x, y=y, color=color),
        hit.mark_line(strokeWidth=10, opacity=0.001, cursor="pointer"),
        hit.mark_point(filled=True, size=160, opacity=0.001, cursor="pointer")
        .encode(tooltip=tooltip)
        .add_params(
            pick_a, pick_b, formats.money_param(scene.money_unit),
            alt.param(name="name_a", value=pair[0]), alt.param(name="name_b", value=pair[1]),
        ),
    ).properties(width="container", height=height)  # fmt: skip
