"""The R × F grid: who bought lately and often, with customers and money in each cell."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from .. import text
from ..data.table import Edges
from . import formats
from .scene import Counts, Scene, Where
from .theme import GROUPS
from .view import Column, Dim, Series, View

VIEW = "grid"
EDGES = (0.5, 1.5, 2.5, 3.5, 4.5, 5.5)


def grid(scene: Scene, where: Where, *, span: int = 4, height: int = 280) -> View:
    """25 cells in the colour of their segment, the stronger the more customers; brush to select."""
    others = where(VIEW)
    dims = [Edges("r_score", EDGES), Edges("f_score", EDGES), scene.segment]
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
        columns.append(Column("sel_money", text.say("col.selected_money"), ",.0f"))
        columns.append(Column("money", text.say("col.money"), ",.0f"))
    title = _finding(rows, scene.money is not None, others is not None)
    return View(
        id=VIEW,
        chart=_chart(scene, float(rows["n"].max()), height),
        rows=rows,
        title=title,
        subtitle=text.say("grid.subtitle"),
        sentence=title + text.say("grid.sentence"),
        dims=(
            Dim("r_score", text.say("feature.r_score"), ("x0", "x1"), edges=EDGES),
            Dim("f_score", text.say("feature.f_score"), ("y0", "y1"), edges=EDGES),
        ),
        series=(Series("sel"), *([Series("sel_money", "sum")] if scene.money else [])),
        param="brush",
        active_bins=5,
        columns=tuple(columns),
        span=span,
        height=height,
        extra={"grid_names": _places(scene, everyone)},
    )


def _rows(scene: Scene, everyone: Counts, chosen: Counts) -> pd.DataFrame:
    n, selected = everyone.sum(axis=2), chosen.sum(axis=2)
    shown = np.where(selected[..., None] > 0, chosen, everyone)
    group = shown.argmax(axis=2).ravel()
    r, f = (axis.ravel() + 1 for axis in np.indices((5, 5)))
    names = np.array(list(scene.names.values()), dtype=object)
    return pd.DataFrame(
        {
            "x0": r - 0.5, "x1": r + 0.5, "y0": f - 0.5, "y1": f + 0.5, "r": r, "f": f,
            "g": group, "segment": np.where(n.ravel() > 0, names[group], "–"),
            "n": n.ravel().astype(int), "sel": selected.ravel().astype(int),
        }
    )  # fmt: skip


def _finding(rows: pd.DataFrame, money: bool, filtered: bool) -> str:
    best = (rows["r"] >= 4) & (rows["f"] >= 4)
    total = rows["sel"].sum()
    if not total:
        return text.say("sizes.nobody")
    share = text.percent(float(rows.loc[best, "sel"].sum() / total))
    of = "grid.selected" if filtered else "grid.title"
    if not money or rows["sel_money"].sum() <= 0:
        return text.say(f"{of}_customers", share=share)
    part = float(rows.loc[best, "sel_money"].sum() / rows["sel_money"].sum())
    return text.say(of, share=share, money=text.percent(part))


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
                "x": float(r.mean() + 1), "y": float(top + 1), "wide": int(np.ptp(r)) + 1,
                "name": scene.names[label],
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["x", "y", "wide", "name"])


def _chart(scene: Scene, most: float, height: int) -> alt.LayerChart:
    def axis(field: str, title: str) -> dict[str, object]:
        return {
            "shorthand": field,
            "bin": "binned",
            "scale": alt.Scale(domain=[EDGES[0], EDGES[-1]], nice=False, zero=False),
            "axis": alt.Axis(
                title=title, values=[1, 2, 3, 4, 5], format="d", ticks=False, domain=False, grid=False
            ),
        }  # fmt: skip

    base = alt.Chart(alt.NamedData(VIEW)).encode(
        x=alt.X(**axis("x0:Q", text.say("grid.x"))),
        x2="x1",
        y=alt.Y(**axis("y0:Q", text.say("grid.y"))),
        y2="y1",
    )
    strength = alt.Scale(type="sqrt", domain=[0, max(1.0, most)], range=[0.1, 0.55])
    rest = base.transform_filter("datum.n > datum.sel").mark_rect(style="rest", opacity=0.6)
    chosen = base.transform_filter("datum.sel > 0").mark_rect().encode(
        color=group_color(), opacity=alt.Opacity("sel:Q", scale=strength, legend=None)
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("segment:N", title=text.say("feature.segment")),
        alt.Tooltip("r:Q", title=text.say("feature.r_score")),
        alt.Tooltip("f:Q", title=text.say("feature.f_score")),
        alt.Tooltip("sel:Q", title=text.say("col.selected"), format=",d"),
        alt.Tooltip("n:Q", title=text.say("col.customers"), format=",d"),
    ]
    plain = alt.Chart(alt.NamedData(VIEW))
    some = plain.transform_filter("datum.sel > 0").transform_calculate(
        count=formats.count("datum.sel"),
        amount=formats.money("datum.sel_money") if scene.money else "''",
    )
    at = {"x": alt.X("r:Q"), "y": alt.Y("f:Q")}
    texts = [
        some.mark_text(style="ink", fontSize=12, fontWeight="bold", dy=3).encode(
            text="count:N", **at
        )
    ]
    if scene.money:
        texts.append(
            some.mark_text(style="ink", fontSize=11, dy=17, opacity=0.85).encode(
                text="amount:N", **at
            )
        )
        tooltip.append(
            alt.Tooltip("sel_money:Q", title=text.say("col.selected_money"), format=",.0f")
        )
        tooltip.append(alt.Tooltip("money:Q", title=text.say("col.money"), format=",.0f"))
    names = alt.Chart(alt.NamedData("grid_names")).mark_text(
        style="ink", fontSize=11, dy=-14, limit=alt.ExprRef("datum.wide * width / 5 - 6")
    ).encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text="name:N")  # fmt: skip
    hover = base.mark_rect(fillOpacity=0).encode(tooltip=tooltip)
    brush = alt.selection_interval(name="brush", encodings=["x", "y"])
    chart: alt.LayerChart = alt.layer(
        rest.add_params(brush, formats.money_param(scene.money_unit)), chosen, *texts, names, hover
    ).properties(width="container", height=height)
    return chart
