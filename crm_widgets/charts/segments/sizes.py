"""How many customers and how much money each segment has, on one scale of shares."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from .. import formats
from ..axes import group_color
from ..canvas import Counts, Mask, Where
from ..names import money_head
from ..view import Chart, Column, Counting, Dim, Pick, Series
from .scene import Scene

VIEW = "sizes"
ROOM = 1.7
"""Width of a panel, in its longest bar: the rest is for the numbers."""
NEARLY_ALL = 0.995
"""Share of revenue, or of the selected, from which it is no finding that some hold so much."""


_PICK = alt.selection_point(name="pick", fields=["label"], on="click", toggle="event.shiftKey")


def sizes(scene: Scene, where: Where, *, span: int = 4, height: int = 280) -> Chart:
    """Two bars a segment side by side, share of customers and of money; click to select."""
    others = where(VIEW)
    everyone, chosen = scene.counts([scene.segment], others)
    levels = tuple(str(label) for label in scene.labels)
    rows = pd.DataFrame(
        {
            "at": range(len(everyone)),
            "g": scene.colors,
            "label": list(levels),
            "segment": list(scene.names.values()),
            "who": scene.cautious,
            "small": scene.small,
            "n": everyone.astype(int),
            "sel": chosen.astype(int),
            "share": _share(everyone),
            "whole": everyone.sum(),
        }
    )
    columns = [
        Column("who", text.say("feature.segment")),
        Column("sel", text.say("col.selected"), ",d"),
        Column("n", text.say("col.customers"), ",d"),
    ]
    series = [Series("sel")]
    if scene.money:
        money, chosen_money = scene.counts([scene.segment], others, scene.money)
        rows["money"], rows["sel_money"] = money, chosen_money
        rows["money_share"], rows["money_whole"] = _share(money), money.sum()
        series.append(Series("sel_money", "sum"))
        columns += [
            Column("sel_money", money_head("col.selected_money", scene.money_unit), ",.0f"),
            Column("money", money_head("col.money", scene.money_unit), ",.0f"),
        ]
        title = _finding(scene, where(""))
        subtitle = _concentration(scene)
    else:
        title = _largest(scene, scene.counts([scene.segment], where(""))[1])
        subtitle = text.say("sizes.subtitle_customers")
    return Chart(
        id=VIEW,
        chart=scene.chart(VIEW, lambda: _chart(scene, rows, height)),
        rows=rows,
        title=title,
        subtitle=subtitle,
        sentence=text.say(
            "sizes.sentence",
            parts="; ".join(
                text.say("sizes.part", segment=name, n=text.count(n))
                for name, n in zip(scene.names.values(), chosen, strict=True)
            ),
        ),
        dims=(Dim("segment", text.say("feature.segment"), ("label",), levels=levels),),
        series=tuple(series),
        pick=(Pick("pick", "label", "segment"),),
        columns=tuple(columns),
        span=span,
        height=height,
        counting=Counting((scene.segment,), (None, scene.money)[: len(series)]),
    )


def _share(part: Counts) -> Counts:
    total = float(part.sum())
    return np.asarray(part / total if total > 0 else np.zeros_like(part))


def _finding(scene: Scene, selected: Mask | None) -> str:
    """The fewest segments that bring most of the revenue of those whom all views select.

    If they bring all of it, the one that brings most.
    """
    _, customers = scene.counts([scene.segment], selected)
    _, money = scene.counts([scene.segment], selected, scene.money)
    total = float(money.sum())
    if total <= 0 or len(money) < 2:
        return _largest(scene, customers)
    order = np.argsort(-money, kind="stable")
    running = np.cumsum(money[order]) / total
    needed = int(np.argmax(running >= 0.6)) + 1
    of = "sizes.finding_selected" if selected is not None else "sizes.finding"
    if any(scene.small[at] for at in order[:needed]):
        return _largest(scene, customers)
    if needed == 1 or running[needed - 1] >= NEARLY_ALL:
        name = list(scene.names.values())[int(order[0])]
        own = float(customers[order[0]] / customers.sum()) if customers.sum() else 0.0
        if own == 1:
            return text.say("sizes.only", segment=name)
        if own >= NEARLY_ALL and selected is not None:
            return text.say("sizes.nearly", segment=name)
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


def _chart(scene: Scene, rows: pd.DataFrame, height: int) -> alt.TopLevelMixin:
    """Draw both panels on one x axis: a chart as wide as its container cannot be two."""
    both = scene.money is not None
    longest = max(float(rows[name].max()) for name in ("share", "money_share") if name in rows)
    panel = ROOM * scene.end(VIEW, longest)
    data = alt.Chart(alt.NamedData(VIEW))
    scale = alt.Scale(domain=[0, panel * (2 if both else 1)], nice=False, zero=False)
    bands = data.encode(
        y=alt.Y(
            "segment:N",
            sort=None,
            axis=alt.Axis(title=None, labelLimit=130),
            scale=alt.Scale(paddingInner=0.3, paddingOuter=0.15),
        )
    )
    layers: list[alt.Chart] = []
    for start, share, part, label, heading in _panels(both, panel):
        layers += _panel(bands, scale, start, (share, part), label)
        at = data.transform_filter("datum.at == 0").transform_calculate(a=f"{start}")
        head = at.mark_text(style="muted", align="left", baseline="bottom", dy=-4, text=heading)
        layers.append(head.encode(x=alt.X("a:Q", scale=scale, axis=None), y=alt.YValue(0)))
    hit = bands.mark_rect(fillOpacity=0, cursor="pointer").encode(
        x=alt.XValue(0), x2=alt.X2Value("width"), tooltip=_tooltips(scene)
    )
    unit = [formats.money_param(scene.money_unit)] if both else []
    return alt.layer(*layers, hit.add_params(_PICK, *unit)).properties(
        width="container", height=height
    )


def _panel(
    bands: alt.Chart, scale: alt.Scale, start: float, shares: tuple[str, str], label: str
) -> list[alt.Chart]:
    """Bars of all and of the selected from ``start`` on, and a number behind them."""
    whole, part = shares
    bars = bands.transform_calculate(
        a=f"{start}", b=f"{start} + datum.{whole}", c=f"{start} + {part}", words=label
    )
    x, end = (alt.X(f"{name}:Q", scale=scale, axis=None) for name in "ab")
    shape: dict[str, Any] = {"size": alt.ExprRef("min(32, bandwidth('y'))"), "cornerRadiusEnd": 2}
    faded = alt.ExprRef("datum.small ? 0.35 : 1")
    chosen = bars.transform_filter(f"{part} > 0").mark_bar(fillOpacity=faded, **shape)
    numbers = bars.mark_text(style="ink", align="left", dx=5, fontSize=11)
    return [
        bars.mark_bar(style="rest", **shape).encode(x=x, x2=alt.X2("b:Q")),
        chosen.encode(
            x=x,
            x2=alt.X2("c:Q"),
            color=group_color(),
            opacity=alt.OpacityValue(
                **alt.when(_PICK).then(alt.value(1)).otherwise(alt.value(0.3))
            ),
        ),
        numbers.encode(x=end, text=alt.Text("words:N")),
    ]


def _panels(both: bool, panel: float) -> list[tuple[float, str, str, str, str]]:
    count = formats.count("datum.sel")
    part = "datum.sel / max(datum.whole, 1)"
    found = [(0.0, "share", part, count, text.say("col.customers"))]
    if both:
        amount = formats.money("datum.sel_money")
        part = "(datum.money_whole > 0 ? datum.sel_money / datum.money_whole : 0)"
        found.append((panel, "money_share", part, amount, text.say("col.money")))
    return found


def _tooltips(scene: Scene) -> list[alt.Tooltip]:
    found = [
        alt.Tooltip("who:N", title=text.say("feature.segment")),
        alt.Tooltip("sel:Q", title=text.say("col.selected"), format=",d"),
        alt.Tooltip("n:Q", title=text.say("col.customers"), format=",d"),
        alt.Tooltip("share:Q", title=text.say("col.share"), format=".1%"),
    ]
    if scene.money is not None:
        unit = scene.money_unit
        found += [
            alt.Tooltip("sel_money:Q", title=money_head("col.selected_money", unit), format=",.0f"),
            alt.Tooltip("money:Q", title=money_head("col.money", unit), format=",.0f"),
            alt.Tooltip("money_share:Q", title=text.say("col.money_share"), format=".1%"),
        ]
    return found
