"""The strongest pairs, or the largest differences, each with its interval; click to open one."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ..forms.forest import ROW, chosen_row, forest, named
from ..view import Chart, Column, Pick
from .cells import method_name
from .scene import CorrelationScene, between, coefficient

VIEW = "strongest"
MOST = 15
FIRM = 0.5
ROOM = 215
"""Of the names, in pixels."""
NUMBERS = 46
"""Kept free at the end of the axis for the numbers, in pixels."""
TINT = "datum.signed == 0 ? '#429f78' : datum.v < 0 ? '#d08a35' : '#3f86bf'"
"""The heatmap's hues: of unsigned, negative and positive values."""


def strongest(scene: CorrelationScene, *, span: int = 5) -> Chart:
    """Pairs that are not faded, the strongest first."""
    pairs = scene.known()
    clear = pairs[~pairs["faded"]]
    order = clear["value"].abs().sort_values(ascending=False, kind="stable").index
    shown = clear.loc[order[:MOST]]
    compared = scene.comparison is not None
    rows = pd.DataFrame(
        {
            "row": range(len(shown)),
            "name": [
                text.say("strongest.pair", a=scene.label(a), b=scene.label(b))
                for a, b in zip(shown["a"], shown["b"], strict=True)
            ],
            "pair": [scene.key(a, b) for a, b in zip(shown["a"], shown["b"], strict=True)],
            "v": shown["value"].to_numpy(np.float64),
            "lo": shown["low"].to_numpy(np.float64),
            "hi": shown["high"].to_numpy(np.float64),
            "zero": 0.0,
            "signed": (shown["signed"] | compared).astype(int).to_numpy(),
            "words": [
                coefficient(value, signed=bool(signed or compared))
                for value, signed in zip(shown["value"], shown["signed"], strict=True)
            ],
            "ci": [
                between(low, high, signed=bool(signed or compared))
                for low, high, signed in zip(
                    shown["low"], shown["high"], shown["signed"], strict=True
                )
            ],
            "method": [method_name(method) for method in shown["method"]],
        }
    )
    rows["open"] = (rows["pair"] == scene.opened).astype(int)
    title = _finding(scene, clear)
    return Chart(
        id=VIEW,
        chart=scene.chart(
            VIEW,
            len(rows),
            bool((rows["v"] < 0).any()),
            scene.reach,
            compared,
            make=lambda: _chart(scene, rows),
        ),
        rows=rows,
        title=title,
        subtitle=_which(len(shown), len(clear)),
        sentence=title,
        pick=(Pick("pick", "pair", "pair", knob="pair"),),
        columns=(
            Column("name", text.say("strongest.column")),
            Column("words", text.say("heatmap.difference" if compared else "heatmap.coefficient")),
            Column("ci", text.say("heatmap.interval")),
            Column("method", text.say("knob.method")),
        ),
        span=span,
        height=ROW * max(3, len(rows)),
    )


def _which(shown: int, clear: int) -> str:
    if shown < clear:
        return text.say("strongest.subtitle", n=shown, total=text.count(clear))
    return text.say("strongest.subtitle_all" if clear else "strongest.subtitle_none", n=clear)


def _finding(scene: CorrelationScene, clear: pd.DataFrame) -> str:
    total = int(scene.pairs["value"].notna().sum())
    if scene.comparison is not None:
        return text.say("strongest.differ", n=len(clear), total=text.count(total))
    firm = int((clear["value"].abs() >= FIRM).sum())
    least = coefficient(FIRM, signed=False)
    return text.say("strongest.title", n=firm, total=text.count(total), least=least)


def _chart(scene: CorrelationScene, rows: pd.DataFrame) -> alt.TopLevelMixin:
    reach = scene.reach
    least = -reach if (rows["v"] < 0).any() or scene.comparison is not None else 0.0
    plot: list[Any] = [0, alt.ExprRef(f"width - {NUMBERS}")]
    scale = alt.Scale(domain=[least, reach], range=plot, nice=False, clamp=True)
    ticks = np.round(np.linspace(least, reach, 5), 3).tolist()
    axis = alt.Axis(title=None, values=ticks, format=".2~f", grid=True, domain=False)
    data = alt.Chart(alt.NamedData(VIEW))
    bars = data.mark_bar(height=10, cornerRadiusEnd=2, fill=alt.ExprRef(TINT))
    spread = data.mark_rule(style="ink", strokeWidth=1.5)
    at_end = alt.ExprRef("width")
    number = data.mark_text(style="muted", align="right", x=at_end).encode(text=alt.Text("words:N"))
    value = "heatmap.difference" if scene.comparison is not None else "heatmap.coefficient"
    hit = chosen_row(data, ROOM).encode(
        tooltip=[
            alt.Tooltip("name:N", title=text.say("strongest.column")),
            alt.Tooltip("words:N", title=text.say(value)),
            alt.Tooltip("ci:N", title=text.say("heatmap.interval")),
            alt.Tooltip("method:N", title=text.say("knob.method")),
        ]
    )
    pick = alt.selection_point(name="pick", fields=["pair"], on="click", toggle=False)
    return forest(
        VIEW,
        rows=max(1, len(rows)),
        x=alt.X("v:Q", scale=scale, axis=axis),
        room=ROOM,
        layers=[
            bars.encode(x=alt.X("zero:Q"), x2=alt.X2("v:Q")),
            spread.encode(x=alt.X("lo:Q"), x2=alt.X2("hi:Q")),
            number,
            named(data, ROOM, style="ink"),
            hit.add_params(pick),
        ],
    )
