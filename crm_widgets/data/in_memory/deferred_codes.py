"""Codes of a column to which rows were appended; written out only when all are needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..machine.parallel import in_blocks
from .codes import Codes

Recoding: TypeAlias = Codes | None
"""New code of each old code; None if none has changed."""
RowSelection: TypeAlias = slice | npt.NDArray[Any]
"""Which rows: a slice, positions or a mask."""


@dataclass(frozen=True, eq=False)
class DeferredCodes:
    """``old`` codes with their ``recoding``, followed by the codes of ``appended`` rows.

    >>> codes = DeferredCodes(np.array([0, 1, -1], np.int32), np.array([0, 2], np.int32),
    ...                       np.array([1], np.int32))
    >>> codes.to_array().tolist(), codes.at(slice(1, 4)).tolist()
    ([0, 2, -1, 1], [2, -1, 1])
    """

    old: Codes
    recoding: Recoding
    appended: Codes

    def __len__(self) -> int:
        return self.old.size + self.appended.size

    def to_array(self) -> Codes:
        """All codes."""
        n = self.old.size
        found = np.empty(len(self), np.int32)
        found[n:] = self.appended
        if self.recoding is None:
            found[:n] = self.old
            return found
        lookup = self._lookup(self.recoding)

        def recode(part: slice) -> None:
            # "wrap" takes -1 from the end too, without a check of each first
            np.take(lookup, self.old[part], out=found[part], mode="wrap")

        in_blocks(recode, n)
        return found

    def at(self, rows: RowSelection) -> Codes:
        """The codes of some rows."""
        n = self.old.size
        if isinstance(rows, slice):
            start, end, step = rows.indices(len(self))
            if start >= n and step == 1:
                return self.appended[start - n : max(end, start) - n]
            rows = np.arange(start, end, step)
        elif rows.dtype == bool:
            rows = np.flatnonzero(rows)
        is_appended = rows >= n
        found = np.empty(rows.size, np.int32)
        found[is_appended] = self.appended[rows[is_appended] - n]
        old = self.old[rows[~is_appended]]
        found[~is_appended] = old if self.recoding is None else self._lookup(self.recoding)[old]
        return found

    def extended(self, recoding: Recoding, appended: Codes) -> DeferredCodes:
        """These codes recoded once more, with further ones appended."""
        if recoding is None:
            return DeferredCodes(self.old, self.recoding, np.concatenate([self.appended, appended]))
        lookup = self._lookup(recoding)
        combined = recoding if self.recoding is None else recoding[self.recoding]
        return DeferredCodes(self.old, combined, np.concatenate([lookup[self.appended], appended]))

    @staticmethod
    def _lookup(recoding: Codes) -> Codes:
        """New code by old code; the last element serves -1, a missing value."""
        return np.append(recoding, np.int32(-1))
