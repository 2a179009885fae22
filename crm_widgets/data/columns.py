"""A column in memory: its kind, its numbers, and integer codes built when first asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import InputError
from .parallel import in_threads
from .table import Kind
from .times import clock_ms

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int32]
Rows: TypeAlias = npt.NDArray[np.bool_] | npt.NDArray[np.intp]
Series: TypeAlias = "pd.Series[Any]"

BLOCK = 1 << 17
"""Rows worked on at a time, so that the steps between stay in the processor's cache."""
SPAN = 1 << 22
"""Whole numbers in up to this range are counted though they are few in it."""
OBJECT_KINDS: dict[str, Kind] = {
    "boolean": "bool",
    "integer": "number",
    "floating": "number",
    "mixed-integer-float": "number",
    "decimal": "number",
    "date": "time",
    "datetime": "time",
    "datetime64": "time",
    "period": "time",
}


def kind_of(values: Series) -> Kind:
    """What a column holds, by its type; columns of objects are looked at."""
    types = pd.api.types
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype | pd.IntervalDtype):
        return "category"
    if types.is_bool_dtype(dtype):
        return "bool"
    if types.is_numeric_dtype(dtype) or types.is_timedelta64_dtype(dtype):
        return "number"
    if types.is_datetime64_any_dtype(dtype) or isinstance(dtype, pd.PeriodDtype):
        return "time"
    if isinstance(dtype, pd.ArrowDtype):
        name = str(dtype)
        if name.startswith("decimal"):
            return "number"
        return "time" if name.startswith(("date", "timestamp")) else "category"
    if types.is_object_dtype(dtype):
        return OBJECT_KINDS.get(types.infer_dtype(values, skipna=True), "category")
    return "category"


def number_array(values: Series) -> Floats:
    """Floats of a number or bool column; missing values are NaN, timedeltas are days."""
    if pd.api.types.is_timedelta64_dtype(values.dtype):
        seconds = values.dt.total_seconds()
        return np.asarray(seconds, np.float64) / 86_400
    if pd.api.types.is_object_dtype(values.dtype):
        present = values.notna()
        return np.asarray(values.where(present, np.nan).astype(np.float64))
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def factorise(values: npt.NDArray[Any]) -> tuple[Codes, npt.NDArray[Any]]:
    """Codes into the sorted distinct values of a NumPy array of numbers; NaN is -1.

    Whole numbers in a small range are counted instead of hashed.
    """
    if not values.size:
        return np.empty(0, np.int32), values[:0]
    if values.dtype.kind in "iu":
        lo, hi = values.min(), values.max()
        span = int(hi) - int(lo) + 1
        if span <= max(4 * values.size, min(16 * values.size, SPAN)) + 1024:
            return _counted(values, lo, span)
    elif values.dtype.kind == "f":
        present = np.isfinite(values)
        whole = values if present.all() else values[present]
        if whole.size and np.abs(whole).max() < 2**53 and (whole == np.trunc(whole)).all():
            inner, found = factorise(whole.astype(np.int64))
            codes = np.full(values.size, -1, np.int32)
            codes[present] = inner
            return codes, found.astype(values.dtype)
    raw, uniques = pd.factorize(values, sort=True)
    return raw.astype(np.int32), np.asarray(uniques)


def _counted(values: npt.NDArray[Any], lo: Any, span: int) -> tuple[Codes, npt.NDArray[Any]]:
    """Codes of whole numbers from ``lo`` on in a range of ``span``, a block of rows at a time."""
    seen = np.zeros(span, bool)
    codes = np.empty(values.size, np.int32)
    blocks = range(0, values.size, BLOCK)

    def mark(some: Sequence[int]) -> None:
        for start in some:
            seen[(values[start : start + BLOCK] - lo).astype(np.intp)] = True

    def number(some: Sequence[int]) -> None:
        for start in some:
            part = slice(start, start + BLOCK)
            codes[part] = lookup[(values[part] - lo).astype(np.intp)]

    in_threads(mark, blocks)
    lookup = np.cumsum(seen, dtype=np.int32)
    lookup -= 1
    in_threads(number, blocks)
    return codes, np.flatnonzero(seen).astype(values.dtype) + lo


def _sorted(codes: npt.NDArray[Any], levels: Any) -> tuple[Codes, pd.Index[Any]]:
    """Codes renumbered so that the levels are in order, and none is unused."""
    used = np.bincount(codes[codes >= 0], minlength=len(levels)) > 0
    kept = levels if used.all() else levels[used]
    try:
        order = np.asarray(kept.argsort())
    except TypeError:
        keys = [(type(level).__name__, str(level)) for level in kept]
        order = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)
    lookup = np.full(len(levels) + 1, -1, np.int32)
    lookup[np.flatnonzero(used)[order]] = np.arange(len(order), dtype=np.int32)
    return lookup[codes], pd.Index(kept[order])


def _categories(values: Series) -> tuple[Codes, pd.Index[Any]]:
    """Codes of categories, those without rows dropped; ordered ones keep their order."""
    raw, levels = values.cat.codes.to_numpy(), values.cat.categories
    if not values.cat.ordered:
        return _sorted(raw, levels)
    used = np.bincount(raw[raw >= 0], minlength=len(levels)) > 0
    lookup = np.append(np.cumsum(used) - 1, -1).astype(np.int32)
    return lookup[raw], levels[used]


def _plain_codes(values: Series) -> tuple[Codes, pd.Index[Any]]:
    """Codes of numbers and bools; whole numbers stay whole, however large."""
    if pd.api.types.is_bool_dtype(values.dtype):
        raw = values.astype("object").map({True: 1, False: 0}).to_numpy(np.float64, na_value=np.nan)
        codes, found = factorise(raw)
        return codes, pd.Index(found.astype(bool))
    whole = pd.api.types.is_integer_dtype(values.dtype)
    present = values.notna().to_numpy(dtype=bool)
    if not whole or present.all():
        kind = np.int64 if whole and not isinstance(values.dtype, np.dtype) else None
        codes, found = factorise(values.to_numpy(dtype=kind) if whole else number_array(values))
        return codes, pd.Index(found)
    inner, found = factorise(values[present].to_numpy(dtype=np.int64))
    codes = np.full(len(values), -1, np.int32)
    codes[present] = inner
    return codes, pd.Index(found)


class Column:
    """A column; nothing is computed before it is needed, and everything at most once."""

    def __init__(
        self,
        values: Series,
        kind: Kind | None = None,
        *,
        name: str = "",
        numbers: Floats | None = None,
        coded: tuple[Codes, pd.Index[Any]] | None = None,
    ) -> None:
        self.values = values
        self.kind: Kind = kind or kind_of(values)
        self.name = name
        if numbers is not None:
            self.__dict__["numbers"] = numbers
        if coded is not None:
            self.__dict__["_coded"] = coded

    @cached_property
    def numbers(self) -> Floats:
        """Values as floats: times in epoch ms, bools 0 and 1; missing and infinite are NaN."""
        if self.kind == "category":
            raise InputError("not_a_number", column=self.name)
        if self.kind == "time":
            return clock_ms(self.values)
        found = number_array(self.values)
        if np.isinf(found).any():
            found = np.where(np.isfinite(found), found, np.nan)
        return found

    def numbers_from(self, start: int) -> Floats:
        """The numbers of the values from ``start`` on; of others none are made."""
        if start == 0 or "numbers" in self.__dict__:
            return self.numbers[start:]
        return Column(self.values.iloc[start:], self.kind, name=self.name).numbers

    @cached_property
    def _coded(self) -> tuple[Codes, pd.Index[Any]]:
        values = self.values
        if self.kind == "time":
            codes, found = factorise(self.numbers)
            return codes, pd.Index(found.astype(np.int64))
        if isinstance(values.dtype, pd.CategoricalDtype):
            return _categories(values)
        if values.dtype != object and pd.api.types.is_numeric_dtype(values.dtype):
            return _plain_codes(values)
        try:
            raw, uniques = pd.factorize(values)
        except TypeError as error:
            raise InputError("unhashable", column=self.name) from error
        codes, levels = _sorted(raw, pd.Index(uniques))
        if isinstance(levels.dtype, pd.ArrowDtype):
            levels = pd.Index(levels.to_numpy())
        return codes, levels

    @property
    def codes(self) -> Codes:
        """Position of each value in ``levels``; missing values are -1."""
        return self._coded[0]

    @property
    def levels(self) -> pd.Index[Any]:
        """The distinct values, sorted (ordered categories: in their order); times in epoch ms."""
        return self._coded[1]

    @property
    def is_coded(self) -> bool:
        """Whether the codes are known."""
        return "_coded" in self.__dict__

    def coded_only(self) -> Column:
        """The codes without the values, which may be large."""
        return Column(self.values.iloc[:0].copy(), self.kind, name=self.name, coded=self._coded)

    def find(self, values: Iterable[Hashable]) -> npt.NDArray[np.intp]:
        """Code of each value: -1 for a missing one, -2 for one that does not occur."""
        wanted: list[Any] = list(values)
        found = np.full(len(wanted), -2, np.intp)
        there = []
        for place, value in enumerate(wanted):
            if pd.api.types.is_scalar(value) and pd.isna(value):
                found[place] = -1
            else:
                there.append(place)
                if self.kind == "time" and isinstance(value, dt.date):
                    wanted[place] = pd.Timestamp(value).tz_localize(None).timestamp() * 1000
        codes = self.levels.get_indexer(pd.Index([wanted[place] for place in there]))
        found[there] = np.where(codes < 0, -2, codes)
        return found

    def take(self, rows: Rows) -> Column:
        """The column of some rows."""
        numbers: Floats | None = self.__dict__.get("numbers")
        coded = self.__dict__.get("_coded")
        if coded is not None:
            codes, levels = coded[0][rows], coded[1]
            used = np.bincount(codes[codes >= 0], minlength=len(levels)) > 0
            if not used.all():
                lookup = np.append(np.cumsum(used) - 1, -1).astype(np.int32)
                codes, levels = lookup[codes], levels[used]
            coded = (codes, levels)
        return Column(
            self.values.iloc[rows],
            self.kind,
            name=self.name,
            numbers=None if numbers is None else numbers[rows],
            coded=coded,
        )

    def shown(self) -> Series:
        """Values as a reader expects them: times as naive datetimes, the rest as they came."""
        if self.kind == "time":
            clock = np.full(len(self.numbers), np.datetime64("NaT", "ms"))
            present = np.isfinite(self.numbers)
            clock[present] = np.rint(self.numbers[present]).astype("datetime64[ms]")
            return pd.Series(clock, name=self.name, copy=False)
        return self.values.reset_index(drop=True).rename(self.name)


def as_column(name: str, values: Any) -> Column:
    """Values of any kind as a column."""
    if isinstance(values, Column):
        return values
    if isinstance(values, pd.Series):
        return Column(values.rename(name), name=name)
    return Column(pd.Series(values, name=name, copy=False), name=name)
