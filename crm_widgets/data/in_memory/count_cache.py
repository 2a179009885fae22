"""Counts of a table computed lately; when rows are appended, only these are counted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeAlias

from ..machine.result_cache import ResultCache
from ..vocabulary.table import Dim
from .bins import BinCache
from .codes import Floats
from .column import Column
from .cubes import Coded, Cube, Mask, cubes

Key: TypeAlias = tuple[Dim, ...]

CAPACITY = 32
"""Cubes that are cached."""
LARGEST = 1 << 16
"""Cells of the largest cube that is cached."""


class CountCache:
    """The bins of the rows of a table, and cubes of all its rows with their number of rows."""

    def __init__(self) -> None:
        self.bins = BinCache()
        self._cache = ResultCache(CAPACITY)
        self._old_cubes: dict[Hashable, tuple[int, Cube]] = {}

    def extend_from(self, old: CountCache) -> None:
        """Take over the counts of a table to which rows were appended to make this one."""
        self.bins.extend_from(old.bins)
        self._old_cubes = old._cache.snapshot()

    def cubes(
        self,
        shared: Sequence[Dim],
        others: Sequence[Sequence[Dim]],
        column: Callable[[str], Column],
        n: int,
        weight: Floats | None,
        mask: Mask | None,
    ) -> list[Cube]:
        """Count or add up as ``cubes.cubes`` does, over the bins of columns."""
        coded = [[self.bins.get(d, column(d.column)) for d in dims] for dims in (shared, *others)]
        if weight is not None or mask is not None:
            return cubes(coded[0], coded[1:], n, weight, mask)
        return self._count_all_rows([(*shared, *other) for other in others], coded, n)

    def _count_all_rows(
        self, keys: Sequence[Key], coded: Sequence[Sequence[Coded]], n: int
    ) -> list[Cube]:
        """Count all rows, or add the appended ones to old cubes; ``keys`` are the dimensions."""
        old_cubes = [self._old_cubes.pop(key, None) for key in keys]
        starts = {0 if old is None else old[0] for old in old_cubes}
        start = starts.pop() if len(starts) == 1 else 0
        appended = [[(codes[start:], width) for codes, width in dims] for dims in coded]
        found = cubes(appended[0], appended[1:], n - start)
        for cube, key, old in zip(found, keys, old_cubes, strict=True):
            if start and old is not None:
                cube += old[1]
            if cube.size <= LARGEST:
                self._cache.put(key, (n, cube.copy()))
        return found
