"""Named groups of customers: what they were made of, and what controls call them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

import numpy as np
import pandas as pd

from .gestures import Gesture, fields_of
from .roles import Customers
from .scope import Data, Ground, log_of, owns
from .vocabulary.clauses import Clause, Group

MARK = "group:"
"""Before the name of a group where a control has that name for something else."""


def named_group(
    name: str, ids: pd.Index, clauses: Collection[Clause], grounds: Iterable[Ground]
) -> Clause:
    """The customers whom some conditions select, as a group that remembers what it was made of.

    A group made of facts only is in the space ``column``. If any condition speaks of what the
    customers did, it is ``derived``, with the last day they were watched, if all are known.
    ``grounds`` are what the conditions can be answered from, in the order in which to ask.
    """
    asked = _Asked(grounds)
    made = [_made(clause, asked) for clause in clauses]
    behaviour = [as_of for fact, as_of in made if not fact]
    dates = [as_of for as_of in behaviour if as_of is not None]
    known = max(dates) if len(dates) == len(behaviour) and dates else None
    fields = dict.fromkeys(field for clause in clauses for field in _fields(clause))
    group = Group(name, frozenset(ids), tuple(fields))
    return Clause(group, "derived", as_of=known) if behaviour else Clause(group)


def group_fields(clauses: Iterable[Clause]) -> set[str]:
    """The fields that conditions speak of, also those that their groups were made of."""
    return {field for clause in clauses for field in _fields(clause)}


def key_of(name: str, taken: Collection[str]) -> str:
    """What a control calls a group, among other choices.

    >>> key_of("VIP", ["1997-01"]), key_of("1997-01", ["1997-01"])
    ('VIP', 'group:1997-01')
    """
    return f"{MARK}{name}" if name in taken or name.startswith(MARK) else name


def group_of(key: str, taken: Collection[str], named: Mapping[str, Clause]) -> Clause | None:
    """The group that a control means, if it means one."""
    return next((named[name] for name in named if key_of(name, taken) == key), None)


def group_selected(gestures: Iterable[Gesture]) -> Gesture | None:
    """The first gesture that selects a named group, and nothing beside it."""
    for gesture in gestures:
        if len(gesture.clauses) == 1 and isinstance(gesture.clauses[0].predicate, Group):
            return gesture
    return None


class _Asked:
    """Grounds that are asked for once, and only as far as needed: they may have to be awaited."""

    def __init__(self, grounds: Iterable[Ground]) -> None:
        self._more = iter(grounds)
        self._seen: list[Ground] = []

    def owner(self, clause: Clause) -> Ground | None:
        for ground in self._seen:
            if owns(clause, *ground):
                return ground
        for ground in self._more:
            self._seen.append(ground)
            if owns(clause, *ground):
                return ground
        return None


def _made(clause: Clause, asked: _Asked) -> tuple[bool, dt.date | None]:
    """Whether a condition is a fact of a customer's start, else until when he was watched."""
    if isinstance(clause.predicate, Group):
        return clause.space == "column", clause.as_of
    ground = asked.owner(clause)
    if ground is None:
        return False, clause.as_of
    data, known = ground
    if clause.space == "column":
        return isinstance(data, Customers) or _same_for_all_rows(clause, data), None
    assert known is not None
    if set(fields_of(clause.predicate)) <= known.facts:
        return True, clause.as_of
    return False, clause.as_of or known.as_of


def _same_for_all_rows(clause: Clause, data: Data) -> bool:
    """Whether a condition on rows holds for all rows of a customer, or for none."""
    log = log_of(data)
    if log is not None:
        return not log.divides(clause.predicate)
    codes, holds = data.table.codes("customer"), data.table.mask([clause.predicate])
    n = len(data.ids)
    some = np.bincount(codes, weights=holds, minlength=n)
    return not ((some > 0) & (some < np.bincount(codes, minlength=n))).any()


def _fields(clause: Clause) -> tuple[str, ...]:
    predicate = clause.predicate
    return predicate.fields if isinstance(predicate, Group) else fields_of(predicate)
