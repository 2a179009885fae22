"""Who is in which cohort, and which of its windows are over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..data.notes import Note
from .cohort_groups import Groups
from .cohort_measures import Cells
from .cohort_members import Frame
from .cohort_windows import (
    WINDOW_DAYS,
    Period,
    Windows,
    calendar_clock,
    period_label,
    period_numbers,
    period_start,
    rolling_clock,
)
from .history import History


@dataclass(frozen=True)
class Setting:
    """A frame to measure, and the tables around it."""

    frame: Frame
    sizes: pd.DataFrame
    begun: npt.NDArray[np.bool_]
    complete: npt.NDArray[np.bool_]
    notes: tuple[Note, ...]

    def table(self, cells: Cells) -> pd.DataFrame:
        """Make the long frame of cells whose window has begun."""
        row, age = np.nonzero(self.begun)
        complete = self.complete[row, age]
        labels = self.sizes["cohort"].to_numpy()
        return pd.DataFrame(
            {
                "cohort": labels[row],
                "age": age,
                "customers": self.sizes["customers"].to_numpy()[row],
                "eligible": np.where(complete, self.frame.eligible[row, age], 0),
                "active": cells.active[row, age],
                "total": cells.total[row, age],
                "base": cells.base[row, age],
                "value": cells.value[row, age],
                "low": np.where(complete, cells.low[row, age], np.nan),
                "high": np.where(complete, cells.high[row, age], np.nan),
                "capped": np.where(complete, cells.capped[row, age], np.nan),
                "cap": cells.cap[age],
                "complete": complete,
            }
        )


def make_frame(
    log: History,
    groups: Groups | None,
    period: Period,
    windows: Windows,
    chosen: npt.NDArray[np.bool_],
    landmark: dt.date | None,
    complete_history: bool,
    look_ahead: int,
) -> Setting:
    """Put customers into cohorts and count whose windows are over."""
    if landmark is not None:
        clock = rolling_clock(log, WINDOW_DAYS[period], log.day(landmark))
    elif windows == "rolling":
        clock = rolling_clock(log, WINDOW_DAYS[period])
    else:
        clock = calendar_clock(log, period)
    numbers = period_numbers(np.arange(log.last + 1) + log.origin, period)
    since = (numbers - numbers[0]).astype(np.int32)
    began, bought = since[np.maximum(log.first, 0)], log.first >= 0
    inside = chosen & (clock.begun >= 0)
    inside &= bought
    earlier = bought & (began == 0) & (not complete_history)
    notes: list[Note] = []
    never = int(np.count_nonzero(chosen & ~bought))
    if never:
        notes.append(Note("cohort_only_returns", never))
    labels: tuple[Hashable, ...]
    starts: list[dt.date | None]
    if groups is None:
        used = np.bincount(began[inside], minlength=int(since[-1]) + 1) > 0
        found = np.flatnonzero(used) + numbers[0]
        place = np.cumsum(used, dtype=np.int32) - 1
        codes = np.where(inside, place[began], np.int32(-1))
        labels = tuple(period_label(int(number), period) for number in found)
        starts = [period_start(int(number), period) for number in found]
        first_includes = not complete_history and landmark is None and bool(earlier[inside].any())
        includes = np.arange(len(labels)) < first_includes
        if first_includes:
            notes.append(Note("cohort_includes_earlier", 1, {"cohort": labels[0]}))
    else:
        notes += groups.notes
        if landmark is None and (earlier & inside & (groups.codes >= 0)).any():
            left = int((earlier & inside & (groups.codes >= 0)).sum())
            notes.append(Note("cohort_earlier_left_out", left))
            inside &= ~earlier
        codes = np.where(inside, groups.codes, -1).astype(np.int32)
        labels, starts = groups.labels, [None] * len(groups.labels)
        includes = np.zeros(len(labels), bool)
    size, ages = len(labels), clock.ages
    customers = np.bincount(codes[codes >= 0], minlength=size)
    finished = _reached(codes, clock.finished - look_ahead, size, ages)
    complete = (finished > 0) if groups is not None else (finished == customers[:, None])
    complete &= customers[:, None] > 0
    eligible = finished if groups is not None else np.repeat(customers[:, None], ages, axis=1)
    counted = complete & ~includes[:, None]
    frame = Frame(log, clock, codes, size, eligible, counted, groups is not None)
    sizes = pd.DataFrame(
        {
            "cohort": list(labels),
            "start": starts,
            "customers": customers,
            "includes_earlier": includes,
        }
    )
    begun = _reached(codes, clock.begun, size, ages) > 0
    if groups is not None:
        begun &= complete
    return Setting(frame, sizes, begun, complete, tuple(notes))


def _reached(
    codes: npt.NDArray[np.int32], last: npt.NDArray[np.int32], size: int, ages: int
) -> npt.NDArray[np.int64]:
    """Count the customers of each cohort who have reached each age."""
    inside = (codes >= 0) & (last >= 0)
    cell = codes * np.intp(ages)
    cell += np.minimum(last, ages - 1)
    cell = cell if inside.all() else cell[inside]
    count = np.bincount(cell, minlength=size * ages).reshape(size, ages)
    return count[:, ::-1].cumsum(axis=1)[:, ::-1]
