"""Yes or no of many rows, eight of them in a byte."""

from __future__ import annotations

import threading
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Bools: TypeAlias = npt.NDArray[np.bool_]


class Bits:
    """A yes or no of each row, all no at first; threads may put theirs beside each other.

    Examples
    --------
    >>> found = Bits(12)
    >>> found.put(6, np.array([True, False, True]))
    >>> found[5:10].tolist()
    [False, True, False, True, False]
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self._bytes = np.zeros(-(-n // 8), np.uint8)
        self._lock = threading.Lock()

    def put(self, start: int, values: Bools) -> None:
        """Set those of the rows from ``start`` on that are yes."""
        packed = np.packbits(np.concatenate([np.zeros(start % 8, bool), values]))
        here = self._bytes[start // 8 : start // 8 + packed.size]
        with self._lock:  # two parts may share a byte
            here |= packed

    def __getitem__(self, rows: slice) -> Bools:
        """Those of some rows that follow each other."""
        start, stop, _ = rows.indices(self.n)
        found = np.unpackbits(self._bytes[start // 8 : -(-stop // 8)])
        return found[start % 8 : start % 8 + max(stop - start, 0)].view(bool)
