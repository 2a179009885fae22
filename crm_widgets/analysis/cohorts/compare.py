"""Whether two cohorts differ: window by window, in how long they stay, and in what they bring."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.vocabulary.notes import Note
from ...errors import AnalysisError, InputError
from ..statistics.means import welch
from ..statistics.proportions import newcombe, two_shares
from .build import Cohorts
from .means import means
from .measures import MONEY, SHARES, Measure
from .over_all import Stay, Worth, stay_of, worth_of
from .privacy import enough
from .sides import Side, Sides, sides
from .windows import window_days as days_of

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CohortComparison:
    """Two cohorts, or groups of customers, compared.

    Attributes
    ----------
    windows : pandas.DataFrame
        A row a window of days since each customer's start. ``age``; ``first_day``,
        ``last_day``; ``n_a``, ``n_b`` (customers, or active customers, that the values rest
        on); ``active_a``, ``active_b`` (customers who bought); ``value_a``, ``value_b``;
        ``difference`` (a − b); ``capped_difference`` and ``cap`` (of money, else NaN); ``low``,
        ``high`` (interval of the difference: Newcombe's of shares, Welch's of means from 200
        customers a side, of money that of the capped difference); ``p``; ``p_adjusted`` (false
        discovery rate over all tested windows, Benjamini & Hochberg 1995); ``shown`` (False
        below ``min_cell``: all numbers but n are NaN).
    a, b
        Cohorts of each side, or the name of its group.
    n_a, n_b : int
        Customers of each side.
    tested : int
        Windows tested and adjusted for. Age 0 holds everybody's first purchase and is not.
    stay : Stay or None
        Log-rank and restricted means; None if nobody bought twice.
    worth : Worth or None
        Ratio of revenue per customer; None without amounts.
    measure, window_days, horizon_days, landmark, level, min_cell, notes
        What was compared, for how many days, from where, and what should be said.
    """

    windows: pd.DataFrame
    a: tuple[object, ...]
    b: tuple[object, ...]
    n_a: int
    n_b: int
    tested: int
    stay: Stay | None
    worth: Worth | None
    measure: Measure
    window_days: int
    horizon_days: int
    landmark: dt.date | None
    level: float
    min_cell: int
    notes: tuple[Note, ...]


def compare_cohorts(
    cohorts: Cohorts,
    a: Side,
    b: Side,
    *,
    measure: Measure | None = None,
    window_days: int | None = None,
    horizon_days: int | None = None,
    silence_days: int | None = None,
    landmark: dt.date | str | None = None,
    behaviour: bool | None = None,
    min_cell: int = 10,
) -> CohortComparison:
    """Compare two cohorts, or any two groups of their customers, with inference.

    Parameters
    ----------
    cohorts : Cohorts
    a, b
        A cohort; a list of cohorts; a ``Group`` (or a ``Clause`` with one) of customers; or
        ``"rest"``, all customers of the cohorts who are not on the other side.
    measure
        As of ``build_cohorts``; by default that of ``cohorts``. Totals are compared per
        customer.
    window_days : int, optional
        By default 7, 30, 90 or 365, as the period of the cohorts.
    horizon_days : int, optional
        How long customers are compared; those watched for less are left out. By default, of
        cohorts of first purchases as long as all their customers are watched, of other groups
        as long as half of each side is.
    silence_days : int, optional
        When a customer counts as lost; see ``survival``.
    landmark, behaviour
        See ``build_cohorts``. Groups made of behaviour as of a known date are compared after
        it; of an unknown date there is no p until a landmark is given.
    min_cell : int
        Windows that rest on fewer customers on a side are not shown: of money, on fewer who
        bought.

    Returns
    -------
    CohortComparison

    Examples
    --------
    >>> from crm_widgets.analysis import build_cohorts
    >>> from crm_widgets.data import Transactions
    >>> from crm_widgets.data.datasets import cdnow
    >>> cohorts = build_cohorts(Transactions(cdnow()), period="month", complete_history=True)
    >>> found = compare_cohorts(cohorts, "1997-01", "1997-03")
    >>> row = found.windows.query("first_day == 151").iloc[0]
    >>> print(f"{row.difference:.3f} ({row.low:.3f} to {row.high:.3f}), p = {row.p_adjusted:.4f}")
    0.018 (0.009 to 0.027), p = 0.0002
    """
    if min_cell < 1:
        raise InputError("out_of_range", name="min_cell", given=min_cell, lo=1, hi="∞")
    wanted = measure or cohorts.measure
    wanted = {"active": "retention", "revenue": "revenue_per_customer"}.get(wanted, wanted)  # type: ignore[assignment]
    if wanted in MONEY and cohorts.transactions.amount is None:
        raise AnalysisError("no_amounts", measure=wanted)
    both = sides(
        cohorts,
        a,
        b,
        window_days=window_days,
        horizon_days=horizon_days,
        landmark=landmark,
        behaviour=behaviour,
    )
    windows = _windows(both, wanted, cohorts.look_ahead, cohorts.level)
    tested = _finish(windows, both, wanted, min_cell)
    n_a, n_b = both.n
    # first, for the days on which customers bought are among what they paid
    worth = worth_of(both, cohorts.level)
    return CohortComparison(
        windows=windows,
        a=both.a,
        b=both.b,
        n_a=n_a,
        n_b=n_b,
        tested=tested,
        stay=stay_of(both, silence_days, cohorts.level),
        worth=worth,
        measure=wanted,
        window_days=both.length,
        horizon_days=both.horizon_days,
        landmark=both.landmark,
        level=cohorts.level,
        min_cell=min_cell,
        notes=both.notes,
    )


def _windows(both: Sides, measure: Measure, look_ahead: int, level: float) -> pd.DataFrame:
    """Compute every window's numbers, p not yet adjusted."""
    frame = both.frame
    bought = frame.presence()
    active = frame.count(bought)[:, : both.windows]
    span = [days_of(age, both.length) for age in range(both.windows)]
    first = [max(lo, 1) if both.landmark is not None else lo for lo, _ in span]
    table = pd.DataFrame(
        {
            "age": range(both.windows),
            "first_day": first,
            "last_day": [hi for _, hi in span],
            "n_a": both.n[0],
            "n_b": both.n[1],
            "active_a": active[0],
            "active_b": active[1],
        }
    )
    if measure in SHARES:
        count = active
        if measure == "unbounded_retention":
            known = max(both.windows - look_ahead, 0)
            count = frame.count(bought.ahead(look_ahead))[:, :known]
            table = table.iloc[:known].copy()
        n_a, n_b = both.n
        table["value_a"], table["value_b"] = count[0] / n_a, count[1] / n_b
        difference, low, high = newcombe(count[0], n_a, count[1], n_b, level)
        table["difference"], table["capped_difference"], table["cap"] = difference, np.nan, np.nan
        table["low"], table["high"] = low, high
        table["p"] = two_shares(count[0], n_a, count[1], n_b)
        return table
    return table.assign(**_means(both, measure, level))


def _means(both: Sides, measure: Measure, level: float) -> dict[str, Floats]:
    found = means(both.frame, measure, both.windows)
    used = found.used
    tests = [welch(used.at(age), level) for age in range(both.windows)]
    a, b = found.value
    money = measure != "orders_per_active"
    return {
        "n_a": used.n[0],
        "n_b": used.n[1],
        "value_a": a,
        "value_b": b,
        "difference": a - b,
        "capped_difference": np.array([test.value if money else np.nan for test in tests]),
        "cap": found.cap,
        "low": np.array([test.low for test in tests]),
        "high": np.array([test.high for test in tests]),
        "p": np.array([test.p for test in tests]),
    }


def _finish(table: pd.DataFrame, both: Sides, measure: Measure, min_cell: int) -> int:
    """Hide small windows and adjust the others; give the number of tests."""
    n = table[["n_a", "n_b"]].astype(np.int64)
    table[["n_a", "n_b"]] = n
    table["p_adjusted"] = np.nan
    table["shown"] = True
    for n_side, active in (("n_a", "active_a"), ("n_b", "active_b")):
        table["shown"] &= enough(measure, n[n_side], table[active], min_cell)
    hidden = ["active_a", "active_b", *table.columns[7:-1]]
    table[hidden] = table[hidden].astype(np.float64).where(table["shown"])
    # Everybody bought at age 0: there the first purchase decides, not whether it was repeated.
    open_ = (table["age"] > 0) | (both.landmark is not None)
    table["p"] = table["p"].where(open_ & both.tested)
    tested = table["p"].notna()
    if tested.any():
        from scipy.stats import false_discovery_control

        table.loc[tested, "p_adjusted"] = false_discovery_control(table.loc[tested, "p"])
    return int(tested.sum())
