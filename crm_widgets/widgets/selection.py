"""Selection: what is selected, said in clauses, and turned into customers, rows, code or words."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Protocol

import pandas as pd

from ..data.clauses import Clause, Group
from ..data import as_data
from ..errors import CrmError, InputError
from .code import pandas_code
from .conditions import clauses_of
from .describe import Namer, gesture_words, sentence
from .door import LOCK
from .scope import Data, Gesture, Known, Scope, owns, table_of


class Member(Protocol):
    """A widget, as a selection sees it."""

    @property
    def data(self) -> Data:
        """Its table."""
        ...

    @property
    def namer(self) -> Namer:
        """How it calls its fields."""
        ...

    def known(self) -> Known | None:
        """What its result knows of customers; waits for the result."""
        ...


class Selection:
    """A conjunction of conditions on customers, shared by the widgets that were given it.

    It holds no row numbers: it says the same of a table that has grown. It starts empty,
    which selects everybody.

    Parameters
    ----------
    *clauses
        Conditions, all of which hold.

    Examples
    --------
    >>> from crm_widgets import Clause, Interval, Selection
    >>> selection = Selection(Clause(Interval("amount", 20, 50)))
    >>> selection.describe()
    'amount: 20 to 50'
    """

    def __init__(self, *clauses: Clause) -> None:
        self._ids = itertools.count(1)
        self._gestures: tuple[Gesture, ...] = tuple(self.gesture(clause) for clause in clauses)
        self._members: list[weakref.ref[Any]] = []
        self._callbacks: list[Callable[[Selection], object]] = []

    def __repr__(self) -> str:
        return f"<Selection: {len(self._gestures)} conditions>"

    def __bool__(self) -> bool:
        return bool(self._gestures)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The conditions, in the order in which they were made."""
        return tuple(clause for gesture in self._gestures for clause in gesture.clauses)

    @property
    def gestures(self) -> tuple[Gesture, ...]:
        """The conditions by the act that made them: a brush on a map makes two at once."""
        return self._gestures

    @property
    def groups(self) -> dict[str, list[Any]]:
        """The customers of named groups, by name."""
        return {
            clause.predicate.name: list(clause.predicate.customers)
            for clause in self.clauses
            if isinstance(clause.predicate, Group)
        }

    def set(self, *clauses: Clause, **conditions: Any) -> None:
        """Select exactly this.

        Parameters
        ----------
        *clauses
            Conditions as clauses.
        **conditions
            Conditions by field: a pair is an interval ``lo <= field < hi`` (``None`` leaves an
            end open; dates may be text), a list or a set are values. Fields are columns of the
            table and of ``w.result.customers``.
        """
        made = self._made(clauses, conditions)
        self.commit(tuple(self.gesture(clause) for clause in made))

    def add(self, *clauses: Clause, **conditions: Any) -> None:
        """Narrow the selection by more conditions, written as for ``set``."""
        made = self._made(clauses, conditions)
        with LOCK:
            self.commit((*self._gestures, *(self.gesture(clause) for clause in made)))

    def replace(self, source: str, *clauses: Clause) -> None:
        """Put clauses in the place of those that came from one view."""
        with LOCK:
            kept = tuple(gesture for gesture in self._gestures if gesture.source != source)
            made = tuple(replace(clause, source=source) for clause in clauses)
            self.commit((*kept, *([self.gesture(*made)] if made else [])))

    def clear(self, source: str | None = None) -> None:
        """Select everybody again, or drop only the clauses of one view."""
        with LOCK:
            kept = [g for g in self._gestures if source is not None and g.source != source]
            self.commit(tuple(kept))

    def excluding(self, source: str) -> Selection:
        """The selection without the clauses of one view or widget, as a selection of its own."""
        other = Selection()
        other._ids, other._members = self._ids, list(self._members)
        other._gestures = tuple(
            gesture
            for gesture in self._gestures
            if gesture.source != source and not gesture.source.startswith(f"{source}/")
        )
        return other

    @property
    def ids(self) -> pd.Index[Any]:
        """Ids of the selected customers."""
        found: pd.Index[Any] | None = None
        members = self._living()
        for member in members:
            if any(owns(clause, member.data, member.known()) for clause in self.clauses):
                ids = self.scope(member.data, member.known()).ids()
                found = ids if found is None else found[found.isin(ids)]
        return found if found is not None else self._only(members).ids()

    @property
    def frame(self) -> Any:
        """The selected rows of the table, of the caller's type, with their own index.

        Raises
        ------
        InputError
            If the selection is of several tables: use ``w.selected`` or ``.apply(frame)``.
        """
        return self._only(self._living()).frame()

    def apply(self, frame: Any) -> Any:
        """The rows of another frame (or ``Transactions``, ``Customers``) that are selected.

        Conditions on columns that the frame has are applied to its rows, all others through
        its customers.
        """
        data = as_data(frame)
        return self.scope(data, None, by_name=True).frame()

    @property
    def code(self) -> str:
        """Pandas that reproduces ``.frame`` from ``frame`` and, for features, the widget ``w``."""
        scope, member = self._only_with_owner()
        return pandas_code(self._gestures, scope.data, member)

    def describe(self) -> str:
        """The selection in the current language, with what it selects if that is known."""
        members = self._living()
        words = [gesture_words(gesture, self._namer(gesture)) for gesture in self._gestures]
        if not members:
            return sentence(0, 0, []) if not words else "; ".join(words)
        ids, total = self.ids, len(self.scope(members[0].data, members[0].known()).universe)
        return sentence(len(ids), total, words)

    def observe(self, callback: Callable[[Selection], object]) -> Callable[[], None]:
        """Call ``callback(selection)`` after each change; returns a function that ends it."""
        with LOCK:
            self._callbacks.append(callback)

        def stop() -> None:
            with LOCK:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)

        return stop

    # for widgets

    def gesture(self, *clauses: Clause) -> Gesture:
        """Clauses under an id of their own."""
        return Gesture(f"c{next(self._ids)}", clauses)

    def commit(self, gestures: tuple[Gesture, ...]) -> None:
        """Replace everything at once: the one place where a selection changes."""
        with LOCK:
            if gestures == self._gestures:
                return
            self._gestures = gestures
            for callback in list(self._callbacks):
                callback(self)

    def attach(self, member: Member) -> None:
        """Let a widget's table answer for its clauses."""
        with LOCK:
            self._members.append(weakref.ref(member))

    def detach(self, member: Member, source: str) -> None:
        """Forget a widget and the clauses that came from its views."""
        with LOCK:
            self._members = [m for m in self._members if m() not in (None, member)]
            self.commit(tuple(g for g in self._gestures if not g.source.startswith(source)))

    def scope(
        self,
        data: Data,
        known: Known | None,
        gestures: tuple[Gesture, ...] | None = None,
        *,
        by_name: bool = False,
    ) -> Scope:
        """The selection resolved on a table; what it cannot answer, other members do."""
        wanted = self._gestures if gestures is None else gestures
        if by_name:
            wanted = tuple(_renamed(gesture, data) for gesture in wanted)
        elsewhere = {}
        for gesture in wanted:
            if not all(owns(clause, data, known) for clause in gesture.clauses):
                found = self._elsewhere(gesture)
                if found is not None:
                    elsewhere[gesture.id] = found
        return Scope(data, known, wanted, elsewhere)

    def _elsewhere(self, gesture: Gesture) -> pd.Index[Any] | None:
        for member in self._living():
            data, known = member.data, member.known()
            if all(owns(clause, data, known) for clause in gesture.clauses):
                return Scope(data, known, (gesture,)).ids()
        return None

    def _living(self) -> list[Any]:
        return [member for reference in self._members if (member := reference()) is not None]

    def _made(self, clauses: Iterable[Clause], conditions: dict[str, Any]) -> tuple[Clause, ...]:
        members = self._living()
        if conditions and not members:
            raise InputError("selection_alone")
        tables = [(member.data, member.known()) for member in members]
        return (*clauses, *clauses_of(conditions, tables))

    def _only(self, members: list[Any]) -> Scope:
        if not members:
            raise InputError("selection_alone")
        if len({(table_of(member.data), member.data.table.n) for member in members}) > 1:
            raise InputError("selection_of_many")
        return self.scope(members[0].data, members[0].known())

    def _only_with_owner(self) -> tuple[Scope, Known | None]:
        members = self._living()
        scope = self._only(members)
        for member in members:
            known = member.known()
            if all(owns(clause, member.data, known) for clause in self.clauses):
                return self.scope(member.data, known), known
        raise InputError("selection_of_many_models")

    def _namer(self, gesture: Gesture) -> Namer:
        for member in self._living():
            try:
                known = member.known()
            except CrmError:
                known = None
            if all(owns(clause, member.data, known) for clause in gesture.clauses):
                return member.namer  # type: ignore[no-any-return]
        return Namer()


def _renamed(gesture: Gesture, data: Data) -> Gesture:
    """The gesture with its column clauses meant for this table, if it has the columns."""
    there = table_of(data)
    clauses = []
    for clause in gesture.clauses:
        meant = replace(clause, table=there)
        clauses.append(meant if clause.space == "column" and owns(meant, data, None) else clause)
    return replace(gesture, clauses=tuple(clauses))
