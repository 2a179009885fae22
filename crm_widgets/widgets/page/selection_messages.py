"""Selections on the wire: what a page draws as brushes and picks, and what it may send back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from ...charts.view import Dim, View
from ...data.gestures import Gesture, fields_of
from ...data.vocabulary.clauses import Box, Clause, Interval, Predicate, Values
from ..computing.lock import RefusedError

Item: TypeAlias = dict[str, Any]
Natives: TypeAlias = Callable[[str], Iterable[Any]]
"""The values a field has in the kernel, by its name."""
ClauseFor: TypeAlias = Callable[[View, tuple[Predicate, ...]], tuple[Clause, ...]]

MAX_ITEMS = 64
MAX_VALUES = 1_000
_SNAP = 1e-6
"""Of a bin's width: pixel inversion gives 1.9999999999999996 for 2."""


def to_page(gestures: Sequence[Gesture], views: Sequence[View], widget: str) -> list[Item]:
    """Every gesture with its id, and the view of this widget that shows it, if one does."""
    by_id = {view.id: view for view in views}
    shown: dict[str, str] = {}
    for gesture in gestures:
        view = gesture.source.removeprefix(f"{widget}/")
        if gesture.source == f"{widget}/{view}" and view in by_id:
            shown[gesture.id] = view
    for gesture in gestures:
        if gesture.id not in shown and (found := _fitting(gesture, views, shown.values())):
            shown[gesture.id] = found
    shown |= _in_pairs([gesture for gesture in gestures if gesture.id not in shown], views, shown)
    return [_item(gesture, by_id.get(shown.get(gesture.id, ""))) for gesture in gestures]


def _fitting(gesture: Gesture, views: Sequence[View], taken: Iterable[str]) -> str | None:
    """A view that can show a gesture made in Python: it has the same fields, and is free."""
    fields = {name for clause in gesture.clauses for name in fields_of(clause.predicate)}
    used = set(taken)
    for view in views:
        if view.id in used or not fields or gesture.source:
            continue
        brushed = {dim.key for dim in view.dims} if view.param else set()
        picked = {pick.key for pick in view.pick if pick.knob is None}
        values = all(isinstance(clause.predicate, Values) for clause in gesture.clauses)
        if fields == brushed or (values and fields <= picked):
            return view.id
    return None


def _in_pairs(
    gestures: Sequence[Gesture], views: Sequence[View], shown: Mapping[str, str]
) -> dict[str, str]:
    """Conditions made in Python on both fields of one view: together they are its brush."""
    found: dict[str, str] = {}
    for view in views:
        dims = {dim.key: dim for dim in view.dims} if view.param else {}
        if len(dims) != 2 or view.id in shown.values():
            continue
        fitting = {
            field: gesture.id
            for gesture in gestures
            if gesture.id not in found and (field := _single(gesture, dims))
        }
        if fitting.keys() == dims.keys():
            found |= dict.fromkeys(fitting.values(), view.id)
    return found


def _single(gesture: Gesture, dims: Mapping[str, Dim]) -> str:
    """The field of a gesture of one condition that a view can brush; empty if it is none."""
    predicate = gesture.clauses[0].predicate
    if gesture.source or len(gesture.clauses) > 1 or not isinstance(predicate, Interval | Values):
        return ""
    dim = dims.get(predicate.field)
    fits = dim is not None and isinstance(predicate, Values) == (dim.levels is not None)
    return predicate.field if fits else ""


def _item(gesture: Gesture, view: View | None) -> Item:
    item: Item = {"id": gesture.id, "view": None, "intervals": None, "values": None}
    if view is None:
        return item
    dims = {dim.key: dim for dim in view.dims}
    intervals: dict[str, list[float]] = {}
    values: dict[str, list[Any]] = {}
    for clause in gesture.clauses:
        match clause.predicate:
            case Box(x, y):
                intervals |= {part.field: _ends(part, dims.get(part.field)) for part in (x, y)}
            case Interval() as part:
                intervals[part.field] = _ends(part, dims.get(part.field))
            case Values(field, some):
                dim = dims.get(field)
                as_text = dim is not None and dim.levels is not None
                values[field] = [str(v) if as_text else on_wire(v) for v in some]
    finite = all(math.isfinite(end) for ends in intervals.values() for end in ends)
    if finite:
        item |= {"view": view.id, "intervals": intervals or None, "values": values or None}
    return item


def _ends(interval: Interval, dim: Dim | None) -> list[float]:
    """The ends, an open one at the edge of the drawing."""
    lo, hi = interval.lo, interval.hi
    if dim is not None and dim.edges:
        lo = dim.edges[0] if lo == -math.inf else lo
        hi = dim.edges[-1] if hi == math.inf else hi
    return [lo, hi]


def on_wire(value: Any) -> Any:
    """A value as JSON."""
    plain = value.item() if isinstance(value, np.generic) else value
    return plain if plain is None or type(plain) in (bool, int, float, str) else str(plain)


def from_page(
    items: object,
    views: Sequence[View],
    current: Sequence[Gesture],
    *,
    shown: Mapping[str, str | None],
    natives: Natives,
    clause_for: ClauseFor,
    named: Callable[..., Gesture],
    widget: str,
) -> tuple[Gesture, ...]:
    """Check what a page selected; the gestures it keeps, and the new ones in their place.

    ``shown`` tells in which view each current gesture is shown: a new one for that view
    replaces it.
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
        predicates = _predicates(item, view, natives)
        clauses = clause_for(view, predicates) if predicates else ()
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
        known = list(natives(key))
        found.append(Values(key, _values(values, [*_scores(dims.get(key), known), *known])))
    return tuple(found)


def _scores(dim: Dim | None, known: Iterable[Any]) -> list[int]:
    """The whole numbers that a view has a place for, also those that nobody has."""
    whole = {type(value) for value in known if value is not None} == {int}
    if dim is None or dim.levels is None or not whole:
        return []
    return [int(level) for level in dim.levels if level.isdecimal()]


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
        known[_keyed(on_wire(native))] = native
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
