"""What was counted of a table last, which goes on with the rows behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from ..vocabulary.table import Dim
from .bins import Binned
from .codes import Floats
from .column import Column
from .cubes import Coded, Cube, Mask, cubes

Key: TypeAlias = tuple[Dim, ...]

KEPT = 32
"""Cubes that are kept."""
LARGEST = 1 << 16
"""Cells of the largest cube that is kept."""


class Counted:
    """The bins of the rows of a table, and the cubes of all its rows with how many these were."""

    def __init__(self) -> None:
        self._bins = Binned()
        self._kept: dict[Key, tuple[int, Cube]] = {}
        self._before: dict[Key, tuple[int, Cube]] = {}

    def go_on_from(self, old: Counted) -> None:
        """Keep the counts of a table with whose rows this one begins."""
        self._bins.go_on_from(old._bins)
        self._before = dict(old._kept)

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
        coded = [[self._bins.get(d, column(d.column)) for d in dims] for dims in (shared, *others)]
        if weight is not None or mask is not None:
            return cubes(coded[0], coded[1:], n, weight, mask)
        return self._of_all([(*shared, *other) for other in others], coded, n)

    def _of_all(self, keys: Sequence[Key], coded: Sequence[Sequence[Coded]], n: int) -> list[Cube]:
        """Count all rows, of cubes known before those behind; ``keys`` are their dimensions."""
        known = [self._before.pop(key, None) for key in keys]
        starts = {0 if one is None else one[0] for one in known}
        start = starts.pop() if len(starts) == 1 else 0
        behind = [[(codes[start:], width) for codes, width in dims] for dims in coded]
        found = cubes(behind[0], behind[1:], n - start)
        for place, (key, before) in enumerate(zip(keys, known, strict=True)):
            if start and before is not None:
                found[place] += before[1]
            self._keep(key, n, found[place])
        return found

    def _keep(self, key: Key, n: int, cube: Cube) -> None:
        self._kept.pop(key, None)
        if cube.size <= LARGEST:
            while len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[key] = n, cube.copy()
