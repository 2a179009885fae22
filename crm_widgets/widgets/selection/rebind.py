"""What becomes of a selection when the table or the model it speaks of is another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ...data.gestures import Gesture, fields_of
from ...data.scope import Ground, Known, owns, table_of
from ...data.vocabulary.clauses import Clause, Group, Values

OVERLAP = 0.5
"""Jaccard index from which on a new label is the same group of customers as an old one."""


def rebound(
    gestures: Iterable[Gesture], old: Ground | None, new: Ground, widget: str
) -> tuple[tuple[Gesture, ...], tuple[Gesture, ...]]:
    """The gestures that stay, their clauses moved to the new ground, and those that are lost.

    Only what this widget answered for is moved. A column keeps its condition if the new table
    has it; a feature likewise, as of the new day. A label goes to the new label that has most
    customers in common with it, if the two groups overlap enough; a coordinate of another map
    has no place on this one.
    """
    stay: list[Gesture] = []
    lost: list[Gesture] = []
    for gesture in gestures:
        own = old is not None and (not gesture.source or gesture.source.startswith(f"{widget}/"))
        moved = [
            _moved(clause, old, new) if own and old is not None and owns(clause, *old) else clause
            for clause in gesture.clauses
        ]
        if any(clause is None for clause in moved):
            lost.append(gesture)
        else:
            stay.append(replace(gesture, clauses=tuple(c for c in moved if c is not None)))
    return tuple(stay), tuple(lost)


def rewritten(
    states: Iterable[Iterable[Gesture]], old: Ground | None, new: Ground, widget: str
) -> dict[Clause, Clause]:
    """The clauses of earlier selections that mean something else on the new ground.

    One that cannot be carried stays as it is: the model it speaks of may come back.
    """
    if old is None or (old[0] is new[0] and old[1] is new[1]):
        return {}
    found: dict[Clause, Clause] = {}
    for gesture in {gesture for state in states for gesture in state}:
        if not gesture.source or gesture.source.startswith(f"{widget}/"):
            for clause in gesture.clauses:
                moved = _moved(clause, old, new) if owns(clause, *old) else None
                if moved is not None and moved != clause:
                    found[clause] = moved
    return found


def matched_by_name(
    gestures: Iterable[Gesture], lost: Iterable[Gesture], new: Ground
) -> tuple[tuple[Gesture, ...], tuple[Gesture, ...]]:
    """Take up by name what nobody answers for, such as a selection that was saved elsewhere.

    A column keeps its condition if this table has one of its name, a feature likewise, as of this
    day, and a label if it is a name: a number means nothing in another model. Returns all gestures,
    and those that were taken up.
    """
    found: dict[str, Gesture] = {}
    for gesture in lost:
        clauses = [_by_name(clause, new) for clause in gesture.clauses]
        if not gesture.source and all(clause is not None for clause in clauses):
            kept = tuple(clause for clause in clauses if clause is not None)
            found[gesture.id] = replace(gesture, clauses=kept)
    return tuple(found.get(gesture.id, gesture) for gesture in gestures), tuple(found.values())


def _by_name(clause: Clause, new: Ground) -> Clause | None:
    data, known = new
    if owns(clause, data, known):
        return clause
    predicate, fields = clause.predicate, fields_of(clause.predicate)
    if clause.space == "column":
        meant, table = replace(clause, table=table_of(data)), data.table
    elif known is None:
        return None
    elif clause.space == "derived" and not set(fields) & known.model_fields:
        meant, table = replace(clause, as_of=known.as_of), known.table
    else:
        if not isinstance(predicate, Values) or not set(fields) <= known.model_fields:
            return None
        there = set(known.table.distinct(predicate.field))
        if not all(isinstance(one, str | bool) and one in there for one in predicate.values):
            return None
        meant, table = replace(clause, model=known.fingerprint), known.table
    if not owns(meant, data, known):
        return None
    measured = isinstance(predicate, Values) or all(table.kinds[f] != "category" for f in fields)
    return meant if measured else None


def _moved(clause: Clause, old: Ground, new: Ground) -> Clause | None:
    if isinstance(clause.predicate, Group):
        return clause
    if clause.space == "column":
        table = table_of(new[0]) if clause.table else ""
        moved: Clause | None = replace(clause, table=table)
    elif old[1] is None or new[1] is None:
        return clause
    elif clause.space == "derived":
        moved = replace(clause, as_of=new[1].as_of)
    elif clause.model == new[1].fingerprint:
        moved = clause
    else:
        moved = _relabelled(clause, old[1], new[1])
    return moved if moved is not None and owns(moved, *new) else None


def _relabelled(clause: Clause, old: Known, new: Known) -> Clause | None:
    if not isinstance(clause.predicate, Values):
        return None
    field, labels = clause.predicate.field, clause.predicate.values
    if field not in old.customers or field not in new.customers:
        return None
    found = [_match(label, field, old, new) for label in labels]
    if any(label is None for label in found):
        return None
    values = tuple(dict.fromkeys(label for (label,) in filter(None, found)))
    return replace(clause, predicate=Values(field, values), model=new.fingerprint)


def _match(label: object, field: str, old: Known, new: Known) -> tuple[object] | None:
    before = old.customers.index[(old.customers[field] == label).to_numpy()]
    after = new.customers[field]
    there = np.asarray(new.customers.index.isin(before))
    if not there.any():
        return None
    best = after[there].value_counts().index[0]
    group = (after == best).to_numpy()
    common = int((group & there).sum())
    together = int(group.sum()) + len(before) - common
    return (best,) if common >= OVERLAP * together else None
