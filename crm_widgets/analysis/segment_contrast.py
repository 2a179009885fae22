"""Which features of segmented customers are compared, and by which a group was made."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..data import Customers, Transactions
from ..data.arrays import ArrayTable
from ..data.clauses import Box, Clause, Group
from .ranked_customers import MOST_LEVELS
from .rfm import RFM
from .rfm_measures import MEASURES
from .segment_features import comparable
from .segment_models import RfmSegments
from .segmentation import Segmentation

SCORES = dict(zip(("r_score", "f_score", "m_score"), RFM, strict=True))
BY_ROW = {
    "amount": ("monetary", "mean_order_value"),
    "time": ("recency_days", "tenure_days", "mean_days_between"),
}
"""The measures that a condition on the rows of a log speaks of; and, whatever it says, how often a
customer bought: each row is another chance to fulfil it."""


def compared_columns(
    customers: pd.DataFrame, features: Iterable[str], data: Transactions | Customers
) -> tuple[ArrayTable, list[str]]:
    """The customers as a table, in their order, and its columns that are compared.

    Parameters
    ----------
    customers
        As of ``Segmentation.customers``.
    features
        Those of the segmentation.
    data
        The log or table of these customers. Of a log all measures are compared, of a table all
        columns that are no times, no ids, and of at most 50 levels.
    """
    if isinstance(data, Transactions):
        table = ArrayTable({n: customers[n] for n in map(str, customers)}, customer=None)
        return table, [name for name in MEASURES if name in table.kinds]
    order = np.argsort(data.table.codes("customer"), kind="stable")
    table = data.table.at(order[data.ids.get_indexer(customers.index)])
    wanted = {name for name in features if name in table.kinds}
    names = [
        name
        for name, kind in table.kinds.items()
        if name != "customer"
        and (comparable(data, name) or name in wanted)
        and (kind != "category" or len(data.table.distinct(name)) <= MOST_LEVELS)
    ]
    return table, names


def defining_features(
    clauses: Iterable[Clause], result: Segmentation, data: Transactions | Customers
) -> frozenset[str]:
    """The features by which a group was made: of these a difference is no news.

    They are the fields of its clauses, and of those that made a named group; for a score the
    measure behind it; for a segment what the segments were made of, for a place on the map what
    the map is of; for rows of a log the measures they speak of. A list of customers says nothing
    of how it was made.
    """
    log = isinstance(data, Transactions)
    found: set[str] = set()
    for clause in clauses:
        predicate = clause.predicate
        if isinstance(predicate, Group):
            fields, rows = predicate.fields, log
        elif isinstance(predicate, Box):
            fields, rows = (predicate.x.field, predicate.y.field), False
        else:
            fields, rows = (predicate.field,), log and clause.space == "column"
        for field in fields:
            found |= {SCORES.get(field, field), *_behind(field, result)}
            if rows and field in data.table.kinds:
                found |= {"frequency", *BY_ROW.get(field, ())}
    return frozenset(found)


def _behind(field: str, result: Segmentation) -> tuple[str, ...]:
    """What a label or a coordinate of the model was made of."""
    if field in ("pc1", "pc2"):
        return result.features
    if field != "segment":
        return ()
    if isinstance(result.pipeline.named_steps["segments"], RfmSegments):
        return RFM
    modelled = result.labels.dtype.kind == "i"
    return result.features if modelled else (str(result.inputs["method"]),)
