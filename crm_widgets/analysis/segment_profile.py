"""What segments are like: their sizes, what is typical of them, what sets them apart."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.intp]
Side = Literal["low", "high"]
Traits = dict[Hashable, tuple[tuple[str, Side], ...]]

FEW = 10
"""Customers below which a mean or a median says little of a segment."""

STRONG, SLIGHT = 0.5, 0.25
"""Standard deviations from the mean of all at which a feature sets a segment apart."""


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
    known = slice(None) if (by >= 0).all() else by >= 0
    # of categories pandas need not find out which there are
    groups: Any = pd.Categorical.from_codes(by[known], categories=pd.RangeIndex(len(names)))

    def by_segment(values: Any) -> Any:
        numbers = pd.Series(np.asarray(values, np.float64)[known], copy=False)
        return numbers.groupby(groups, observed=False)

    none = np.full(len(labels), np.nan)
    paid = by_segment(none if money is None else money)
    count = np.bincount(groups.codes, minlength=len(names))
    found = pd.DataFrame({"customers": count, "money": paid.sum(min_count=1)})
    value = found["money"] / paid.count()
    if money is None and tiebreak is not None:
        value = by_segment(tiebreak).mean()
    value = value.fillna(0.0)
    small = found["customers"].to_numpy() < FEW
    found = found.set_axis(pd.Index(names, name="segment"))
    found = found.iloc[np.lexsort((-value.to_numpy(), small))]
    customers = found["customers"]
    total = found["money"].sum()
    share = found["money"] / total if total > 0 else np.nan
    return pd.DataFrame(
        {
            "customers": customers,
            "share": customers / len(labels),
            "money": found["money"],
            "money_share": share,
        }
    )


def concentration(money: pd.Series[Any] | None) -> float | None:
    """Share of money that the tenth of customers with the most brings; None without money.

    A tenth is rounded up. Negative money counts in the total.
    """
    if money is None:
        return None
    values = money.to_numpy(dtype=np.float64)
    values = values[~np.isnan(values)]
    total = float(values.sum())
    if total <= 0:
        return None
    top = -(-len(values) // 10)
    return float(np.partition(values, len(values) - top)[len(values) - top :].sum()) / total


def medians(
    numbers: Mapping[str, pd.Series[Any]], codes: Codes, order: pd.Index[Any]
) -> pd.DataFrame:
    """Medians of number features by segment, in their units; ``codes`` point into ``order``."""
    found = np.empty((len(order), len(numbers)))
    for code, medians_of in enumerate(found):
        own = codes == code
        medians_of[:] = [_median(column.to_numpy()[own]) for column in numbers.values()]
    return pd.DataFrame(found, order, pd.Index(list(numbers), dtype="str")).rename_axis("segment")


def _median(values: npt.NDArray[Any]) -> float:
    values = values.astype(np.float64)
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else float("nan")


def standardised_means(
    scaled: npt.NDArray[np.float64], names: list[str], codes: Codes, order: pd.Index[Any]
) -> pd.DataFrame:
    """Means by segment on the scale that was clustered, in standard deviations from all."""
    n = np.bincount(codes, minlength=len(order))
    means = {}
    for name, column in zip(names, scaled.T, strict=True):
        spread = float(column.std()) or 1.0
        sums = np.bincount(codes, weights=column, minlength=len(order))
        means[name] = (sums / n - column.mean()) / spread
    return pd.DataFrame(means, index=order).rename_axis("segment")


def traits(zmeans: pd.DataFrame) -> Traits:
    """What sets each segment apart from all: features and sides, the most telling first.

    Those whose standardised mean is at least 0.5 from 0, at most two; if there is none, the
    strongest if it is at least 0.25. Segments that would read alike get more of their
    features, down to 0.25.
    """
    ranked: dict[Hashable, list[tuple[str, Side]]] = {}
    found: Traits = {}
    for label, row in zmeans.iterrows():
        row = row.reindex(row.abs().sort_values(ascending=False, kind="stable").index)
        slight = row[row.abs() >= SLIGHT]
        ranked[label] = [(str(f), "high" if z > 0 else "low") for f, z in slight.items()]
        strong = int((row.abs() >= STRONG).sum())
        found[label] = tuple(ranked[label][: max(1, min(strong, 2))])
    for length in range(2, zmeans.shape[1] + 1):
        said = [frozenset(pairs) for pairs in found.values()]
        for label, pairs in found.items():
            if said.count(frozenset(pairs)) > 1:
                found[label] = tuple(ranked[label][:length])
    return found
