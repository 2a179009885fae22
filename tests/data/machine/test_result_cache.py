"""A cache of results drops the one that was used least recently, and threads may share it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from crm_widgets.data.machine.result_cache import ResultCache


def test_the_least_recently_used_result_is_dropped() -> None:
    cache = ResultCache(capacity=2)
    for key in "ab":
        cache.put(key, key)
    cache.get("a")
    cache.put("c", "c")
    assert list(cache.snapshot()) == ["a", "c"]


def test_a_result_is_computed_once() -> None:
    cache, calls = ResultCache(capacity=2), []
    for _ in range(3):
        cache.get_or_compute("key", lambda: calls.append(1) or len(calls))
    assert calls == [1]


def test_threads_may_share_a_cache() -> None:
    cache = ResultCache(capacity=3)

    def ask(number: int) -> int:
        return cache.get_or_compute(number % 7, lambda: number % 7)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(5000))) == [number % 7 for number in range(5000)]
    assert len(cache) == 3
