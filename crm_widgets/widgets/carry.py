"""What becomes of a selection when the model it speaks of is fitted anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ..data.clauses import Clause, Values
from .scope import Gesture, Known

OVERLAP = 0.5
"""A label is the same group again if this share of both groups' customers, together, is common."""


def carried(
    gestures: Iterable[Gesture], old: Known | None, new: Known | None, widget: str
) -> tuple[tuple[Gesture, ...], tuple[Gesture, ...]]:
    """The gestures that stay, their clauses moved to the new model, and those that are lost.

    Only clauses of this widget, or of none, are moved. A feature keeps its interval and takes
    the new day. A label goes to the new label that has most customers in common with it (Jaccard
    index of at least 0.5); a coordinate of another map has no place on this one.
    """
    stay: list[Gesture] = []
    lost: list[Gesture] = []
    for gesture in gestures:
        own = not gesture.source or gesture.source.startswith(f"{widget}/")
        moved = [_moved(clause, old, new) if own else clause for clause in gesture.clauses]
        if any(clause is None for clause in moved):
            lost.append(gesture)
        else:
            stay.append(replace(gesture, clauses=tuple(c for c in moved if c is not None)))
    return tuple(stay), tuple(lost)


def _moved(clause: Clause, old: Known | None, new: Known | None) -> Clause | None:
    if clause.space == "column" or old is None or new is None:
        return clause
    if clause.space == "derived":
        same = clause.as_of == old.as_of
        return replace(clause, as_of=new.as_of) if same else clause
    if clause.model != old.fingerprint or clause.model == new.fingerprint:
        return clause
    if not isinstance(clause.predicate, Values):
        return None
    field = clause.predicate.field
    if field not in old.customers or field not in new.customers:
        return None
    labels = tuple(dict.fromkeys(_match(label, field, old, new) for label in clause.predicate.values))
    if any(label is _NONE for label in labels):
        return None
    return replace(clause, predicate=Values(field, labels), model=new.fingerprint)


_NONE = object()


def _match(label: object, field: str, old: Known, new: Known) -> object:
    before = old.customers.index[(old.customers[field] == label).to_numpy()]
    after = new.customers[field]
    there = np.asarray(new.customers.index.isin(before))
    if not there.any():
        return _NONE
    best = after[there].value_counts().index[0]
    group = (after == best).to_numpy()
    common = int((group & there).sum())
    together = int(group.sum()) + len(before) - common
    return best if common >= OVERLAP * together else _NONE
