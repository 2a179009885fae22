"""Jupyter widgets for customer analysis."""

from .data import Customers, Transactions
from .data.clauses import Box, Clause, Group, Interval, Values
from .errors import AnalysisError, CrmError, CrmWarning, InputError
from .text import set_locale
from .widgets import CrmWidget, Selection, refuse_foreign_widgets

__all__ = [
    "AnalysisError", "Box", "Clause", "CrmError", "CrmWarning", "CrmWidget", "Customers", "Group",
    "InputError", "Interval", "Selection", "Transactions", "Values", "refuse_foreign_widgets",
    "set_locale",
]  # fmt: skip
