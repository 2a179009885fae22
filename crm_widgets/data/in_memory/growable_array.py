"""Arrays with room behind them, so that what comes later is written there and nothing copied."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from ..machine.parallel import in_blocks

SPARE = 16
"""The room is one part in so many; until it is written to, a system gives it no memory."""


class Ample:
    """Values of a log that may go on.

    Examples
    --------
    >>> known = Ample.of(np.arange(100))
    >>> more = known.going_on(np.array([7, 8]))
    >>> more.values[98:].tolist(), known.values.size
    ([98, 99, 7, 8], 100)
    >>> bool(np.shares_memory(known.values, more.values))
    True
    >>> known.going_on(np.array([9])).values[98:].tolist(), more.values[100:].tolist()
    ([98, 99, 9], [7, 8])
    """

    def __init__(self, whole: npt.NDArray[Any], n: int, taken: Taken | None = None) -> None:
        self._whole = whole
        self._taken = taken or Taken(n)
        self.values = whole[:n]

    @classmethod
    def room(cls, n: int, dtype: npt.DTypeLike) -> Ample:
        """Room for ``n`` values, yet to be written, and more."""
        return cls(np.empty(n + n // SPARE, dtype), n)

    @classmethod
    def of(cls, values: npt.NDArray[Any]) -> Ample:
        """A copy of some values."""
        found = cls.room(values.size, values.dtype)
        found._write(values)
        return found

    def going_on(self, more: npt.NDArray[Any]) -> Ample:
        """These values and others behind them."""
        n = self.values.size
        end = n + more.size
        if end <= self._whole.size and self._taken.take(n, end):
            found = Ample(self._whole, end, self._taken)
        else:
            found = Ample.room(end, self.values.dtype)
            found._write(self.values)
        found.values[n:] = more
        return found

    def _write(self, values: npt.NDArray[Any]) -> None:
        def write(part: slice) -> None:
            self.values[part] = values[part]

        in_blocks(write, values.size)


class Taken:
    """How much of an array is taken: of two logs that go on from the same, one has its room."""

    def __init__(self, n: int) -> None:
        self._n = n
        self._lock = threading.Lock()

    def take(self, start: int, end: int) -> bool:
        """Take what is from ``start`` to ``end``, if nobody has."""
        with self._lock:
            free = self._n == start
            self._n = end if free else self._n
            return free
