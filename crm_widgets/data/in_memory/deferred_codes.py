"""Codes of a column that has grown, written out only when all of them are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..machine.parallel import in_blocks
from .codes import Codes

Moved: TypeAlias = Codes | None
"""New code of each old one; None if none has changed."""
Some: TypeAlias = slice | npt.NDArray[Any]
"""Which rows: a slice, positions, or true where wanted."""


@dataclass(frozen=True, eq=False)
class Moving:
    """Codes of rows before, ``moved`` to where their levels are now, and of those ``behind``.

    >>> later = Moving(np.array([0, 1, -1], np.int32), np.array([0, 2], np.int32),
    ...                np.array([1], np.int32))
    >>> later.whole().tolist(), later.at(slice(1, 4)).tolist()
    ([0, 2, -1, 1], [2, -1, 1])
    """

    before: Codes
    moved: Moved
    behind: Codes

    def __len__(self) -> int:
        return self.before.size + self.behind.size

    def whole(self) -> Codes:
        """All codes."""
        n = self.before.size
        found = np.empty(len(self), np.int32)
        found[n:] = self.behind
        if self.moved is None:
            found[:n] = self.before
            return found
        lookup = self._lookup(self.moved)

        def move(part: slice) -> None:
            # "wrap" takes -1 from the end too, without a look at each first
            np.take(lookup, self.before[part], out=found[part], mode="wrap")

        in_blocks(move, n)
        return found

    def at(self, rows: Some) -> Codes:
        """The codes of some rows."""
        n = self.before.size
        if isinstance(rows, slice):
            start, end, step = rows.indices(len(self))
            if start >= n and step == 1:
                return self.behind[start - n : max(end, start) - n]
            rows = np.arange(start, end, step)
        elif rows.dtype == bool:
            rows = np.flatnonzero(rows)
        late = rows >= n
        found = np.empty(rows.size, np.int32)
        found[late] = self.behind[rows[late] - n]
        before = self.before[rows[~late]]
        found[~late] = before if self.moved is None else self._lookup(self.moved)[before]
        return found

    def and_then(self, moved: Moved, behind: Codes) -> Moving:
        """The codes where these have moved on, with more behind them."""
        if moved is None:
            return Moving(self.before, self.moved, np.concatenate([self.behind, behind]))
        lookup = self._lookup(moved)
        first = moved if self.moved is None else moved[self.moved]
        return Moving(self.before, first, np.concatenate([lookup[self.behind], behind]))

    @staticmethod
    def _lookup(moved: Codes) -> Codes:
        """A missing value, -1, is the last of the numbers it is looked up in."""
        return np.append(moved, np.int32(-1))
