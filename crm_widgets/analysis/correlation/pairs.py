"""Coefficient, interval and test of every pair of columns, by what the two columns are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.in_memory.moments import pairwise
from ...data.machine.parallel import in_threads
from .columns import Codes, Floats
from .cramers_v import around, contingency_tables, squared_v, v_interval, v_p_value
from .intervals import kendall_interval, pearson_interval, spearman_interval, t_test
from .level_sums import drawn_ratios, level_sums, numbers_of
from .partial import partial
from .pearson import Square, r_of, variance_of_r
from .ratio import bootstrap_weights, group_sums, ratio_p_value, squared_ratio
from .spearman_exact import spearman
from .spearman_once import spearman_of_ranks_once

if TYPE_CHECKING:
    from .in_engine import Whole

NumberMethod = Literal["pearson", "spearman", "kendall", "partial"]

FEWEST = 4
VARIANCE_ROWS = 100_000
"""Rows from which the variance of Pearson's r is taken from a sample of so many."""
KENDALL_ROWS = 50_000
BOOTSTRAP_ROWS = 10_000
DRAWS = 300
MANY_PAIRS = 500
"""Pairs from which the bootstrap takes fewer rows and draws, so that wide tables answer too."""
MANY_ROWS = 2_000
MANY_DRAWS = 150

COLUMNS = ["a", "b", "value", "method", "signed", "n", "low", "high", "p", "reason"]


def chosen_rows(rows: int, most: int, seed: int) -> npt.NDArray[np.intp] | slice:
    """Positions of a random sample, in order; all if there are no more than ``most``."""
    if rows <= most:
        return slice(None)
    chosen = np.random.default_rng(seed).choice(rows, most, replace=False, shuffle=False)
    return np.sort(chosen)


def bootstrap_size(pairs: int) -> tuple[int, int]:
    """Most rows to draw from, and number of draws, for so many pairs."""
    return (BOOTSTRAP_ROWS, DRAWS) if pairs <= MANY_PAIRS else (MANY_ROWS, MANY_DRAWS)


def number_pairs(
    numbers: Mapping[str, Floats],
    method: NumberMethod,
    *,
    given: Sequence[Floats] = (),
    fast: bool = False,
    seed: int = 0,
    whole: Whole | None = None,
) -> pd.DataFrame:
    """Correlate every two number columns; Pearson's r of ``whole``, where it is given.

    Returns
    -------
    pandas.DataFrame
        ``COLUMNS`` of ``correlate``; ``n`` are the rows used, which for Kendall are a sample of at
        most 50,000.
    """
    names, columns = list(numbers), list(numbers.values())
    first, second = np.triu_indices(len(names), 1)
    rows = len(columns[0]) if columns else 0
    if method == "kendall":
        sample = chosen_rows(rows, KENDALL_ROWS, seed)
        r, n, p = _kendall([values[sample] for values in columns])
        low, high = kendall_interval(r, n)
    elif method == "spearman":
        r, n = spearman_of_ranks_once(columns) if fast else spearman(columns)
        low, high = spearman_interval(r, n)
        p = t_test(r, n)
    elif method == "pearson":
        r, n = pearson(columns)
        if whole is not None:
            r, n = whole.pearson(names, r, n)
        sample = chosen_rows(rows, VARIANCE_ROWS, seed)
        some = None if isinstance(sample, slice) else sample
        low, high = pearson_interval(r, n, variance_of_r(columns, some))
        p = t_test(r, n)
    else:
        r, n, variance = partial(columns, given)
        low, high = pearson_interval(r, n - len(given), variance)
        p = t_test(r, n, len(given))
    few = n[first, second] < FEWEST + len(given)
    unknown = "explained" if given else "constant"
    value = np.where(few, np.nan, r[first, second])
    return pd.DataFrame(
        {
            "a": np.array(names, object)[first],
            "b": np.array(names, object)[second],
            "value": value,
            "method": method,
            "signed": True,
            "n": n[first, second],
            "low": np.where(few, np.nan, low[first, second]),
            "high": np.where(few, np.nan, high[first, second]),
            "p": np.where(few, np.nan, p[first, second]),
            "reason": np.where(few, "too_few_rows", np.where(np.isnan(value), unknown, "")),
        }
    )


def pearson(columns: Sequence[Floats]) -> tuple[Square, npt.NDArray[np.int64]]:
    """Pearson correlation of every two columns over their common rows, and how many those are.

    Examples
    --------
    >>> r, n = pearson([np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, np.nan])])
    >>> round(float(r[0, 1]), 3), int(n[0, 1])
    (0.5, 3)
    """
    moments = pairwise(tuple(map(str, range(len(columns)))), columns)
    return r_of(moments), moments.n


def mixed_pairs(
    numbers: Mapping[str, Floats],
    codes: Mapping[str, Codes],
    sizes: Mapping[str, int],
    *,
    seed: int = 0,
    whole: Whole | None = None,
) -> pd.DataFrame:
    """Correlation ratio of every number with every category; of ``whole``, where it is given."""
    if not numbers or not codes:
        return pd.DataFrame(columns=COLUMNS)
    names, columns = list(numbers), list(numbers.values())
    rows = len(columns[0])
    most, draws = bootstrap_size(len(numbers) * len(codes))
    sample = chosen_rows(rows, most, seed)
    rng = np.random.default_rng(seed)
    weights = np.ascontiguousarray(bootstrap_weights(min(rows, most), rng=rng, draws=draws).T)
    levels = [sizes[name] for name in codes]
    some = [values[sample] for values in columns]
    drawn_from = numbers_of(some)
    found = dict(zip(codes, level_sums(list(codes.values()), levels, columns), strict=True))
    of_sample = level_sums([code[sample] for code in codes.values()], levels, some)
    sampled = dict(zip(codes, of_sample, strict=True))
    told = {} if whole is None else {name: whole.sums(name, names) for name in codes}

    def measure(category: str) -> list[tuple[object, ...]]:
        code, here, part = codes[category], found[category], sampled[category]
        drawn = drawn_ratios(code[sample], sizes[category], drawn_from, weights)
        observed, sure, total = part.ratio(corrected=False), here.sure, part.n.sum(axis=0)
        out = []
        for i, number in enumerate(names):
            if number == category:
                continue
            counts, sums, squares = here.n[:, i], here.sums[:, i], float(here.squares[i])
            if number in told.get(category, ()):
                counts, sums, squares = told[category][number]
            elif not sure[i]:
                counts, sums, squares = group_sums(code, columns[i], sizes[category])
            n, used = int(counts.sum()), int((counts > 0).sum())
            squared = float(squared_ratio(counts, sums, squares))
            if n < FEWEST or np.isnan(squared):
                reason = "too_few_rows" if n < FEWEST or 1 < used == n else "constant"
                reason = "one_level" if used == 1 else reason
                out.append(_unknown(number, category, "ratio", n, reason))
                continue
            scatter = (drawn[:, i] - observed[i]) * np.sqrt(min(1.0, total[i] / n))
            low, high = around(squared, scatter)
            p = ratio_p_value(counts, sums, squares)
            value = float(np.sqrt(max(squared, 0.0)))
            out.append((number, category, value, "ratio", False, n, low, high, p, ""))
        return out

    shares = in_threads(lambda share: [row for name in share for row in measure(name)], list(codes))
    return _frame([row for share in shares for row in share])


def category_pairs(
    codes: Mapping[str, Codes],
    sizes: Mapping[str, int],
    *,
    skip: Collection[str] = (),
    seed: int = 0,
    whole: Whole | None = None,
) -> pd.DataFrame:
    """Cramér's V of every two categories, but for pairs of two columns to skip.

    Of ``whole``, where it is given.
    """
    names = list(codes)

    def measure(found: tuple[int, int, npt.NDArray[np.int64]]) -> tuple[object, ...]:
        i, j, table = found
        a, b, n = names[i], names[j], int(table.sum())
        levels = min(int((table.sum(axis) > 0).sum()) for axis in (0, 1))
        squared = float(squared_v(table)) if n else np.nan
        if n < FEWEST or np.isnan(squared):
            few = n < FEWEST or levels > 1
            return _unknown(a, b, "v", n, "too_few_rows" if few else "one_level")
        low, high = v_interval(table, rng=np.random.default_rng([seed, i, j]), draws=draws)
        value = float(np.sqrt(max(squared, 0.0)))
        # The table of the interval has no empty levels, and sums in another order.
        low, high = min(low, value), max(high, value)
        return a, b, value, "v", False, n, low, high, v_p_value(table), ""

    counted = contingency_tables([codes[name] for name in names], [sizes[n] for n in names])
    tables = [found for found in counted if not {names[found[0]], names[found[1]]} <= set(skip)]
    if whole is not None:
        told = [(i, j, whole.counts(names[i], names[j])) for i, j, _ in tables]
        tables = [
            old if new[2] is None else (*new[:2], new[2])
            for old, new in zip(tables, told, strict=True)
        ]
    _, draws = bootstrap_size(len(tables))
    shares = in_threads(lambda share: [measure(found) for found in share], tables)
    return _frame([row for share in shares for row in share])


def _unknown(a: str, b: str, method: str, n: int, reason: str) -> tuple[object, ...]:
    return a, b, np.nan, method, False, n, np.nan, np.nan, np.nan, reason


def _frame(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def _kendall(columns: Sequence[Floats]) -> tuple[Square, npt.NDArray[np.int64], Square]:
    from scipy.stats import kendalltau

    width = len(columns)
    tau, p = np.full((width, width), np.nan), np.full((width, width), np.nan)
    n = np.zeros((width, width), np.int64)

    def measure(i: int, j: int) -> tuple[int, int, int, float, float]:
        both = ~(np.isnan(columns[i]) | np.isnan(columns[j]))
        x, y = columns[i][both], columns[j][both]
        if len(x) < FEWEST or x.min() == x.max() or y.min() == y.max():
            return i, j, len(x), np.nan, np.nan
        found = kendalltau(x, y)
        return i, j, len(x), float(found.statistic), float(found.pvalue)

    pairs = list(combinations(range(width), 2))
    for share in in_threads(lambda share: [measure(*pair) for pair in share], pairs):
        for i, j, rows, value, chance in share:
            n[i, j], tau[i, j], p[i, j] = rows, value, chance
    return tau, n, p
