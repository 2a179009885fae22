"""Which numbers occur more than once, without putting them in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..machine.parallel import BLOCK, in_threads

Keys: TypeAlias = npt.NDArray[np.unsignedinteger[Any]]
Positions: TypeAlias = npt.NDArray[np.integer[Any]]

ODD = 0x9E3779B97F4A7C15
"""2^64 over the golden ratio: the first bits of its multiples are spread evenly."""


def repeated_keys(keys: Keys) -> npt.NDArray[np.intp]:
    """Positions, in order, of the keys that occur more than once.

    Each row writes its position to a place that its key gives. A row that then reads another's
    there either shares that one's key, or tries again at other places, among all that lost.

    >>> repeated_keys(np.array([7, 3, 7, 5], np.uint32)).tolist()
    [0, 2]
    """
    shared = np.zeros(keys.size, bool)
    bits = max(keys.size.bit_length() - 1, 1)
    table: Positions = np.empty(1 << bits, np.int32 if keys.size < 2**31 else np.int64)
    size = keys.itemsize * 8
    factor = odd = ODD >> 64 - size | 1
    lost = _meet(keys, None, table, (factor, size - bits), shared)
    while lost.size:
        factor = factor * odd % 2**size
        lost = _meet(keys, lost, table, (factor, size - bits), shared)
    return np.flatnonzero(shared)


def _meet(
    keys: Keys,
    rows: Positions | None,
    table: Positions,
    hashed: tuple[int, int],
    shared: npt.NDArray[np.bool_],
) -> Positions:
    """Let rows (None: all) meet in a table; mark those of shared keys, and return who lost."""
    odd, shift = (keys.dtype.type(number) for number in hashed)
    n = keys.size if rows is None else rows.size
    blocks = range(0, n, BLOCK)

    def block(lo: int) -> tuple[Positions, Keys, Positions]:
        if rows is None:
            row: Positions = np.arange(lo, min(lo + BLOCK, n), dtype=table.dtype)
            key = keys[lo : lo + BLOCK]
        else:
            row = rows[lo : lo + BLOCK]
            key = keys[row]
        return row, key, ((key * odd) >> shift).astype(np.intp)

    def write(some: Sequence[int]) -> None:
        for lo in some:
            row, _, place = block(lo)
            table[place] = row

    def read(some: Sequence[int]) -> list[Positions]:
        found = []
        for lo in some:
            row, key, place = block(lo)
            there = table[place]
            other = np.flatnonzero(there != row)
            row, there, key = row[other], there[other], key[other]
            same = keys[there] == key
            shared[row[same]] = True
            shared[there[same]] = True
            found.append(row[~same])
        return found

    in_threads(write, blocks)
    lost = [part for share in in_threads(read, blocks) for part in share]
    return np.concatenate(lost) if lost else table[:0]
