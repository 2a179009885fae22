"""Widgets: traits and wiring around the analyses."""

from .. import charts  # noqa: F401, its import of Altair is the first, and quick
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
