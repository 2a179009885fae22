"""What cohorts say of each customer: his cohort, and at which ages he bought."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.machine.memory import own_pages
from ..history.rows import DAY_MS
from .activity_bits import Presence
from .build import Cohorts

COHORT = "cohort"
FIRST = "first_purchase"

_FIELD = re.compile(r"active_(week|month|quarter|year)_(\d{1,5})(?:_to_(\d{1,5}))?")


def activity_field(cohorts: Cohorts, age: int) -> str:
    """Name the column that says who made a cell of this age.

    Unbounded retention counts who bought at the age or in the windows after it.
    """
    own = f"active_{cohorts.period}_{age}"
    if cohorts.measure != "unbounded_retention":
        return own
    return f"{own}_to_{age + cohorts.look_ahead}"


def activity_of(field: str) -> tuple[str, int, int] | None:
    """Read the period, the first and the last age from the name of a column, if it is one.

    >>> activity_of("active_month_3"), activity_of("active_week_3_to_6"), activity_of("age")
    (('month', 3, 3), ('week', 3, 6), None)
    """
    found = _FIELD.fullmatch(field)
    if found is None:
        return None
    first = int(found[2])
    return found[1], first, first if found[3] is None else int(found[3])


def customers_of_cohorts(cohorts: Cohorts) -> pd.DataFrame:
    """Say of each customer of a cohort which it is, and at which ages he bought.

    Returns
    -------
    pandas.DataFrame
        A row a customer, by id. ``cohort``; ``first_purchase`` (a day); and for each age a
        column such as ``active_month_3`` (True: he bought in the third month after the first).
        Of unbounded retention also ``active_month_3_to_6``: in any of these windows.

    Examples
    --------
    >>> from crm_widgets.analysis import build_cohorts
    >>> from crm_widgets.data import Transactions
    >>> from crm_widgets.data.datasets import cdnow
    >>> cohorts = build_cohorts(Transactions(cdnow()), period="month", complete_history=True)
    >>> found = customers_of_cohorts(cohorts)
    >>> int(found.query("cohort == '1997-01'")["active_month_1"].sum())
    1157
    """
    frame, period = cohorts.frame, cohorts.period
    inside = np.flatnonzero(frame.codes >= 0)
    index = cohorts.transactions.ids[inside]
    days = frame.log.first[inside].astype(np.int64)
    days += frame.log.origin
    days *= DAY_MS
    own = pd.DataFrame(
        {COHORT: _cohorts(cohorts, inside), FIRST: days.view("datetime64[ms]")}, index
    )
    bought = frame.presence()
    names = [f"active_{period}_{age}" for age in range(bought.ages)]
    found = [own, _whether(bought, inside, names, index)]
    if cohorts.measure == "unbounded_retention":
        names = [activity_field(cohorts, age) for age in range(bought.ages)]
        found.append(_whether(bought.ahead(cohorts.look_ahead), inside, names, index))
    return pd.concat(found, axis=1)


def _cohorts(cohorts: Cohorts, customers: npt.NDArray[np.intp]) -> Any:
    """Label of each customer's cohort, of the type that the labels have which occur."""
    codes = cohorts.frame.codes[customers]
    used = np.bincount(codes, minlength=len(cohorts.labels)) > 0
    labels = np.empty(len(cohorts.labels), object)
    labels[:] = cohorts.labels
    return pd.Series(labels[used]).infer_objects().array.take((np.cumsum(used) - 1)[codes])


def _whether(
    bought: Presence, customers: npt.NDArray[np.intp], names: Sequence[str], index: pd.Index[Any]
) -> pd.DataFrame:
    """Whether customers bought, a column an age: together, for they are most of what is kept."""
    found = own_pages(len(names) * customers.size, bool).reshape(len(names), customers.size)
    for age, column in enumerate(found):
        column[:] = bought.at(age, customers)
    return pd.DataFrame(found.T, index=index, columns=pd.Index(names), copy=False)
