"""A log that goes on from another: only the new rows are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ..in_memory.codes import Floats
from ..in_memory.column import Column
from ..in_memory.concatenate import joined
from ..in_memory.deferred_codes import Moved
from ..parsing.amounts import reads_amounts_alone
from ..parsing.currencies import shared
from ..parsing.placeholder_days import PLACEHOLDERS
from ..parsing.times import read_clock, reads_times_alone
from .appended_rows import has_grown, tail
from .checks import Keyed, both_by_day, exact_duplicates, rows_between
from .choices import Choices
from .log_rows import LogRows, read_part
from .source import Source


def read_on(
    rows: LogRows, before: Source, source: Source, places: Mapping[str, str], choices: Choices
) -> tuple[LogRows, Moved, npt.NDArray[np.intp]] | None:
    """Read only what is behind the rows of ``before``; None if all must be read.

    With the rows come where the customers are now, and which rows before are from the first to
    the last day of the new ones.

    The result is what reading the whole would give. It cannot be had where rows before have
    changed, or where a column is read in the light of all its values, such as dates in text.
    """
    if not (
        reads_times_alone(source.series(places["time"]).dtype)
        and ("amount" not in places or reads_amounts_alone(source.series(places["amount"]).dtype))
        and has_grown(before, source)
    ):
        return None
    part = tail(source, rows.n)
    more, _ = read_part(part, places, choices)
    if _needs_the_whole(rows, more, choices):
        return None
    values = source.series(places["customer"])
    kept = None
    if rows.places is not None or more.places is not None:
        kept = np.concatenate([rows.positions, more.positions + rows.n])
        values = values.iloc[kept]
    found = joined(rows.customers, more.customers, values)
    if found is None or (
        len(more.customers.levels) and _is_text(rows.customers) != _is_text(more.customers)
    ):
        return None
    coded, moved = found
    old = rows.customers
    customers = Column(values, old.kind, name=old.name, coded=coded)
    by_day = both_by_day(rows.by_day, more.by_day)
    amount = None
    if rows.amount is not None and more.amount is not None:
        as_given = _lies_in(rows.amount, before, places) and _lies_in(more.amount, part, places)
        if as_given and kept is None:
            amount = source.series(places["amount"]).to_numpy()
        else:
            amount = np.concatenate([rows.amount, more.amount])
    said = Counter(rows.counted)
    said.update(more.counted)
    start = rows.by_day.day.size

    # A repeated row is of the same day; those before that repeat each other are counted already.
    near = rows_between(by_day.day[:start], by_day.day[start:])
    again = np.concatenate([near, np.arange(start, by_day.day.size)])
    where = again if kept is None else kept[again]
    clock = read_clock(source.series(places["time"]), places["time"])
    money = None if amount is None else amount[again]
    alike = Keyed(customers.codes_at(again), clock, money, where)
    said["duplicates"] = rows.counted["duplicates"] + exact_duplicates(
        source, alike, again.size - (by_day.day.size - start)
    )
    read = LogRows(
        n=source.n,
        places=kept,
        customers=customers,
        time=None,
        amount=amount,
        returned=rows.returned.going_on(more.is_return),
        refunds=np.concatenate([rows.refunds, more.refunds]),
        counted=said,
        zones=rows.zones,
        by_day=by_day,
        signs=rows.signs + more.signs,
        by_customer=_rows_by_customer(rows, moved, customers, start),
        doubts=rows.doubts | more.doubts,
        trial_column=rows.trial_column,
    )
    return read, moved, near


def _needs_the_whole(rows: LogRows, more: LogRows, choices: Choices) -> bool:
    """Whether new rows make others of those before: of another currency, or of no day at all."""
    if choices.currency is None and shared(rows.signs + more.signs) == frozenset():
        return True
    days = more.by_day.days
    none = rows.counted["placeholder_dates"] or more.counted["placeholder_dates"]
    return bool(none or np.isin(days, PLACEHOLDERS).any())


def _rows_by_customer(
    rows: LogRows, moved: Moved, customers: Column, start: int
) -> npt.NDArray[np.int64]:
    """How many rows each customer has now."""
    found = np.bincount(customers.codes_at(slice(start, None)), minlength=len(customers.levels))
    known = rows.by_customer
    found[slice(known.size) if moved is None else moved] += known
    return found


def _lies_in(amount: Floats, source: Source, places: Mapping[str, str]) -> bool:
    """Whether amounts are those of the frame itself, and no copy."""
    given = source.series(places["amount"])
    return given.dtype == np.float64 and np.may_share_memory(amount, given.to_numpy())


def _is_text(ids: Column) -> bool:
    return isinstance(ids.levels[0], str)
