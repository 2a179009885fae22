"""Whether a frame is an earlier one with rows appended.

All earlier rows are compared, which takes a fraction of the time of reading them; or their hashes,
where a fingerprint has them already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from ..in_memory.deferred_codes import Recoding
from ..machine.parallel import BLOCK, CUSTOMERS, in_blocks, in_threads
from .fingerprint import as_arrow, equal_prefixes, pointers
from .source import Source


@dataclass(frozen=True, eq=False)
class AppendedRows:
    """How the table of a log extends that of an earlier one.

    ``n_before``: number of rows of the earlier table. ``recoding``: new code of each of its
    customers. ``same_days``: its rows within the first and the last day of the appended ones; None
    if they are many. ``analysis_state``: what analyses stored for it, by name; each takes its own
    out.
    """

    n_before: int
    recoding: Recoding
    same_days: npt.NDArray[np.intp] | None
    analysis_state: dict[str, Any] = field(default_factory=dict, repr=False)

    def realigned(self, values: npt.NDArray[Any], n: int, fill: Any = 0) -> npt.NDArray[Any]:
        """Values (or rows) of the earlier customers at the codes they have among ``n`` now."""
        result = np.empty((n, *values.shape[1:]), values.dtype)
        n_old, recoding = len(values), self.recoding
        if recoding is None:
            result[:n_old], result[n_old:] = values, fill
            return result
        ends = np.append(recoding, n)  # recoding is increasing: a block of codes maps to one range

        def write(part: slice) -> None:
            result[ends[part.start] if part.start else 0 : ends[part.stop]] = fill
            result[recoding[part]] = values[part]

        in_blocks(write, n_old, CUSTOMERS)
        return result


def has_appended_rows(old: Source, new: Source) -> bool:
    """Whether a frame has the same columns, and begins with the same rows."""
    if type(old.native) is not type(new.native) or old.columns != new.columns:
        return False
    if new.n <= old.n or old.kinds != new.kinds:
        return False
    is_equal = equal_prefixes(old, new)
    if isinstance(old.native, pd.DataFrame):

        def all_equal(positions: Sequence[int]) -> bool:
            # a column first: a slice of rows and a column at once would be copied
            return all(
                _is_column_prefix(old.native.iloc[:, position], new.native.iloc[:, position])
                for position in positions
            )

        return all(
            in_threads(
                all_equal, [position for position, is_known in enumerate(is_equal) if not is_known]
            )
        )
    old_frame, new_frame = (nw.from_native(s.native, eager_only=True) for s in (old, new))
    for name in old.columns:
        one, two = old_frame[name], new_frame[name].head(old.n)
        if one.dtype != two.dtype or isinstance(one.dtype, nw.Object):
            return False
        if not as_arrow(one).equals(as_arrow(two)):
            return False
    return True


def rows_from(source: Source, start: int) -> Source:
    """The rows from ``start`` on; columns keep the kind they have in the whole frame."""
    if isinstance(source.native, pd.DataFrame):
        native = source.native.iloc[start:]
    else:
        native = nw.from_native(source.native, eager_only=True)[start:].to_native()
    part = replace(source, native=native)
    part.__dict__["kinds"] = source.kinds
    return part


def _is_column_prefix(old: pd.Series[Any], new: pd.Series[Any]) -> bool:
    """Whether a pandas column begins with another; objects must be identical."""
    dtype: Any = old.dtype
    n = len(old)
    if dtype != new.dtype:
        return False
    if isinstance(dtype, pd.CategoricalDtype):
        if not old.cat.categories.equals(new.cat.categories):
            return False
        return _is_array_prefix(old.cat.codes.to_numpy(), new.cat.codes.to_numpy())
    if isinstance(dtype, pd.DatetimeTZDtype | pd.PeriodDtype):
        one, two = (np.asarray(column.array.view("i8")) for column in (old, new))
        return _is_array_prefix(one, two)
    if isinstance(dtype, np.dtype):
        return _is_array_prefix(old.to_numpy(), new.to_numpy())
    if isinstance(dtype, pd.ArrowDtype) or getattr(dtype, "storage", "") == "pyarrow":
        old_values, new_values = (column.array.__arrow_array__() for column in (old, new.iloc[:n]))
        return bool(old_values.equals(new_values))
    return bool(old.array.equals(new.iloc[:n].array))


def _is_array_prefix(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> bool:
    """Whether an array begins with another, byte by byte."""
    for lo in range(0, old.size, BLOCK):
        one, two = (np.ascontiguousarray(x[lo : min(lo + BLOCK, old.size)]) for x in (old, new))
        if old.dtype.hasobject:
            one, two = pointers(one), pointers(two)
        # compared as integers, bit by bit: NaN equals itself
        kind = next(kind for kind in ("u8", "u4", "u2", "u1") if not one.itemsize % int(kind[1]))
        if not np.array_equal(one.view(kind), two.view(kind)):
            return False
    return True
