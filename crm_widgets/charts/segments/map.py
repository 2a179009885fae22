"""Map of the customers: density by segment on the two directions that differ most."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...data.vocabulary.table import Dim as TableDim
from ...data.vocabulary.table import Edges
from ..axes import bin_scale, group_color
from ..binning import Bins, room, still_fits
from ..canvas import Counts, Where
from ..names import direction
from ..theme import GROUPS
from ..view import Chart, Column, Counting, Dim, Series
from .scene import Scene

VIEW = "map"
CELLS = 40
"""Cells each way, tails included; 50 are the most."""
LETTER = 0.017
"""Width of a letter of a name, as a share of a map of the usual width."""


def map_bins(values: Counts, cells: int = CELLS) -> Bins:
    """Equal cells over the bulk (0.5th to 99.5th percentile), and one at each end for the rest.

    >>> map_bins(np.arange(1001.0), 12).edges[:3]
    (0.0, 5.0, 104.0)
    """
    values = values[np.isfinite(values)]
    least, most = float(values.min()), float(values.max())
    lo, hi = (float(q) for q in np.quantile(values, (0.005, 0.995)))
    if lo == hi:
        lo, hi = (least, most) if most > least else (lo - 0.5, hi + 0.5)
    n = cells - (least < lo) - (most > hi)
    # no more digits than a cell needs: each edge stands in a thousand rows on the page
    digits = max(0, 2 - math.floor(math.log10((hi - lo) / n)))
    lo = math.floor(lo * 10**digits) / 10**digits
    step = math.ceil((hi - lo) / n * 10**digits) / 10**digits
    inner = np.round(lo + step * np.arange(n + 1), digits)
    hi = float(inner[-1])
    low, high = least < lo, most > hi
    # tails end at a round distance, so that later customers may fit too
    before = [room(lo, least)] if low else []
    beyond = [room(hi, most)] if high else []
    return Bins((*before, *(float(edge) for edge in inner), *beyond), low, high)


def map_view(scene: Scene, where: Where, *, span: int = 4, height: int = 280) -> Chart:
    """Cells coloured by the segment that is most frequent in them, the stronger the fuller."""
    x, y = _bins(scene, "pc1"), _bins(scene, "pc2")
    others = where(VIEW)
    dims: list[TableDim] = [Edges("pc1", x.edges), Edges("pc2", y.edges), scene.segment]
    everyone, chosen = scene.counts(dims, others)
    explained = float(np.sum(scene.result.map.explained[:2]))
    most = scene.end(VIEW, float(everyone.sum(axis=2).max()))
    titles = (axis_title(scene, 0), axis_title(scene, 1))
    return Chart(
        id=VIEW,
        chart=scene.chart(VIEW, lambda: _chart(x, y, titles, most, height)),
        rows=_rows(scene, x, y, everyone, chosen),
        title=text.say("map.title", share=text.percent(explained)),
        subtitle=text.say("map.subtitle"),
        sentence=text.say(
            "map.sentence",
            n=text.count(chosen.sum()),
            total=text.count(everyone.sum()),
            x=titles[0],
            y=titles[1],
        ),
        dims=(
            Dim("pc1", text.say("feature.pc1"), ("x0", "x1"), edges=x.edges),
            Dim("pc2", text.say("feature.pc2"), ("y0", "y1"), edges=y.edges),
        ),
        series=(Series("sel"),),
        param="brush",
        active_bins=CELLS,
        columns=(
            Column("x0", text.say("feature.pc1"), ".2f"),
            Column("y0", text.say("feature.pc2"), ".2f"),
            Column("segment", text.say("feature.segment")),
            Column("sel", text.say("col.selected"), ",d"),
            Column("n", text.say("col.customers"), ",d"),
        ),
        span=span,
        height=height,
        extra={"map_names": _places(scene, x, y)},
        counting=Counting(tuple(dims[:2]), coarse=_coarse(scene, x, y, everyone)),
    )


def _coarse(scene: Scene, x: Bins, y: Bins, everyone: Counts) -> Counting:
    """Cells of two by two, which are drawn while a brush moves elsewhere."""
    merged = everyone
    for axis in (0, 1):
        merged = np.add.reduceat(merged, range(0, everyone.shape[axis], 2), axis=axis)
    wide, tall = (replace(bins, edges=_every_second(bins.edges)) for bins in (x, y))
    return Counting(
        (Edges("pc1", x.edges), Edges("pc2", y.edges)),
        at=np.flatnonzero(merged.sum(axis=2)),
        rows=_rows(scene, wide, tall, merged, merged),
        merge=2,
    )


def _every_second(edges: tuple[float, ...]) -> tuple[float, ...]:
    return edges[::2] if len(edges) % 2 else (*edges[::2], edges[-1])


def _bins(scene: Scene, axis: str) -> Bins:
    def make() -> Bins:
        values, drawn = scene.numbers(axis), scene.axes.get(axis)
        if drawn is None or not still_fits(drawn, values):
            drawn = scene.axes[axis] = map_bins(values)
        return drawn

    found: Bins = scene.cached(("map", axis), make)
    return found


def axis_title(scene: Scene, component: int) -> str:
    """Such as "61 % of differences: more orders, more money →", by the strongest loadings."""
    features = list(scene.result.features)
    parts = [direction(name, side, features) for name, side in scene.result.map.axes[component]]
    share = text.percent(float(scene.result.map.explained[component]))
    return text.say("map.axis", share=share, meaning=text.say("trait.join").join(parts))


def _rows(scene: Scene, x: Bins, y: Bins, everyone: Counts, chosen: Counts) -> pd.DataFrame:
    n, selected = everyone.sum(axis=2), chosen.sum(axis=2)
    i, j = np.nonzero(n)
    shown = np.where(selected[i, j, None] > 0, chosen[i, j], everyone[i, j])
    group = shown.argmax(axis=1)
    names = np.array(list(scene.names.values()), dtype=object)
    return pd.DataFrame(
        {
            "x0": np.array(x.edges)[i],
            "x1": np.array(x.edges)[i + 1],
            "y0": np.array(y.edges)[j],
            "y1": np.array(y.edges)[j + 1],
            "g": scene.colors[group],
            "segment": names[group],
            "n": n[i, j].astype(int),
            "sel": selected[i, j].astype(int),
        }
    )


def _places(scene: Scene, x: Bins, y: Bins) -> pd.DataFrame:
    """Where the name of each segment stands: at its median, pushed apart where names would meet."""
    middle = scene.cached("places", lambda: _medians(scene))
    rows: list[dict[str, object]] = []
    taken: list[tuple[float, float, float]] = []
    for g, label in enumerate(scene.labels[: len(GROUPS)]):
        across, up = (_position(b, float(v)) for b, v in zip((x, y), middle[g], strict=True))
        wide = LETTER * len(scene.names[label])
        for step in (0, 1, -1, 2, -2, 3, -3):
            moved = up + step * 0.075
            clear = all(
                abs(moved - b) > 0.07 or abs(across - a) > max(0.4, (wide + other) / 2)
                for a, b, other in taken
            )
            if clear and 0.03 < moved < 0.97:
                up = moved
                break
        taken.append((across, up, wide))
        side = "left" if across < 0.2 else "right" if across > 0.8 else "center"
        room = {"left": 1 - across, "right": across}.get(side, 2 * min(across, 1 - across))
        name = scene.names[label]
        rows.append({"px": across, "py": 1 - up, "name": name, "side": side, "room": room})
    return pd.DataFrame(rows, columns=["px", "py", "name", "side", "room"])


def _medians(scene: Scene) -> Counts:
    wanted = {"x": ("pc1", "median"), "y": ("pc2", "median")}
    found = scene.table.summarise(["segment"], wanted).set_index("segment")  # type: ignore[arg-type]
    return found.reindex(scene.labels).to_numpy(np.float64)


def _position(bins: Bins, value: float) -> float:
    return float(np.interp(value, bins.edges, np.linspace(0, 1, bins.n + 1)))


def _chart(
    x: Bins, y: Bins, titles: tuple[str, str], most: float, height: int
) -> alt.TopLevelMixin:
    quiet: dict[str, Any] = {
        "labels": False, "ticks": False, "grid": False, "domain": False,
        "titleFontSize": alt.ExprRef("width < 400 ? 10 : 12"),
    }  # fmt: skip
    across, up = (
        alt.Axis(title=title, titleLimit=alt.ExprRef(size), **quiet)
        for title, size in zip(titles, ("width", "height"), strict=True)
    )
    cells = alt.Chart(alt.NamedData(VIEW)).encode(
        x=alt.X("x0:Q", bin="binned", scale=bin_scale(x, "width"), axis=across),
        x2=alt.X2("x1"),
        y=alt.Y("y0:Q", bin="binned", scale=bin_scale(y, "height"), axis=up),
        y2=alt.Y2("y1"),
        tooltip=[
            alt.Tooltip("segment:N", title=text.say("map.mostly")),
            alt.Tooltip("sel:Q", title=text.say("col.selected"), format=",d"),
            alt.Tooltip("n:Q", title=text.say("col.customers"), format=",d"),
        ],
    )
    strength = alt.Scale(type="log", domain=[1, max(2.0, most)], range=[0.3, 1], clamp=True)
    rest = cells.transform_filter("datum.sel == 0").mark_rect(style="rest", strokeWidth=0.6)
    chosen = (
        cells.transform_filter("datum.sel > 0")
        .mark_rect()
        .encode(color=group_color(), opacity=alt.Opacity("sel:Q", scale=strength, legend=None))
    )
    brush = alt.selection_interval(name="brush", encodings=["x", "y"])
    return alt.layer(rest.add_params(brush), chosen, *_name_marks()).properties(
        width="container", height=height
    )


def _name_marks() -> list[alt.Chart]:
    """Names on a halo, set inwards where the map ends."""
    data = alt.Chart(alt.NamedData("map_names")).encode(text=alt.Text("name:N"))
    place: dict[str, Any] = {
        "x": alt.ExprRef("datum.px * width"), "y": alt.ExprRef("datum.py * height"),
        "align": alt.ExprRef("datum.side"), "fontWeight": "bold",
        "limit": alt.ExprRef("datum.room * width"),
    }  # fmt: skip
    return [data.mark_text(style=style, **place) for style in ("halo", "ink")]
