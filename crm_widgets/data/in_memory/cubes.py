"""Counts and sums over the bins of several columns at once, in one pass over their codes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..machine import compiled
from ..machine.parallel import in_threads
from .codes import Floats

Coded: TypeAlias = tuple[npt.NDArray[Any], int]
"""Bin of each row, and the number of bins; rows in no bin have that number."""
Mask: TypeAlias = npt.NDArray[np.bool_]
Cube: TypeAlias = npt.NDArray[np.float64]

ROWS = 1 << 18
"""Rows counted at a time, so that their codes and cells stay in the processor's cache."""
LARGE = 1 << 20
"""Rows from which a compiled loop counts, on several threads, if there is one."""


def cubes(
    shared: Sequence[Coded],
    others: Sequence[Sequence[Coded]],
    n: int,
    weight: Floats | None = None,
    mask: Mask | None = None,
) -> list[Cube]:
    """Count, or add up ``weight``, over the bins of ``shared`` × those of each of ``others``.

    Parameters
    ----------
    shared
        Dimensions of every cube, in front.
    others
        For each cube the dimensions behind them.
    n
        Number of rows.
    weight
        A number a row to add up; missing is 0.
    mask
        The rows to count.

    Returns
    -------
    list of array
        A cube for each of ``others``.

    Examples
    --------
    >>> side, size = (np.array([0, 1, 1]), 2), (np.array([0, 0, 2], np.uint8), 3)
    >>> [cube.tolist() for cube in cubes([side], [[], [size]], 3)]
    [[1.0, 2.0], [[1.0, 0.0, 0.0], [1.0, 0.0, 1.0]]]
    """
    outer, shape = _padded(shared), tuple(width for _, width in shared)
    sums = _sums(shared, others, n, weight, mask)
    found = []
    for total, dims in zip(sums, others, strict=True):
        inside = (*shape, *(width for _, width in dims))
        whole = total.reshape(outer + _padded(dims))
        found.append(whole[tuple(slice(width) for width in inside)].astype(np.float64))
    return found


def _padded(dims: Sequence[Coded]) -> tuple[int, ...]:
    return tuple(width + 1 for _, width in dims)


def _sums(
    shared: Sequence[Coded],
    others: Sequence[Sequence[Coded]],
    n: int,
    weight: Floats | None,
    mask: Mask | None,
) -> list[npt.NDArray[Any]]:
    """Counts or sums of each cube as a matrix, with the cells of rows that are in no bin."""
    outer = math.prod(_padded(shared))
    inner = [math.prod(_padded(dims)) for dims in others]
    step = ROWS if outer * max(inner, default=1) <= ROWS else 4 * ROWS
    loop = compiled.counter() if weight is None and n >= LARGE else None
    ones = np.ones(min(step, n), np.int32)

    def work(starts: Sequence[int]) -> list[npt.NDArray[Any]]:
        dtype = np.int64 if weight is None else np.float64
        found: list[npt.NDArray[Any]] = [np.zeros((outer, width), dtype) for width in inner]
        for lo in starts:
            part = slice(lo, min(lo + step, n))
            rows: slice | npt.NDArray[np.intp] = part
            size = part.stop - lo
            if mask is not None:
                rows = lo + np.flatnonzero(mask[part])
                size = rows.size
            base = _cells(shared, rows, size)
            amounts = ones[:size] if weight is None else np.nan_to_num(weight[rows], nan=0.0)
            for total, dims in zip(found, others, strict=True):
                code = _cells(dims, rows, size)
                if loop is not None:
                    loop(base.view(np.uint32), code.view(np.uint32), total)
                else:
                    # adds up what falls in one cell, in half the time that np.bincount takes
                    total += sparse.coo_array((amounts, (base, code)), shape=total.shape).toarray()
        return found

    starts = range(0, n, step)
    parts = in_threads(work, starts) if loop is not None else [work(starts)]
    return [sum(each[1:], each[0]) for each in zip(*parts, strict=True)]


def _cells(
    dims: Sequence[Coded], rows: slice | npt.NDArray[np.intp], size: int
) -> npt.NDArray[np.int32]:
    """Cell of each row in a table of these dimensions."""
    if not dims:
        return np.zeros(size, np.int32)
    found = dims[0][0][rows].astype(np.int32)
    for codes, width in dims[1:]:
        found *= np.int32(width + 1)
        found += codes[rows].astype(np.int32, copy=False)
    return found
