"""Widgets: traits and wiring around the analyses."""

from .base import CrmWidget
from .board import Board
from .cohorts import CohortComparator
from .correlation import CorrelationHeatmap
from .door import refuse_foreign_widgets
from .segments import SegmentExplorer
from .selection import Selection
from .sources import live

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
