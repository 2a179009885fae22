"""When a customer without a contract has left: at the end of the first long silence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..errors import AnalysisError
from .history import History
from .kaplan_meier import Lives

GAP_QUANTILE = 0.9


@dataclass(frozen=True)
class Silence:
    """Durations until the first silence, in days since the start of each customer.

    ``returned`` is the share of the silent who bought again later, after their first silence
    was over: what the definition gets wrong. ``inside`` says whose durations they are.
    """

    lives: Lives
    inside: npt.NDArray[np.bool_]
    silence_days: int
    returned: float


def usual_silence(log: History) -> int:
    """Find the 90th percentile of the gaps between days with purchases, in whole days."""
    rows = log.shopping_days
    day = rows.day.astype(np.int32)
    same = rows.customer[1:] == rows.customer[:-1]
    gaps = (day[1:] - day[:-1])[same]
    if not gaps.size:
        raise AnalysisError("no_gaps")
    return max(1, int(np.ceil(np.quantile(gaps, GAP_QUANTILE))))


def silence(
    log: History,
    silence_days: int,
    landmark: int | None = None,
    chosen: npt.NDArray[np.bool_] | None = None,
) -> Silence:
    """Date churn at the last purchase before the first silence, plus ``silence_days``.

    A silence that is not over at the end of the data is censored there: it may still be broken.
    With a landmark day the clock and the silence both start at it, for all who had bought by
    then, so that purchases before it decide nothing.
    """
    rows = log.shopping_days
    customer, day = rows.customer, rows.day.astype(np.int32)
    start = log.first.astype(np.int64)
    inside = log.first >= 0 if chosen is None else chosen & (log.first >= 0)
    if landmark is not None:
        inside &= log.first <= landmark
        keep = (day > landmark) & inside[customer]
        begin = np.flatnonzero(inside)
        customer = np.concatenate([customer[keep], begin.astype(np.int32)])
        day = np.concatenate([day[keep], np.full(begin.size, landmark, np.int32)])
        order = np.lexsort((day, customer))
        customer, day = customer[order], day[order]
        start = np.full(log.n, landmark, np.int64)
    last_row = np.ones(customer.size, bool)
    last_row[:-1] = customer[1:] != customer[:-1]
    until = np.append(day[1:], np.int32(0))
    until[last_row] = log.last + 1
    silent = np.where(last_row, day + silence_days <= log.last, until - day >= silence_days)
    places = np.flatnonzero(silent)
    # Rows are in order of time, so the first silence is written last.
    first = np.full(log.n, -1, np.int64)
    first[customer[places[::-1]]] = places[::-1]
    event = first >= 0
    ended = np.where(event, day[first] + silence_days, log.last)
    lost = event & inside
    back = int((lost & ~last_row[first]).sum())
    returned = back / int(lost.sum()) if lost.any() else float("nan")
    lives = Lives((ended - start)[inside].astype(np.float64), event[inside])
    return Silence(lives, inside, silence_days, returned)
