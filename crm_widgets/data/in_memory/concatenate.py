"""Columns that go on with more values: what is known of the first ones is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from .codes import Codes, Series
from .column import Coded, Column
from .deferred_codes import Moved

Loader: TypeAlias = Callable[[], Column]


def ready(column: Column) -> Loader:
    """A column that need not be loaded."""
    return lambda: column


def going_on(old: Column, n: int, load: Loader) -> Loader:
    """Load a column that begins with the ``n`` values of ``old``: only those behind are coded."""

    def loaded() -> Column:
        column = load()
        if column.is_coded:
            return column
        more = column.take(np.arange(n, len(column.values)))
        found = joined(old, more, column.values)
        if found is None:
            return column
        known = column.__dict__.get("numbers")
        return Column(column.values, column.kind, name=column.name, numbers=known, coded=found[0])

    return loaded


def joined(old: Column, more: Column, values: Series) -> tuple[Coded, Moved] | None:
    """Codes and levels of a column that goes on with others, and where its codes have moved to.

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
        # numbers among texts are in an order of their own, in which nothing can be looked up
        if not (levels.is_monotonic_increasing and more.levels.is_monotonic_increasing):
            return None
        try:
            levels, moved, codes = _merged(levels, more)
        except TypeError:  # levels that have no order among themselves
            return None
    return (old.going_on(moved, codes), levels), moved


def _merged(old: pd.Index[Any], more: Column) -> tuple[pd.Index[Any], Moved, Codes]:
    """All levels in order, where the old ones are in them, and the codes of ``more``."""
    known, new = old.to_numpy(), more.levels.to_numpy()
    place = np.searchsorted(known, new)
    there = np.minimum(place, known.size - 1)
    fresh = known[there] != new
    if not fresh.any():
        return old, None, np.append(there, -1).astype(np.int32)[more.codes]
    ahead = place[fresh]
    moved = np.arange(known.size, dtype=np.int32)
    moved += np.repeat(
        np.arange(ahead.size + 1, dtype=np.int32), np.diff(ahead, prepend=0, append=known.size)
    )
    rank = moved[there]
    rank[fresh] = ahead + np.arange(ahead.size)
    levels = _in_order(old, moved, more.levels[fresh], rank[fresh])
    codes = np.append(rank, np.int32(-1))[more.codes]
    return levels, None if ahead[0] == known.size else moved, codes


def _in_order(
    old: pd.Index[Any], moved: Codes, fresh: pd.Index[Any], places: Codes
) -> pd.Index[Any]:
    """The levels there were and fresh ones, each at its place."""
    size = len(old) + len(fresh)
    if isinstance(old.dtype, np.dtype) and old.dtype != object:
        both = np.empty(size, old.dtype)
        both[moved], both[places] = old.to_numpy(), fresh.to_numpy()
        return pd.Index(both, name=old.name)
    order = np.empty(size, np.intp)
    order[moved], order[places] = np.arange(len(old)), np.arange(len(old), size)
    return old.append(fresh).take(order).astype(old.dtype)
