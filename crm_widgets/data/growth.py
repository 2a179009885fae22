"""Whether a frame is an earlier one with more rows at its end.

Nothing is taken on trust: the rows before are compared one by one, which takes a fraction of
reading them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from .fingerprint import as_arrow, pointers
from .frames import Source
from .joining import BLOCK, Moved


@dataclass(frozen=True, eq=False)
class Growth:
    """How the table of a log grew out of that of another.

    ``rows``: how many rows it had. ``moved``: where its customers are now. ``kept``: what analyses
    knew of it, by name; who takes something takes it away.
    """

    rows: int
    moved: Moved
    kept: dict[str, Any] = field(default_factory=dict, repr=False)

    def grown(self, values: npt.NDArray[Any], n: int, fill: Any = 0) -> npt.NDArray[Any]:
        """Numbers of the customers before in the places of ``n`` customers of now."""
        found = np.full(n, fill, values.dtype)
        found[slice(values.size) if self.moved is None else self.moved] = values
        return found


def has_grown(old: Source, new: Source) -> bool:
    """Whether a frame has the same columns, and the same rows before its new ones."""
    if type(old.native) is not type(new.native) or old.columns != new.columns:
        return False
    if new.n <= old.n or old.kinds != new.kinds:
        return False
    if isinstance(old.native, pd.DataFrame):
        places = range(len(old.columns))
        # a column first: a slice of rows and a column at once would be copied
        return all(
            _same(old.native.iloc[:, place], new.native.iloc[:, place].iloc[: old.n])
            for place in places
        )
    before, now = (nw.from_native(s.native, eager_only=True) for s in (old, new))
    for name in old.columns:
        one, two = before[name], now[name].head(old.n)
        if one.dtype != two.dtype or isinstance(one.dtype, nw.Object):
            return False
        if not as_arrow(one).equals(as_arrow(two)):
            return False
    return True


def tail(source: Source, start: int) -> Source:
    """The rows from ``start`` on; columns are of the kind they have in the whole."""
    if isinstance(source.native, pd.DataFrame):
        native = source.native.iloc[start:]
    else:
        native = nw.from_native(source.native, eager_only=True)[start:].to_native()
    part = replace(source, native=native, n=source.n - start)
    part.__dict__["kinds"] = source.kinds
    return part


def _same(old: pd.Series[Any], new: pd.Series[Any]) -> bool:
    """Whether two columns of pandas hold the same; objects: the very same."""
    dtype: Any = old.dtype
    if dtype != new.dtype:
        return False
    if isinstance(dtype, pd.CategoricalDtype):
        if not old.cat.categories.equals(new.cat.categories):
            return False
        return _equal(old.cat.codes.to_numpy(), new.cat.codes.to_numpy())
    if isinstance(dtype, pd.DatetimeTZDtype | pd.PeriodDtype):
        return _equal(*(np.asarray(column.array.view("i8")) for column in (old, new)))
    if isinstance(dtype, np.dtype):
        return _equal(old.to_numpy(), new.to_numpy())
    if isinstance(dtype, pd.ArrowDtype) or getattr(dtype, "storage", "") == "pyarrow":
        one, two = (column.array.__arrow_array__() for column in (old, new))
        return bool(one.equals(two))
    return bool(old.array.equals(new.array))


def _equal(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> bool:
    """Whether two arrays of one type are equal bit by bit."""
    size = old.dtype.itemsize
    for lo in range(0, old.size, BLOCK):
        one, two = (np.ascontiguousarray(values[lo : lo + BLOCK]) for values in (old, new))
        if old.dtype.hasobject:
            one, two = pointers(one), pointers(two)
        elif size in (1, 2, 4, 8):
            one, two = one.view(f"u{size}"), two.view(f"u{size}")
        if not np.array_equal(one, two):
            return False
    return True
