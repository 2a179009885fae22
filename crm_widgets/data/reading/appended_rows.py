"""Whether a frame is an earlier one with more rows at its end.

Nothing is taken on trust: all rows before are compared, which takes a fraction of reading them; or
their hashes, where a look has found these already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from ..in_memory.deferred_codes import Moved
from ..machine.parallel import BLOCK, CUSTOMERS, in_blocks, in_threads
from .fingerprint import as_arrow, begin_alike, pointers
from .source import Source


@dataclass(frozen=True, eq=False)
class Growth:
    """How the table of a log grew out of that of another.

    ``rows``: how many rows it had. ``moved``: where its customers are now. ``near``: which of its
    rows are from the first to the last day of the new ones; None if they are many. ``kept``: what
    analyses knew of it, by name; who takes something takes it away.
    """

    rows: int
    moved: Moved
    near: npt.NDArray[np.intp] | None
    kept: dict[str, Any] = field(default_factory=dict, repr=False)

    def grown(self, values: npt.NDArray[Any], n: int, fill: Any = 0) -> npt.NDArray[Any]:
        """Numbers of the customers before (or rows of such) in the places of ``n`` of now."""
        found = np.empty((n, *values.shape[1:]), values.dtype)
        known, moved = len(values), self.moved
        if moved is None:
            found[:known], found[known:] = values, fill
            return found
        ends = np.append(moved, n)  # codes keep their order: a block of them lands in one range

        def put(part: slice) -> None:
            found[ends[part.start] if part.start else 0 : ends[part.stop]] = fill
            found[moved[part]] = values[part]

        in_blocks(put, known, CUSTOMERS)
        return found


def has_grown(old: Source, new: Source) -> bool:
    """Whether a frame has the same columns, and the same rows before its new ones."""
    if type(old.native) is not type(new.native) or old.columns != new.columns:
        return False
    if new.n <= old.n or old.kinds != new.kinds:
        return False
    alike = begin_alike(old, new)
    if isinstance(old.native, pd.DataFrame):

        def work(places: Sequence[int]) -> bool:
            # a column first: a slice of rows and a column at once would be copied
            return all(
                _goes_on(old.native.iloc[:, place], new.native.iloc[:, place]) for place in places
            )

        return all(in_threads(work, [place for place, known in enumerate(alike) if not known]))
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
    part = replace(source, native=native)
    part.__dict__["kinds"] = source.kinds
    return part


def _goes_on(old: pd.Series[Any], new: pd.Series[Any]) -> bool:
    """Whether a column of pandas begins with another; of objects, with the very same."""
    dtype: Any = old.dtype
    n = len(old)
    if dtype != new.dtype:
        return False
    if isinstance(dtype, pd.CategoricalDtype):
        if not old.cat.categories.equals(new.cat.categories):
            return False
        return _begins(old.cat.codes.to_numpy(), new.cat.codes.to_numpy())
    if isinstance(dtype, pd.DatetimeTZDtype | pd.PeriodDtype):
        one, two = (np.asarray(column.array.view("i8")) for column in (old, new))
        return _begins(one, two)
    if isinstance(dtype, np.dtype):
        return _begins(old.to_numpy(), new.to_numpy())
    if isinstance(dtype, pd.ArrowDtype) or getattr(dtype, "storage", "") == "pyarrow":
        before, now = (column.array.__arrow_array__() for column in (old, new.iloc[:n]))
        return bool(before.equals(now))
    return bool(old.array.equals(new.iloc[:n].array))


def _begins(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> bool:
    """Whether an array begins with another, byte by byte."""
    for lo in range(0, old.size, BLOCK):
        one, two = (np.ascontiguousarray(x[lo : min(lo + BLOCK, old.size)]) for x in (old, new))
        if old.dtype.hasobject:
            one, two = pointers(one), pointers(two)
        # as whole numbers, of which no two are equal that differ in a bit
        kind = next(kind for kind in ("u8", "u4", "u2", "u1") if not one.itemsize % int(kind[1]))
        if not np.array_equal(one.view(kind), two.view(kind)):
            return False
    return True
