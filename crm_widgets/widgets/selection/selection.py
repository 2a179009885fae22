"""Selection: what is selected, said in clauses, and turned into customers, rows, code or words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from ...charts.wording import Wording
from ...data import as_data
from ...data.gestures import Gesture
from ...data.scope import Scope, owns, table_of
from ...data.vocabulary.clauses import Clause, Group
from ...errors import CrmError, InputError, missing_group
from ..computing.lock import LOCK
from .conditions import clauses_of
from .pandas_code import pandas_code
from .selection_history import SelectionHistory
from .sentences import gesture_words, sentence, together


class Selection(SelectionHistory):
    """A conjunction of conditions on customers, shared by the widgets that were given it.

    It holds conditions and no row numbers, so it means the same when a table has grown. It starts
    empty, which selects everybody.

    Parameters
    ----------
    *clauses
        Conditions, all of which hold.

    Notes
    -----
    Every change is a step that can be undone (``undo``, ``redo``), at most 100 of them. Changes
    of one brush that follow each other within a second are one step. Groups that were given a
    name (``save_as``) are no part of a step: they stay until they are forgotten.

    Examples
    --------
    >>> from crm_widgets import Clause, Interval, Selection
    >>> selection = Selection(Clause(Interval("amount", 20, 50)))
    >>> selection.describe()
    'amount: 20 to 50'
    """

    def __init__(self, *clauses: Clause) -> None:
        super().__init__()
        self._put(tuple(self.gesture(clause) for clause in clauses))

    def __repr__(self) -> str:
        return f"<Selection: {len(self._gestures)} conditions>"

    def __bool__(self) -> bool:
        return bool(self._gestures)

    def set(self, *clauses: Clause | str, **conditions: Any) -> None:
        """Select exactly this.

        Parameters
        ----------
        *clauses
            Conditions as clauses, or names of groups that were saved with ``save_as``.
        **conditions
            Conditions by field: a pair is an interval ``lo <= field < hi`` (``None`` leaves an
            end open; dates may be text), a list or a set are values. Fields are columns of the
            table and of ``w.result.customers``.
        """
        made = self._made(clauses, conditions)
        self.commit(tuple(self.gesture(clause) for clause in made))

    def add(self, *clauses: Clause | str, **conditions: Any) -> None:
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
        other._members = list(self._members)
        other._gestures = tuple(
            gesture
            for gesture in self._gestures
            if gesture.source != source and not gesture.source.startswith(f"{source}/")
        )
        return other

    @property
    def ids(self) -> pd.Index[Any]:
        """Ids of the selected customers."""
        members, clauses = self._settled(), self.clauses
        asked = [clause for clause in clauses if not isinstance(clause.predicate, Group)]
        scopes = [
            self._whole(self.scope(member.data, member.known()))
            for member in members
            if not asked or any(owns(clause, member.data, member.known()) for clause in asked)
        ]
        if not clauses or not scopes:
            return self._only(members).ids()
        found = scopes[0].ids()
        if not asked:  # a group is of whatever table has its customers
            for scope in scopes[1:]:
                found = found.append(scope.ids().difference(found, sort=False))
            return found
        for scope in scopes[1:]:
            found = found[found.isin(scope.ids())]
        return found

    @property
    def frame(self) -> Any:
        """The selected rows of the table, of the caller's type, with their own index.

        Raises
        ------
        InputError
            If the selection is of several tables: use ``w.selected`` or ``.apply(frame)``.
        """
        return self._only(self._settled()).frame()

    def apply(self, frame: Any) -> Any:
        """The rows of another frame (or ``Transactions``, ``Customers``) that are selected.

        Conditions on columns that the frame has are applied to its rows, all others through
        its customers.
        """
        data = as_data(frame)
        self._settled()
        return self._whole(self.scope(data, None, by_name=True)).frame()

    @property
    def code(self) -> str:
        """Pandas that reproduces ``.frame`` from ``frame`` and, for features, the widget ``w``."""
        members = self._settled()
        self._only(members)
        for member in members:
            known = member.known()
            if all(owns(clause, member.data, known) for clause in self.clauses):
                return pandas_code(self._gestures, member.data, known)
        member = members[0]
        scope = self.scope(member.data, member.known())
        return pandas_code(scope.gestures, scope.data, scope.known, scope.elsewhere)

    def describe(self) -> str:
        """The selection in the current language, with what it selects if that is known."""
        members = self._settled()
        words = [gesture_words(gesture, self._wording(gesture)) for gesture in self._gestures]
        try:
            ids = self.ids
        except CrmError:  # no table, or no result: the conditions are all there is to say
            return together(words)
        total = self.scope(members[0].data, members[0].known()).universe
        return sentence(len(ids), len(total), words)

    def _settled(self) -> list[Any]:
        """The widgets, each with its clauses carried to the result it has now."""
        members = self._open_members()
        for member in members:
            member.settle()
        return members

    @staticmethod
    def _whole(scope: Scope) -> Scope:
        if scope.lost:
            raise InputError("selection_lost")
        return scope

    def _made(
        self, clauses: Iterable[Clause | str], conditions: dict[str, Any]
    ) -> tuple[Clause, ...]:
        members, named = self._open_members(), self.named
        given = []
        for clause in clauses:
            if isinstance(clause, str) and clause not in named:
                raise missing_group(clause, named)
            given.append(named[clause] if isinstance(clause, str) else clause)
        if conditions and not members:
            raise InputError("selection_alone")
        tables = [(member.data, member.known()) for member in members]
        return (*given, *clauses_of(conditions, tables))

    def _only(self, members: list[Any]) -> Scope:
        if not members:
            raise InputError("selection_alone")
        if len({(table_of(member.data), member.data.table.n) for member in members}) > 1:
            raise InputError("selection_of_many")
        return self._whole(self.scope(members[0].data, members[0].known()))

    def _wording(self, gesture: Gesture) -> Wording:
        member = self.answering(gesture)
        return Wording() if member is None else member.wording
