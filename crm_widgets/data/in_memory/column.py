"""A column in memory: its kind, its numbers, and integer codes built when first asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError
from ..parsing.times import clock_ms
from ..vocabulary.table import Kind
from .codes import (
    Codes,
    Floats,
    Series,
    category_codes,
    factorise,
    number_array,
    plain_codes,
    sorted_codes,
)
from .deferred_codes import DeferredCodes, Recoding, RowSelection

Coded: TypeAlias = "tuple[Codes | DeferredCodes, pd.Index[Any]]"
Rows: TypeAlias = npt.NDArray[np.bool_] | npt.NDArray[np.intp]

ALL = slice(None)
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
    """What a column holds, by its dtype; of object columns by their values."""
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


class Column:
    """A column; nothing is computed before it is needed, and everything at most once."""

    def __init__(
        self,
        values: Series,
        kind: Kind | None = None,
        *,
        name: str = "",
        numbers: Floats | None = None,
        coded: Coded | None = None,
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
        """The numbers of the values from ``start`` on; only these are computed."""
        return self.numbers_at(slice(start or None, None))

    def numbers_at(self, rows: slice) -> Floats:
        """The numbers of some rows; only these are computed, unless all rows are wanted."""
        if rows == ALL or "numbers" in self.__dict__:
            return self.numbers[rows]
        return Column(self.values.iloc[rows], self.kind, name=self.name).numbers

    @cached_property
    def _coded(self) -> Coded:
        values = self.values
        if self.kind == "time":
            codes, found = factorise(self.numbers)
            return codes, pd.Index(found.astype(np.int64))
        if isinstance(values.dtype, pd.CategoricalDtype):
            return category_codes(values)
        if values.dtype != object and pd.api.types.is_numeric_dtype(values.dtype):
            return plain_codes(values)
        try:
            raw, uniques = pd.factorize(values)
        except TypeError as error:
            raise InputError("unhashable", column=self.name) from error
        codes, levels = sorted_codes(raw, pd.Index(uniques))
        if isinstance(levels.dtype, pd.ArrowDtype):
            levels = pd.Index(levels.to_numpy())
        return codes, levels

    @property
    def codes(self) -> Codes:
        """Position of each value in ``levels``; missing values are -1."""
        codes, levels = self._coded
        if isinstance(codes, DeferredCodes):
            codes = codes.to_array()
            self.__dict__["_coded"] = codes, levels
        return codes

    def codes_at(self, rows: RowSelection) -> Codes:
        """The codes of some rows; deferred codes of the others stay deferred."""
        codes = self._coded[0]
        if isinstance(codes, DeferredCodes) and not (
            isinstance(rows, slice) and rows == slice(None)
        ):
            return codes.at(rows)
        return self.codes[rows]

    @property
    def levels(self) -> pd.Index[Any]:
        """The distinct values, sorted (ordered categories: in their order); times in epoch ms."""
        return self._coded[1]

    @property
    def is_coded(self) -> bool:
        """Whether the codes are known."""
        return "_coded" in self.__dict__

    def extended_codes(self, recoding: Recoding, appended: Codes) -> Codes | DeferredCodes:
        """The codes of this column, recoded, followed by those of appended rows."""
        codes = self._coded[0]
        if isinstance(codes, DeferredCodes):
            return codes.extended(recoding, appended)
        return DeferredCodes(codes, recoding, appended)

    def without_values(self) -> Column:
        """The codes without the values, which may be large."""
        return Column(self.values.iloc[:0].copy(), self.kind, name=self.name, coded=self._coded)

    def find(self, values: Iterable[Hashable]) -> npt.NDArray[np.intp]:
        """Code of each value: -1 for a missing one, -2 for one that does not occur."""
        wanted: list[Any] = list(values)
        found = np.full(len(wanted), -2, np.intp)
        present = []
        for position, value in enumerate(wanted):
            if pd.api.types.is_scalar(value) and pd.isna(value):
                found[position] = -1
            else:
                present.append(position)
                if self.kind == "time" and isinstance(value, dt.date):
                    wanted[position] = pd.Timestamp(value).tz_localize(None).timestamp() * 1000
        codes = self.levels.get_indexer(pd.Index([wanted[position] for position in present]))
        found[present] = np.where(codes < 0, -2, codes)
        return found

    def take(self, rows: Rows) -> Column:
        """The column of some rows."""
        numbers: Floats | None = self.__dict__.get("numbers")
        coded = self.__dict__.get("_coded")
        if coded is not None:
            codes, levels = self.codes_at(rows), coded[1]
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

    def to_series(self) -> Series:
        """Values as a reader expects them: times as naive datetimes, the rest as given."""
        if self.kind == "time":
            times = np.full(len(self.numbers), np.datetime64("NaT", "ms"))
            present = np.isfinite(self.numbers)
            times[present] = np.rint(self.numbers[present]).astype("datetime64[ms]")
            return pd.Series(times, name=self.name, copy=False)
        return self.values.reset_index(drop=True).rename(self.name)


def as_column(name: str, values: Any) -> Column:
    """Values of any kind as a column."""
    if isinstance(values, Column):
        return values
    if isinstance(values, pd.Series):
        return Column(values.rename(name), name=name)
    return Column(pd.Series(values, name=name, copy=False), name=name)
