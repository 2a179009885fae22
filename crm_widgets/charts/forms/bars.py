"""Levels of a category: the selected customers over all."""

from __future__ import annotations

from collections.abc import Hashable

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...data.vocabulary.table import Levels
from .. import formats
from ..canvas import Canvas, Where
from ..names import feature_name
from ..view import Chart, Column, Counting, Dim, Pick, Series
from .histogram import HEIGHT, histogram_id, missing_words

MOST = 7
"""Levels that are shown; the rest are one bar, "other"."""


def bars(canvas: Canvas, feature: str, where: Where, *, span: int = 4) -> Chart:
    """A bar a level, the most frequent first; click to select."""
    view_id, others, name = (
        histogram_id(feature),
        where(histogram_id(feature)),
        feature_name(feature),
    )
    shown: list[Hashable] = canvas.cached(
        ("levels", feature), lambda: list(canvas.table.levels(feature, MOST)["level"])
    )
    dim = Levels(feature, tuple(shown), other=True)
    everyone, chosen = canvas.counts([dim], others)
    levels = [str(level) for level in shown]
    rows = pd.DataFrame(
        {
            "level": [*levels, text.say("bars.other")],
            "n": everyone.astype(int),
            "sel": chosen.astype(int),
            "real": [True] * len(levels) + [False],
        }
    )
    if not everyone[-1]:
        rows = rows.iloc[:-1]
    _, selected = canvas.counts([dim], where(""))
    first, total = int(selected.argmax()), selected.sum()
    share = text.percent(float(selected.max() / total)) if total else "–"
    title = text.say(
        "bars.title", feature=name, level=rows["level"].iloc[min(first, len(rows) - 1)], share=share
    )
    return Chart(
        id=view_id,
        chart=canvas.chart(view_id, lambda: _chart(view_id)),
        rows=rows,
        title=title,
        subtitle=text.say("hist.subtitle") + missing_words(canvas, everyone),
        sentence=title,
        dims=(Dim(feature, name, ("level",), levels=tuple(levels)),),
        series=(Series("sel"),),
        pick=(Pick("pick", "level", feature),),
        columns=(
            Column("level", name),
            Column("sel", text.say("col.selected"), ",d"),
            Column("n", text.say("col.customers"), ",d"),
        ),
        span=span,
        height=HEIGHT,
        counting=Counting((dim,), at=np.arange(len(rows))),
    )


def _chart(view_id: str) -> alt.TopLevelMixin:
    axis = alt.Axis(title=None, tickCount=3, labelExpr=formats.count("datum.value"), grid=True)
    side = alt.Axis(title=None, labelLimit=110)
    bands = alt.Chart(alt.NamedData(view_id)).encode(
        y=alt.Y("level:N", sort=None, axis=side, scale=alt.Scale(padding=0.2))
    )
    whole = bands.mark_bar(style="rest").encode(x=alt.X("n:Q", axis=axis, stack=None))
    pick = alt.selection_point(name="pick", fields=["level"], on="click", toggle="event.shiftKey")
    part = bands.mark_bar(style="selected").encode(
        x=alt.X("sel:Q", stack=None),
        opacity=alt.OpacityValue(**alt.when(pick).then(alt.value(1)).otherwise(alt.value(0.3))),
    )
    real = bands.transform_filter("datum.real")
    hit = real.mark_rect(fillOpacity=0, cursor="pointer").encode(
        x=alt.XValue(0),
        x2=alt.X2Value("width"),
        tooltip=[
            alt.Tooltip("level:N", title=text.say("bars.level")),
            alt.Tooltip("sel:Q", title=text.say("col.selected"), format=",d"),
            alt.Tooltip("n:Q", title=text.say("col.customers"), format=",d"),
        ],
    )
    return alt.layer(whole, part, hit.add_params(pick)).properties(width="container", height=HEIGHT)
