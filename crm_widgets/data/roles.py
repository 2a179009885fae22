"""Columns given roles, checked once at the door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from .. import errors
from . import headers
from .amounts import parse_amounts
from .arrays import ArrayTable
from .checks import exact_duplicates, last_sane, present_ids
from .columns import Column, kind_of
from .frames import Source, open_frame
from .notes import Note
from .table import Kind
from .times import parse_times

Returns = Literal["net", "gross", "drop"]

DAY_MS = 86_400_000


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Transactions:
    """A transaction log: a row a purchase, or a line of one.

    Roles that are not named are inferred where a header or a type leaves no doubt. The frame
    is not changed; it is remembered as it was when given.

    Parameters
    ----------
    frame
        A pandas, polars or pyarrow frame.
    customer, time, amount
        Columns of customer ids, times and money. ``amount`` may be absent.
    order, product
        Columns of order numbers and of products, if there are any.
    returns
        What becomes of returns, that is of rows with a negative amount. ``"net"``: they are
        subtracted from the customer's money. ``"gross"``: they stay in the log and their amount
        counts as 0, so money is what was bought before returns. ``"drop"``: their rows are left
        out, and a customer who has no others with them. Never is a return a purchase.

    Attributes
    ----------
    frame
        The rows as given, of the caller's type.
    customer, time, amount, order, product, returns
        Names of the columns in the roles (None if there is none), and the choice.
    notes
        What was found and what was done about it, counted.
    table
        The rows used, columns under their roles (``customer``, ``time``, ``amount``, ``order``,
        ``product``), the other columns under their own names. ``amount`` is NaN where missing.
    columns
        Table column → column of the frame.
    ids
        The customers, sorted; ``table.codes("customer")`` points into them.
    positions
        Position in ``frame`` of each row of ``table``.
    end
        The last day of the log: dates after today, or more than 30 days past the 99.9th
        percentile, are not believed.

    Raises
    ------
    InputError
        If a role is in doubt, a column is missing or cannot be read, or no row can be used.

    Examples
    --------
    >>> from crm_widgets.data.datasets import cdnow
    >>> log = Transactions(cdnow())
    >>> log.customer, log.time, log.amount, log.end
    ('customer', 'date', 'amount', datetime.date(1998, 6, 30))
    """

    frame: Any
    customer: str
    time: str
    amount: str | None
    order: str | None
    product: str | None
    returns: Returns
    notes: tuple[Note, ...]
    table: ArrayTable
    columns: Mapping[str, Hashable]
    ids: pd.Index[Any]
    positions: npt.NDArray[np.intp]
    end: dt.date

    def __init__(
        self,
        frame: Any,
        customer: str | None = None,
        time: str | None = None,
        amount: str | None = None,
        *,
        order: str | None = None,
        product: str | None = None,
        returns: Returns = "net",
    ) -> None:
        if returns not in ("net", "gross", "drop"):
            raise errors.InputError("unknown_returns", given=returns)
        source = open_frame(frame)
        kinds = source.kinds()
        given = {
            "customer": customer,
            "time": time,
            "amount": amount,
            "order": order,
            "product": product,
        }
        roles = headers.assign(given, kinds)
        if source.n == 0:
            raise errors.InputError("no_rows")
        who, when = roles["customer"], roles["time"]
        assert who is not None and when is not None
        notes: list[Note] = []

        ids = present_ids(source.series(who), who)
        times = parse_times(source.series(when), when)
        keep = ids & ~np.isnan(times.ms)
        _count(notes, "missing_customers", source.n - int(ids.sum()), column=who)
        _count(notes, "failed_times", times.failed, column=when)
        no_time = int(np.isnan(times.ms).sum()) - times.failed
        _count(notes, "missing_times", no_time, column=when)
        if times.zones:
            notes.append(Note("time_zone", len(times.zones), {"zone": ", ".join(times.zones)}))

        money = None
        negative = np.zeros(source.n, bool)
        if (paid := roles["amount"]) is not None:
            parsed = parse_amounts(source.series(paid), paid)
            money = parsed.values
            _count(notes, "missing_amounts", parsed.missing, column=paid)
            _count(notes, "failed_amounts", parsed.failed, column=paid)
            _count(notes, "infinite_amounts", parsed.infinite, column=paid)
            negative = (money < 0) & keep
            n = int(negative.sum())
            _count(notes, f"returns_{returns}", n, amount=float(money[negative].sum()))
            if returns == "gross" and n:
                money = np.where(negative, 0.0, money)
            elif returns == "drop":
                keep &= ~negative
        if not keep.any():
            raise errors.InputError("no_usable_rows", customer=who, time=when)

        positions = np.flatnonzero(keep)
        everything = positions.size == source.n
        ready = {"time": times.ms} if money is None else {"time": times.ms, "amount": money}
        table, columns = _table(source, kinds, roles, ready, None if everything else positions)
        end, late, last = last_sane(table.numbers("time"))
        _count(notes, "future_dates", late, last=last, end=end)
        twins = exact_duplicates(source, table, positions)
        _count(notes, "duplicates", twins)

        for name, value in {
            "frame": source.native,
            **roles,
            "returns": returns,
            "notes": tuple(notes),
            "table": table,
            "columns": columns,
            "ids": table.ids,
            "positions": positions,
            "end": end,
            "_source": source,
            "_is_return": negative[positions],
        }.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        first = dt.date(1970, 1, 1) + dt.timedelta(
            days=int(self.table.numbers("time").min() // DAY_MS)
        )
        return (
            f"<Transactions: {self.table.n:,} rows of {len(self.ids):,} customers, "
            f"{first} to {self.end}>"
        )

    @property
    def is_return(self) -> npt.NDArray[np.bool_]:
        """Which rows of ``table`` are returns."""
        found: npt.NDArray[np.bool_] = self.__dict__["_is_return"]
        return found

    @cached_property
    def purchases(self) -> ArrayTable:
        """The rows of ``table`` that are no returns: what recency and frequency count."""
        return self.table if not self.is_return.any() else self.table.at(~self.is_return)

    def rows_of(self, ids: Iterable[Hashable]) -> Any:
        """The rows of these customers that are in ``table``, as rows of ``frame``, in its order."""
        return _rows_of(self.__dict__["_source"], self.table, self.positions, ids)


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Customers:
    """A table of customers: a row each.

    Parameters
    ----------
    frame
        A pandas, polars or pyarrow frame.
    customer
        Column of customer ids; inferred from its header, and otherwise the index of a pandas
        frame, or the number of the row (from 0).

    Attributes
    ----------
    frame, columns, notes, positions
        As of ``Transactions``.
    customer
        Name of the column of ids, or None.
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

    frame: Any
    customer: str | None
    notes: tuple[Note, ...]
    table: ArrayTable
    columns: Mapping[str, Hashable]
    ids: pd.Index[Any]
    positions: npt.NDArray[np.intp]

    def __init__(self, frame: Any, customer: str | None = None) -> None:
        source = open_frame(frame)
        kinds = source.kinds()
        notes: list[Note] = []
        if customer is not None and customer not in kinds:
            raise errors.missing_column(customer, kinds)
        if source.n == 0:
            raise errors.InputError("no_rows")
        who = customer if customer is not None else headers.sure("customer", kinds)
        positions = np.arange(source.n)
        ready: dict[str, Any] = {}
        if who is None:
            ready["customer"], numbered = _index_ids(source)
            _count(notes, "row_numbers", source.n if numbered else 0)
        else:
            present = present_ids(source.series(who), who)
            _count(notes, "missing_customers", source.n - int(present.sum()), column=who)
            positions = np.flatnonzero(present)
        if not positions.size:
            raise errors.InputError("no_usable_rows", customer=who, time="")
        rows = None if positions.size == source.n else positions
        table, columns = _table(source, kinds, {"customer": who}, ready, rows)
        repeated = table.n - len(table.ids)
        if repeated:
            raise errors.InputError("repeated_customers", column=who, n=repeated)
        for name, value in {
            "frame": source.native,
            "customer": who,
            "notes": tuple(notes),
            "table": table,
            "columns": columns,
            "ids": table.ids,
            "positions": positions,
            "_source": source,
        }.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<Customers: {len(self.ids):,} customers, {len(self.columns)} columns>"

    def rows_of(self, ids: Iterable[Hashable]) -> Any:
        """The rows of these customers, as rows of ``frame``, in its order."""
        return _rows_of(self.__dict__["_source"], self.table, self.positions, ids)


def as_data(frame: Any, **roles: Any) -> Transactions | Customers:
    """``frame`` as a log or as a table of customers, whichever it is.

    It is a log if a time, an amount, an order, a product or ``returns`` is given, or if
    customers stand in several rows; otherwise a table of customers. A ``Transactions`` or
    ``Customers`` is returned as it is.

    Examples
    --------
    >>> as_data(pd.DataFrame({"client_id": [7, 3], "age": [41, 29]}))
    <Customers: 2 customers, 1 columns>
    """
    if isinstance(frame, Transactions | Customers):
        return frame
    given = {name: value for name, value in roles.items() if value is not None}
    if set(given) - {"customer"}:
        return Transactions(frame, **given)
    source = open_frame(frame)
    kinds = source.kinds()
    who = given.get("customer") or headers.sure("customer", kinds)
    if who is not None and who in kinds:
        ids = source.series(who)
        if ids.dropna().duplicated().any():
            return Transactions(frame, **given)
    return Customers(frame, **given)


def _count(notes: list[Note], key: str, n: int, **values: object) -> None:
    if n:
        notes.append(Note(key, n, values))


def _index_ids(source: Source) -> tuple[pd.Series[Any], bool]:
    """Ids from the index of a pandas frame if it can tell customers apart, else row numbers."""
    if isinstance(source.native, pd.DataFrame):
        index = source.native.index
        if index.nlevels == 1 and index.is_unique and not index.hasnans:
            return pd.Series(index), False
        return pd.Series(range(source.n)), True
    return pd.Series(range(source.n)), False


def _table(
    source: Source,
    kinds: Mapping[str, Kind],
    roles: Mapping[str, str | None],
    ready: Mapping[str, Any],
    rows: npt.NDArray[np.intp] | None,
) -> tuple[ArrayTable, dict[str, Hashable]]:
    """Columns under their roles, read when first asked for; and where each comes from."""

    def loader(name: str, column: str | None) -> Any:
        def load() -> Column:
            if name in ready:
                numbers = ready[name]
                if isinstance(numbers, pd.Series):
                    made = Column(numbers, name=name)
                else:
                    kind: Kind = "time" if name == "time" else "number"
                    made = Column(pd.Series(numbers), kind, name=name, numbers=numbers)
            else:
                assert column is not None
                made = Column(source.series(column), kinds[column], name=name)
            return made if rows is None else made.take(rows)

        return load

    loaders: dict[str, Any] = {}
    found: dict[str, Kind] = {}
    columns: dict[str, Hashable] = {}
    named = {role: column for role, column in roles.items() if column is not None}
    if "customer" in ready:
        loaders["customer"] = loader("customer", None)
        found["customer"] = kind_of(ready["customer"])
    for role, column in named.items():
        loaders[role] = loader(role, column)
        fixed: dict[str, Kind] = {"time": "time", "amount": "number"}
        found[role] = fixed.get(role, kinds[column])
        columns[role] = source.columns[column]
    for column, header in source.columns.items():
        if column not in named.values():
            name = f"{column} (column)" if column in loaders else column
            loaders[name], found[name], columns[name] = loader(name, column), kinds[column], header
    n = source.n if rows is None else len(rows)
    return ArrayTable.lazily(loaders, found, n, "customer"), columns


def _rows_of(
    source: Source, table: ArrayTable, positions: npt.NDArray[np.intp], ids: Iterable[Hashable]
) -> Any:
    return source.take(positions[table.members(ids)])
