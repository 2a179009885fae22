"""The views of a segmentation: who the customers are, how much they bring, what sets them apart."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ... import text
from ...data.vocabulary.notes import Note
from ..canvas import Mask, Where
from ..forms.bars import bars
from ..forms.histogram import histogram
from ..notes import notes_words
from ..view import Chart, Part, Tally
from .grid import grid
from .how_many import curve
from .map import map_view
from .profile import profile
from .scene import Scene
from .sizes import sizes

ROW = 26
"""Height of a segment in the bars and the table, in pixels."""
SPANS = ((3, (5, 4, 3)), (4, (4, 4, 4)), (1_000, (7, 5, 12)))
"""Columns of the grid for map, bars and table, by how many features the table has at most."""


def segment_views(scene: Scene, where: Where = lambda view: None) -> tuple[Chart, ...]:
    """All views of a segmentation, the selected customers over all.

    Parameters
    ----------
    scene
        The segmentation, its customers and its names.
    where
        For the id of a view, the customers that the *other* views select (crossfilter); for
        ``""`` those that all select. All of them, by default.
    """
    height = max(280, min(400, ROW * (len(scene.labels) + 2) + 50))
    features = list(scene.result.features)
    scores = {"r_score", "f_score"} <= set(scene.table.kinds)
    place = grid if scores else map_view
    wide = next(spans for most, spans in SPANS if len(scene.result.zmeans.columns) <= most)
    views = [
        view(scene, where, span=span, height=height)
        for view, span in zip((place, sizes, profile), wide, strict=True)
    ]
    has_curve = len(scene.result.curve) > 1
    across = len(features) + has_curve
    span = 12 // across if across in (1, 2, 3, 4) else 4
    kinds = scene.table.kinds
    views += [
        (bars if kinds[name] == "category" else histogram)(scene, name, where, span=span)
        for name in features
    ]
    if has_curve:
        views.append(curve(scene, span=span))
    return tuple(views)


def segment_title(scene: Scene) -> str:
    """How many customers, and the day that recency counts from."""
    n = text.count(scene.table.n)
    as_of = scene.result.as_of
    if as_of is None:
        return text.say("segments.title", n=n)
    return text.say("segments.title_as_of", n=n, as_of=text.date(as_of))


def segment_line(scene: Scene, selected: Mask | None) -> str:
    """Such as "412 of 2,357 customers · 38 % of revenue"."""
    total = scene.table.n
    if selected is None:
        return text.say("segments.all", n=text.count(total))
    line = text.say("segments.some", n=text.count(selected.sum()), total=text.count(total))
    if scene.money is None:
        return line
    money = scene.numbers(scene.money)
    whole = float(np.nansum(money))
    if whole <= 0:
        return line
    share = text.percent(float(np.nansum(money[selected])) / whole)
    return line + text.say("segments.of_money", share=share)


def segment_tally(scene: Scene) -> Tally:
    """The same sentence, to be filled while a brush moves."""
    total = text.count(scene.table.n)
    words = text.say("segments.some", n="{0}", total=total)
    money = None if scene.money is None else float(np.nansum(scene.numbers(scene.money)))
    if money is None or money <= 0:
        return Tally(words, (Part(",d"),), (None,))
    words += text.say("segments.of_money", share="{1}")
    return Tally(words, (Part(",d"), Part(".0%", money)), (None, scene.money))


def segment_footer(scene: Scene, notes: Iterable[Note]) -> tuple[str, ...]:
    """What was left out and why, and how the number of segments was chosen."""
    n = text.say("segments.n", n=text.count(scene.table.n))
    return (n, *notes_words([*notes, *scene.result.notes]))
