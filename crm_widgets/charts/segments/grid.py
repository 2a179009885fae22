"""The R × F grid: who bought lately and often, with customers and money in each cell."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...data.vocabulary.table import Dim as TableDim
from ...data.vocabulary.table import Levels
from .. import formats
from ..axes import group_color
from ..canvas import Counts, Mask, Where
from ..names import money_head
from ..view import Chart, Column, Counting, Dim, Series
from .scene import Scene

VIEW = "grid"
SCORES = (1, 2, 3, 4, 5)


def grid(scene: Scene, where: Where, *, span: int = 4, height: int = 280) -> Chart:
    """25 cells in the colour of their segment, the stronger the more customers; brush to select."""
    others = where(VIEW)
    dims: list[TableDim] = [Levels("r_score", SCORES), Levels("f_score", SCORES), scene.segment]
    everyone, chosen = scene.counts(dims, others)
    rows = _rows(scene, everyone, chosen)
    if scene.money:
        money, chosen_money = scene.counts(dims[:2], others, scene.money)
        rows["money"], rows["sel_money"] = money.ravel(), chosen_money.ravel()
    columns = [
        Column("r", text.say("feature.r_score")),
        Column("f", text.say("feature.f_score")),
        Column("segment", text.say("feature.segment")),
        Column("sel", text.say("col.selected"), ",d"),
        Column("n", text.say("col.customers"), ",d"),
    ]
    if scene.money:
        columns.append(
            Column("sel_money", money_head("col.selected_money", scene.money_unit), ",.0f")
        )
        columns.append(Column("money", money_head("col.money", scene.money_unit), ",.0f"))
    levels = tuple(str(score) for score in SCORES)
    title = _finding(scene, where(""))
    return Chart(
        id=VIEW,
        chart=scene.chart(VIEW, lambda: _chart(scene, float(rows["n"].max()), height)),
        rows=rows,
        title=title,
        subtitle=text.say("grid.subtitle") + _gaps(everyone.sum(axis=2)),
        sentence=title + text.say("grid.sentence"),
        dims=(
            Dim("r_score", text.say("feature.r_score"), ("r",), levels=levels),
            Dim("f_score", text.say("feature.f_score"), ("f",), levels=levels),
        ),
        series=(Series("sel"), *([Series("sel_money", "sum")] if scene.money else [])),
        param="brush",
        active_bins=5,
        columns=tuple(columns),
        span=span,
        height=height,
        extra={"grid_names": _places(scene, everyone)},
        counting=Counting(tuple(dims[:2]), (None, scene.money) if scene.money else (None,)),
    )


def _rows(scene: Scene, everyone: Counts, chosen: Counts) -> pd.DataFrame:
    n, selected = everyone.sum(axis=2), chosen.sum(axis=2)
    shown = np.where(selected[..., None] > 0, chosen, everyone)
    group = shown.argmax(axis=2).ravel()
    r, f = (axis.ravel() + 1 for axis in np.indices((5, 5)))
    names = np.array(scene.cautious, dtype=object)
    return pd.DataFrame(
        {
            "r": r, "f": f,
            "g": scene.colors[group], "segment": np.where(n.ravel() > 0, names[group], "–"),
            "n": n.ravel().astype(int), "sel": selected.ravel().astype(int),
        }
    )  # fmt: skip


def _finding(scene: Scene, selected: Mask | None) -> str:
    """How much the best four cells hold of those whom all views select."""
    dims: list[TableDim] = [Levels("r_score", SCORES), Levels("f_score", SCORES)]
    _, n = scene.counts(dims, selected)
    if not n.sum():
        return text.say("sizes.nobody")
    best = float(n[3:, 3:].sum())
    if selected is not None and best == n.sum():
        return text.say("grid.all_selected")
    share = text.percent(best / float(n.sum()))
    of = "grid.title" if selected is None else "grid.selected"
    if scene.money is None:
        return text.say(f"{of}_customers", share=share)
    _, money = scene.counts(dims, selected, scene.money)
    if money.sum() <= 0:
        return text.say(f"{of}_customers", share=share)
    return text.say(of, share=share, money=text.percent(float(money[3:, 3:].sum() / money.sum())))


def _gaps(n: Counts) -> str:
    """Say why whole rows or columns are empty."""
    empty = (n.sum(axis=0) == 0).any() or (n.sum(axis=1) == 0).any()
    return text.say("grid.gaps") if empty else ""


def _places(scene: Scene, everyone: Counts) -> pd.DataFrame:
    """A name for each rectangle of cells that one segment fills alone."""
    owner = np.where(everyone.sum(axis=2) > 0, everyone.argmax(axis=2), -1)
    pure = (everyone > 0).sum(axis=2) <= 1
    rows = []
    for g, label in enumerate(scene.labels):
        cells = np.argwhere(owner == g)
        if not len(cells) or not pure[owner == g].all():
            continue
        top = cells[:, 1].max()
        r = cells[cells[:, 1] == top, 0]
        rows.append(
            {
                "px": float(r.mean() + 0.5) / 5, "py": 1 - (top + 1) / 5,
                "wide": int(np.ptp(r)) + 1, "name": scene.names[label],
                "broken": _in_two(scene.names[label]),
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["px", "py", "wide", "name", "broken"])


def _in_two(name: str) -> str:
    """The name on two lines, broken at the space nearest to its middle.

    >>> _in_two("About to sleep").splitlines()
    ['About to', 'sleep']
    """
    spaces = [at for at, letter in enumerate(name) if letter == " "]
    if not spaces:
        return name
    at = min(spaces, key=lambda space: abs(space - len(name) / 2))
    return f"{name[:at]}\n{name[at + 1 :]}"


def _chart(scene: Scene, most: float, height: int) -> alt.TopLevelMixin:
    step = alt.Scale(padding=0.03)
    quiet: dict[str, Any] = {"ticks": False, "domain": False, "labelAngle": 0}
    cells = alt.Chart(alt.NamedData(VIEW)).encode(
        x=alt.X("r:O", scale=step, axis=alt.Axis(title=text.say("grid.x"), **quiet)),
        y=alt.Y(
            "f:O", scale=step, sort="descending", axis=alt.Axis(title=text.say("grid.y"), **quiet)
        ),
    )
    strength = alt.Scale(type="sqrt", domain=[0, scene.end(VIEW, most)], range=[0.1, 0.55])
    rest = cells.transform_filter("datum.n > datum.sel").mark_rect(style="rest", opacity=0.6)
    chosen = (
        cells.transform_filter("datum.sel > 0")
        .mark_rect()
        .encode(color=group_color(), opacity=alt.Opacity("sel:Q", scale=strength, legend=None))
    )
    numbers = cells.transform_filter("datum.sel > 0")
    count = numbers.transform_calculate(label=formats.count("datum.sel"))
    layers = [
        count.mark_text(style="ink", fontWeight="bold", dy=7).encode(text=alt.Text("label:N"))
    ]
    tooltip = [
        alt.Tooltip("segment:N", title=text.say("feature.segment")),
        alt.Tooltip("r:Q", title=text.say("feature.r_score")),
        alt.Tooltip("f:Q", title=text.say("feature.f_score")),
        alt.Tooltip("sel:Q", title=text.say("col.selected"), format=",d"),
        alt.Tooltip("n:Q", title=text.say("col.customers"), format=",d"),
    ]
    if scene.money:
        amount = numbers.transform_calculate(label=formats.money("datum.sel_money"))
        layers.append(
            amount.mark_text(style="ink", fontSize=11, dy=21).encode(text=alt.Text("label:N"))
        )
        unit = scene.money_unit
        tooltip += [
            alt.Tooltip("sel_money:Q", title=money_head("col.selected_money", unit), format=",.0f"),
            alt.Tooltip("money:Q", title=money_head("col.money", unit), format=",.0f"),
        ]
    place: dict[str, Any] = {
        "x": alt.ExprRef("datum.px * width"),
        "y": alt.ExprRef("datum.py * height"),
    }
    limit = alt.ExprRef("datum.wide * width / 5 - 6")
    size = alt.ExprRef("datum.wide == 1 && width < 360 ? 9.5 : 11")
    names = (
        alt.Chart(alt.NamedData("grid_names"))
        .transform_calculate(
            label="datum.wide == 1 && width < 450 ? datum.broken : datum.name",
        )
        .mark_text(
            style="ink", fontSize=size, dy=5, baseline="top", lineBreak="\n", limit=limit, **place
        )
        .encode(text=alt.Text("label:N"))
    )
    hover = cells.mark_rect(fillOpacity=0).encode(tooltip=tooltip)
    brush = alt.selection_interval(name="brush", encodings=["x", "y"])
    return alt.layer(
        rest.add_params(brush, formats.money_param(scene.money_unit)), chosen, *layers, names, hover
    ).properties(width="container", height=height)
