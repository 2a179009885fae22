"""Texts sorted by their shape: what is left of them once each digit is a 0.

A column of a million dates or prices has a few shapes. What a shape says is found out once, and the
digits of all its texts are then read together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from .characters import fold, western_digits

LONGEST = 80
"""Characters of a text; a longer one is neither a time nor an amount."""
EXACT_DIGITS = 18
"""So many digits fit a whole number of 64 bits."""
_ZERO = ord("0")
_WEIGHTS = np.random.default_rng(0).integers(1, 2**63, LONGEST, np.uint64) | np.uint64(1)


@dataclass(frozen=True, eq=False)
class Shape:
    """Texts that differ in nothing but their digits.

    ``text`` is what they have in common, folded, with a 0 for every digit; ``rows`` says which
    they are, and ``digits`` has a row a text and a column a character.
    """

    text: str
    rows: npt.NDArray[np.intp]
    digits: npt.NDArray[np.uint8]

    def number(self, *places: slice) -> npt.NDArray[np.int64]:
        """The digits at some places, read as one whole number of each text."""
        found = np.zeros(self.rows.size, np.int64)
        for place in places:
            for column in range(place.start, place.stop):
                found *= 10
                found += self.digits[:, column]
        return found


def by_shape(texts: Sequence[str]) -> Iterator[Shape]:
    """Sort texts by their shape; texts that are too long are in none.

    >>> for shape in by_shape(["5 Jan 2024", "£7", "6 Feb 2024", "8 Jan 1999"]):
    ...     print(shape.text, shape.rows)
    0 jan 0000 [0 3]
    £0 [1]
    0 feb 0000 [2]
    """
    if not len(texts):
        return
    short = [text if len(text) <= LONGEST else "" for text in texts]
    fixed = np.array(short, dtype=np.str_)
    width = fixed.dtype.itemsize // 4
    if not width:
        return
    codes = fixed.view(np.uint32).reshape(len(texts), width)
    western_digits(codes)
    digits = codes - np.uint32(_ZERO)
    is_digit = digits < 10
    codes[is_digit] = _ZERO
    keys = codes.astype(np.uint64) @ _WEIGHTS[:width]
    which, distinct = pd.factorize(keys)
    order = np.argsort(which, kind="stable")
    ends = np.cumsum(np.bincount(which, minlength=len(distinct)))
    small = digits.astype(np.uint8)
    for start, end in zip(np.append(0, ends[:-1]), ends, strict=True):
        rows = order[start:end]
        shape = "".join(map(chr, codes[rows[0]])).rstrip("\0")
        if shape:
            yield Shape(fold(shape), rows, small[rows])
