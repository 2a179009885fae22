"""The cells of a heatmap of coefficients, or of their differences."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import altair as alt

from ... import text
from .scene import CorrelationScene

VIEW = "heatmap"
TEXT_FROM = 25
"""Width of a cell from which it holds its coefficient, in pixels."""
STEEP = 12
"""Columns from which their names stand upright."""


def method_name(method: str) -> str:
    """The name of a measure.

    >>> method_name("v")
    'Cramér’s V'
    """
    return text.say(f"measure.{method}")


def _legend(title: list[str], lo: float, reach: float) -> alt.Legend:
    shown = [lo, 0.0, reach] if lo < 0 else [0.0, reach / 2, reach]
    return alt.Legend(
        title=title, orient="top", direction="horizontal", gradientLength=110,
        gradientThickness=8, values=shown, titleAnchor="start", offset=2, padding=6,
        labelExpr=f"replace({_dotted('datum.value', signed=lo < 0)}, /\\.?0+$/, '') || '0'",
    )  # fmt: skip


def _dotted(value: str, *, signed: bool) -> str:
    """Expression for a coefficient without the zero before its point."""
    written = f"replace(format({value}, '{'+' if signed else ''}.2f'), '0.', '.')"
    return f"(abs({value}) < 0.005 ? '0' : {written})"


def structure(scene: CorrelationScene) -> tuple[Hashable, ...]:
    """What the chart depends on beside its columns and its height."""
    titles = [tuple(_measures(scene, kind)) for kind in (0, 1)]
    return (VIEW, *scene.groups, scene.reach, *_kinds(scene), *titles, _has_reasons(scene))


def heatmap_chart(
    scene: CorrelationScene, across: list[str], down: list[str], height: int
) -> alt.TopLevelMixin:
    """A layer for signed measures and one for unsigned, each with a ramp of its own."""
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
    faint = alt.OpacityValue(**alt.condition("datum.faded == 1", alt.value(0.3), alt.value(1)))
    compared = scene.comparison is not None
    layers: list[alt.Chart] = []
    scales: list[tuple[int, str, str]] = []
    titles = {kind: _measures(scene, kind) for kind in _kinds(scene)}
    lines = max(map(len, titles.values()))
    for signed in _kinds(scene):
        lo = -scene.reach if signed else 0.0
        scale = alt.Scale(
            domain=[lo, scene.reach], clamp=True, range="diverging" if signed else "heatmap",
            interpolate="lab",
        )  # fmt: skip
        # as many lines in each, so that the ramps stand level
        title = [""] * (lines - len(titles[signed])) + titles[signed]
        if compared:
            title = [text.say("heatmap.legend_difference")]
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
        legible = f"luminance(scale('{name}', datum.r)) > 0.18 ? '#000000' : '#ffffff'"
        if len(scales) == 1:
            legible = legible.replace(name, "color")
        strong = words.transform_filter("datum.faded == 0")
        layers.append(
            strong.mark_text(fill=alt.ExprRef(legible), **small).encode(text=alt.Text("label:N"))
        )
        weak = words.transform_filter("datum.faded == 1")
        layers.append(weak.mark_text(style="muted", **small).encode(text=alt.Text("label:N")))
    dash: dict[str, Any] = {
        "fillOpacity": 0,
        "strokeDash": [2, 2],
        "strokeWidth": 1,
        "strokeOpacity": 0.9,
    }
    layers.append(cells.transform_filter("datum.cut == 1").mark_rect(style="edge", **dash))
    frame = cells.transform_filter("datum.open == 1")
    layers.append(frame.mark_rect(fillOpacity=0, strokeWidth=2, style="edge", strokeOpacity=1))
    pick = alt.selection_point(name="pick", fields=["pair"], on="click", toggle=False)
    hit = (
        cells.transform_calculate(ci=_interval(), n_text="format(datum.n, ',d')")
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


def _measures(scene: CorrelationScene, signed: int) -> list[str]:
    """The names of the measures, a line each: beside each other they would be cut off."""
    pairs = scene.correlation.pairs
    of_kind = pairs.loc[pairs["signed"].astype(bool) == bool(signed), "method"]
    names = [method_name(method) for method in dict.fromkeys(of_kind)]
    return [name + text.say("heatmap.and").rstrip() for name in names[:-1]] + names[-1:]


def _has_reasons(scene: CorrelationScene) -> bool:
    return bool((scene.pairs["reason"] != "").any())


def _interval() -> str:
    def one(name: str) -> str:
        return _dotted(f"datum.{name}", signed=False)

    return f"isValid(datum.lo) && isValid(datum.hi) ? {one('lo')} + ' … ' + {one('hi')} : '–'"


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
        alt.Tooltip("p:N", title=text.say("heatmap.p")),
        alt.Tooltip("method:N", title=text.say("knob.method")),
    ]
    if _has_reasons(scene):
        found.append(alt.Tooltip("why:N", title=text.say("heatmap.why")))
    return found
