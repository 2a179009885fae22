"""A table of customers, checked once at the door; and which of the two a frame is."""

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
        for given in (customer, duration, event, entry):
            if given is not None and given not in source.kinds:
                raise errors.missing_column(given, source.kinds)
        who = customer if customer is not None else _own_ids(source)
        notes: list[Note] = []
        opened, in_engine = source, None
        if isinstance(opened, LazySource):
            if who is None:
                raise errors.InputError("no_ids_in_engine", engine=opened.engine)
            source, in_engine, said = read_customers(opened, who)
            notes += said
        if source.n == 0:
            raise errors.InputError("no_rows")
        if who is None:
            ids, numbered = _index_ids(source)
            keep = np.ones(source.n, bool)
            add_note(notes, "row_numbers", source.n if numbered else 0)
        else:
            ids = source.column(who)
            keep = present_ids(ids)
            add_note(notes, "missing_customers", source.n - int(keep.sum()), column=who)
            if not keep.any():
                raise errors.InputError("no_usable_rows", customer=who)
        places = {} if who is None else {"customer": who}
        kept = None if keep.all() else np.flatnonzero(keep)
        if kept is not None:
            ids = ids.take(kept)
        table, columns = tabulate(source, {"customer": ids}, places, kept)
        repeated = table.n - len(table.ids)
        if repeated:
            raise errors.InputError("repeated_customers", column=who, n=repeated)
        for column in text_numbers(source):
            add_note(notes, "text_numbers", source.n, column=column)
        self._set(
            frame=opened.native,
            customer=who,
            duration=duration,
            event=event,
            entry=entry,
            notes=tuple(notes),
            table=table,
            columns=columns,
            ids=table.ids,
            _places=kept,
            in_engine=in_engine,
            kept={},
            _source=opened,
            _asked={"customer": who, "duration": duration, "event": event, "entry": entry},
        )

    @property
    def drawn(self) -> bool:
        """Whether these were drawn at random from a table in an engine that is too large."""
        whole = self.holdout is None and self.whole is self
        return whole and any(note.key == "sampled_customers" for note in self.notes)

    def __repr__(self) -> str:
        return f"<Customers: {len(self.ids):,} customers, {len(self.columns)} columns>"


def as_data(
    frame: Any, *, before: Transactions | Customers | None = None, **roles: Any
) -> Transactions | Customers:
    """``frame`` as a log or as a table of customers, whichever it is.

    It is a log if a time, an amount, an order, a product or ``returns`` is given, or if
    customers stand in several rows with a time; otherwise, or with a ``duration``, ``event``
    or ``entry``, a table of customers. A
    ``Transactions`` or ``Customers`` is returned as it is. Of a log that goes on from ``before``
    only the new rows are read, as ``Transactions`` describes.

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
    log = before if isinstance(before, Transactions) else None
    if given.keys() - {"customer"}:
        return Transactions(source, **given, before=log)
    who = given.get("customer") or headers.named("customer", source.kinds)
    if who in source.kinds and headers.has_time(source.kinds) and source.repeats(who):
        return Transactions(source, **given, before=log)
    return Customers(source, **given)


def _own_ids(source: Source) -> str | None:
    """The column of ids of a table of customers, told from its header and that no id repeats."""
    who = headers.named("customer", source.kinds)
    if who is None or who in headers.matches("customer", source.kinds)[0]:
        return who
    return None if source.repeats(who) else who


def _index_ids(source: Source) -> tuple[Column, bool]:
    """Ids from the index of a pandas frame, or the numbers of rows if it repeats."""
    index = source.native.index if isinstance(source.native, pd.DataFrame) else None
    numbered = index is not None and (index.nlevels > 1 or not index.is_unique or index.hasnans)
    ids = pd.Series(range(source.n)) if index is None or numbered else pd.Series(index)
    return Column(ids, name="customer"), numbered
