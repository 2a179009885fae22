"""Features of customers ranked once, so that any group of them is compared without sorting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..data.arrays import ArrayTable
from ..data.parallel import in_threads
from ..errors import InputError, missing_column
from .dominance import Placements, placements_of_counts, placements_of_positions
from .scaling import seeded_rows

Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Kind = Literal["number", "share", "category"]

MOST_CELLS = 8_000_000
"""Customers times features that are ranked; of more, a sample of the customers."""
MOST_LEVELS = 50
"""A category of more levels is no feature to compare."""
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
    starts: npt.NDArray[np.intp] | None = None

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


def rank_customers(
    customers: pd.DataFrame | ArrayTable,
    features: Sequence[str] | None = None,
    *,
    most_cells: int = MOST_CELLS,
    seed: int = 0,
) -> RankedCustomers:
    """Rank features of customers, to compare one group after another with ``contrast``.

    Parameters
    ----------
    customers : pandas.DataFrame or ArrayTable
        A row a customer.
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
        table = ArrayTable({str(name): plain[name] for name in plain}, customer=None)
    else:
        table = customers
    if features is None:
        features = [name for name in table.kinds if _comparable(table, name)]
    for name in features:
        if name not in table.kinds:
            raise missing_column(name, table.kinds)
        if not _comparable(table, name):
            raise InputError("not_to_compare", column=name, most=MOST_LEVELS)
    n = table.n
    rows = None
    if n * len(features) > most_cells:
        rows = seeded_rows(n, max(most_cells // len(features), 1), seed)
        table = table.at(rows)

    def some(share: Sequence[str]) -> list[RankedColumn]:
        return [_ranked(table, name) for name in share]

    found = {one.name: one for share in in_threads(some, list(features)) for one in share}
    return RankedCustomers(tuple(found[name] for name in features), n, rows)


def _comparable(table: ArrayTable, name: str) -> bool:
    kind = table.kinds[name]
    return kind != "time" and (kind != "category" or len(table.distinct(name)) <= MOST_LEVELS)


def _ranked(table: ArrayTable, name: str) -> RankedColumn:
    if table.kinds.get(name) == "category":
        levels = table.distinct(name).to_numpy()
        return _coded(name, "category", levels, table.codes(name))
    values = table.numbers(name)
    codes, distinct = _whole_codes(values)
    if codes is not None:
        share = table.kinds[name] == "bool" or distinct.tolist() in ([0.0, 1.0], [0.0], [1.0])
        return _coded(name, "share" if share else "number", distinct, codes)
    order = np.argsort(values)
    ordered = values[order]
    present = int(np.searchsorted(ordered, np.inf, side="right"))  # NaN is sorted last
    ordered, order = ordered[:present], order[:present]
    first = np.ones(present, bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    distinct = ordered[starts]
    if len(distinct) < CODED:
        codes = np.full(len(values), len(distinct), np.int64)
        codes[order] = np.cumsum(first) - 1
        return _coded(name, "number", distinct, np.where(codes == len(distinct), -1, codes))
    tied = starts if len(distinct) < present else None
    return RankedColumn(name, "number", distinct, order=order.astype(np.int32), starts=tied)


def _whole_codes(values: Floats) -> tuple[npt.NDArray[Any] | None, Floats]:
    """Codes of whole numbers in a small range, found by counting."""
    present = ~np.isnan(values)
    inside = values if present.all() else values[present]
    if not inside.size:
        return np.full(len(values), -1), inside
    low, high = float(inside.min()), float(inside.max())
    if high - low >= CODED - 1 or abs(low) > 2**52 or (inside != np.trunc(inside)).any():
        return None, inside
    offset = (inside - low).astype(np.int64)
    there = np.bincount(offset) > 0
    codes = np.full(len(values), -1, np.int64)
    codes[present] = (np.cumsum(there) - 1)[offset]
    return codes, np.asarray(np.flatnonzero(there) + low, np.float64)


def _coded(
    name: str, kind: Kind, values: npt.NDArray[Any], codes: npt.NDArray[Any]
) -> RankedColumn:
    width = len(values)
    small = np.where(codes < 0, width, codes).astype(np.uint16)
    total = np.bincount(small, minlength=width + 1)[:width]
    return RankedColumn(name, kind, values, codes=small, total=total)
