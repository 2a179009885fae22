"""The triangle: a row a cohort, a column an age, with the size of each cohort beside it."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from ... import text
from ..theme import ACCENT
from ..view import Chart, Column, Dim, Pick
from .names import kind_of
from .scene import CohortScene
from .triangle_rows import cell_rows, triangle_rows

VIEW = "triangle"
SIZES_PX = 80
"""The least width of the column of sizes, in pixels."""
LETTERS = 4
"""Of the usual number: all cells have room for theirs, or none shows it."""
_DIAGONALS = (-0.8, -0.4, 0.0, 0.4, 0.8)
"""Where the lines of a hatched cell begin."""


def triangle(scene: CohortScene, *, span: int = 12) -> Chart:
    """Cells in the colour of the measure; click a cell, a size or an average to select."""
    levels = [text.say("triangle.all"), *scene.names.values()]
    wide = _wide(scene.ages)
    row = min(36, max(15, 400 // len(levels)))
    height = row * len(levels) + 46
    rows = triangle_rows(scene, wide)
    title = _finding(scene)
    return Chart(
        id=VIEW,
        chart=scene.chart(
            (VIEW, tuple(levels), scene.ages, scene.measure, scene.whole.period, height,
             scene.whole.window_days),
            lambda: _chart(scene, levels, wide, height),
        ),
        rows=rows,
        title=title,
        subtitle=_subtitle(scene),
        sentence=text.say("triangle.sentence", title=title),
        dims=(
            Dim("age", text.say("triangle.age"), ("x0",), edges=(-wide, *range(scene.ages + 1))),
            Dim("cohort", text.say("feature.cohort"), ("name",), levels=tuple(levels)),
        ),
        pick=(Pick("pick", "cohort", "cohort"), Pick("pick", "age", "age")),
        columns=(
            Column("name", text.say("feature.cohort")),
            Column("when", text.say("triangle.age")),
            Column("label", scene.measure_name),
            Column("range", text.say("col.interval")),
            Column("n", text.say("col.customers"), ",d"),
            Column("active", text.say("col.active"), ",d"),
            Column("note", text.say("col.note")),
        ),
        span=span,
        height=height,
    )  # fmt: skip


def _wide(ages: int) -> float:
    """Width of the column of sizes, in cells."""
    return round(max(1.6, ages * 0.13), 2)


def _finding(scene: CohortScene) -> str:
    """Where the same cohorts were at the first and at the last age that all have reached."""
    if scene.shown is None:
        return text.say("sizes.nobody")
    table = scene.shown.average
    table = table[table["age"] >= scene.first_age]
    table = table[np.isfinite(table["value"])]
    if table.empty:
        return scene.nothing
    most = table["cohorts"].iloc[0]
    same = table[table["cohorts"] == most]
    if len(same) == 1 and len(table) > 1:
        same = scene.shown.pooled()
        same = same[same["age"] >= scene.first_age]
    first, last = same.iloc[0], same.iloc[-1]
    said = {
        "measure": scene.measure_name, "first": scene.say(first["value"]),
        "start": scene.in_sentence(int(first["age"])),
    }  # fmt: skip
    if len(same) == 1:
        return text.say("triangle.title_one", **said)
    said |= {"end": scene.in_sentence(int(last["age"])), "last": scene.say(last["value"])}
    if first["cohorts"] == most:
        return text.say("triangle.title", **said)
    return text.say("triangle.title_some", n=int(first["cohorts"]), **said)


def _subtitle(scene: CohortScene) -> str:
    parts = [text.say(f"triangle.unit_{kind_of(scene.measure)}")]
    parts.append(text.say("triangle.click"))
    states = set() if scene.shown is None else set(cell_rows(scene)["state"])
    hatched = [text.say(f"triangle.{state}") for state in ("open", "earlier") if state in states]
    if hatched:
        parts.append(text.say("triangle.hatched", what=text.say("cohorts.or").join(hatched)))
    ages = int(scene.whole.cells["age"].max()) + 1
    if ages > scene.ages:
        parts.append(text.say("triangle.more_ages", n=scene.ages, total=ages))
    return text.say("heatmap.join").join(parts)


def _hatched(
    cells: alt.Chart, across: alt.Scale, bands: alt.Scale, axis: alt.Axis
) -> list[alt.Chart]:
    """Diagonals across each cell: Vega has no patterns, so they are lines in its unit square."""
    lines = []
    for c in _DIAGONALS:
        left, right = max(0.0, c), min(1.0, 1.0 + c)
        line = cells.transform_calculate(
            left=f"datum.age + {left:.2f}", right=f"datum.age + {right:.2f}"
        )
        lines.append(
            line.mark_rule(style="line", strokeWidth=1, opacity=0.35).encode(
                x=alt.X("left:Q", scale=across),
                x2=alt.X2("right:Q"),
                y=alt.Y("name:N", bandPosition=1 - (left - c), scale=bands, axis=axis),
                y2=alt.Y2("name:N", bandPosition=1 - (right - c)),
            )
        )
    return lines


def _chart(scene: CohortScene, levels: list[str], wide: float, height: int) -> alt.TopLevelMixin:
    ages = scene.ages
    end = scene.whole.window_days
    step = 1 if ages <= 20 else next(s for s in (2, 4, 6, 12, 26) if ages / s <= 20)
    axis = alt.Axis(
        title=text.say("triangle.x_days", n=end) if end else
        text.say(f"triangle.x_{scene.whole.period}"),
        titleAnchor="start",
        orient="top", values=[-wide / 2, *(age + 0.5 for age in range(0, ages, step))],
        labelExpr="datum.value < 0 ? sizes_label : format(floor(datum.value), 'd')",
        ticks=False, domain=False, grid=False, labelOverlap=False, labelFlush=False,
    )  # fmt: skip
    sizes_end = f"max({SIZES_PX}, width * {wide / (ages + wide):.4f})"
    places: list[Any] = [0, alt.ExprRef(sizes_end), alt.ExprRef("width")]
    scale = alt.Scale(domain=[-wide, 0, ages], range=places, nice=False, zero=False)
    x = alt.X("x0:Q", scale=scale, axis=axis)
    bands = alt.Scale(domain=levels, paddingInner=0.08, paddingOuter=0.02)
    side = alt.Axis(title=None, ticks=False, domain=False, labelLimit=120)
    y = alt.Y("name:N", scale=bands, axis=side)
    data = alt.Chart(alt.NamedData(VIEW)).transform_calculate(
        x1="datum.age < 0 ? 0 : datum.age + 1",
        bar=f"datum.x0 + {wide * 0.5:.3f} * datum.share",
    )
    box = data.encode(x=x, x2=alt.X2("x1:Q"), y=y)
    gap: dict[str, Any] = {"x2Offset": -1}
    color = alt.Color(
        "shade:Q", scale=alt.Scale(domain=[0, 1], range="ramp", clamp=True), legend=None
    )
    cells = box.transform_filter("datum.age >= 0 && datum.label != ''")
    shaded = cells.transform_filter("isValid(datum.shade)")
    start = cells.transform_filter("!isValid(datum.shade)")
    open_ = cells.transform_filter("datum.state != 'done'")
    half = alt.RelativeBandSize(0.5)
    faint = alt.OpacityValue(
        **alt.condition("datum.state == 'whole'", alt.value(0.55), alt.value(0.25))
    )
    bars = data.transform_filter("datum.age < 0").encode(x=x, x2=alt.X2("bar:Q"), y=y)
    cell = f"(width - {sizes_end}) / {ages}"
    middle = data.transform_filter("datum.age >= 0").transform_calculate(mid="datum.age + 0.5")
    longest = f"(max({LETTERS}, length(datum.label)) * 6 + 2 <= {cell} ? 1 : 0)"
    small: dict[str, Any] = {"baseline": "middle"}
    on_color = (
        "isValid(datum.shade) && datum.state == 'done' && "
        "luminance(scale('color', datum.shade)) < 0.18 ? '#ffffff' : "
        "isValid(datum.shade) && datum.state == 'done' ? '#000000' : ''"
    )
    numbers = middle.encode(x=alt.X("mid:Q", scale=scale), y=y, text=alt.Text("label:N"))
    done = numbers.transform_filter("isValid(datum.shade) && datum.state == 'done'")
    other = numbers.transform_filter("!(isValid(datum.shade) && datum.state == 'done')")
    size = alt.ExprRef(f"{longest} * (datum.cohort != '' ? 11 : {cell} < 33 ? 9.5 : 11.5)")
    weight = alt.ExprRef("datum.cohort == '' ? 600 : 400")
    labels = [
        done.mark_text(fill=alt.ExprRef(on_color), fontSize=size, fontWeight=weight, **small),
        other.mark_text(style="muted", fontSize=size, **small),
    ]
    sizes = (
        data.transform_filter("datum.age < 0")
        .mark_text(style="ink", align="left", dx=5, fontSize=11, fontWeight=weight, **small)
        .encode(x=alt.X("bar:Q", scale=scale), y=y, text=alt.Text("label:N"))
    )
    pick = alt.selection_point(name="pick", fields=["cohort", "age"], on="click", toggle=False)
    ring = box.transform_filter({"param": "pick", "empty": False}).mark_rect(
        fillOpacity=0, stroke=ACCENT, strokeWidth=2, **gap
    )
    hit = box.mark_rect(fillOpacity=0, cursor="pointer").encode(tooltip=_tooltip(scene))
    return alt.layer(
        bars.mark_bar(style="selected", cornerRadiusEnd=2, height=half).encode(opacity=faint),
        start.mark_rect(style="rest", opacity=0.35, **gap),
        shaded.transform_filter("datum.state == 'done'").mark_rect(**gap).encode(color=color),
        shaded.transform_filter("datum.state != 'done'")
        .mark_rect(opacity=0.16, **gap)
        .encode(color=color),
        *_hatched(open_, scale, bands, side),
        *labels,
        sizes,
        ring,
        hit.add_params(pick, alt.param(name="sizes_label", value=text.say("col.customers"))),
    ).properties(width="container", height=height)


def _tooltip(scene: CohortScene) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title=text.say("feature.cohort")),
        alt.Tooltip("when:N", title=text.say("triangle.age")),
        alt.Tooltip("label:N", title=scene.measure_name),
        alt.Tooltip("range:N", title=text.say("col.interval")),
        alt.Tooltip("n:Q", title=text.say("col.customers"), format=",d"),
        alt.Tooltip("active:Q", title=text.say("col.active"), format=",d"),
        alt.Tooltip("note:N", title=text.say("col.note")),
    ]
