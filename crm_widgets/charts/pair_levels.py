"""A pair with a category: boxes of a number by level, or shares of one category in another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .. import text
from ..analysis.pair_view import PairView
from . import formats
from .correlation_scene import CorrelationScene, level_words, plain
from .theme import BEYOND, GROUPS
from .view import Column, Pick, View

COLOURS = 8
"""Levels that have a colour of their own; the rest are grey."""
TALLEST = 24
"""Pixels of a bar at most."""


def boxes(
    scene: CorrelationScene, found: PairView, whole: PairView, view: str, how: str, span: int,
    height: int,
) -> View:  # fmt: skip
    """A box a level: median, middle half, 5th to 95th percentile; click a level to select it."""
    levels = _by(whole.cells, "level", whole.cells["median"])
    rows = found.cells.assign(
        level=[level_words(level) for level in found.cells["level"]],
        real=[not other for other in found.cells["other"]],
        count=[text.count(n) for n in found.cells["n"]],
    ).drop(columns="other")
    number, category = scene.label(found.a), scene.label(found.b)
    known = rows[rows["n"] > 0]
    if len(known) > 1:
        top, low = (known.loc[at] for at in (known["median"].idxmax(), known["median"].idxmin()))
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
    return View(
        id=view,
        chart=_boxes(view, scene, whole, levels, names, height),
        rows=rows.reset_index(drop=True),
        title=title,
        subtitle=_said(found, text.say("pair.box_is"), how),
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


def _by(cells: pd.DataFrame, level: str, key: pd.Series[Any]) -> list[str]:
    """Levels by falling key, the rest of the levels last."""
    other = cells[level].isna()
    order = key.where(~other, -np.inf).fillna(-np.inf).sort_values(ascending=False, kind="stable")
    return list(dict.fromkeys(level_words(cells.loc[at, level]) for at in order.index))


def _boxes(
    view: str, scene: CorrelationScene, whole: PairView, levels: Sequence[str],
    names: dict[str, str], height: int,
) -> alt.TopLevelMixin:  # fmt: skip
    time = whole.a in scene.times
    kind = "T" if time else "Q"
    ends = pd.concat([whole.cells["q05"], whole.cells["q95"]]).dropna()
    lo, hi = (float(ends.min()), float(ends.max())) if len(ends) else (0.0, 1.0)
    pad = (hi - lo or 1.0) * 0.03
    domain = [lo - pad, hi + (hi - lo or 1.0) * 0.16]
    label = alt.Undefined if time else formats.decimal("datum.value")
    axis = alt.Axis(
        title=scene.label(whole.a), tickCount=5, labelExpr=label, grid=True, domain=False
    )
    form: dict[str, Any] = {"type": "utc"} if time else {"zero": False}
    x = alt.Scale(domain=domain, nice=False, clamp=True, **form)
    data = _bands(view, levels)
    size: dict[str, Any] = {"size": alt.ExprRef(f"min({TALLEST}, bandwidth('y'))")}
    known = data.transform_filter("datum.n > 0")

    def at(name: str) -> alt.X:
        return alt.X(f"{name}:{kind}", scale=x, axis=axis)

    reach = known.mark_rule(style="line").encode(x=at("q05"), x2="q95")
    half = known.mark_bar(style="selected", opacity=0.75, cornerRadius=2, **size)
    middle = known.mark_tick(style="halo", thickness=2.5, **size).encode(x=at("median"))
    pick = alt.selection_point(name="pick", fields=["level"], on="click", toggle="event.shiftKey")
    n = data.mark_text(style="muted", align="right", x=alt.ExprRef("width"))
    hit = _hit(data, pick).encode(
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
        reach, half.encode(x=at("q25"), x2="q75"), middle, n.encode(text="count:N"), hit
    ).properties(width="container", height=height)


def _bands(view: str, levels: Sequence[str], field: str = "level") -> alt.Chart:
    axis = alt.Axis(title=None, labelLimit=130)
    scale = alt.Scale(domain=list(levels), paddingInner=0.3, paddingOuter=0.15)
    return alt.Chart(alt.NamedData(view)).encode(y=alt.Y(f"{field}:N", scale=scale, axis=axis))


def _hit(data: alt.Chart, pick: alt.Parameter) -> alt.Chart:
    shade = alt.condition(pick, alt.value(0.25), alt.value(0), empty=False)
    rect = data.transform_filter("datum.real").mark_rect(
        style="rest", cursor="pointer", x=0, x2=alt.ExprRef("width")
    )
    return rect.encode(fillOpacity=shade).add_params(pick)


def _said(found: PairView, drawn: str, how: str) -> str:
    parts = [how, text.say("pair.n", n=text.count(found.n)), drawn]
    if found.missing:
        parts.append(text.say("pair.missing", n=text.count(found.missing)))
    return text.say("heatmap.join").join(part for part in parts if part)


def shares(
    scene: CorrelationScene, found: PairView, whole: PairView, view: str, how: str, span: int,
    height: int,
) -> View:  # fmt: skip
    """A bar a level of one column, cut into the shares of the other's; click a part to select."""
    colours = _colours(whole)
    first = whole.cells[whole.cells["level_b"].map(plain) == colours[0]]
    levels = _by(first, "level_a", first["share"])
    rows = _lumped(found.cells, colours)
    a, b = scene.label(found.a), scene.label(found.b)
    part = rows[(rows["level_b"] == colours[0]) & (rows["total"] > 0)]
    if len(part) > 1:
        top, low = (part.loc[at] for at in (part["share"].idxmax(), part["share"].idxmin()))
        title = text.say(
            "pair.shares", b=b, level=colours[0],
            one=text.percent(float(top["share"])), first=top["level_a"],
            two=text.percent(float(low["share"])), second=low["level_a"],
        )  # fmt: skip
    else:
        title = text.say("pair.title", a=a, b=b)
    return View(
        id=view,
        chart=_stacks(view, scene, whole, levels, colours, height),
        rows=rows,
        title=title,
        subtitle=_said(found, text.say("pair.share_is", a=a, b=b), how),
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
        end=ends, start=ends - rows["share"], count=[text.count(n) for n in rows["total"]],
        words=[text.percent(share) if share >= 0.08 else "" for share in rows["share"]],
        first=(rows["g"] == 0).astype(int),
    )  # fmt: skip


def _stacks(
    view: str, scene: CorrelationScene, whole: PairView, levels: Sequence[str],
    colours: Sequence[str], height: int,
) -> alt.TopLevelMixin:  # fmt: skip
    data = _bands(view, levels, "level_a")
    more = bool(len(set(map(str, whole.cells["level_b"]))) > len(colours))
    domain = [*colours, *([text.say("bars.other")] if more else [])]
    range_ = [*GROUPS[: len(colours)], *([BEYOND] if more else [])]
    legend = alt.Legend(
        title=scene.label(whole.b), orient="top", direction="horizontal", symbolType="square",
        labelLimit=110, columns=3, titleAnchor="start", symbolSize=80,
    )  # fmt: skip
    color = alt.Color("level_b:N", scale=alt.Scale(domain=domain, range=range_), legend=legend)
    axis = alt.Axis(title=None, values=[0, 0.25, 0.5, 0.75, 1], format=".0%", domain=False)
    x = alt.X("start:Q", scale=alt.Scale(domain=[0, 1.16], nice=False), axis=axis)
    size = alt.ExprRef(f"min({TALLEST}, bandwidth('y'))")
    pick = alt.selection_point(
        name="pick", fields=["level_a", "level_b"], on="click", toggle="event.shiftKey"
    )
    dimmed = alt.condition(pick, alt.value(1), alt.value(0.4))
    bars = data.mark_bar(size=size, cursor="pointer").encode(
        x=x, x2="end:Q", color=color, opacity=dimmed,
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
        bars.add_params(pick), share.encode(x=x, text="words:N"), n.encode(text="count:N")
    ).properties(width="container", height=height)
