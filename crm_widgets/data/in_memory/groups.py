"""Group-bys on integer codes: which group each row is in, and what a group adds up to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError
from ..vocabulary.table import Aggregate
from .codes import Floats
from .column import Column

Groups = npt.NDArray[np.intp]

DENSE_CELLS = 1 << 27
"""Cells of a table of flags (a byte each) up to which distinct pairs are marked, not sorted."""


FEW = 1000
"""Groups up to which each is sorted by itself."""


def group(keys: Sequence[Column], n: int) -> tuple[Groups, int, list[npt.NDArray[np.intp]]]:
    """Group of each row, number of groups, and for each key the code of each group.

    Groups are in the order of their keys, a missing key (-1) last.
    """
    flat: npt.NDArray[Any] = np.zeros(n, np.intp)
    sizes = [len(key.levels) + 1 for key in keys]
    cells = math.prod(sizes)
    if cells >= 2**62:
        raise InputError("too_many_groups", columns=", ".join(repr(key.name) for key in keys))
    for key, size in zip(keys, sizes, strict=True):
        codes = key.codes.astype(np.intp)
        codes[codes < 0] = size - 1
        flat = flat * size + codes if len(keys) > 1 else codes
    if cells <= 4 * n + 1024:
        used = np.flatnonzero(np.bincount(flat, minlength=cells))
        lookup = np.zeros(cells, np.intp)
        lookup[used] = np.arange(used.size)
        groups = flat if used.size == cells else lookup[flat]
    else:
        groups, used = pd.factorize(flat, sort=True)
    rest, codes_of = used, []
    for size in reversed(sizes):
        rest, code = np.divmod(rest, size)
        codes_of.append(np.where(code == size - 1, -1, code).astype(np.intp))
    return groups, int(used.size), codes_of[::-1]


def sorted_groups(groups: Groups, size: int, values: Floats) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Present values sorted within each group, and where each group starts (and the last ends)."""
    present = ~np.isnan(values)
    if not present.all():
        groups, values = groups[present], values[present]
    ends = np.cumsum(np.bincount(groups, minlength=size))
    starts = np.concatenate([[0], ends]).astype(np.intp)
    if size == 1:
        return np.sort(values), starts
    if size <= FEW:
        ordered = values[np.argsort(groups.astype(np.int16), kind="stable")]
        for lo, hi in pairwise(starts):
            ordered[lo:hi].sort()
        return ordered, starts
    # Rank the values, then sort whole numbers made of group and rank: much faster than lexsort.
    order = np.argsort(values)
    keys = groups[order] * np.intp(values.size) + np.arange(values.size)
    keys.sort()
    keys %= max(values.size, 1)
    return values[order[keys]], starts


def group_quantiles(groups: Groups, size: int, values: Floats, q: Floats) -> Floats:
    """Quantiles (groups × q), linear between neighbours; NaN for a group without values."""
    ordered, starts = sorted_groups(groups, size, values)
    counts = np.diff(starts)
    out = np.full((size, len(q)), np.nan)
    some = counts > 0
    at = (counts[some, None] - 1) * q[None, :]
    lo = np.floor(at).astype(np.intp)
    hi = np.minimum(lo + 1, counts[some, None] - 1)
    base = starts[:-1][some, None]
    below, above = ordered[base + lo], ordered[base + hi]
    out[some] = below + (above - below) * (at - lo)
    return out


def distinct(groups: Groups, size: int, column: Column) -> npt.NDArray[np.int64]:
    """Number of different present values in each group."""
    codes = column.codes
    width = len(column.levels)
    present = codes >= 0
    if not present.all():
        groups, codes = groups[present], codes[present]
    pairs = groups * np.intp(width) + codes
    if size * width <= DENSE_CELLS:
        seen = np.zeros(size * width, bool)
        seen[pairs] = True
        counts: npt.NDArray[np.int64] = np.count_nonzero(seen.reshape(size, width), axis=1)
        return counts
    pairs.sort()
    first = np.ones(pairs.size, bool)
    first[1:] = pairs[1:] != pairs[:-1]
    return np.bincount(pairs[first] // width, minlength=size).astype(np.int64)


def aggregate(groups: Groups, size: int, column: Column | None, how: Aggregate) -> npt.NDArray[Any]:
    """One aggregate of one column (None: of the rows) by group; missing values are left out."""
    if column is None:
        return np.bincount(groups, minlength=size)
    if how == "nunique":
        return distinct(groups, size, column)
    if how == "n":
        known = column.__dict__.get("numbers") if column.kind != "category" else None
        present = column.codes >= 0 if known is None else ~np.isnan(known)
        return np.bincount(groups if present.all() else groups[present], minlength=size)
    values = column.numbers
    if how == "median":
        return group_quantiles(groups, size, values, np.array([0.5]))[:, 0]
    present = ~np.isnan(values)
    if not present.all():
        groups, values = groups[present], values[present]
    if how == "sum":
        return np.bincount(groups, weights=values, minlength=size)
    counts = np.bincount(groups, minlength=size)
    if how == "mean":
        centre = values.mean() if values.size else 0.0
        sums = np.bincount(groups, weights=values - centre, minlength=size)
        with np.errstate(invalid="ignore", divide="ignore"):
            return sums / counts + centre
    out = np.full(size, np.inf if how == "min" else -np.inf)
    (np.minimum if how == "min" else np.maximum).at(out, groups, values)
    out[counts == 0] = np.nan
    return out
