"""Cohorts without the numbers that few customers make, and without what would give these away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.vocabulary.notes import Note
from ...errors import InputError
from .result import Cohorts, averages

Mask: TypeAlias = npt.NDArray[np.bool_]

OF_BUYERS = ("revenue", "revenue_per_customer", "orders_per_active", "order_value")
"""Measures of what those did who bought, also where they are divided among all customers."""


def withheld(counts: npt.ArrayLike, min_cell: int) -> Mask:
    """Which counts of customers are not shown, when their total is.

    Those of 1 to ``min_cell`` - 1; and while these are so few together that the total less the
    others would tell them, the smallest of the others besides.

    Examples
    --------
    >>> withheld([3, 12, 40, 0], 10).tolist(), withheld([6, 7, 40, 0], 10).tolist()
    ([True, True, False, False], [True, True, False, False])
    """
    n = np.asarray(counts, dtype=np.int64)
    hidden = (n > 0) & (n < min_cell)
    while 0 < n[hidden].sum() < min_cell and ((n > 0) & ~hidden).any():
        others = np.where((n > 0) & ~hidden, n, np.iinfo(np.int64).max)
        hidden[int(others.argmin())] = True
    return hidden


def enough(
    measure: str, customers: pd.Series[Any], active: pd.Series[Any], min_cell: int
) -> pd.Series[bool]:
    """Where a number of a measure is made by ``min_cell`` customers at least.

    Shares and cumulative money are made by all customers, money of a window by those who bought.
    """
    found = customers >= min_cell
    # Windows in which nobody bought are withheld with those of few: alone they would mislead.
    return found & (active >= min_cell) if measure in OF_BUYERS and min_cell > 1 else found


def suppressed(cohorts: Cohorts, min_cell: int) -> Cohorts:
    """Take out what fewer than ``min_cell`` customers make.

    Parameters
    ----------
    cohorts : Cohorts
    min_cell : int
        1 takes out nothing.

    Returns
    -------
    Cohorts
        Withheld numbers are missing and ``shown`` is False in ``cells`` and ``sizes``. An average
        is of all cells, or of none: it is withheld where it would tell what so few make, being
        theirs together with cells that are shown. A size cannot be told from the total of all,
        since as many are withheld as that needs (``withheld``). Counts of a share are shown from
        ``min_cell`` customers in the cohort, however few of them bought.

    Examples
    --------
    >>> from crm_widgets.analysis import build_cohorts
    >>> from crm_widgets.data import Transactions
    >>> from crm_widgets.data.datasets import cdnow
    >>> log = Transactions(cdnow().query("customer % 1200 == 0"))
    >>> found = suppressed(build_cohorts(log, period="month", complete_history=True), 8)
    >>> found.sizes[["cohort", "customers", "shown"]]
        cohort  customers  shown
    0  1997-01       <NA>  False
    1  1997-02       <NA>  False
    2  1997-03       <NA>  False
    """
    if min_cell < 1:
        raise InputError("out_of_range", name="min_cell", given=min_cell, lo=1, hi="∞")
    if min_cell == 1:
        tables = (cohorts.cells, cohorts.sizes)
        cells, sizes = (table.assign(shown=True) for table in tables)
        return replace(cohorts, cells=cells, sizes=sizes)
    hidden = withheld(cohorts.sizes["customers"], min_cell)
    cells = cohorts.cells
    counted = cells["eligible"].where(cells["complete"], cells["customers"])
    shown = enough(cohorts.measure, counted, cells["active"], min_cell)
    shown &= ~cells["cohort"].isin(cohorts.sizes.loc[hidden, "cohort"])
    notes = cohorts.notes
    if not shown.all() or hidden.any():
        n = int((~shown).sum())
        notes = (*notes, Note("cohort_withheld", n, {"least": min_cell}))
    usable = cells["complete"] & ~cells["cohort"].isin(cohorts.earlier)
    told = _told(cohorts.measure, cells[usable], shown[usable], min_cell)
    average = cohorts.average
    if told:
        average = averages(cells[usable & ~cells["age"].isin(told)], cohorts.measure, cohorts.level)
    return replace(
        cohorts,
        cells=_without(cells, shown, ("cohort", "age", "complete")),
        sizes=_without(cohorts.sizes, pd.Series(~hidden), ("cohort", "start", "includes_earlier")),
        average=average,
        notes=notes,
    )


def _told(measure: str, cells: pd.DataFrame, shown: pd.Series[bool], min_cell: int) -> list[int]:
    """Ages whose average rests on too few customers, or would tell what so few make."""
    n = cells["active" if measure in OF_BUYERS else "eligible"]
    everybody = n.groupby(cells["age"]).sum()
    hidden = n.where(~shown, 0).groupby(cells["age"]).sum()
    few = (everybody < min_cell) | ((hidden > 0) & (hidden < min_cell))
    return [int(age) for age in few.index[few]]


def _without(table: pd.DataFrame, shown: pd.Series[bool], kept: tuple[str, ...]) -> pd.DataFrame:
    """Leave the numbers of some rows out."""
    shown = shown.set_axis(table.index)
    found = table.assign(shown=shown)
    if shown.all():
        return found
    for name in table.columns.difference([*kept, "shown"]):
        whole = pd.api.types.is_integer_dtype(table[name])
        numbers = table[name].astype("Int64") if whole else table[name]
        found[name] = numbers.where(shown)
    return found
