"""The order of a long column of numbers, in half the time of a general sort."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Order: TypeAlias = npt.NDArray[np.int64]

SHORT = 1 << 14
"""Rows up to which a general sort is as fast."""
MOST_SWAPPED = 4_000
"""Neighbours in the wrong order that are put right one by one."""
LONGEST_RUN = 64
BLOCK = 1 << 15


def sorted_order(values: Floats) -> npt.NDArray[np.signedinteger[Any]]:
    """Rows of a column by rising value, NaN last; equal values in any order.

    The leading bits of a number and its row are packed into one whole number, and these are
    sorted, for which processors have instructions. Numbers that differ in their last bits only
    may then stand in the wrong order: they are found and put right, or, where there are many,
    all is sorted as usual.

    Examples
    --------
    >>> sorted_order(np.array([3.0, np.nan, -1.0, 2.0])).tolist()
    [2, 3, 0, 1]
    """
    rows = len(values)
    if rows <= SHORT:
        return np.argsort(values)
    low = (1 << (rows - 1).bit_length()) - 1
    packed = np.empty(rows, np.int64)
    for start in range(0, rows, BLOCK):
        part = slice(start, min(start + BLOCK, rows))
        packed[part] = _keys(values[part])
        packed[part] &= ~low
        packed[part] |= np.arange(part.start, part.stop)
    packed.sort()
    packed &= low
    return packed if _put_right(packed, values, low) else np.argsort(values)


def _keys(values: Floats) -> Order:
    """Whole numbers in the order of the values, NaN last."""
    bits = np.array(values, np.float64).view(np.int64)
    bits ^= (bits >> 63) & np.iinfo(np.int64).max
    bits[np.isnan(values)] = np.iinfo(np.int64).max
    return bits


def _put_right(order: Order, values: Floats, low: int) -> bool:
    """Sort neighbours that the leading bits did not tell apart; False if they are too many."""
    wrong = []
    for start in range(0, len(order) - 1, BLOCK):
        ordered = values[order[start : start + BLOCK + 1]]
        wrong.append(np.flatnonzero(ordered[1:] < ordered[:-1]) + start)
        if sum(map(len, wrong)) > MOST_SWAPPED:
            return False
    done = -1
    for at in np.concatenate(wrong):
        if at < done:
            continue
        lo, hi = int(at), int(at) + 1
        alike = _keys(values[order[at : at + 1]]) & ~low
        while lo > 0 and hi - lo < LONGEST_RUN and _same(values, order, lo - 1, alike, low):
            lo -= 1
        while (
            hi + 1 < len(order)
            and hi - lo < LONGEST_RUN
            and _same(values, order, hi + 1, alike, low)
        ):
            hi += 1
        if hi - lo >= LONGEST_RUN:
            return False
        run = order[lo : hi + 1]
        order[lo : hi + 1] = run[np.argsort(values[run])]
        done = hi
    return True


def _same(values: Floats, order: Order, at: int, alike: Order, low: int) -> bool:
    return bool(_keys(values[order[at : at + 1]]) & ~low == alike)
