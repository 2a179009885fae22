"""Whether a frame is an earlier one with more rows at its end.

Nothing is taken on trust: the bytes of all rows before are hashed, or compared where they do not
lie in arrays, which takes a fraction of reading them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd
import xxhash

from .columns import BLOCK
from .fingerprint import as_arrow, pointers
from .frames import Source
from .joining import Moved
from .parallel import in_threads

HASHES = "hashes"
"""Where a frame that has grown keeps what was hashed of it."""


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
        known = _hashes(old)

        def work(places: Sequence[int]) -> list[tuple[int, tuple[bool, Any]]]:
            # a column first: a slice of rows and a column at once would be copied
            pairs = ((i, old.native.iloc[:, i], new.native.iloc[:, i]) for i in places)
            return [(i, _goes_on(before, now, known[i])) for i, before, now in pairs]

        shares = in_threads(work, range(len(known)))
        found = dict(one for share in shares for one in share)
        if not all(same for same, _ in found.values()):
            return False
        new.__dict__[HASHES] = [found[i][1] for i in range(len(known))]
        return True
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


def _hashes(source: Source) -> list[Any]:
    """A state of xxh3 for each column, if some were found when its frame had grown before."""
    none: list[Any] = [None] * len(source.columns)
    found: list[Any] = source.__dict__.get(HASHES, none)
    return found


def _goes_on(old: pd.Series[Any], new: pd.Series[Any], known: Any) -> tuple[bool, Any]:
    """Whether a column of pandas begins with another, objects with the very same; and its hash."""
    dtype: Any = old.dtype
    n = len(old)
    if dtype != new.dtype:
        return False, None
    if isinstance(dtype, pd.CategoricalDtype):
        if not old.cat.categories.equals(new.cat.categories):
            return False, None
        return _begins(old.cat.codes.to_numpy(), new.cat.codes.to_numpy(), known)
    if isinstance(dtype, pd.DatetimeTZDtype | pd.PeriodDtype):
        one, two = (np.asarray(column.array.view("i8")) for column in (old, new))
        return _begins(one, two, known)
    if isinstance(dtype, np.dtype):
        return _begins(old.to_numpy(), new.to_numpy(), known)
    if isinstance(dtype, pd.ArrowDtype) or getattr(dtype, "storage", "") == "pyarrow":
        before, now = (column.array.__arrow_array__() for column in (old, new.iloc[:n]))
        return bool(before.equals(now)), None
    return bool(old.array.equals(new.iloc[:n].array)), None


def _begins(old: npt.NDArray[Any], new: npt.NDArray[Any], known: Any) -> tuple[bool, Any]:
    """Whether an array begins with another, by the hash of the bytes, and its own hash."""
    before = known or _hashed(old)
    found = _hashed(new[: old.size])
    if found.digest() != before.digest():
        return False, None
    return True, _hashed(new[old.size :], found)


def _hashed(values: npt.NDArray[Any], state: Any = None) -> Any:
    state = xxhash.xxh3_128() if state is None else state
    for lo in range(0, values.size, BLOCK):
        part = np.ascontiguousarray(values[lo : lo + BLOCK])
        state.update((pointers(part) if part.dtype.hasobject else part.view(np.uint8)).data)
    return state
