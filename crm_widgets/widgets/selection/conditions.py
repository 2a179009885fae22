"""Conditions as they are written in Python: ``recency_days=(0, 90)``, ``segment=["champions"]``."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ...data.placing import place
from ...data.scope import Data, Known
from ...data.vocabulary.clauses import Clause, Interval, Predicate, Values
from ...data.vocabulary.table import Kind
from ...errors import InputError, missing_column


def clauses_of(
    conditions: Mapping[str, Any], tables: list[tuple[Data, Known | None]]
) -> tuple[Clause, ...]:
    """A clause a condition, for the first table that has the field."""
    return tuple(_clause(name, value, tables) for name, value in conditions.items())


def _clause(name: str, value: Any, tables: list[tuple[Data, Known | None]]) -> Clause:
    for data, known in tables:
        for field in (name, *(own for own, header in data.columns.items() if header == name)):
            found = place(Values(field, ()), data, known)
            if found is not None:
                column = found.space == "column" or known is None
                kinds = data.table.kinds if column or known is None else known.table.kinds
                return replace(found, predicate=predicate_of(field, value, kinds[field]))
    names: dict[str, None] = {}
    for data, known in tables:
        names |= dict.fromkeys(() if known is None else map(str, known.customers.columns))
        names |= dict.fromkeys(str(header) for header in data.columns.values())
    raise missing_column(name, names)


def predicate_of(field: str, value: Any, kind: Kind) -> Predicate:
    """A pair is an interval ``lo <= field < hi`` (None: open), a list or set are values.

    >>> predicate_of("money", (80, None), "number")
    Interval(field='money', lo=80.0, hi=inf, closed=False)
    """
    if isinstance(value, tuple) and len(value) == 2 and kind != "category":
        lo, hi = (
            _end(end, kind, otherwise)
            for end, otherwise in zip(value, (-math.inf, math.inf), strict=True)
        )
        if not lo <= hi:
            raise InputError("bad_condition", field=field, given=value)
        return Interval(field, lo, hi)
    some = isinstance(value, list | tuple | set | frozenset | np.ndarray | pd.Index | pd.Series)
    values = list(value) if some else [value]
    try:
        return Values(field, tuple(dict.fromkeys(_level(level, kind) for level in values)))
    except TypeError:
        raise InputError("bad_condition", field=field, given=value) from None


def _end(end: Any, kind: Kind, otherwise: float) -> float:
    if end is None:
        return otherwise
    if kind == "time":
        return _milliseconds(end)
    return float(end)


def _level(level: Any, kind: Kind) -> Any:
    if level is None or level is pd.NA or level is pd.NaT or level != level:
        return None
    return _milliseconds(level) if kind == "time" else level


def _milliseconds(moment: str | dt.date | pd.Timestamp | float) -> float:
    if isinstance(moment, int | float):
        return float(moment)
    stamp = pd.Timestamp(moment).tz_localize(None)
    return float((stamp - pd.Timestamp(0)) / pd.Timedelta(milliseconds=1))
