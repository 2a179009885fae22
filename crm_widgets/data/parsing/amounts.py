"""Amounts of money of every spelling, as numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError

Floats = npt.NDArray[np.float64]

EXACT = 2**53
"""Up to here a float holds every whole number."""

_BLANK = re.compile(r"[\s\u00a0\u202f'’]")
_SIGN = str.maketrans({"−": "-", "–": "-", "－": "-", "，": ",", "．": "."})
_UNIT = re.compile(r"^([+-]?)(?:[^\d.,()+-]{0,4})([+-]?)([\d.,]+)(?:[^\d.,()+-]{0,4})(-?)$")


@dataclass(frozen=True, slots=True)
class Amounts:
    """``values`` with NaN where there is none; how many were missing, unreadable or infinite."""

    values: Floats
    missing: int = 0
    failed: int = 0
    infinite: int = 0


def reads_amounts_alone(dtype: Any) -> bool:
    """Whether each amount of a column of this type is read by itself, whatever the others are."""
    number = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
    return number and not str(dtype).startswith("decimal")


def parse_amounts(values: pd.Series[Any], column: str) -> Amounts:
    """Amounts of a column of numbers, Decimals, or text such as ``£1,234.50`` or ``(12,50 €)``.

    Whether a comma or a point is the decimal mark is told from the whole column.

    Raises
    ------
    InputError
        If most values are no numbers, if ``1,234`` could be read in two ways and nothing in
        the column tells which, or if whole numbers are too large for a float.
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
        return _finite(values.to_numpy(dtype=np.float64, na_value=np.nan), missing, 0)
    try:
        codes, levels = pd.factorize(values)
    except TypeError as error:
        raise InputError("unhashable", column=column) from error
    if len(levels) == 0:
        return Amounts(np.full(len(values), np.nan), missing)
    found = np.append(_read(np.asarray(levels, dtype=object), values, column), np.nan)[codes]
    failed = int((np.isnan(found) & (codes >= 0)).sum())
    if failed * 2 > len(values) - missing:
        raise _not_numbers(values, column)
    return _finite(found, missing, failed)


def _finite(values: Floats, missing: int, failed: int) -> Amounts:
    infinite = np.isinf(values)
    if infinite.any():
        values = np.where(infinite, np.nan, values)
    return Amounts(values, missing, failed, int(infinite.sum()))


def _not_numbers(values: pd.Series[Any], column: str) -> InputError:
    present = values.dropna()
    return InputError("not_numbers", column=column, example=repr(present.iloc[0]))


def _read(levels: npt.NDArray[Any], values: pd.Series[Any], column: str) -> Floats:
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
    if texts:
        out[texts] = _read_texts([str(levels[place]) for place in texts], column)
    return out


def _read_texts(texts: list[str], column: str) -> Floats:
    """Numbers of texts that share one decimal mark."""
    bare = [_bare(text) for text in texts]
    marks = {mark for _, digits in bare if (mark := _decimal_mark(digits))}
    doubtful = next((t for t, (_, d) in zip(texts, bare, strict=True) if _doubtful(d)), None)
    if len(marks) > 1 or (doubtful is not None and not marks):
        raise InputError("ambiguous_amounts", column=column, example=repr(doubtful or texts[0]))
    mark = marks.pop() if marks else "."
    return np.array([_number(sign, digits, mark) for sign, digits in bare])


def _bare(text: str) -> tuple[float, str]:
    """Sign, and digits with their marks; no digits if this is no amount."""
    clean = _BLANK.sub("", text.translate(_SIGN))
    bracketed = clean.startswith("(") and clean.endswith(")")
    found = _UNIT.match(clean[1:-1] if bracketed else clean)
    if found is None or not re.search(r"\d", found[3]):
        return 1.0, ""
    minus = bracketed or "-" in (found[1] + found[2] + found[4])
    return (-1.0 if minus else 1.0), found[3]


def _doubtful(digits: str) -> bool:
    """Whether the one mark could separate thousands or decimals: 1,234 or 1.234."""
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits) is not None


def _decimal_mark(digits: str) -> str | None:
    """The decimal mark, if this number alone tells it."""
    marks = [c for c in digits if c in ".,"]
    if not marks or _doubtful(digits):
        return None
    if len(set(marks)) == 2:
        return marks[-1]
    other = "," if marks[0] == "." else "."
    return other if len(marks) > 1 else marks[0]


def _number(sign: float, digits: str, mark: str) -> float:
    if not digits:
        return np.nan
    thousands = "," if mark == "." else "."
    whole, _, rest = digits.partition(mark)
    groups = whole.split(thousands)
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(g) >= 2 for g in groups[1:])):
        return np.nan
    try:
        return sign * float("".join(groups) + "." + (rest or "0"))
    except ValueError:
        return np.nan
