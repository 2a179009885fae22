"""Who of the customers bought in which window, eight windows a byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ...data.machine.parallel import BLOCK, in_threads

Bools: TypeAlias = npt.NDArray[np.bool_]
Packed: TypeAlias = npt.NDArray[np.uint8]
Counts: TypeAlias = npt.NDArray[np.int64]
Some: TypeAlias = slice | npt.NDArray[Any]

_FIRST = np.array([0, 128, 192, 224, 240, 248, 252, 254, 255], np.uint8)
"""The bytes whose first 0 to 8 bits are set."""


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
        found, told = self.packed.copy(), 1
        while told < min(look_ahead + 1, self.ages):
            step = min(told, look_ahead + 1 - told)
            found |= _later(found, step)
            told += step
        return Presence(found, self.ages)

    def until(self, last: npt.NDArray[np.integer[Any]]) -> Presence:
        """Only the ages up to that which each customer has beside; none if that is negative."""
        found = self.packed.copy()
        for place, column in enumerate(found.T):
            column &= _FIRST[np.clip(last - 8 * place + 1, 0, 8)]
        return Presence(found, self.ages)

    def count(self, groups: npt.NDArray[np.int32], n: int) -> npt.NDArray[np.int64]:
        """Count those who bought: a row a group of customers, a column an age.

        ``groups`` are numbered from 0 to before ``n``; customers of -1 are in none.
        """
        few = (n + 1) * 256 > groups.size

        def work(places: Sequence[int]) -> list[tuple[int, Counts]]:
            of = _by_bit if few else _by_byte
            return [(place, of(self.packed[:, place], groups, n)) for place in places]

        places = range(self.packed.shape[1])
        found = dict(one for share in in_threads(work, places) for one in share)
        columns = [found[place][1:] for place in places]
        return np.hstack(columns)[:, : self.ages]


def _later(packed: Packed, step: int) -> Packed:
    """What is said of the age so many after each."""
    found, width = np.zeros_like(packed), packed.shape[1]
    whole, rest = divmod(step, 8)
    found[:, : width - whole] = packed[:, whole:] << rest
    if rest:
        found[:, : width - whole - 1] |= packed[:, whole + 1 :] >> (8 - rest)
    return found


def _by_byte(packed: Packed, groups: npt.NDArray[np.int32], n: int) -> Counts:
    """Count the bits of a column of bytes, by group; the first row is of those in none.

    How often each byte occurs in a group tells how often each of its bits does.
    """
    cells = (n + 1) * 256
    found = np.zeros(cells, np.int64)
    step = max(BLOCK, cells)  # so that little is added up that is 0
    for lo in range(0, groups.size, step):
        cell = groups[lo : lo + step].astype(np.intp)
        cell += 1
        cell *= 256
        cell += packed[lo : lo + step]
        found += np.bincount(cell, minlength=cells)
    return found.reshape(n + 1, 256) @ _bits()


def _by_bit(packed: Packed, groups: npt.NDArray[np.int32], n: int) -> Counts:
    """The same for many groups of few customers."""
    bits = np.unpackbits(packed[:, None], axis=1).T
    counts = [np.bincount(groups + 1, weights=bit, minlength=n + 1) for bit in bits]
    return np.array(counts).T.astype(np.int64)


@cache
def _bits() -> npt.NDArray[np.int64]:
    """The bits of each byte."""
    return np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.int64)
