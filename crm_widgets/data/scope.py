"""A selection as one widget sees it: which of its customers, and which rows of its table."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from .comparable_groups import Groups
from .engine.log import LazyLog
from .gestures import Gesture, fields_of
from .in_memory.table import ArrayTable
from .roles import Customers, Transactions
from .shown import Outline, shown_in
from .vocabulary.clauses import Box, Clause, Group, Interval, Predicate

Data: TypeAlias = Transactions | Customers
Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Known:
    """What a result knows of customers: a row each, indexed by id.

    ``model_fields`` are the columns that belong to the model ``fingerprint``; the others are
    features, computed as of ``as_of``. ``unlisted`` are left out of the table of customers.
    ``facts`` say nothing of what a customer did after his start.
    """

    customers: pd.DataFrame
    model_fields: frozenset[str] = frozenset()
    fingerprint: str | None = None
    as_of: dt.date | None = None
    unlisted: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()

    @cached_property
    def table(self) -> ArrayTable:
        """The same as a table, without the ids."""
        columns = {
            # text is coded as it is, and not made into objects
            str(name): values if isinstance(values.dtype, pd.StringDtype) else values.to_numpy()
            for name, values in self.customers.items()
        }
        return ArrayTable(columns, customer=None)


Ground: TypeAlias = tuple[Data, Known | None]
"""A table, and what is known of its customers: what clauses can be answered from."""


def table_of(data: Data) -> str:
    """Tells the schema of a table apart from others: its kind, columns and their kinds."""
    schema = repr((type(data).__name__, list(data.table.kinds.items())))
    return hashlib.sha1(schema.encode(), usedforsecurity=False).hexdigest()[:12]


def owns(clause: Clause, data: Data, known: Known | None) -> bool:
    """Whether a clause can be answered from this table and what is known of its customers."""
    fields = fields_of(clause.predicate)
    if isinstance(clause.predicate, Group):
        return True
    if clause.space == "column":
        return clause.table in ("", table_of(data)) and all(f in data.table.kinds for f in fields)
    if known is None or not all(name in known.customers.columns for name in fields):
        return False
    if clause.space == "model":
        return clause.model == known.fingerprint
    return clause.as_of is None or clause.as_of == known.as_of


def log_of(data: Data) -> LazyLog | None:
    """The log that stays in an engine, if it is one: its rows have no masks."""
    return data.log if isinstance(data, Transactions) else None


def _is_group(clause: Clause) -> bool:
    return isinstance(clause.predicate, Group)


@dataclass(frozen=True, eq=False)
class Scope:
    """A selection resolved on one table.

    Parameters
    ----------
    data, known
        The table, and what an analysis knows of its customers.
    gestures
        The whole selection.
    elsewhere
        For gestures that speak of another table or model: the customers they select, by the
        id of the gesture.
    named
        The groups that can be compared: those with a name, and segments of linked widgets.
    widget
        The name of the widget, which begins the sources of what is selected in its views.
    views
        What the views of the widget can show.
    grounds
        What linked widgets can answer from; they may have to be waited for.
    """

    data: Data
    known: Known | None
    gestures: tuple[Gesture, ...] = ()
    elsewhere: Mapping[str, pd.Index[Any]] = field(default_factory=dict)
    named: Groups = field(default_factory=Groups)
    widget: str = ""
    views: tuple[Outline, ...] = ()
    grounds: Callable[[], Iterable[Ground]] = tuple
    _parts: dict[tuple[Gesture, ...], Scope] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.gestures)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses."""
        return tuple(clause for gesture in self.gestures for clause in gesture.clauses)

    @property
    def universe(self) -> pd.Index[Any]:
        """The customers there are: those of the result, else those of the table."""
        return self.data.ids if self.known is None else self.known.customers.index

    def showing(self, *views: Outline) -> Scope:
        """The same for a widget that has these views, which may show some of the conditions."""
        return replace(self, views=views, _parts={})

    def own(self, *views: str) -> Scope:
        """What these views show: brushed or picked in them, or set from Python and shown there.

        Without a name, what any view of the widget shows.
        """
        return self.only(g for g in self.gestures if self._in(g, views))

    def others(self, *views: str) -> Scope:
        """All but what these views show; without a name, what no view of the widget shows."""
        return self.only(g for g in self.gestures if not self._in(g, views))

    @cached_property
    def shown(self) -> dict[str, str]:
        """The view that shows a gesture, by the id of the gesture, if one does."""
        return shown_in(self.gestures, self.views, self.widget)

    def _in(self, gesture: Gesture, views: tuple[str, ...]) -> bool:
        view = self.shown.get(gesture.id)
        return view is not None and (not views or view in views)

    def interval(self, field: str) -> tuple[float, float]:
        """The ends that conditions leave to a field; infinite where there is none."""
        lo, hi = -math.inf, math.inf
        for clause in self.clauses:
            predicate = clause.predicate
            parts = (predicate.x, predicate.y) if isinstance(predicate, Box) else (predicate,)
            for part in parts:
                if isinstance(part, Interval) and part.field == field:
                    lo, hi = max(lo, part.lo), min(hi, part.hi)
        return lo, hi

    def only(self, gestures: Iterable[Gesture]) -> Scope:
        """The same table with some of the gestures; the same scope, if that is all of them."""
        some = tuple(gestures)
        if some == self.gestures:
            return self
        if some not in self._parts:
            self._parts[some] = replace(self, gestures=some, _parts={})
        return self._parts[some]

    def mask(self) -> Mask:
        """Which customers of ``universe`` are selected."""
        return self._masks[0]

    def rows(self) -> Mask:
        """Which rows of ``data.table`` are selected."""
        found = self._masks[1]
        return np.ones(self.data.table.n, bool) if found is None else found

    def ids(self) -> pd.Index[Any]:
        """The selected customers."""
        return self.universe[self.mask()]

    @cached_property
    def n(self) -> int:
        """Number of customers selected."""
        return int(self.mask().sum())

    def frame(self) -> Any:
        """The selected rows, of the caller's type and with their own index."""
        if self.data.in_engine is not None:
            conditions, by_customer = self._on_rows(self.gestures)
            return self.data.in_engine.native(conditions, self.ids() if by_customer else None)
        return self.data.rows_where(self.rows())

    @property
    def lost(self) -> tuple[Gesture, ...]:
        """Gestures that nobody can answer; they select nothing and leave nothing out."""
        return tuple(
            gesture
            for gesture in self.gestures
            if gesture.id not in self.elsewhere
            and not all(owns(clause, self.data, self.known) for clause in gesture.clauses)
        )

    @property
    def without_customers(self) -> tuple[Gesture, ...]:
        """Gestures that select customers elsewhere of whom none is here."""
        return tuple(
            gesture
            for gesture in self.gestures
            if len(ids := self.elsewhere.get(gesture.id, ())) and not self.universe.isin(ids).any()
        )

    def customers(self) -> pd.DataFrame:
        """The selected customers as the result has them, ids first; else their table's rows."""
        if self.known is None:
            if log_of(self.data) is not None:
                return self.ids().to_frame(index=False, name="customer")
            at = self.data.table.rows(columns=list(self.data.table.kinds))
            return at[self.rows()].drop_duplicates("customer")
        found = self.known.customers.drop(columns=list(self.known.unlisted))[self.mask()]
        return found.rename_axis("customer").reset_index()

    @cached_property
    def place(self) -> npt.NDArray[np.int32]:
        """Position in ``universe`` of each row's customer, -1 if it is not there."""
        table = self.data.table
        codes = table.codes("customer")
        if self.known is None:
            return codes
        at = self.universe.get_indexer(table.distinct("customer"))
        return np.asarray(at, np.int32)[codes]

    @cached_property
    def _masks(self) -> tuple[Mask, Mask | None]:
        """Which customers and which rows; None: all, for which no mask need be kept."""
        return self._resolve(self.gestures)

    def _on_rows(self, gestures: Iterable[Gesture]) -> tuple[list[Predicate], bool]:
        """The conditions on rows of the table, and whether there are others."""
        clauses = [
            None if gesture.id in self.elsewhere else clause
            for gesture in gestures
            for clause in gesture.clauses
        ]
        own = [c for c in clauses if c is not None and owns(c, self.data, self.known)]
        rows = [c.predicate for c in own if c.space == "column" and not _is_group(c)]
        return rows, len(rows) < len(own) or None in clauses

    def _resolve(self, gestures: Iterable[Gesture]) -> tuple[Mask, Mask | None]:
        customers = np.ones(len(self.universe), bool)
        rows: Mask | None = None
        by_customer = False
        for gesture in gestures:
            if gesture.id in self.elsewhere:
                customers &= np.asarray(self.universe.isin(self.elsewhere[gesture.id]))
                by_customer = True
                continue
            for clause in gesture.clauses:
                if not owns(clause, self.data, self.known):
                    continue
                if isinstance(clause.predicate, Group):
                    customers &= np.asarray(self.universe.isin(list(clause.predicate.customers)))
                    by_customer = True
                elif clause.space == "column":
                    if log_of(self.data) is not None:
                        continue
                    satisfied = self.data.table.mask([clause.predicate])
                    rows = satisfied if rows is None else rows & satisfied
                else:
                    assert self.known is not None
                    customers &= self.known.table.mask([clause.predicate])
                    by_customer = True
        log = log_of(self.data)
        if log is not None:
            conditions, _ = self._on_rows(gestures)
            if conditions:
                found = log.table.customers_where(conditions)
                customers &= np.asarray(self.universe.isin(found))
            return customers, np.empty(0, bool)
        if rows is not None:
            seen = np.zeros(len(customers), bool)
            seen[self.place[rows & (self.place >= 0)]] = True
            customers &= seen
        if by_customer:
            theirs = np.append(customers, False)[self.place]
            rows = theirs if rows is None else rows & theirs
        return customers, rows
