"""The views of a segmentation: who the customers are, how much they bring, what sets them apart."""

from __future__ import annotations

from .curve import curve
from .grid import grid
from .histogram import histogram
from .map import map_view
from .profile import profile
from .scene import Scene, Where
from .sizes import sizes
from .view import View

ROW = 24
"""Height of a segment in the bars and the table, in pixels."""


def segment_views(scene: Scene, where: Where = lambda view: None) -> tuple[View, ...]:
    """All views of a segmentation, the selected customers over all.

    Parameters
    ----------
    scene
        The segmentation, its customers and its names.
    where
        For the id of a view, the customers that the *other* views select (crossfilter); for
        ``""`` those that all select. All of them, by default.
    """
    height = max(220, min(340, ROW * (len(scene.labels) + 2)))
    features = list(scene.result.features)
    scores = {"r_score", "f_score"} <= set(scene.table.kinds)
    place = grid if scores else map_view
    few = len(features) <= 3
    views = [
        place(scene, where, span=5 if few else 4, height=height),
        sizes(scene, where, span=4, height=height),
        profile(scene, where, span=3 if few else 4, height=height),
    ]
    has_curve = len(scene.result.curve) > 1
    across = len(features) + has_curve
    span = 12 // across if across in (1, 2, 3, 4) else 4
    numeric = [name for name in features if scene.table.kinds[name] == "number"]
    views += [histogram(scene, feature, where, span=span) for feature in numeric]
    if has_curve:
        views.append(curve(scene, span=span))
    return tuple(views)
