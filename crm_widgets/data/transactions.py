"""A transaction log, checked once at the door."""

from __future__ import annotations

import datetime as dt
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
from .base import Data, add_note, tabulate
from .checks import day_of, exact_duplicates, last_sane, present_ids
from .columns import Column
from .frames import Source, open_frame
from .notes import Note
from .times import parse_times

Returns = Literal["net", "gross", "drop"]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Transactions(Data):
    """A transaction log: a row a purchase, or a line of one.

    Roles that are not named are inferred where a header or a type leaves no doubt. The frame
    is not changed; it is remembered as it was when given.

    Parameters
    ----------
    frame
        A pandas, polars or pyarrow frame.
    customer, time, amount
        Columns of customer ids, times and money. A log without amounts will do for some
        analyses.
    order, product
        Columns of order numbers and of products, if there are any.
    returns
        What becomes of returns, that is of rows with a negative amount. ``"net"``: they are
        subtracted from the customer's money. ``"gross"``: they stay in the log and their amount
        counts as 0, so that money is what was bought before returns. ``"drop"``: their rows are
        left out, and with them a customer who has no others. A return is never a purchase.

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
    purchases
        The rows of ``table`` that are no returns: what recency and frequency count.
    is_return
        Which rows of ``table`` are returns.
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

    customer: str
    time: str
    amount: str | None
    order: str | None
    product: str | None
    returns: Returns
    end: dt.date
    is_return: npt.NDArray[np.bool_]

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
        given = {"customer": customer, "time": time, "amount": amount}
        given |= {"order": order, "product": product}
        places = headers.assign(given, source.kinds)
        if source.n == 0:
            raise errors.InputError("no_rows")
        notes: list[Note] = []
        roles, keep = _who_and_when(source, places, notes)
        returned = np.zeros(source.n, bool)
        if "amount" in places:
            roles["amount"], returned = _money(source, places["amount"], returns, keep, notes)
            if returns == "drop":
                keep = keep & ~returned
        if not keep.any():
            raise errors.InputError("no_usable_rows", customer=places["customer"])
        for role in ("order", "product"):
            if role in places:
                roles[role] = source.column(places[role])

        table, columns, positions = tabulate(source, roles, places, keep)
        end, late, last = last_sane(table.numbers("time"))
        add_note(notes, "future_dates", late, last=last, end=end)
        add_note(notes, "duplicates", exact_duplicates(source, table, positions))
        self._set(
            frame=source.native,
            **{role: places.get(role) for role in given},
            returns=returns,
            notes=tuple(notes),
            table=table,
            columns=columns,
            ids=table.ids,
            positions=positions,
            end=end,
            _source=source,
            _asked={role: places.get(role) for role in ("customer", "time", "amount")}
            | {"order": order, "product": product, "returns": returns},
            is_return=returned[positions],
        )

    def __repr__(self) -> str:
        first = day_of(self.table.numbers("time").min())
        return (
            f"<Transactions: {self.table.n:,} rows of {len(self.ids):,} customers, "
            f"{first} to {self.end}>"
        )

    @cached_property
    def purchases(self) -> ArrayTable:
        """Rows of ``table`` that are no returns: what recency and frequency count."""
        return self.table.at(~self.is_return) if self.is_return.any() else self.table


def _who_and_when(
    source: Source, places: dict[str, str], notes: list[Note]
) -> tuple[dict[str, Column], npt.NDArray[np.bool_]]:
    """Customers and times, and the rows that have both."""
    who, when = places["customer"], places["time"]
    customers = source.column(who)
    known = present_ids(customers)
    times = parse_times(source.series(when), when)
    timeless = np.isnan(times.ms)
    add_note(notes, "missing_customers", source.n - int(known.sum()), column=who)
    add_note(notes, "failed_times", times.failed, column=when)
    add_note(notes, "missing_times", int(timeless.sum()) - times.failed, column=when)
    add_note(notes, "time_zone", len(times.zones), zone=", ".join(times.zones))
    time = Column(pd.Series(times.ms), "time", name="time", numbers=times.ms)
    return {"customer": customers, "time": time}, known & ~timeless


def _money(
    source: Source, column: str, returns: Returns, keep: npt.NDArray[np.bool_], notes: list[Note]
) -> tuple[Column, npt.NDArray[np.bool_]]:
    """Amounts, and which rows are returns."""
    parsed = parse_amounts(source.series(column), column)
    money = parsed.values
    add_note(notes, "missing_amounts", parsed.missing, column=column)
    add_note(notes, "failed_amounts", parsed.failed, column=column)
    add_note(notes, "infinite_amounts", parsed.infinite, column=column)
    returned = (money < 0) & keep
    n = int(returned.sum())
    if n:
        add_note(notes, f"returns_{returns}", n, amount=float(money[returned].sum()))
    if n and returns == "gross":
        money = np.where(returned, 0.0, money)
    return Column(pd.Series(money), "number", name="amount", numbers=money), returned
