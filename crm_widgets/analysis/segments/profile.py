"""What segments are like: their sizes, what is typical of them, what sets them apart."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..statistics.group_sizes import Codes

Side = Literal["low", "high"]
Traits = dict[Hashable, tuple[tuple[str, Side], ...]]


STRONG, SLIGHT = 0.5, 0.25
"""Standard deviations from the mean of all at which a feature sets a segment apart."""


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
