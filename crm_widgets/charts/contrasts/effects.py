"""What sets the selected customers apart: a row a feature, its effect with an interval around 0."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from ... import text
from ...analysis.contrasts.confirmation import Confirmation
from ...analysis.contrasts.contrast import Contrast
from ...analysis.statistics.dominance import LEAST
from ..canvas import Canvas
from ..forms.forest import ROW, forest, named
from ..theme import ACCENT, BEYOND
from ..view import Chart, Column
from . import words as words

VIEW = "apart"
SIDES = ("selected", "rest")
MOST = 12
"""Features that are shown: the strongest, first of those that do not define the group."""
ROOM = 140
"""Of the names, in pixels."""
WIDE = 640
"""Width of the plot from which numbers have units and notes."""
BESIDE, BESIDE_WIDE = 145, 370
"""Room of the numbers at the right, in pixels."""


def contrast_view(
    canvas: Canvas, found: Contrast, tested: Confirmation | None = None, *, testing: bool = False
) -> Chart:
    """The selected against the rest, feature by feature, the strongest first.

    Parameters
    ----------
    canvas
        The customers, and how their measures are written.
    found
        The comparison.
    tested
        The same group among held-out customers, if it was tested.
    testing
        Whether there are held-out customers: the table then has a place for p.
    """
    rows = _rows(canvas, found, tested)
    title = words.title(canvas, found, tested)
    said = [row["words"] for row in rows.to_dict("records")[:3] if row["tone"] != "unclear"]
    return Chart(
        id=VIEW,
        chart=canvas.chart(f"{VIEW} {len(rows)}", lambda: _chart(len(rows))),
        rows=rows,
        title=title,
        subtitle=words.subtitle(found, tested),
        sentence=text.say("clause.and").join(words for words in said if words != title),
        columns=(
            Column("name", text.say("profile.feature")),
            Column("one", text.say("apart.selected")),
            Column("two", text.say("apart.rest")),
            Column("delta", text.say("apart.delta")),
            Column("range", text.say("col.interval")),
            *_tested_columns(testing),
            Column("n_one", text.say("apart.n_selected"), ",d"),
            Column("n_two", text.say("apart.n_rest"), ",d"),
            Column("gone", text.say("apart.missing"), ",d"),
            Column("note", text.say("col.note")),
        ),
        span=12,
        height=ROW * max(3, len(rows)) + 30,
        waits=True,
    )


def _tested_columns(testing: bool) -> tuple[Column, ...]:
    if not testing:
        return ()
    return (
        Column("held", text.say("apart.held")),
        Column("held_range", text.say("apart.held_range")),
        Column("p", text.say("col.p")),
    )


def _rows(canvas: Canvas, found: Contrast, tested: Confirmation | None) -> pd.DataFrame:
    again = (
        {} if tested is None else {row["feature"]: row for row in words.rows_of(tested.features)}
    )
    shown = found.features.sort_values("defining", kind="stable").head(MOST).sort_index()
    rows = words.rows_of(shown)
    return pd.DataFrame([_row(canvas, row, again.get(row["feature"])) for row in rows]).assign(
        row=range(len(rows))
    )


def _row(canvas: Canvas, row: words.Row, held: words.Row | None) -> dict[str, Any]:
    hidden = bool(pd.isna(row["delta"]))
    note = _note(row, held, hidden)
    one, two = (words.value(canvas, row, row[side], unit=True) for side in SIDES)
    a, b = (words.value(canvas, row, row[side]) for side in SIDES)
    short = "–" if hidden else text.say("causes.against", a=a, b=b)
    full = note if hidden else text.say("causes.against", a=one, b=two)
    mark = "" if held is None else " ✓" if held["confirmed"] else " ✗"
    return {
        "name": words.name(canvas, row),
        "d": row["delta"], "lo": row["low"], "hi": row["high"],
        "held_d": None if held is None else held["delta"],
        "held_lo": None if held is None else held["low"],
        "held_hi": None if held is None else held["high"],
        "tone": "defining" if row["defining"] else "clear" if words.is_clear(row) else "unclear",
        "short": short + mark,
        "long": full if hidden or not note else f"{full} · {note}",
        "words": "" if hidden else words.sentence(canvas, row),
        "one": one, "two": two,
        "delta": "–" if hidden else words.delta_words(row["delta"]),
        "range": words.range_words(row),
        "n_one": row["n_selected"], "n_two": row["n_rest"],
        "gone": row["missing_selected"] + row["missing_rest"],
        "held": "–" if held is None else words.delta_words(held["delta"]),
        "held_range": "–" if held is None else words.range_words(held),
        "p": "–" if held is None else words.p_words(held["p_adjusted"]).removeprefix("= "),
        "note": note or text.say("apart.exploratory"),
    }  # fmt: skip


def _note(row: words.Row, held: words.Row | None, hidden: bool) -> str:
    if row["defining"]:
        return words.defining_words(row)
    if hidden:
        return text.say("apart.hidden", n=LEAST)
    if held is None:
        return ""
    if pd.isna(held["p_adjusted"]):
        return text.say("apart.untested", n=LEAST)
    key = "apart.row_confirmed" if held["confirmed"] else "apart.row_not_confirmed"
    return text.say(key, p=words.p_words(held["p_adjusted"]))


def _chart(n: int) -> alt.TopLevelMixin:
    end = f"width - (width > {WIDE} ? {BESIDE_WIDE} : {BESIDE})"
    axis = alt.Axis(
        title=text.say("apart.axis"), values=[-1, -0.5, 0, 0.5, 1], format=".1~f", grid=True,
        domain=False,
    )  # fmt: skip
    scale = alt.Scale(domain=[-1, 1], nice=False, range=[0, alt.ExprRef(end)])
    data = alt.Chart(alt.NamedData(VIEW))
    tones = ["clear", "unclear", "defining"]
    color = alt.Color(
        "tone:N", legend=None, scale=alt.Scale(domain=tones, range=[ACCENT, ACCENT, BEYOND])
    )
    shades = alt.Scale(type="ordinal", domain=tones, range=[1, 0.5, 1])
    solid = alt.Opacity("tone:O", legend=None, scale=shades)
    known = data.transform_filter("isValid(datum.d)")
    held = data.transform_filter("isValid(datum.held_d)")
    label = alt.ExprRef(f"width > {WIDE} ? datum.long : datum.short")
    plain = data.transform_filter("datum.tone != 'defining'")
    grey = data.transform_filter("datum.tone == 'defining'")
    hit = data.mark_rect(fillOpacity=0, x=-ROOM, x2=alt.ExprRef("width")).encode(
        tooltip=[
            alt.Tooltip("name:N", title=text.say("profile.feature")),
            alt.Tooltip("one:N", title=text.say("apart.selected")),
            alt.Tooltip("two:N", title=text.say("apart.rest")),
            alt.Tooltip("delta:N", title=text.say("apart.delta")),
            alt.Tooltip("range:N", title=text.say("col.interval")),
            alt.Tooltip("n_one:Q", title=text.say("apart.n_selected"), format=",d"),
            alt.Tooltip("n_two:Q", title=text.say("apart.n_rest"), format=",d"),
            alt.Tooltip("gone:Q", title=text.say("apart.missing"), format=",d"),
            alt.Tooltip("note:N", title=text.say("col.note")),
        ]
    )
    return forest(
        VIEW,
        rows=max(1, n),
        x=alt.X("d:Q", scale=scale, axis=axis),
        room=ROOM,
        over=[data.mark_rule(style="line", strokeWidth=1).encode(x=alt.XDatum(0))],
        layers=[
            known.mark_rule(strokeWidth=2)
            .encode(x=alt.X("lo:Q"), x2=alt.X2("hi:Q"), color=color, opacity=solid),
            known.mark_point(filled=True, size=60)
            .encode(x=alt.X("d:Q"), color=color, opacity=solid),
            held.mark_rule(style="ink", strokeWidth=1)
            .encode(x=alt.X("held_lo:Q"), x2=alt.X2("held_hi:Q")),
            held.mark_point(style="ink", shape="diamond", size=70, strokeWidth=1.5, opacity=1)
            .encode(x=alt.X("held_d:Q")),
            named(plain, ROOM, style="ink"),
            named(grey, ROOM, style="muted"),
            data.mark_text(
                style="muted", text=label, x=alt.ExprRef("width"), align="right", baseline="middle"
            ),
            hit,
        ],
    )  # fmt: skip
