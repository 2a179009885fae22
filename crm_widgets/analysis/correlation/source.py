"""The table that correlations are computed from, and a cache of what was computed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ...data.in_memory.table import ArrayTable
from ...data.machine.result_cache import ResultCache
from ...data.roles import Transactions
from ...data.scope import Data, Known, Scope
from ...data.vocabulary.clauses import Group
from ...data.vocabulary.notes import Note
from ...errors import AnalysisError
from .columns import MixedColumns, mixed_columns, table_of
from .compare import CorrelationComparison, compare_correlations
from .correlate import Correlation, correlate
from .levels import plain
from .pair import PairView, pair_view
from .target_rates import YES, TargetRates, target_rates

Mask = npt.NDArray[np.bool_]

CAPACITY = 12
"""Results that are cached, so that going back is immediate."""
MOST_LEVELS = 12

RESTRICTS: Mapping[str, tuple[str, ...]] = {
    "r_score": ("recency_days",),
    "f_score": ("frequency",),
    "m_score": ("monetary",),
    "segment": ("recency_days", "frequency", "monetary"),
}
"""Measures whose range is cut by a condition on what was made from them."""


@dataclass(frozen=True, eq=False)
class CorrelationSource:
    """A table ready to be correlated.

    ``table`` has the rows that are correlated: those of a table of customers, or what a log says
    of each customer. ``names`` are its columns with the names a reader knows. ``axes`` are
    the edges of bins that were used last, which stay where they still suit.
    """

    data: Data
    table: ArrayTable
    names: Mapping[str, str]
    columns: MixedColumns
    notes: tuple[Note, ...]
    axes: dict[str, tuple[float, ...]] = field(default_factory=dict, repr=False)
    _cache: ResultCache = field(default_factory=lambda: ResultCache(CAPACITY), repr=False)

    @property
    def is_log(self) -> bool:
        """Whether the rows are customers measured from a log."""
        return isinstance(self.data, Transactions)

    @cached_property
    def usable(self) -> tuple[str, ...]:
        """Columns that can be correlated; never the ids of the customers."""
        ids = self.names.get("customer")
        return tuple(name for name in self.columns.names if name != ids)

    @cached_property
    def fields(self) -> dict[str, str]:
        """Field of the table behind each column."""
        return {shown: own for own, shown in self.names.items()}

    @cached_property
    def read_from_text(self) -> frozenset[str]:
        """Fields whose numbers came as text: the frame's own column cannot be brushed."""
        return frozenset(
            own
            for own, shown in self.names.items()
            if self.columns.kinds.get(shown) == "number" and self.table.kinds[own] == "category"
        )

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Columns that are numbers, times or bools."""
        return tuple(name for name in self.usable if name in self.columns.numbers)

    @cached_property
    def whole_numbers(self) -> frozenset[str]:
        """Number columns that hold whole numbers only."""
        return frozenset(
            name
            for name in self.numbers
            if self.columns.kinds[name] == "number"
            and not np.nan_to_num(self.columns.numbers[name] % 1).any()
        )

    @cached_property
    def grouping(self) -> dict[str, tuple[Hashable, ...]]:
        """Columns of a few levels, which are ordered with the one worth comparing first."""
        found = {}
        for name in self.usable:
            levels, counts = self._levels(name)
            if 2 <= len(levels) <= MOST_LEVELS:
                order = np.argsort(-counts, kind="stable")
                ordered = [levels[i] for i in order]
                if len(levels) == 2:
                    yes = [level for level in levels if plain(level).casefold() in YES]
                    first = yes[0] if len(yes) == 1 else ordered[1]
                    ordered = [first, *(level for level in ordered if level != first)]
                found[name] = tuple(ordered)
        return found

    def _levels(self, name: str) -> tuple[list[Any], npt.NDArray[np.int64]]:
        if name in self.columns.codes:
            codes, levels = self.columns.codes[name], self.columns.levels[name].tolist()
            return levels, np.bincount(codes[codes >= 0], minlength=len(levels))
        values = self.columns.numbers[name]
        present = values[~np.isnan(values)]
        if self.columns.kinds[name] == "time" or len(np.unique(present[:1000])) > MOST_LEVELS:
            return [], np.empty(0, np.int64)
        levels_, counts = np.unique(present, return_counts=True)
        return levels_.tolist(), counts

    @cached_property
    def known(self) -> Known | None:
        """What clauses can name beside the columns of the frame."""
        if not self.is_log and not self.read_from_text:
            return None
        customers = self.table.rows().set_index("customer")
        for own in self.read_from_text:
            customers[own] = self.columns.numbers[self.names[own]]
        as_of = next((n.values["as_of"] for n in self.notes if n.key == "customers_of_log"), None)
        return Known(customers, as_of=as_of)  # type: ignore[arg-type]

    @property
    def left_out(self) -> tuple[Note, ...]:
        """What cannot be correlated, by reason."""
        found = self.columns.left_out
        if self.is_log:
            found = found[found["column"] != "customer"]
        return tuple(
            Note(f"left_out_{reason}", len(names), {"columns": ", ".join(names.astype(str))})
            for reason, names in found.groupby("reason", sort=False)["column"]
        )

    def rows(self, scope: Scope) -> Mask:
        """Rows of ``table`` that a selection selects."""
        return scope.mask() if self.is_log else scope.rows()

    def restricted(self, fields: Collection[str]) -> frozenset[str]:
        """Columns whose range is cut by conditions on some fields."""
        cut = {name for one in fields for name in (one, *RESTRICTS.get(one, ()))}
        return frozenset(self.names.get(name, name) for name in cut)

    def correlation(
        self, rows: Mask, restricted: Collection[str], columns: Sequence[str] | None, **options: Any
    ) -> Correlation:
        """The coefficients of some rows."""
        chosen = self._chosen(columns)

        def make() -> Correlation:
            here = None if rows.all() else rows
            found = correlate(self.source, columns=chosen, rows=here, **options)
            pairs = found.pairs
            cut = pairs["a"].isin(restricted) | pairs["b"].isin(restricted)
            if not cut.any():
                return found
            note = Note("range_restricted", int(cut.sum()))
            return replace(found, pairs=pairs.assign(restricted=cut), notes=(*found.notes, note))

        key = ("correlation", _digest(rows), frozenset(restricted), chosen, _plain(options))
        found: Correlation = self._cache.get_or_compute(key, make)
        return found

    def comparison(
        self, a: Mask, b: Mask, restricted: Collection[str], columns: Sequence[str] | None,
        **options: Any,
    ) -> CorrelationComparison:  # fmt: skip
        """How the coefficients of two groups of rows differ."""
        chosen = self._chosen(columns)
        key = ("comparison", _digest(a), _digest(b), frozenset(restricted), chosen, _plain(options))
        found: CorrelationComparison = self._cache.get_or_compute(
            key,
            lambda: compare_correlations(
                self.source, [self._group("a", a)], [self._group("b", b)], restricted=restricted,
                columns=chosen, **options,
            ),
        )  # fmt: skip
        return found

    def rates(
        self, rows: Mask, columns: Sequence[str] | None, target: str, positive: Hashable
    ) -> TargetRates:
        """How often the target happens at each level of the columns."""
        chosen = self._chosen(columns)

        def make() -> TargetRates:
            names = tuple(dict.fromkeys((*chosen, target)))
            return target_rates(replace(self.columns, names=names).at(rows), target, positive)

        key = ("rates", _digest(rows), chosen, target, positive)
        found: TargetRates = self._cache.get_or_compute(key, make)
        return found

    def pair(self, a: str, b: str, rows: Mask | None = None) -> PairView:
        """What two columns look like in some rows; all of them, by default."""
        some = rows is not None and not rows.all()
        key = ("pair", a, b, _digest(rows) if some and rows is not None else "")
        where = [self._group("rows", rows)] if some and rows is not None else []

        def make() -> PairView:
            made = pair_view(self.source, a, b, where=where, drawn=self.axes)
            if made.kind == "numbers":
                self.axes.update({a: made.edges_a, b: made.edges_b})
            return made

        found: PairView = self._cache.get_or_compute(key, make)
        return found

    @property
    def source(self) -> Any:
        """What the analysis takes."""
        return self.table if self.is_log else self.data

    def level_rows(self, column: str, level: Hashable) -> Mask:
        """Rows that have a level of a column."""
        if column in self.columns.codes:
            place = self.columns.levels[column].tolist().index(level)
            return np.asarray(self.columns.codes[column] == place)
        return np.asarray(self.columns.numbers[column] == level)

    def present(self, column: str) -> Mask:
        """Rows that have any level of a column."""
        if column in self.columns.codes:
            return np.asarray(self.columns.codes[column] >= 0)
        return ~np.isnan(self.columns.numbers[column])

    def _chosen(self, columns: Sequence[str] | None) -> tuple[str, ...]:
        chosen = self.usable if columns is None else tuple(columns)
        if len(chosen) < 2:
            listed = ", ".join(self.columns.left_out["column"].astype(str)) or "–"
            raise AnalysisError("too_few_columns", n=len(chosen), left_out=listed)
        return chosen

    def _group(self, name: str, rows: Mask) -> Group:
        ids, codes = self.table.ids, self.table.codes("customer")
        return Group(name, frozenset(ids[codes[rows]]))


def correlation_source(data: Data, axes: dict[str, tuple[float, ...]]) -> CorrelationSource:
    """Read which columns of a table can be correlated; a log is measured first."""
    table, names, said = table_of(data)
    columns = mixed_columns(table, names)
    read = {note.values["column"] for note in columns.notes}
    kept = [n for n in said if n.key != "text_numbers" or n.values["column"] not in read]
    return CorrelationSource(data, table, names, columns, tuple(kept), axes=axes)


def _digest(rows: Mask | None) -> str:
    packed = b"" if rows is None else np.packbits(rows).tobytes()
    return hashlib.sha1(packed, usedforsecurity=False).hexdigest()


def _plain(options: Mapping[str, Any]) -> tuple[tuple[str, Hashable], ...]:
    return tuple(sorted(options.items()))
