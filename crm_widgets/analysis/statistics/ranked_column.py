"""A column sorted once: from it come its ranks over any rows, without sorting again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .sorted_order import sorted_order

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int32]

BLOCK = 1 << 15


@dataclass(frozen=True)
class Ranked:
    """A column sorted once."""

    place: Whole
    """Position of each row's value among the distinct values; of a missing one, their number."""
    distinct: int
    count: npt.NDArray[np.unsignedinteger[Any]] | None
    """Rows at each distinct value, in as few bytes as hold them; None: one each."""
    missing: Whole
    """Rows without a value."""

    def ranks_without(self, dropped: Whole, table: Whole) -> tuple[int, float]:
        """Rank the values that are left when some rows are dropped.

        Parameters
        ----------
        dropped : array of rows
        table : array, of at least ``distinct`` + 1
            Is filled with twice the rank of each distinct value, less its mean, so that it is
            whole; equal values share their mean rank. 0 for missing ones.

        Returns
        -------
        n : int
            Rows left.
        square : float
            Sum of the squares of the twice centred ranks of these: (n³ - n - Σ(t³ - t))/3, with t
            the rows at each value (Kendall & Gibbons 1990, Rank Correlation Methods, eq. 3.7).

        Examples
        --------
        >>> table = np.empty(4, np.int32)
        >>> rank_once(np.array([30.0, 10.0, np.nan, 30.0])).ranks_without([], table)
        (3, 6.0)
        >>> table[:3].tolist()
        [-2, 1, 0]
        """
        left = table[: self.distinct]
        left[:] = 1 if self.count is None else self.count
        places = self.place[dropped] if len(dropped) else self.place[:0]
        places = places[places < self.distinct]
        np.subtract.at(left, places, 1)
        n = len(self.place) - len(self.missing) - len(places)
        ties, below = 0.0, 0
        for start in range(0, self.distinct, BLOCK):
            here = left[start : start + BLOCK]
            if self.count is not None:
                t = here.astype(np.float64)
                ties += float(((t * t - 1) * t).sum())
            ranks = np.cumsum(here, dtype=np.int32)
            through = below + int(ranks[-1])
            ranks *= 2
            ranks -= here
            ranks += np.int32(2 * below - n)
            here[:] = ranks
            below = through
        table[self.distinct] = 0
        return n, (float(n) ** 3 - n - ties) / 3


def rank_once(values: Floats) -> Ranked:
    """Sort a column; NaN is missing.

    Examples
    --------
    >>> found = rank_once(np.array([30.0, 10.0, np.nan, 30.0]))
    >>> found.place.tolist(), found.count.tolist(), found.missing.tolist()
    ([1, 0, 2, 1], [1, 2], [2])
    """
    order = sorted_order(values)
    rows = len(values)
    present = rows - int(np.count_nonzero(np.isnan(values)))
    place = np.empty(rows, np.int32)
    first = np.zeros(present, bool)
    distinct, last = 0, np.nan
    for start in range(0, present, BLOCK):
        here = order[start : min(start + BLOCK, present)]
        ordered = values[here]
        new = first[start : start + len(here)]
        new[0] = ordered[0] != last
        np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
        number = np.cumsum(new, dtype=np.int32)
        number += np.int32(distinct - 1)
        place[here] = number
        distinct, last = int(number[-1]) + 1, ordered[-1]
    place[order[present:]] = distinct
    missing = np.sort(order[present:]).astype(np.int32)
    del order
    if distinct == present:
        return Ranked(place, distinct, None, missing)
    starts = np.append(np.flatnonzero(first), present).astype(np.int32)
    count = np.diff(starts)
    return Ranked(place, distinct, count.astype(np.min_scalar_type(int(count.max()))), missing)
