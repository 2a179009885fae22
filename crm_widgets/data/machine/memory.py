"""Memory that is given back to the system as soon as nobody uses it."""

from __future__ import annotations

import ctypes
import mmap
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

MANY = 1_000_000
"""Rows from which memory is given back."""
OWN = 1 << 20
"""Bytes from which an array gets pages of its own."""


def own_pages(n: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Room for ``n`` numbers, which are 0, in pages of their own.

    What an allocator has got for a thread it keeps for that thread, up to some 64 MB.

    >>> own_pages(3, np.int32).tolist()
    [0, 0, 0]
    """
    kind = np.dtype(dtype)
    size = int(n) * kind.itemsize
    if size < OWN or not hasattr(mmap, "MAP_PRIVATE"):
        return np.zeros(n, kind)
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        pages.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(pages, kind)


def give_back(rows: int) -> None:
    """Give the system what the allocator keeps of free memory, once many ``rows`` were worked on.

    It keeps about as much as its largest arrays took. Only that of glibc can be asked.
    """
    trim = _trim() if rows >= MANY else None
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    found: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return found
