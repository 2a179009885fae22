"""Columns given roles, checked once at the door."""

from .customers import Customers, as_data
from .transactions import Returns, Transactions

__all__ = ["Customers", "Returns", "Transactions", "as_data"]
