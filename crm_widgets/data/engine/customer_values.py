"""Which customers of a log in an engine are meant, and what they were like when they began."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from ..vocabulary.clauses import Group, Predicate
from ..vocabulary.table import Levels
from .expressions import bin_of
from .log import LazyLog
from .source import Frame, array, ids_of, in_turn

FIRST, CODE, LOW, HIGH = (f"crm_widgets_{name}" for name in ("first", "code", "low", "high"))


@in_turn
def satisfying(log: LazyLog, where: Sequence[Predicate]) -> npt.NDArray[np.bool_]:
    """Which of the customers have a row that satisfies every predicate."""
    found = np.ones(len(log.ids), bool)
    rows = [predicate for predicate in where if not isinstance(predicate, Group)]
    for predicate in where:
        if isinstance(predicate, Group):
            found &= np.asarray(log.ids.isin(list(predicate.customers)))
    if rows:
        found &= np.asarray(log.ids.isin(log.table.customers_where(rows)))
    return found


@in_turn
def sorted_levels(log: LazyLog, column: str, most: int) -> pd.Index[Any]:
    """The distinct values of a column, sorted; at most one more than ``most``."""
    found: pd.Index[Any] = pd.Index(sorted(log.table.levels(column, most + 1)["level"].tolist()))
    return found


@in_turn
def value_counts(log: LazyLog, column: str, levels: pd.Index[Any]) -> pd.DataFrame:
    """How many rows of a customer have each value: ``customer``, ``value`` (places), ``n``."""
    place, _ = bin_of(Levels(column, tuple(levels)), log.table.field)
    who = log.table.field("customer")[0]
    rows = log.table.kept.select(**{"customer": who, CODE: place}).drop_nulls(CODE)
    parts = []
    for here, part in log.parts(rows):
        counted = part.group_by("customer", CODE).agg(n=nw.len())
        found = log.table.source.collect(counted)
        at = log.ids[here].get_indexer(ids_of(found, "customer")) + here.start
        value, n = array(found, CODE, np.int64), array(found, "n", np.int64)
        parts.append(pd.DataFrame({"customer": at, "value": value, "n": n}))
    return pd.concat(parts, ignore_index=True)


@in_turn
def first_values(
    log: LazyLog, column: str, most: int
) -> tuple[tuple[Hashable, ...], npt.NDArray[np.int32], int]:
    """A column's value at each customer's first purchase.

    Of purchases at the same time the lowest counts, and a missing one before others.

    Returns
    -------
    tuple
        The values, sorted (at most one more than ``most``); the place of each customer's among
        them, -1 if it is missing; and how many customers have other values as well.
    """
    table = log.table
    levels = sorted_levels(log, column, most).tolist()
    codes = np.full(len(log.ids), -1, np.int32)
    if len(levels) > most:
        return tuple(levels), codes, 0
    place, _ = bin_of(Levels(column, tuple(levels)), table.field)
    coded = nw.when(~place.is_null()).then(place).otherwise(nw.lit(-1))
    everything = table.kept.select(**{"customer": table.field("customer")[0], CODE: coded})
    low, high = codes.copy(), codes.copy()
    for here, part in log.parts(everything):
        asked = {LOW: nw.col(CODE).min(), HIGH: nw.col(CODE).max()}
        found = table.source.collect(part.group_by("customer").agg(**asked))
        at = log.ids[here].get_indexer(ids_of(found, "customer")) + here.start
        low[at], high[at] = array(found, LOW, np.int32), array(found, HIGH, np.int32)
    for here, part in log.parts(_purchases(log, coded)):
        first = part.group_by("customer").agg(**{FIRST: nw.col("time").min()})
        begun = part.join(first, on="customer", how="inner")
        begun = begun.filter(nw.col("time") == nw.col(FIRST))
        found = table.source.collect(begun.group_by("customer").agg(**{CODE: nw.col(CODE).min()}))
        at = log.ids[here].get_indexer(ids_of(found, "customer")) + here.start
        codes[at] = array(found, CODE, np.int32)
    others = (codes >= 0) & ((low != codes) | (high != codes))
    return tuple(levels), codes, int(others.sum())


def _purchases(log: LazyLog, coded: nw.Expr) -> Frame:
    """Customer, time and code of each purchase until the last day that is believed."""
    who, when = (log.table.field(name)[0] for name in ("customer", "time"))
    rows = log.table.kept if log.is_return is None else log.table.kept.filter(log.is_purchase)
    day = when.cast(nw.Date)
    return rows.filter(day <= nw.lit(log.end)).select(customer=who, time=when, **{CODE: coded})
