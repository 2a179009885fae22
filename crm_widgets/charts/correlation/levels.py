"""What charts of the levels of a category share: their order, their bands, what is clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...analysis.correlation.pair import PairView
from .scene import level_words

TALLEST = 56
"""Pixels of a bar at most."""
STEP = 96
"""Pixels from bar to bar at most: few bars stand at the top, below their axis."""


def levels_by(cells: pd.DataFrame, level: str, key: pd.Series[Any]) -> list[str]:
    """Levels by falling key, the rest of the levels last."""
    other = cells[level].isna()
    order = key.where(~other, -np.inf).fillna(-np.inf).sort_values(ascending=False, kind="stable")
    return list(dict.fromkeys(level_words(cells.loc[at, level]) for at in order.index))


def bands(view: str, levels: Sequence[str], field: str = "level") -> alt.Chart:
    """A band a level, at most ``STEP`` high."""
    axis = alt.Axis(title=None, labelLimit=130)
    end = alt.ExprRef(f"min(height, {STEP * len(levels)})")
    scale = alt.Scale(domain=list(levels), paddingInner=0.3, paddingOuter=0.15, range=[0, end])
    return alt.Chart(alt.NamedData(view)).encode(y=alt.Y(f"{field}:N", scale=scale, axis=axis))


def clicked(data: alt.Chart, pick: alt.Parameter) -> alt.Chart:
    """What is clicked: a whole band, shaded if it is picked."""
    shade = alt.FillOpacityValue(**alt.condition(pick, alt.value(0.25), alt.value(0), empty=False))
    rect = data.transform_filter("datum.real").mark_rect(
        style="rest", cursor="pointer", x=0, x2=alt.ExprRef("width")
    )
    made: alt.Chart = rect.encode(fillOpacity=shade).add_params(pick)
    return made


def said(found: PairView, drawn: str, how: str) -> str:
    """What stands below the title: the coefficient, n, what is drawn, what is missing."""
    parts = [how, text.say("pair.n", n=text.count(found.n)), drawn]
    if found.missing:
        parts.append(text.say("pair.missing", n=text.count(found.missing)))
    if found.outside:
        parts.append(text.say("pair.outside", n=text.count(found.outside)))
    return text.say("heatmap.join").join(part for part in parts if part)
