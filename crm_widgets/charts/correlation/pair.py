"""What a pair of columns looks like: density, boxes or shares, whichever suits the two."""

from __future__ import annotations

from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...analysis.correlation.find import pair_id
from ...analysis.correlation.pair import PairView
from .. import formats
from ..axes import kept_end
from ..view import Chart, Column, Dim
from .boxes import boxes
from .cells import method_name
from .levels import STEP, said
from .scene import CorrelationScene, between, coefficient
from .shares import shares

TREND = "#e69f00"
"""The line over blue cells: orange, which every eye tells from blue."""


def _view_id(scene: CorrelationScene) -> str:
    assert scene.pair is not None
    return pair_id(list(scene.places), scene.pair.a, scene.pair.b)


def pair(scene: CorrelationScene, *, span: int = 5, height: int = 340) -> Chart:
    """The opened pair; brush or click to select."""
    assert scene.pair is not None
    assert scene.whole is not None
    how = strength(scene.pair, scene.correlation.pairs)
    view = _view_id(scene)
    return _drawn(scene, scene.pair, view, how, _most(scene, scene.whole, view), span, height)


def pair_of_sides(scene: CorrelationScene, *, span: int = 6, height: int = 300) -> list[Chart]:
    """The opened pair in the groups that are compared, side by side on the same axes."""
    assert scene.comparison is not None
    found = []
    for key, name, side, group in zip(
        "ab", scene.groups, scene.sides, (scene.comparison.a, scene.comparison.b), strict=True
    ):
        how = strength(side, group.pairs)
        view = f"{_view_id(scene)}_{key}"
        made = _drawn(scene, side, view, how, _most(scene, side, view), span, height)
        title = text.say("pair.of_side", group=name, title=made.title)
        found.append(replace(made, title=title, sentence=title))
    return found


def _drawn(
    scene: CorrelationScene, found: PairView, view: str, how: str, most: float, span: int,
    height: int,
) -> Chart:  # fmt: skip
    if found.kind == "numbers":
        return _numbers(scene, found, view, how, most, span, height)
    bars = 96 + STEP * found.cells.iloc[:, 0].nunique(dropna=False)
    height = min(height, max(180, bars))
    draw = boxes if found.kind == "number_category" else shares
    assert scene.whole is not None
    return draw(scene, found, scene.whole, view, how, span, height)


def strength(found: PairView, pairs: pd.DataFrame) -> str:
    """The coefficient of a pair with its interval."""
    both = {found.a, found.b}
    mine = pairs[pairs["a"].isin(both) & pairs["b"].isin(both)]
    if not len(mine):
        return ""
    row = mine.iloc[0]
    signed = bool(row["signed"])
    return text.say(
        "pair.strength",
        method=method_name(row["method"]),
        value=coefficient(row["value"], signed=signed),
        interval=between(row["low"], row["high"], signed=signed),
    )


def _numbers(
    scene: CorrelationScene, found: PairView, view: str, how: str, most: float, span: int,
    height: int,
) -> Chart:  # fmt: skip
    a, b = scene.label(found.a), scene.label(found.b)
    cells = found.cells.rename(
        columns={"a_lo": "a0", "a_hi": "a1", "b_lo": "b0", "b_hi": "b1"}
    ).reset_index(drop=True)
    title = _direction(scene, found)
    times = [name in scene.times for name in (found.a, found.b)]
    formats_ = ["time" if time else ",.3~r" for time in times]
    return Chart(
        id=view,
        chart=scene.chart(
            view,
            found.edges_a,
            found.edges_b,
            height,
            bool(len(found.trend)),
            most,
            make=lambda: _density(scene, found, view, times, most, height),
        ),
        rows=cells,
        title=title,
        subtitle=said(found, text.say("pair.trend"), how),
        sentence=title,
        dims=tuple(
            Dim(scene.field(name), label, (f"{axis}0", f"{axis}1"), edges=edges, time=time)
            for axis, name, label, edges, time in (
                ("a", found.a, a, found.edges_a, times[0]),
                ("b", found.b, b, found.edges_b, times[1]),
            )
        ),
        param="brush",
        columns=(
            Column("a0", text.say("pair.from", column=a), formats_[0]),
            Column("a1", text.say("pair.to", column=a), formats_[0]),
            Column("b0", text.say("pair.from", column=b), formats_[1]),
            Column("b1", text.say("pair.to", column=b), formats_[1]),
            Column("n", text.say("heatmap.n"), ",d"),
        ),
        span=span,
        height=height,
        extra={f"{view}_trend": _smooth(found.trend)},
    )


def _direction(scene: CorrelationScene, found: PairView) -> str:
    """Say how the second moves with the first, from the trend's ends."""
    a, b = scene.label(found.a), scene.label(found.b)
    trend = found.trend
    if len(trend) < 2:
        return text.say("pair.title", a=a, b=b)
    (start, one), (end, two) = _end(trend), _end(trend[::-1])
    return text.say(
        "pair.numbers",
        a=a,
        b=b,
        one=scene.value(found.b, one),
        two=scene.value(found.b, two),
        start=scene.value(found.a, start),
        end=scene.value(found.a, end),
    )


def _end(trend: pd.DataFrame) -> tuple[float, float]:
    """Where the tenth of the rows at the beginning of a trend lies."""
    n = trend["n"].to_numpy(np.float64)
    weights = n * (np.cumsum(n) - n < 0.1 * n.sum())
    whole = not (trend["a"].to_numpy(np.float64) % 1).any()
    place, median = (
        np.average(trend[name].to_numpy(float), weights=weights) for name in ("a", "median")
    )
    return float(round(place) if whole else place), float(median)


def _smooth(trend: pd.DataFrame) -> pd.DataFrame:
    """Twice the mean of each point with its neighbours, weighted ¼ ½ ¼ by their rows."""
    found = trend.reset_index(drop=True).astype(np.float64)
    if len(found) < 5:
        return found
    n = found["n"].to_numpy()
    for _ in range(2):
        for name in ("q25", "median", "q75"):
            values = found[name].to_numpy()
            near = [np.roll(n, 1) * 0.25, n * 0.5, np.roll(n, -1) * 0.25]
            near[0][0] = near[2][-1] = 0.0
            moved = near[0] * np.roll(values, 1) + near[1] * values + near[2] * np.roll(values, -1)
            found[name] = moved / np.sum(near, axis=0)
    return found


def _most(scene: CorrelationScene, found: PairView, view: str) -> float:
    """The fullest cell: over all rows, so that colours stay, or of a group, so that shapes show."""
    most = max(1.0, float(np.nan_to_num(found.cells["n"].max(), nan=1.0)))
    return kept_end(scene.ends, view, most)


def _density(
    scene: CorrelationScene,
    found: PairView,
    view: str,
    times: list[bool],
    most: float,
    height: int,
) -> alt.TopLevelMixin:
    def axis(time: bool, column: str, size: str) -> alt.Axis:
        label = alt.Undefined if time else formats.decimal("datum.value")
        return alt.Axis(
            title=scene.axis(column), titleLimit=alt.ExprRef(size), tickCount=5, labelExpr=label,
            grid=False, domain=False,
        )  # fmt: skip

    def scale(time: bool, edges: tuple[float, ...]) -> alt.Scale:
        ends = [edges[0], edges[-1]]
        if time:
            return alt.Scale(domain=ends, nice=False, type="utc")
        return alt.Scale(domain=ends, nice=False, zero=False)

    kind_a, kind_b = ("T" if time else "Q" for time in times)
    x = alt.X(
        f"a0:{kind_a}", bin="binned", scale=scale(times[0], found.edges_a),
        axis=axis(times[0], found.a, "width"),
    )  # fmt: skip
    y = alt.Y(
        f"b0:{kind_b}", bin="binned", scale=scale(times[1], found.edges_b),
        axis=axis(times[1], found.b, "height"),
    )  # fmt: skip
    shade = alt.Scale(type="sqrt", domain=[0, most], range="ramp", interpolate="lab")
    brush = alt.selection_interval(name="brush", encodings=["x", "y"])
    tooltip = [
        alt.Tooltip("n:Q", title=text.say("heatmap.n"), format=",d"),
        *(
            alt.Tooltip(
                f"{axis}{end}:{kind}", title=text.say(word, column=scene.label(column)),
                format="%Y-%m-%d" if kind == "T" else ",.3~r",
            )
            for axis, kind, column in (("a", kind_a, found.a), ("b", kind_b, found.b))
            for end, word in ((0, "pair.from"), (1, "pair.to"))
        ),
    ]  # fmt: skip
    cells = (
        alt.Chart(alt.NamedData(view))
        .mark_rect()
        .encode(
            x=x, x2=alt.X2("a1"), y=y, y2=alt.Y2("b1"), tooltip=tooltip,
            color=alt.Color("n:Q", scale=shade, legend=None),
        )
        .add_params(brush)
    )  # fmt: skip
    layers: list[alt.Chart] = [cells]
    if len(found.trend):
        trend = alt.Chart(alt.NamedData(f"{view}_trend")).encode(x=alt.X(f"a:{kind_a}"))
        layers += [
            trend.mark_line(
                orient="vertical",
                color=TREND,
                strokeWidth=width,
                strokeDash=dash,
                clip=True,
                interpolate="monotone",
            ).encode(y=alt.Y(f"{name}:{kind_b}"))
            for name, width, dash in (("q25", 1.5, [4, 3]), ("q75", 1.5, [4, 3]), ("median", 3, []))
        ]
    return alt.layer(*layers).properties(width="container", height=height)
