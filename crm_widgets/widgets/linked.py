"""The inside of a selection: its gestures, the widgets that answer for them, and who is told."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

import pandas as pd

from ..data.clauses import Clause
from .describe import Namer
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

    def settle(self) -> object:
        """Bring its part of the selection up to date with its inputs."""
        ...


class Linked:
    """Gestures that several widgets share."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._gestures: tuple[Gesture, ...] = ()
        self._members: list[weakref.ref[Any]] = []
        self._callbacks: list[Callable[[Any], object]] = []

    @property
    def gestures(self) -> tuple[Gesture, ...]:
        """The conditions by the act that made them: a brush on a map makes two at once."""
        return self._gestures

    def observe(self, callback: Callable[[Any], object]) -> Callable[[], None]:
        """Call ``callback(selection)`` after each change; returns a function that ends it."""
        with LOCK:
            self._callbacks.append(callback)

        def stop() -> None:
            with LOCK:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)

        return stop

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


def _renamed(gesture: Gesture, data: Data) -> Gesture:
    """The gesture with its column clauses meant for this table, if it has the columns."""
    there = table_of(data)
    clauses = []
    for clause in gesture.clauses:
        meant = replace(clause, table=there)
        clauses.append(meant if clause.space == "column" and owns(meant, data, None) else clause)
    return replace(gesture, clauses=tuple(clauses))
