"""Rows of a log as arrays: who, on which day, how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

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

    def until(self, day: int) -> Rows:
        """The rows up to a day, that day included."""
        kept = self.day <= day
        amount = None if self.amount is None else self.amount[kept]
        return Rows(self.customer[kept], self.day[kept], amount)
