"""Cohorts: customers who began together, followed from their start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from typing import Literal, get_args

from ...data import Transactions
from ...data.parsing.given_times import given_day
from ...data.vocabulary.clauses import Clause, Predicate
from ...data.vocabulary.notes import Note
from ...data.vocabulary.periods import Period
from ...errors import AnalysisError, InputError
from ..history.of_log import history
from .frame import make_frame
from .groups import GroupsBy, Made, groups_by, selected
from .measures import MONEY, Measure, cells
from .privacy import suppressed
from .result import Cohorts, averages
from .windows import WINDOW_DAYS, Windows, choose_period

__all__ = ["Cohorts", "build_cohorts"]


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
    landmark: dt.date | str | None = None,
    behaviour: bool | None = None,
    level: float = 0.95,
    min_cell: int = 1,
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
    min_cell : int
        Numbers that fewer customers make are left out, with what would tell them
        (``cohort_privacy.suppressed``). Default 1: none; a widget's is 10.

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
    start = None if landmark is None else given_day(landmark, "landmark")
    setting = make_frame(
        log,
        groups,
        unit,
        windows,
        chosen,
        start,
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
    if made.guaranteed(start):
        notes.append(Note("same_period_behaviour"))
    found = Cohorts(
        cells=table,
        sizes=sizes,
        average=averages(usable, measure, level),
        measure=measure,
        period=unit,
        windows="rolling" if start is not None else windows,
        window_days=None if setting.frame.clock.calendar else WINDOW_DAYS[unit],
        look_ahead=look_ahead,
        level=level,
        made=made,
        landmark=start,
        complete_history=complete_history,
        end=transactions.end,
        notes=tuple(notes),
        transactions=transactions,
        frame=setting.frame,
    )
    return suppressed(found, min_cell)
