"""Integer codes of values: which of the sorted distinct ones each is."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..machine.parallel import in_blocks

Codes: TypeAlias = npt.NDArray[np.int32]
Floats: TypeAlias = npt.NDArray[np.float64]
Series: TypeAlias = "pd.Series[Any]"

SPAN = 1 << 22
"""Whole numbers in up to this range are counted though they are few in it."""


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

    def mark(part: slice) -> None:
        seen[(values[part] - lo).astype(np.intp)] = True

    def number(part: slice) -> None:
        codes[part] = lookup[(values[part] - lo).astype(np.intp)]

    in_blocks(mark, values.size)
    lookup = np.cumsum(seen, dtype=np.int32)
    lookup -= 1
    in_blocks(number, values.size)
    return codes, np.flatnonzero(seen).astype(values.dtype) + lo


def sorted_codes(codes: npt.NDArray[Any], levels: Any) -> tuple[Codes, pd.Index[Any]]:
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


def category_codes(values: Series) -> tuple[Codes, pd.Index[Any]]:
    """Codes of categories, those without rows dropped; ordered ones keep their order."""
    raw, levels = values.cat.codes.to_numpy(), values.cat.categories
    if not values.cat.ordered:
        return sorted_codes(raw, levels)
    used = np.bincount(raw[raw >= 0], minlength=len(levels)) > 0
    lookup = np.append(np.cumsum(used) - 1, -1).astype(np.int32)
    return lookup[raw], levels[used]


def plain_codes(values: Series) -> tuple[Codes, pd.Index[Any]]:
    """Codes of numbers and bools; whole numbers stay whole, however large."""
    if pd.api.types.is_bool_dtype(values.dtype):
        raw = values.astype("object").map({True: 1, False: 0}).to_numpy(np.float64, na_value=np.nan)
        codes, found = factorise(raw)
        return codes, pd.Index(found.astype(bool))
    whole = pd.api.types.is_integer_dtype(values.dtype)
    present = values.notna().to_numpy(dtype=bool)
    if not whole or present.all():
        kind = _whole_type(values) if whole and not isinstance(values.dtype, np.dtype) else None
        codes, found = factorise(values.to_numpy(dtype=kind) if whole else number_array(values))
        return codes, pd.Index(found)
    inner, found = factorise(values[present].to_numpy(dtype=_whole_type(values)))
    codes = np.full(len(values), -1, np.int32)
    codes[present] = inner
    return codes, pd.Index(found)


def _whole_type(values: Series) -> type[np.integer[Any]]:
    """What holds whole numbers of a column: ids of 64 bits without a sign stay what they are."""
    return np.uint64 if pd.api.types.is_unsigned_integer_dtype(values.dtype) else np.int64
