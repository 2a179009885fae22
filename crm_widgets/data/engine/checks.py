"""What must be known of a log in an engine, found by queries that the engine adds up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError
from ..parsing.amounts import EXACT
from ..parsing.placeholder_days import placeholder_days
from ..reading.checks import last_believed
from ..reading.choices import Choices
from ..reading.doubtful_ids import doubts_of, notes_on_ids
from ..vocabulary.notes import Note, add_note
from .expressions import finite
from .left_out import of_other_currencies, on_days, trial_orders
from .log import LazyLog, N, rows_by_day
from .source import LazySource, array, ids_of, in_turn
from .table import LazyTable

DAY_MS = 86_400_000
CHECKED_ROWS = 8_000_000
"""Rows among which repeated ones are looked for."""


@in_turn
def read_log(source: LazySource, places: Mapping[str, str], choices: Choices) -> LazyLog:
    """Read a log where it is.

    Parameters
    ----------
    source
        The table in its engine.
    places
        Role → column.
    choices
        What becomes of returns, and of which currency amounts are taken.

    Raises
    ------
    InputError
        If times or amounts are not of such a type in the engine, amounts are of several
        currencies, or no row can be used.
    """
    who, when, paid = (places.get(role) for role in ("customer", "time", "amount"))
    assert who is not None
    assert when is not None
    for role, column, kind in (("time", when, "time"), ("amount", paid, "number")):
        if column is not None and source.kinds[column] != kind:
            raise InputError(
                f"{role}_in_engine",
                column=column, type=str(source.schema[column]), engine=source.engine,
            )  # fmt: skip
    known, timely = present(source, who), ~nw.col(when).is_null()
    keep = known & timely
    others, told = of_other_currencies(source, places, choices, keep)
    if others is not None:
        keep = keep & ~others
    day = {"customer": source.expression(who), "time": source.expression(when)}
    days, rows_on = rows_by_day(under_roles(source, places, day, keep)[0])
    none = placeholder_days(days)
    if none.size:
        is_none = np.isin(days, none)
        add_note(told, "placeholder_dates", int(rows_on[is_none].sum()), column=when)
        keep = keep & ~on_days(when, none)
        days, rows_on = days[~is_none], rows_on[~is_none]
    money = None if paid is None else finite(nw.col(paid))
    returned = None if money is None else (money < 0) & keep
    found = _counted(source, places, known, timely, returned)
    returns = choices.returns
    notes = [Note("in_engine", found["n"], {"engine": source.engine})]
    _say_rows(notes, source, places, found, returns)
    notes += told + trial_orders(source, places, keep)
    n_returned = found.get("returned") or 0
    columns = {role: source.expression(place) for role, place in places.items()}
    if money is not None and returned is not None:
        columns["amount"] = money
        if n_returned and returns == "gross":
            columns["amount"] = nw.when(returned).then(nw.lit(0.0)).otherwise(money)
        if n_returned and returns == "drop":
            keep = keep & ~nw.when(returned).then(nw.lit(True)).otherwise(nw.lit(False))
    table, headers = under_roles(source, places, columns, keep)
    if n_returned and returns == "drop":
        days, rows_on = rows_by_day(table)
    ids, rows_of = _customers(table)
    if not len(ids):
        raise InputError("no_usable_rows", customer=who)
    notes += notes_on_ids(ids, rows_of, doubts_of(ids), who)
    end, late, last = last_believed(days, rows_on)
    add_note(notes, "future_dates", late, last=last, end=end)
    marked = returned if n_returned and returns != "drop" else None
    log = LazyLog(table, headers, ids, rows_of, days, rows_on, end, marked, tuple(notes))
    _say_duplicates(notes, log)
    return LazyLog(table, headers, ids, rows_of, days, rows_on, end, marked, tuple(notes))


def present(source: LazySource, column: str) -> nw.Expr:
    """Which rows have a customer id; blank text is none."""
    found, dtype = nw.col(column), source.schema[column]
    if dtype.is_float():
        return nw.when(found.is_finite()).then(nw.lit(True)).otherwise(nw.lit(False))
    if isinstance(dtype, nw.String | nw.Categorical | nw.Enum):
        text = found if isinstance(dtype, nw.String) else found.cast(nw.String)
        there = text.str.strip_chars() != nw.lit("")
        return nw.when(there).then(nw.lit(True)).otherwise(nw.lit(False))
    return ~found.is_null()


def _one(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def _counted(
    source: LazySource,
    places: Mapping[str, str],
    known: nw.Expr,
    timely: nw.Expr,
    returned: nw.Expr | None,
) -> dict[str, Any]:
    """Count rows by what is wrong with them, in one query."""
    who, paid = places["customer"], places.get("amount")
    terms = {"rows": nw.lit(1), "unknown": _one(~known), "timeless": _one(~timely)}
    asked = {"rows": nw.len(), "unknown": nw.col("unknown").sum()}
    asked["timeless"] = nw.col("timeless").sum()
    if source.schema[who].is_float():
        terms["large"] = _one(finite(nw.col(who)).abs() > EXACT)
        asked["large"] = nw.col("large").max()
    if paid is not None and returned is not None:
        whole = nw.col(paid).cast(nw.Float64)
        absent = whole.is_null() | whole.is_nan()
        terms |= {
            "missing": _one(absent),
            "infinite": _one(~absent & ~whole.is_finite()),
            "returned": _one(returned),
            "back": nw.when(returned).then(whole).otherwise(nw.lit(0.0)),
        }
        asked |= {name: nw.col(name).sum() for name in ("missing", "infinite", "returned", "back")}
        if source.schema[paid].is_integer():
            terms["huge"] = _one(whole.abs() > EXACT)
            asked["huge"] = nw.col("huge").max()
    found = source.row(source.frame.select(**terms).select(**asked))
    if not found["rows"]:
        raise InputError("no_rows")
    if found.get("large"):
        raise InputError("ids_too_large", column=who)
    if found.get("huge"):
        raise InputError("too_large", column=paid)
    whole_numbers = {name: int(value or 0) for name, value in found.items() if name != "back"}
    return whole_numbers | {"n": whole_numbers["rows"], "back": float(found.get("back") or 0)}


def _say_rows(
    notes: list[Note],
    source: LazySource,
    places: Mapping[str, str],
    found: Mapping[str, Any],
    returns: str,
) -> None:
    who, when, paid = (places.get(role) for role in ("customer", "time", "amount"))
    add_note(notes, "missing_customers", found["unknown"], column=who)
    add_note(notes, "missing_times", found["timeless"], column=when)
    zone = getattr(source.schema[str(when)], "time_zone", None)
    # Spark keeps instants and shows them on the clock of its session: those are the times.
    add_note(notes, "time_zone", zone is not None and source.engine != "PySpark", zone=zone)
    if paid is not None:
        add_note(notes, "missing_amounts", found["missing"], column=paid)
        add_note(notes, "infinite_amounts", found["infinite"], column=paid)
        add_note(notes, f"returns_{returns}", found["returned"], amount=found["back"])


def under_roles(
    source: LazySource, places: Mapping[str, str], roles: dict[str, nw.Expr], keep: nw.Expr
) -> tuple[LazyTable, dict[str, Any]]:
    """The columns under their roles, the others under their names."""
    columns, headers = dict(roles), {role: source.columns[p] for role, p in places.items()}
    kinds = {role: source.kinds[place] for role, place in places.items()}
    for name, kind in source.kinds.items():
        if name not in places.values():
            shown = f"{name} (column)" if name in roles else name
            columns[shown], kinds[shown] = source.expression(name), kind
            headers[shown] = source.columns[name]
    who = ("customer", places["customer"])
    return LazyTable(source, columns, kinds, keep=keep, customer=who), headers


def _customers(table: LazyTable) -> tuple[pd.Index[Any], npt.NDArray[np.int64]]:
    rows = table.query(["customer"]).group_by("customer").agg(nw.len().alias(N))
    found = table.source.collect(rows)
    ids, n = ids_of(found, "customer"), array(found, N, np.int64)
    order = np.asarray(ids.argsort())
    return ids[order], n[order]


def _say_duplicates(notes: list[Note], log: LazyLog) -> None:
    """Count rows that repeat another in every column; of a large log, among some customers."""
    table, source = log.table, log.table.source
    rows, whole = table.kept, int(log.rows_of.sum())
    checked = whole
    if whole > CHECKED_ROWS:
        order = np.random.default_rng(0).permutation(len(log.ids))
        some = order[np.cumsum(log.rows_of[order]) <= CHECKED_ROWS]
        checked = int(log.rows_of[some].sum())
        rows = source.of(rows, table.behind_customer, log.ids[np.sort(some)])
    again = rows.group_by(*source.columns).agg(nw.len().alias(N)).filter(nw.col(N) > 1)
    found = source.row(again.select((nw.col(N) - 1).alias(N)).select(nw.col(N).sum()))
    n = int(found[N] or 0)
    if checked < whole:
        add_note(notes, "duplicates_of_some", n, checked=checked)
    else:
        add_note(notes, "duplicates", n)
