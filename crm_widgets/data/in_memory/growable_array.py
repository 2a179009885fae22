"""Arrays with spare capacity, so that appending writes in place and copies nothing."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from ..machine.parallel import in_blocks

SPARE_DIVISOR = 16
"""Spare capacity is n / 16. Until it is written to, the operating system gives it no memory."""


class GrowableArray:
    """Values to which more may be appended.

    Examples
    --------
    >>> days = GrowableArray.copy_of(np.arange(100))
    >>> more = days.append(np.array([7, 8]))
    >>> more.values[98:].tolist(), days.values.size
    ([98, 99, 7, 8], 100)
    >>> bool(np.shares_memory(days.values, more.values))
    True
    >>> days.append(np.array([9])).values[98:].tolist(), more.values[100:].tolist()
    ([98, 99, 9], [7, 8])
    """

    def __init__(self, buffer: npt.NDArray[Any], n: int, used: UsedLength | None = None) -> None:
        self._buffer = buffer
        self._used = used or UsedLength(n)
        self.values = buffer[:n]

    @classmethod
    def empty(cls, n: int, dtype: npt.DTypeLike) -> GrowableArray:
        """``n`` values yet to be written, and spare capacity."""
        return cls(np.empty(n + n // SPARE_DIVISOR, dtype), n)

    @classmethod
    def copy_of(cls, values: npt.NDArray[Any]) -> GrowableArray:
        """A copy of some values, with spare capacity."""
        array = cls.empty(values.size, values.dtype)
        array._write(values)
        return array

    def append(self, appended: npt.NDArray[Any]) -> GrowableArray:
        """A new array of these values and the appended ones; this one stays as it is."""
        n = self.values.size
        end = n + appended.size
        if end <= self._buffer.size and self._used.claim(n, end):
            array = GrowableArray(self._buffer, end, self._used)
        else:
            array = GrowableArray.empty(end, self.values.dtype)
            array._write(self.values)
        array.values[n:] = appended
        return array

    def _write(self, values: npt.NDArray[Any]) -> None:
        def write(part: slice) -> None:
            self.values[part] = values[part]

        in_blocks(write, values.size)


class UsedLength:
    """How much of a shared buffer is used: only one array may claim what follows it."""

    def __init__(self, n: int) -> None:
        self._n = n
        self._lock = threading.Lock()

    def claim(self, start: int, end: int) -> bool:
        """Claim the buffer from ``start`` to ``end``; False if another array has done so."""
        with self._lock:
            free = self._n == start
            self._n = end if free else self._n
            return free
