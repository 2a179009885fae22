"""Columns that go on with more values: what is known of the first ones is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from .columns import BLOCK, Codes, Column, Series
from .parallel import in_threads

Loader: TypeAlias = Callable[[], Column]
Moved: TypeAlias = npt.NDArray[np.int32] | None
"""New code of each old one; None if none has changed."""


def ready(column: Column) -> Loader:
    """A column that need not be loaded."""
    return lambda: column


def going_on(old: Column, load: Loader) -> Loader:
    """Load a column that begins with the values of ``old``: only those behind are coded."""

    def loaded() -> Column:
        column = load()
        if column.is_coded:
            return column
        more = column.take(np.arange(len(old.codes), len(column.values)))
        found = joined(old, more, column.values)
        if found is None:
            return column
        codes, levels = found[0].codes, found[0].levels
        known = column.__dict__.get("numbers")
        return Column(
            column.values, column.kind, name=column.name, numbers=known, coded=(codes, levels)
        )

    return loaded


def joined(old: Column, more: Column, values: Series) -> tuple[Column, Moved] | None:
    """A column that goes on with other values, and where its codes have moved to.

    ``values`` are all of them; codes and levels are as they would be if these were read at once.
    None if that cannot be told from the two.
    """
    ordered = isinstance(values.dtype, pd.CategoricalDtype) and values.cat.ordered
    if ordered:
        return None
    levels, moved, codes = old.levels, None, more.codes
    if len(more.levels):
        if levels.dtype != more.levels.dtype or not len(levels):
            return None
        try:
            levels, moved, codes = _merged(levels, more)
        except TypeError:  # levels that have no order among themselves
            return None
    n = old.codes.size
    both = np.empty(n + codes.size, np.int32)
    both[n:] = codes
    if moved is None:
        both[:n] = old.codes
    else:  # a missing value, -1, is the last of the numbers it is looked up in
        lookup = np.append(moved, np.int32(-1))

        def move(starts: Sequence[int]) -> None:
            for lo in starts:
                part = slice(lo, min(lo + BLOCK, n))
                # "wrap" takes -1 from the end too, without a look at each first
                np.take(lookup, old.codes[part], out=both[part], mode="wrap")

        in_threads(move, range(0, n, BLOCK))
    coded = (both, levels)
    return Column(values, old.kind, name=old.name, coded=coded), moved


def _merged(old: pd.Index[Any], more: Column) -> tuple[pd.Index[Any], Moved, Codes]:
    """All levels in order, where the old ones are in them, and the codes of ``more``."""
    known, new = old.to_numpy(), more.levels.to_numpy()
    place = np.searchsorted(known, new)
    there = np.minimum(place, known.size - 1)
    fresh = known[there] != new
    if not fresh.any():
        return old, None, np.append(there, -1).astype(np.int32)[more.codes]
    before = np.bincount(place[fresh], minlength=known.size + 1).cumsum()
    moved = (np.arange(known.size) + before[:-1]).astype(np.int32)
    rank = moved[there]
    rank[fresh] = place[fresh] + np.arange(np.count_nonzero(fresh))
    order = np.empty(known.size + int(before[-1]), np.intp)
    order[moved] = np.arange(known.size)
    order[rank[fresh]] = np.arange(known.size, order.size)
    levels = old.append(more.levels[fresh]).take(order).astype(old.dtype)
    codes = np.append(rank, np.int32(-1))[more.codes]
    return levels, None if before[-2] == 0 else moved, codes
