"""The inside of a selection: its gestures, the widgets that answer for them, and who is told."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

import pandas as pd

from ...charts.wording import Wording
from ...data.comparable_groups import Groups, Offer
from ...data.gestures import Gesture
from ...data.scope import Data, Ground, Known, Scope, owns, table_of
from ...data.vocabulary.clauses import Clause, Group
from ..computing.lock import LOCK
from .steps import State, UndoSteps


class Member(Protocol):
    """A widget, as a selection sees it."""

    @property
    def data(self) -> Data:
        """Its table."""
        ...

    @property
    def wording(self) -> Wording:
        """How it calls its fields."""
        ...

    def known(self) -> Known | None:
        """What its result knows of customers; waits for the result."""
        ...

    def settle(self) -> object:
        """Bring its part of the selection up to date with its inputs."""
        ...

    @property
    def offers(self) -> Mapping[str, Offer]:
        """Groups of its own that others may compare."""
        ...

    @property
    def compares_groups(self) -> bool:
        """Whether it lets its reader choose among groups."""
        ...

    def redraw(self) -> None:
        """Draw again, with the groups there are now."""
        ...

    def drop_group(self, group: str) -> None:
        """Compare a group no more."""
        ...


class LinkedSelection:
    """Gestures that several widgets share, the steps that led to them, and groups by name."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._gestures: tuple[Gesture, ...] = ()
        self._steps = UndoSteps()
        self._named: dict[str, Clause] = {}  # replaced, never changed, like the steps
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

    def commit(self, gestures: State) -> None:
        """Select something else, as a step that can be undone."""
        with LOCK:
            if gestures != self._gestures:
                self._steps.record(self._gestures, gestures)
                self._put(gestures)

    def rebind(self, gestures: State, moved: Mapping[Clause, Clause]) -> None:
        """Say the same, and all that can be gone back to, on other ground: this is no step."""
        with LOCK:
            if moved:
                self._steps.rewrite(lambda state: rewritten(state, moved), gestures)
            if gestures != self._gestures:
                self._put(gestures)

    @property
    def named(self) -> dict[str, Clause]:
        """The named groups, by name, each as a clause that tells what the group was made of."""
        return dict(self._named)

    @property
    def comparable(self) -> Groups:
        """The named groups, and after them the segments that the widgets here offer."""
        offers: dict[str, Offer] = {}
        for member in self._open_members():
            offers = {**member.offers, **offers}  # of two that are called alike, the first
        return Groups(self._named, offers)

    def await_offers(self, asker: Member) -> None:
        """Have the results of the other widgets, of which they make the groups that they offer."""
        for member in self._open_members():
            if member is not asker:
                member.settle()

    @property
    def states(self) -> tuple[State, ...]:
        """What is selected, and all that can be gone back or forth to."""
        return (self._gestures, *self._steps.states)

    def attach(self, member: Member) -> None:
        """Let a widget's table answer for its clauses."""
        with LOCK:
            self._members.append(weakref.ref(member))

    def announce(self) -> None:
        """Let the widgets look again: there is one more that answers for clauses."""
        with LOCK:
            if self._gestures and len(self._open_members()) > 1:
                self._tell()

    def offered(self, member: Member) -> None:
        """Let those who compare groups look again: this widget offers others than before."""
        with LOCK:
            for other in self._open_members():
                if other is not member and other.compares_groups:
                    other.redraw()

    def detach(self, member: Member, source: str) -> None:
        """Forget a widget and the clauses that came from its views."""

        def others(state: State) -> State:
            return tuple(g for g in state if not g.source.startswith(source))

        with LOCK:
            self._members = [m for m in self._members if m() not in (None, member)]
            if member.offers:
                self.offered(member)
            left = others(self._gestures)
            self._steps.rewrite(others, left)
            if left != self._gestures:
                self._put(left)

    def _put(self, gestures: State) -> None:
        """Replace everything at once, and tell: the one place where a selection changes."""
        self._gestures = gestures
        self._named = self._named | {
            clause.predicate.name: replace(clause, source="")
            for gesture in gestures
            for clause in gesture.clauses
            if isinstance(clause.predicate, Group)
        }
        self._tell()

    def _tell(self) -> None:
        for callback in list(self._callbacks):
            callback(self)

    def scope(
        self,
        data: Data,
        known: Known | None,
        gestures: tuple[Gesture, ...] | None = None,
        *,
        by_name: bool = False,
        widget: str = "",
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
        return Scope(
            data, known, wanted, elsewhere, self.comparable, widget=widget, grounds=self._grounds
        )

    def _grounds(self) -> Iterator[Ground]:
        """What the widgets here answer from, each waited for as it is asked."""
        for member in self._open_members():
            yield member.data, member.known()

    def answering(self, gesture: Gesture) -> Any:
        """The widget whose table or result answers for a gesture; None if none does."""
        for member in self._open_members():
            data, known = member.data, member.known()
            if all(owns(clause, data, known) for clause in gesture.clauses):
                return member
        return None

    def _elsewhere(self, gesture: Gesture) -> pd.Index[Any] | None:
        member = self.answering(gesture)
        return None if member is None else Scope(member.data, member.known(), (gesture,)).ids()

    def _open_members(self) -> list[Any]:
        return [member for reference in self._members if (member := reference()) is not None]


def _renamed(gesture: Gesture, data: Data) -> Gesture:
    """The gesture with its column clauses meant for this table, if it has the columns."""
    there = table_of(data)
    clauses = []
    for clause in gesture.clauses:
        meant = replace(clause, table=there)
        clauses.append(meant if clause.space == "column" and owns(meant, data, None) else clause)
    return replace(gesture, clauses=tuple(clauses))


def rewritten(state: State, moved: Mapping[Clause, Clause]) -> State:
    """The same, with some clauses in the place of others."""
    return tuple(
        replace(gesture, clauses=tuple(moved.get(clause, clause) for clause in gesture.clauses))
        for gesture in state
    )
