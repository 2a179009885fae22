"""A transaction log, checked once at the door."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import errors
from .base import Data, elsewhere, tabulate
from .engine.checks import read_log
from .engine.log import LazyLog
from .engine.source import LazySource
from .frames import Source, open_frame
from .in_memory.table import ArrayTable
from .machine.memory import give_back
from .parsing import headers
from .reading.appended_log import read_on
from .reading.appended_rows import Growth
from .reading.checks import DAY_MS, day_of
from .reading.choices import Choices, Returns
from .reading.log_rows import LogRows, read_rows


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Transactions(Data):
    """A transaction log: a row a purchase, or a line of one.

    Roles that are not named are inferred where a header or a type leaves no doubt. The frame
    is not changed; it is remembered as it was when given.

    Parameters
    ----------
    frame
        A pandas, polars or pyarrow frame; or a table in an engine (a DuckDB relation, a polars
        LazyFrame, Dask, PySpark, Ibis), whose rows stay there.
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
    currency
        The one currency whose amounts are taken, such as ``"EUR"``, where a column beside the
        amounts, or what is written in them, says several; the rows of others are left out.
    before
        A log read earlier with the same choices. If the frame is that of then with more rows at
        its end, only these are read, and the result is the same; if not, it makes no difference.
        ``log.again(frame)`` is short for it.

    Attributes
    ----------
    frame
        The rows as given, of the caller's type.
    customer, time, amount, order, product, returns, currency
        Names of the columns in the roles (None if there is none), and the choices.
    notes
        What was found and what was done about it, counted.
    table
        The rows used, columns under their roles (``customer``, ``time``, ``amount``, ``order``,
        ``product``), the other columns under their own names. ``amount`` is NaN where missing.
    purchases
        The rows of ``table`` that are no returns: what recency and frequency count.
    is_return
        Which rows of ``table`` are returns.
    day
        Day of each row of ``table``, counted from the first day of the log.
    columns
        Table column → column of the frame.
    ids
        The customers, sorted; ``table.codes("customer")`` points into them.
    positions
        Position in ``frame`` of each row of ``table``.
    log
        Of a table in an engine the log there, else None. Then ``table`` knows only its columns
        and the number of its rows, and there are no ``purchases``, ``is_return``, ``day``,
        ``positions``.
    end
        The last day of the log: dates after today, or more than 30 days past the 99.9th
        percentile, are not believed.
    grown
        How ``table`` goes on from that of ``before``; None if it was read as a whole.

    Raises
    ------
    InputError
        If a role is in doubt, a column is missing or cannot be read, or no row can be used.

    Examples
    --------
    >>> import pandas as pd
    >>> from crm_widgets.data.datasets import cdnow
    >>> log = Transactions(cdnow())
    >>> log.customer, log.time, log.amount, log.end
    ('customer', 'date', 'amount', datetime.date(1998, 6, 30))
    >>> more = log.again(pd.concat([cdnow(), cdnow().tail(2)]))
    >>> more.grown.rows == log.table.n, more.table.n - log.table.n
    (True, 2)
    """

    customer: str
    time: str
    amount: str | None
    order: str | None
    product: str | None
    returns: Returns
    currency: str | None
    end: dt.date
    is_return: npt.NDArray[np.bool_]
    day: npt.NDArray[np.integer[Any]]
    grown: Growth | None
    _chosen: dict[str, str]
    log: LazyLog | None
    _rows: LogRows

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
        currency: str | None = None,
        before: Transactions | None = None,
    ) -> None:
        if returns not in ("net", "gross", "drop"):
            raise errors.InputError("unknown_returns", given=returns)
        before = None if before is None else before.whole
        source = open_frame(frame)
        given = {"customer": customer, "time": time, "amount": amount}
        given |= {"order": order, "product": product}
        places = headers.assign(given, source.kinds)
        asked = {role: places.get(role) for role in ("customer", "time", "amount")}
        asked |= {"order": order, "product": product, "returns": returns, "currency": currency}
        choices = Choices(returns, currency)
        if isinstance(source, LazySource):
            self._stay(source, places, choices, asked)
            return
        if source.n == 0:
            raise errors.InputError("no_rows")
        rows, grown = self._rows_of(source, places, choices, before)
        if not rows.by_day.day.size:
            raise errors.InputError("no_usable_rows", customer=places["customer"])
        table, columns = tabulate(source, rows.columns(), places, rows.places)
        if before is not None and grown is not None:
            table.go_on_from(before.table)
        notes, end = rows.notes(places, choices)
        self._set(
            frame=source.native,
            **{role: places.get(role) for role in given},
            returns=returns,
            currency=currency,
            notes=notes,
            table=table,
            columns=columns,
            ids=table.ids,
            _places=rows.places,
            end=end,
            is_return=rows.is_return,
            day=rows.by_day.day,
            grown=grown,
            kept={},
            _chosen=places,
            _rows=rows,
            _source=source,
            in_engine=None,
            log=None,
            _asked=asked,
        )
        if grown is None:
            give_back(source.n)

    def _stay(
        self, source: LazySource, places: dict[str, str], choices: Choices, asked: dict[str, Any]
    ) -> None:
        """Take a log that stays in its engine."""
        log = read_log(source, places, choices)
        self._set(
            frame=source.native,
            **{role: places.get(role) for role in ("customer", "time", "amount")},
            **{role: places.get(role) for role in ("order", "product")},
            returns=choices.returns,
            currency=choices.currency,
            notes=log.notes,
            table=elsewhere(source, log.table.kinds, int(log.rows_of.sum())),
            columns=log.columns,
            ids=log.ids,
            end=log.end,
            grown=None,
            kept={},
            in_engine=log.table,
            log=log,
            _source=source,
            _asked=asked,
        )

    @staticmethod
    def _rows_of(
        source: Source, places: dict[str, str], choices: Choices, before: Transactions | None
    ) -> tuple[LogRows, Growth | None]:
        """The rows that can be used, and how they go on from those of ``before`` if they do."""
        if before is not None and before.log is None:
            asked = (before._chosen, before.returns, before.currency)
            if asked != (places, choices.returns, choices.currency):
                return read_rows(source, places, choices), None
            found = read_on(before._rows, before._source, source, places, choices)
            if found is not None:
                rows, moved, near = found
                few = near if near.size * 10 <= before.table.n else None
                return rows, Growth(before.table.n, moved, few, before.handed_on())
        return read_rows(source, places, choices), None

    def again(self, frame: Any) -> Transactions:
        """``frame`` read as this log was; if it has only grown, no more than its new rows are."""
        if self.holdout is not None:
            return super().again(frame)
        return Transactions(frame, **self._asked, before=self)

    def __repr__(self) -> str:
        first = self.first_and_last_day[0] if self.log is None else self.log.days[0]
        if self.log is None:
            first += int(self.day.min())
        return (
            f"<Transactions: {self.table.n:,} rows of {len(self.ids):,} customers, "
            f"{day_of(first * DAY_MS)} to {self.end}>"
        )

    @property
    def first_and_last_day(self) -> tuple[int, int]:
        """The first and the last day that have rows, counted from 1970-01-01."""
        days = self._rows.by_day.days
        return int(days[0]), int(days[-1])

    @property
    def lacks_amounts(self) -> bool:
        """Whether some rows have no amount."""
        said = self._rows.counted
        return any(said[key] for key in ("missing_amounts", "failed_amounts", "infinite_amounts"))

    @cached_property
    def purchases(self) -> ArrayTable:
        """Rows of ``table`` that are no returns: what recency and frequency count."""
        return self.table.at(~self.is_return) if self.is_return.any() else self.table
