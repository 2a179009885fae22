"""What else a log says of its customers: measures that no segments and no map are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data import Transactions
from ...data.machine.parallel import BLOCK
from ..history.history import History
from ..history.of_log import history
from ..rfm.measures import MEASURES
from ..segments.features import IDENTIFIER
from .ranked_customers import MOST_LEVELS

FIRST_DAY = "first_day_value"
ROLES = ("customer", "time", "amount", "order", "product")

Mask: TypeAlias = npt.NDArray[np.bool_]


def further_measures(
    log: Transactions, customers: pd.Index[Any], as_of: dt.date | None
) -> dict[str, Callable[[], Any]]:
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
    dict of str to function
        Each makes an array, a value a customer, in the order given. ``first_day_value``: the sum
        of amounts on the day of the first purchase, in the log's money. And for each column of the
        log without a role: of numbers the mean over the rows with a purchase (NaN if none has a
        value), of a yes or no likewise the share (0 to 1), of at most 50 levels the one on the day
        of the first purchase (of several, the first in their order). Times and
        identifiers are left out.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "customer": [1, 1, 2], "date": ["2024-01-05", "2024-02-01", "2024-01-09"],
    ...     "amount": [20.0, 5.0, 8.0], "discs": [2, 1, 1],
    ... })
    >>> found = further_measures(Transactions(frame), pd.Index([1, 2]), None)
    >>> found["first_day_value"]().tolist(), found["discs"]().tolist()
    ([20.0, 8.0], [1.5, 1.0])
    """
    if log.log is not None:
        return {}
    told = history(log)
    last = told.last if as_of is None else told.day(as_of)
    makers: dict[str, Callable[[], Any]] = {}
    if log.amount is not None:
        makers[FIRST_DAY] = partial(_first_day_value, told)
    for name in _left(log):
        make = _level if log.table.kinds[name] == "category" else _mean
        makers[name] = partial(make, log, name, last)
    at = log.ids.get_indexer(customers).astype(np.int32)
    return {name: partial(_of, make, at) for name, make in makers.items()}


def _of(make: Callable[[], Any], customers: npt.NDArray[np.int32]) -> Any:
    """Those of some customers."""
    return make()[customers]


def _first_day_value(told: History) -> npt.NDArray[np.float64]:
    rows, first, sums = told.all_rows, told.first, np.zeros(told.n)
    assert rows.amount is not None
    for part in _blocks(rows.n):
        who = rows.customer[part]
        begun = rows.day[part] == first[who]
        np.add.at(sums, who[begun], rows.amount[part][begun])
    return sums


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


def _counted(log: Transactions, last: int, part: slice) -> Mask:
    """Which of some rows are of a purchase until a day."""
    return ~log.is_return[part] & (log.day[part] <= last)


def _mean(log: Transactions, name: str, last: int) -> npt.NDArray[np.float64]:
    code = log.table.codes("customer")
    means, rows = np.zeros(len(log.ids)), np.zeros(len(log.ids), np.int32)
    for part in _blocks(code.size):
        values = log.table.numbers(name, part)
        known = _counted(log, last, part) & np.isfinite(values)
        who = code[part][known]
        np.add.at(means, who, values[known])
        np.add.at(rows, who, np.int32(1))
    np.divide(means, rows, out=means, where=rows > 0)
    means[rows == 0] = np.nan
    return means


def _level(log: Transactions, name: str, last: int) -> pd.Categorical:
    levels, codes = log.table.distinct(name), log.table.codes(name)
    customer, first = log.table.codes("customer"), history(log).first
    found = np.full(len(log.ids), len(levels), np.int64)
    for part in _blocks(customer.size):
        who, level = customer[part], codes[part]
        begun = _counted(log, last, part) & (log.day[part] == first[who]) & (level >= 0)
        np.minimum.at(found, who[begun], level[begun])
    found[found == len(levels)] = -1
    return pd.Categorical.from_codes(found, levels)
