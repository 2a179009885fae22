"""Cohorts: customers who began together, followed from their start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from ..data import Transactions
from ..data.clauses import Clause, Predicate
from ..data.notes import Note
from ..errors import AnalysisError, InputError
from .cohort_frame import make_frame
from .cohort_groups import GroupsBy, Made, groups_by, selected
from .cohort_measures import MONEY, SHARES, Measure, cells
from .cohort_members import Frame
from .cohort_windows import (
    WINDOW_DAYS,
    Period,
    Windows,
    choose_period,
)
from .history import history
from .proportions import wilson


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
        ``complete`` (False: the window is not over, the value will still grow).
    sizes : pandas.DataFrame
        A row a cohort: ``cohort``, ``start`` (first day of its period; None for groups),
        ``customers``, ``includes_earlier`` (True: it stands at the start of the log and holds
        customers who had bought before).
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
            Only those who bought at this age.

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
            chosen = chosen & (self.frame.presence()[:, age] > 0)
        return self.transactions.ids[chosen]

    def place(self, cohort: Hashable) -> int:
        """Find the row of a cohort."""
        if cohort not in self.labels:
            known = ", ".join(repr(label) for label in self.labels[:20])
            raise InputError("unknown_cohort", cohort=repr(cohort), cohorts=known)
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
        return _averages(kept, self.measure, self.level)[["age", "cohorts", "customers", "value"]]

    def _averaged(self) -> pd.Series[bool]:
        earlier = self.sizes.loc[self.sizes["includes_earlier"], "cohort"]
        return self.cells["complete"] & ~self.cells["cohort"].isin(earlier)


def build_cohorts(
    transactions: Transactions,
    *,
    by: Literal["first_purchase"] | GroupsBy = "first_purchase",
    period: Literal["auto"] | Period = "auto",
    windows: Windows = "calendar",
    measure: Measure = "retention",
    where: Sequence[Clause | Predicate] | None = None,
    customers: Iterable[Hashable] | None = None,
    complete_history: bool = False,
    look_ahead: int = 3,
    landmark: dt.date | None = None,
    behaviour: bool | None = None,
    level: float = 0.95,
) -> Cohorts:
    """Follow customers who began together, or groups of customers, from their first purchase.

    Parameters
    ----------
    transactions : Transactions
        The log. A return starts no cohort and is no activity; it is taken from money.
    by : "first_purchase", column, labels or lists
        Cohorts by period of the first purchase; by a column of the log (its value at each
        customer's first purchase); by a Series or a ``Segmentation`` of labels by customer; by
        a mapping of names to customers.
    period : "auto", "week", "month", "quarter" or "year"
        Width of cohorts and windows. ``auto`` takes the longest with at least six cohorts.
    windows : "calendar" or "rolling"
        Ages in calendar periods, or in days since each customer's first purchase: 7, 30, 90 or
        365 a window, age 0 with the day of the purchase besides.
    measure
        ``retention``: share who bought in the window. ``unbounded_retention``: share who bought
        in it or in the ``look_ahead`` windows after it, the same for all cohorts. ``active``:
        customers who bought. ``revenue``; ``revenue_per_customer`` and ``cumulative_revenue``,
        over all customers of the cohort; ``orders_per_active``; ``order_value``.
    where : sequence of clauses, optional
        Only customers with a row that satisfies all; their whole history counts.
    customers : iterable of ids, optional
        Only these customers.
    complete_history : bool
        Whether the log holds every customer's first purchase. If not, the first cohort includes
        earlier customers, and is out of averages and comparisons; so are, from other groups,
        the customers of that period.
    look_ahead : int
        Windows looked ahead by ``unbounded_retention``.
    landmark : datetime.date, optional
        Start all clocks on the day after this one, for those who had bought by then: how groups
        made of behaviour are compared. Windows are rolling.
    behaviour : bool, optional
        Whether ``by`` is made of what customers did. By default labels and lists are taken to
        be, and first purchases and columns not.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Cohorts

    Raises
    ------
    InputError
        If an argument cannot be used.
    AnalysisError
        If nobody bought anything, or money is asked of a log without amounts.

    Examples
    --------
    >>> from crm_widgets.data.datasets import cdnow
    >>> log = Transactions(cdnow())
    >>> cohorts = build_cohorts(log, period="month", complete_history=True)
    >>> cohorts.cells.query("age == 1")[["cohort", "customers", "active", "value"]].round(3)
         cohort  customers  active  value
    1   1997-01       7846    1157  0.147
    19  1997-02       8476    1312  0.155
    36  1997-03       7248    1032  0.142
    """
    for name, given, allowed in (
        ("measure", measure, get_args(Measure)),
        ("period", period, ("auto", *get_args(Period))),
        ("windows", windows, get_args(Windows)),
    ):
        if given not in allowed:
            raise InputError("unknown_choice", name=name, given=given, allowed=", ".join(allowed))
    if measure in MONEY and transactions.amount is None:
        raise AnalysisError("no_amounts", measure=measure)
    log = history(transactions)
    if not (log.first >= 0).any():
        raise AnalysisError("nobody_bought")
    chosen, made = selected(transactions, where or (), customers)
    if not (chosen & (log.first >= 0)).any():
        raise AnalysisError("nobody_bought")
    unit = choose_period(log) if period == "auto" else period
    groups = None
    if not (isinstance(by, str) and by == "first_purchase"):
        groups = groups_by(transactions, log, by)
        own = groups.made if behaviour is None else Made(behaviour, groups.made.as_of)
        made = made.both(own)
    setting = make_frame(
        log,
        groups,
        unit,
        windows,
        chosen,
        landmark,
        complete_history,
        look_ahead if measure == "unbounded_retention" else 0,
    )
    computed = cells(setting.frame, measure, look_ahead, level)
    table = setting.table(computed)
    sizes = setting.sizes
    earlier = sizes.loc[sizes["includes_earlier"], "cohort"]
    usable = table[table["complete"] & ~table["cohort"].isin(earlier)]
    notes = list(setting.notes)
    unfinished = int((~table["complete"]).sum())
    if unfinished:
        notes.append(Note("cohort_incomplete", unfinished, {"end": transactions.end}))
    if usable.empty:
        notes.append(Note("cohort_no_average"))
    if made.guaranteed(landmark):
        notes.append(Note("same_period_behaviour"))
    return Cohorts(
        cells=table,
        sizes=sizes,
        average=_averages(usable, measure, level),
        measure=measure,
        period=unit,
        windows="rolling" if landmark is not None else windows,
        window_days=None if setting.frame.clock.calendar else WINDOW_DAYS[unit],
        look_ahead=look_ahead,
        level=level,
        made=made,
        landmark=landmark,
        complete_history=complete_history,
        end=transactions.end,
        notes=tuple(notes),
        transactions=transactions,
        frame=setting.frame,
    )


def _averages(usable: pd.DataFrame, measure: Measure, level: float) -> pd.DataFrame:
    """Average of every age, each weighted by its own denominator."""
    grouped = usable.groupby("age", sort=True)
    found = grouped.agg(
        cohorts=("cohort", "size"),
        customers=("eligible", "sum"),
        total=("total", "sum"),
        base=("base", "sum"),
    ).reset_index()
    found["value"] = found["total"] / found["base"].where(found["base"] > 0)
    found["low"], found["high"] = np.nan, np.nan
    if measure in SHARES:
        found["low"], found["high"] = wilson(found["total"], found["base"], level)
    return found[["age", "cohorts", "customers", "value", "low", "high"]]
