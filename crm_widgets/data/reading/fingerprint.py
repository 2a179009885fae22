"""The content of a frame as a hash, so that an edit in place is noticed.

Every byte of every buffer is hashed with xxh3, and with it names, types and index: frames of
equal size and equal sums differ. Cells that are Python objects are told apart by which
objects they are. That is exact, since they are held for as long as the fingerprint is and
so cannot make room for others; an object that changes within itself, such as a list, goes
unnoticed.

Each column is hashed by itself, from the first row on, so that a look also tells whether the
frame begins with the rows that it had at an earlier one.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd
import xxhash

from ..machine.parallel import in_threads
from .source import Source

BLOCK = 1 << 20
"""Values copied at a time where a column does not lie in one piece."""
KNOWN = "fingerprint"
"""Where a snapshot keeps its fingerprint."""
Begins = tuple[bytes | None, ...]
"""What the first rows of each column hash to; None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``digest`` is equal for equal content; ``held`` keeps the objects it speaks of.

    ``begins``: number of rows → what the columns hash to up to there, without the index.
    """

    digest: bytes
    held: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    begins: dict[int, Begins] = field(default_factory=dict, compare=False, repr=False)


def fingerprint(frame: Any, rows: int = 0) -> Fingerprint:
    """Hash the content of a pandas, polars or pyarrow frame: names, types, index and values.

    A table in an engine is told by which object it is: what it holds is not looked at.

    Equal fingerprints mean equal frames. Frames that are equal but lie differently in memory,
    such as in other chunks, may differ. ``begins`` of a pandas frame knows of all rows, and of
    the first ``rows``.

    Examples
    --------
    >>> frame = pd.DataFrame({"amount": [5.0, 7.0]})
    >>> before = fingerprint(frame)
    >>> frame.loc[:, "amount"] = [7.0, 5.0]
    >>> fingerprint(frame) == before
    False
    >>> longer = pd.concat([frame, frame], ignore_index=True)
    >>> fingerprint(longer, rows=2).begins[2] == fingerprint(frame).begins[2]
    True
    """
    if isinstance(frame, pd.DataFrame):
        return _of_pandas(frame, rows)
    opened = nw.from_native(frame)
    if isinstance(opened, nw.LazyFrame):
        return Fingerprint(repr(id(frame)).encode(), (frame,))
    found = _Hash()
    found.add("arrow", len(opened), list(opened.columns))
    for name in opened.columns:
        found.arrow_or_objects(opened[name])
    return Fingerprint(found.digest(), tuple(found.held))


def fingerprint_of(source: Source, before: Source | None = None) -> Fingerprint:
    """Hash a snapshot, once; also its first rows, if ``before`` may have been all of them."""
    rows = 0
    if before is not None and isinstance(before.native, pd.DataFrame):
        rows = before.n
    known: Fingerprint | None = source.__dict__.get(KNOWN)
    if known is None or (0 < rows < source.n and rows not in known.begins):
        known = source.__dict__[KNOWN] = fingerprint(source.native, rows)
    return known


def begin_alike(old: Source, new: Source) -> Sequence[bool]:
    """Which columns of a snapshot are known to begin with those of another; False: not known."""
    one, two = (source.__dict__.get(KNOWN) for source in (old, new))
    if one is None or two is None or old.n not in one.begins or old.n not in two.begins:
        return [False] * len(old.columns)
    pairs = zip(one.begins[old.n], two.begins[old.n], strict=True)
    return [a is not None and a == b for a, b in pairs]


def _of_pandas(frame: pd.DataFrame, rows: int) -> Fingerprint:
    n, width = frame.shape
    marks = sorted({min(rows, n), n})
    whole = _Hash()
    whole.add("pandas", n, [(type(name).__name__, str(name)) for name in frame])
    whole.index(frame.index)

    def work(places: Sequence[int]) -> list[tuple[int, _Hash]]:
        found = [(place, _Hash(marks)) for place in places]
        for place, column in found:
            column.values(frame.iloc[:, place])
        return found

    found = dict(one for share in in_threads(work, range(width), wait=False) for one in share)
    columns = [found[place] for place in range(width)]
    for column in columns:
        whole.add(column.digest())
    held = [one for part in (whole, *columns) for one in part.held]
    begins = {mark: tuple(column.begin(mark) for column in columns) for mark in marks}
    return Fingerprint(whole.digest(), tuple(held), begins)


class _Hash:
    """A hash of facts and of values; of the values also up to some ``marks``, row counts."""

    def __init__(self, marks: Sequence[int] = ()) -> None:
        self._state = xxhash.xxh3_128()
        self._marks: Sequence[int] | None = marks
        self._begins: dict[int, list[bytes]] = {mark: [] for mark in marks}
        self.held: list[Any] = []

    def digest(self) -> bytes:
        ends = self._begins[self._marks[-1]] if self._marks else ()
        return xxhash.xxh3_128_digest(b"".join([self._state.digest(), *ends]))

    def begin(self, mark: int) -> bytes | None:
        """What the first rows hash to; None if these cannot be told from the rest."""
        return (
            None if self._marks is None else b"".join([self._state.digest(), *self._begins[mark]])
        )

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
            categories = _Hash()
            categories.values(dtype.categories.to_series())
            self.held += categories.held
            self.add(dtype.ordered, categories.digest())
            self.numbers(column.cat.codes.to_numpy())
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
        if not self._marks:
            _update(self._state, values)
            return
        state, start = xxhash.xxh3_128(), 0
        for mark in self._marks:
            _update(state, values[start:mark])
            self._begins[mark].append(state.digest())
            start = mark

    def objects(self, column: pd.Series[Any]) -> None:
        """Hash which objects a column holds, and hold a copy on write of it."""
        self.held.append(column.copy(deep=False))
        self.numbers(column.to_numpy(object))

    def arrow_or_objects(self, column: nw.Series[Any]) -> None:
        self.add(str(column.dtype))
        if isinstance(column.dtype, nw.Object):
            self.held.append(column)
            self.numbers(column.to_numpy())
        else:
            self.arrow(as_arrow(column))

    def arrow(self, values: Any) -> None:
        """Hash an Arrow array: the buffers of its chunks, where each begins, and dictionaries."""
        self._marks = None
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


def _update(state: Any, values: npt.NDArray[Any]) -> None:
    """Hash the bytes of an array; where it holds objects, which they are."""
    whole = values.flags.c_contiguous and not values.dtype.hasobject
    step = max(len(values), 1) if whole else BLOCK
    for start in range(0, len(values), step):
        part = np.ascontiguousarray(values[start : start + step])
        state.update((pointers(part) if part.dtype.hasobject else part.view(np.uint8)).data)


def _chunks(values: Any) -> Iterator[Any]:
    yield from getattr(values, "chunks", (values,))


def as_arrow(column: nw.Series[Any]) -> Any:
    """The column as Arrow; of polars in its own layout, which copies nothing."""
    if column.implementation.is_polars():
        import polars as pl

        newest = pl.CompatLevel.newest()
        return column.to_native().to_arrow(compat_level=newest)
    return column.to_arrow()
