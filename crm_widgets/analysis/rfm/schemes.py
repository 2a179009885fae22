"""Names for customers by their scores: the ten of the R × F grid, the eight types, or your own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError

Scores: TypeAlias = Sequence[npt.NDArray[np.int64]]
Cell: TypeAlias = str | tuple[int, int]
Scheme: TypeAlias = (
    Literal["ten", "eight"] | Mapping[Cell, str] | pd.DataFrame | Iterable[Iterable[str]]
)

TEN: Mapping[Cell, str] = {
    "5[4-5]": "champions",
    "[3-4][4-5]": "loyal customers",
    "[4-5][2-3]": "potential loyalists",
    "51": "new customers",
    "41": "promising",
    "33": "need attention",
    "3[1-2]": "about to sleep",
    "[1-2][3-4]": "at risk",
    "[1-2]5": "can't lose",
    "[1-2][1-2]": "hibernating",
}
"""Pattern of the R and the F score → name: the grid that most published recipes share."""

EIGHT: Mapping[tuple[bool, bool, bool], str] = {
    (True, True, True): "important value",
    (True, False, True): "important develop",
    (False, True, True): "important keep",
    (False, False, True): "important retain",
    (True, True, False): "general value",
    (True, False, False): "general develop",
    (False, True, False): "general keep",
    (False, False, False): "general retain",
}
"""(R, F, M above the mean) → name: 重要/一般 × 价值/发展/保持/挽留."""


def name_customers(
    scores: Scores, scheme: Scheme, means: npt.NDArray[np.float64]
) -> npt.NDArray[Any]:
    """Segment of each customer by R, F and M scores (from 1 to 5) and their means."""
    names, which = _named(scores, scheme, means)
    return names[which]


def named_groups(scores: Scores, scheme: Scheme, means: npt.NDArray[np.float64]) -> pd.Categorical:
    """The same as codes into those of the names that occur, in order."""
    names, which = _named(scores, scheme, means)
    occur = np.bincount(which, minlength=names.size) > 0
    found, place = np.unique(names[occur], return_inverse=True)
    codes = np.zeros(names.size, np.int8)
    codes[occur] = place
    return pd.Categorical.from_codes(codes[which], categories=pd.Index(found, dtype="str"))


def _named(
    scores: Scores, scheme: Scheme, means: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int8]]:
    """The names there are, and which one each customer has."""
    if isinstance(scheme, str) and scheme == "eight":
        names = [EIGHT[bool(r), bool(f), bool(m)] for r, f, m in np.ndindex(2, 2, 2)]
        which = np.zeros(scores[0].size, np.int8)
        for score, mean in zip(scores, means, strict=True):
            which = which * 2 + (score > mean)
        return np.array(names, object), which
    grid = grid_of(TEN if isinstance(scheme, str) and scheme == "ten" else scheme)
    r, f = (score.astype(np.int8) for score in scores[:2])
    return grid.ravel(), (r - 1) * 5 + f - 1


def grid_of(scheme: object) -> npt.NDArray[Any]:
    """A 5 × 5 grid of names, the R score down and the F score across, both from 1 to 5.

    A frame may be labelled by its scores, in any order; other tables are read as they stand.
    """
    if isinstance(scheme, Mapping):
        return _grid_of_mapping(scheme)
    if isinstance(scheme, pd.DataFrame):
        if all(sorted(axis) == [1, 2, 3, 4, 5] for axis in scheme.axes):
            scheme = scheme.sort_index().sort_index(axis=1)
        grid = scheme.to_numpy(dtype=object)
    elif isinstance(scheme, str) or not isinstance(scheme, Iterable):
        raise InputError("unknown_scheme", scheme=repr(scheme))
    else:
        rows = [list(row) for row in scheme]
        shape = {len(row) for row in rows}
        grid = np.array(rows, dtype=object) if len(shape) == 1 else np.empty((0, 0), object)
    if grid.shape != (5, 5):
        raise InputError("grid_shape", shape=" × ".join(map(str, grid.shape)))
    holes = [f"{r + 1}{f + 1}" for r, f in zip(*np.nonzero(pd.isna(grid)), strict=True)]
    if holes:
        raise InputError("grid_incomplete", cells=", ".join(holes))
    return np.array([[str(name) for name in row] for row in grid], dtype=object)


def _grid_of_mapping(names: Mapping[Cell, str]) -> npt.NDArray[Any]:
    grid = np.full((5, 5), None, dtype=object)
    for r, f in np.ndindex(5, 5):
        for cell, name in names.items():
            exact = cell == (r + 1, f + 1)
            if exact or (isinstance(cell, str) and re.fullmatch(cell, f"{r + 1}{f + 1}")):
                grid[r, f] = str(name)
                break
    holes = [f"{r + 1}{f + 1}" for r, f in np.ndindex(5, 5) if grid[r, f] is None]
    if holes:
        raise InputError("grid_incomplete", cells=", ".join(holes))
    return grid
