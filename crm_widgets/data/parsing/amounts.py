"""Amounts of money of every spelling, as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError
from .amount_texts import read_amount_texts
from .characters import fold
from .currencies import code_of, meant_by, shared, shown

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

EXACT = 2**53
"""Up to here a float holds every whole number."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """``values`` with NaN where there is none; how many were missing, unreadable or infinite.

    ``signs`` counts the currencies that are written beside amounts. Where one was asked for,
    ``others`` says which amounts are of another, and ``unsaid`` counts those that do not tell.
    """

    values: Floats
    missing: int = 0
    failed: int = 0
    infinite: int = 0
    signs: Mapping[str, int] = field(default_factory=dict)
    others: Bools | None = None
    unsaid: int = 0


def reads_amounts_alone(dtype: Any) -> bool:
    """Whether each amount of a column of this type is read by itself, whatever the others are."""
    number = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
    return number and not str(dtype).startswith("decimal")


def parse_amounts(values: pd.Series[Any], column: str, currency: str | None = None) -> Amounts:
    """Amounts of a column of numbers, Decimals, or text such as ``£1,234.50`` or ``(12,50 €)``.

    Whether a comma or a point is the decimal mark is told from the whole column. Text of which not
    every part is known is unreadable; blank text is missing. With a ``currency`` those of others
    are told apart.

    Raises
    ------
    InputError
        If most values are no numbers, if ``1,234`` could be read in two ways and nothing in
        the column tells which, if they are of several currencies, if debit and credit are to be
        told apart, or if whole numbers are too large for a float.
    """
    dtype = values.dtype
    types = pd.api.types
    if types.is_bool_dtype(dtype) or types.is_datetime64_any_dtype(dtype):
        raise _not_numbers(values, column)
    missing = int(values.isna().sum())
    if types.is_integer_dtype(dtype):
        if len(values) > missing and max(abs(int(values.max())), abs(int(values.min()))) > EXACT:
            raise InputError("too_large", column=column)
        return Amounts(values.to_numpy(dtype=np.float64, na_value=np.nan), missing)
    if reads_amounts_alone(dtype):
        return _finite(Amounts(values.to_numpy(dtype=np.float64, na_value=np.nan), missing))
    try:
        codes, levels = pd.factorize(values)
    except TypeError as error:
        raise InputError("unhashable", column=column) from error
    if len(levels) == 0:
        return Amounts(np.full(len(values), np.nan), missing)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    read = _read(np.asarray(levels, dtype=object), counts, values, column, currency)
    found = np.append(read.values, np.nan)[codes]
    blank = int(counts[read.blank].sum())
    failed = int(counts[np.isnan(read.values)].sum()) - blank
    if failed * 2 > len(values) - missing - blank:
        raise _not_numbers(values, column)
    others = None if read.others is None else np.append(read.others, False)[codes]
    return _finite(Amounts(found, missing + blank, failed, 0, read.signs, others, read.unsaid))


def _finite(amounts: Amounts) -> Amounts:
    infinite = np.isinf(amounts.values)
    if not infinite.any():
        return amounts
    values = np.where(infinite, np.nan, amounts.values)
    n = int(infinite.sum())
    return Amounts(
        values, amounts.missing, amounts.failed, n, amounts.signs, amounts.others, amounts.unsaid
    )


def _not_numbers(values: pd.Series[Any], column: str) -> InputError:
    present = values.dropna()
    return InputError("not_numbers", column=column, example=repr(present.iloc[0]))


@dataclass(frozen=True, slots=True)
class _Levels:
    """Numbers of distinct values, and what was noticed about them."""

    values: Floats
    blank: Bools
    signs: Mapping[str, int]
    others: Bools | None
    unsaid: int


def _read(
    levels: npt.NDArray[Any],
    counts: npt.NDArray[np.int64],
    values: pd.Series[Any],
    column: str,
    currency: str | None,
) -> _Levels:
    """Numbers of distinct objects; texts are read together, for they share one decimal mark."""
    out = np.full(len(levels), np.nan)
    texts: list[int] = []
    for place, level in enumerate(levels):
        if isinstance(level, str):
            texts.append(place)
        elif isinstance(level, bool | np.bool_):
            raise _not_numbers(values, column)
        else:
            try:
                whole = int(level) if isinstance(level, int | np.integer) else 0
                out[place] = float(level)
            except (TypeError, ValueError, OverflowError):
                continue
            if abs(whole) > EXACT:
                raise InputError("too_large", column=column)
    blank = np.zeros(len(levels), bool)
    if not texts:
        return _Levels(out, blank, {}, None, 0)
    where = np.array(texts)
    words = [levels[place] for place in texts]
    read = read_amount_texts(words, column)
    out[where] = read.values
    blank[where] = [
        bool(empty) and not fold(text).strip()
        for text, empty in zip(words, np.isnan(read.values), strict=True)
    ]
    signs: Counter[str] = Counter()
    for sign, rows in read.signs.items():
        signs[sign] += int(counts[where[rows]].sum())
    if currency is None:
        if shared(signs) == frozenset():
            raise InputError(
                "several_currencies", column=column, currencies=shown(signs),
                one=code_of(max(signs, key=lambda sign: (signs[sign], sign))),
            )  # fmt: skip
        return _Levels(out, blank, signs, None, 0)
    wanted = meant_by(currency, before=True) or frozenset({currency.casefold()})
    others = np.zeros(len(levels), bool)
    said = np.zeros(len(levels), bool)
    for sign, rows in read.signs.items():
        codes = meant_by(sign, before=True) or frozenset()
        others[where[rows]] = not codes & wanted
        said[where[rows]] = codes <= wanted
    unsaid = int(counts[~others & ~said & ~np.isnan(out)].sum())
    return _Levels(out, blank, signs, others, unsaid)
