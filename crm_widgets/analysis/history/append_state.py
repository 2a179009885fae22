"""What a history keeps: for other measures, and for a log that goes on from its own."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from ...data.machine.parallel import in_blocks
from ...data.machine.result_cache import ResultCache
from ...data.reading.appended_rows import Growth
from .rows import Totals

T = TypeVar("T")
Grown: TypeAlias = tuple[Growth, npt.NDArray[Any]]
"""How a log has grown, and what was made of it before."""

CAPACITY = 6
"""Results that are cached between measures."""


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a log: the first day, sums of customers, and what else grows, if any."""

    origin: int
    first: npt.NDArray[np.int32] | None
    totals: Totals | None
    growing: dict[Hashable, npt.NDArray[Any]]


class Remembering:
    """Results that are made once, and those that grow with the log."""

    n: int
    """Number of customers."""
    origin: int
    """The first day of the log, counted from 1970-01-01."""
    first: Any
    """Day of each customer's first purchase; -1 for those who have none."""
    _kept: npt.NDArray[np.bool_] | None = None
    """Which rows of the log are used; None if all are."""

    def __init__(self, grown: Growth | None = None, before: Known | None = None) -> None:
        self._results = ResultCache(CAPACITY)
        self._growing: dict[Hashable, npt.NDArray[Any]] = {}
        self._grown, self._before = grown, before

    def handed_on(self) -> Known | None:
        """What is known, for a log that goes on from this one."""
        if self._kept is not None:
            return None
        known = self.__dict__
        return Known(self.origin, known.get("first"), known.get("totals"), dict(self._growing))

    def cached(self, key: Hashable, compute: Callable[[], T]) -> T:
        """A result, computed once and cached, so that another measure costs little."""
        return self._results.get_or_compute(key, compute)

    def growing(
        self, key: Hashable, make: Callable[[Grown | None], npt.NDArray[Any]]
    ) -> npt.NDArray[Any]:
        """Make something of customers by the days since they came, from what it was before.

        It is ``cached``. None is given where it was not made of the log before, or where rows
        of this are left out, or where customers came earlier than was known.
        """

        def made() -> npt.NDArray[Any]:
            self._growing = {key: make(self._grown_from(key))}
            return self._growing[key]

        return self.cached(key, made)

    def _grown_from(self, key: Hashable) -> Grown | None:
        before, grown = self._before, self._grown
        found = None if before is None else before.growing.pop(key, None)
        if before is None or grown is None or found is None or self._kept is not None:
            return None
        if before.first is None or before.origin != self.origin:
            return None
        first = before.first

        def as_it_was(part: slice) -> bool:
            was, now = first[part], self.first[part if grown.moved is None else grown.moved[part]]
            return bool(((was < 0) | (was == now)).all())

        return (grown, found) if all(in_blocks(as_it_was, first.size)) else None


KEPT = "history"
"""Where a log keeps its history."""
