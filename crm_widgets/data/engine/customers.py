"""A table of customers in an engine: read into memory, all of it or customers drawn at random."""

from __future__ import annotations

import narwhals as nw
import numpy as np

from ...errors import InputError
from ..reading.live import Given
from ..reading.source import Source
from ..vocabulary.notes import Note
from .checks import present, under_roles
from .source import Frame, LazySource, ids_of, in_turn
from .table import LazyTable

MOST_CELLS = 60_000_000
"""Rows times columns that are read into memory (about half a gigabyte)."""
SEED = 0


@in_turn
def read_customers(source: LazySource, who: str) -> tuple[Source, LazyTable, tuple[Note, ...]]:
    """Read customers into memory; of a table that is too large, some drawn at random.

    Returns
    -------
    tuple
        The rows in memory, the table in its engine, and what must be said.

    Raises
    ------
    InputError
        If an id stands in several rows, which would be found out too late in a sample.
    """
    roles = {"customer": source.expression(who)}
    table, _ = under_roles(source, {"customer": who}, roles, present(source, who))
    n = source.n
    if not n:
        raise InputError("no_rows")
    notes = [Note("in_engine", n, {"engine": source.engine})]
    rows, most = source.frame, max(1000, MOST_CELLS // len(source.columns))
    if n > most:
        ids = ids_of(source.collect(table.query(["customer"])), "customer")
        if not ids.is_unique:
            raise InputError("repeated_customers", column=who, n=int(ids.duplicated().sum()))
        drawn = np.random.default_rng(SEED).choice(len(ids), most, replace=False, shuffle=False)
        rows = source.of(table.kept, who, ids.sort_values()[np.sort(drawn)])
        notes.append(Note("sampled_customers", most, {"whole": n}))
    return _in_memory(source, rows), table, tuple(notes)


def _in_memory(source: LazySource, rows: Frame) -> Source:
    found = source.collect(rows.select(*(nw.col(name) for name in source.columns)))
    native = found.to_native()
    return Source(native, dict(source.columns), Given(native))
