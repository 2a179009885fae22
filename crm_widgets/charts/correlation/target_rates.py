"""How often the target happens at each level of the other columns; click to select."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...analysis.correlation.levels import plain
from ...analysis.correlation.rate_conditions import listed_rates, rate_condition
from ...analysis.correlation.target_rates import TargetRates
from ...data.vocabulary.clauses import Predicate
from ..forms.forest import ROW, chosen_row, forest, named
from ..view import Chart, Column, Pick
from .scene import CorrelationScene, p_words

VIEW = "rates"
ROOM = 190
NUMBERS = 1.34
"""Length of the axis over its last tick: the rest is for the numbers at its end."""
NARROW = 320
"""Pixels below which the numbers leave out n."""
KEY = "level"
CLEAR = 0.05
"""Adjusted p below which a rate is said to differ from that of the others."""


def rates(
    scene: CorrelationScene, target: TargetRates, picked: Collection[str], *, span: int = 7
) -> Chart:
    """Rate and interval by level, the strongest columns first; click a level to select it."""
    shown = listed_rates(target)
    heads: list[tuple[int, str]] = []
    rows: list[dict[str, Any]] = []
    place = 0
    for column, part in shown.groupby("column", sort=False):
        heads.append((place, scene.label(str(column))))
        place += 1
        for level, found in zip(part.index, part.to_dict("records"), strict=True):
            key = rate_key(scene, found)
            rows.append(
                {
                    "row": place, KEY: key, "column": scene.label(str(column)),
                    "name": _level(scene, found),
                    "v": found["rate"], "lo": found["low"], "hi": found["high"], "zero": 0.0,
                    "n": found["n"], "positives": found["positives"],
                    "difference": found["difference"], "p": p_words(found["p_adjusted"]),
                    "short": text.percent(found["rate"]),
                    "words": text.say(
                        "rates.of", rate=text.percent(found["rate"]), n=text.count(found["n"])
                    ),
                    "open": int(key in picked), "all": target.rate, "at": level,
                }
            )  # fmt: skip
            place += 1
    table = pd.DataFrame(rows).drop(columns="at")
    positive = text.say("rates.is", column=scene.label(target.target), level=plain(target.positive))
    title = _finding(scene, target, positive)
    return Chart(
        id=VIEW,
        chart=scene.chart(
            VIEW, place, tuple(table["row"]), _most(table), make=lambda: _chart(table, place)
        ),
        rows=table,
        title=title,
        subtitle=text.say("rates.subtitle", rate=text.percent(target.rate)),
        sentence=title,
        pick=(Pick("pick", KEY, KEY),),
        columns=(
            Column("column", text.say("rates.column")),
            Column("name", text.say("bars.level")),
            Column("v", positive, ".1%"),
            Column("lo", text.say("heatmap.low"), ".1%"),
            Column("hi", text.say("heatmap.high"), ".1%"),
            Column("n", text.say("heatmap.n"), ",d"),
            Column("difference", text.say("rates.difference"), "+.1%"),
            Column("p", text.say("heatmap.p")),
        ),
        span=span,
        height=ROW * place,
        extra={"rates_heads": pd.DataFrame(heads, columns=["row", "name"])},
    )


def rate_key(scene: CorrelationScene, rate: Mapping[Hashable, Any]) -> str:
    """A level as the page calls it: the place of its column, and of the level in it."""
    place = scene.places[str(rate["column"])]
    if rate["part"] == "bin":
        return f"{place}:{rate['lo']!r}"
    return f"{place}={'' if rate['part'] == 'missing' else plain(rate['level'])}"


def rate_predicates(scene: CorrelationScene) -> dict[str, Predicate]:
    """The conditions of all levels shown, by the keys the page has."""
    target = scene.correlation.target
    if target is None or not len(target.rates):
        return {}
    rates = listed_rates(target).to_dict("records")
    return {rate_key(scene, rate): rate_condition(rate, scene.fields) for rate in rates}


def _level(scene: CorrelationScene, rate: Mapping[Hashable, Any]) -> str:
    if rate["part"] == "missing":
        return text.say("clause.missing")
    if rate["part"] == "level":
        level: Hashable = rate["level"]
        in_time = str(rate["column"]) in scene.times and isinstance(level, float)
        return scene.value(str(rate["column"]), level) if in_time else plain(level)  # type: ignore[arg-type]
    return _stretch(scene, str(rate["column"]), rate["lo"], rate["hi"], closed=bool(rate["closed"]))


def _stretch(scene: CorrelationScene, column: str, lo: float, hi: float, *, closed: bool) -> str:
    """The values of a bin: of whole numbers, the last that is in it."""
    if column in scene.times:
        first, last = (f"{pd.Timestamp(end, unit='ms'):%Y-%m-%d}" for end in (lo, hi))
        return text.say("rates.bin", lo=first, hi=last)
    if column in scene.whole_numbers:
        lo, hi = np.ceil(lo), hi if closed else np.ceil(hi) - 1
        if lo == hi:
            return text.decimal(lo)
    first, last = text.ends(lo, hi)
    return text.say("rates.bin", lo=first, hi=last)


def _finding(scene: CorrelationScene, target: TargetRates, positive: str) -> str:
    if not len(target.ranking) or not target.positives:
        return text.say("rates.overall", positive=positive, rate=text.percent(target.rate))
    column = str(target.ranking["column"].iloc[0])
    levels = target.rates[(target.rates["column"] == column) & (target.rates["part"] != "missing")]
    if not (levels["p_adjusted"] < CLEAR).any():
        overall = text.percent(target.rate)
        return text.say("rates.title_unclear", positive=positive, rate=overall)
    rate = levels["rate"].to_numpy(np.float64)
    high, low = (levels.to_dict("records")[int(at)] for at in (rate.argmax(), rate.argmin()))
    return text.say(
        "rates.title", positive=positive, column=scene.label(column),
        high=text.percent(high["rate"]), high_level=_level(scene, high),
        low=text.percent(low["rate"]), low_level=_level(scene, low),
    )  # fmt: skip


def _most(rows: pd.DataFrame) -> float:
    """The end of the axis, in steps, so that it stays while rates move a little."""
    return min(1.0, float(np.ceil(max(0.05, float(rows["hi"].max())) * 10) / 10))


def _chart(rows: pd.DataFrame, places: int) -> alt.TopLevelMixin:
    most = _most(rows)
    scale = alt.Scale(domain=[0, most * NUMBERS], nice=False, clamp=True)
    step = next(step for step in (0.02, 0.05, 0.1, 0.2) if most / step < 5.5)
    ticks = np.arange(0, most + step / 2, step).round(2).tolist()
    axis = alt.Axis(title=None, values=ticks, format=".0~%", grid=True, domain=False)
    data = alt.Chart(alt.NamedData(VIEW))
    lit = alt.ExprRef("datum.open == 1 ? '#1c5fa0' : '#3f86bf'")
    bars = data.mark_bar(height=11, cornerRadiusEnd=2, fill=lit)
    spread = data.mark_rule(style="ink", strokeWidth=1.5)
    overall = data.mark_rule(style="line", strokeDash=[3, 3]).encode(x=alt.X("mean(all):Q"))
    shown = alt.ExprRef(f"width < {NARROW} ? datum.short : datum.words")
    number = data.mark_text(style="muted", align="right", x=alt.ExprRef("width"), text=shown)
    heads = alt.Chart(alt.NamedData("rates_heads"))
    hit = chosen_row(data, ROOM).encode(
        tooltip=[
            alt.Tooltip("column:N", title=text.say("rates.column")),
            alt.Tooltip("name:N", title=text.say("bars.level")),
            alt.Tooltip("v:Q", title=text.say("rates.rate"), format=".1%"),
            alt.Tooltip("lo:Q", title=text.say("heatmap.low"), format=".1%"),
            alt.Tooltip("hi:Q", title=text.say("heatmap.high"), format=".1%"),
            alt.Tooltip("positives:Q", title=text.say("rates.positives"), format=",d"),
            alt.Tooltip("n:Q", title=text.say("heatmap.n"), format=",d"),
            alt.Tooltip("difference:Q", title=text.say("rates.difference"), format="+.1%"),
        ]
    )
    pick = alt.selection_point(name="pick", fields=[KEY], on="click", toggle="event.shiftKey")
    return forest(
        VIEW,
        rows=places,
        x=alt.X("v:Q", scale=scale, axis=axis),
        room=ROOM,
        over=[overall],
        layers=[
            bars.encode(x=alt.X("zero:Q"), x2=alt.X2("v:Q")),
            spread.encode(x=alt.X("lo:Q"), x2=alt.X2("hi:Q")),
            number,
            named(heads, ROOM, style="ink", fontWeight="bold"),
            named(data, ROOM, indent=12, style="ink"),
            hit.add_params(pick),
        ],
    )
