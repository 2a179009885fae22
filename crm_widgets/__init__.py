"""Jupyter widgets for customer analysis."""

from . import analysis
from .data import Customers, Transactions, datasets
from .data.datasets import simulate
from .data.vocabulary.clauses import Box, Clause, Group, Interval, Values
from .errors import AnalysisError, CrmError, CrmWarning, InputError
from .text import set_locale
from .widgets import (
    Board,
    CohortComparator,
    CorrelationHeatmap,
    CrmWidget,
    SegmentExplorer,
    Selection,
    live,
    refuse_foreign_widgets,
)

__all__ = [
    "AnalysisError", "Board", "Box", "Clause", "CohortComparator", "CorrelationHeatmap",
    "CrmError", "CrmWarning", "CrmWidget", "Customers", "Group", "InputError", "Interval",
    "SegmentExplorer", "Selection", "Transactions", "Values", "analysis", "datasets", "live",
    "refuse_foreign_widgets", "set_locale", "simulate",
]  # fmt: skip
