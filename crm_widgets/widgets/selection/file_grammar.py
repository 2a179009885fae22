"""What a saved selection may hold: each place of the file, and how it is checked."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import re
from collections.abc import Callable, Hashable
from typing import Any, TypeAlias, get_args

import pandas as pd

from ...data.vocabulary.clauses import Box, Clause, Group, Interval, Predicate, Space, Values

Json: TypeAlias = Any
Read: TypeAlias = Callable[[Json, str], Any]
"""Reads the value at a place, or raises ``WrongError``."""

FORMAT, VERSION = "crm_widgets selection", 1
DEEP = 4
"""Tuples within tuples, as a value of a column may be."""
_MOST_CONDITIONS = 1_000
_MOST_VALUES = 10_000_000
_MOST_LETTERS = 10_000
_TAGS = ("timestamp", "date", "decimal", "float", "tuple")


_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters, which JSON can escape and no text holds."""


class WrongError(ValueError):
    """A place of the file that is not what it should be."""

    def __init__(self, place: str, expected: str) -> None:
        super().__init__(place)
        self.place, self.expected = place, expected


def selection(record: Json) -> tuple[list[tuple[Clause, ...]], list[Clause]]:
    """Read the conditions, together as they were made, and the named groups."""
    found = _fields(record, "file", _FILE)
    return found["conditions"], found["groups"]


def _fields(value: Json, place: str, expected: dict[str, Read]) -> dict[str, Any]:
    """A record of exactly these names, each read as is told."""
    if not isinstance(value, dict) or value.keys() != expected.keys():
        raise WrongError(place, f"a record of {', '.join(expected)}")
    return {name: read(value[name], f"{place}.{name}") for name, read in expected.items()}


def _list(of: Read, most: int) -> Read:
    def read(value: Json, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise WrongError(place, f"a list of at most {most:,}")
        return tuple(of(one, f"{place}[{at}]") for at, one in enumerate(value))

    return read


def _exactly(wanted: object) -> Read:
    def read(value: Json, place: str) -> Any:
        if type(value) is not type(wanted) or value != wanted:
            raise WrongError(place, repr(wanted))
        return value

    return read


def _text(value: Json, place: str) -> str:
    if isinstance(value, str) and len(value) <= _MOST_LETTERS and not _HALVES.search(value):
        return value
    raise WrongError(place, f"a text of at most {_MOST_LETTERS:,} characters")


def _name(value: Json, place: str) -> str:
    if not _text(value, place).strip():
        raise WrongError(place, "a name")
    return _text(value, place)


def _flag(value: Json, place: str) -> bool:
    if not isinstance(value, bool):
        raise WrongError(place, "true or false")
    return value


def _or_none(read: Read) -> Read:
    return lambda value, place: None if value is None else read(value, place)


def _number(value: Json, place: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise WrongError(place, "a finite number, or null")


def _space(value: Json, place: str) -> Space:
    if value not in get_args(Space):
        raise WrongError(place, f"one of {', '.join(get_args(Space))}")
    return value  # type: ignore[no-any-return]


def _day(value: Json, place: str) -> dt.date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise WrongError(place, "a day such as 2010-12-31")


def _value(value: Json, place: str, deep: int = DEEP) -> Hashable:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and abs(value) < 2**64:
        return value
    if isinstance(value, str):
        return _text(value, place)
    if isinstance(value, dict) and len(value) == 1:
        ((tag, said),) = value.items()
        if tag == "tuple" and isinstance(said, list) and len(said) <= 100 and deep:
            parts = enumerate(said)
            return tuple(_value(one, f"{place}[{at}]", deep - 1) for at, one in parts)
        try:
            found = _tagged(tag, said) if isinstance(said, str) and len(said) <= 100 else None
        except (ValueError, ArithmeticError):
            found = None
        if found is not None:
            return found
    raise WrongError(place, f"a value: null, true, a number, a text, or one of {', '.join(_TAGS)}")


def _tagged(tag: str, said: str) -> Hashable | None:
    if tag == "timestamp" and re.match(r"\d{4}-\d\d-\d\d", said):
        return pd.Timestamp(said)
    if tag == "date":
        return dt.date.fromisoformat(said)
    if tag == "decimal":
        return decimal.Decimal(said)
    return float(said) if tag == "float" and said in ("inf", "-inf", "nan") else None


def _predicate(kind: str, record: dict[str, Json], place: str) -> Predicate:
    found = _fields(record, place, _KINDS[kind])
    if kind == "interval":
        return _interval(found, place)
    if kind == "box":
        return Box(*(_interval(found[axis], f"{place}.{axis}") for axis in ("x", "y")))
    if kind == "values":
        return Values(found["field"], found["values"])
    return Group(found["name"], frozenset(found["customers"]), found["fields"])


def _interval(found: dict[str, Any], place: str) -> Interval:
    lo = -math.inf if found["lo"] is None else found["lo"]
    hi = math.inf if found["hi"] is None else found["hi"]
    if lo > hi:
        raise WrongError(place, "an interval whose ends are in order")
    return Interval(found["field"], lo, hi, found["closed"])


def _clause(value: Json, place: str) -> Clause:
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise WrongError(place, f"a condition of the kind {', '.join(_KINDS)}")
    own = {name: one for name, one in value.items() if name not in _CLAUSE}
    predicate = _predicate(kind, own, place)
    rest = {name: one for name, one in value.items() if name in _CLAUSE}
    return Clause(predicate, **_fields(rest, place, _CLAUSE))


def _gesture(value: Json, place: str) -> tuple[Clause, ...]:
    found: tuple[Clause, ...] = _list(_clause, _MOST_CONDITIONS)(value, place)
    if not found:
        raise WrongError(place, "a list of at least one condition")
    return found


def _groups(value: Json, place: str) -> tuple[Clause, ...]:
    found: tuple[Clause, ...] = _list(_clause, _MOST_CONDITIONS)(value, place)
    for at, clause in enumerate(found):
        if not isinstance(clause.predicate, Group):
            raise WrongError(f"{place}[{at}]", "a group")
    return found


_EDGES: dict[str, Read] = {
    "kind": _exactly("interval"), "field": _text, "lo": _or_none(_number),
    "hi": _or_none(_number), "closed": _flag,
}  # fmt: skip


def _edges(value: Json, place: str) -> dict[str, Any]:
    return _fields(value, place, _EDGES)


_KINDS: dict[str, dict[str, Read]] = {
    "interval": _EDGES,
    "box": {"kind": _exactly("box"), "x": _edges, "y": _edges},
    "values": {"kind": _exactly("values"), "field": _text, "values": _list(_value, _MOST_VALUES)},
    "group": {
        "kind": _exactly("group"), "name": _name, "customers": _list(_value, _MOST_VALUES),
        "fields": _list(_text, _MOST_CONDITIONS),
    },
}  # fmt: skip
_CLAUSE: dict[str, Read] = {
    "space": _space, "as_of": _or_none(_day), "model": _or_none(_text), "table": _text,
}  # fmt: skip
_FILE: dict[str, Read] = {
    "format": _exactly(FORMAT), "version": _exactly(VERSION),
    "conditions": _list(_gesture, _MOST_CONDITIONS), "groups": _groups,
}  # fmt: skip
