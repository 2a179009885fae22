"""How many customers and how much money each segment has, on one scale of shares."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from .. import text
from . import formats
from .scene import Counts, Scene, Where
from .theme import GROUPS
from .view import Column, Dim, Pick, Series, View

VIEW = "sizes"
GAP = 1.7
"""Width of a panel, in its longest bar: the rest is for the numbers."""


def sizes(scene: Scene, where: Where, *, span: int = 4, height: int = 280) -> View:
    """Two bars a segment side by side, share of customers and of money; click to select."""
    others = where(VIEW)
    everyone, chosen = scene.counts([scene.segment], others)
    rows = pd.DataFrame(
        {
            "g": range(len(everyone)),
            "label": scene.labels,
            "segment": list(scene.names.values()),
            "n": everyone.astype(int),
            "sel": chosen.astype(int),
            "share": _share(everyone, everyone),
            "sel_share": _share(chosen, everyone),
        }
    )
    columns = [
        Column("segment", text.say("feature.segment")),
        Column("sel", text.say("col.selected"), ",d"),
        Column("n", text.say("col.customers"), ",d"),
    ]
    series = [Series("sel")]
    if scene.money:
        money, chosen_money = scene.counts([scene.segment], others, scene.money)
        rows["money"], rows["sel_money"] = money, chosen_money
        rows["money_share"] = _share(money, money)
        rows["sel_money_share"] = _share(chosen_money, money)
        series.append(Series("sel_money", "sum"))
        columns += [
            Column("sel_money", text.say("col.selected_money"), ",.0f"),
            Column("money", text.say("col.money"), ",.0f"),
        ]
        title = _finding(scene, chosen_money, chosen, others is not None)
        subtitle = _concentration(scene)
    else:
        title = _largest(scene, chosen)
        subtitle = text.say("sizes.subtitle_customers")
    return View(
        id=VIEW,
        chart=_chart(scene, rows, height),
        rows=rows,
        title=title,
        subtitle=subtitle,
        sentence=text.say(
            "sizes.sentence",
            parts="; ".join(
                text.say("sizes.part", segment=row.segment, n=text.count(row.sel))
                for row in rows.itertuples()
            ),
        ),
        dims=(Dim("segment", text.say("feature.segment"), ("label",), levels=_levels(scene)),),
        series=tuple(series),
        pick=(Pick("pick", "label", "segment"),),
        columns=tuple(columns),
        span=span,
        height=height,
    )


def _levels(scene: Scene) -> tuple[str, ...]:
    return tuple(str(label) for label in scene.labels)


def _share(part: Counts, whole: Counts) -> Counts:
    total = float(whole.sum())
    return np.asarray(part / total if total > 0 else np.zeros_like(part))


def _finding(scene: Scene, money: Counts, customers: Counts, filtered: bool) -> str:
    """The fewest segments that bring most of the revenue."""
    total = float(money.sum())
    if total <= 0 or len(money) < 2:
        return _largest(scene, customers)
    order = np.argsort(-money, kind="stable")
    running = np.cumsum(money[order]) / total
    needed = int(np.argmax(running >= 0.6)) + 1
    of = "sizes.finding_selected" if filtered else "sizes.finding"
    if needed == 1:
        name = list(scene.names.values())[int(order[0])]
        own = float(customers[order[0]] / customers.sum()) if customers.sum() else 0.0
        return text.say(
            f"{of}_one", segment=name, money=text.percent(running[0]), share=text.percent(own)
        )
    share = text.percent(float(running[needed - 1]))
    return text.say(of, some=_word(needed), all=_word(len(money)).lower(), money=share)


def _word(n: int) -> str:
    return text.say(f"number.{n}") if text.has(f"number.{n}") else str(n)


def _largest(scene: Scene, customers: Counts) -> str:
    total = float(customers.sum())
    if total <= 0:
        return text.say("sizes.nobody")
    name = list(scene.names.values())[int(customers.argmax())]
    share = text.percent(float(customers.max()) / total)
    return text.say("sizes.largest", segment=name, share=share)


def _concentration(scene: Scene) -> str:
    share = scene.result.concentration
    drawn = text.say("sizes.subtitle")
    if share is None or not np.isfinite(share):
        return drawn
    return drawn + text.say("sizes.concentration", money=text.percent(float(share)))


def _chart(scene: Scene, rows: pd.DataFrame, height: int) -> alt.LayerChart:
    """Both panels are parts of one x axis, as a chart as wide as its container must be."""
    both = scene.money is not None
    longest = max(float(rows["share"].max()), float(rows["money_share"].max()) if both else 0.0)
    panel = GAP * (longest or 1.0)
    base = alt.Chart(alt.NamedData(VIEW)).encode(
        y=alt.Y(
            "segment:N",
            sort=None,
            axis=alt.Axis(title=None, labelLimit=130),
            scale=alt.Scale(paddingInner=0.3, paddingOuter=0.15),
        )
    )
    domain = [0, panel * (2 if both else 1)]
    x_scale = alt.Scale(domain=domain, nice=False, zero=False)
    thick = alt.ExprRef("min(24, bandwidth('y'))")
    layers: list[alt.Chart] = []
    for offset, share, chosen_share, label, name in _panels(both, panel):
        bars = base.transform_calculate(
            a=f"{offset}", b=f"{offset} + datum.{share}", c=f"{offset} + datum.{chosen_share}",
            label=label,
        )  # fmt: skip
        start = alt.X("a:Q", scale=x_scale, axis=None)
        layers += [
            bars.mark_bar(style="rest", size=thick, cornerRadiusEnd=2).encode(x=start, x2="b:Q"),
            bars.transform_filter(f"datum.{chosen_share} > 0")
            .mark_bar(size=thick, cornerRadiusEnd=2)
            .encode(x=start, x2="c:Q", color=group_color()),
            bars.mark_text(style="ink", align="left", dx=5, fontSize=11).encode(
                x=alt.X("b:Q", scale=x_scale, axis=None), text="label:N"
            ),
            alt.Chart(alt.NamedData(VIEW))
            .transform_filter("datum.g == 0")
            .transform_calculate(a=f"{offset}")
            .mark_text(style="muted", align="left", baseline="bottom", dy=-4, text=name)
            .encode(x=alt.X("a:Q", scale=x_scale, axis=None), y=alt.value(0)),
        ]
    hit = base.mark_rect(fillOpacity=0, cursor="pointer").encode(
        x=alt.value(0), x2=alt.value("width"), tooltip=_tooltips(both)
    )
    pick = alt.selection_point(name="pick", fields=["label"], on="click", toggle="event.shiftKey")
    chart: alt.LayerChart = alt.layer(*layers, hit.add_params(pick)).properties(
        width="container", height=height
    )
    return chart.add_params(formats.money_param(scene.money_unit)) if both else chart


def _panels(both: bool, panel: float) -> list[tuple[float, str, str, str, str]]:
    count = formats.count("datum.sel")
    found = [(0.0, "share", "sel_share", count, text.say("col.customers"))]
    if both:
        amount = formats.money("datum.sel_money")
        found.append((panel, "money_share", "sel_money_share", amount, text.say("col.money")))
    return found


def _tooltips(both: bool) -> list[alt.Tooltip]:
    found = [
        alt.Tooltip("segment:N", title=text.say("feature.segment")),
        alt.Tooltip("sel:Q", title=text.say("col.selected"), format=",d"),
        alt.Tooltip("n:Q", title=text.say("col.customers"), format=",d"),
        alt.Tooltip("share:Q", title=text.say("col.share"), format=".1%"),
    ]
    if both:
        found += [
            alt.Tooltip("sel_money:Q", title=text.say("col.selected_money"), format=",.0f"),
            alt.Tooltip("money:Q", title=text.say("col.money"), format=",.0f"),
            alt.Tooltip("money_share:Q", title=text.say("col.money_share"), format=".1%"),
        ]
    return found
