"""How many there are in each group, and what they add up to."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.machine.parallel import in_blocks

Codes = npt.NDArray[np.intp]


FEW = 10
"""Customers below which a mean or a median says little of a segment."""


def sizes(
    labels: pd.Series[Any] | pd.Categorical,
    money: pd.Series[Any] | None,
    tiebreak: npt.NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """Customers and money by segment, in the order of value.

    Value is mean money, the highest first; without money, the mean of ``tiebreak``. Where that
    is equal too, the order is that of the labels. Segments of fewer than ten customers come
    last: their mean may be that of a single one.
    """
    if isinstance(labels, pd.Categorical):  # whose categories occur and are in order
        by, names = labels.codes, labels.categories
    else:
        by, names = pd.factorize(labels, sort=True)
    value = tiebreak if money is None else np.asarray(money, np.float64)
    value = np.broadcast_to(np.nan, len(labels)) if value is None else value
    count, known, total = _sums(by, len(names), value)
    mean = np.divide(total, known, out=np.zeros(len(names)), where=known > 0)
    spent = np.where(known > 0, total, np.nan) if money is not None else np.nan
    found = pd.DataFrame(
        {"customers": count.astype(np.int64), "money": spent}, pd.Index(names, name="segment")
    )
    found = found.iloc[np.lexsort((-mean, count < FEW))]
    customers = found["customers"]
    whole = found["money"].sum()
    share = found["money"] / whole if whole > 0 else np.nan
    return pd.DataFrame(
        {
            "customers": customers,
            "share": customers / len(labels),
            "money": found["money"],
            "money_share": share,
        }
    )


def _sums(
    by: npt.NDArray[np.integer[Any]], size: int, values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """How many customers each segment has, of how many the value is known, and their sum."""

    def add(part: slice) -> npt.NDArray[np.float64]:
        segment, known = by[part].astype(np.intp) + 1, ~np.isnan(values[part])
        some = np.where(known, values[part], 0.0)
        sums = (np.bincount(segment, of, size + 1)[1:] for of in (None, known, some))
        return np.array(list(sums))

    none = np.zeros((3, size))
    return sum(in_blocks(add, by.size), none)
