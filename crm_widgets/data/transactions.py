"""A transaction log, checked when it is read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import errors
from .base import Data, table_in_engine, tabulate
from .engine.checks import read_log
from .engine.log import LazyLog
from .engine.source import LazySource
from .frames import Source, open_frame
from .in_memory.table import ArrayTable
from .machine.memory import give_back
from .parsing import headers
from .reading.appended_log import read_appended_rows
from .reading.appended_rows import AppendedRows
from .reading.checks import DAY_MS, day_of
from .reading.choices import Choices, Returns
from .reading.log_rows import LogRows, read_rows


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Transactions(Data):
    """A transaction log: a row a purchase, or a line of one.

    Roles that are not named are inferred where a header or a type leaves no doubt. The frame
    is not changed; later edits of it are not seen.

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
    previous
        A log read earlier with the same choices. If the frame is that of ``previous`` with rows
        appended, only these are read. The result is the same either way. ``log.reread(frame)`` is
        short for it.

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
        percentile, are implausible.
    appended
        How ``table`` extends that of ``previous``; None if the whole frame was read.

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
    >>> more = log.reread(pd.concat([cdnow(), cdnow().tail(2)]))
    >>> more.appended.n_before == log.table.n, more.table.n - log.table.n
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
    appended: AppendedRows | None
    _role_columns: dict[str, str]
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
        previous: Transactions | None = None,
    ) -> None:
        if returns not in ("net", "gross", "drop"):
            raise errors.InputError("unknown_returns", given=returns)
        previous = None if previous is None else previous.full
        source = open_frame(frame)
        given = {"customer": customer, "time": time, "amount": amount}
        given |= {"order": order, "product": product}
        role_columns = headers.assign(given, source.kinds)
        arguments = {role: role_columns.get(role) for role in ("customer", "time", "amount")}
        arguments |= {"order": order, "product": product, "returns": returns, "currency": currency}
        choices = Choices(returns, currency)
        if isinstance(source, LazySource):
            self._set_from_engine(source, role_columns, choices, arguments)
            return
        if source.n == 0:
            raise errors.InputError("no_rows")
        rows, appended = self._read_rows(source, role_columns, choices, previous)
        if not rows.by_day.day.size:
            raise errors.InputError("no_usable_rows", customer=role_columns["customer"])
        table, columns = tabulate(source, rows.columns(), role_columns, rows.used_rows)
        if previous is not None and appended is not None:
            table.extend_from(previous.table)
        notes, end = rows.notes(role_columns, choices)
        self._set(
            frame=source.native,
            **{role: role_columns.get(role) for role in given},
            returns=returns,
            currency=currency,
            notes=notes,
            table=table,
            columns=columns,
            ids=table.ids,
            _positions=rows.used_rows,
            end=end,
            is_return=rows.is_return,
            day=rows.by_day.day,
            appended=appended,
            analysis_cache={},
            _role_columns=role_columns,
            _rows=rows,
            _source=source,
            in_engine=None,
            log=None,
            _arguments=arguments,
        )
        if appended is None:
            give_back(source.n)

    def _set_from_engine(
        self,
        source: LazySource,
        role_columns: dict[str, str],
        choices: Choices,
        arguments: dict[str, Any],
    ) -> None:
        """Take a log that stays in its engine."""
        log = read_log(source, role_columns, choices)
        self._set(
            frame=source.native,
            **{role: role_columns.get(role) for role in ("customer", "time", "amount")},
            **{role: role_columns.get(role) for role in ("order", "product")},
            returns=choices.returns,
            currency=choices.currency,
            notes=log.notes,
            table=table_in_engine(source, log.table.kinds, int(log.rows_of.sum())),
            columns=log.columns,
            ids=log.ids,
            end=log.end,
            appended=None,
            analysis_cache={},
            in_engine=log.table,
            log=log,
            _source=source,
            _arguments=arguments,
        )

    @staticmethod
    def _read_rows(
        source: Source,
        role_columns: dict[str, str],
        choices: Choices,
        previous: Transactions | None,
    ) -> tuple[LogRows, AppendedRows | None]:
        """The rows that can be used, and how they extend those of ``previous``, if they do."""
        if previous is not None and previous.log is None:
            arguments = (previous._role_columns, previous.returns, previous.currency)
            if arguments != (role_columns, choices.returns, choices.currency):
                return read_rows(source, role_columns, choices), None
            found = read_appended_rows(
                previous._rows, previous._source, source, role_columns, choices
            )
            if found is not None:
                rows, recoding, same_days = found
                few_same_days = same_days if same_days.size * 10 <= previous.table.n else None
                return rows, AppendedRows(
                    previous.table.n, recoding, few_same_days, previous.state_for_append()
                )
        return read_rows(source, role_columns, choices), None

    def reread(self, frame: Any) -> Transactions:
        """``frame`` read as this log was; if rows were appended, only these are read."""
        if self.split is not None:
            return super().reread(frame)
        return Transactions(frame, **self._arguments, previous=self)

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
        counts = self._rows.note_counts
        return any(counts[key] for key in ("missing_amounts", "failed_amounts", "infinite_amounts"))

    @cached_property
    def purchases(self) -> ArrayTable:
        """Rows of ``table`` that are no returns: what recency and frequency count."""
        return self.table.at(~self.is_return) if self.is_return.any() else self.table
