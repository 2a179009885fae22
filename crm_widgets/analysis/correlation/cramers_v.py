"""Cramér's V: how closely two categories go together, without the bias of many levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

Floats: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]


def contingency_tables(
    codes: Sequence[npt.NDArray[np.int32]], sizes: Sequence[int]
) -> Iterator[tuple[int, int, Counts]]:
    """Count every two columns against each other.

    Parameters
    ----------
    codes : sequence of arrays
        Level of each row, ``0 … size - 1``; -1 is missing. Levels squared are under 2^31.
    sizes : sequence of int
        Number of levels of each column.

    Yields
    ------
    i, j, table
        ``i < j``; rows where both are present, by level of i and level of j.

    Examples
    --------
    >>> a, b = np.array([0, 0, 1, -1], np.int32), np.array([0, 1, 1, 1], np.int32)
    >>> [table.tolist() for _, _, table in contingency_tables([a, b], [2, 2])]
    [[[1, 1], [0, 1]]]
    """
    width = max(sizes, default=0) + 1
    for i, size in enumerate(sizes):
        base = (codes[i] + np.int32(1)) * np.int32(width) + np.int32(1)
        for j in range(i + 1, len(codes)):
            flat = np.bincount(base + codes[j], minlength=(size + 1) * width)
            yield i, j, flat.reshape(size + 1, width)[1:, 1 : sizes[j] + 1]


def squared_v(tables: npt.ArrayLike, *, corrected: bool = True) -> Floats:
    """Cramér's V squared, of a table or of each of a stack.

    Parameters
    ----------
    tables : array of counts, (…, rows, columns)
        Levels that do not occur are no levels.
    corrected : bool
        Take off what independence alone would give; the result may be below 0.

    Returns
    -------
    numpy.ndarray
        At most 1; NaN where a table has fewer than two levels a side, or as many levels as rows.

    References
    ----------
    Bergsma (2013), A bias-correction for Cramér's V and Tschuprow's T, J. Korean Statist. Soc.
    42, 323–328, equations 5–7.

    Examples
    --------
    χ² of [[10, 20], [30, 40]] is 100/126 (n = 100), so V² is 1/126; corrected, it is less than
    independence gives:

    >>> round(float(squared_v([[10, 20], [30, 40]], corrected=False)), 6)
    0.007937
    >>> round(float(squared_v([[10, 20], [30, 40]])), 6)
    -0.002187
    >>> round((1 / 126 - 1 / 99) / (1 - 1 / 99), 6)
    -0.002187
    """
    counts = np.asarray(tables, np.float64)
    rows, columns = counts.sum(-1), counts.sum(-2)
    n = rows.sum(-1)
    r, c = (rows > 0).sum(-1), (columns > 0).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(rows > 0, 1 / rows, 0.0)[..., :, None]
        share = share * np.where(columns > 0, 1 / columns, 0.0)[..., None, :]
        phi = np.maximum((np.square(counts) * share).sum((-2, -1)) - 1, 0.0)
        if corrected:
            phi = phi - (r - 1) * (c - 1) / (n - 1)
            r = r - np.square(r - 1) / (n - 1)
            c = c - np.square(c - 1) / (n - 1)
        most = np.minimum(r, c) - 1
        return np.asarray(np.where(most > 1e-12, phi / most, np.nan))


def v_p_value(table: npt.ArrayLike) -> float:
    """Test independence (Pearson's χ², no continuity correction).

    Examples
    --------
    >>> round(v_p_value([[10, 20], [30, 40]]), 4)
    0.373
    """
    counts = np.asarray(table, np.float64)
    rows, columns = int((counts.sum(1) > 0).sum()), int((counts.sum(0) > 0).sum())
    statistic = counts.sum() * float(squared_v(counts, corrected=False)) * (min(rows, columns) - 1)
    return float(chdtrc((rows - 1) * (columns - 1), statistic))


def v_interval(
    table: npt.ArrayLike, *, rng: np.random.Generator, draws: int = 300, level: float = 0.95
) -> tuple[float, float]:
    """Say between which values the true V lies.

    Parameters
    ----------
    table : array of counts, rows × columns
        The observed table.
    rng : numpy.random.Generator
        Source of the draws.
    draws : int
        Tables drawn with replacement from the rows behind the observed one.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    low, high : float
        In [0, 1].

    Notes
    -----
    Drawing rows with replacement is drawing the table from a multinomial. A drawn table is
    related to the observed one as that is to the truth; the bias of the observed table is
    therefore part of what the draws scatter around, and only their scatter is used.
    """
    counts = np.asarray(table, np.int64)
    counts = counts[counts.sum(1) > 0][:, counts.sum(0) > 0]
    n = int(counts.sum())
    drawn = rng.multinomial(n, counts.ravel() / n, size=draws).reshape(draws, *counts.shape)
    return around(
        float(squared_v(counts)),
        squared_v(drawn) - float(squared_v(counts, corrected=False)),
        level,
    )


def around(squared: float, scatter: Floats, level: float = 0.95) -> tuple[float, float]:
    """Interval of a coefficient from its square and the scatter of drawn squares; holds it.

    Examples
    --------
    >>> [round(end, 2) for end in around(0.25, np.linspace(-0.1, 0.1, 101), level=0.9)]
    [0.4, 0.58]
    """
    known = scatter[~np.isnan(scatter)]
    if not known.size:
        return np.nan, np.nan
    down, up = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    ends = np.clip([squared + min(down, 0.0), squared + max(up, 0.0)], 0.0, 1.0)
    low, high = np.sqrt(ends)
    return float(low), float(high)
