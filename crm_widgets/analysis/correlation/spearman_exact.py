"""Spearman correlation of columns with gaps: ranks anew for each pair, without sorting anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from ...data.machine.parallel import THREADS, in_threads
from ..statistics.ranked_column import BLOCK, Ranked, rank_once

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int32]
Result = TypeVar("Result")
Found: TypeAlias = tuple[int, int, float, int]

SHARE = 0.28
"""Memory used beside the columns, as a share of theirs."""
SPARE_BYTES = 1 << 25
"""Memory that is used in any case (34 MB)."""
HELD, STREAMED, TABLE = 5.3, 13.0, 4.0
"""Bytes a row of a column that is ranked, of one that is being sorted, and of its ranks."""
FEWEST_HELD = 3


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
    Some columns are kept ranked while the others are sorted and pass by, as many as fit into 0.3
    of the memory of the columns: a wide table is sorted a few times over, which costs less than
    it saves. Columns that are missing in the same rows, such as none, are ranked once and
    multiplied together; that takes half of their memory.

    Examples
    --------
    >>> r, n = spearman([np.array([1.0, 2, 3, np.nan, 9]), np.array([2.0, 1, 4, 3, 9])])
    >>> round(float(r[0, 1]), 3), int(n[0, 1])
    (0.8, 4)
    """
    width = len(columns)
    r, n = np.full((width, width), np.nan), np.zeros((width, width), np.int64)
    alike: dict[bytes, list[int]] = {}
    for i, column in enumerate(columns):
        gone = np.isnan(column)
        n[i, i] = gone.size - np.count_nonzero(gone)
        r[i, i] = 1.0 if _varies(column[~gone]) else np.nan
        alike.setdefault(np.packbits(gone).tobytes(), []).append(i)
    for group in alike.values():
        _together(columns, group, r, n)
    group_of = {i: number for number, group in enumerate(alike.values()) for i in group}
    if len(alike) > 1:
        _all_apart(columns, group_of, r, n)
    return r, n


def _varies(present: Floats) -> bool:
    return bool(present.size) and bool(present.min() != present.max())


def held_at_once(width: int, rows: int) -> int:
    """How many ranked columns fit beside those that are being sorted, and the tables of ranks."""
    budget = max(SHARE * 8 * width * rows, SPARE_BYTES)
    streamed = THREADS * max(STREAMED, HELD + 2 * TABLE) * rows
    fit = (budget - streamed) / (HELD * max(rows, 1))
    return int(np.clip(fit, min(FEWEST_HELD, width), width))


def _all_apart(
    columns: Sequence[Floats], group_of: dict[int, int], r: Floats, n: npt.NDArray[np.int64]
) -> None:
    """Correlate all columns that are missing in different rows, some against the rest in turn."""
    width, rows = len(columns), len(columns[0])
    many = held_at_once(width, rows)
    for start in range(0, width, many):
        block = range(start, min(start + many, width))
        held = dict(zip(block, _each(rank_once, [columns[i] for i in block]), strict=True))
        inside = [(i, j) for i, j in combinations(block, 2) if group_of[i] != group_of[j]]
        beside = {
            j: {i: held[i] for i in block if group_of[i] != group_of[j]}
            for j in range(block.stop, width)
        }
        found = in_threads(partial(_pairs, held, rows), inside)
        found += in_threads(partial(_passing, columns, beside), [j for j in beside if beside[j]])
        for i, j, r_pair, n_pair in (one for share in found for one in share):
            r[i, j] = r[j, i] = r_pair
            n[i, j] = n[j, i] = n_pair


def _pairs(held: Mapping[int, Ranked], rows: int, pairs: Sequence[tuple[int, int]]) -> list[Found]:
    """Correlate pairs of ranked columns."""
    tables = _tables(rows)
    return [(i, j, *_apart(held[i], held[j], *tables)) for i, j in pairs]


def _passing(
    columns: Sequence[Floats], beside: Mapping[int, Mapping[int, Ranked]], passing: Sequence[int]
) -> list[Found]:
    """Rank some columns, one after the other, and correlate each with those that are held."""
    found: list[Found] = []
    for j in passing:
        ranked = rank_once(columns[j])
        tables = _tables(len(columns[j]))
        found += [(i, j, *_apart(one, ranked, *tables)) for i, one in beside[j].items()]
        del ranked, tables
    return found


def _each(work: Callable[[Floats], Result], columns: Sequence[Floats]) -> list[Result]:
    def some(share: Sequence[int]) -> list[tuple[int, Result]]:
        return [(i, work(columns[i])) for i in share]

    found = dict(one for share in in_threads(some, range(len(columns))) for one in share)
    return [found[i] for i in range(len(columns))]


def _tables(rows: int) -> tuple[Whole, Whole]:
    return np.empty(rows + 1, np.int32), np.empty(rows + 1, np.int32)


def _apart(a: Ranked, b: Ranked, table_a: Whole, table_b: Whole) -> tuple[float, int]:
    """Correlate two columns that are missing in different rows; with their common rows."""
    n, square_a = a.ranks_without(b.missing, table_a)
    _, square_b = b.ranks_without(a.missing, table_b)
    cross = 0.0
    for start in range(0, len(a.place), BLOCK):
        rows = slice(start, start + BLOCK)
        one = table_a.take(a.place[rows]).astype(np.float64)
        cross += float(np.dot(one, table_b.take(b.place[rows]).astype(np.float64)))
    return _ratio(cross, square_a, square_b), n


def _together(
    columns: Sequence[Floats], group: Sequence[int], r: Floats, n: npt.NDArray[np.int64]
) -> None:
    """Correlate columns that are missing in the same rows: their ranks are right already."""
    if len(group) < 2 or not len(columns[0]):
        return
    ranked = _each(_ranks_by_row, [columns[i] for i in group])
    starts = range(0, len(columns[0]), BLOCK)

    def work(share: Sequence[int]) -> Floats:
        cross = np.zeros((len(group), len(group)))
        for start in share:
            block = np.array([ranks[start : start + BLOCK] for ranks, _ in ranked], np.float64)
            cross += block @ block.T
        return cross

    cross = np.sum(in_threads(work, starts), axis=0)
    for (a, i), (b, j) in combinations(enumerate(group), 2):
        r[i, j] = r[j, i] = _ratio(cross[a, b], ranked[a][1], ranked[b][1])
        n[i, j] = n[j, i] = n[i, i]


def _ranks_by_row(values: Floats) -> tuple[Whole, float]:
    """Twice the centred rank of each row (0: missing), and the sum of their squares."""
    column = rank_once(values)
    table = np.empty(column.distinct + 1, np.int32)
    _, square = column.ranks_without(np.empty(0, np.int32), table)
    for start in range(0, len(column.place), BLOCK):
        rows = slice(start, start + BLOCK)
        column.place[rows] = table.take(column.place[rows])
    return column.place, square


def _ratio(cross: float, square_a: float, square_b: float) -> float:
    if square_a <= 0 or square_b <= 0:
        return np.nan
    return float(np.clip(cross / np.sqrt(square_a) / np.sqrt(square_b), -1, 1))
