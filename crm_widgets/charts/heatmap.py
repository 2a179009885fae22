"""What goes with what: a cell a pair, in the order that puts columns that go together side by side."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .. import text
from .correlation_scene import CorrelationScene, coefficient
from .view import Column, Dim, Pick, View

VIEW = "heatmap"
CELL = 24
"""Height of a cell, in pixels, while there is room."""
LARGEST = 560
TEXT_FROM = 25
"""Width of a cell from which it holds its coefficient, in pixels."""
STEEP = 12
"""Columns from which their names stand upright."""


def heatmap(scene: CorrelationScene, *, span: int = 7) -> View:
    """A cell a pair; click or Enter opens it."""
    across, down = _sides(scene)
    rows = _rows(scene)
    compared = scene.comparison is not None
    title = _finding(scene)
    labels = max((len(scene.label(name)) for name in across), default=0)
    room = min(110, 30 + 5 * labels)
    height = int(min(LARGEST, max(180, CELL * len(down)))) + room
    columns = [
        Column("a", text.say("heatmap.first")),
        Column("b", text.say("heatmap.second")),
        Column("r", text.say("heatmap.difference" if compared else "heatmap.coefficient"), "+.2f"),
        Column("lo", text.say("heatmap.low"), "+.2f"),
        Column("hi", text.say("heatmap.high"), "+.2f"),
        Column("n", text.say("heatmap.n"), ",d"),
        Column("p", text.say("heatmap.p"), ".2~g"),
        Column("method", text.say("knob.method")),
    ]
    return View(
        id=VIEW,
        chart=_chart(scene, across, down, height),
        rows=rows,
        title=title,
        subtitle=_subtitle(scene),
        sentence=text.say("heatmap.sentence", n=len(scene.order), title=title),
        dims=(
            Dim("x", "", ("x",), levels=tuple(across)),
            Dim("y", "", ("y",), levels=tuple(down)),
        ),
        pick=(Pick("pick", "pair", "pair", knob="pair"),),
        columns=tuple(columns),
        span=span,
        height=height,
    )


def _sides(scene: CorrelationScene) -> tuple[list[str], list[str]]:
    """Columns along both axes: of a triangle, one end of each side has no cell."""
    names = [scene.label(name) for name in scene.order]
    return (names, names) if scene.square else (names[:-1], names[1:])


def _rows(scene: CorrelationScene) -> pd.DataFrame:
    pairs = scene.pairs
    hidden = pairs["value"].abs() < scene.threshold
    pairs = pairs[~hidden]
    place = {name: i for i, name in enumerate(scene.order)}
    pairs = pairs[pairs["a"].isin(place) & pairs["b"].isin(place)]
    first, second = pairs["a"].map(place), pairs["b"].map(place)
    label = {name: scene.label(name) for name in scene.order}
    a, b = pairs["a"].map(label), pairs["b"].map(label)
    n = pairs["n"] if "n" in pairs else pairs["n_a"] + pairs["n_b"]
    rows = pd.DataFrame(
        {
            "x": a.where(first < second, b),
            "y": b.where(first < second, a),
            "pair": [scene.key(*pair) for pair in zip(pairs["a"], pairs["b"], strict=True)],
            "a": a,
            "b": b,
            "r": _short(pairs["value"]),
            "lo": _short(pairs["low"]),
            "hi": _short(pairs["high"]),
            "n": n.astype(int),
            "p": _short(pairs["p_adjusted"]),
            "signed": (pairs["signed"] | (scene.comparison is not None)).astype(int),
            "faded": pairs["faded"].astype(int),
            "cut": pairs["restricted"].astype(int),
            "method": [method_name(method) for method in pairs["method"]],
            "why": [_reason(reason) for reason in pairs["reason"]],
        }
    )
    if scene.comparison is not None:
        rows["r1"], rows["r2"] = _short(pairs["value_a"]), _short(pairs["value_b"])
    rows["open"] = (rows["pair"] == scene.opened).astype(int)
    if scene.square:
        rows = pd.concat([rows, rows.rename(columns={"x": "y", "y": "x"})], ignore_index=True)
    return rows.reset_index(drop=True)


def _short(values: pd.Series[Any]) -> pd.Series[Any]:
    """Four significant digits, which is what travels."""
    numbers = values.to_numpy(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        digits = 3 - np.floor(np.log10(np.abs(numbers)))
    kept = [
        round(number, int(places)) if np.isfinite(places) else number
        for number, places in zip(numbers.tolist(), digits.tolist(), strict=True)
    ]
    return pd.Series(kept, index=values.index, dtype=np.float64)


def method_name(method: str) -> str:
    """The name of a measure.

    >>> method_name("v")
    'Cramér’s V'
    """
    return text.say(f"measure.{method}")


def _reason(reason: str) -> str:
    return text.say(f"reason.{reason}") if reason else ""


def _finding(scene: CorrelationScene) -> str:
    clear = scene.known()
    clear = clear[~clear["faded"]]
    if not len(clear):
        if scene.comparison is not None:
            return text.say("heatmap.no_difference", a=scene.groups[0], b=scene.groups[1])
        return text.say("heatmap.nothing")
    best = clear.loc[clear["value"].abs().idxmax()]
    a, b = scene.label(best["a"]), scene.label(best["b"])
    if scene.comparison is None:
        value = coefficient(best["value"], signed=best["signed"])
        return text.say("heatmap.title", a=a, b=b, value=value, method=method_name(best["method"]))
    return text.say(
        "heatmap.title_difference",
        a=a,
        b=b,
        one=coefficient(best["value_a"], signed=best["signed"]),
        two=coefficient(best["value_b"], signed=best["signed"]),
        first=scene.groups[0],
        second=scene.groups[1],
    )


def _subtitle(scene: CorrelationScene) -> str:
    parts = []
    if scene.waits:
        parts.append(text.say("heatmap.waits"))
    if scene.comparison is not None:
        one, two = scene.groups
        parts.append(text.say("heatmap.subtitle_difference", a=one, b=two))
    else:
        if scene.rows < scene.total:
            parts.append(text.say("heatmap.subtitle_selected", n=text.count(scene.rows)))
        parts.append(text.say("heatmap.faded"))
    if scene.pairs["restricted"].any():
        parts.append(text.say("heatmap.restricted"))
    if scene.threshold > 0:
        below = int((scene.pairs["value"].abs() < scene.threshold).sum())
        least = coefficient(scene.threshold, signed=False)
        parts.append(text.say("heatmap.hidden", n=text.count(below), least=least))
    return text.say("heatmap.join").join(parts)


def _legend(title: str, lo: float, reach: float) -> alt.Legend:
    shown = [lo, 0.0, reach] if lo < 0 else [0.0, reach / 2, reach]
    return alt.Legend(
        title=title, orient="top", direction="horizontal", gradientLength=110,
        gradientThickness=8, values=shown, titleAnchor="start", offset=6,
        labelExpr=_dotted("datum.value", signed=lo < 0),
    )  # fmt: skip


def _dotted(value: str, *, signed: bool) -> str:
    """Expression for a coefficient without the zero before its point."""
    written = f"replace(format({value}, '{'+' if signed else ''}.2~f'), '0.', '.')"
    return f"({value} == 0 ? '0' : {written})" if signed else written


def _chart(
    scene: CorrelationScene, across: list[str], down: list[str], height: int
) -> alt.TopLevelMixin:
    angle = -90 if len(across) > STEEP else -40
    quiet: dict[str, Any] = {
        "title": None, "ticks": False, "domain": False, "labelPadding": 5,
        "labelOverlap": "greedy", "grid": False,
    }  # fmt: skip
    gap = 0.06 if len(across) <= 40 else 0.0
    x = alt.X(
        "x:N",
        scale=alt.Scale(domain=across, padding=gap),
        axis=alt.Axis(labelAngle=angle, labelLimit=105, **quiet),
    )
    y = alt.Y(
        "y:N",
        scale=alt.Scale(domain=down, padding=gap),
        axis=alt.Axis(labelLimit=130, **quiet),
    )
    cells = alt.Chart(alt.NamedData(VIEW)).encode(x=x, y=y)
    faint = alt.condition("datum.faded == 1", alt.value(0.3), alt.value(1))
    compared = scene.comparison is not None
    layers: list[alt.Chart] = []
    scales: list[tuple[int, str, str]] = []
    for signed in _kinds(scene):
        lo = -scene.reach if signed else 0.0
        scale = alt.Scale(
            domain=[lo, scene.reach], clamp=True, range="diverging" if signed else "heatmap",
            interpolate="lab",
        )  # fmt: skip
        title = text.say("heatmap.legend_difference") if compared else _measures(scene, signed)
        color = alt.Color("r:Q", scale=scale, legend=_legend(title, lo, scene.reach))
        mine = f"datum.signed == {signed} && isValid(datum.r)"
        scales.append((signed, f"layer_{len(layers)}_color", mine))
        layers.append(cells.transform_filter(mine).mark_rect().encode(color=color, opacity=faint))
    unknown = cells.transform_filter("!isValid(datum.r)")
    layers.append(unknown.mark_rect(style="rest", opacity=0.35))
    fits = f"bandwidth('x') >= {TEXT_FROM} && bandwidth('y') >= 13"
    small: dict[str, Any] = {"fontSize": alt.ExprRef(f"{fits} ? 10.5 : 0"), "baseline": "middle"}
    for signed, name, mine in scales:
        words = cells.transform_filter(mine).transform_calculate(
            label=_dotted("datum.r", signed=bool(signed))
        )
        legible = f"luminance(scale('{name}', datum.r)) > 0.2 ? '#1b1f24' : '#ffffff'"
        if len(scales) == 1:
            legible = legible.replace(name, "color")
        strong = words.transform_filter("datum.faded == 0")
        layers.append(strong.mark_text(fill=alt.ExprRef(legible), **small).encode(text="label:N"))
        weak = words.transform_filter("datum.faded == 1")
        layers.append(weak.mark_text(style="muted", **small).encode(text="label:N"))
    dash = {"fillOpacity": 0, "strokeDash": [2, 2], "strokeWidth": 1, "strokeOpacity": 0.9}
    layers.append(cells.transform_filter("datum.cut == 1").mark_rect(style="edge", **dash))
    frame = cells.transform_filter("datum.open == 1")
    layers.append(frame.mark_rect(fillOpacity=0, strokeWidth=2, style="edge", strokeOpacity=1))
    pick = alt.selection_point(name="pick", fields=["pair"], on="click", toggle=False)
    hit = (
        cells.transform_calculate(ci=_interval(), n_text="format(datum.n, ',d')", **_p())
        .mark_rect(fillOpacity=0, cursor="pointer")
        .encode(tooltip=_tooltip(scene))
    )
    layers.append(hit.add_params(pick))
    chart = alt.layer(*layers).properties(width="container", height=height)
    return chart.resolve_scale(color="independent") if len(scales) > 1 else chart


def _kinds(scene: CorrelationScene) -> list[int]:
    """Whether there are signed and unsigned measures; differences are signed."""
    if scene.comparison is not None:
        return [1]
    found = scene.correlation.pairs["signed"].astype(bool)
    return [sign for sign in (1, 0) if (found == bool(sign)).any()] or [1]


def _measures(scene: CorrelationScene, signed: int) -> str:
    pairs = scene.correlation.pairs
    of_kind = pairs.loc[pairs["signed"].astype(bool) == bool(signed), "method"]
    names = [method_name(method) for method in dict.fromkeys(of_kind)]
    return text.say("heatmap.and").join(names)


def _interval() -> str:
    def one(name: str) -> str:
        return _dotted(f"datum.{name}", signed=False)

    return f"isValid(datum.lo) && isValid(datum.hi) ? {one('lo')} + ' … ' + {one('hi')} : '–'"


def _p() -> dict[str, str]:
    """Adjusted p in words: below a thousandth it says no more."""
    written = "replace(format(datum.p, '.3~f'), '0.', '.')"
    return {"p_text": f"isValid(datum.p) ? (datum.p < 0.001 ? '< .001' : {written}) : '–'"}


def _tooltip(scene: CorrelationScene) -> list[alt.Tooltip]:
    compared = scene.comparison is not None
    value = text.say("heatmap.difference" if compared else "heatmap.coefficient")
    found = [
        alt.Tooltip("a:N", title=text.say("heatmap.first")),
        alt.Tooltip("b:N", title=text.say("heatmap.second")),
        alt.Tooltip("r:Q", title=value, format="+.3f" if compared else ".3f"),
        alt.Tooltip("ci:N", title=text.say("heatmap.interval")),
    ]
    if compared:
        found += [
            alt.Tooltip("r1:Q", title=scene.groups[0], format=".3f"),
            alt.Tooltip("r2:Q", title=scene.groups[1], format=".3f"),
        ]
    found += [
        alt.Tooltip("n_text:N", title=text.say("heatmap.n")),
        alt.Tooltip("p_text:N", title=text.say("heatmap.p")),
        alt.Tooltip("method:N", title=text.say("knob.method")),
    ]
    if (scene.pairs["reason"] != "").any():
        found.append(alt.Tooltip("why:N", title=text.say("heatmap.why")))
    return found
