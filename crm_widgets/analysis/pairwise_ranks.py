"""Spearman correlation of columns with gaps: ranks anew for each pair, without sorting anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from ..data.moments import pairwise
from ..data.parallel import in_threads

Floats: TypeAlias = npt.NDArray[np.float64]
Result = TypeVar("Result")

BLOCK = 1 << 15


@dataclass(frozen=True)
class Ranked:
    """A column sorted once."""

    place: npt.NDArray[np.int32]
    """Position of each row's value among the distinct values; of a missing one, their number."""
    count: npt.NDArray[np.unsignedinteger[Any]]
    """Rows at each distinct value, in as few bytes as hold them."""
    missing: npt.NDArray[np.int32]
    """Rows without a value."""


def rank_once(values: Floats) -> Ranked:
    """Sort a column; NaN is missing.

    Examples
    --------
    >>> found = rank_once(np.array([30.0, 10.0, np.nan, 30.0]))
    >>> found.place.tolist(), found.count.tolist(), found.missing.tolist()
    ([1, 0, 2, 1], [1, 2], [2])
    """
    order = np.argsort(values)
    ordered = values[order]
    present = len(values) - int(np.isnan(ordered).sum())
    first = np.empty(len(values), bool)
    first[:1] = present > 0
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    first[present:] = False
    number = np.cumsum(first, dtype=np.int32)
    distinct = int(number[-1]) if len(values) else 0
    number -= 1
    number[present:] = distinct
    place = np.empty(len(values), np.int32)
    place[order] = number
    starts = np.append(np.flatnonzero(first), present)
    count = np.diff(starts)
    small = np.min_scalar_type(int(count.max(initial=0)))
    return Ranked(place, count.astype(small), np.sort(order[present:]).astype(np.int32))


def spearman(columns: Sequence[Floats]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Correlate the ranks of every two columns, over the rows where both are present.

    Leaving out the rows in which the other column is missing changes the ranks of a column: each
    falls by the number of values left out below it. These are counted along the order in which
    the column was sorted once, so a pair costs no sorting. Equal values share their mean rank.

    Parameters
    ----------
    columns : sequence of arrays
        Columns of equal length; NaN is missing.

    Returns
    -------
    r : numpy.ndarray
        Columns × columns, in [-1, 1]; NaN where a column is constant over the common rows.
    n : numpy.ndarray
        Rows where both are present.

    Notes
    -----
    Equal to ranking the common rows of each pair, as ``scipy.stats.spearmanr`` and pandas do.
    Needs 5 bytes a value (more where over 255 rows share one), and some columns of floats for
    each thread.

    Examples
    --------
    >>> r, n = spearman([np.array([1.0, 2, 3, np.nan, 9]), np.array([2.0, 1, 4, 3, 9])])
    >>> round(float(r[0, 1]), 3), int(n[0, 1])
    (0.8, 4)
    """
    ranked = _each(rank_once, columns)
    width = len(columns)
    r, n = np.full((width, width), np.nan), np.zeros((width, width), np.int64)
    for i, column in enumerate(ranked):
        n[i, i] = int(column.count.sum())
        r[i, i] = 1.0 if len(column.count) > 1 else np.nan
    alike: dict[bytes, list[int]] = {}
    for i, column in enumerate(ranked):
        alike.setdefault(column.missing.tobytes(), []).append(i)
    for group in alike.values():
        _together(ranked, group, r, n)
    apart = {i: number for number, group in enumerate(alike.values()) for i in group}
    pairs = [(i, j) for i, j in combinations(range(width), 2) if apart[i] != apart[j]]
    for found in in_threads(lambda share: [_apart(ranked, i, j) for i, j in share], pairs):
        for i, j, r_pair, n_pair in found:
            r[i, j] = r[j, i] = r_pair
            n[i, j] = n[j, i] = n_pair
    return r, n


def spearman_of_ranks_once(columns: Sequence[Floats]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Correlate ranks that are taken once, over all values of each column.

    Where values are missing, the ranks of a pair are those in the whole columns, not among their
    common rows, so that r is not exact: with 5 % missing at random, it moved by at most 2e-5 in a
    million rows of 20 columns; where what is missing depends on the values, it moves by more.

    Parameters
    ----------
    columns : sequence of arrays
        Columns of equal length; NaN is missing.

    Returns
    -------
    r, n : numpy.ndarray
        As of ``spearman``.
    """
    ranks = _each(_ranks_once, columns)
    moments = pairwise(tuple(map(str, range(len(ranks)))), ranks)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = moments.cross / np.sqrt(moments.square * moments.square.T)
    return np.clip(r, -1, 1), moments.n


def _each(work: Callable[[Floats], Result], columns: Sequence[Floats]) -> list[Result]:
    def some(share: Sequence[int]) -> list[tuple[int, Result]]:
        return [(i, work(columns[i])) for i in share]

    found = dict(one for share in in_threads(some, range(len(columns))) for one in share)
    return [found[i] for i in range(len(columns))]


def _centred_ranks(left: npt.NDArray[np.integer[Any]]) -> tuple[Floats, float]:
    """Centre the mid-rank of each distinct value (0: of a missing one); and sum their squares."""
    ranks = np.zeros(len(left) + 1)
    np.cumsum(left, out=ranks[:-1])
    half = ranks[-2] / 2 if len(left) else 0.0
    ranks[:-1] -= left * 0.5
    ranks[:-1] -= half
    return ranks, float(np.dot(left, np.square(ranks[:-1])))


def _apart(ranked: Sequence[Ranked], i: int, j: int) -> tuple[int, int, float, int]:
    """Correlate two columns that are missing in different rows."""
    a, b = ranked[i], ranked[j]
    left_a = a.count - np.bincount(a.place[b.missing], minlength=len(a.count) + 1)[: len(a.count)]
    left_b = b.count - np.bincount(b.place[a.missing], minlength=len(b.count) + 1)[: len(b.count)]
    ranks_a, square_a = _centred_ranks(left_a)
    ranks_b, square_b = _centred_ranks(left_b)
    cross = 0.0
    for start in range(0, len(a.place), BLOCK):
        rows = slice(start, start + BLOCK)
        cross += float(np.dot(ranks_a.take(a.place[rows]), ranks_b.take(b.place[rows])))
    return i, j, _ratio(cross, square_a, square_b), int(left_a.sum())


def _together(
    ranked: Sequence[Ranked], group: Sequence[int], r: Floats, n: npt.NDArray[np.int64]
) -> None:
    """Correlate columns that are missing in the same rows: their ranks are right already."""
    if len(group) < 2:
        return
    whole = [_centred_ranks(ranked[i].count) for i in group]
    cross = np.zeros((len(group), len(group)))
    for start in range(0, len(ranked[0].place), BLOCK):
        rows = slice(start, start + BLOCK)
        block = np.stack(
            [ranks.take(ranked[i].place[rows]) for i, (ranks, _) in zip(group, whole, strict=True)]
        )
        cross += block @ block.T
    for (a, i), (b, j) in combinations(enumerate(group), 2):
        r[i, j] = r[j, i] = _ratio(cross[a, b], whole[a][1], whole[b][1])
        n[i, j] = n[j, i] = int(ranked[i].count.sum())


def _ratio(cross: float, square_a: float, square_b: float) -> float:
    if square_a == 0 or square_b == 0:
        return np.nan
    return float(np.clip(cross / np.sqrt(square_a) / np.sqrt(square_b), -1, 1))


def _ranks_once(values: Floats) -> npt.NDArray[np.float32]:
    """Rank a column over all its values, centred; NaN is missing."""
    column = rank_once(values)
    ranks, _ = _centred_ranks(column.count)
    ranks[-1] = np.nan
    return ranks.astype(np.float32).take(column.place)
