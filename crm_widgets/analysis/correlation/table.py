"""All pairs of columns in one table: coefficients, decisions, and the square they fill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from .columns import Floats, MixedColumns
from .pairs import category_pairs, mixed_pairs, number_pairs

if TYPE_CHECKING:
    from .in_engine import Whole

Method = Literal["auto", "pearson", "spearman", "kendall", "partial"]

NEAR_ZERO = 0.1
ALPHA = 0.05


def all_pairs(
    columns: MixedColumns,
    used: Sequence[str],
    method: Method,
    given: Sequence[Floats],
    fast: bool,
    seed: int,
    whole: Whole | None = None,
) -> pd.DataFrame:
    """Measure every two of the columns used, in their order; of ``whole`` what it adds up."""
    numbers = {name: columns.numbers[name] for name in used if name in columns.numbers}
    among = number_pairs(
        numbers,
        "spearman" if method == "auto" else method,
        given=given,
        fast=fast,
        seed=seed,
        whole=whole,
    )
    found = [among]
    if method == "auto":
        both = {name for name in numbers if name in columns.codes}
        sizes = {name: len(levels) for name, levels in columns.levels.items()}
        found.append(
            mixed_pairs(
                {name: values for name, values in numbers.items() if name not in both},
                {name: codes for name, codes in columns.codes.items() if name not in both},
                sizes,
                seed=seed,
                whole=whole,
            )
        )
        found.append(category_pairs(columns.codes, sizes, skip=both, seed=seed, whole=whole))
    place = {name: i for i, name in enumerate(used)}
    pairs = pd.concat([part for part in found if len(part)], ignore_index=True)
    first, second = pairs["a"].map(place), pairs["b"].map(place)
    rank = np.lexsort([np.maximum(first, second), np.minimum(first, second)])
    return pairs.iloc[rank].reset_index(drop=True)


def square_of(
    pairs: pd.DataFrame, used: Sequence[str], *, value: str = "value", diagonal: float = 1.0
) -> pd.DataFrame:
    """Put a column of the pairs into a square."""
    place = {name: i for i, name in enumerate(used)}
    square = np.diag(np.full(len(used), diagonal))
    first, second = pairs["a"].map(place).to_numpy(), pairs["b"].map(place).to_numpy()
    square[first, second] = square[second, first] = pairs[value].to_numpy(np.float64)
    return pd.DataFrame(square, index=list(used), columns=list(used))


def with_decision(pairs: pd.DataFrame) -> pd.DataFrame:
    """Add p adjusted over all pairs, and whether a pair is faded."""
    p = pairs["p"].to_numpy(np.float64)
    adjusted = np.full(len(p), np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        from scipy.stats import false_discovery_control

        adjusted[tested] = false_discovery_control(p[tested])
    near = (pairs["low"] > -NEAR_ZERO) & (pairs["high"] < NEAR_ZERO)
    faded = near | ~(adjusted <= ALPHA) | pairs["value"].isna()
    names = ["a", "b", "value", "method", "signed", "n", "low", "high", "p", "p_adjusted", "faded"]
    return pairs.assign(p_adjusted=adjusted, faded=faded)[[*names, "restricted", "reason"]]
