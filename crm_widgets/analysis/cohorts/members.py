"""The customers of cohorts in order, their clock, and what each does at each age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ...data.machine.memory import own_pages
from ...data.machine.parallel import in_blocks
from ...data.reading.appended_rows import AppendedRows
from ..history.append_state import OldResult
from ..history.history import History
from ..history.rows import Rows
from .activity_bits import Packed, Presence
from .windows import Clock, Ints

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """The customers, their cohorts and their clock: all that a measure is computed from."""

    log: History
    clock: Clock
    codes: npt.NDArray[np.int32]
    cohorts: int
    eligible: npt.NDArray[np.int64]
    """Customers of each cohort who count at each age."""
    counted: npt.NDArray[np.bool_]
    """Cells that are complete and in averages: from these the cap is taken."""
    finished_only: bool
    """Whether a customer's unfinished window is left out of the cell."""

    def ages(self, rows: Rows, part: slice) -> Ints:
        """Age of each of some rows; ``clock.ages`` for those outside every window."""
        customer = rows.customer[part].astype(np.intp)
        age = self.clock.of(rows.day[part], self.clock.start[customer])
        if self.finished_only:
            late = age > self.clock.finished[customer]
            age = np.where(late, age.dtype.type(self.clock.ages), age)
        return age

    def presence(self) -> Presence:
        """Who of all customers bought at which age."""
        key = ("presence", self.clock.key, self.finished_only)
        compute = self.log.cached if self.finished_only else self.log.extendable
        return Presence(compute(key, self._presence), self.clock.ages)

    def _presence(self, before: OldResult | None = None) -> Packed:
        """The bits of ``presence``."""
        if before is not None:
            return self._presence_on(*before)
        width = self.clock.ages + 1
        seen = own_pages(self.log.n * width, np.uint8)
        rows, returned = self.log.all_rows, self.log.is_return

        def mark(part: slice) -> None:
            cell = rows.customer[part].astype(np.intp)
            cell *= width
            cell += self.ages(rows, part)
            seen[cell if returned is None else cell[~returned[part]]] = 1

        in_blocks(mark, rows.n)
        return np.packbits(seen.reshape(self.log.n, width)[:, :-1], axis=1)

    def _presence_on(self, appended: AppendedRows, known: Packed) -> Packed:
        """Set the bits of the rows behind those of the log before."""
        more = -(-self.clock.ages // 8) - known.shape[1]
        known = np.pad(known, ((0, 0), (0, more))) if more else known
        found = appended.realigned(known, self.log.n)
        rows, bought = (
            self.log.rows_from(appended.n_before),
            self.log.is_purchase_from(appended.n_before),
        )
        age = self.ages(rows, slice(None))
        inside = age < self.clock.ages
        inside = inside if bought is None else inside & bought
        age = age[inside]
        place = rows.customer[inside] * np.intp(found.shape[1]) + (age >> 3)
        for bit in range(8):  # NumPy's "at" takes ten times as long
            found.reshape(-1)[place[age & 7 == bit]] |= np.uint8(128 >> bit)
        return found

    def count(self, bought: Presence) -> npt.NDArray[np.int64]:
        """Count who bought, of each cohort at each age."""
        return bought.count(self.codes, self.cohorts)

    def totals(self, rows: Rows) -> Floats:
        """Add up the amounts of each cohort at each age."""
        width = self.clock.ages + 1
        size = (self.cohorts + 1) * width
        cohort = np.where(self.codes < 0, self.cohorts, self.codes).astype(np.intp) * width
        amount = rows.amount
        assert amount is not None

        def add(part: slice) -> Floats:
            cell = cohort[rows.customer[part]]
            cell += self.ages(rows, part)
            sums = np.bincount(cell, weights=amount[part], minlength=size)
            return sums.astype(np.float64, copy=False)

        # Added in the order of the rows, sums do not depend on the number of threads.
        found = sum(in_blocks(add, rows.n), np.zeros(size))
        return found.reshape(self.cohorts + 1, width)[:-1, :-1]
