"""Which features of segmented customers are compared, and by which a group was made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd

from ...data import Customers, Transactions
from ...data.in_memory.table import ArrayTable
from ...data.vocabulary.clauses import Box, Clause, Group
from ..rfm.measures import MEASURES
from ..rfm.rfm import RFM
from ..segments.features import comparable
from ..segments.models import RfmSegments
from ..segments.result import Segmentation
from .further_measures import FIRST_DAY, further_measures
from .ranked_customers import MOST_LEVELS, OnDemand

SCORES = dict(zip(("r_score", "f_score", "m_score"), RFM, strict=True))
BY_ROW = {
    "amount": ("monetary", "mean_order_value", FIRST_DAY),
    "time": ("recency_days", "tenure_days", "mean_days_between"),
}
"""The measures that a condition on the rows of a log speaks of; and, whatever it says, how often a
customer bought: each row is another chance to fulfil it."""

Part = Literal["selected", "segments", "map"]
"""How a feature made a group: by a condition on it, or because the segments, or the map, were made
of it."""


def compared_columns(
    customers: pd.DataFrame,
    features: Iterable[str],
    data: Transactions | Customers,
    as_of: dt.date | None = None,
) -> tuple[ArrayTable | OnDemand, list[str]]:
    """The customers as a table, in their order, and its columns that are compared.

    Parameters
    ----------
    customers
        As of ``Segmentation.customers``.
    features
        Those of the segmentation.
    data
        The log or table of these customers. Of a log all measures are compared, and what
        ``further_measures`` finds; of a table all columns that are no times, no ids, and of at most
        50 levels.
    as_of
        The day until which a log is counted.
    """
    if isinstance(data, Transactions):
        makers: dict[str, Callable[[], Any]] = {
            name: partial(customers.__getitem__, name) for name in MEASURES if name in customers
        }
        makers |= further_measures(data, customers.index, as_of)
        return OnDemand(len(customers), makers), list(makers)
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
) -> Mapping[str, Part]:
    """The features by which a group was made, and how: of these a difference is no news.

    What the segments and the map are made of always counts, since it was used to look for groups.
    ``"selected"`` are the fields of the clauses, and of those that made a named group; for a score
    the measure behind it; for rows of a log the measures they speak of. A list of customers says
    nothing of how it was made.
    """
    log = isinstance(data, Transactions)
    selected: set[str] = set()
    for clause in clauses:
        predicate = clause.predicate
        if isinstance(predicate, Group):
            fields, rows = predicate.fields, log
        elif isinstance(predicate, Box):
            fields, rows = (predicate.x.field, predicate.y.field), False
        else:
            fields, rows = (predicate.field,), log and clause.space == "column"
        for field in fields:
            selected.add(SCORES.get(field, field))
            if rows and field in data.table.kinds:
                selected |= {"frequency", *BY_ROW.get(field, ())}
    found: dict[str, Part] = dict.fromkeys(result.features, "map")
    found |= dict.fromkeys(segmented_by(result), "segments")
    return found | dict.fromkeys(selected, "selected")


def segmented_by(result: Segmentation) -> tuple[str, ...]:
    """What the segments were made of."""
    if isinstance(result.pipeline.named_steps["segments"], RfmSegments):
        return RFM
    modelled = result.labels.dtype.kind == "i"
    return result.features if modelled else (str(result.inputs["method"]),)
