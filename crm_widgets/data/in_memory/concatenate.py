"""Columns to which values are appended: codes of the old values are reused, not computed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from .codes import Codes, Series
from .column import Coded, Column
from .deferred_codes import Recoding

Loader: TypeAlias = Callable[[], Column]


def already_loaded(column: Column) -> Loader:
    """A loader of a column that is in memory."""
    return lambda: column


def load_appended(old: Column, n: int, load: Loader) -> Loader:
    """A loader of a column that begins with the ``n`` values of ``old``: codes only the others."""

    def load_and_code() -> Column:
        column = load()
        if column.is_coded:
            return column
        appended = column.take(np.arange(n, len(column.values)))
        found = append_codes(old, appended, column.values)
        if found is None:
            return column
        numbers = column.__dict__.get("numbers")
        return Column(column.values, column.kind, name=column.name, numbers=numbers, coded=found[0])

    return load_and_code


def append_codes(old: Column, appended: Column, values: Series) -> tuple[Coded, Recoding] | None:
    """Codes and levels of two columns one after the other, and the recoding of the old codes.

    ``values`` are those of both. The codes and levels are those of a column read at once; None if
    they cannot be derived from the two.
    """
    ordered = isinstance(values.dtype, pd.CategoricalDtype) and values.cat.ordered
    if ordered:
        return None
    levels, recoding, codes = old.levels, None, appended.codes
    if len(appended.levels):
        if levels.dtype != appended.levels.dtype or not len(levels):
            return None
        # numbers mixed with text are sorted by type first, which searchsorted cannot follow
        if not (levels.is_monotonic_increasing and appended.levels.is_monotonic_increasing):
            return None
        try:
            levels, recoding, codes = _merge_levels(levels, appended)
        except TypeError:  # levels that cannot be compared
            return None
    return (old.extended_codes(recoding, codes), levels), recoding


def _merge_levels(old: pd.Index[Any], appended: Column) -> tuple[pd.Index[Any], Recoding, Codes]:
    """The union of the levels, sorted; the recoding of the old codes; the codes of ``appended``."""
    old_values, values = old.to_numpy(), appended.levels.to_numpy()
    position = np.searchsorted(old_values, values)
    match = np.minimum(position, old_values.size - 1)
    is_new = old_values[match] != values
    if not is_new.any():
        return old, None, np.append(match, -1).astype(np.int32)[appended.codes]
    insert_at = position[is_new]
    recoding = np.arange(old_values.size, dtype=np.int32)
    recoding += np.repeat(
        np.arange(insert_at.size + 1, dtype=np.int32),
        np.diff(insert_at, prepend=0, append=old_values.size),
    )
    new_codes = recoding[match]
    new_codes[is_new] = insert_at + np.arange(insert_at.size)
    levels = _insert_levels(old, recoding, appended.levels[is_new], new_codes[is_new])
    codes = np.append(new_codes, np.int32(-1))[appended.codes]
    return levels, None if insert_at[0] == old_values.size else recoding, codes


def _insert_levels(
    old: pd.Index[Any], old_codes: Codes, new: pd.Index[Any], new_codes: Codes
) -> pd.Index[Any]:
    """Old and new levels in one index, each at the position that is its code."""
    size = len(old) + len(new)
    if isinstance(old.dtype, np.dtype) and old.dtype != object:
        values = np.empty(size, old.dtype)
        values[old_codes], values[new_codes] = old.to_numpy(), new.to_numpy()
        return pd.Index(values, name=old.name)
    order = np.empty(size, np.intp)
    order[old_codes], order[new_codes] = np.arange(len(old)), np.arange(len(old), size)
    return old.append(new).take(order).astype(old.dtype)
