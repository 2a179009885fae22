"""Loops compiled by numba, where the extra ``fast`` is installed; NumPy does without."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, TypeAlias

import numpy as np

Counter: TypeAlias = Callable[[Any, Any, Any], None]


def _count(outer: Any, inner: Any, total: Any) -> None:
    for row in range(outer.size):
        total[outer[row], inner[row]] += 1


class _Compiler:
    """Compiles beside other work: importing numba and compiling take about a second."""

    def __init__(self) -> None:
        self.counter: Counter | None = None
        self.thread = threading.Thread(target=self._compile, name="crm_widgets compile")
        self.thread.start()

    def _compile(self) -> None:
        numba = importlib.import_module("numba")
        loop = numba.njit(nogil=True, cache=True)(_count)
        some = np.zeros(1, np.uint32)
        loop(some, some, np.zeros((1, 1), np.int64))
        self.counter = loop


@cache
def _compiler() -> _Compiler | None:
    return None if find_spec("numba") is None else _Compiler()


def counter(*, wait: bool = False) -> Counter | None:
    """Give the loop ``total[outer, inner] += 1``, or None where there is none (yet).

    Cells are unsigned: numba then need not ask whether one counts from the end.
    The first call begins to compile; with ``wait`` it also ends it.
    """
    compiler = _compiler()
    if compiler is None:
        return None
    if wait:
        compiler.thread.join()
    return compiler.counter
