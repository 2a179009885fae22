"""Who is in which cohort, and which of its windows are over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.machine.parallel import BLOCK, in_blocks
from ...data.vocabulary.notes import Note
from ...data.vocabulary.periods import Period, period_label, period_numbers, period_start
from ..history.history import History
from .groups import Groups
from .measures import Cells
from .members import Frame
from .windows import (
    WINDOW_DAYS,
    Windows,
    by_day,
    calendar_clock,
    rolling_clock,
)


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
    bought = log.first >= 0
    inside = chosen & bought
    if landmark is not None:  # all others have a clock
        inside &= clock.begun >= 0
    notes: list[Note] = []
    never = int(np.count_nonzero(chosen & ~bought))
    if never:
        notes.append(Note("cohort_only_returns", never))
    labels: tuple[Hashable, ...]
    starts: list[dt.date | None]
    if groups is None:
        began = log.first if inside.all() else np.where(inside, log.first, np.int32(-1))
        begun_on = in_blocks(
            lambda part: np.bincount(began[part] + 1, minlength=since.size + 1), began.size
        )
        used = np.bincount(since, weights=np.sum(begun_on, axis=0)[1:]) > 0
        found = np.flatnonzero(used) + numbers[0]
        place = np.cumsum(used, dtype=np.int32) - 1
        codes = by_day(np.append(place[since], np.int32(-1)), began)
        labels = tuple(period_label(int(number), period) for number in found)
        starts = [period_start(int(number), period) for number in found]
        first_includes = not complete_history and landmark is None and bool(used[0])
        includes = np.arange(len(labels)) < first_includes
        if first_includes:
            notes.append(Note("cohort_includes_earlier", 1, {"cohort": labels[0]}))
    else:
        notes += groups.notes
        earlier = inside & (log.first < np.count_nonzero(since == 0))
        left = int((earlier & (groups.codes >= 0)).sum())
        if left and landmark is None and not complete_history:
            notes.append(Note("cohort_earlier_left_out", left))
            inside &= ~earlier
        codes = np.where(inside, groups.codes, -1).astype(np.int32)
        labels, starts = groups.labels, [None] * len(groups.labels)
        includes = np.zeros(len(labels), bool)
    size, ages = len(labels), clock.ages
    reached = _reached(codes, clock.begun, size, ages)
    customers = reached[:, 0].copy()
    finished = _reached(codes, clock.finished - min(look_ahead, ages), size, ages)
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
    shown = (reached > 0) & complete if groups is not None else reached > 0
    return Setting(frame, sizes, shown, complete, tuple(notes))


def _reached(
    codes: npt.NDArray[np.int32], last: npt.NDArray[np.integer[Any]], size: int, ages: int
) -> npt.NDArray[np.int64]:
    """Count the customers of each cohort who have reached each age."""
    cells = (size + 1) * (ages + 1)

    def count(part: slice) -> npt.NDArray[np.intp]:
        # those of no cohort are the first row, those who have reached none the first column
        cell = codes[part] * np.intp(ages + 1)
        cell += np.clip(last[part], -1, ages - 1)
        cell += ages + 2
        return np.bincount(cell, minlength=cells)

    none = np.zeros(cells, np.intp)
    found = sum(in_blocks(count, codes.size, max(BLOCK, cells)), none).reshape(size + 1, ages + 1)
    return found[1:, :0:-1].cumsum(axis=1)[:, ::-1]
