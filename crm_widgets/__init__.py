"""Jupyter widgets for customer analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import analysis
from .data import Customers, Transactions, datasets
from .data.datasets import simulate
from .data.machine.deferred_import import deferred
from .data.vocabulary.clauses import Box, Clause, Group, Interval, Values
from .errors import AnalysisError, CrmError, CrmWarning, InputError
from .text import set_locale

if TYPE_CHECKING:
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

_OF_WIDGETS = (
    "Board", "CohortComparator", "CorrelationHeatmap", "CrmWidget", "SegmentExplorer",
    "Selection", "live", "refuse_foreign_widgets",
)  # fmt: skip

if not TYPE_CHECKING:
    __getattr__ = deferred(__name__, dict.fromkeys(_OF_WIDGETS, "widgets"))


def __dir__() -> list[str]:
    return sorted(__all__)
