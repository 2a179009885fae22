"""Who of the customers bought in which window, eight windows a byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..data.parallel import BLOCK, in_threads

Bools: TypeAlias = npt.NDArray[np.bool_]
Packed: TypeAlias = npt.NDArray[np.uint8]
Some: TypeAlias = slice | npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Presence:
    """Whether each customer (row) bought at each age (bit, as ``numpy.packbits`` has them).

    Examples
    --------
    >>> bought = np.array([[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0]])
    >>> found = Presence(np.packbits(bought, axis=1), 4)
    >>> found.at(3).tolist()
    [True, False, False]
    >>> found.ahead(2).at(1).tolist()
    [True, True, False]
    >>> found.count(np.array([0, 0, 1], np.int32), 2).tolist()
    [[1, 1, 0, 1], [0, 0, 0, 0]]
    """

    packed: Packed
    ages: int

    def at(self, age: int, customers: Some = slice(None)) -> Bools:
        """Whether some customers bought at an age."""
        return (self.packed[customers, age >> 3] & (128 >> (age & 7))) > 0

    def ahead(self, look_ahead: int) -> Presence:
        """Whether they bought at an age or at one of those after it."""
        found, width = self.packed.copy(), self.packed.shape[1]
        for step in range(1, min(look_ahead, self.ages - 1) + 1):
            whole, rest = divmod(step, 8)
            found[:, : width - whole] |= self.packed[:, whole:] << rest
            if rest:
                found[:, : width - whole - 1] |= self.packed[:, whole + 1 :] >> (8 - rest)
        return Presence(found, self.ages)

    def until(self, last: npt.NDArray[np.integer[Any]]) -> Presence:
        """Only the ages up to that which each customer has beside; none if that is negative."""
        kept = np.packbits(np.tri(self.ages + 1, self.ages, -1, dtype=bool), axis=1)
        return Presence(self.packed & kept[np.clip(last, -1, self.ages - 1) + 1], self.ages)

    def count(self, groups: npt.NDArray[np.int32], n: int) -> npt.NDArray[np.int64]:
        """Count those who bought: a row a group of customers, a column an age.

        ``groups`` are numbered from 0 to before ``n``; customers of -1 are in none. How often
        each byte occurs in a group tells how often each of its bits does.
        """
        cells = (n + 1) * 256
        step = max(BLOCK, cells)  # so that little is added up that is 0

        def work(places: Sequence[int]) -> list[npt.NDArray[np.int64]]:
            found = [np.zeros(cells, np.int64) for _ in places]
            for lo in range(0, groups.size, step):
                cell = groups[lo : lo + step].astype(np.intp)
                cell += 1
                cell *= 256
                for counted, place in zip(found, places, strict=True):
                    bytes_of = self.packed[lo : lo + step, place]
                    counted += np.bincount(cell + bytes_of, minlength=cells)
            return [counted.reshape(n + 1, 256)[1:] @ _bits() for counted in found]

        places = range(self.packed.shape[1])
        counted = np.empty((n, len(places), 8), np.int64)
        for start, share in enumerate(shares := in_threads(work, places)):
            for at, one in enumerate(share):
                counted[:, start + at * len(shares)] = one
        return counted.reshape(n, -1)[:, : self.ages]


@cache
def _bits() -> npt.NDArray[np.int64]:
    """The bits of each byte."""
    return np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.int64)
