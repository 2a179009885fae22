"""Selections on the wire: what a page draws as brushes and picks, and what it may send back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from ...charts.field_meaning import as_json
from ...charts.meaning import Marked, Meaning
from ...charts.view import Dim, View
from ...data.gestures import Gesture
from ...data.vocabulary.clauses import Box, Interval, Predicate, Values
from ..computing.lock import RefusedError

Item: TypeAlias = dict[str, Any]
Natives: TypeAlias = Callable[[str], Iterable[Any]]
"""The values of a field that may be picked, as the kernel has them."""

MAX_ITEMS = 64
MAX_VALUES = 1_000
_SNAP = 1e-6
"""Of a bin's width: pixel inversion gives 1.9999999999999996 for 2."""


def to_page(
    gestures: Sequence[Gesture], shown: Mapping[str, str], meanings: Mapping[str, Meaning]
) -> list[Item]:
    """Every gesture with its id, and where the view that shows it does so.

    ``shown`` is the view of each gesture that is in one, by its id. What several gestures make up
    together is said of each of them.
    """
    marks: dict[str, Marked] = {}
    for view in set(shown.values()):
        marks[view] = meanings[view].marked([g for g in gestures if shown.get(g.id) == view])
    return [_item(gesture, shown.get(gesture.id), marks) for gesture in gestures]


def _item(gesture: Gesture, view: str | None, marks: Mapping[str, Marked]) -> Item:
    mark = Marked() if view is None else marks[view]
    there = mark != Marked()
    return {
        "id": gesture.id, "view": view if there else None,
        "intervals": mark.intervals, "values": mark.values,
    }  # fmt: skip


def from_page(
    items: object,
    views: Sequence[View],
    current: Sequence[Gesture],
    *,
    shown: Mapping[str, str | None],
    meanings: Mapping[str, Meaning],
    named: Callable[..., Gesture],
    widget: str,
) -> tuple[Gesture, ...]:
    """Check what a page selected; the gestures it keeps, and the new ones in their place.

    ``shown`` tells in which view each current gesture is shown: a new one for that view
    replaces it. Views and their meanings are those of the drawing that is on the page.
    """
    if not isinstance(items, list) or len(items) > MAX_ITEMS:
        raise RefusedError("a selection is a short list")
    known = {gesture.id: gesture for gesture in current}
    by_view = {view.id: view for view in views}
    kept: dict[str, Gesture] = {}
    made: dict[str, Gesture] = {}
    for item in items:
        if not isinstance(item, dict) or not item.keys() <= {"id", "view", "intervals", "values"}:
            raise RefusedError("an item is a record of known names")
        if "id" in item:
            if not isinstance(item["id"], str) or item["id"] not in known:
                raise RefusedError("there is no such clause")
            kept[item["id"]] = known[item["id"]]
            continue
        view = by_view.get(item["view"]) if isinstance(item.get("view"), str) else None
        if view is None or view.id in made:
            raise RefusedError("there is no such view, or it is there twice")
        meaning = meanings[view.id]
        predicates = _predicates(item, view, meaning.values)
        clauses = meaning.clauses(predicates) if predicates else ()
        if clauses is None:
            raise RefusedError("a field, or a level, that is not shown")
        if clauses:
            source = f"{widget}/{view.id}"
            made[view.id] = named(*(replace(clause, source=source) for clause in clauses))
    stay = tuple(g for g in kept.values() if shown.get(g.id) not in made)
    return stay + tuple(made.values())


def _predicates(item: Item, view: View, natives: Natives) -> tuple[Predicate, ...]:
    dims = {dim.key: dim for dim in view.dims} if view.param else {}
    picks = {pick.key: pick for pick in view.pick if pick.knob is None}
    found: list[Predicate] = []
    intervals = _record(item.get("intervals"), dims)
    brushed = [_interval(key, ends, dims[key]) for key, ends in intervals.items()]
    brushed.sort(key=lambda part: list(dims).index(part.field))
    if len(brushed) == 2:
        found.append(Box(*brushed))
    else:
        found += brushed
    for key, values in _record(item.get("values"), {**dims, **picks}).items():
        found.append(Values(key, _values(values, natives(key))))
    return tuple(found)


def _record(value: object, allowed: Mapping[str, object]) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not value.keys() <= allowed.keys():
        raise RefusedError("a field that this view does not have")
    return value


def _interval(key: str, ends: object, dim: Dim) -> Interval:
    if dim.levels is not None or not isinstance(ends, list) or len(ends) != 2:
        raise RefusedError("an interval is a pair of numbers")
    lo, hi = (_snapped(_finite(end), dim.edges) for end in ends)
    if lo > hi:
        raise RefusedError("an interval that is reversed")
    closed = dim.edges is not None and hi >= dim.edges[-1]
    return Interval(key, lo, hi, closed)


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RefusedError("an end that is not a number")
    try:
        number = float(value)
    except OverflowError:
        raise RefusedError("an end beyond the numbers") from None
    if not math.isfinite(number):
        raise RefusedError("an end that is not finite")
    return number


def _snapped(value: float, edges: tuple[float, ...] | None) -> float:
    if not edges or len(edges) < 2:
        return value
    at = int(np.abs(np.asarray(edges) - value).argmin())
    width = abs(edges[min(at + 1, len(edges) - 1)] - edges[max(at - 1, 0)])
    return float(edges[at]) if abs(edges[at] - value) <= _SNAP * width else value


def _values(values: object, natives: Iterable[Any]) -> tuple[Any, ...]:
    if not isinstance(values, list) or not 0 < len(values) <= MAX_VALUES:
        raise RefusedError("values are a list")
    known: dict[Any, Any] = {}
    for native in natives:
        known.setdefault(("text", str(native)), native)
        known[_keyed(as_json(native))] = native
    found: dict[Any, None] = {}
    for value in values:
        if value is not None and not isinstance(value, bool | int | float | str):
            raise RefusedError("a value that is no scalar")
        if _keyed(value) not in known:
            raise RefusedError("a value that the data do not have")
        found[known[_keyed(value)]] = None
    return tuple(found)


def _keyed(value: Any) -> tuple[str, Any]:
    """Values told apart by kind, since 1 == True in Python and not in a table."""
    if isinstance(value, bool) or value is None:
        return (str(type(value)), value)
    return ("text", value) if isinstance(value, str) else ("number", value)
