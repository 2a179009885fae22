"""How often a target happens at each level of the other columns."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError, missing_column
from ..statistics.proportions import newcombe, two_shares, wilson
from .columns import Codes, Floats, MixedColumns
from .cramers_v import squared_v

BINS = 5
SMALL = 5
YES = ("yes", "y", "true", "1", "1.0", "churned", "是", "有", "已流失", "流失")


@dataclass(frozen=True)
class TargetRates:
    """Rates of a target by level, not adjusted for other columns.

    Attributes
    ----------
    target, positive
        The column, and the value of it that is counted.
    n, positives, rate, low, high
        Rows with a target, how many are positive, their share in [0, 1] and its 95 % interval
        (Wilson).
    rates
        A row a level of a column, the strongest column first: ``column``; ``part`` (``level``,
        ``bin`` of a number or ``missing``); ``level`` (its value; None for bins and missing);
        ``lo``, ``hi``, ``closed`` (of a bin: [lo, hi), the last one closed; times in epoch ms);
        ``n``, ``positives``; ``rate`` in [0, 1] with ``low``, ``high`` (Wilson, 95 %);
        ``difference`` of the rate from that of all other rows, in [-1, 1], with
        ``difference_low``, ``difference_high`` (Newcombe, 95 %); ``p`` of that difference (χ² of
        the 2 × 2 table, Fisher's exact test where an expected count is under 5);
        ``p_adjusted`` (Benjamini-Hochberg over all rows). Levels by falling rate, bins by value,
        missing last.
    ranking
        A row a column, the strongest first: ``column``; ``v`` (bias-corrected Cramér's V of its
        levels and the target, in [0, 1]); ``lowest``, ``highest`` rate; ``n``.
    """

    target: str
    positive: Hashable
    n: int
    positives: int
    rate: float
    low: float
    high: float
    rates: pd.DataFrame
    ranking: pd.DataFrame


def target_rates(
    columns: MixedColumns, target: str, positive: Hashable | None = None
) -> TargetRates:
    """Count a target by level of every other column; numbers in fifths.

    Parameters
    ----------
    columns : MixedColumns
        The columns, the target among them. Numbers of at most five values are taken by value.
    target : str
        Column of the target.
    positive : optional
        The value counted. Default, for a column of two values: the one that says yes (``"Yes"``,
        ``True``, 1, ``"是"`` …), or else the rarer.

    Raises
    ------
    InputError
        If the target is not among the columns, or ``positive`` is missing and cannot be told, or
        does not occur.

    Examples
    --------
    >>> from crm_widgets.analysis.correlation.columns import mixed_columns
    >>> from crm_widgets.data import ArrayTable
    >>> table = ArrayTable({"plan": list("aaabbb"), "left": ["yes", "yes", "no"] + ["no"] * 3})
    >>> found = target_rates(mixed_columns(table, {"plan": "plan", "left": "left"}), "left")
    >>> found.positive, found.rates[["level", "n", "positives"]].to_dict("records")
    ('yes', [{'level': 'a', 'n': 3, 'positives': 2}, {'level': 'b', 'n': 3, 'positives': 0}])
    """
    hit, known, value = _indicator(columns, target, positive)
    total, positives = int(known.sum()), int(hit.sum())
    parts = [
        part.assign(column=name)
        for name in columns.names
        if name != target and len(part := _parts(columns, name, hit, known))
    ]
    low, high = wilson(positives, total)
    rates = pd.concat(parts, ignore_index=True) if parts else _NOTHING
    rates = _tested(rates, total, positives)
    ranking = _ranking(rates)
    place = {name: i for i, name in enumerate(ranking["column"])}
    rates = rates.sort_values("column", key=lambda names: names.map(place), kind="stable")
    return TargetRates(
        target,
        value,
        total,
        positives,
        positives / total if total else np.nan,
        float(low),
        float(high),
        rates.reset_index(drop=True),
        ranking,
    )


_NOTHING = pd.DataFrame(columns=["column", "part", "level", "lo", "hi", "closed", "n", "positives"])


def _indicator(
    columns: MixedColumns, target: str, positive: Hashable | None
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], Hashable]:
    if target not in columns.names:
        raise missing_column(target, columns.names)
    if target in columns.codes:
        codes, levels = columns.codes[target], columns.levels[target].tolist()
    else:
        codes, levels = _coded(columns.numbers[target])
    if positive is None:
        if len(levels) != 2:
            shown = ", ".join(repr(level) for level in levels[:10])
            raise InputError("which_positive", column=target, levels=shown)
        said = [level for level in levels if str(level).strip().casefold() in YES]
        counts = np.bincount(codes[codes >= 0], minlength=2)
        positive = said[0] if len(said) == 1 else levels[int(counts[1] <= counts[0])]
    if positive not in levels:
        shown = ", ".join(repr(level) for level in levels[:10])
        raise InputError("no_such_positive", column=target, given=repr(positive), levels=shown)
    return codes == levels.index(positive), codes >= 0, positive


def _coded(values: Floats) -> tuple[Codes, list[Any]]:
    present = ~np.isnan(values)
    distinct, inverse = np.unique(values[present], return_inverse=True)
    codes = np.full(len(values), -1, np.int32)
    codes[present] = inverse
    return codes, distinct.tolist()


def _parts(
    columns: MixedColumns, name: str, hit: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """Rows and positives of each level or bin of a column, and of its missing values."""
    edges: list[float] = []
    if name in columns.codes:
        codes, levels = columns.codes[name], columns.levels[name].tolist()
    else:
        values = columns.numbers[name]
        present = values[~np.isnan(values)]
        if len(pd.unique(present[:1000])) <= BINS and len(np.unique(present)) <= BINS:
            codes, levels = _coded(values)
        else:
            edges = np.unique(np.quantile(present, np.linspace(0, 1, BINS + 1))).tolist()
            codes = np.clip(np.searchsorted(edges, values, "right") - 1, 0, len(edges) - 2)
            codes = np.where(np.isnan(values), -1, codes).astype(np.int32)
            levels = [None] * (len(edges) - 1)
    size = len(levels)
    shifted = np.where(codes < 0, size, codes)
    n = np.bincount(shifted[known], minlength=size + 1)
    found = pd.DataFrame(
        {
            "part": ["bin" if edges else "level"] * size + ["missing"],
            "level": pd.Series([*levels, None], dtype=object),
            "lo": [*edges[:-1], np.nan] if edges else np.nan,
            "hi": [*edges[1:], np.nan] if edges else np.nan,
            "closed": [bool(edges) and i == size - 1 for i in range(size + 1)],
            "n": n,
            "positives": np.bincount(shifted[hit], minlength=size + 1),
        }
    )
    if not edges:
        share = found["positives"] / found["n"].clip(lower=1)
        share = share.where(found["part"] != "missing", -1)
        found = found.loc[share.sort_values(ascending=False, kind="stable").index]
    return found[found["n"] > 0]


def _tested(rates: pd.DataFrame, total: int, positives: int) -> pd.DataFrame:
    """Add rates, intervals and tests against all other rows."""
    from scipy.stats import false_discovery_control, fisher_exact

    n = rates["n"].to_numpy(np.int64)
    x = rates["positives"].to_numpy(np.int64)
    low, high = wilson(x, n)
    difference, down, up = newcombe(x, n, positives - x, total - n)
    p = two_shares(x, n, positives - x, total - n)
    share = positives / total if total else 0.0
    expected = np.minimum(n, total - n) * min(share, 1 - share)
    for i in np.flatnonzero((expected < SMALL) & ~np.isnan(p)):
        others = (int(positives - x[i]), int(total - n[i] - positives + x[i]))
        p[i] = fisher_exact(np.array([[x[i], n[i] - x[i]], others])).pvalue
    adjusted = np.full(len(p), np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        adjusted[tested] = false_discovery_control(p[tested])
    return rates.assign(
        rate=x / n,
        low=low,
        high=high,
        difference=difference,
        difference_low=down,
        difference_high=up,
        p=p,
        p_adjusted=adjusted,
    )[
        [
            *_NOTHING.columns,
            *("rate", "low", "high", "difference", "difference_low", "difference_high"),
            *("p", "p_adjusted"),
        ]
    ]


def _ranking(rates: pd.DataFrame) -> pd.DataFrame:
    found = []
    for name, part in rates[rates["part"] != "missing"].groupby("column", sort=False):
        x, n = part["positives"].to_numpy(np.int64), part["n"].to_numpy(np.int64)
        squared = float(squared_v(np.stack([x, n - x])))
        v = np.nan if np.isnan(squared) else max(squared, 0.0) ** 0.5
        found.append((name, v, part["rate"].min(), part["rate"].max(), int(n.sum())))
    ranking = pd.DataFrame(found, columns=["column", "v", "lowest", "highest", "n"])
    return ranking.sort_values("v", ascending=False, kind="stable", ignore_index=True)
