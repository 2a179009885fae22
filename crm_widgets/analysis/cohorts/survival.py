"""How long customers stay: Kaplan–Meier curves of groups, and whether they differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from ...data import Customers, Transactions
from ...data.parsing.given_times import given_day
from ...data.vocabulary.clauses import Clause, Predicate
from ...data.vocabulary.notes import Note
from ...errors import AnalysisError, InputError
from ..statistics.kaplan_meier import Curve, Lives, LogRank, kaplan_meier, logrank
from .durations import Watched, of_log, of_table
from .groups import GroupsBy, Made


@dataclass(frozen=True, eq=False)
class Survival:
    """Survival of one or several groups.

    Attributes
    ----------
    curves : pandas.DataFrame
        A row a group and time at which somebody had the event, and time 0. ``group``; ``time``
        (days, or the unit of the durations); ``survival`` in [0, 1] from then on, ``low`` and
        ``high``; ``at_risk`` (just before the time), ``events`` (at it).
    groups : pandas.DataFrame
        A row a group: ``group``, ``n``, ``events``, ``longest`` (follow-up), ``median``,
        ``median_low``, ``median_high`` (NaN: not reached), ``mean`` (restricted to ``tau``),
        ``mean_error``, ``mean_low``, ``mean_high``.
    logrank : LogRank
        χ², degrees of freedom and p that all groups are the same; NaN of one group, or where a
        difference is guaranteed.
    tau, tau_group
        Where restricted means end: the smallest of the groups' longest follow-ups, and whose
        it is.
    silence_days, returned
        Of logs: after how many silent days a customer counts as lost, and the share of those
        lost who bought again later. None of tables that know their dates.
    level, landmark, notes
        Coverage of the intervals, where the clock starts, and what should be said.
    """

    curves: pd.DataFrame
    groups: pd.DataFrame
    logrank: LogRank
    tau: float
    tau_group: Hashable
    silence_days: int | None
    returned: float | None
    level: float
    landmark: dt.date | float | None
    notes: tuple[Note, ...]

    def at(self, times: npt.ArrayLike) -> pd.DataFrame:
        """Read the curves at some times.

        Parameters
        ----------
        times : array
            In the unit of the durations.

        Returns
        -------
        pandas.DataFrame
            ``group``, ``time``, ``survival`` (NaN after the group's longest follow-up).
        """
        when = np.atleast_1d(np.asarray(times, dtype=np.float64))
        parts = []
        for group, longest in zip(self.groups["group"], self.groups["longest"], strict=True):
            curve = self.curves[self.curves["group"] == group]
            place = np.searchsorted(curve["time"], when, side="right") - 1
            value = np.where(when > longest, np.nan, curve["survival"].to_numpy()[place])
            parts.append(pd.DataFrame({"group": group, "time": when, "survival": value}))
        return pd.concat(parts, ignore_index=True)


def survival(
    data: Transactions | Customers,
    *,
    groups: GroupsBy | None = None,
    silence_days: int | None = None,
    duration: str | None = None,
    event: str | None = None,
    entry: str | None = None,
    where: Sequence[Clause | Predicate] | None = None,
    customers: Iterable[Hashable] | None = None,
    landmark: dt.date | str | float | None = None,
    behaviour: bool | None = None,
    level: float = 0.95,
) -> Survival:
    """Say how long customers stay, and whether groups of them differ.

    Of a log, a customer is lost at the first silence of ``silence_days``, dated at the last
    purchase before it plus ``silence_days``; who is not lost is censored at the end of the
    log. Of a table of customers the durations are given.

    Parameters
    ----------
    data : Transactions or Customers
    groups : column, labels or lists, optional
        As ``by`` of ``build_cohorts``; also ``"first_purchase"`` for cohorts by month. By
        default all customers are one group.
    silence_days : int, optional
        By default the 90th percentile of the days between a customer's purchases.
    duration, event, entry : str, optional
        Columns of a table of customers: time until the event or the end of watching; whether
        the event happened (bool, 0 and 1, or yes and no); and when watching began, if later
        than 0. By default those of the roles of ``Customers``.
    where, customers : optional
        Only customers with a row that satisfies every clause; only these customers.
    landmark : date of a log, or duration, optional
        Compare only what comes after it, of customers who are there by then.
    behaviour : bool, optional
        Whether the groups are made of what customers did; see ``build_cohorts``. Then the test
        is given only after a landmark.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Survival

    Raises
    ------
    InputError
        If a column is missing or cannot be read.
    AnalysisError
        If nobody is left, or nobody bought twice and ``silence_days`` is not given.

    Examples
    --------
    >>> from crm_widgets.data.datasets import cdnow
    >>> found = survival(Transactions(cdnow()), silence_days=180)
    >>> print(f"{found.returned:.0%} of those silent for 180 days bought again")
    23% of those silent for 180 days bought again
    """
    if isinstance(data, Transactions):
        start = None if landmark is None else given_day(landmark, "landmark")
        landmark = start
        found = of_log(data, groups, silence_days, start, where or (), customers)
        guaranteed = _made(found, behaviour).guaranteed(start)
    else:
        if isinstance(landmark, dt.date | str):
            raise InputError("bad_landmark", given=landmark)
        columns = (duration or data.duration, event or data.event, entry or data.entry)
        found = of_table(data, groups, columns, landmark, where or (), customers)
        guaranteed = landmark is None and _made(found, behaviour).behaviour
    notes = found.notes + ((Note("same_period_behaviour"),) if guaranteed else ())
    present = [code for code in range(len(found.labels)) if (found.codes == code).any()]
    if not present:
        raise AnalysisError("nobody_left")
    labels = [found.labels[code] for code in present]
    parts = [found.lives.at(found.codes == code) for code in present]
    curves = [kaplan_meier(part, level) for part in parts]
    shortest = int(np.argmin([curve.last for curve in curves]))
    tau = curves[shortest].last
    withheld = LogRank(float("nan"), len(parts) - 1, float("nan"))
    each = list(zip(labels, parts, curves, strict=True))
    return Survival(
        curves=pd.concat([_curve(label, curve) for label, _, curve in each], ignore_index=True),
        groups=pd.DataFrame([_summary(*one, tau, level) for one in each]),
        logrank=withheld if guaranteed else logrank(parts),
        tau=tau,
        tau_group=labels[shortest],
        silence_days=found.silence_days,
        returned=found.returned,
        level=level,
        landmark=landmark,
        notes=notes,
    )


def _made(found: Watched, behaviour: bool | None) -> Made:
    own = found.made if behaviour is None else Made(behaviour, found.made.as_of)
    return own.both(found.selected)


def _curve(label: Hashable, curve: Curve) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": label,
            "time": curve.time,
            "survival": curve.survival,
            "low": curve.low,
            "high": curve.high,
            "at_risk": curve.at_risk.astype(np.int64),
            "events": curve.events.astype(np.int64),
        }
    )


def _summary(
    label: Hashable, lives: Lives, curve: Curve, tau: float, level: float
) -> dict[str, object]:
    mean, error = curve.restricted_mean(tau)
    median, low, high = curve.median()
    half = float(ndtri(0.5 + level / 2)) * error
    return {
        "group": label,
        "n": lives.duration.size,
        "events": int(lives.event.sum()),
        "longest": curve.last,
        "median": median,
        "median_low": low,
        "median_high": high,
        "mean": mean,
        "mean_error": error,
        "mean_low": mean - half,
        "mean_high": mean + half,
    }
