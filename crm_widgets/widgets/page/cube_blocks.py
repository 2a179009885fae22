"""The numbers of a cube: each view's series in every bin of the active one, few passes for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ...charts.view import Counting
from ...data.in_memory.table import ArrayTable
from ...data.scope import Mask
from ...data.vocabulary.table import Dim, Edges

Numbers: TypeAlias = npt.NDArray[Any]
Asked: TypeAlias = tuple[Counting, Mask | None]
"""How a view is counted, and of which customers; None: of all."""

_EXACT = 2**24
"""Up to here a float of 32 bits is exact."""


def width(dim: Dim) -> int:
    """Number of bins."""
    return len(dim.edges) - 1 if isinstance(dim, Edges) else len(dim.levels) + dim.other


def blocks(table: ArrayTable, active: Counting, asked: Sequence[Asked]) -> list[Numbers]:
    """For each view active bins and everybody × its rows, the series of a row side by side.

    Views that count the same customers are counted in one pass.
    """
    series = [
        (at, counting.dims, weight, mask)
        for at, (counting, mask) in enumerate(asked)
        for weight in counting.weights
    ]
    counted: list[list[Numbers]] = [[] for _ in asked]
    found: dict[int, Numbers] = {}
    together: dict[tuple[int, str | None], list[int]] = {}
    for number, (_, _, weight, mask) in enumerate(series):
        together.setdefault((id(mask), weight), []).append(number)
    for numbers in together.values():
        _, _, weight, mask = series[numbers[0]]
        cubes = _with_everybody(table, active, [series[n][1] for n in numbers], weight, mask)
        found |= dict(zip(numbers, cubes, strict=True))
    for number, (at, *_) in enumerate(series):
        counted[at].append(placed(found[number], asked[at][0]))
    return [
        small(np.stack(parts, axis=2), counting)
        for parts, (counting, _) in zip(counted, asked, strict=True)
    ]


def _with_everybody(
    table: ArrayTable,
    active: Counting,
    dims: Sequence[tuple[Dim, ...]],
    weight: str | None,
    mask: Mask | None,
) -> list[Numbers]:
    """Active bins × bins of each view, and behind them all customers, in an active bin or not."""
    where: Any = () if mask is None else mask
    n = int(np.prod([width(dim) for dim in active.dims]))
    first, *rest = active.dims
    under = table.counts_many([first], [(*rest, *of) for of in dims], weight, where)
    flat = [cube.reshape(n, -1) for cube in under]
    [inside] = table.counts_many([first], [tuple(rest)], None, where)
    if inside.sum() == (table.n if mask is None else np.count_nonzero(mask)):
        everybody = [cube.sum(axis=0) for cube in flat]
    else:
        everybody = [cube.ravel() for cube in table.counts_many([], dims, weight, where)]
    return [np.vstack([cube, all_]) for cube, all_ in zip(flat, everybody, strict=True)]


def placed(cells: Numbers, counting: Counting) -> Numbers:
    """Cells merged as they are drawn, and those that are rows."""
    if counting.merge > 1:
        cells = cells.reshape(len(cells), *map(width, counting.dims))
        for axis in range(1, cells.ndim):
            cells = np.add.reduceat(cells, range(0, cells.shape[axis], counting.merge), axis=axis)
        cells = cells.reshape(len(cells), -1)
    return cells if counting.at is None else cells[:, counting.at]


def small(stacked: Numbers, counting: Counting) -> Numbers:
    """The numbers of a row side by side, in as few bytes as hold them."""
    block = stacked.reshape(len(stacked), -1)
    if all(weight is None for weight in counting.weights):
        return block.astype(np.uint16 if block.max(initial=0) < 2**16 else np.uint32)
    return block.astype(np.float32 if np.abs(block).max(initial=0) < _EXACT else np.float64)
