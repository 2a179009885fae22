"""Results that a history caches, and those that it extends when rows are appended to its log."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from ...data.machine.parallel import in_blocks
from ...data.machine.result_cache import ResultCache
from ...data.reading.appended_rows import AppendedRows
from .rows import Totals

T = TypeVar("T")
OldResult: TypeAlias = tuple[AppendedRows, npt.NDArray[Any]]
"""The rows appended to a log, and a result of the earlier one."""

CAPACITY = 6
"""Results that are cached between measures."""
HISTORY = "history"
"""Key of the history in the ``analysis_cache`` of a log."""


@dataclass(frozen=True, eq=False)
class AppendState:
    """What a longer log reuses: the first day, totals by customer, and results to be extended."""

    origin: int
    first: npt.NDArray[np.int32] | None
    totals: Totals | None
    extendable: dict[Hashable, npt.NDArray[Any]]


class CachedResults:
    """Results that are computed once, and results that are extended when rows are appended."""

    n: int
    """Number of customers."""
    origin: int
    """The first day of the log, counted from 1970-01-01."""
    first: Any
    """Day of each customer's first purchase; -1 for those who have none."""
    _used_rows: npt.NDArray[np.bool_] | None = None
    """Which rows of the log are used; None if all are."""

    def __init__(
        self, appended: AppendedRows | None = None, old_state: AppendState | None = None
    ) -> None:
        self._results = ResultCache(CAPACITY)
        self._extendable: dict[Hashable, npt.NDArray[Any]] = {}
        self._appended, self._old_state = appended, old_state

    def state_for_append(self) -> AppendState | None:
        """What stays valid when rows are appended; None if the log is used in part."""
        if self._used_rows is not None:
            return None
        computed = self.__dict__
        return AppendState(
            self.origin, computed.get("first"), computed.get("totals"), dict(self._extendable)
        )

    def cached(self, key: Hashable, compute: Callable[[], T]) -> T:
        """A result, computed once, so that another measure costs little."""
        return self._results.get_or_compute(key, compute)

    def extendable(
        self, key: Hashable, compute: Callable[[OldResult | None], npt.NDArray[Any]]
    ) -> npt.NDArray[Any]:
        """A cached result by customer and days since the first purchase.

        ``compute`` gets the result of the earlier log, to extend it. It gets None if there is no
        such result, if the log is used in part, or if a customer's first purchase has moved.
        """

        def compute_and_store() -> npt.NDArray[Any]:
            self._extendable = {key: compute(self._old_result(key))}
            return self._extendable[key]

        return self.cached(key, compute_and_store)

    def _old_result(self, key: Hashable) -> OldResult | None:
        old_state, appended = self._old_state, self._appended
        result = None if old_state is None else old_state.extendable.pop(key, None)
        if old_state is None or appended is None or result is None or self._used_rows is not None:
            return None
        if old_state.first is None or old_state.origin != self.origin:
            return None
        old_first, recoding = old_state.first, appended.recoding

        def is_unchanged(part: slice) -> bool:
            old, new = old_first[part], self.first[part if recoding is None else recoding[part]]
            return bool(((old < 0) | (old == new)).all())

        return (appended, result) if all(in_blocks(is_unchanged, old_first.size)) else None
