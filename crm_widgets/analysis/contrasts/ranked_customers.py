"""Features of customers ranked once, so that any group of them is compared without sorting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.in_memory.table import ArrayTable
from ...data.machine.parallel import in_threads
from ...errors import InputError, missing_column
from ..segments.scaling import seeded_rows
from ..statistics.dominance import Placements, placements_of_counts, placements_of_positions

Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Kind = Literal["number", "share", "category"]

MOST_CELLS = 8_000_000
"""Customers times features that are ranked; of more, a sample of the customers."""
MOST_LEVELS = 50
"""A category of more levels is no feature to compare."""
MANY_CELLS = 2_000_000
"""Customers times features from which columns on demand are ranked one after another."""
CODED = 1 << 16
"""Distinct values up to which a column is kept as codes of two bytes."""


@dataclass(frozen=True, eq=False)
class RankedColumn:
    """A feature, its distinct values in order.

    ``kind`` is ``"share"`` for a yes or no (a bool, or the numbers 0 and 1) and ``"category"``
    for levels. Of few distinct values ``codes`` gives that of each customer, the number of them
    being a missing one; of many, ``order`` gives the customers from the lowest value on, and
    ``starts`` where each distinct value begins in it (None if no two customers share one).
    """

    name: str
    kind: Kind
    values: npt.NDArray[Any]
    codes: npt.NDArray[np.uint16] | None = None
    total: npt.NDArray[np.int64] | None = None
    order: npt.NDArray[np.int32] | None = None
    starts: npt.NDArray[np.int32] | None = None

    def counts(self, selected: Mask) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Customers at each distinct value: the selected, and the rest."""
        if self.codes is not None and self.total is not None:
            width = len(self.values) + 1
            inside = np.bincount(self.codes[selected], minlength=width)[:-1]
            return inside, self.total - inside
        assert self.order is not None
        chosen = selected[self.order]
        if self.starts is None:
            return chosen.astype(np.int64), (~chosen).astype(np.int64)
        inside = np.add.reduceat(chosen, self.starts, dtype=np.int64)
        return inside, np.diff(np.append(self.starts, self.order.size)) - inside

    def placed(self, selected: Mask) -> tuple[Placements, float, float]:
        """Placements of the selected among the rest, and the medians of both."""
        if self.order is not None and self.starts is None:
            inside = selected[self.order]
            middles = [self._middle(np.flatnonzero(part)) for part in (inside, ~inside)]
            return placements_of_positions(inside), middles[0], middles[1]
        counts = self.counts(selected)
        middles = [self._median(part) for part in counts]
        return placements_of_counts(*counts), middles[0], middles[1]

    def _middle(self, at: npt.NDArray[np.intp]) -> float:
        if not at.size:
            return float("nan")
        return float((self.values[at[(at.size - 1) // 2]] + self.values[at[at.size // 2]]) / 2)

    def _median(self, counts: npt.NDArray[np.int64]) -> float:
        below = np.cumsum(counts)
        n = int(below[-1]) if below.size else 0
        if not n:
            return float("nan")
        low, high = np.searchsorted(below, [(n - 1) // 2, n // 2], side="right")
        return float((self.values[low] + self.values[high]) / 2)


@dataclass(frozen=True, eq=False)
class RankedCustomers:
    """Customers whose features are ranked; ``rows`` are those of the sample, if it is one."""

    columns: tuple[RankedColumn, ...]
    n: int
    rows: npt.NDArray[np.intp] | None = None

    def taken(self, selected: Mask) -> Mask:
        """The mask of the customers who are ranked."""
        return selected if self.rows is None else selected[self.rows]


@dataclass(frozen=True, eq=False)
class OnDemand:
    """Columns of ``n`` customers that are made when asked for, and not kept."""

    n: int
    makers: Mapping[str, Callable[[], Any]]

    def table(self, name: str) -> ArrayTable:
        """One of them, as a table."""
        return ArrayTable({name: self.makers[name]()}, customer=None)


def rank_customers(
    customers: pd.DataFrame | ArrayTable | OnDemand,
    features: Sequence[str] | None = None,
    *,
    most_cells: int = MOST_CELLS,
    seed: int = 0,
) -> RankedCustomers:
    """Rank features of customers, to compare one group after another with ``contrast``.

    Parameters
    ----------
    customers : pandas.DataFrame, ArrayTable or OnDemand
        A row a customer. Many columns that are made on demand are ranked one after another, for
        which little room is needed.
    features : sequence of str, optional
        Columns that are numbers, yes or no, or at most 50 levels; by default all such.
    most_cells : int
        Customers times features up to which all customers are ranked; beyond, a sample of them.
    seed : int
        For the sample.

    Returns
    -------
    RankedCustomers

    Raises
    ------
    InputError
        If there is no such column, or it holds times or too many levels.

    Examples
    --------
    >>> ranked = rank_customers(pd.DataFrame({"orders": [1, 5, 2], "plan": ["a", "b", "a"]}))
    >>> [(column.name, column.kind) for column in ranked.columns]
    [('orders', 'number'), ('plan', 'category')]
    """
    if isinstance(customers, pd.DataFrame):
        plain = customers.reset_index(drop=True)
        customers = ArrayTable({str(name): plain[name] for name in plain}, customer=None)
    known = list(customers.makers if isinstance(customers, OnDemand) else customers.kinds)
    if features is None:
        features = [name for name in known if _comparable(customers, name)]
    for name in features:
        if name not in known:
            raise missing_column(name, known)
        if not _comparable(customers, name):
            raise InputError("not_to_compare", column=name, most=MOST_LEVELS)
    n = customers.n
    rows = None
    if n * len(features) > most_cells:
        rows = seeded_rows(n, max(most_cells // len(features), 1), seed)

    def some(share: Sequence[str]) -> list[RankedColumn]:
        return [_ranked(customers, name, rows) for name in share]

    one_by_one = isinstance(customers, OnDemand) and n * len(features) > MANY_CELLS
    shares = [some(features)] if one_by_one else in_threads(some, list(features))
    found = {one.name: one for share in shares for one in share}
    return RankedCustomers(tuple(found[name] for name in features), n, rows)


def _comparable(table: ArrayTable | OnDemand, name: str) -> bool:
    if isinstance(table, OnDemand):  # of whoever makes columns to be compared
        return True
    kind = table.kinds[name]
    return kind != "time" and (kind != "category" or len(table.distinct(name)) <= MOST_LEVELS)


def _ranked(
    customers: ArrayTable | OnDemand, name: str, rows: npt.NDArray[np.intp] | None
) -> RankedColumn:
    table = customers.table(name) if isinstance(customers, OnDemand) else customers
    table = table if rows is None else table.at(rows)
    if table.kinds.get(name) == "category":
        levels = table.distinct(name).to_numpy()
        return _coded(name, "category", levels, table.codes(name))
    values, kind = table.numbers(name), table.kinds[name]
    del table  # what is not needed any more is let go: of many customers it is much
    codes, distinct = _whole_codes(values)
    if codes is not None:
        share = kind == "bool" or distinct.tolist() in ([0.0, 1.0], [0.0], [1.0])
        return _coded(name, "share" if share else "number", distinct, codes)
    n = values.size
    order = np.argsort(values).astype(np.int32)
    ordered = values[order]
    del values
    present = int(np.searchsorted(ordered, np.inf, side="right"))  # NaN is sorted last
    ordered, order = ordered[:present], order[:present]
    first = np.ones(present, bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    if np.count_nonzero(first) == present >= CODED:
        return RankedColumn(name, "number", ordered, order=order)
    starts = np.flatnonzero(first).astype(np.int32)
    distinct = ordered[starts]
    if len(distinct) < CODED:
        codes = np.full(n, -1, np.int32)
        codes[order] = np.cumsum(first, dtype=np.int32) - 1
        return _coded(name, "number", distinct, codes)
    return RankedColumn(name, "number", distinct, order=order, starts=starts)


def _whole_codes(values: Floats) -> tuple[npt.NDArray[Any] | None, Floats]:
    """Codes of whole numbers in a small range, found by counting."""
    present = ~np.isnan(values)
    inside = values if present.all() else values[present]
    if not inside.size:
        return np.full(len(values), -1, np.int32), inside
    low, high = float(inside.min()), float(inside.max())
    if high - low >= CODED - 1 or abs(low) > 2**52 or (inside != np.trunc(inside)).any():
        return None, inside
    offset = (inside - low).astype(np.int32)
    there = np.bincount(offset) > 0
    codes = np.full(len(values), -1, np.int32)
    codes[present] = (np.cumsum(there, dtype=np.int32) - 1)[offset]
    return codes, np.asarray(np.flatnonzero(there) + low, np.float64)


def _coded(
    name: str, kind: Kind, values: npt.NDArray[Any], codes: npt.NDArray[Any]
) -> RankedColumn:
    width = len(values)
    small = np.where(codes < 0, width, codes).astype(np.uint16)
    total = np.bincount(small, minlength=width + 1)[:width]
    return RankedColumn(name, kind, values, codes=small, total=total)
