"""The history of a log, wherever its rows are."""

from __future__ import annotations

from ...data import Transactions
from .append_state import HISTORY
from .history import History
from .in_engine import LazyHistory


def history(transactions: Transactions) -> History:
    """The history of a log, the same one each time."""
    found: History | None = transactions.analysis_cache.get(HISTORY)
    if found is None:
        make = History if transactions.log is None else LazyHistory
        found = transactions.analysis_cache[HISTORY] = make(transactions)
    return found
