"""What a selection can say: a closed vocabulary of conditions on the columns of a table.

No clause holds row numbers, and none is ever evaluated as code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Space = Literal["column", "derived", "model"]


@dataclass(frozen=True, slots=True)
class Interval:
    """``lo <= field < hi``, or ``<= hi`` when ``closed`` (the last bin of a histogram).

    Times are epoch milliseconds, naive times read as UTC.
    """

    field: str
    lo: float
    hi: float
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Values:
    """``field`` is one of ``values``; ``None`` stands for a missing value."""

    field: str
    values: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """Two intervals at once, as brushed on a map."""

    x: Interval
    y: Interval


@dataclass(frozen=True, slots=True, repr=False)
class Group:
    """The customers of a named list; ``fields`` are those of the conditions that made it."""

    name: str
    customers: frozenset[Hashable]
    fields: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Group {self.name!r}: {len(self.customers):,} customers, {hash(self):x}>"


Predicate: TypeAlias = Interval | Values | Box | Group


@dataclass(frozen=True, slots=True)
class Clause:
    """A predicate, and the space in which its fields mean something.

    ``column``: a column of the analyst's own table, that of ``table`` (see
    ``table_of``; empty: of any table that has it). ``derived``: a feature of customers,
    computed as of ``as_of``. ``model``: a label or a coordinate of the fitted model whose
    fingerprint is ``model``. ``source`` names the view that made it (``"<widget>/<view>"``),
    and is empty for a clause written in Python.
    """

    predicate: Predicate
    space: Space = "column"
    as_of: dt.date | None = None
    model: str | None = None
    source: str = ""
    table: str = ""
