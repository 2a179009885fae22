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
from ..reading.checks import last_plausible_day
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
def read_log(source: LazySource, role_columns: Mapping[str, str], choices: Choices) -> LazyLog:
    """Read a log where it is.

    Parameters
    ----------
    source
        The table in its engine.
    role_columns
        Role → column.
    choices
        What becomes of returns, and of which currency amounts are taken.

    Raises
    ------
    InputError
        If times or amounts are not of such a type in the engine, amounts are of several
        currencies, or no row can be used.
    """
    customer_column, time_column, amount_column = (
        role_columns.get(role) for role in ("customer", "time", "amount")
    )
    assert customer_column is not None
    assert time_column is not None
    for role, column, kind in (("time", time_column, "time"), ("amount", amount_column, "number")):
        if column is not None and source.kinds[column] != kind:
            raise InputError(
                f"{role}_in_engine",
                column=column, type=str(source.schema[column]), engine=source.engine,
            )  # fmt: skip
    has_customer, has_time = present(source, customer_column), ~nw.col(time_column).is_null()
    keep = has_customer & has_time
    is_other_currency, exclusion_notes = of_other_currencies(source, role_columns, choices, keep)
    if is_other_currency is not None:
        keep = keep & ~is_other_currency
    day = {"customer": source.expression(customer_column), "time": source.expression(time_column)}
    days, rows_on = rows_by_day(under_roles(source, role_columns, day, keep)[0])
    placeholders = placeholder_days(days)
    if placeholders.size:
        is_placeholder = np.isin(days, placeholders)
        add_note(
            exclusion_notes,
            "placeholder_dates",
            int(rows_on[is_placeholder].sum()),
            column=time_column,
        )
        keep = keep & ~on_days(time_column, placeholders)
        days, rows_on = days[~is_placeholder], rows_on[~is_placeholder]
    money = None if amount_column is None else finite(nw.col(amount_column))
    is_return = None if money is None else (money < 0) & keep
    counts = _count_problems(source, role_columns, has_customer, has_time, is_return)
    returns = choices.returns
    notes = [Note("in_engine", counts["n"], {"engine": source.engine})]
    _add_notes(notes, source, role_columns, counts, returns)
    notes += exclusion_notes + trial_orders(source, role_columns, keep)
    n_returned = counts.get("returned") or 0
    columns = {role: source.expression(place) for role, place in role_columns.items()}
    if money is not None and is_return is not None:
        columns["amount"] = money
        if n_returned and returns == "gross":
            columns["amount"] = nw.when(is_return).then(nw.lit(0.0)).otherwise(money)
        if n_returned and returns == "drop":
            keep = keep & ~nw.when(is_return).then(nw.lit(True)).otherwise(nw.lit(False))
    table, headers = under_roles(source, role_columns, columns, keep)
    if n_returned and returns == "drop":
        days, rows_on = rows_by_day(table)
    ids, rows_of = _customers(table)
    if not len(ids):
        raise InputError("no_usable_rows", customer=customer_column)
    notes += notes_on_ids(ids, rows_of, doubts_of(ids), customer_column)
    end, n_late, last = last_plausible_day(days, rows_on)
    add_note(notes, "future_dates", n_late, last=last, end=end)
    remaining_returns = is_return if n_returned and returns != "drop" else None
    log = LazyLog(table, headers, ids, rows_of, days, rows_on, end, remaining_returns, tuple(notes))
    _add_duplicates_note(notes, log)
    return LazyLog(
        table, headers, ids, rows_of, days, rows_on, end, remaining_returns, tuple(notes)
    )


def present(source: LazySource, column: str) -> nw.Expr:
    """Which rows have a customer id; blank text is none."""
    value, dtype = nw.col(column), source.schema[column]
    if dtype.is_float():
        return nw.when(value.is_finite()).then(nw.lit(True)).otherwise(nw.lit(False))
    if isinstance(dtype, nw.String | nw.Categorical | nw.Enum):
        text = value if isinstance(dtype, nw.String) else value.cast(nw.String)
        is_present = text.str.strip_chars() != nw.lit("")
        return nw.when(is_present).then(nw.lit(True)).otherwise(nw.lit(False))
    return ~value.is_null()


def _as_flag(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def _count_problems(
    source: LazySource,
    role_columns: Mapping[str, str],
    has_customer: nw.Expr,
    has_time: nw.Expr,
    is_return: nw.Expr | None,
) -> dict[str, Any]:
    """Count rows by what is wrong with them, in one query."""
    customer_column, amount_column = role_columns["customer"], role_columns.get("amount")
    columns = {
        "rows": nw.lit(1),
        "unknown": _as_flag(~has_customer),
        "timeless": _as_flag(~has_time),
    }
    aggregates = {"rows": nw.len(), "unknown": nw.col("unknown").sum()}
    aggregates["timeless"] = nw.col("timeless").sum()
    if source.schema[customer_column].is_float():
        columns["large"] = _as_flag(finite(nw.col(customer_column)).abs() > EXACT)
        aggregates["large"] = nw.col("large").max()
    if amount_column is not None and is_return is not None:
        amount = nw.col(amount_column).cast(nw.Float64)
        is_missing = amount.is_null() | amount.is_nan()
        columns |= {
            "missing": _as_flag(is_missing),
            "infinite": _as_flag(~is_missing & ~amount.is_finite()),
            "returned": _as_flag(is_return),
            "back": nw.when(is_return).then(amount).otherwise(nw.lit(0.0)),
        }
        aggregates |= {
            name: nw.col(name).sum() for name in ("missing", "infinite", "returned", "back")
        }
        if source.schema[amount_column].is_integer():
            columns["huge"] = _as_flag(amount.abs() > EXACT)
            aggregates["huge"] = nw.col("huge").max()
    found = source.row(source.frame.select(**columns).select(**aggregates))
    if not found["rows"]:
        raise InputError("no_rows")
    if found.get("large"):
        raise InputError("ids_too_large", column=customer_column)
    if found.get("huge"):
        raise InputError("too_large", column=amount_column)
    counts = {name: int(value or 0) for name, value in found.items() if name != "back"}
    return counts | {"n": counts["rows"], "back": float(found.get("back") or 0)}


def _add_notes(
    notes: list[Note],
    source: LazySource,
    role_columns: Mapping[str, str],
    counts: Mapping[str, Any],
    returns: str,
) -> None:
    customer_column, time_column, amount_column = (
        role_columns.get(role) for role in ("customer", "time", "amount")
    )
    add_note(notes, "missing_customers", counts["unknown"], column=customer_column)
    add_note(notes, "missing_times", counts["timeless"], column=time_column)
    zone = getattr(source.schema[str(time_column)], "time_zone", None)
    # Spark keeps instants and shows them on the clock of its session: those are the times.
    add_note(notes, "time_zone", zone is not None and source.engine != "PySpark", zone=zone)
    if amount_column is not None:
        add_note(notes, "missing_amounts", counts["missing"], column=amount_column)
        add_note(notes, "infinite_amounts", counts["infinite"], column=amount_column)
        add_note(notes, f"returns_{returns}", counts["returned"], amount=counts["back"])


def under_roles(
    source: LazySource, role_columns: Mapping[str, str], roles: dict[str, nw.Expr], keep: nw.Expr
) -> tuple[LazyTable, dict[str, Any]]:
    """The columns under their roles, the others under their names."""
    columns, headers = dict(roles), {role: source.columns[p] for role, p in role_columns.items()}
    kinds = {role: source.kinds[place] for role, place in role_columns.items()}
    for name, kind in source.kinds.items():
        if name not in role_columns.values():
            name_in_table = f"{name} (column)" if name in roles else name
            columns[name_in_table], kinds[name_in_table] = source.expression(name), kind
            headers[name_in_table] = source.columns[name]
    customer = ("customer", role_columns["customer"])
    return LazyTable(source, columns, kinds, keep=keep, customer=customer), headers


def _customers(table: LazyTable) -> tuple[pd.Index[Any], npt.NDArray[np.int64]]:
    rows = table.query(["customer"]).group_by("customer").agg(nw.len().alias(N))
    found = table.source.collect(rows)
    ids, n = ids_of(found, "customer"), array(found, N, np.int64)
    order = np.asarray(ids.argsort())
    return ids[order], n[order]


def _add_duplicates_note(notes: list[Note], log: LazyLog) -> None:
    """Count rows that repeat another in every column; of a large log, among some customers."""
    table, source = log.table, log.table.source
    rows, n_rows = table.kept, int(log.rows_of.sum())
    checked = n_rows
    if n_rows > CHECKED_ROWS:
        order = np.random.default_rng(0).permutation(len(log.ids))
        sampled = order[np.cumsum(log.rows_of[order]) <= CHECKED_ROWS]
        checked = int(log.rows_of[sampled].sum())
        rows = source.of(rows, table.behind_customer, log.ids[np.sort(sampled)])
    repeated = rows.group_by(*source.columns).agg(nw.len().alias(N)).filter(nw.col(N) > 1)
    found = source.row(repeated.select((nw.col(N) - 1).alias(N)).select(nw.col(N).sum()))
    n = int(found[N] or 0)
    if checked < n_rows:
        add_note(notes, "duplicates_of_some", n, checked=checked)
    else:
        add_note(notes, "duplicates", n)
