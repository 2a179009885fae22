"""Scales that charts share: bins of equal width whatever their edges, and colours of groups."""

from __future__ import annotations

import math

import altair as alt

from . import formats
from .binning import Bins, nice_step
from .theme import GROUPS


def round_end(most: float) -> float:
    """A round number at or a little above ``most``, so that an axis ends where it ended.

    >>> round_end(295), round_end(0.494), round_end(0)
    (300.0, 0.5, 1.0)
    """
    if most <= 0:
        return 1.0
    step = nice_step(most, 20)
    return float(f"{math.ceil(most / step - 1e-9) * step:.12g}")


def bin_scale(bins: Bins, size: str) -> alt.Scale:
    """A scale that gives each bin the same share of ``size`` (``"width"`` or ``"height"``).

    It runs straight between the edges, so that pixels and values can be told from each other.
    """
    knots = _knots(bins.edges)
    steps = [f"{knot / bins.n:.6f} * {size}" for knot in knots]
    if size == "height":
        steps = [f"height - {step}" for step in steps]
    return alt.Scale(
        type="linear",
        domain=[bins.edges[knot] for knot in knots],
        range=[alt.ExprRef(step) for step in steps],
        nice=False,
        zero=False,
    )


def _knots(edges: tuple[float, ...]) -> list[int]:
    """Positions of the edges at which the width of the bins changes, and the ends.

    >>> _knots((0.0, 1.0, 2.0, 3.0, 10.0))
    [0, 3, 4]
    """
    found = [0]
    for i in range(1, len(edges) - 1):
        before, after = edges[i] - edges[i - 1], edges[i + 1] - edges[i]
        if not math.isclose(before, after, rel_tol=1e-6):
            found.append(i)
    return [*found, len(edges) - 1]


def tails(bins: Bins) -> list[alt.Parameter]:
    """Where the end bins begin, for the labels of ``bin_axis``."""
    lo, hi = bins.inner
    return [alt.param(name="tail_lo", value=lo), alt.param(name="tail_hi", value=hi)]


def bin_axis(bins: Bins, title: str) -> alt.Axis:
    """Round ticks, and at a tail "< 5" or "≥ 1,250"; the chart must carry ``tails``."""
    middle = [(a + b) / 2 for a, b in zip(bins.edges[:-1], bins.edges[1:], strict=True)]
    lo, hi = bins.inner
    clear = max(2, bins.n // 7)
    first = bins.edges[clear] if bins.low else lo
    last = bins.edges[-1 - clear] if bins.high else hi
    values = [tick for tick in bins.ticks if first <= tick <= last]
    inside = formats.decimal("datum.value")
    if bins.units:
        # a whole number stands below the middle of its bin
        values = [tick + 0.5 for tick in values if tick < hi]
        inside = formats.decimal("floor(datum.value)")
    if bins.low:
        values.insert(0, middle[0])
    if bins.high:
        values.append(middle[-1])
    label = (
        f"datum.value < tail_lo ? '< ' + {formats.decimal('tail_lo')} : "
        f"datum.value > tail_hi ? '≥ ' + {formats.decimal('tail_hi')} : {inside}"
    )
    return alt.Axis(values=values, title=title, labelExpr=label, labelOverlap="greedy")


def group_color(field: str = "g") -> alt.Color:
    """The colour of a group by its place in the fixed set; the same in every view."""
    scale = alt.Scale(domain=list(range(len(GROUPS))), range=list(GROUPS))
    return alt.Color(f"{field}:N", legend=None, scale=scale)
