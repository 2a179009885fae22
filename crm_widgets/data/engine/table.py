"""Table over an engine: the verbs as narwhals expressions that the engine runs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError, missing_column
from ..in_memory.table import ArrayTable
from ..machine.result_cache import ResultCache
from ..vocabulary.clauses import Group, Predicate
from ..vocabulary.table import Aggregate, Dim, Kind, Moments
from .expressions import bin_of, holds, number, together
from .moments import lazy_moments
from .source import Frame, LazySource, ids_of, in_turn
from .summaries import in_memory, lazy_quantiles, lazy_summary, milliseconds

N = "crm_widgets_n"
CAPACITY = 16
"""Results of clauses that are cached, so that the same brush is not queried twice."""


class LazyTable:
    """Columns of a table in an engine. What is asked is reduced there; only answers are fetched.

    Parameters
    ----------
    source
        The table.
    columns
        Expressions on its columns, by the names under which they are known here.
    kinds
        What each of them holds.
    keep
        Which rows to use; all by default.
    customer
        The column of customer ids among ``columns``, and the column of the table behind it.

    Notes
    -----
    As ``ArrayTable`` in all it answers. ``by_customer`` and ``rows`` give what fits in memory;
    rows come in no order, and without one they have no positions and no masks.
    """

    def __init__(
        self,
        source: LazySource,
        columns: Mapping[str, nw.Expr],
        kinds: Mapping[str, Kind],
        *,
        keep: nw.Expr | None = None,
        customer: tuple[str, str] | None = None,
    ) -> None:
        self.source, self.columns, self.keep = source, dict(columns), keep
        self._kinds, self.customer = MappingProxyType(dict(kinds)), customer
        self.kept: Frame = source.frame if keep is None else source.frame.filter(keep)
        self._n: int | None = None
        self._customers_by_clauses = ResultCache(CAPACITY)

    def __repr__(self) -> str:
        return f"<LazyTable in {self.source.engine}: {len(self._kinds)} columns>"

    @property
    @in_turn
    def n(self) -> int:
        """Number of rows; counted when first asked for."""
        if self._n is None:
            self._n = int(self.source.row(self.kept.select(n=nw.len()))["n"])
        return self._n

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Columns in order, each with its kind."""
        return self._kinds

    def field(self, name: str) -> tuple[nw.Expr, Kind]:
        """The expression and the kind of a column."""
        if name not in self._kinds:
            raise missing_column(name, self._kinds)
        return self.columns[name], self._kinds[name]

    @in_turn
    def query(self, columns: Sequence[str], where: Sequence[Predicate] = ()) -> Frame:
        """These columns of the rows that satisfy every predicate, to be asked on."""
        return self._where(where).select(
            **{name: self.field(name)[0] for name in dict.fromkeys(columns)}
        )

    @in_turn
    def native(self, where: Sequence[Predicate] = (), ids: pd.Index[Any] | None = None) -> Any:
        """Rows of the caller's table, of its kind: those of some customers, or of all."""
        found = self._where(where)
        if ids is not None:
            found = self.source.of(found, self._customer()[1], ids)
        return nw.to_native(found)

    @property
    def behind_customer(self) -> str:
        """The column of the frame that holds the customers."""
        return self._customer()[1]

    def _where(self, where: Sequence[Predicate]) -> Frame:
        condition = together([holds(p, self.field) for p in where if not isinstance(p, Group)])
        found = self.kept if condition is None else self.kept.filter(condition)
        for predicate in where:
            if isinstance(predicate, Group):
                ids = pd.Index(list(predicate.customers))
                found = self.source.of(found, self._customer()[1], ids)
        return found

    def _customer(self) -> tuple[str, str]:
        if self.customer is None:
            raise InputError("no_customers")
        return self.customer

    @in_turn
    def customers_where(self, where: Sequence[Predicate]) -> pd.Index[Any]:
        """The customers with a row that satisfies every predicate, in no order."""

        def query() -> pd.Index[Any]:
            who = self._customer()[0]
            rows = self.query([who], where).group_by(who).agg(nw.len().alias(N))
            return ids_of(self.source.collect(rows), who)

        return self._customers_by_clauses.get_or_compute(tuple(where), query)

    @in_turn
    def extent(self, columns: Sequence[str]) -> dict[str, tuple[float, float]]:
        """Smallest and largest finite value of each column (times: epoch ms); NaN if none."""
        asked: dict[str, nw.Expr] = {}
        for place, name in enumerate(columns):
            values = self._ordered(name)
            asked |= {f"lo{place}": values.min(), f"hi{place}": values.max()}
        found = self.source.row(self.kept.select(**asked)) if asked else {}
        return {
            name: (milliseconds(found[f"lo{place}"]), milliseconds(found[f"hi{place}"]))
            for place, name in enumerate(columns)
        }

    def _ordered(self, name: str) -> nw.Expr:
        column, kind = self.field(name)
        return column if kind == "time" else number(self.field, name)

    @in_turn
    def levels(self, column: str, top: int = 30) -> pd.DataFrame:
        """Categories with counts: ``level``, ``n``; most frequent first, ties in sorted order."""
        rows = self.query([column]).filter(~nw.col(column).is_null())
        found = self.source.collect(rows.group_by(column).agg(nw.len().alias(N)))
        level = in_memory(found, column, self._kinds[column])
        table = pd.DataFrame({"level": level, "n": found[N].to_numpy()})
        table = table.sort_values("level").sort_values("n", ascending=False, kind="stable")
        return table.head(top).reset_index(drop=True).astype({"n": np.int64})

    @in_turn
    def quantiles(
        self, columns: Sequence[str], q: Sequence[float], by: str | None = None
    ) -> pd.DataFrame:
        """Cut points, linear between neighbours; a row a quantile, a column a column."""
        rows = self.kept.select(
            **{name: number(self.field, name) for name in columns},
            **({} if by is None else {N: self.field(by)[0]}),
        )
        return lazy_quantiles(self.source, rows, columns, q, by, N)

    @in_turn
    def counts(
        self, dims: Sequence[Dim], weight: str | None = None, where: Sequence[Predicate] = ()
    ) -> npt.NDArray[np.float64]:
        """An n-dimensional cube of counts, or of sums of ``weight`` (missing counts as 0)."""
        bins = [bin_of(dim, self.field) for dim in dims]
        names = [f"bin{place}" for place in range(len(dims))]
        asked = {name: place for name, (place, _) in zip(names, bins, strict=True)}
        if weight is not None:
            asked[N] = number(self.field, weight)
        sums = (nw.len() if weight is None else nw.col(N).sum()).alias("total")
        rows = self._where(where)
        if not dims:
            rows = rows.select(**asked) if asked else rows
            return np.array(float(self.source.row(rows.select(sums))["total"] or 0))
        rows = rows.select(**asked).drop_nulls(names)
        found = self.source.collect(rows.group_by(*names).agg(sums))
        cube = np.zeros(tuple(width for _, width in bins))
        at = tuple(found[name].to_numpy().astype(np.intp) for name in names)
        cube[at] = np.nan_to_num(found["total"].to_numpy().astype(np.float64))
        return cube

    @in_turn
    def moments(self, columns: Sequence[str], where: Sequence[Predicate] = ()) -> Moments:
        """Pairwise-complete moments of number columns, of centred values."""
        numbers = {f"x{at}": number(self.field, name) for at, name in enumerate(columns)}
        rows = self._where(where).select(**numbers)
        return lazy_moments(self.source, tuple(columns), rows)

    @in_turn
    def summarise(
        self,
        keys: Sequence[str],
        aggregates: Mapping[str, tuple[str, Aggregate]],
        where: Sequence[Predicate] = (),
    ) -> pd.DataFrame:
        """A group-by: a row a combination of keys that occurs, sorted, missing keys last."""
        taken = {column for column, _ in aggregates.values() if column != "*"}
        rows = self.query([*keys, *taken], where)
        return lazy_summary(self.source, rows, self._kinds, keys, aggregates)

    @in_turn
    def by_customer(self, aggregates: Mapping[str, tuple[str, Aggregate]]) -> ArrayTable:
        """A table of one row per customer, in the order of the sorted ids; in memory."""
        who = self._customer()[0]
        found = self.summarise([who], aggregates)
        return ArrayTable(found[found[who].notna()].rename(columns={who: "customer"}))

    @in_turn
    def derive(self, name: str, expression: nw.Expr | npt.NDArray[Any]) -> LazyTable:
        """The same rows with one more column, or another in its place: an expression.

        It sees the columns under the names that they have here; nothing is computed yet.
        """
        if not isinstance(expression, nw.Expr):
            raise InputError("no_positions", engine=self.source.engine)
        rows = self.query(list(self._kinds)).with_columns(expression.alias(name))
        source = LazySource(nw.to_native(rows), {c: c for c in self._kinds}, self.source.origin)
        kinds = dict(self._kinds) | {name: source.kinds[name]}
        who = None if self.customer is None else (self.customer[0], self.customer[0])
        return LazyTable(source, {c: nw.col(c) for c in kinds}, kinds, customer=who)

    @in_turn
    def semi_join(self, customers: Sequence[Hashable]) -> LazyTable:
        """The rows of these customers."""
        who, behind = self._customer()
        rows = self.source.of(self.kept, behind, pd.Index(list(customers)))
        source = LazySource(nw.to_native(rows), self.source.columns, self.source.origin)
        return LazyTable(source, self.columns, self._kinds, customer=(who, behind))

    @in_turn
    def sample(self, n: int, seed: int = 0) -> pd.DataFrame:
        """All rows of customers drawn at random, at most ``n`` rows; the same for the same seed."""
        who = self._customer()[0]
        rows = self.summarise([who], {N: ("*", "n")})
        drawn = rows[rows[who].notna()].sample(frac=1, random_state=seed)
        chosen = drawn[who][drawn[N].cumsum() <= n]
        found = self.semi_join(chosen.tolist()).rows()
        return found.sort_values(list(self._kinds), kind="stable").reset_index(drop=True)

    @in_turn
    def rows(
        self,
        where: Sequence[Predicate] = (),
        columns: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """The rows as pandas, in no order: all of them, so ask for some; times are datetimes."""
        names = list(self._kinds) if columns is None else list(columns)
        query = self.query(names, where)
        found = self.source.collect(query if limit is None else query.head(limit))
        return pd.DataFrame({name: found[name].to_arrow().to_pandas() for name in names})
