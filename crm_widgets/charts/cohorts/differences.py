"""The comparison: A − B by window of days, with intervals around zero."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from .. import formats
from ..notes import beside
from ..theme import ACCENT
from ..view import Chart, Column, Pick
from .names import difference, interval, kind_of, number, probability, window_name
from .scene import OTHER, SIDE_COLORS, CohortScene
from .words import CLEAR, chosen_window, comparison_sentence, comparison_title

VIEW = "differences"


def differences(scene: CohortScene, *, span: int = 6, height: int = 260) -> Chart:
    """A point a window; click one to read it out."""
    found = scene.pair.comparison
    assert found is not None
    rows = _rows(scene)
    pair = (scene.pair.a.name, scene.pair.b.name)
    title, details = comparison_title(scene), comparison_sentence(scene)
    return Chart(
        id=VIEW,
        chart=scene.chart(
            (VIEW, pair, scene.measure, height, scene.money_unit, found.landmark is not None),
            lambda: _chart(scene, pair, height),
        ),
        rows=rows,
        title=title,
        subtitle=beside([details, _subtitle(scene)]) if details != title else _subtitle(scene),
        sentence=details,
        pick=(Pick("pick", "age", "window", knob="window"),),
        columns=(
            Column("when", text.say("differences.window")),
            Column("one", pair[0]),
            Column("two", pair[1]),
            Column("gap", text.say("differences.gap")),
            Column("range", text.say("col.interval")),
            Column("p_text", text.say("col.p")),
            Column("n_a", text.say("differences.n", name=pair[0]), ",d"),
            Column("n_b", text.say("differences.n", name=pair[1]), ",d"),
        ),
        span=span,
        height=height,
    )


def _rows(scene: CohortScene) -> pd.DataFrame:
    found = scene.pair.comparison
    assert found is not None
    measure = found.measure
    table = found.windows
    # everybody bought at age 0
    if found.landmark is None:
        table = table[table["age"] > 0]
    table = table[table["shown"]]
    share = kind_of(found.measure) == "share"
    scale = 100.0 if share else 1.0
    capped = table["capped_difference"].notna()
    middle = table["difference"].where(~capped, table["capped_difference"])
    p = table["p_adjusted"]
    at = chosen_window(scene)
    unit = scene.money_unit

    def said(value: float) -> str:
        return number(measure, value, unit)

    def gap(value: float) -> str:
        return difference(measure, value, unit)

    return pd.DataFrame(
        {
            "age": table["age"],
            "day": (table["first_day"] + table["last_day"]) / 2,
            "from": table["first_day"] - 0.5,
            "to": table["last_day"] + 0.5,
            "when": [
                window_name(a, b)
                for a, b in zip(table["first_day"], table["last_day"], strict=True)
            ],
            "difference": middle * scale,
            "low": table["low"] * scale,
            "high": table["high"] * scale,
            "one": [said(value) for value in table["value_a"]],
            "two": [said(value) for value in table["value_b"]],
            "gap": [gap(value) for value in middle],
            "range": [
                interval(gap(lo), gap(hi)) if np.isfinite(lo) else "–"
                for lo, hi in zip(table["low"], table["high"], strict=True)
            ],
            "p_text": [
                probability(value).removeprefix("= ") if np.isfinite(value) else "–" for value in p
            ],
            "n_a": table["n_a"],
            "n_b": table["n_b"],
            "sure": np.where(p < CLEAR, np.where(middle > 0, "a", "b"), ""),
            "chosen": (table["age"] == at).astype(int),
        }
    ).reset_index(drop=True)


def _subtitle(scene: CohortScene) -> str:
    found = scene.pair.comparison
    assert found is not None
    parts = []
    tested = found.windows["p_adjusted"].notna()
    if tested.any():
        clear = int((found.windows.loc[tested, "p_adjusted"] < CLEAR).sum())
        parts.append(text.say("differences.clear", n=clear, total=int(tested.sum())))
    else:
        parts += [
            text.say(f"note.{note.key}")
            for note in found.notes
            if note.key == "same_period_behaviour"
        ]
    if found.windows["cap"].notna().any():
        parts.append(text.say("differences.capped"))
    parts.append(text.say("differences.subtitle"))
    return beside(parts)


def _chart(scene: CohortScene, pair: tuple[str, str], height: int) -> alt.TopLevelMixin:
    found = scene.pair.comparison
    assert found is not None
    kind = kind_of(found.measure)
    write = {"money": formats.money}.get(kind, formats.decimal)
    unit = text.say("differences.points") if kind == "share" else scene.measure_name
    start = "differences.x_landmark" if found.landmark is not None else "differences.x"
    along = alt.Axis(title=text.say(start), grid=False, tickCount=8)
    x = alt.X(
        "from:Q",
        scale=alt.Scale(nice=False, zero=False),
        axis=along,
    )
    axis = alt.Axis(
        title=text.say("differences.y", a=pair[0], b=pair[1], unit=unit),
        labelExpr=write("datum.value"),
        tickCount=5,
    )
    scale = alt.Scale(nice=True, zero=True, padding=10)
    y = alt.Y("difference:Q", axis=axis, scale=scale)
    data = alt.Chart(alt.NamedData(VIEW))
    color = alt.Color(
        "sure:N", scale=alt.Scale(domain=["a", "b", ""], range=[*SIDE_COLORS, OTHER]), legend=None
    )
    at = data.encode(x=alt.X("day:Q", axis=along), color=color)
    pick = alt.selection_point(name="pick", fields=["age"], on="click", toggle=False)
    tooltip = [
        alt.Tooltip("when:N", title=text.say("differences.window")),
        alt.Tooltip("one:N", title=pair[0]),
        alt.Tooltip("two:N", title=pair[1]),
        alt.Tooltip("gap:N", title=text.say("differences.gap")),
        alt.Tooltip("range:N", title=text.say("col.interval")),
        alt.Tooltip("p_text:N", title=text.say("col.p")),
        alt.Tooltip("n_a:Q", title=text.say("differences.n", name=pair[0]), format=",d"),
        alt.Tooltip("n_b:Q", title=text.say("differences.n", name=pair[1]), format=",d"),
    ]
    whole = data.encode(x=x, x2=alt.X2("to:Q"), y=alt.YValue(0), y2=alt.Y2Value("height"))
    return alt.layer(
        whole.transform_filter("datum.chosen == 1").mark_rect(color=ACCENT, opacity=0.1),
        data.mark_rule(style="line", strokeWidth=1).encode(y=alt.YDatum(0)),
        at.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=2)
        .encode(y=alt.Y("low:Q", axis=axis, scale=scale), y2=alt.Y2("high:Q")),
        at.transform_filter("datum.sure == ''")
        .mark_point(filled=True, size=46, opacity=1)
        .encode(y=y),
        at.transform_filter("datum.sure != ''")
        .mark_point(filled=True, size=70, opacity=1)
        .encode(y=y),
        whole.mark_rect(fillOpacity=0, cursor="pointer")
        .encode(tooltip=tooltip)
        .add_params(pick, formats.money_param(scene.money_unit)),
    ).properties(width="container", height=height)
