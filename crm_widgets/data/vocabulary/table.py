"""Table: the few aggregations that every analysis is made of.

Analyses are written on these verbs, so one analysis serves ten rows and a billion.
``arrays.ArrayTable`` does them in memory, ``lazy.LazyTable`` in an engine.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from .clauses import Predicate

Kind = Literal["number", "category", "time", "bool"]
Aggregate = Literal["n", "sum", "mean", "min", "max", "nunique", "median"]


@dataclass(frozen=True, slots=True)
class Edges:
    """Bins of a number or time column: ``[edges[i], edges[i+1])``, the last one closed.

    With ``overflow`` two bins are added, for what lies below the first and above the last edge.
    Missing values are counted in no bin.
    """

    column: str
    edges: tuple[float, ...]
    overflow: bool = False


@dataclass(frozen=True, slots=True)
class Levels:
    """Bins of a category column: one a level, in this order; with ``other``, one more."""

    column: str
    levels: tuple[Hashable, ...]
    other: bool = False


Dim: TypeAlias = Edges | Levels


@dataclass(frozen=True)
class Moments:
    """Pairwise-complete counts, sums and cross products of columns; values are centred first."""

    columns: tuple[str, ...]
    n: npt.NDArray[np.int64]
    mean: npt.NDArray[np.float64]
    """``mean[i, j]``: mean of column i over the rows where both i and j are present."""
    cross: npt.NDArray[np.float64]
    """``cross[i, j]``: centred sum of products over the rows where both are present."""
    square: npt.NDArray[np.float64]
    """``square[i, j]``: centred sum of squares of column i over the rows where both are present."""


class Table(Protocol):
    """A table whose columns have a kind; frozen, and never a view of a frame that changes."""

    @property
    def n(self) -> int:
        """Number of rows."""
        ...

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Columns in order, each with its kind."""
        ...

    def extent(self, columns: Sequence[str]) -> dict[str, tuple[float, float]]:
        """Smallest and largest finite value of each column (times: epoch ms)."""
        ...

    def levels(self, column: str, top: int = 30) -> pd.DataFrame:
        """Categories with counts: columns ``level``, ``n``; most frequent first, ties by name."""
        ...

    def quantiles(
        self, columns: Sequence[str], q: Sequence[float], by: str | None = None
    ) -> pd.DataFrame:
        """Cut points: a row a quantile (and group), a column a column."""
        ...

    def counts(
        self, dims: Sequence[Dim], weight: str | None = None, where: Sequence[Predicate] = ()
    ) -> npt.NDArray[np.float64]:
        """An n-dimensional cube of counts, or of sums of ``weight``."""
        ...

    def moments(self, columns: Sequence[str], where: Sequence[Predicate] = ()) -> Moments:
        """Pairwise-complete moments of number columns."""
        ...

    def summarise(
        self,
        keys: Sequence[str],
        aggregates: Mapping[str, tuple[str, Aggregate]],
        where: Sequence[Predicate] = (),
    ) -> pd.DataFrame:
        """A group-by: ``{new name: (column, aggregate)}``, a row a combination of keys."""
        ...

    def by_customer(self, aggregates: Mapping[str, tuple[str, Aggregate]]) -> Table:
        """A table of one row per customer, in the order of the sorted ids."""
        ...

    def derive(self, name: str, expression: nw.Expr | npt.NDArray[Any]) -> Table:
        """The same rows with one more column."""
        ...

    def semi_join(self, customers: Sequence[Hashable]) -> Table:
        """The rows of these customers."""
        ...

    def sample(self, n: int, seed: int = 0) -> pd.DataFrame:
        """At most ``n`` rows without replacement, the same for the same seed."""
        ...

    def rows(
        self,
        where: Sequence[Predicate] = (),
        columns: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """The rows themselves, as pandas."""
        ...
