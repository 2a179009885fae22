"""The last results by key, so that asking for the same again costs nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class ResultCache:
    """Results by key; of more than ``capacity`` the least recently used is dropped.

    Threads may share it. It is not locked while a result is computed: two threads that ask for
    the same key at once may both compute it.

    Examples
    --------
    >>> cache = ResultCache(capacity=2)
    >>> cache.get_or_compute("a", lambda: 1), cache.get_or_compute("a", lambda: 2)
    (1, 1)
    >>> cache.put("b", 3)
    >>> cache.get("a"), cache.get("c")
    (1, None)
    >>> cache.put("c", 4)
    >>> cache.snapshot()
    {'a': 1, 'c': 4}
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._results: dict[Hashable, Any] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """The result of a key; None if there is none."""
        with self._lock:
            if key not in self._results:
                return None
            result = self._results[key] = self._results.pop(key)
            return result

    def put(self, key: Hashable, result: Any) -> None:
        """Store a result as the most recently used."""
        with self._lock:
            self._results.pop(key, None)
            while len(self._results) >= self.capacity:
                self._results.pop(next(iter(self._results)))
            self._results[key] = result

    def get_or_compute(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result of a key, computed if there is none."""
        result: T | None = self.get(key)
        if result is None:
            result = compute()
            self.put(key, result)
        return result

    def pop(self, key: Hashable) -> Any:
        """Remove a result and return it; None if there is none."""
        with self._lock:
            return self._results.pop(key, None)

    def clear(self) -> None:
        """Remove all results."""
        with self._lock:
            self._results.clear()

    def __len__(self) -> int:
        return len(self._results)

    def snapshot(self) -> dict[Hashable, Any]:
        """All results, the least recently used first."""
        with self._lock:
            return dict(self._results)
