"""Widgets: traits and wiring around the analyses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import charts  # noqa: F401, its import of Altair is the first, and quick
from ..data.machine.deferred_import import deferred

if TYPE_CHECKING:
    from .base import CrmWidget
    from .board import Board
    from .cohorts.comparator import CohortComparator
    from .correlation.heatmap import CorrelationHeatmap
    from .following.live_tables import live
    from .page.inbound import refuse_foreign_widgets
    from .segments.explorer import SegmentExplorer
    from .selection.selection import Selection

__all__ = [
    "Board",
    "CohortComparator",
    "CorrelationHeatmap",
    "CrmWidget",
    "SegmentExplorer",
    "Selection",
    "live",
    "refuse_foreign_widgets",
]

_MODULES = {
    "CrmWidget": "base",
    "Board": "board",
    "CohortComparator": "cohorts.comparator",
    "CorrelationHeatmap": "correlation.heatmap",
    "live": "following.live_tables",
    "refuse_foreign_widgets": "page.inbound",
    "SegmentExplorer": "segments.explorer",
    "Selection": "selection.selection",
}

if not TYPE_CHECKING:
    __getattr__ = deferred(__name__, _MODULES)


def __dir__() -> list[str]:
    return sorted(__all__)
