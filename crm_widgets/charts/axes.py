"""Scales that charts share: bins of equal width whatever their edges, and colours of groups."""

from __future__ import annotations

import math

import altair as alt
import numpy as np

from . import formats
from .binning import Bins, nice_step
from .theme import GROUPS

TO_THE_LEFT = alt.ExprRef("width < 280 ? 'end' : 'middle'")
"""Where the title of an x axis stands: on a narrow plot it reaches below the names at its left."""


def round_end(most: float) -> float:
    """A round number at or a little above ``most``, so that an axis ends where it ended.

    >>> round_end(295), round_end(0.494), round_end(0)
    (300.0, 0.5, 1.0)
    """
    if most <= 0:
        return 1.0
    step = nice_step(most, 20)
    return float(f"{math.ceil(most / step - 1e-9) * step:.12g}")


def kept_end(drawn: dict[str, float], key: str, most: float) -> float:
    """End an axis where it ended before while that suits: values reach it by more than half.

    >>> drawn = {}
    >>> [kept_end(drawn, "n", most) for most in (281, 294, 199, 306, 100)]
    [300.0, 300.0, 300.0, 320.0, 100.0]
    """
    end = drawn.get(key, 0.0)
    if not end / 2 < most <= end:
        end = drawn[key] = round_end(most)
    return end


def kept_span(drawn: dict[str, float], key: str, lo: float, hi: float) -> tuple[float, float]:
    """An axis from where to where it went before while that suits: values fill half of it.

    >>> drawn = {}
    >>> [kept_span(drawn, "x", *ends) for ends in ((-1.9, 7.7), (-1.8, 7.9), (-1.8, 8.1))]
    [(-2.0, 8.0), (-2.0, 8.0), (-2.0, 8.5)]
    """
    names = (f"{key} from", f"{key} to")
    first, last = (drawn.get(name, np.nan) for name in names)
    if not (first <= lo and hi <= last and last - first <= 2 * (hi - lo)):
        step = nice_step((hi - lo) or abs(lo) or 1.0, 20)
        first, last = (
            float(f"{turn(end / step + near) * step:.12g}")
            for turn, end, near in ((math.floor, lo, 1e-9), (math.ceil, hi, -1e-9))
        )
        drawn |= dict(zip(names, (first, last), strict=True))
    return first, last


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
    return alt.Axis(
        values=values, title=title, labelExpr=label, labelOverlap="greedy",
        titleLimit=alt.ExprRef("width"),
    )  # fmt: skip


def group_color(field: str = "g") -> alt.Color:
    """The colour of a group by its place in the fixed set; the same in every view."""
    scale = alt.Scale(domain=list(range(len(GROUPS))), range=list(GROUPS))
    return alt.Color(f"{field}:N", legend=None, scale=scale)
