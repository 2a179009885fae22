"""Rows of a log as arrays: who, on which day, how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..data.parallel import BLOCK, in_threads

Days: TypeAlias = npt.NDArray[np.integer[Any]]
Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Customer code and day (counted from ``History.origin``) of some rows, and their amount."""

    customer: npt.NDArray[np.int32]
    day: Days
    amount: Floats | None = None

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.customer.size

    def since(self, first: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Which rows are not before the ``first`` day of their customer."""
        found = np.empty(self.n, bool)

        def work(starts: Sequence[int]) -> None:
            for lo in starts:
                part = slice(lo, lo + BLOCK)
                found[part] = self.day[part] >= first[self.customer[part]]

        in_threads(work, range(0, self.n, BLOCK))
        return found

    def until(self, day: int) -> Rows:
        """The rows up to a day, that day included."""
        kept = self.day <= day
        amount = None if self.amount is None else self.amount[kept]
        return Rows(self.customer[kept], self.day[kept], amount)
