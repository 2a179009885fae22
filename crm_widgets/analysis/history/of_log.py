"""The history of a log, wherever its rows are."""

from __future__ import annotations

from ...data import Transactions
from .append_state import KEPT
from .history import History
from .in_engine import LazyHistory


def history(transactions: Transactions) -> History:
    """The history of a log, the same one each time."""
    found: History | None = transactions.kept.get(KEPT)
    if found is None:
        make = History if transactions.log is None else LazyHistory
        found = transactions.kept[KEPT] = make(transactions)
    return found
