"""Two categories: a bar a level of one, cut into the shares of the other's levels."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...analysis.correlation.levels import plain
from ...analysis.correlation.pair import PairView
from ..theme import BEYOND, GROUPS
from ..view import Chart, Column, Pick
from .levels import TALLEST, bands, levels_by, said
from .scene import CorrelationScene, level_words

COLOURS = 8
"""Levels that have a colour of their own; the rest are grey."""
REST = "#b4b9c0"
"""The other one of two levels: quiet on light and dark ground."""


def shares(
    scene: CorrelationScene, found: PairView, whole: PairView, view: str, how: str, span: int,
    height: int,
) -> Chart:  # fmt: skip
    """A bar a level of one column, cut into the shares of the other's; click a part to select."""
    colours = _colours(whole)
    first = whole.cells[whole.cells["level_b"].map(plain) == colours[0]]
    levels = levels_by(first, "level_a", first["share"])
    rows = _lumped(found.cells, colours)
    a, b = scene.label(found.a), scene.label(found.b)
    part = rows[(rows["level_b"] == colours[0]) & (rows["total"] > 0)]
    if len(part) > 1:
        key = part["share"].to_numpy(np.float64)
        top, low = (part.iloc[int(at)] for at in (key.argmax(), key.argmin()))
        one, two = (text.percent(float(end["share"])) for end in (top, low))
        if key.max() > key.min():
            title = text.say(
                "pair.shares", b=b, level=colours[0], one=one, first=top["level_a"],
                two=two, second=low["level_a"],
            )  # fmt: skip
        else:
            title = text.say("pair.shares_same", a=a, b=b, level=colours[0], one=one)
    else:
        title = text.say("pair.title", a=a, b=b)
    return Chart(
        id=view,
        chart=scene.chart(
            view,
            "shares",
            tuple(levels),
            tuple(colours),
            height,
            make=lambda: _stacks(view, scene, whole, levels, colours, height),
        ),
        rows=rows,
        title=title,
        subtitle=said(found, text.say("pair.share_is", a=a, b=b), how),
        sentence=title,
        pick=(
            Pick("pick", "level_a", scene.field(found.a)),
            Pick("pick", "level_b", scene.field(found.b)),
        ),
        columns=(
            Column("level_a", a),
            Column("level_b", b),
            Column("n", text.say("heatmap.n"), ",d"),
            Column("share", text.say("pair.share"), ".1%"),
        ),
        span=span,
        height=height,
    )


def _colours(whole: PairView) -> list[str]:
    """Levels of the second column that have a colour; the one worth reading first stands first."""
    counts = whole.cells.groupby("level_b", sort=False)["n"].sum()
    found = [plain(level) for level in counts.index]
    if len(found) == 2 and counts.iloc[1] < counts.iloc[0]:
        found = found[::-1]
    return found[:COLOURS]


def _lumped(cells: pd.DataFrame, colours: Sequence[str]) -> pd.DataFrame:
    """Counts by level, the levels without a colour as one."""
    place = {level: i for i, level in enumerate(colours)}
    b = [plain(level) if level is not None else "" for level in cells["level_b"]]
    own = [level in place and not other for level, other in zip(b, cells["other_b"], strict=True)]
    rows = pd.DataFrame(
        {
            "level_a": [level_words(level) for level in cells["level_a"]],
            "level_b": [
                level if mine else text.say("bars.other")
                for level, mine in zip(b, own, strict=True)
            ],
            "g": [
                place[level] if mine else len(colours) for level, mine in zip(b, own, strict=True)
            ],
            "real": [mine and not other for mine, other in zip(own, cells["other_a"], strict=True)],
            "n": cells["n"],
            "total": cells["total"],
        }
    )
    keys = ["level_a", "level_b", "g", "real"]
    rows = rows.groupby(keys, sort=False, as_index=False).agg({"n": "sum", "total": "max"})
    rows["share"] = (rows["n"] / rows["total"].where(rows["total"] > 0)).fillna(0.0)
    rows = rows.sort_values("g", kind="stable", ignore_index=True)
    ends = rows.groupby("level_a", sort=False)["share"].cumsum()
    return rows.assign(
        end=ends, start=ends - rows["share"],
        count=[text.say("pair.count", n=text.count(n)) for n in rows["total"]],
        words=[text.percent(share) if share >= 0.08 else "" for share in rows["share"]],
        first=(rows["g"] == 0).astype(int),
    )  # fmt: skip


def _stacks(
    view: str, scene: CorrelationScene, whole: PairView, levels: Sequence[str],
    colours: Sequence[str], height: int,
) -> alt.TopLevelMixin:  # fmt: skip
    data = bands(view, levels, "level_a")
    more = bool(len(set(map(str, whole.cells["level_b"]))) > len(colours))
    domain = [*colours, *([text.say("bars.other")] if more else [])]
    own = [GROUPS[0], REST] if len(colours) == 2 and not more else list(GROUPS[: len(colours)])
    range_ = [*own, *([BEYOND] if more else [])]
    legend = alt.Legend(
        title=scene.label(whole.b), orient="top", direction="horizontal", symbolType="square",
        labelLimit=110, columns=3, titleAnchor="start", symbolSize=80,
    )  # fmt: skip
    color = alt.Color("level_b:N", scale=alt.Scale(domain=domain, range=range_), legend=legend)
    axis = alt.Axis(
        title=None, values=[0, 0.25, 0.5, 0.75, 1], format=".0~%", domain=False, orient="top"
    )
    x = alt.X("start:Q", scale=alt.Scale(domain=[0, 1.34], nice=False), axis=axis)
    size = alt.ExprRef(f"min({TALLEST}, bandwidth('y'))")
    pick = alt.selection_point(
        name="pick", fields=["level_a", "level_b"], on="click", toggle="event.shiftKey"
    )
    dimmed = alt.OpacityValue(**alt.condition(pick, alt.value(1), alt.value(0.4)))
    bars = data.mark_bar(size=size, cursor="pointer").encode(
        x=x, x2=alt.X2("end:Q"), color=color, opacity=dimmed,
        tooltip=[
            alt.Tooltip("level_a:N", title=scene.label(whole.a)),
            alt.Tooltip("level_b:N", title=scene.label(whole.b)),
            alt.Tooltip("share:Q", title=text.say("pair.share"), format=".1%"),
            alt.Tooltip("n:Q", title=text.say("heatmap.n"), format=",d"),
            alt.Tooltip("total:Q", title=text.say("pair.of"), format=",d"),
        ],
    )  # fmt: skip
    first = data.transform_filter("datum.first == 1")
    share = first.transform_filter("datum.words != ''").mark_text(
        align="left", dx=5, fontSize=11, fontWeight="bold", fill="#ffffff"
    )
    n = first.mark_text(style="muted", align="right", x=alt.ExprRef("width"))
    return alt.layer(
        bars.add_params(pick),
        share.encode(x=x, text=alt.Text("words:N")),
        n.encode(text=alt.Text("count:N")),
    ).properties(width="container", height=height)
