"""Widgets: traits and wiring around the analyses."""

from .. import charts  # noqa: F401, its import of Altair is the first, and quick
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
