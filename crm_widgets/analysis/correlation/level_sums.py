"""Counts and sums of many numbers by the levels of many categories, as products of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ...data.machine.parallel import in_threads
from .ratio import squared_ratio

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int32]

BLOCK_ROWS = 4096
SINGLE_FROM = 200_000
"""Rows from which products are taken in single precision (and summed in double)."""


@dataclass(frozen=True)
class LevelSums:
    """Of one category (rows: its levels) and all numbers (columns), over their common rows.

    Numbers are centred and scaled, which changes no ratio.
    """

    n: Floats
    sums: Floats
    squares: Floats

    @property
    def sure(self) -> npt.NDArray[np.bool_]:
        """Numbers whose spread over the common rows is not lost in their distance from 0."""
        rows, total = self.n.sum(axis=0), self.sums.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = self.squares - np.square(total) / rows
        return np.asarray((spread > self.squares * 0.05) | (rows == 0))

    def ratio(self, *, corrected: bool = True) -> Floats:
        """Squared correlation ratio of each number."""
        return squared_ratio(self.n.T, self.sums.T, self.squares, corrected=corrected)


def level_sums(
    codes: Sequence[Codes], sizes: Sequence[int], columns: Sequence[Floats]
) -> list[LevelSums]:
    """Count and add up every number by every category.

    Parameters
    ----------
    codes : sequence of arrays
        Level of each row; -1 is missing.
    sizes : sequence of int
        Number of levels of each.
    columns : sequence of arrays
        Numbers; NaN is missing.

    Examples
    --------
    >>> (found,) = level_sums([np.array([0, 0, 1, -1], np.int32)], [2], [np.array([1., 3, 5, 9])])
    >>> found.n.ravel().tolist()
    [2.0, 1.0]
    """
    rows = len(columns[0])
    dtype = np.float32 if rows >= SINGLE_FROM else np.float64
    places = [_place(values) for values in columns]
    offsets = np.cumsum([0, *sizes])

    def work(starts: Sequence[int]) -> Floats:
        total = np.zeros((offsets[-1], 3 * len(columns)))
        for start in starts:
            part = slice(start, min(start + BLOCK_ROWS, rows))
            values = _block([values[part] for values in columns], places, dtype)
            levels = np.zeros((offsets[-1], part.stop - start), dtype)
            for offset, code in zip(offsets, codes, strict=False):
                here = code[part]
                known = np.flatnonzero(here >= 0)
                levels[offset + here[known], known] = 1
            total += levels @ values.T
        return total

    none = np.zeros((offsets[-1], 3 * len(columns)))
    total = sum(in_threads(work, range(0, rows, BLOCK_ROWS)), none)
    return [_split(total[a:b]) for a, b in pairwise(offsets)]


def drawn_ratios(
    code: Codes, size: int, columns: npt.NDArray[np.float32], weights: npt.NDArray[np.float32]
) -> Floats:
    """Squared correlation ratios of a category with all numbers, in bootstrap samples.

    Parameters
    ----------
    code : array
        Levels of the sampled rows.
    size : int
        Number of levels.
    columns : array, 3 · numbers × rows
        Whether the number is present, the number, its square, as of ``numbers_of``.
    weights : array, rows × draws
        How often each sample takes each row.

    Returns
    -------
    numpy.ndarray
        Draws × numbers, corrected for bias.
    """
    m, draws = len(columns) // 3, weights.shape[1]
    used = [rows for rows in (np.flatnonzero(code == level) for level in range(size)) if rows.size]
    parts = np.empty((draws, m, len(used), 3))
    for level, rows in enumerate(used):
        drawn = weights[rows].T @ columns[:, rows].T
        parts[:, :, level] = drawn.reshape(draws, 3, m).transpose(0, 2, 1)
    return squared_ratio(parts[..., 0], parts[..., 1], parts[..., 2].sum(-1))


def numbers_of(columns: Sequence[Floats]) -> npt.NDArray[np.float32]:
    """Whether each number is present, the number, and its square, a row each."""
    return np.asarray(_block(columns, [_place(v) for v in columns], np.float32))


def _place(values: Floats) -> tuple[float, float]:
    present = values[~np.isnan(values)]
    if not present.size:
        return 0.0, 1.0
    mean = float(present.mean())
    spread = float(np.sqrt(np.square(present - mean).mean()))
    return mean, spread if 0 < spread < np.inf else 1.0


def _block(
    columns: Sequence[Floats], places: Sequence[tuple[float, float]], dtype: type[Any]
) -> npt.NDArray[Any]:
    m = len(columns)
    block = np.empty((3 * m, len(columns[0])), dtype)
    for row, (values, (mean, scale)) in enumerate(zip(columns, places, strict=True)):
        block[row] = ~np.isnan(values)
        np.divide(values - mean, scale, out=block[m + row], casting="same_kind")
    inner = block[m : 2 * m]
    inner[block[:m] == 0] = 0
    np.square(inner, out=block[2 * m :])
    return block


def _split(total: Floats) -> LevelSums:
    n, sums, squares = np.split(total, 3, axis=1)
    return LevelSums(n, sums, squares.sum(axis=0))
