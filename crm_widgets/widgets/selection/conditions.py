"""Conditions as they are written in Python: ``recency_days=(0, 90)``, ``segment=["champions"]``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ...data.parsing.given_times import given_times
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
                return replace(found, predicate=predicate_of(field, value, kinds[field], name))
    names: dict[str, None] = {}
    for data, known in tables:
        names |= dict.fromkeys(() if known is None else map(str, known.customers.columns))
        names |= dict.fromkeys(str(header) for header in data.columns.values())
    raise missing_column(name, names)


def predicate_of(field: str, value: Any, kind: Kind, name: str | None = None) -> Predicate:
    """A pair is an interval ``lo <= field < hi`` (None: open), a list or set are values.

    ``name`` is what the field is called in an error.

    >>> predicate_of("money", (80, None), "number")
    Interval(field='money', lo=80.0, hi=inf, closed=False)
    """
    said = field if name is None else name
    if isinstance(value, tuple) and len(value) == 2 and kind != "category":
        ends = _milliseconds(value, said) if kind == "time" else value
        lo, hi = (
            otherwise if end is None else float(end)
            for end, otherwise in zip(ends, (-math.inf, math.inf), strict=True)
        )
        if not lo <= hi:
            raise InputError("bad_condition", field=said, given=value)
        return Interval(field, lo, hi)
    some = isinstance(value, list | tuple | set | frozenset | np.ndarray | pd.Index | pd.Series)
    values = [_level(level) for level in (value if some else [value])]
    try:
        levels = _milliseconds(values, said) if kind == "time" else values
        return Values(field, tuple(dict.fromkeys(levels)))
    except TypeError:
        raise InputError("bad_condition", field=said, given=value) from None


def _level(level: Any) -> Any:
    return None if level is None or level is pd.NA or level is pd.NaT or level != level else level


def _milliseconds(moments: Sequence[Any], field: str) -> list[float | None]:
    """Times as a column of them would be read: together, since one may tell what comes first."""
    read = iter(given_times([one for one in moments if one is not None], field))
    return [None if one is None else next(read) for one in moments]
