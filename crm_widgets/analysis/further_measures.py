"""What else a log says of its customers: measures that no segments and no map are made of."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..data import Transactions
from ..data.parallel import BLOCK
from .history import history
from .ranked_customers import MOST_LEVELS
from .rfm_measures import MEASURES
from .segment_features import IDENTIFIER

FIRST_DAY = "first_day_value"
ROLES = ("customer", "time", "amount", "order", "product")

Ints: TypeAlias = npt.NDArray[np.integer[Any]]
Mask: TypeAlias = npt.NDArray[np.bool_]


def further_measures(
    log: Transactions, customers: pd.Index[Any], as_of: dt.date | None
) -> dict[str, Any]:
    """Describe customers by what is left of a log once its segments are made.

    Parameters
    ----------
    log : Transactions
        In memory. From a log in an engine nothing more is asked.
    customers : pandas.Index
        Ids of customers who have bought.
    as_of : datetime.date or None
        Rows after that day are not counted.

    Returns
    -------
    dict of str to array
        A value a customer, in the order given. ``first_day_value``: the sum of amounts on the day
        of the first purchase, in the log's money. And for each column of the log without a role:
        of numbers the mean over the rows with a purchase (NaN if none has a value), of a yes or no
        likewise the share (0 to 1), of at most 50 levels the one on the day of the first purchase
        (of several, the first in their order). Times and identifiers are left out.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "customer": [1, 1, 2], "date": ["2024-01-05", "2024-02-01", "2024-01-09"],
    ...     "amount": [20.0, 5.0, 8.0], "discs": [2, 1, 1],
    ... })
    >>> found = further_measures(Transactions(frame), pd.Index([1, 2]), None)
    >>> found["first_day_value"].tolist(), found["discs"].tolist()
    ([20.0, 8.0], [1.5, 1.0])
    """
    if log.log is not None:
        return {}
    at = log.ids.get_indexer(customers)
    told = history(log)
    rows, first = told.money, told.first
    found: dict[str, Any] = {}
    if rows.amount is not None:
        sums = np.zeros(told.n)
        for part in _blocks(rows.n):
            who = rows.customer[part]
            begun = rows.day[part] == first[who]
            np.add.at(sums, who[begun], rows.amount[part][begun])
        found[FIRST_DAY] = sums[at]
    day = log.day
    counted = ~log.is_return & (day <= (told.last if as_of is None else told.day(as_of)))
    code = log.table.codes("customer")
    for name in _left(log):
        if log.table.kinds[name] == "category":
            found[name] = _level(log, name, counted, first)[at]
        else:
            found[name] = _mean(log, name, counted, code)[at]
    return found


def _left(log: Transactions) -> list[str]:
    """Columns of the log that say something of customers, and are not told otherwise."""
    taken, table = {*ROLES, *MEASURES, FIRST_DAY}, log.table
    return [
        name
        for name, kind in table.kinds.items()
        if kind != "time"
        and name not in taken
        and not IDENTIFIER.search(name)
        and (kind != "category" or len(table.distinct(name)) <= MOST_LEVELS)
    ]


def _blocks(n: int) -> list[slice]:
    return [slice(lo, lo + BLOCK) for lo in range(0, n, BLOCK)]


def _mean(log: Transactions, name: str, counted: Mask, code: Ints) -> npt.NDArray[np.float64]:
    n = len(log.ids)
    sums, rows, means = np.zeros(n), np.zeros(n, np.int64), np.full(n, np.nan)
    for part in _blocks(code.size):
        values = log.table.numbers(name, part)
        known = counted[part] & np.isfinite(values)
        who = code[part][known]
        np.add.at(sums, who, values[known])
        np.add.at(rows, who, 1)
    np.divide(sums, rows, out=means, where=rows > 0)
    return means


def _level(
    log: Transactions, name: str, counted: Mask, first: npt.NDArray[np.int32]
) -> pd.Categorical:
    levels, codes = log.table.distinct(name), log.table.codes(name)
    customer = log.table.codes("customer")
    found = np.full(len(log.ids), len(levels), np.int64)
    for part in _blocks(customer.size):
        who, level = customer[part], codes[part]
        begun = counted[part] & (log.day[part] == first[who]) & (level >= 0)
        np.minimum.at(found, who[begun], level[begun])
    found[found == len(levels)] = -1
    return pd.Categorical.from_codes(found, levels)
