"""A selection as a JSON file: a closed vocabulary, of which every word is checked when read."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ...data.vocabulary.clauses import Box, Clause, Group, Interval, Predicate, Values
from ...errors import InputError
from .file_grammar import DEEP, FORMAT, VERSION, Json, WrongError, selection

_MOST_BYTES = 256 * 2**20


def write(path: Path, gestures: Sequence[tuple[Clause, ...]], named: Iterable[Clause]) -> Path:
    """Write conditions, together as they were made, and named groups; all of it or nothing."""
    record = {
        "format": FORMAT,
        "version": VERSION,
        "conditions": [[_clause_out(clause) for clause in clauses] for clauses in gestures],
        "groups": [_clause_out(clause) for clause in named],
    }
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def read(path: Path) -> tuple[list[tuple[Clause, ...]], list[Clause]]:
    """Read what ``write`` wrote, or raise in words."""
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise InputError("selection_file_too_large", path=path, size=size, most=_MOST_BYTES)
    try:
        return selection(_parsed(path.read_bytes()))
    except WrongError as error:
        wrong = {"place": error.place, "expected": error.expected}
        raise InputError("no_selection_file", path=path, **wrong) from None


def _parsed(content: bytes) -> Json:
    def refused(name: str) -> None:
        raise ValueError(name)

    try:
        return json.loads(content.decode("utf-8"), parse_constant=refused)
    except (ValueError, RecursionError):  # of the latter, a file that is only brackets
        raise WrongError("file", "JSON text") from None


def _clause_out(clause: Clause) -> Json:
    return {
        "space": clause.space,
        "as_of": None if clause.as_of is None else clause.as_of.isoformat(),
        "model": clause.model,
        "table": clause.table,
        **_predicate_out(clause.predicate),
    }


def _predicate_out(predicate: Predicate) -> Json:
    match predicate:
        case Interval(field, lo, hi, closed):
            ends = {"lo": _end_out(lo), "hi": _end_out(hi)}
            return {"kind": "interval", "field": field, **ends, "closed": bool(closed)}
        case Box(x, y):
            return {"kind": "box", "x": _predicate_out(x), "y": _predicate_out(y)}
        case Values(field, values):
            return {"kind": "values", "field": field, "values": [*map(_value_out, values)]}
        case Group(name, customers, fields):
            listed = [_value_out(one) for one in customers]
            listed.sort(key=repr)  # the same group is the same file
            return {"kind": "group", "name": name, "customers": listed, "fields": list(fields)}


def _end_out(end: float) -> Json:
    """An end; an open one is null."""
    return None if math.isinf(end) else float(end)


def _value_out(value: object, deep: int = DEEP) -> Json:
    plain = value.item() if isinstance(value, np.generic) else value
    if plain is None or type(plain) in (bool, int, str):
        return plain
    if isinstance(plain, float):
        return plain if math.isfinite(plain) else {"float": str(plain)}
    if isinstance(plain, dt.datetime) and not pd.isna(plain):
        return {"timestamp": pd.Timestamp(plain).isoformat()}
    if type(plain) is dt.date:
        return {"date": plain.isoformat()}
    if type(plain) is decimal.Decimal:
        return {"decimal": str(plain)}
    if type(plain) is tuple and deep:
        return {"tuple": [_value_out(one, deep - 1) for one in plain]}
    raise InputError("not_saved", given=f"{type(plain).__name__} {plain!r:.80}")
