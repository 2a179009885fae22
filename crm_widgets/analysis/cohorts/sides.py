"""Two groups of customers to compare, watched for the same time from their own start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.parsing.given_times import given_day
from ...data.vocabulary.clauses import Clause, Group
from ...data.vocabulary.notes import Note
from ...errors import AnalysisError, InputError
from .build import Cohorts
from .groups import FACT, Made
from .members import Frame
from .windows import WINDOW_DAYS, Clock, rolling_clock

Mask: TypeAlias = npt.NDArray[np.bool_]
Side: TypeAlias = "Hashable | Sequence[Hashable] | Group | Clause | Literal['rest']"
REST = "rest"


@dataclass(frozen=True)
class Sides:
    """Both sides in one frame: code 0 is a, 1 is b, -1 neither."""

    frame: Frame
    a: tuple[Hashable, ...]
    """Cohorts of the first side, or the name of its group."""
    b: tuple[Hashable, ...]
    windows: int
    """Windows that are over for all customers of both sides."""
    length: int
    """Days of a window."""
    landmark: dt.date | None
    made: Made
    tested: bool
    """Whether a p may be given."""
    notes: tuple[Note, ...]

    @property
    def n(self) -> tuple[int, int]:
        """Customers of each side."""
        codes = self.frame.codes
        return int((codes == 0).sum()), int((codes == 1).sum())

    @property
    def horizon_days(self) -> int:
        """Days for which all are watched."""
        return self.windows * self.length


def sides(
    cohorts: Cohorts,
    a: Side,
    b: Side,
    *,
    window_days: int | None = None,
    horizon_days: int | None = None,
    landmark: dt.date | str | None = None,
    behaviour: bool | None = None,
) -> Sides:
    """Resolve both sides, and the time for which their customers can be compared.

    Cohorts of first purchases are compared over the windows that are over for all of their
    customers. Other groups lose those who came too late: by default the windows are those that
    at least half of each side has finished.
    """
    log = cohorts.frame.log
    length = window_days or WINDOW_DAYS[cohorts.period]
    if not 1 <= length <= log.last + 1:
        raise InputError("out_of_range", name="window_days", given=length, lo=1, hi=log.last + 1)
    one, names_a, made_a = _mask(cohorts, a)
    two, names_b, made_b = _mask(cohorts, b)
    if names_a == (REST,):
        one = one & ~two
    elif names_b == (REST,):
        two = two & ~one
    shared = int((one & two).sum())
    if shared:
        raise InputError("groups_overlap", n=shared)
    made = cohorts.made.both(made_a).both(made_b)
    if behaviour is not None:
        made = Made(behaviour, made.as_of)
    notes: list[Note] = []
    start = cohorts.landmark if landmark is None else given_day(landmark, "landmark")
    if start is None and made.behaviour and made.as_of is not None:
        after = log.last - log.day(made.as_of)
        start = made.as_of if after >= length else None
    clock = rolling_clock(log, length, None if start is None else log.day(start))
    tested = not made.guaranteed(start)
    if not tested:
        notes.append(Note("same_period_behaviour"))
    masks = []
    for side, mask, names in ((a, one, names_a), (b, two, names_b)):
        mask = mask & (clock.begun >= 0)
        earlier = mask & _earlier(cohorts) if start is None else np.zeros(log.n, bool)
        if earlier.any() and _is_cohorts(side):
            tested = False
            notes.append(Note("cohort_includes_earlier", 1, {"cohort": cohorts.labels[0]}))
        elif earlier.any():
            notes.append(Note("cohort_earlier_left_out", int(earlier.sum())))
            mask = mask & ~earlier
        if not mask.any():
            raise AnalysisError("empty_side", side=_joined(names))
        masks.append(mask)
    one, two = masks
    # All customers of a cohort of first purchases are watched about equally long.
    whole = _is_cohorts(a) and _is_cohorts(b) and bool(cohorts.sizes["start"].notna().all())
    windows = _windows(clock, masks, whole, length, horizon_days)
    over = clock.finished >= windows - 1
    late = int(((one | two) & ~over).sum())
    if late:
        notes.append(Note("too_short", late, {"days": windows * length}))
    for mask, names in ((one, names_a), (two, names_b)):
        if windows < 1 or not (mask & over).any():
            days = max(windows, 1) * length
            raise AnalysisError("no_common_window", days=days, side=_joined(names))
    codes = np.full(log.n, -1, np.int32)
    codes[one & over], codes[two & over] = 0, 1
    eligible = np.repeat(np.bincount(codes[codes >= 0], minlength=2)[:, None], clock.ages, axis=1)
    counted = np.ones(eligible.shape, bool)
    frame = Frame(log, clock, codes, 2, eligible, counted, False)
    return Sides(frame, names_a, names_b, windows, length, start, made, tested, tuple(notes))


def _is_cohorts(side: Side) -> bool:
    return not isinstance(side, Group | Clause) and side != REST


def _joined(names: tuple[Hashable, ...]) -> str:
    return ", ".join(map(str, names))


def _windows(
    clock: Clock, masks: list[Mask], whole: bool, length: int, horizon_days: int | None
) -> int:
    """Count the windows over which both sides are compared."""
    if horizon_days is not None:
        if horizon_days < length:
            most = clock.ages * length
            raise InputError(
                "out_of_range", name="horizon_days", given=horizon_days, lo=length, hi=most
            )
        return horizon_days // length
    finished = [clock.finished[mask] for mask in masks]
    return 1 + min(
        int(ages.min() if whole else np.quantile(ages, 0.5, method="lower")) for ages in finished
    )


def _mask(cohorts: Cohorts, side: Side) -> tuple[Mask, tuple[Hashable, ...], Made]:
    """Find the customers of a side, its names, and what it is made of."""
    codes = cohorts.frame.codes
    if isinstance(side, Clause):
        if not isinstance(side.predicate, Group):
            raise InputError("clause_of_model", space=side.space)
        mask, names, _ = _mask(cohorts, side.predicate)
        return mask, names, FACT if side.space == "column" else Made(True, side.as_of)
    if isinstance(side, Group):
        ids = cohorts.transactions.ids
        places = ids.get_indexer(pd.Index(list(side.customers)))
        mask = np.zeros(codes.size, bool)
        mask[places[places >= 0]] = True
        return mask & (codes >= 0), (side.name,), Made(True)
    if isinstance(side, str) and side == REST and side not in cohorts.labels:
        return codes >= 0, (REST,), FACT
    several = isinstance(side, list | tuple) and side not in cohorts.labels
    labels: tuple[Hashable, ...] = tuple(side) if several else (side,)  # type: ignore[arg-type]
    mask = np.isin(codes, [cohorts.place(label) for label in labels])
    return mask, labels, FACT


def _earlier(cohorts: Cohorts) -> Mask:
    """Which customers are in a cohort that includes earlier ones."""
    places = np.flatnonzero(cohorts.sizes["includes_earlier"].to_numpy(dtype=bool))
    return np.isin(cohorts.frame.codes, places)
