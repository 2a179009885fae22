"""When a customer without a contract has left: at the end of the first long silence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..data.parallel import in_threads
from ..errors import AnalysisError
from .history import BLOCK, History
from .kaplan_meier import Lives

Ints: TypeAlias = npt.NDArray[np.int32]
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
    rows = log.days_in_order
    counts = np.zeros(log.last + 1, np.int64)
    for first, end in pairwise(rows.cuts(BLOCK)):
        customer, day = rows.part(first, end)
        same = customer[1:] == customer[:-1]
        counts += np.bincount((day[1:] - day[:-1])[same], minlength=counts.size)
    upto = np.cumsum(counts)
    if not upto[-1]:
        raise AnalysisError("no_gaps")
    at = (upto[-1] - 1) * GAP_QUANTILE
    around = np.searchsorted(upto, [math.floor(at), math.floor(at) + 1], side="right")
    return max(1, int(np.ceil(np.quantile(around, at % 1))))


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
    rows = log.days_in_order
    start = log.first if landmark is None else np.full(log.n, landmark)
    inside = log.first >= 0 if chosen is None else chosen & (log.first >= 0)
    if landmark is not None:
        inside &= log.first <= landmark
    since, broken = np.full(log.n, -1, np.int64), np.zeros(log.n, bool)

    def work(parts: Sequence[tuple[int, int]]) -> None:
        for first, end in parts:
            customer, day = rows.part(first, end)
            if landmark is not None:
                customer, day = _from_landmark(customer, day, landmark, inside[first:end])
            last_row = np.ones(customer.size, bool)
            np.not_equal(customer[1:], customer[:-1], out=last_row[:-1])
            gap = np.diff(day, append=np.int32(0))
            silent = np.where(last_row, day + silence_days <= log.last, gap >= silence_days)
            # Rows are in order of time: turned round, the first silence is written last.
            places = np.flatnonzero(silent)[::-1]
            since[first:end][customer[places]] = day[places]
            broken[first:end][customer[places]] = ~last_row[places]

    in_threads(work, list(pairwise(rows.cuts(BLOCK))))
    event = since >= 0
    ended = np.where(event, since + silence_days, log.last)
    lost = event & inside
    back = int((lost & broken).sum())
    returned = back / int(lost.sum()) if lost.any() else float("nan")
    lives = Lives((ended - start)[inside].astype(np.float64), event[inside])
    return Silence(lives, inside, silence_days, returned)


def _from_landmark(
    customer: Ints, day: Ints, landmark: int, inside: npt.NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """The rows of those inside after the landmark, and before them one on it for each."""
    keep = (day > landmark) & inside[customer]
    begin = np.flatnonzero(inside).astype(np.int32)
    customer = np.concatenate([begin, customer[keep]])
    day = np.concatenate([np.full(begin.size, landmark, np.int32), day[keep]])
    order = np.argsort(customer, kind="stable")
    return customer[order], day[order]
