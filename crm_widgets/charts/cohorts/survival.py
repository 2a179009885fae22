"""Survival: the share of each side not yet lost, with the numbers at risk below."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...analysis.cohorts.at_risk import survival_ticks
from ..axes import TO_THE_LEFT
from ..notes import beside
from ..view import Chart, Column
from .names import interval
from .scene import SIDE_COLORS, CohortScene
from .words import survival_details, survival_title

VIEW = "survival"
MOST_STEPS = 120
"""Steps of a curve that are drawn."""
_RISK = (-0.17, -0.32)
"""Where the numbers at risk of A and B stand, in the unit of survival."""
_RISK_PX = 44
"""What a number at risk needs; where there is less, every other one is left out."""
_FLOOR = -0.4


def survival_curve(scene: CohortScene, *, span: int = 7, height: int = 240) -> Chart:
    """Kaplan–Meier curves of both sides."""
    found = scene.pair.survival
    assert found is not None
    pair = (scene.pair.a.name, scene.pair.b.name)
    title, details = survival_title(scene), survival_details(scene)
    ticks = survival_ticks(float(found.groups["longest"].max()))
    return Chart(
        id=VIEW,
        chart=scene.chart(
            (VIEW, pair, ticks, height, found.landmark is not None),
            lambda: _chart(scene, pair, ticks, height),
        ),
        rows=_rows(scene),
        title=title,
        subtitle=beside([part for part in (details, _subtitle(scene)) if part]),
        sentence=beside([part for part in (title, details) if part]),
        columns=(
            Column("name", text.say("feature.cohort")),
            Column("day", text.say("survival.day"), ",.0f"),
            Column("label", text.say("survival.share")),
            Column("range", text.say("col.interval")),
            Column("risk", text.say("survival.risk"), ",d"),
        ),
        span=span,
        height=height,
        extra={"survival_risk": _at_risk(scene, ticks)},
    )


def _subtitle(scene: CohortScene) -> str:
    found = scene.pair.survival
    assert found is not None
    parts = []
    if found.silence_days is not None and found.returned is not None:
        back = text.percent(found.returned)
        parts.append(text.say("survival.lost", n=found.silence_days, back=back))
    parts.append(text.say("survival.subtitle"))
    return text.say("heatmap.join").join(parts)


def _rows(scene: CohortScene) -> pd.DataFrame:
    """Steps of the curves while enough customers are watched."""
    found = scene.pair.survival
    assert found is not None
    names = {"a": scene.pair.a.name, "b": scene.pair.b.name}
    parts = []
    for side, curve in found.curves.groupby("group", sort=True):
        longest = found.groups.loc[found.groups["group"] == side, "longest"].iloc[0]
        last = curve.iloc[[-1]].assign(time=longest)
        whole = pd.concat([curve, last], ignore_index=True)
        step = np.unique(np.linspace(0, len(whole) - 1, MOST_STEPS).round().astype(int))
        parts.append(whole.iloc[step])
    table = pd.concat(parts, ignore_index=True)
    shares = table[["survival", "low", "high"]].round(5)
    return pd.DataFrame(
        {
            "name": table["group"].map(names),
            "day": table["time"],
            "survival": shares["survival"],
            "low": shares["low"],
            "high": shares["high"],
            "label": [text.percent(value, places=1) for value in shares["survival"]],
            "range": [
                interval(*(text.percent(end, places=1) for end in ends))
                if np.isfinite(ends[0])
                else "–"
                for ends in zip(shares["low"], shares["high"], strict=True)
            ],
            "risk": table["at_risk"].astype(int),
        }
    )[(table["at_risk"] >= scene.min_cell).to_numpy()].reset_index(drop=True)


def _at_risk(scene: CohortScene, ticks: tuple[int, ...]) -> pd.DataFrame:
    """Customers still watched at each tick."""
    names = {"a": scene.pair.a.name, "b": scene.pair.b.name}
    table = scene.pair.at_risk
    assert table is not None
    table = table[table["day"].isin(ticks) & (table["at_risk"] > 0)]
    return pd.DataFrame(
        {
            "name": table["side"].map(names),
            "day": table["day"],
            "at": table["side"].map(dict(zip("ab", _RISK, strict=True))),
            "risk": [
                f"{n:,}" if n >= scene.min_cell else f"<{scene.min_cell}" for n in table["at_risk"]
            ],
        }
    )


def _chart(
    scene: CohortScene, pair: tuple[str, str], ticks: tuple[int, ...], height: int
) -> alt.TopLevelMixin:
    found = scene.pair.survival
    assert found is not None
    start = "survival.x_landmark" if found.landmark is not None else "survival.x"
    x = alt.X(
        "day:Q",
        scale=alt.Scale(nice=False, zero=True, padding=24),
        axis=alt.Axis(
            title=text.say(start), values=list(ticks), format=",d", titleAnchor=TO_THE_LEFT
        ),
    )
    y_axis = alt.Axis(
        title=None, values=[*_RISK, 0, 0.25, 0.5, 0.75, 1], tickCount=20,
        labelLimit=110, labelOverlap=False,
        labelExpr="datum.value >= 0 ? format(datum.value, '.0%') : "
        f"datum.value > {_RISK[1]} ? name_a : name_b",
        gridOpacity=alt.condition("datum.value >= 0", alt.value(1), alt.value(0)),
    )  # fmt: skip
    scale = alt.Scale(domain=[_FLOOR, 1.0], nice=False)
    y = alt.Y("survival:Q", scale=scale, axis=y_axis)
    legend = alt.Legend(
        title=None, orient="top", symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1
    )
    color = alt.Color(
        "name:N", scale=alt.Scale(domain=list(pair), range=list(SIDE_COLORS)), legend=legend
    )
    data = alt.Chart(alt.NamedData(VIEW))
    tooltip = [
        alt.Tooltip("name:N", title=text.say("feature.cohort")),
        alt.Tooltip("day:Q", title=text.say("survival.day"), format=",d"),
        alt.Tooltip("label:N", title=text.say("survival.share")),
        alt.Tooltip("range:N", title=text.say("col.interval")),
        alt.Tooltip("risk:Q", title=text.say("survival.risk"), format=",d"),
    ]
    risk = alt.Chart(alt.NamedData("survival_risk")).encode(
        x=x, y=alt.Y("at:Q", scale=scale, axis=y_axis)
    )
    between = f"(datum.day / {ticks[1] if len(ticks) > 1 else 1}) % 2 == 1"
    size = alt.ExprRef(f"width < {len(ticks)} * {_RISK_PX} && {between} ? 0 : 11")
    return alt.layer(
        data.mark_area(interpolate="step-after", opacity=0.16).encode(
            x=x, y=alt.Y("low:Q", scale=scale, axis=y_axis), y2=alt.Y2("high:Q"), color=color
        ),
        data.mark_line(interpolate="step-after", strokeWidth=2.4).encode(x=x, y=y, color=color),
        data.mark_rule(style="line", strokeWidth=1).encode(y=alt.YDatum(0)),
        risk.mark_text(style="ink", fontSize=size, baseline="middle").encode(
            text=alt.Text("risk:N")
        ),
        data.mark_point(filled=True, size=90, opacity=0.001)
        .encode(x=x, y=y, tooltip=tooltip)
        .add_params(
            alt.param(name="name_a", value=pair[0]), alt.param(name="name_b", value=pair[1])
        ),
    ).properties(width="container", height=height)
