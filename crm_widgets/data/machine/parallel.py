"""A few long-lived threads for loops that NumPy and BLAS run without the interpreter's lock."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from threadpoolctl import ThreadpoolController

Item = TypeVar("Item")
Result = TypeVar("Result")

THREADS = min(os.cpu_count() or 1, 4)
BLOCK = 1 << 17
"""Rows worked on at a time, so that the steps between stay in the processor's cache."""
CUSTOMERS = 1 << 15
"""The same of customers, who are fewer: so that threads have about as much to do."""

# BLAS is told to use one thread while ours run, and that setting is global: two callers who set
# and restore it across each other would leave it wrong.
_TURN = threading.Lock()
_OURS = threading.local()


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    def mark() -> None:
        _OURS.thread = True

    return ThreadPoolExecutor(THREADS, thread_name_prefix="crm_widgets", initializer=mark)


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def in_blocks(work: Callable[[slice], Result], n: int, size: int = BLOCK) -> list[Result]:
    """Do something with a block of the rows after another, in threads; a result a block, in order.

    Examples
    --------
    >>> in_blocks(lambda part: part.stop - part.start, 10, size=4)
    [4, 4, 2]
    """
    starts = range(0, n, size)

    def some(share: Sequence[int]) -> list[tuple[int, Result]]:
        return [(lo, work(slice(lo, min(lo + size, n)))) for lo in share]

    found = dict(one for share in in_threads(some, starts) for one in share)
    return [found[lo] for lo in starts]


def at_once(*makers: Callable[[], Result]) -> list[Result]:
    """What some functions make, each in a thread if there are as many.

    Examples
    --------
    >>> at_once(lambda: 1, lambda: 2)
    [1, 2]
    """
    tasks = range(len(makers))
    shares = in_threads(lambda share: [(task, makers[task]()) for task in share], tasks)
    found = dict(one for share in shares for one in share)
    return [found[task] for task in tasks]


def in_threads(
    work: Callable[[Sequence[Item]], Result], items: Sequence[Item], *, wait: bool = True
) -> list[Result]:
    """Give each thread a share of the items; one result a share.

    Calls take turns; who does not ``wait`` for his does the work alone. Where ``work`` calls this
    again, its thread does that alone.

    Examples
    --------
    >>> sum(in_threads(sum, range(10)))
    45
    """
    shares = [items[start::THREADS] for start in range(min(THREADS, len(items)))]
    if len(shares) < 2 or hasattr(_OURS, "thread") or not _TURN.acquire(blocking=wait):
        return [work(share) for share in shares]
    try:
        with _blas().limit(limits=1, user_api="blas"):
            return list(_pool(os.getpid()).map(work, shares))
    finally:
        _TURN.release()
