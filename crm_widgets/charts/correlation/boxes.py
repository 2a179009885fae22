"""A number by the levels of a category: a box a level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...analysis.correlation.pair import PairView
from .. import formats
from ..axes import kept_span
from ..view import Chart, Column, Pick
from .levels import TALLEST, bands, clicked, levels_by, said
from .scene import CorrelationScene, level_words


def boxes(
    scene: CorrelationScene, found: PairView, whole: PairView, view: str, how: str, span: int,
    height: int,
) -> Chart:  # fmt: skip
    """A box a level: median, middle half, 5th to 95th percentile; click a level to select it."""
    levels = levels_by(whole.cells, "level", whole.cells["median"])
    rows = found.cells.assign(
        level=[level_words(level) for level in found.cells["level"]],
        real=[not other for other in found.cells["other"]],
        count=[text.say("pair.count", n=text.count(n)) for n in found.cells["n"]],
    ).drop(columns="other")
    number, category = scene.label(found.a), scene.label(found.b)
    known = rows[rows["n"] > 0]
    if len(known) > 1:
        key = known["median"].to_numpy(np.float64)
        top, low = (known.iloc[int(at)] for at in (key.argmax(), key.argmin()))
        title = text.say(
            "pair.boxes", number=number,
            one=scene.value(found.a, float(top["median"])), first=top["level"],
            two=scene.value(found.a, float(low["median"])), second=low["level"],
        )  # fmt: skip
    else:
        title = text.say("pair.title", a=number, b=category)
    time = found.a in scene.times
    form = "time" if time else ",.3~r"
    names = {"q05": "5 %", "q25": "25 %", "median": text.say("pair.median"), "q75": "75 %",
             "q95": "95 %"}  # fmt: skip
    return Chart(
        id=view,
        chart=scene.chart(
            view,
            "boxes",
            tuple(levels),
            height,
            make=lambda: _boxes(view, scene, whole, levels, names, height),
        ),
        rows=rows.reset_index(drop=True),
        title=title,
        subtitle=said(found, text.say("pair.box_is"), how),
        sentence=title,
        pick=(Pick("pick", "level", scene.field(found.b)),),
        columns=(
            Column("level", category),
            Column("n", text.say("heatmap.n"), ",d"),
            *(Column(name, words, form) for name, words in names.items()),
        ),
        span=span,
        height=height,
    )


def _boxes(
    view: str, scene: CorrelationScene, whole: PairView, levels: Sequence[str],
    names: dict[str, str], height: int,
) -> alt.TopLevelMixin:  # fmt: skip
    time = whole.a in scene.times
    kind = "T" if time else "Q"
    ends = pd.concat([whole.cells["q05"], whole.cells["q95"]]).dropna()
    lo, hi = (float(ends.min()), float(ends.max())) if len(ends) else (0.0, 1.0)
    lo, hi = kept_span(scene.ends, view, lo, hi)
    pad = (hi - lo or 1.0) * 0.03
    domain = [lo - pad, hi + (hi - lo or 1.0) * 0.32]
    label = alt.Undefined if time else formats.decimal("datum.value")
    axis = alt.Axis(
        title=scene.axis(whole.a),
        titleLimit=alt.ExprRef("width"),
        tickCount=5,
        labelExpr=label,
        grid=True,
        domain=False,
        orient="top",
    )
    form: dict[str, Any] = {"type": "utc"} if time else {"zero": False}
    x = alt.Scale(domain=domain, nice=False, clamp=True, **form)
    data = bands(view, levels)
    size: dict[str, Any] = {"size": alt.ExprRef(f"min({TALLEST}, bandwidth('y'))")}
    known = data.transform_filter("datum.n > 0")

    def at(name: str) -> alt.X:
        return alt.X(f"{name}:{kind}", scale=x, axis=axis)

    reach = known.mark_rule(style="line").encode(x=at("q05"), x2=alt.X2("q95"))
    half = known.mark_bar(style="selected", cornerRadius=2, **size)
    middle = known.mark_tick(color="#ffffff", thickness=2.5, **size).encode(x=at("median"))
    pick = alt.selection_point(name="pick", fields=["level"], on="click", toggle="event.shiftKey")
    n = data.mark_text(style="muted", align="right", x=alt.ExprRef("width"))
    hit = clicked(data, pick).encode(
        tooltip=[
            alt.Tooltip("level:N", title=scene.label(whole.b)),
            alt.Tooltip("n:Q", title=text.say("heatmap.n"), format=",d"),
            *(
                alt.Tooltip(f"{name}:{kind}", title=words,
                            format="%Y-%m-%d" if time else ",.3~r")
                for name, words in names.items()
            ),
        ]
    )  # fmt: skip
    return alt.layer(
        reach,
        half.encode(x=at("q25"), x2=alt.X2("q75")),
        middle,
        n.encode(text=alt.Text("count:N")),
        hit,
    ).properties(width="container", height=height)
