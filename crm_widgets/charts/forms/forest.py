"""Rows of a value with its interval, names at their left: a forest plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

ROW = 20
"""Height of a row, in pixels."""


def forest(
    view: str,
    *,
    rows: int,
    x: alt.X,
    room: int,
    layers: Sequence[alt.Chart],
    over: Sequence[alt.Chart] = (),
) -> alt.TopLevelMixin:
    """Layers over the same rows: ``row``, from 0, is the place; names stand in ``room`` pixels.

    What is ``over`` them lies across all rows.
    """
    axis = alt.Axis(title=None, labels=False, ticks=False, domain=False, grid=False, minExtent=room)
    y = alt.Y("row:O", scale=alt.Scale(domain=list(range(rows)), padding=0.25), axis=axis)
    frame = alt.Chart(alt.NamedData(view)).mark_point(opacity=0).encode(x=x, y=y)
    rowed = [layer.encode(y=y) for layer in layers]
    return alt.layer(frame, *over, *rowed).properties(width="container")


def named(data: alt.Chart, room: int, *, indent: int = 0, **style: Any) -> alt.Chart:
    """The names of the rows, before the plot."""
    made: alt.Chart = data.mark_text(
        x=indent - room, align="left", baseline="middle", limit=room - indent - 8,
        **({"fontSize": 11.5} | style),
    ).encode(text=alt.Text("name:N"))  # fmt: skip
    return made


def chosen_row(data: alt.Chart, room: int) -> alt.Chart:
    """What is clicked: a whole row, shaded if ``open`` is 1."""
    shade = alt.ExprRef("datum.open == 1 ? 0.1 : 0")
    made: alt.Chart = data.mark_rect(
        style="rest", cursor="pointer", fillOpacity=shade, x=-room, x2=alt.ExprRef("width")
    )
    return made
