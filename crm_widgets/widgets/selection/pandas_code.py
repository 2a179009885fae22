"""The pandas that reproduces a selection, to be pasted into a cell.

Every name and value is written as a Python literal, so that nothing found in the data is
ever code. What no short pandas can say exactly is taken from the widget's own table.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...data import Transactions
from ...data.gestures import Gesture
from ...data.scope import Data, Known
from ...data.vocabulary.clauses import Box, Group, Interval, Predicate, Values
from ...errors import InputError

_LISTED = 50


class _UnsayableError(ValueError):
    """Pandas would need more than a line for it."""


def literal(value: object) -> str:
    r"""A value as Python writes it.

    >>> literal("O'Neill"), literal(float("inf")), literal(pd.Timestamp("2010-12-01"))
    ('"O\'Neill"', "float('inf')", "pd.Timestamp('2010-12-01 00:00:00')")
    """
    plain = value.item() if isinstance(value, np.generic) else value
    if plain is None or type(plain) in (bool, int, str, bytes):
        return repr(plain)
    if type(plain) is float:
        return repr(plain) if math.isfinite(plain) else f"float({str(plain)!r})"
    if isinstance(plain, pd.Timestamp):
        return f"pd.Timestamp({str(plain)!r})"
    if type(plain) is dt.date:
        return f"pd.Timestamp({plain.isoformat()!r}).date()"
    if type(plain) is tuple:
        return "(" + "".join(f"{literal(part)}, " for part in plain) + ")"
    raise _UnsayableError


def pandas_code(
    gestures: tuple[Gesture, ...],
    data: Data,
    known: Known | None = None,
    elsewhere: Mapping[str, pd.Index[Any]] | None = None,
    *,
    widget: str = "w",
) -> str:
    """Code that leaves the selected rows in ``selected``.

    It uses ``frame``, the frame as it was handed over, ``pd``, and ``w``, the widget, if the
    selection speaks of features, of a model, or of what other widgets answer for: then
    ``elsewhere`` has the customers whom they select, by the ids of the gestures.

    Raises
    ------
    InputError
        If a value of the selection cannot be written as Python.
    """
    others = elsewhere or {}
    clauses = [c for gesture in gestures if gesture.id not in others for c in gesture.clauses]
    groups = [clause.predicate for clause in clauses if isinstance(clause.predicate, Group)]
    said = [clause for clause in clauses if not isinstance(clause.predicate, Group)]
    own = [clause.predicate for clause in said if clause.space == "column"]
    features = [clause.predicate for clause in said if clause.space != "column"]
    lines: list[str] = []
    rows = "frame"
    try:
        if data.in_engine is not None:
            return _engine_code(own, groups, features, known, widget)
        try:
            conditions = _used_rows(data)
            for predicate in own:
                conditions += _row_conditions(predicate, data)
        except _UnsayableError:
            rows, conditions = "rows", []
            lines += _rows_block(own, data, widget)
        for group in groups:
            conditions.append(_who(data, rows, _members(group, widget)))
        if others:
            conditions.append(_who(data, rows, _selected(others, widget)))
        if features and known is not None:
            lines += _customers_block(features, known, widget)
            conditions.append(_who(data, rows, "picked"))
    except _UnsayableError:
        raise InputError("no_code") from None
    chosen = f"{rows}[{' & '.join(conditions)}]" if conditions else rows
    return "\n".join([*lines, f"selected = {chosen}"])


def _engine_code(
    own: list[Predicate],
    groups: list[Group],
    features: list[Predicate],
    known: Known | None,
    widget: str,
) -> str:
    """Rows of a table in an engine, told there."""
    lines = ["import crm_widgets as crm"]
    who = [f"pd.Index({_members(group, widget)})" for group in groups]
    if features and known is not None:
        lines += _customers_block(features, known, widget)
        who.append("picked")
    listed = ", ".join(f"crm.{_constructor(part)}" for one in own for part in _parts(one))
    among = f", {who[0]}" + "".join(f".intersection({one})" for one in who[1:]) if who else ""
    lines.append(f"selected = {widget}.data.in_engine.native([{listed}]{among})")
    return "\n".join(lines)


def _column(data: Data, name: str) -> tuple[str, Any]:
    header = data.columns.get(name)
    if header is None or not isinstance(data.frame, pd.DataFrame):
        raise _UnsayableError
    return f"frame[{literal(header)}]", data.frame[header]


def _used_rows(data: Data) -> list[str]:
    """Conditions that leave out the rows that were left out of the table."""
    if not isinstance(data.frame, pd.DataFrame):
        raise _UnsayableError
    if data.positions.size == len(data.frame):
        return []
    names = ["customer", "time"] if isinstance(data, Transactions) else ["customer"]
    conditions = []
    kept = np.ones(len(data.frame), bool)
    for name in names:
        said, values = _column(data, name)
        if name == "time" and not pd.api.types.is_datetime64_any_dtype(values):
            raise _UnsayableError
        kept &= values.notna().to_numpy()
        conditions.append(f"{said}.notna()")
    if int(kept.sum()) != data.positions.size:
        raise _UnsayableError
    return conditions


def _row_conditions(predicate: Predicate, data: Data) -> list[str]:
    if isinstance(predicate, Box):
        return _row_conditions(predicate.x, data) + _row_conditions(predicate.y, data)
    assert isinstance(predicate, Interval | Values)
    said, values = _column(data, predicate.field)
    money = isinstance(data, Transactions) and predicate.field == "amount"
    if money and data.returns == "gross":  # type: ignore[union-attr]
        raise _UnsayableError  # the table has 0 where the frame has a return
    return _conditions(predicate, said, values)


def _conditions(predicate: Interval | Values, said: str, values: Any) -> list[str]:
    is_time = pd.api.types.is_datetime64_any_dtype(values)
    if isinstance(predicate, Values):
        return [_one_of(predicate.values, said, is_time)]
    if is_time:
        if values.dt.tz is not None:
            said = f"{said}.dt.tz_localize(None)"
    elif not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        raise _UnsayableError
    lo, hi = (_end(end, is_time) for end in (predicate.lo, predicate.hi))
    above = ">" if predicate.lo == -math.inf else ">="
    below = "<=" if predicate.closed and predicate.hi != math.inf else "<"
    found = [] if is_time and lo is None else [f"({said} {above} {lo})"]
    if not (is_time and hi is None):
        found.append(f"({said} {below} {hi})")
    return found or [f"{said}.notna()"]


def _end(end: float, is_time: bool) -> str | None:
    if not is_time:
        return literal(float(end))
    return literal(pd.Timestamp(round(end * 1e6))) if math.isfinite(end) else None


def _one_of(values: tuple[Hashable, ...], said: str, is_time: bool) -> str:
    if is_time:
        raise _UnsayableError
    listed = ", ".join(literal(value) for value in values if value is not None)
    among = f"{said}.isin([{listed}])"
    if None not in values:
        return among
    return f"({among} | {said}.isna())" if listed else f"{said}.isna()"


def _rows_block(predicates: list[Predicate], data: Data, widget: str) -> list[str]:
    """The rows as the widget reads the columns, where pandas would read them otherwise."""
    listed = ", ".join(f"crm.{_constructor(part)}" for one in predicates for part in _parts(one))
    rows = f"{widget}.data.positions[{widget}.data.table.mask([{listed}])]"
    native = isinstance(data.frame, pd.DataFrame)
    return [
        "import crm_widgets as crm",
        f"rows = {'frame' if native else 'frame.to_pandas()'}.iloc[{rows}]",
    ]


def _parts(predicate: Predicate) -> tuple[Predicate, ...]:
    return (predicate.x, predicate.y) if isinstance(predicate, Box) else (predicate,)


def _constructor(predicate: Predicate) -> str:
    if isinstance(predicate, Interval):
        ends = f"{literal(float(predicate.lo))}, {literal(float(predicate.hi))}"
        return f"Interval({literal(predicate.field)}, {ends}, closed={predicate.closed})"
    assert isinstance(predicate, Values)
    return f"Values({literal(predicate.field)}, {literal(tuple(predicate.values))})"


def _customers_block(predicates: list[Predicate], known: Known, widget: str) -> list[str]:
    conditions: list[str] = []
    for part in (part for predicate in predicates for part in _parts(predicate)):
        assert isinstance(part, Interval | Values)
        said = f"customers[{literal(part.field)}]"
        conditions += _conditions(part, said, known.customers[part.field])
    return [
        f"customers = {widget}.result.customers",
        f"picked = customers.index[{' & '.join(conditions)}]",
    ]


def _who(data: Data, rows: str, customers: str) -> str:
    """Condition that a row is of one of these customers."""
    if data.customer is not None:
        return f"{rows}[{literal(data.columns['customer'])}].isin({customers})"
    if isinstance(data.frame, pd.DataFrame) and not any(n.key == "row_numbers" for n in data.notes):
        return f"{rows}.index.isin({customers})"
    if rows == "frame":
        return f"pd.RangeIndex(len(frame)).isin({customers})"
    raise _UnsayableError


def _members(group: Group, widget: str) -> str:
    listed = _listed(group.customers)
    return listed or f"list({widget}.selection.groups[{literal(group.name)}])"


def _selected(elsewhere: Mapping[str, pd.Index[Any]], widget: str) -> str:
    """The customers whom all other widgets select; where they are many, those of this widget."""
    found, *more = elsewhere.values()
    for ids in more:
        found = found[found.isin(ids)]
    return _listed(found) or f"{widget}.ids"


def _listed(customers: Collection[Hashable]) -> str:
    """The customers one by one; empty where they are too many, or no literals."""
    if len(customers) > _LISTED:
        return ""
    try:
        return "[" + ", ".join(sorted(literal(one) for one in customers)) + "]"
    except _UnsayableError:
        return ""
