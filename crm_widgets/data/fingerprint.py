"""The content of a frame as a hash, so that an edit in place is noticed.

Every byte of every buffer is hashed with xxh3, and with it names, types and index: frames of
equal size and equal sums differ. Cells that are Python objects are told apart by which
objects they are. That is exact, since they are held for as long as the fingerprint is and
so cannot make room for others; an object that changes within itself, such as a list, goes
unnoticed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd
import xxhash

BLOCK = 1 << 20
"""Values copied at a time where a column does not lie in one piece."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``digest`` is equal for equal content; ``held`` keeps the objects it speaks of."""

    digest: bytes
    held: tuple[Any, ...] = field(default=(), compare=False, repr=False)


def fingerprint(frame: Any) -> Fingerprint:
    """Hash the content of a pandas, polars or pyarrow frame: names, types, index and values.

    A table in an engine is told by which object it is: what it holds is not looked at.

    Equal fingerprints mean equal frames. Frames that are equal but lie differently in memory,
    such as in other chunks, may differ.

    Examples
    --------
    >>> frame = pd.DataFrame({"amount": [5.0, 7.0]})
    >>> before = fingerprint(frame)
    >>> frame.loc[:, "amount"] = [7.0, 5.0]
    >>> fingerprint(frame) == before
    False
    """
    if not isinstance(frame, pd.DataFrame):
        opened = nw.from_native(frame)
        if isinstance(opened, nw.LazyFrame):
            return Fingerprint(repr(id(frame)).encode(), (frame,))
    found = _Hash()
    if isinstance(frame, pd.DataFrame):
        found.add("pandas", len(frame), [(type(name).__name__, str(name)) for name in frame])
        found.index(frame.index)
        for place in range(frame.shape[1]):
            found.values(frame.iloc[:, place])
    else:
        table = nw.from_native(frame, eager_only=True)
        found.add("arrow", len(table), list(table.columns))
        for name in table.columns:
            found.arrow_or_objects(table[name])
    return Fingerprint(found.digest(), tuple(found.held))


class _Hash:
    def __init__(self) -> None:
        self._state = xxhash.xxh3_128()
        self.held: list[Any] = []

    def digest(self) -> bytes:
        return self._state.digest()

    def add(self, *facts: object) -> None:
        self._state.update(repr(facts).encode(errors="surrogatepass"))

    def index(self, index: pd.Index[Any]) -> None:
        self.add(type(index).__name__, [str(name) for name in index.names])
        if isinstance(index, pd.RangeIndex):
            self.add(index.start, index.stop, index.step)
        elif isinstance(index, pd.MultiIndex):
            for codes, level in zip(index.codes, index.levels, strict=True):
                self.numbers(np.asarray(codes))
                self.values(level.to_series())
        else:
            self.values(index.to_series())

    def values(self, column: pd.Series[Any]) -> None:
        """Hash a column of pandas, whatever it is made of."""
        dtype: Any = column.dtype
        self.add(str(dtype))
        if isinstance(dtype, pd.CategoricalDtype):
            self.numbers(column.cat.codes.to_numpy())
            self.values(dtype.categories.to_series())
        elif isinstance(dtype, np.dtype) and dtype.hasobject:
            self.objects(column)
        elif isinstance(dtype, np.dtype):
            self.numbers(column.to_numpy())
        elif isinstance(dtype, pd.DatetimeTZDtype | pd.PeriodDtype):
            self.numbers(np.asarray(column.array.view("i8")))
        elif hasattr(dtype, "numpy_dtype") and not isinstance(dtype, pd.ArrowDtype):
            plain = dtype.numpy_dtype
            self.numbers(column.isna().to_numpy())
            self.numbers(column.array.to_numpy(plain, na_value=plain.type()))
        elif isinstance(dtype, pd.ArrowDtype) or getattr(dtype, "storage", "") == "pyarrow":
            self.arrow(column.array.__arrow_array__())
        elif isinstance(dtype, pd.StringDtype):
            self.objects(column)
        else:
            self.numbers(pd.util.hash_array(column.array))

    def numbers(self, values: npt.NDArray[Any]) -> None:
        if values.flags.c_contiguous:
            self._state.update(values.view(np.uint8).data)
        else:
            for start in range(0, len(values), BLOCK):
                part = np.ascontiguousarray(values[start : start + BLOCK])
                self._state.update(part.view(np.uint8).data)

    def objects(self, column: pd.Series[Any]) -> None:
        """Hash which objects a column holds, and hold a copy on write of it."""
        self.held.append(column.copy(deep=False))
        self.pointers(column.to_numpy(object))

    def pointers(self, values: npt.NDArray[Any]) -> None:
        for start in range(0, len(values), BLOCK):
            part = np.ascontiguousarray(values[start : start + BLOCK])
            self._state.update(pointers(part).data)

    def arrow_or_objects(self, column: nw.Series[Any]) -> None:
        self.add(str(column.dtype))
        if isinstance(column.dtype, nw.Object):
            self.held.append(column)
            self.pointers(column.to_numpy())
        else:
            self.arrow(as_arrow(column))

    def arrow(self, values: Any) -> None:
        """Hash an Arrow array: the buffers of its chunks, where each begins, and dictionaries."""
        for chunk in _chunks(values):
            self.add(str(chunk.type), chunk.offset, len(chunk))
            for buffer in chunk.buffers():
                self.add(-1 if buffer is None else buffer.size)
                if buffer is not None:
                    self._state.update(buffer)
            if hasattr(chunk, "dictionary"):
                self.arrow(chunk.dictionary)


def pointers(values: npt.NDArray[Any]) -> npt.NDArray[np.uintp]:
    """Which objects an array in one piece holds, as numbers: it must outlive them."""
    size = values.size
    return np.ctypeslib.as_array((ctypes.c_size_t * size).from_address(values.ctypes.data), (size,))


def _chunks(values: Any) -> Iterator[Any]:
    yield from getattr(values, "chunks", (values,))


def as_arrow(column: nw.Series[Any]) -> Any:
    """The column as Arrow; of polars in its own layout, which copies nothing."""
    if column.implementation.is_polars():
        import polars as pl

        newest = pl.CompatLevel.newest()
        return column.to_native().to_arrow(compat_level=newest)
    return column.to_arrow()
