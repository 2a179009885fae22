"""Widgets: traits and wiring around the analyses."""

from .base import CrmWidget
from .door import refuse_foreign_widgets
from .segments import SegmentExplorer
from .selection import Selection

__all__ = ["CrmWidget", "SegmentExplorer", "Selection", "refuse_foreign_widgets"]
