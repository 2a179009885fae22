"""How many segments: how well each number of them separates the customers."""

from __future__ import annotations

import altair as alt

from ... import text
from .. import formats
from ..forms.histogram import HEIGHT
from ..view import Chart, Column, Pick
from .scene import Scene

VIEW = "curve"
UNSEEN = 0.001
"""Opacity of what is hit and not seen: of a line without any, Vega leaves out the width."""


def curve(scene: Scene, *, span: int = 4, height: int = HEIGHT) -> Chart:
    """A line over k with the number shown; a click sets the knob ``k``."""
    found = scene.result.curve
    rows = found[["k", "score"]].assign(shown=(found["k"] == scene.result.k).astype(int))
    criterion = scene.result.criterion
    best, shown = scene.result.best_k, scene.result.k
    key = "curve.title_same" if best == shown else "curve.title"
    title = text.say(key, best=best, shown=shown, score=score_text(scene))
    return Chart(
        id=VIEW,
        chart=scene.chart(VIEW, lambda: _chart(criterion, height)),
        rows=rows,
        title=title,
        subtitle=text.say(f"curve.subtitle_{criterion}"),
        sentence=title,
        pick=(Pick("pick", "k", "k", knob="k"),),
        columns=(
            Column("k", text.say("curve.axis")),
            Column("score", text.say(f"curve.{criterion}"), ".3~r"),
        ),
        span=span,
        height=height,
    )


def _chart(criterion: str, height: int) -> alt.TopLevelMixin:
    score = alt.Y(
        "score:Q",
        scale=alt.Scale(zero=False, padding=8),
        axis=alt.Axis(
            title=None,
            tickCount=3,
            labelExpr="format(datum.value, '.2~f')"
            if criterion == "silhouette"
            else formats.decimal("datum.value"),
        ),
    )
    at = alt.X(
        "k:O",
        axis=alt.Axis(title=text.say("curve.axis"), labelAngle=0),
        scale=alt.Scale(padding=0.5),
    )
    base = alt.Chart(alt.NamedData(VIEW)).encode(x=at, y=score)
    pick = alt.selection_point(name="pick", fields=["k"], on="click", toggle=False)
    hit = (
        alt.Chart(alt.NamedData(VIEW))
        .mark_rule(strokeWidth=26, opacity=UNSEEN, cursor="pointer")
        .encode(
            x=at,
            tooltip=[
                alt.Tooltip("k:O", title=text.say("curve.axis")),
                alt.Tooltip("score:Q", title=text.say(f"curve.{criterion}"), format=".3~r"),
            ],
        )
        .add_params(pick)
    )
    dots = base.mark_point(filled=True, size=45, style="line", opacity=1)
    chosen = base.transform_filter("datum.shown == 1").mark_point(
        filled=True, size=110, style="selected", opacity=1
    )
    line = base.mark_line(style="line", strokeWidth=1.5)
    return alt.layer(line, dots, chosen, hit).properties(width="container", height=height)


def score_text(scene: Scene) -> str:
    """The best score as statisticians write it: ".58"."""
    found = scene.result.curve.set_index("k")["score"]
    best = float(found.get(scene.result.best_k, float("nan")))
    if scene.result.criterion != "silhouette":
        return text.decimal(best)
    return f"{best:.2f}".replace("0.", ".", 1)
