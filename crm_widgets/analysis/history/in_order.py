"""Rows of a log by customer and day, as means of what each customer did are made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ...data.machine.memory import give_back, own_pages
from ...data.machine.parallel import BLOCK, in_blocks, in_threads
from .bits import Bits
from .rows import Days, Floats, Rows

PARTS = 16
"""Parts in which customers are put in order, so that not much more than the rows is needed."""
Bools: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int32]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Amounts: TypeAlias = npt.NDArray[np.int32] | Floats
LEFT = 255
"""Part of the rows that are left out."""
COUNTED, WRITTEN = 1 << 20, 1 << 15
"""Rows counted, and written in order, at a time."""


@dataclass(frozen=True)
class InOrder:
    """Rows by customer and day: those of customer ``i`` from ``bounds[i]`` to ``bounds[i + 1]``."""

    bounds: npt.NDArray[np.intp]
    day: Days
    """Of each row; where rows are ``among`` others, of each of those."""
    amount: Amounts | None = None
    """What ``amounts`` are made from: whole hundredths take half the memory."""
    begins: Bits | None = None
    """Which rows are the first of their customer and day that are no returns, if that is known."""
    among: InOrder | None = None
    """Rows of which these are those that ``begins`` says."""

    @classmethod
    def of(
        cls,
        rows: Rows,
        customers: int,
        days: int,
        *,
        first: Ints | None = None,
        returned: Bools | None = None,
        begins: bool = False,
    ) -> InOrder:
        """Put rows in order; rows of a day stay in the order they are in.

        ``first`` is a day of each customer, and rows before it are left out. With ``begins`` it is
        found out where days with a purchase begin, for which ``returned`` rows do not count.
        """
        bounds = np.zeros(customers + 1, np.intp)
        np.cumsum(_rows_of_each(rows, customers, first), out=bounds[1:])
        found = Bits(int(bounds[-1])) if begins else None
        if first is None and _are_in_order(rows):
            made = cls(bounds, rows.day, rows.amount, found)
            for one, end in pairwise(made.cuts(BLOCK)):
                here = slice(bounds[one], bounds[end])
                made._mark(one, end, None if returned is None else returned[here])
            return made
        give_back(rows.n)
        day = own_pages(bounds[-1], rows.day.dtype)
        amount: Amounts | None = None
        if rows.amount is not None:
            scaled = are_hundredths(rows.amount)
            amount = own_pages(bounds[-1], np.int32 if scaled else np.float64)
        made = cls(bounds, day, amount, found)
        parts = made.cuts(-(-max(day.size, 1) // PARTS))
        most = int(np.diff(bounds[parts]).max(initial=0))
        part_of = _parts_of(rows, parts, first)

        def work(some: Sequence[int]) -> None:
            room = own_pages(most, np.int64)
            for part in some:
                one, last = parts[part : part + 2]
                start = bounds[one]
                key = room[: bounds[last] - start]
                order = _order(rows, range(one, last), days, part_of, part, key)
                for who, end in pairwise(made.cuts(WRITTEN, one, last)):
                    here = slice(bounds[who], bounds[end])
                    row = order[here.start - start : here.stop - start]
                    day[here] = rows.day[row]
                    if amount is not None and rows.amount is not None:
                        paid = rows.amount[row]
                        amount[here] = np.rint(paid * 100) if scaled else paid
                    made._mark(who, end, None if returned is None else returned[row])

        in_threads(work, range(len(parts) - 1))
        give_back(rows.n)
        return made

    def _mark(self, first: int, end: int, back: Bools | None) -> None:
        """Set ``begins`` of some customers, ``back`` being which of their rows are returns."""
        if self.begins is None:
            return
        bounds = self.bounds[first : end + 1]
        here = slice(int(bounds[0]), int(bounds[-1]))
        day = self.day[here]
        new = np.ones(day.size, bool)
        np.not_equal(day[1:], day[:-1], out=new[1:])
        new[(bounds[:-1] - here.start)[np.diff(bounds) > 0]] = True
        late = np.empty(0, np.intp) if back is None else np.flatnonzero(new & back)
        if late.size and back is not None:
            starts = np.append(np.flatnonzero(new), day.size)
            bought = np.append(np.flatnonzero(~back), day.size)
            row = bought[np.searchsorted(bought, late)]
            new[late] = False
            new[row[row < starts[np.searchsorted(starts, late, "right")]]] = True
        self.begins.put(here.start, new)

    def beginning(self) -> InOrder:
        """The rows that ``begins`` says: a row for each day on which a customer bought."""
        assert self.begins is not None
        bounds = np.zeros_like(self.bounds)
        for first, end in pairwise(self.cuts(BLOCK)):
            here = self.bounds[first : end + 1]
            upto = np.cumsum(self.begins[here[0] : here[-1]])
            bounds[first + 1 : end + 1] = bounds[first] + np.append(0, upto)[here[1:] - here[0]]
        return InOrder(bounds, self.day, among=self)

    def days(self, first: int, end: int) -> Days:
        """Days of the rows of the customers from ``first`` to before ``end``."""
        if self.among is None:
            return self.day[self.bounds[first] : self.bounds[end]]
        whole = self.among
        assert whole.begins is not None
        part = slice(whole.bounds[first], whole.bounds[end])
        return self.day[part][whole.begins[part]]

    def amounts(self, part: slice) -> Floats:
        """Amounts of some rows, which must have some."""
        assert self.amount is not None
        found = self.amount[part]
        return found / 100 if found.dtype == np.int32 else np.asarray(found, np.float64)

    def customers(self) -> npt.NDArray[np.int32]:
        """Customer of each row."""
        return np.repeat(np.arange(self.bounds.size - 1, dtype=np.int32), np.diff(self.bounds))

    def cuts(self, rows: int, first: int = 0, end: int | None = None) -> list[int]:
        """Customers at which to cut, so that parts have about so many rows."""
        end = self.bounds.size - 1 if end is None else end
        at = np.arange(self.bounds[first] + rows, self.bounds[end], rows)
        some = np.searchsorted(self.bounds, at, "right") - 1
        cuts: list[int] = np.unique([first, *some, end]).tolist()
        return cuts


def _rows_of_each(rows: Rows, customers: int, first: Ints | None) -> npt.NDArray[np.intp]:
    """Count the rows of each customer."""
    found = np.zeros(customers, np.intp)
    for lo in range(0, rows.n, COUNTED):
        part = rows.customer[lo : lo + COUNTED]
        if first is not None:
            part = part[rows.day[lo : lo + COUNTED] >= first[part]]
        found += np.bincount(part, minlength=customers)
    return found


def _parts_of(rows: Rows, cuts: Sequence[int], first: Ints | None) -> Bytes:
    """Between which cuts the customer of each row is; ``LEFT`` of rows before their ``first``."""
    part_of = np.repeat(np.arange(len(cuts) - 1, dtype=np.uint8), np.diff(cuts))
    found = own_pages(rows.n, np.uint8)

    def look_up(part: slice) -> None:
        customer = rows.customer[part]
        found[part] = part_of[customer]
        if first is not None:
            found[part][rows.day[part] < first[customer]] = LEFT

    in_blocks(look_up, rows.n)
    return found


def _order(
    rows: Rows, who: range, days: int, part_of: Bytes, part: int, key: npt.NDArray[np.int64]
) -> npt.NDArray[np.intp]:
    """Positions of the rows of a part of the customers, by customer and day.

    ``key`` has room for as many; they may be given in it.
    """
    bits = rows.n.bit_length()
    short = (len(who) * days).bit_length() + bits <= 62
    row = np.empty(0 if short else key.size, np.intp)
    begin = 0
    for lo in range(0, rows.n, BLOCK):
        here = np.flatnonzero(part_of[lo : lo + BLOCK] == part)
        here += lo
        found = key[begin : begin + here.size]
        found[:] = rows.customer[here]
        found -= who.start
        found *= days
        found += rows.day[here]
        if short:
            # With its row in the last bits a key is sorted as one number, for which there is a
            # faster sort.
            found <<= bits
            found |= here
        else:
            row[begin : begin + here.size] = here
        begin += here.size
    if not short:
        return row[np.argsort(key, kind="stable")]
    key.sort()
    key &= (1 << bits) - 1
    return key


def are_hundredths(amount: Floats) -> bool:
    """Whether amounts are whole hundredths, such as cents, that fit in four bytes.

    >>> are_hundredths(np.array([19.99, -0.01])), are_hundredths(np.array([0.125]))
    (True, False)
    """
    for lo in range(0, amount.size, BLOCK):
        part = amount[lo : lo + BLOCK]
        whole = np.rint(part * 100)
        if not (np.abs(whole) < 2**31).all():
            return False
        kept = whole.astype(np.int32) / 100
        # Every bit is compared: zero has two signs.
        if not np.array_equal(kept.view(np.int64), part.view(np.int64)):
            return False
    return True


def _are_in_order(rows: Rows) -> bool:
    """Whether rows are by customer and day."""
    for lo in range(0, rows.n, COUNTED):
        customer, day = (x[lo : lo + COUNTED + 1] for x in (rows.customer, rows.day))
        later, same = customer[1:] > customer[:-1], customer[1:] == customer[:-1]
        if not (later | (same & (day[1:] >= day[:-1]))).all():
            return False
    return True
