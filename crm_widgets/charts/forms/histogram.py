"""Distribution of a feature: the selected customers over all."""

from __future__ import annotations

import re
import zlib

import altair as alt
import pandas as pd

from ... import text
from ...data.vocabulary.table import Edges
from .. import formats
from ..axes import bin_axis, bin_scale, tails
from ..binning import Bins
from ..canvas import Canvas, Counts, Where
from ..names import feature_axis, feature_name
from ..view import Chart, Column, Counting, Dim, Series

HEIGHT = 180
"""Of the chart with its axes, in pixels."""


def histogram_id(feature: str) -> str:
    """Id of the view of a feature, safe for a page whatever the feature is called.

    >>> histogram_id("recency_days"), histogram_id("<b>")
    ('hist_recency_days', 'hist_449ad168')
    """
    safe = re.fullmatch(r"[a-z][a-z0-9_]{0,40}", feature)
    return f"hist_{feature if safe else format(zlib.crc32(feature.encode()), '08x')}"


def histogram(canvas: Canvas, feature: str, where: Where, *, span: int = 4) -> Chart:
    """Bars of all customers in grey, of the selected in colour; brush to select."""
    view_id = histogram_id(feature)
    bins = canvas.bins(feature)
    others = where(view_id)
    dim = Edges(feature, bins.edges)
    everyone, chosen = canvas.counts([dim], others)
    rows = pd.DataFrame(
        {
            "x0": bins.edges[:-1],
            "x1": bins.edges[1:],
            "n": everyone.astype(int),
            "sel": chosen.astype(int),
            "range": _ranges(canvas, feature, bins),
        }
    )
    name, axis = feature_name(feature), feature_axis(feature, canvas.money_unit)
    middle = canvas.measure(feature, canvas.median(feature))
    selected = where("")
    if selected is not None:
        of_selected = canvas.measure(feature, canvas.median(feature, selected))
        title = text.say("hist.title_selected", feature=name, median=of_selected, all=middle)
    else:
        title = text.say("hist.title", feature=name, median=middle)
    return Chart(
        id=view_id,
        chart=canvas.chart(view_id, lambda: _chart(view_id, bins, axis)),
        rows=rows,
        title=title,
        subtitle=text.say("hist.subtitle") + missing_words(canvas, everyone),
        sentence=text.say(
            "hist.sentence",
            feature=axis,
            n=text.count(canvas.table.n if selected is None else selected.sum()),
            total=text.count(canvas.table.n),
            median=canvas.measure(feature, canvas.median(feature, selected)),
            mode=str(rows["range"].iloc[int(chosen.argmax())]),
        ),
        dims=(Dim(feature, name, ("x0", "x1"), edges=bins.edges),),
        series=(Series("sel"),),
        param="brush",
        columns=(
            Column("range", axis),
            Column("sel", text.say("col.selected"), ",d"),
            Column("n", text.say("col.customers"), ",d"),
        ),
        span=span,
        height=HEIGHT,
        counting=Counting((dim,)),
    )


def missing_words(canvas: Canvas, everyone: Counts) -> str:
    """How many customers are in no bin."""
    missing = canvas.table.n - int(everyone.sum())
    return text.say("hist.missing", n=text.count(missing)) if missing else ""


def _ranges(canvas: Canvas, feature: str, bins: Bins) -> list[str]:
    lo, hi = bins.inner
    found = []
    for a, b in zip(bins.edges[:-1], bins.edges[1:], strict=True):
        if a >= hi and bins.high:
            found.append(f"≥ {canvas.value(feature, a)}")
        elif b <= lo and bins.low:
            found.append(f"< {canvas.value(feature, b)}")
        elif bins.units:
            found.append(canvas.value(feature, a))
        else:
            found.append(f"{canvas.value(feature, a)} – {canvas.value(feature, b)}")
    return found


def _chart(view_id: str, bins: Bins, title: str) -> alt.TopLevelMixin:
    x = alt.X("x0:Q", bin="binned", scale=bin_scale(bins, "width"), axis=bin_axis(bins, title))
    bars = alt.Chart(alt.NamedData(view_id)).encode(x=x, x2=alt.X2("x1"))
    y_axis = alt.Axis(title=None, tickCount=3, labelExpr=formats.count("datum.value"))
    y = alt.Y("n:Q", axis=y_axis, scale=alt.Scale(nice=3, zero=True), stack=None)
    rest = bars.mark_bar(style="rest").encode(y=y)
    chosen = bars.mark_bar(style="selected").encode(y=alt.Y("sel:Q", stack=None))
    hover = bars.mark_rect(fillOpacity=0).encode(
        y=alt.YValue(0),
        y2=alt.Y2Value("height"),
        tooltip=[
            alt.Tooltip("range:N", title=title),
            alt.Tooltip("sel:Q", title=text.say("col.selected"), format=",d"),
            alt.Tooltip("n:Q", title=text.say("col.customers"), format=",d"),
        ],
    )
    brush = alt.selection_interval(name="brush", encodings=["x"])
    return alt.layer(rest.add_params(brush, *tails(bins)), chosen, hover).properties(
        width="container", height=HEIGHT
    )
