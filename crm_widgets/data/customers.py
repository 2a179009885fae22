"""A table of customers, checked when read; and whether a frame is one, or a log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import errors
from .base import Data, tabulate
from .engine.customers import read_customers
from .engine.source import LazySource
from .frames import Source, open_frame
from .in_memory.column import Column
from .parsing import headers
from .reading.checks import present_ids, text_numbers
from .transactions import Transactions
from .vocabulary.notes import Note, add_note


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Customers(Data):
    """A table of customers: a row each.

    Parameters
    ----------
    frame
        A pandas, polars or pyarrow frame; or a table in an engine (a DuckDB relation, a polars
        LazyFrame, Dask, PySpark, Ibis), which is read into memory, or customers drawn from it if
        it is too large.
    customer
        Column of customer ids; inferred from its header, and otherwise the index of a pandas
        frame, or the number of the row (from 0).
    duration, event, entry
        Columns for tables that know their dates: how long a customer was watched, whether the
        watching ended because the customer left, and when it began if later than at 0.

    Attributes
    ----------
    frame, notes, columns, positions
        As of ``Transactions``.
    customer
        Name of the column of ids, or None.
    duration, event, entry
        Names of the columns in these roles, or None.
    table
        The columns under their own names, and the ids as ``customer``.
    ids
        The customers, sorted.

    Raises
    ------
    InputError
        If an id stands in several rows, the column is missing, or there are no rows.

    Examples
    --------
    >>> people = Customers(pd.DataFrame({"client_id": [7, 3], "age": [41, 29]}))
    >>> people.customer, people.ids.tolist()
    ('client_id', [3, 7])
    """

    customer: str | None
    duration: str | None
    event: str | None
    entry: str | None

    def __init__(
        self,
        frame: Any,
        customer: str | None = None,
        *,
        duration: str | None = None,
        event: str | None = None,
        entry: str | None = None,
    ) -> None:
        source = open_frame(frame)
        for column_name in (customer, duration, event, entry):
            if column_name is not None and column_name not in source.kinds:
                raise errors.missing_column(column_name, source.kinds)
        id_column = customer if customer is not None else _id_column(source)
        notes: list[Note] = []
        opened, in_engine = source, None
        if isinstance(opened, LazySource):
            if id_column is None:
                raise errors.InputError("no_ids_in_engine", engine=opened.engine)
            source, in_engine, sample_notes = read_customers(opened, id_column)
            notes += sample_notes
        if source.n == 0:
            raise errors.InputError("no_rows")
        if id_column is None:
            ids, numbered = _index_ids(source)
            has_id = np.ones(source.n, bool)
            add_note(notes, "row_numbers", source.n if numbered else 0)
        else:
            ids = source.column(id_column)
            has_id = present_ids(ids)
            add_note(notes, "missing_customers", source.n - int(has_id.sum()), column=id_column)
            if not has_id.any():
                raise errors.InputError("no_usable_rows", customer=id_column)
        role_columns = {} if id_column is None else {"customer": id_column}
        used_rows = None if has_id.all() else np.flatnonzero(has_id)
        if used_rows is not None:
            ids = ids.take(used_rows)
        table, columns = tabulate(source, {"customer": ids}, role_columns, used_rows)
        repeated = table.n - len(table.ids)
        if repeated:
            raise errors.InputError("repeated_customers", column=id_column, n=repeated)
        for column in text_numbers(source):
            add_note(notes, "text_numbers", source.n, column=column)
        self._set(
            frame=opened.native,
            customer=id_column,
            duration=duration,
            event=event,
            entry=entry,
            notes=tuple(notes),
            table=table,
            columns=columns,
            ids=table.ids,
            _positions=used_rows,
            in_engine=in_engine,
            analysis_cache={},
            _source=opened,
            _arguments={
                "customer": id_column,
                "duration": duration,
                "event": event,
                "entry": entry,
            },
        )

    @property
    def is_sample(self) -> bool:
        """Whether these are a random sample of a table in an engine that is too large."""
        return (
            self.split is None
            and self.full is self
            and any(note.key == "sampled_customers" for note in self.notes)
        )

    def __repr__(self) -> str:
        return f"<Customers: {len(self.ids):,} customers, {len(self.columns)} columns>"


def as_data(
    frame: Any, *, previous: Transactions | Customers | None = None, **roles: Any
) -> Transactions | Customers:
    """``frame`` as a log or as a table of customers, whichever it is.

    It is a log if a time, an amount, an order, a product or ``returns`` is given, or if
    customers stand in several rows with a time; otherwise, or with a ``duration``, ``event``
    or ``entry``, a table of customers. A
    ``Transactions`` or ``Customers`` is returned as it is. If rows were appended to the log
    ``previous``, only these are read, as ``Transactions`` describes.

    Examples
    --------
    >>> as_data(pd.DataFrame({"client_id": [7, 3], "age": [41, 29]}))
    <Customers: 2 customers, 2 columns>
    """
    if isinstance(frame, Transactions | Customers):
        return frame
    given = {name: value for name, value in roles.items() if value is not None}
    if given.keys() & {"duration", "event", "entry"}:
        return Customers(frame, **given)
    source = open_frame(frame)
    log = previous if isinstance(previous, Transactions) else None
    if given.keys() - {"customer"}:
        return Transactions(source, **given, previous=log)
    id_column = given.get("customer") or headers.named("customer", source.kinds)
    if id_column in source.kinds and headers.has_time(source.kinds) and source.repeats(id_column):
        return Transactions(source, **given, previous=log)
    return Customers(source, **given)


def _id_column(source: Source) -> str | None:
    """The column of ids of a table of customers, by its header; no id may repeat."""
    column = headers.named("customer", source.kinds)
    if column is None or column in headers.matches("customer", source.kinds)[0]:
        return column
    return None if source.repeats(column) else column


def _index_ids(source: Source) -> tuple[Column, bool]:
    """Ids from the index of a pandas frame, or the numbers of rows if it repeats."""
    index = source.native.index if isinstance(source.native, pd.DataFrame) else None
    numbered = index is not None and (index.nlevels > 1 or not index.is_unique or index.hasnans)
    ids = pd.Series(range(source.n)) if index is None or numbered else pd.Series(index)
    return Column(ids, name="customer"), numbered
