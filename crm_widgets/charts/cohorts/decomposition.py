"""Why: the gap in revenue per customer as a bar a cause, with intervals."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ... import text
from .. import formats
from ..axes import TO_THE_LEFT
from ..notes import beside
from ..view import Chart, Column
from .names import cents, interval
from .scene import OTHER, SIDE_COLORS, CohortScene
from .words import causes_details, causes_title

VIEW = "causes"


def causes(scene: CohortScene, *, span: int = 5, height: int = 240) -> Chart:
    """Three causes that sum to the gap exactly, and the gap."""
    pair = (scene.pair.a.name, scene.pair.b.name)
    title, details = causes_title(scene), causes_details(scene)
    return Chart(
        id=VIEW,
        chart=scene.chart(
            (VIEW, pair, height, scene.money_unit), lambda: _chart(scene, pair, height)
        ),
        rows=_rows(scene),
        title=title,
        subtitle=beside([details, text.say("causes.subtitle")]),
        sentence=beside([title, details]),
        columns=(
            Column("name", text.say("causes.cause")),
            Column("one", pair[0]),
            Column("two", pair[1]),
            Column("part", text.say("causes.contribution")),
            Column("range", text.say("col.interval")),
        ),
        span=span,
        height=height,
    )


def _rows(scene: CohortScene) -> pd.DataFrame:
    found = scene.pair.explanation
    assert found is not None
    unit = scene.money_unit
    listed = [
        (str(row["cause"]), row["a"], row["b"], row["contribution"], row["low"], row["high"])
        for _, row in found.causes.iterrows()
    ]
    listed.append(("gap", found.value_a, found.value_b, found.gap, found.low, found.high))
    rows = []
    for cause, a, b, value, low, high in listed:
        one, two = (_factor(cause, side, unit) for side in (a, b))
        name = text.say(f"cause.{cause}")
        sure = low > 0 or high < 0
        rows.append(
            {
                "name": name,
                "axis": f"{name}\n{text.say('causes.against', a=one, b=two)}",
                "value": value, "low": low, "high": high,
                "part": cents(value, unit, sign=True),
                "range": interval(cents(low, unit), cents(high, unit)),
                "one": one, "two": two,
                "sure": "" if not sure else "a" if value > 0 else "b",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _factor(cause: str, value: float, unit: str) -> str:
    if cause == "share_active":
        return text.percent(value, places=1)
    return text.decimal(value) if cause == "orders_per_active" else cents(value, unit)


def _chart(scene: CohortScene, pair: tuple[str, str], height: int) -> alt.TopLevelMixin:
    axis = alt.Axis(
        title=None, ticks=False, domain=False, labelExpr="split(datum.label, '\\n')",
        labelLimit=180, labelLineHeight=15, grid=False,
    )  # fmt: skip
    y = alt.Y("axis:N", sort=None, axis=axis, scale=alt.Scale(padding=0.35))
    x = alt.X(
        "value:Q",
        scale=alt.Scale(nice=True, zero=True),
        axis=alt.Axis(
            title=text.say("causes.x", a=pair[0], b=pair[1]), tickCount=5, grid=True,
            titleAnchor=TO_THE_LEFT,
            labelExpr=formats.money("datum.value"),
        ),
    )  # fmt: skip
    data = alt.Chart(alt.NamedData(VIEW)).encode(y=y)
    color = alt.Color(
        "sure:N", scale=alt.Scale(domain=["a", "b", ""], range=[*SIDE_COLORS, OTHER]), legend=None
    )
    tooltip = [
        alt.Tooltip("name:N", title=text.say("causes.cause")),
        alt.Tooltip("one:N", title=pair[0]),
        alt.Tooltip("two:N", title=pair[1]),
        alt.Tooltip("part:N", title=text.say("causes.contribution")),
        alt.Tooltip("range:N", title=text.say("col.interval")),
    ]
    bars = data.mark_bar(opacity=0.55, size=alt.ExprRef("min(22, bandwidth('y'))"))
    return alt.layer(
        bars.encode(x=x, color=color),
        data.mark_rule(strokeWidth=2, style="line").encode(x=alt.X("low:Q"), x2=alt.X2("high:Q")),
        data.mark_point(filled=True, size=46, style="line", opacity=1).encode(x=x),
        data.mark_rule(style="line", strokeWidth=1).encode(x=alt.XDatum(0), y=alt.Y()),
        data.mark_rect(fillOpacity=0)
        .encode(x=alt.XValue(0), x2=alt.X2Value("width"), tooltip=tooltip)
        .add_params(formats.money_param(scene.money_unit)),
    ).properties(width="container", height=height)
