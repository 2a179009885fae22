"""Table over in-memory columns: NumPy on integer codes that are built once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from ... import errors
from ..vocabulary.clauses import Predicate
from ..vocabulary.table import Aggregate, Dim, Kind, Moments
from .bins import clause_mask, members
from .codes import Codes, Floats
from .column import ALL, Column, Rows, as_column
from .concatenate import Loader, already_loaded, load_appended
from .count_cache import CountCache
from .cubes import Coded
from .moments import Summed, pairwise, pairwise_on
from .summaries import Aggregates, kinds_of, level_counts, per_customer, quantile_frame, summary


class ArrayTable:
    """Columns of equal length in memory, each with a kind.

    Parameters
    ----------
    columns
        A mapping of names to arrays, or a pandas frame. Nothing is copied: do not change
        the arrays afterwards.
    customer
        The column of customer ids, if there is one of this name.

    Examples
    --------
    >>> table = ArrayTable({"customer": ["b", "a", "b"], "amount": [1.0, 2.0, 4.0]})
    >>> table.by_customer({"money": ("amount", "sum")}).rows()
      customer  money
    0        a    2.0
    1        b    5.0
    """

    def __init__(
        self, columns: Mapping[str, Any] | pd.DataFrame, *, customer: str | None = "customer"
    ) -> None:
        named = columns.items() if isinstance(columns, Mapping) else list(columns.items())
        made = {str(name): as_column(str(name), values) for name, values in named}
        n = next((len(column.values) for column in made.values()), 0)
        for name, column in made.items():
            if (length := len(column.values)) != n:
                raise errors.InputError("wrong_length", column=name, n=length, expected=n)
        loaders = {name: already_loaded(column) for name, column in made.items()}
        self._start(loaders, kinds_of(made), n, customer if customer in made else None)

    def _start(
        self, loaders: Mapping[str, Loader], kinds: Mapping[str, Kind], n: int, customer: str | None
    ) -> None:
        self._columns: dict[str, Column] = {}
        self._loaders, self._kinds = dict(loaders), MappingProxyType(dict(kinds))
        self._n, self._customer = n, customer
        self._count_cache = CountCache()
        self._sums: dict[tuple[str, ...], Summed] = {}

    @classmethod
    def lazily(
        cls, loaders: Mapping[str, Loader], kinds: Mapping[str, Kind], n: int, customer: str | None
    ) -> ArrayTable:
        """A table whose columns are read when first asked for."""
        table = cls.__new__(cls)
        table._start(loaders, kinds, n, customer)
        return table

    def __repr__(self) -> str:
        return f"<ArrayTable: {self._n:,} rows, {len(self._kinds)} columns>"

    @property
    def n(self) -> int:
        """Number of rows."""
        return self._n

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Columns in order, each with its kind."""
        return self._kinds

    @property
    def ids(self) -> pd.Index[Any]:
        """The customers of the table, sorted."""
        return self._customers().levels

    def numbers(self, column: str, rows: slice = ALL) -> Floats:
        """Rows of a number, bool or time column as floats (epoch ms); NaN: missing or infinite."""
        return self._column(column).numbers_at(rows)

    def codes(self, column: str) -> Codes:
        """Position of each value in the sorted distinct values of the column; missing is -1."""
        return self._column(column).codes

    def codes_at(self, column: str, rows: slice | Rows) -> Codes:
        """The codes of some rows."""
        return self._column(column).codes_at(rows)

    def distinct(self, column: str) -> pd.Index[Any]:
        """The distinct values that ``codes`` point into: sorted, times in epoch ms."""
        return self._column(column).levels

    def _column(self, name: str) -> Column:
        if name not in self._kinds:
            raise errors.missing_column(name, self._kinds)
        while (found := self._columns.get(name)) is None:
            loader = self._loaders.get(name)
            if loader is not None:
                self._columns[name] = loader()
                # what it was made of is not needed any more
                self._loaders.pop(name, None)
        return found

    def extend_from(self, old: ArrayTable) -> None:
        """Take over codes, bins and sums of ``old``, to which rows were appended."""
        for name, column in list(old._columns.items()):
            load = self._loaders.get(name)
            if load is not None and column.is_coded:
                self._loaders[name] = load_appended(column.without_values(), old.n, load)
        self._count_cache.extend_from(old._count_cache)
        self._sums = dict(old._sums)

    def _customers(self) -> Column:
        if self._customer is None:
            raise errors.InputError("no_customers")
        return self._column(self._customer)

    def extent(self, columns: Sequence[str]) -> dict[str, tuple[float, float]]:
        """Smallest and largest finite value of each column (times: epoch ms); NaN if none."""
        found = {}
        for name in columns:
            values = self._column(name).numbers
            some = values.size and not np.isnan(values).all()
            ends = (np.nanmin(values), np.nanmax(values)) if some else (np.nan, np.nan)
            found[name] = float(ends[0]), float(ends[1])
        return found

    def levels(self, column: str, top: int = 30) -> pd.DataFrame:
        """Categories with counts: ``level``, ``n``; most frequent first, ties in sorted order.

        Missing values are no level; ``counts([Levels(column, (None,))])`` counts them.
        """
        return level_counts(self._column(column), top)

    def quantiles(
        self, columns: Sequence[str], q: Sequence[float], by: str | None = None
    ) -> pd.DataFrame:
        """Cut points, linear between neighbours; a row a quantile, a column a column.

        The index is ``q``, or (``by``, ``q``). Missing values are left out; of none, NaN.
        """
        named = {name: self._column(name) for name in columns}
        return quantile_frame(named, q, None if by is None else self._column(by), self._n)

    def binned(self, dim: Dim) -> Coded:
        """Bin of each row, and the number of bins; rows in no bin have that number."""
        return self._count_cache.bins.get(dim, self._column(dim.column))

    def counts(
        self,
        dims: Sequence[Dim],
        weight: str | None = None,
        where: Sequence[Predicate] | npt.NDArray[np.bool_] = (),
    ) -> npt.NDArray[np.float64]:
        """An n-dimensional cube of counts, or of sums of ``weight`` (missing counts as 0).

        ``where`` may also be a mask of the rows.
        """
        [found] = self.counts_many(dims[:1], [dims[1:]], weight, where)
        return found

    def counts_many(
        self,
        shared: Sequence[Dim],
        others: Sequence[Sequence[Dim]],
        weight: str | None = None,
        where: Sequence[Predicate] | npt.NDArray[np.bool_] = (),
    ) -> list[npt.NDArray[np.float64]]:
        """For each of ``others`` the cube of ``counts([*shared, *other])``, all in one pass."""
        mask = where if isinstance(where, np.ndarray) else self.mask(where) if where else None
        values = None if weight is None else self._column(weight).numbers
        return self._count_cache.cubes(shared, others, self._column, self._n, values, mask)

    def moments(self, columns: Sequence[str], where: Sequence[Predicate] = ()) -> Moments:
        """Pairwise-complete moments of number columns."""
        key, chosen = tuple(columns), [self._column(name) for name in columns]
        if where:
            return pairwise(key, [column.numbers for column in chosen], self.mask(where))
        numbers = [column.numbers_from for column in chosen]
        found, self._sums[key] = pairwise_on(key, numbers, self._sums.get(key))
        return found

    def summarise(
        self,
        keys: Sequence[str],
        aggregates: Mapping[str, tuple[str, Aggregate]],
        where: Sequence[Predicate] = (),
    ) -> pd.DataFrame:
        """A group-by: a row a combination of keys that occurs, sorted, missing keys last.

        Key columns come first, then the aggregates: missing values are left out of each,
        ``("*", "n")`` counts rows; of no values a sum is 0 and the rest NaN. Times are epoch ms.
        Without keys there is one row.
        """
        if where:
            return self.at(self.mask(where)).summarise(keys, aggregates)
        return summary([self._column(key) for key in keys], self._aggregates(aggregates), self._n)

    def by_customer(self, aggregates: Mapping[str, tuple[str, Aggregate]]) -> ArrayTable:
        """A table of one row per customer, in the order of the sorted ids."""
        customers = self._customers()
        if (customers.codes < 0).any():
            return self.at(customers.codes >= 0).by_customer(aggregates)
        made = per_customer(customers, self._aggregates(aggregates))
        loaders = {name: already_loaded(column) for name, column in made.items()}
        return self.lazily(loaders, kinds_of(made), len(customers.levels), "customer")

    def derive(self, name: str, expression: nw.Expr | npt.NDArray[Any]) -> ArrayTable:
        """The same rows with one more column, or another in its place.

        An expression sees the columns as ``rows`` shows them: times are naive datetimes.
        """
        if isinstance(expression, nw.Expr):
            frame = nw.from_native(self.rows(), eager_only=True)
            values: Any = frame.select(expression.alias(name)).to_native()[name]
            if len(values) == 1 != self._n:
                values = np.repeat(values.to_numpy(), self._n)
        else:
            values = expression
        column = as_column(name, values)
        if (n := len(column.values)) != self._n:
            raise errors.InputError("wrong_length", column=name, n=n, expected=self._n)
        loaders = {old: partial(self._column, old) for old in self._kinds}
        loaders[name] = partial(as_column, name, column)
        kinds = dict(self._kinds) | {name: column.kind}
        return self.lazily(loaders, kinds, self._n, self._customer)

    def semi_join(self, customers: Sequence[Hashable]) -> ArrayTable:
        """The rows of these customers."""
        return self.at(self.members(customers))

    def members(self, customers: Iterable[Hashable]) -> npt.NDArray[np.bool_]:
        """Which rows are of these customers."""
        return members(self._customers(), customers)

    def mask(self, where: Sequence[Predicate]) -> npt.NDArray[np.bool_]:
        """Which rows satisfy every predicate."""
        found = np.ones(self._n, bool)
        for predicate in where:
            found &= clause_mask(predicate, self._column, self._customers)
        return found

    def sample(self, n: int, seed: int = 0) -> pd.DataFrame:
        """At most ``n`` rows without replacement, in order, the same for the same seed."""
        if n >= self._n:
            return self.rows()
        chosen = np.random.default_rng(seed).choice(self._n, n, replace=False, shuffle=False)
        return self._shown(np.sort(chosen), list(self._kinds))

    def rows(
        self,
        where: Sequence[Predicate] = (),
        columns: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """The rows as pandas, indexed by their position in the table; times are datetimes."""
        names = list(self._kinds) if columns is None else list(columns)
        if not where and limit is None:
            return self._shown(None, names)
        return self._shown(np.flatnonzero(self.mask(where))[:limit], names)

    def _shown(self, rows: npt.NDArray[np.intp] | None, names: Sequence[str]) -> pd.DataFrame:
        index = pd.RangeIndex(self._n) if rows is None else pd.Index(rows)
        columns = {name: self._column(name) for name in names}
        taken = columns if rows is None else {n: one.take(rows) for n, one in columns.items()}
        found = {name: column.to_series().set_axis(index) for name, column in taken.items()}
        return pd.DataFrame(found, index=index)

    def _aggregates(self, named: Mapping[str, tuple[str, Aggregate]]) -> Aggregates:
        return {
            name: (None if column == "*" and how == "n" else self._column(column), how)
            for name, (column, how) in named.items()
        }

    def at(self, rows: Rows) -> ArrayTable:
        """The rows at these positions, or where this is true."""
        n = int(rows.sum()) if rows.dtype == bool else len(rows)
        names = self._kinds
        loaders = {name: partial(lambda one: self._column(one).take(rows), name) for name in names}
        return ArrayTable.lazily(loaders, self._kinds, n, self._customer)
