"""Rows of a log sorted by customer and day."""

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
"""Parts of the customers that are sorted one after the other, to save memory."""
Bools: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int32]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Amounts: TypeAlias = npt.NDArray[np.int32] | Floats
EXCLUDED = 255
"""Part number of rows that are left out."""
COUNT_BLOCK, WRITE_BLOCK = 1 << 20, 1 << 15
"""Rows counted, and written in order, at a time."""


@dataclass(frozen=True)
class SortedRows:
    """Rows by customer and day: those of customer ``i`` from ``bounds[i]`` to ``bounds[i + 1]``."""

    bounds: npt.NDArray[np.intp]
    day: Days
    """Of each row; with a ``parent``, of each row of the parent."""
    amount: Amounts | None = None
    """What ``amounts`` are made from: whole hundredths take half the memory."""
    is_first_of_day: Bits | None = None
    """Which rows are the first purchase of their customer and day, if marked."""
    parent: SortedRows | None = None
    """If given, these are the rows of the parent that its ``is_first_of_day`` marks."""

    @classmethod
    def of(
        cls,
        rows: Rows,
        customers: int,
        days: int,
        *,
        first: Ints | None = None,
        is_return: Bools | None = None,
        mark_first_of_day: bool = False,
    ) -> SortedRows:
        """Sort rows by customer and day; rows of a day keep their order.

        ``first`` is a day of each customer; rows before it are left out. With
        ``mark_first_of_day`` the first purchase of each day is marked; ``is_return`` tells which
        rows are no purchases.
        """
        bounds = np.zeros(customers + 1, np.intp)
        np.cumsum(_count_rows(rows, customers, first), out=bounds[1:])
        first_of_day = Bits(int(bounds[-1])) if mark_first_of_day else None
        if first is None and _are_sorted(rows):
            sorted_rows = cls(bounds, rows.day, rows.amount, first_of_day)
            for start_customer, chunk_end in pairwise(sorted_rows.cut_points(BLOCK)):
                chunk = slice(bounds[start_customer], bounds[chunk_end])
                sorted_rows._mark_first_of_day(
                    start_customer, chunk_end, None if is_return is None else is_return[chunk]
                )
            return sorted_rows
        give_back(rows.n)
        day = own_pages(bounds[-1], rows.day.dtype)
        amount: Amounts | None = None
        if rows.amount is not None:
            scaled = are_hundredths(rows.amount)
            amount = own_pages(bounds[-1], np.int32 if scaled else np.float64)
        sorted_rows = cls(bounds, day, amount, first_of_day)
        parts = sorted_rows.cut_points(-(-max(day.size, 1) // PARTS))
        largest_part = int(np.diff(bounds[parts]).max(initial=0))
        part_of = _part_of_each_row(rows, parts, first)

        def sort_parts(parts_of_thread: Sequence[int]) -> None:
            key_buffer = own_pages(largest_part, np.int64)
            for part in parts_of_thread:
                start_customer, last = parts[part : part + 2]
                start = bounds[start_customer]
                key = key_buffer[: bounds[last] - start]
                order = _sort_order(rows, range(start_customer, last), days, part_of, part, key)
                for chunk_start, chunk_end in pairwise(
                    sorted_rows.cut_points(WRITE_BLOCK, start_customer, last)
                ):
                    chunk = slice(bounds[chunk_start], bounds[chunk_end])
                    row = order[chunk.start - start : chunk.stop - start]
                    day[chunk] = rows.day[row]
                    if amount is not None and rows.amount is not None:
                        amounts = rows.amount[row]
                        amount[chunk] = np.rint(amounts * 100) if scaled else amounts
                    sorted_rows._mark_first_of_day(
                        chunk_start, chunk_end, None if is_return is None else is_return[row]
                    )

        in_threads(sort_parts, range(len(parts) - 1))
        give_back(rows.n)
        return sorted_rows

    def _mark_first_of_day(self, first: int, end: int, is_return: Bools | None) -> None:
        """Set ``is_first_of_day`` for some customers; ``is_return`` is of their rows."""
        if self.is_first_of_day is None:
            return
        bounds = self.bounds[first : end + 1]
        rows = slice(int(bounds[0]), int(bounds[-1]))
        day = self.day[rows]
        is_first = np.ones(day.size, bool)
        np.not_equal(day[1:], day[:-1], out=is_first[1:])
        is_first[(bounds[:-1] - rows.start)[np.diff(bounds) > 0]] = True
        first_is_return = (
            np.empty(0, np.intp) if is_return is None else np.flatnonzero(is_first & is_return)
        )
        if first_is_return.size and is_return is not None:
            starts = np.append(np.flatnonzero(is_first), day.size)
            purchases = np.append(np.flatnonzero(~is_return), day.size)
            first_purchase = purchases[np.searchsorted(purchases, first_is_return)]
            is_first[first_is_return] = False
            is_first[
                first_purchase[
                    first_purchase < starts[np.searchsorted(starts, first_is_return, "right")]
                ]
            ] = True
        self.is_first_of_day.put(rows.start, is_first)

    def first_of_days(self) -> SortedRows:
        """The rows marked by ``is_first_of_day``: one for each purchase day of a customer."""
        assert self.is_first_of_day is not None
        bounds = np.zeros_like(self.bounds)
        for first, end in pairwise(self.cut_points(BLOCK)):
            row_bounds = self.bounds[first : end + 1]
            cumulative = np.cumsum(self.is_first_of_day[row_bounds[0] : row_bounds[-1]])
            bounds[first + 1 : end + 1] = (
                bounds[first] + np.append(0, cumulative)[row_bounds[1:] - row_bounds[0]]
            )
        return SortedRows(bounds, self.day, parent=self)

    def days(self, first: int, end: int) -> Days:
        """Days of the rows of the customers from ``first`` to before ``end``."""
        if self.parent is None:
            return self.day[self.bounds[first] : self.bounds[end]]
        parent = self.parent
        assert parent.is_first_of_day is not None
        part = slice(parent.bounds[first], parent.bounds[end])
        return self.day[part][parent.is_first_of_day[part]]

    def amounts(self, part: slice) -> Floats:
        """Amounts of some rows, which must have some."""
        assert self.amount is not None
        found = self.amount[part]
        return found / 100 if found.dtype == np.int32 else np.asarray(found, np.float64)

    def customers(self) -> npt.NDArray[np.int32]:
        """Customer of each row."""
        return np.repeat(np.arange(self.bounds.size - 1, dtype=np.int32), np.diff(self.bounds))

    def cut_points(self, rows: int, first: int = 0, end: int | None = None) -> list[int]:
        """Customers at which to cut, so that parts have about so many rows."""
        end = self.bounds.size - 1 if end is None else end
        row_targets = np.arange(self.bounds[first] + rows, self.bounds[end], rows)
        customers = np.searchsorted(self.bounds, row_targets, "right") - 1
        points: list[int] = np.unique([first, *customers, end]).tolist()
        return points


def _count_rows(rows: Rows, customers: int, first: Ints | None) -> npt.NDArray[np.intp]:
    """Count the rows of each customer."""
    found = np.zeros(customers, np.intp)
    for lo in range(0, rows.n, COUNT_BLOCK):
        part = rows.customer[lo : lo + COUNT_BLOCK]
        if first is not None:
            part = part[rows.day[lo : lo + COUNT_BLOCK] >= first[part]]
        found += np.bincount(part, minlength=customers)
    return found


def _part_of_each_row(rows: Rows, cut_points: Sequence[int], first: Ints | None) -> Bytes:
    """Part that the customer of each row is in; ``EXCLUDED`` for rows before ``first``."""
    part_of = np.repeat(np.arange(len(cut_points) - 1, dtype=np.uint8), np.diff(cut_points))
    found = own_pages(rows.n, np.uint8)

    def look_up(part: slice) -> None:
        customer = rows.customer[part]
        found[part] = part_of[customer]
        if first is not None:
            found[part][rows.day[part] < first[customer]] = EXCLUDED

    in_blocks(look_up, rows.n)
    return found


def _sort_order(
    rows: Rows, customers: range, days: int, part_of: Bytes, part: int, key: npt.NDArray[np.int64]
) -> npt.NDArray[np.intp]:
    """Positions of the rows of a part of the customers, by customer and day.

    ``key`` is a buffer of that size, and may be what is returned.
    """
    bits = rows.n.bit_length()
    fits_one_key = (len(customers) * days).bit_length() + bits <= 62
    position_array = np.empty(0 if fits_one_key else key.size, np.intp)
    n_sorted = 0
    for lo in range(0, rows.n, BLOCK):
        positions = np.flatnonzero(part_of[lo : lo + BLOCK] == part)
        positions += lo
        chunk = key[n_sorted : n_sorted + positions.size]
        chunk[:] = rows.customer[positions]
        chunk -= customers.start
        chunk *= days
        chunk += rows.day[positions]
        if fits_one_key:
            # With its row in the last bits a key is sorted as one number, for which there is a
            # faster sort.
            chunk <<= bits
            chunk |= positions
        else:
            position_array[n_sorted : n_sorted + positions.size] = positions
        n_sorted += positions.size
    if not fits_one_key:
        return position_array[np.argsort(key, kind="stable")]
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
        restored = whole.astype(np.int32) / 100
        # Every bit is compared: zero has two signs.
        if not np.array_equal(restored.view(np.int64), part.view(np.int64)):
            return False
    return True


def _are_sorted(rows: Rows) -> bool:
    """Whether rows are by customer and day."""
    for lo in range(0, rows.n, COUNT_BLOCK):
        customer, day = (x[lo : lo + COUNT_BLOCK + 1] for x in (rows.customer, rows.day))
        later, same = customer[1:] > customer[:-1], customer[1:] == customer[:-1]
        if not (later | (same & (day[1:] >= day[:-1]))).all():
            return False
    return True
