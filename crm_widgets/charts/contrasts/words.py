"""What sets customers apart, in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ... import text
from ...analysis.contrasts.confirmation import Confirmation
from ...analysis.contrasts.contrast import Contrast
from ...analysis.statistics.dominance import LEAST
from ..canvas import Canvas
from ..cohorts.names import probability
from ..correlation.scene import coefficient
from ..names import feature_name
from ..notes import beside, notes_words

Row = Mapping[str, Any]
"""A row of ``Contrast.features`` or ``Confirmation.features``."""


def title(canvas: Canvas, found: Contrast, tested: Confirmation | None = None) -> str:
    """The strongest finding, that which does not define the group; and whether it holds."""
    if found.features["delta"].isna().all():
        return text.say("apart.few", n=LEAST)
    if tested is not None:
        held = text.count(tested.n_selected + tested.n_rest)
        confirmed = rows_of(tested.features[tested.features["confirmed"]])
        if confirmed:
            return text.say("apart.confirmed", n=held, finding=sentence(canvas, confirmed[0]))
        finding = sentence(canvas, rows_of(tested.features)[0])
        return text.say("apart.not_confirmed", n=held, finding=finding)
    clear = rows_of(found.features)
    clear = [row for row in clear if is_clear(row)]
    others = [row for row in clear if not row["defining"]]
    if others:
        return sentence(canvas, others[0])
    if found.features["defining"].all():
        return text.say("apart.all_defining")
    return text.say("apart.only_defining" if clear else "apart.nothing")


def subtitle(found: Contrast, tested: Confirmation | None = None) -> str:
    """What is drawn: whether it is exploratory or tested, and of how many."""
    if tested is not None:
        return text.say(
            "apart.subtitle_tested",
            confirmed=int(tested.features["confirmed"].sum()),
            total=len(tested.features),
            tests=tested.tests,
            n=tested.confirmations,
        )
    said = text.say(
        "apart.subtitle",
        n=text.count(found.n_selected),
        rest=text.count(found.n_rest),
    )
    return beside([said, *notes_words(found.notes)])


def sentence(canvas: Canvas, row: Row) -> str:
    """One feature in words, such as "They ordered 5 more times (median 6 against 1; …)"."""
    shown = {
        "finding": finding(canvas, row),
        "a": value(canvas, row, row["selected"]),
        "b": value(canvas, row, row["rest"]),
        "delta": delta_words(row["delta"]),
        "range": range_words(row),
    }
    said = text.say("apart.number" if row["kind"] == "number" else "apart.share", **shown)
    p = row.get("p_adjusted", math.nan)
    return said if math.isnan(p) else text.say("apart.with_p", finding=said, p=p_words(p))


def finding(canvas: Canvas, row: Row) -> str:
    """How the selected differ, without the numbers behind it."""
    gap, side = row["selected"] - row["rest"], "more" if row["delta"] > 0 else "fewer"
    name = _called(canvas, row)
    if row["kind"] == "category":
        points = text.decimal(abs(gap) * 100)
        return text.say(f"apart.level.{side}", n=points, feature=name, level=row["level"])
    if row["kind"] == "share":
        return text.say(f"apart.yes.{side}", n=text.decimal(abs(gap) * 100), feature=name)
    if gap * row["delta"] <= 0:
        return text.say(f"apart.whole.{side}", feature=name)
    shown = canvas.value(row["feature"], abs(gap))
    own = f"apart.{row['feature']}.{side}"
    if text.has(own):
        return text.say(own, n=shown)
    return text.say(f"apart.plain.{side}", n=shown, feature=name)


def name(canvas: Canvas, row: Row) -> str:
    """The feature, and of a category its level."""
    called = _called(canvas, row)
    if row["kind"] == "category" and row["level"] is not None:
        return text.say("profile.level", feature=called, level=row["level"])
    return called


def _called(canvas: Canvas, row: Row) -> str:
    """The name of a feature; of a column of a log also how customers came by one value of it."""
    name = row["feature"]
    if not canvas.of_log or text.has(f"feature.{name}"):
        return feature_name(name)
    key = "apart.first_of" if row["kind"] == "category" else "apart.mean_of"
    return text.say(key, feature=name)


def value(canvas: Canvas, row: Row, number: float, *, unit: bool = False) -> str:
    """A median, or a share."""
    if row["kind"] != "number":
        return text.percent(number)
    if not math.isfinite(number):
        return "–"
    return (canvas.measure if unit else canvas.value)(row["feature"], number)


def delta_words(delta: float) -> str:
    """Cliff's delta: two places, no zero before the point, no plus.

    >>> delta_words(0.814), delta_words(-0.2)
    ('.81', '−.20')
    """
    return coefficient(delta).removeprefix("+")


def range_words(row: Row) -> str:
    """The interval."""
    if not math.isfinite(row["low"]):
        return "–"
    lo, hi = delta_words(row["low"]), delta_words(row["high"])
    return text.say("correlation.interval", lo=lo, hi=hi)


def p_words(p: float) -> str:
    """An adjusted p.

    >>> p_words(0.0321), p_words(1e-9), p_words(float("nan"))
    ('= .032', '< .0001', '–')
    """
    return "–" if math.isnan(p) else probability(p)


def defining_words(row: Row) -> str:
    """That the group was made by a feature, and how."""
    key = f"apart.defining.{row['part']}"
    return text.say(key) if text.has(key) else text.say("apart.defining")


def is_clear(row: Row) -> bool:
    """Whether the interval excludes 0."""
    return bool(row["low"] > 0 or row["high"] < 0)


def rows_of(features: pd.DataFrame) -> list[Row]:
    """The rows of a frame as mappings."""
    return [
        {str(key): cell for key, cell in row.items()}
        for row in features.astype(object).to_dict("records")
    ]
