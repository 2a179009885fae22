"""Columns given roles, checked once when a frame is handed over."""

from .customers import Customers, as_data
from .reading.choices import Returns
from .transactions import Transactions

__all__ = ["Customers", "Returns", "Transactions", "as_data"]
