"""What an engine adds up of all rows of a table, of which only some rows are in memory."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data import Customers
from ...data.engine.table import LazyTable
from ...data.vocabulary.clauses import Group, Predicate
from ...data.vocabulary.notes import Note
from ...data.vocabulary.table import Aggregate, Levels
from .columns import Floats, MixedColumns
from .cramers_v import Counts
from .pearson import r_of

GroupSums: TypeAlias = tuple[Floats, Floats, float]
TOLD = ("pearson", "ratio", "v")
"""Methods whose coefficients are made of sums and counts."""


@dataclass(frozen=True, eq=False)
class Whole:
    """All rows, in their engine, behind the rows in memory.

    Columns are called as a reader knows them. What the engine cannot add up, times and numbers
    that came as text among it, is left to the rows in memory.
    """

    table: LazyTable
    fields: dict[str, str]
    columns: MixedColumns
    where: tuple[Predicate, ...]
    max_levels: int
    _levels: dict[str, tuple[Hashable, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def n(self) -> int:
        """Number of rows."""
        return int(self.table.counts([], where=self.where))

    def adds_up(self, column: str) -> bool:
        """Whether a column is a number there."""
        there = self.table.kinds[self.fields[column]]
        return column in self.columns.numbers and there in ("number", "bool")

    def levels(self, column: str) -> tuple[Hashable, ...]:
        """All levels of a category there, sorted; none if it is no category or has too many."""
        if column not in self._levels:
            own, found = self.fields[column], []
            if column in self.columns.codes and self.table.kinds[own] in ("category", "bool"):
                found = self.table.levels(own, self.max_levels + 1)["level"].tolist()
            self._levels[column] = tuple(sorted(found)) if len(found) <= self.max_levels else ()
        return self._levels[column]

    def pearson(
        self, names: Sequence[str], r: Floats, n: npt.NDArray[np.int64]
    ) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Put the coefficients of all rows, and how many rows those are, in the place of others."""
        there = [at for at, name in enumerate(names) if self.adds_up(name)]
        found = self.table.moments([self.fields[names[at]] for at in there], self.where)
        square = np.ix_(there, there)
        r, n = r.copy(), n.copy()
        # Of equal values nothing is left but what rounding makes of them.
        with np.errstate(invalid="ignore", divide="ignore"):
            flat = np.sqrt(found.square / found.n) <= 1e-13 * np.abs(found.mean)
        r[square] = np.where(flat | flat.T, np.nan, r_of(found))
        n[square] = found.n
        return r, n

    def counts(self, a: str, b: str) -> Counts | None:
        """Rows by level of two categories."""
        dims = [Levels(self.fields[name], self.levels(name)) for name in (a, b)]
        if not all(dim.levels for dim in dims):
            return None
        return self.table.counts(dims, where=self.where).astype(np.int64)

    def sums(self, category: str, numbers: Sequence[str]) -> dict[str, GroupSums]:
        """Rows and sums of numbers by level of a category, and sums of squares, all centred."""
        there = [name for name in numbers if self.adds_up(name)]
        if not there or not self.levels(category):
            return {}
        asked: dict[str, tuple[str, Aggregate]] = {}
        for name in there:
            own, square = self._place[name]
            asked |= {f"n {own}": (own, "n"), own: (own, "sum"), square: (square, "sum")}
        found = self._centred.summarise([self.fields[category]], asked, self.where)
        found = found[found[self.fields[category]].notna()]
        sums = {}
        for name in there:
            own, square = self._place[name]
            n, total = (found[x].to_numpy(np.float64) for x in (f"n {own}", own))
            sums[name] = n, total, float(found[square].sum())
        return sums

    @cached_property
    def _place(self) -> dict[str, tuple[str, str]]:
        """Numbers, and what they and their squares are called in ``_centred``."""
        some = [name for name in self.columns.names if self.adds_up(name)]
        return {name: (f"centred {at}", f"squared {at}") for at, name in enumerate(some)}

    @cached_property
    def _centred(self) -> LazyTable:
        """The table with its numbers about their means, and the squares of these."""
        table, place = self.table, self._place
        means: dict[str, tuple[str, Aggregate]] = {
            own: (self.fields[name], "mean") for name, (own, _) in place.items()
        }
        found = table.summarise([], means, self.where)
        for name, (own, square) in place.items():
            centre = nw.lit(float(np.nan_to_num(found[own].iloc[0])))
            whole = nw.col(self.fields[name])
            if self.columns.kinds[name] == "bool":
                whole = whole.cast(nw.Int32)
            table = table.derive(own, whole.cast(nw.Float64) - centre)
            table = table.derive(square, nw.col(own) * nw.col(own))
        return table

    def notes(self, pairs: pd.DataFrame) -> tuple[Note, ...]:
        """Say which coefficients are those of all rows, and which columns are of some only."""
        used = [method for method in TOLD if (pairs["method"] == method).any()]
        said = [
            Note(f"whole_{method}", self.n, {"engine": self.table.source.engine}) for method in used
        ]
        alone = [
            name
            for name in dict.fromkeys([*pairs["a"], *pairs["b"]])
            if used and not (self.adds_up(name) or self.levels(name))
        ]
        if alone:
            said.append(Note("whole_but", len(alone), {"columns": ", ".join(alone)}))
        return tuple(said)


def whole_of(
    data: Any,
    names: dict[str, str],
    columns: MixedColumns,
    where: tuple[Predicate, ...],
    max_levels: int,
) -> Whole | None:
    """The engine behind customers drawn from it; None of anything else, and of listed customers."""
    if not isinstance(data, Customers) or data.in_engine is None or not data.is_sample:
        return None
    if any(isinstance(one, Group) for one in where):
        return None
    fields = {shown: name for name, shown in names.items()}
    return Whole(data.in_engine, fields, columns, where, max_levels)
