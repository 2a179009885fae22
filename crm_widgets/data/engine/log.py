"""A transaction log in an engine: who bought when for how much, read by queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from ..vocabulary.clauses import Group, Predicate
from ..vocabulary.notes import Note
from .expressions import holds
from .source import Frame, LazySource, array, in_turn
from .table import LazyTable

DAY, RETURNED, N = "crm_widgets_day", "crm_widgets_returned", "crm_widgets_n"
ROWS_AT_ONCE = 16_000_000
"""Rows of whole customers that are grouped in one query, so that an engine's memory suffices."""


@dataclass(frozen=True, eq=False)
class LazyLog:
    """A log in an engine, and what its checks found.

    Attributes
    ----------
    table
        Its rows, columns under their roles.
    columns
        Table column → column of the frame.
    ids, rows_of
        The customers, sorted, and how many rows each has.
    days, rows_on
        Days (since 1970) with rows, in order, and how many rows each has.
    end
        The last day that is believed.
    is_return
        Whether a row is a return; None if none is.
    notes
        What was found and what was done about it, counted.
    """

    table: LazyTable
    columns: Mapping[str, Hashable]
    ids: pd.Index[Any]
    rows_of: npt.NDArray[np.int64]
    days: npt.NDArray[np.int64]
    rows_on: npt.NDArray[np.int64]
    end: dt.date
    is_return: nw.Expr | None
    notes: tuple[Note, ...]

    @property
    def source(self) -> LazySource:
        """The table in its engine."""
        return self.table.source

    @in_turn
    def rows(self, *columns: str, until: dt.date | None = None) -> Frame:
        """Customer, day and whether it is a return (0 or 1) of each row, and more columns.

        Rows are those up to a day, by default the last that is believed.
        """
        table = self.table
        terms = {name: table.field(name)[0] for name in ("customer", *columns)}
        terms[DAY] = table.field("time")[0].cast(nw.Date)
        terms[RETURNED] = nw.lit(0)
        if self.is_return is not None:
            terms[RETURNED] = nw.when(self.is_return).then(nw.lit(1)).otherwise(nw.lit(0))
        last = self.end if until is None else min(until, self.end)
        return table.kept.select(**terms).filter(nw.col(DAY) <= nw.lit(last))

    @property
    def span(self) -> int:
        """Days from the first with rows to the last."""
        return int(self.days[-1] - self.days[0]) + 1

    def of(self, chosen: npt.NDArray[np.bool_]) -> LazyLog:
        """The same log of some of its customers; its end stays."""
        ids = self.ids[chosen]
        table = self.table.semi_join(ids.tolist())
        days, rows_on = rows_by_day(table)
        return replace(
            self, table=table, ids=ids, rows_of=self.rows_of[chosen], days=days, rows_on=rows_on
        )

    @property
    def is_purchase(self) -> nw.Expr:
        """Whether a row is no return."""
        assert self.is_return is not None
        return nw.when(self.is_return).then(nw.lit(False)).otherwise(nw.lit(True))

    def parts(self, rows: Frame) -> Iterator[tuple[slice, Frame]]:
        """Rows of some customers at a time, and which of ``ids`` these are."""
        upto = np.cumsum(self.rows_of)
        cuts = np.searchsorted(upto, np.arange(ROWS_AT_ONCE, int(upto[-1]), ROWS_AT_ONCE))
        bounds = np.unique([0, *cuts, len(self.ids)]).tolist()
        for lo, hi in pairwise(bounds):
            part = rows
            if lo:
                part = part.filter(nw.col("customer") >= nw.lit(self._id(lo)))
            if hi < len(self.ids):
                part = part.filter(nw.col("customer") < nw.lit(self._id(hi)))
            yield slice(lo, hi), part

    @in_turn
    def divides(self, predicate: Predicate) -> bool:
        """Whether a predicate holds for some rows of a customer and not for others."""
        if isinstance(predicate, Group):
            return False
        flag = nw.when(holds(predicate, self.table.field)).then(nw.lit(1)).otherwise(nw.lit(0))
        rows = self.table.kept.select(**{N: flag, "customer": self.table.field("customer")[0]})
        each = rows.group_by("customer").agg(low=nw.col(N).min(), high=nw.col(N).max())
        found = each.filter(nw.col("low") < nw.col("high")).select(n=nw.len())
        return bool(self.table.source.row(found)["n"])

    def _id(self, place: int) -> Any:
        found = self.ids[place]
        return found.item() if isinstance(found, np.generic) else found


@in_turn
def rows_by_day(table: LazyTable) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Days (since 1970) that have rows, in order, and how many."""
    rows = table.kept.select(**{DAY: table.field("time")[0].cast(nw.Date)})
    found = table.source.collect(rows.group_by(DAY).agg(nw.len().alias(N)))
    days, n = array(found, DAY, np.int64), array(found, N, np.int64)
    order = np.argsort(days)
    return days[order], n[order]
