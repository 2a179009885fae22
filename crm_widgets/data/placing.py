"""Where a condition belongs: to the rows of a table, to features of customers, or to a model."""

from __future__ import annotations

from .gestures import fields_of
from .roles import Customers
from .scope import Data, Known, table_of
from .vocabulary.clauses import Clause, Predicate


def place(predicate: Predicate, data: Data, known: Known | None) -> Clause | None:
    """The clause of a predicate in the space its fields belong to, or None if nobody has them.

    A table of customers is asked for its own columns first, a log for the features of its
    customers, since these are what is drawn of it.
    """
    fields = fields_of(predicate)
    own = all(name in data.table.kinds for name in fields)
    there = known is not None and all(name in known.customers.columns for name in fields)
    column = Clause(predicate, "column", table=table_of(data))
    if not there or known is None:
        return column if own else None
    if any(name in known.model_fields for name in fields):
        return Clause(predicate, "model", model=known.fingerprint)
    if own and isinstance(data, Customers):
        return column
    return Clause(predicate, "derived", as_of=known.as_of)
