"""When a customer without a contract has left: at the end of the first long silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ...data.machine.parallel import BLOCK, in_threads
from ...errors import AnalysisError
from ..statistics.kaplan_meier import Lives
from .history import History
from .sorted_rows import SortedRows

Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

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
    rows = log.purchase_days_by_customer

    def work(parts: Sequence[tuple[int, int]]) -> Ints:
        counts = np.zeros(log.last + 1, np.int64)
        for first, end in parts:
            customer, day = _days(rows, first, end)
            gaps = np.diff(day)[customer[1:] == customer[:-1]]
            counts += np.bincount(gaps, minlength=counts.size)
        return counts

    none = np.zeros(log.last + 1, np.int64)
    counts = sum(in_threads(work, list(pairwise(rows.cut_points(BLOCK)))), none)
    if not counts.any():
        raise AnalysisError("no_gaps")
    return max(1, int(np.ceil(_quantile(counts, GAP_QUANTILE))))


def silence(
    log: History,
    silence_days: int,
    landmark: int | None = None,
    chosen: Mask | None = None,
) -> Silence:
    """Date churn at the last purchase before the first silence, plus ``silence_days``.

    A silence that is not over at the end of the data is censored there: it may still be broken.
    With a landmark day the clock and the silence both start at it, for all who had bought by
    then, so that purchases before it decide nothing.
    """
    rows = log.purchase_days_by_customer
    start = log.first
    inside = log.first >= 0 if chosen is None else chosen & (log.first >= 0)
    if landmark is not None:
        inside &= log.first <= landmark
        start = np.full(log.n, landmark, np.int32)
    silent, broken = np.full(log.n, -1, np.int32), np.zeros(log.n, bool)

    def work(parts: Sequence[tuple[int, int]]) -> None:
        for first, end in parts:
            here = slice(first, end)
            customer, day = _days(rows, first, end)
            if landmark is not None:
                customer, day = _from(landmark, customer, day, inside[here])
            silent[here], broken[here] = _first_silences(
                customer, day, end - first, silence_days, log.last
            )

    in_threads(work, list(pairwise(rows.cut_points(BLOCK))))
    event = silent >= 0
    lost = event & inside
    returned = int((lost & broken).sum()) / int(lost.sum()) if lost.any() else float("nan")
    ended = np.where(event, silent + silence_days, log.last)
    lives = Lives((ended - start)[inside].astype(np.float64), event[inside])
    return Silence(lives, inside, silence_days, returned)


def _days(rows: SortedRows, first: int, end: int) -> tuple[Ints, Ints]:
    """Customers, counted from ``first`` on, and their days, in order."""
    bounds = rows.bounds[first : end + 1]
    customer = np.repeat(np.arange(end - first), np.diff(bounds))
    return customer, rows.days(first, end).astype(np.int64)


def _from(landmark: int, customer: Ints, day: Ints, inside: Mask) -> tuple[Ints, Ints]:
    """The days after a landmark of those who are watched, which begin with the landmark."""
    kept = (day > landmark) & inside[customer]
    begin = np.flatnonzero(inside)
    customer = np.concatenate([begin, customer[kept]])
    day = np.concatenate([np.full(begin.size, landmark), day[kept]])
    order = np.argsort(customer, kind="stable")
    return customer[order], day[order]


def _first_silences(
    customer: Ints, day: Ints, n: int, silence_days: int, last: int
) -> tuple[Ints, Mask]:
    """The day after which each of ``n`` customers was silent first (-1: none), and if it ended."""
    last_row = np.ones(customer.size, bool)
    last_row[:-1] = customer[1:] != customer[:-1]
    until = np.append(day[1:], 0)
    quiet = np.where(last_row, day + silence_days <= last, until - day >= silence_days)
    places = np.flatnonzero(quiet)[::-1]
    silent, broken = np.full(n, -1, np.int64), np.zeros(n, bool)
    # Rows are in order of time, so the first silence is written last.
    silent[customer[places]], broken[customer[places]] = day[places], ~last_row[places]
    return silent, broken


def _quantile(counts: Ints, q: float) -> float:
    """A quantile of whole numbers, told from how often each occurs, as ``np.quantile`` has it."""
    upto = np.cumsum(counts)
    place = (int(upto[-1]) - 1) * q
    below = int(place)
    ends = np.searchsorted(upto, [below, below + 1 if place > below else below], side="right")
    return float(np.quantile(ends, place - below))
