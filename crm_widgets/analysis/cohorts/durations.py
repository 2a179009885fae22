"""Durations, events and groups, of a log or of a table that knows its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data import Customers, Transactions
from ...data.vocabulary.clauses import Clause, Predicate
from ...data.vocabulary.notes import Note
from ...data.vocabulary.periods import period_label, period_numbers
from ...errors import InputError, missing_column
from ..history.churn_by_silence import silence, usual_silence
from ..history.history import History
from ..history.of_log import history
from ..statistics.kaplan_meier import Lives
from .groups import (
    FACT,
    Groups,
    GroupsBy,
    Labelled,
    Made,
    by_labels,
    groups_by,
    labels_of,
    limit,
    selected,
)

ALL = "all"
YES = frozenset({"yes", "y", "true", "1", "是"})
NO = frozenset({"no", "n", "false", "0", "否"})


@dataclass(frozen=True)
class Watched:
    """Lives, the group of each (-1: none), and how they were made and chosen."""

    lives: Lives
    codes: npt.NDArray[np.int32]
    labels: tuple[Hashable, ...]
    made: Made
    selected: Made
    silence_days: int | None
    returned: float | None
    notes: tuple[Note, ...]


def of_log(
    data: Transactions,
    groups: GroupsBy | None,
    silence_days: int | None,
    landmark: dt.date | None,
    where: Sequence[Clause | Predicate],
    customers: Iterable[Hashable] | None,
) -> Watched:
    """Watch the customers of a log until their first long silence."""
    log = history(data)
    if silence_days is not None and silence_days < 1:
        raise InputError("out_of_range", name="silence_days", given=silence_days, lo=1, hi=log.last)
    chosen, narrowed = selected(data, where, customers)
    days = usual_silence(log) if silence_days is None else silence_days
    at = None if landmark is None else log.day(landmark)
    own = _groups(data, log, groups)
    codes = np.where(chosen, own.codes, -1).astype(np.int32)
    quiet = silence(log, days, at, codes >= 0)
    notes = (*own.notes, Note("silence", days, {"returned": quiet.returned}))
    return Watched(
        quiet.lives,
        codes[quiet.inside],
        own.labels,
        own.made,
        narrowed,
        days,
        quiet.returned,
        notes,
    )


def of_table(
    data: Customers,
    groups: GroupsBy | None,
    columns: tuple[str | None, str | None, str | None],
    landmark: float | None,
    where: Sequence[Clause | Predicate],
    customers: Iterable[Hashable] | None,
) -> Watched:
    """Read durations, events and entries from their columns."""
    duration, event, entry = columns
    if duration is None or event is None:
        raise InputError("no_durations")
    table = data.table
    last = table.numbers(_name(data, duration))
    begin = None if entry is None else table.numbers(_name(data, entry))
    died = _happened(data, event)
    floor = np.zeros(last.size) if begin is None else np.nan_to_num(begin)
    known = (last >= 0) & ~np.isnan(died) & ((last > floor) | (floor == 0))
    predicates = [c.predicate if isinstance(c, Clause) else c for c in where]
    keep = table.mask(predicates) if predicates else np.ones(table.n, bool)
    if customers is not None:
        keep &= table.members(customers)
    notes = []
    unknown = int((keep & ~known).sum())
    if unknown:
        notes.append(Note("no_duration", unknown, {"duration": duration, "event": event}))
    if landmark is not None:
        begin = np.maximum(floor, landmark)
        keep &= last > landmark
    own = _table_groups(data, groups)
    codes = np.where(keep & known, own.codes, -1).astype(np.int32)
    lives = Lives(last, died > 0, begin)
    return Watched(lives, codes, own.labels, own.made, FACT, None, None, tuple(notes))


def _groups(data: Transactions, log: History, groups: GroupsBy | None) -> Groups:
    if groups is None:
        return Groups(np.where(log.first >= 0, 0, -1).astype(np.int32), (ALL,), FACT)
    if not (isinstance(groups, str) and groups == "first_purchase"):
        return groups_by(data, log, groups)
    months = period_numbers(log.first.astype(np.int64) + log.origin, "month")
    found, codes = np.unique(np.where(log.first >= 0, months, months.max()), return_inverse=True)
    labels = tuple(period_label(int(number), "month") for number in found)
    return Groups(np.where(log.first >= 0, codes, -1).astype(np.int32), labels, FACT)


def _table_groups(data: Customers, groups: GroupsBy | None) -> Groups:
    table = data.table
    if groups is None:
        return Groups(np.zeros(table.n, np.int32), (ALL,), FACT)
    if isinstance(groups, str):
        name = _name(data, groups)
        limit(len(table.distinct(name)), groups)
        return Groups(table.codes(name), tuple(table.distinct(name)), FACT)
    ids = table.distinct("customer")[table.codes("customer")]
    if isinstance(groups, Labelled) and not isinstance(groups, pd.Series):
        return by_labels(ids, groups.labels, Made(True))
    return by_labels(ids, labels_of(groups), Made(True))


def _name(data: Customers, column: str) -> str:
    for name, given in data.columns.items():
        if given == column:
            return name
    if column in data.table.kinds:
        return column
    raise missing_column(column, data.columns.values())


def _happened(data: Customers, column: str) -> npt.NDArray[np.float64]:
    """1 where the event happened, 0 where not, NaN where nobody knows."""
    name = _name(data, column)
    if data.table.kinds[name] in ("bool", "number"):
        found = data.table.numbers(name)
        if not np.isin(found[~np.isnan(found)], (0.0, 1.0)).all():
            raise InputError("not_an_event", column=column)
        return found
    levels = [str(level).strip().casefold() for level in data.table.distinct(name)]
    if not set(levels) <= YES | NO:
        raise InputError("not_an_event", column=column)
    value = np.array([float(level in YES) for level in levels] + [np.nan])
    return value[data.table.codes(name)]
