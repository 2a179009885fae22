"""What a table of customers or transactions means, and how it is aggregated."""

from .in_memory.table import ArrayTable
from .roles import Customers, Transactions, as_data

__all__ = ["ArrayTable", "Customers", "Transactions", "as_data"]
