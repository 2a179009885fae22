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
FINGERPRINT = "fingerprint"
"""Key of the fingerprint in the ``__dict__`` of a snapshot."""
PrefixHashes = tuple[bytes | None, ...]
"""Hash of the first rows of each column; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``digest`` is equal for equal content; ``objects_held`` keeps the hashed objects alive.

    ``prefix_hashes``: number of rows → what the columns hash to up to there, without the index.
    """

    digest: bytes
    objects_held: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    prefix_hashes: dict[int, PrefixHashes] = field(default_factory=dict, compare=False, repr=False)


def fingerprint(frame: Any, prefix_length: int = 0) -> Fingerprint:
    """Hash the content of a pandas, polars or pyarrow frame: names, types, index and values.

    A table in an engine is told by which object it is: what it holds is not looked at.

    Equal fingerprints mean equal frames. Frames that are equal but lie differently in memory,
    such as in other chunks, may differ. ``prefix_hashes`` of a pandas frame are of all rows and of
    the first ``prefix_length``.

    Examples
    --------
    >>> frame = pd.DataFrame({"amount": [5.0, 7.0]})
    >>> before = fingerprint(frame)
    >>> frame.loc[:, "amount"] = [7.0, 5.0]
    >>> fingerprint(frame) == before
    False
    >>> longer = pd.concat([frame, frame], ignore_index=True)
    >>> fingerprint(longer, prefix_length=2).prefix_hashes[2] == fingerprint(frame).prefix_hashes[2]
    True
    """
    if isinstance(frame, pd.DataFrame):
        return _of_pandas(frame, prefix_length)
    opened = nw.from_native(frame)
    if isinstance(opened, nw.LazyFrame):
        return Fingerprint(repr(id(frame)).encode(), (frame,))
    found = _Hash()
    found.add("arrow", len(opened), list(opened.columns))
    for name in opened.columns:
        found.arrow_or_objects(opened[name])
    return Fingerprint(found.digest(), tuple(found.objects_held))


def fingerprint_of(source: Source, earlier: Source | None = None) -> Fingerprint:
    """Hash a snapshot, once; also its first rows, as many as ``earlier`` has."""
    prefix_length = 0
    if earlier is not None and isinstance(earlier.native, pd.DataFrame):
        prefix_length = earlier.n
    known: Fingerprint | None = source.__dict__.get(FINGERPRINT)
    if known is None or (0 < prefix_length < source.n and prefix_length not in known.prefix_hashes):
        known = source.__dict__[FINGERPRINT] = fingerprint(source.native, prefix_length)
    return known


def equal_prefixes(old: Source, new: Source) -> Sequence[bool]:
    """Which columns of a snapshot are known to begin with those of another; False: not known."""
    one, two = (source.__dict__.get(FINGERPRINT) for source in (old, new))
    if (
        one is None
        or two is None
        or old.n not in one.prefix_hashes
        or old.n not in two.prefix_hashes
    ):
        return [False] * len(old.columns)
    pairs = zip(one.prefix_hashes[old.n], two.prefix_hashes[old.n], strict=True)
    return [a is not None and a == b for a, b in pairs]


def _of_pandas(frame: pd.DataFrame, prefix_length: int) -> Fingerprint:
    n, width = frame.shape
    prefix_lengths = sorted({min(prefix_length, n), n})
    total = _Hash()
    total.add("pandas", n, [(type(name).__name__, str(name)) for name in frame])
    total.index(frame.index)

    def hash_columns(positions: Sequence[int]) -> list[tuple[int, _Hash]]:
        hashes = [(position, _Hash(prefix_lengths)) for position in positions]
        for position, column in hashes:
            column.values(frame.iloc[:, position])
        return hashes

    hashes = dict(
        one for share in in_threads(hash_columns, range(width), wait=False) for one in share
    )
    columns = [hashes[position] for position in range(width)]
    for column in columns:
        total.add(column.digest())
    objects_held = [one for part in (total, *columns) for one in part.objects_held]
    prefix_hashes = {
        n_rows: tuple(column.prefix_hash(n_rows) for column in columns) for n_rows in prefix_lengths
    }
    return Fingerprint(total.digest(), tuple(objects_held), prefix_hashes)


class _Hash:
    """A hash of facts and of values; of the values also up to each of ``prefix_lengths`` rows."""

    def __init__(self, prefix_lengths: Sequence[int] = ()) -> None:
        self._state = xxhash.xxh3_128()
        self._prefix_lengths: Sequence[int] | None = prefix_lengths
        self._prefix_digests: dict[int, list[bytes]] = {n_rows: [] for n_rows in prefix_lengths}
        self.objects_held: list[Any] = []

    def digest(self) -> bytes:
        ends = self._prefix_digests[self._prefix_lengths[-1]] if self._prefix_lengths else ()
        return xxhash.xxh3_128_digest(b"".join([self._state.digest(), *ends]))

    def prefix_hash(self, n_rows: int) -> bytes | None:
        """Hash of the first rows; None if it is not known."""
        return (
            None
            if self._prefix_lengths is None
            else b"".join([self._state.digest(), *self._prefix_digests[n_rows]])
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
            self.objects_held += categories.objects_held
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
        if not self._prefix_lengths:
            _update(self._state, values)
            return
        state, start = xxhash.xxh3_128(), 0
        for n_rows in self._prefix_lengths:
            _update(state, values[start:n_rows])
            self._prefix_digests[n_rows].append(state.digest())
            start = n_rows

    def objects(self, column: pd.Series[Any]) -> None:
        """Hash which objects a column holds, and hold a copy on write of it."""
        self.objects_held.append(column.copy(deep=False))
        self.numbers(column.to_numpy(object))

    def arrow_or_objects(self, column: nw.Series[Any]) -> None:
        self.add(str(column.dtype))
        if isinstance(column.dtype, nw.Object):
            self.objects_held.append(column)
            self.numbers(column.to_numpy())
        else:
            self.arrow(as_arrow(column))

    def arrow(self, values: Any) -> None:
        """Hash an Arrow array: the buffers of its chunks, where each begins, and dictionaries."""
        self._prefix_lengths = None
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
    contiguous = values.flags.c_contiguous and not values.dtype.hasobject
    step = max(len(values), 1) if contiguous else BLOCK
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
