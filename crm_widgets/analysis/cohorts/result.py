"""What cohorts are known to have done: cells, sizes, averages, and the customers behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ...data import Transactions
from ...data.vocabulary.notes import Note
from ...data.vocabulary.periods import Period
from ...errors import InputError
from ..statistics.proportions import wilson
from .groups import Made
from .measures import SHARES, Measure
from .members import Frame
from .windows import Windows, no_such_cohort


@dataclass(frozen=True, eq=False)
class Cohorts:
    """Cohorts and what they did at each age.

    Attributes
    ----------
    cells : pandas.DataFrame
        A row a cohort and age that has begun. ``cohort``; ``age`` (windows since the start, 0 is
        that of the first purchase); ``customers`` (of the cohort at its start); ``eligible``
        (those whose window is over, so that they count); ``active`` (customers who bought in the
        window); ``total`` and ``base`` (what is averaged, and over how many customers, active
        customers or orders); ``value`` (``total / base``; shares in [0, 1]; money in the log's
        unit); ``low`` and ``high`` (interval: Wilson's of a share, Student's of a mean of at
        least 200; of money that of ``capped``; NaN elsewhere); ``capped`` (mean of money capped
        at ``cap``) and ``cap`` (99th percentile of customers of all cohorts at that age);
        ``complete`` (False: the window is not over, the value will still grow); ``shown``
        (False: fewer than ``min_cell`` customers make the number, or it would tell such a
        number; all but cohort and age are missing).
    sizes : pandas.DataFrame
        A row a cohort: ``cohort``, ``start`` (first day of its period; None for groups),
        ``customers``, ``includes_earlier`` (True: it stands at the start of the log and holds
        customers who had bought before), ``shown`` (as in ``cells``).
    average : pandas.DataFrame
        A row an age: ``age``, ``cohorts`` and ``customers`` (in the average), ``value`` (weighted
        by ``base``), ``low``, ``high`` (of shares). Incomplete cells and cohorts that include
        earlier customers are out. Its cohorts change with age: for a curve see ``pooled``.
    measure, period, windows, window_days, look_ahead, level
        As asked for; ``window_days`` is None with calendar windows.
    made : Made
        Whether the groups are made of what customers did.
    landmark : datetime.date or None
        Where the clock starts instead of at the first purchase.
    end : datetime.date
        Last day of the log.
    notes : tuple of Note
        What should be said about the cohorts.
    """

    cells: pd.DataFrame
    sizes: pd.DataFrame
    average: pd.DataFrame
    measure: Measure
    period: Period
    windows: Windows
    window_days: int | None
    look_ahead: int
    level: float
    made: Made
    landmark: dt.date | None
    complete_history: bool
    end: dt.date
    notes: tuple[Note, ...]
    transactions: Transactions = field(repr=False)
    frame: Frame = field(repr=False)

    @property
    def labels(self) -> tuple[Hashable, ...]:
        """Cohorts, in order."""
        return tuple(self.sizes["cohort"])

    @property
    def earlier(self) -> list[Hashable]:
        """Cohorts that include earlier customers."""
        return list(self.sizes.loc[self.sizes["includes_earlier"], "cohort"])

    @cached_property
    def members(self) -> pd.Series[Any]:
        """Cohort of each customer who is in one, by customer id."""
        inside = np.flatnonzero(self.frame.codes >= 0)
        categories: Any = list(self.labels)
        made = pd.Categorical.from_codes(self.frame.codes[inside], categories)
        return pd.Series(made, index=self.transactions.ids[inside], name="cohort")

    def customers_of(self, cohort: Hashable = None, age: int | None = None) -> pd.Index[Any]:
        """Find the customers behind a row, a column or a cell.

        Parameters
        ----------
        cohort : optional
            Its customers only.
        age : int, optional
            Only those who bought at this age; of unbounded retention, or in the windows after.

        Returns
        -------
        pandas.Index
            Ids, sorted.
        """
        chosen = self.frame.codes >= 0
        if cohort is not None:
            chosen = self.frame.codes == self.place(cohort)
        if age is not None:
            if not 0 <= age < self.frame.clock.ages:
                last = self.frame.clock.ages - 1
                raise InputError("out_of_range", name="age", given=age, lo=0, hi=last)
            bought = self.frame.presence()
            if self.measure == "unbounded_retention":
                bought = bought.ahead(self.look_ahead)
            chosen = chosen & bought.at(age)
        return self.transactions.ids[chosen]

    def place(self, cohort: Hashable) -> int:
        """Find the row of a cohort."""
        if cohort not in self.labels:
            raise no_such_cohort(cohort, self.labels)
        return self.labels.index(cohort)

    def pooled(self, through: int | None = None) -> pd.DataFrame:
        """Draw one curve of the same cohorts at every age.

        Parameters
        ----------
        through : int, optional
            Last age. Members are the cohorts that have reached it completely. By default the
            last age that cohorts with half of the customers have reached.

        Returns
        -------
        pandas.DataFrame
            ``age``, ``cohorts`` and ``customers`` (the same at each age), ``value``.
        """
        usable = self.cells[self._averaged()]
        if through is None:
            reached = usable.groupby("age")["customers"].sum()
            through = int(reached.index[reached * 2 >= reached.max()].max()) if len(reached) else 0
        counts = usable[usable["age"] <= through].groupby("cohort", observed=True)["age"].count()
        members = counts.index[counts == through + 1]
        kept = usable[usable["cohort"].isin(members) & (usable["age"] <= through)]
        return averages(kept, self.measure, self.level)[["age", "cohorts", "customers", "value"]]

    def _averaged(self) -> pd.Series[bool]:
        cells = self.cells
        return cells["complete"] & cells["shown"] & ~cells["cohort"].isin(self.earlier)


def averages(usable: pd.DataFrame, measure: Measure, level: float) -> pd.DataFrame:
    """Average of every age, each weighted by its own denominator."""
    # with NumPy, for pandas takes several times as long over so small a table
    age, at, cohorts = np.unique(usable["age"], return_inverse=True, return_counts=True)
    customers, total, base = (
        np.bincount(at, usable[name].to_numpy(dtype=np.float64, na_value=0), age.size)
        for name in ("eligible", "total", "base")
    )
    low = high = np.full(age.size, np.nan)
    if measure in SHARES:
        low, high = wilson(total, base, level)
    return pd.DataFrame(
        {
            "age": age,
            "cohorts": cohorts,
            "customers": customers.astype(np.int64),
            "value": total / np.where(base > 0, base, np.nan),
            "low": low,
            "high": high,
        }
    )
