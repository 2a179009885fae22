"""Sums and cross products of columns with gaps, by BLAS on blocks of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..machine.parallel import in_threads
from ..vocabulary.table import Moments
from .codes import Floats

BLOCK_ROWS = 4096
PEEKS = 64
"""Places, spread over the rows, where columns are looked at before the first pass."""
SINGLE_FROM = 200_000
"""Rows from which products are taken in single precision (and summed in double)."""

Columnar: TypeAlias = npt.NDArray[np.floating[Any]]
Sums: TypeAlias = tuple[Floats, Floats, Floats, Floats]


def pairwise(
    columns: tuple[str, ...], arrays: Sequence[Columnar], mask: npt.NDArray[np.bool_] | None = None
) -> Moments:
    """Moments over the rows where both columns of each pair are present.

    Values are centred and scaled before they are multiplied, so that a mean that dwarfs the
    spread costs no digits. From 200,000 rows, blocks are multiplied in single precision, to
    within 1e-6 of the coefficients; a pair that single precision cannot hold (its rows lie far
    from the rest of the column) is computed again in double.

    Examples
    --------
    >>> found = pairwise(("a", "b"), [np.array([1.0, 2.0, 6.0]), np.array([1.0, np.nan, 3.0])])
    >>> found.n.tolist(), found.mean.tolist()
    ([[3, 2], [2, 2]], [[3.0, 3.5], [2.0, 2.0]])
    """
    chosen = [values if mask is None else values[mask] for values in arrays]
    return pairwise_on(columns, [partial(_from, values) for values in chosen], None)[0]


@dataclass(frozen=True, eq=False)
class Summed:
    """Sums over the first ``rows``, and where columns were centred and scaled for them."""

    rows: int
    places: Floats
    sums: Sums


def pairwise_on(
    columns: tuple[str, ...],
    numbers_from: Sequence[Callable[[int], Columnar]],
    before: Summed | None,
) -> tuple[Moments, Summed]:
    """Add up the rows behind those of ``before`` only; the same to the precision of ``pairwise``.

    Columns are functions that give the numbers from a row on. A pair that is computed again in
    double takes all rows.
    """
    chosen = [numbers(0 if before is None else before.rows) for numbers in numbers_from]
    rows = len(chosen[0]) if chosen else 0
    if before is None:
        places = np.array([_place(values) for values in chosen]).reshape(len(chosen), 2)
        zeros = np.zeros((len(chosen), len(chosen)))
        before = Summed(0, places, (zeros,) * 4)
    places = before.places
    single = before.rows + rows >= SINGLE_FROM
    starts = range(0, rows, BLOCK_ROWS)

    def work(share: Sequence[int]) -> Sums:
        return _sums(chosen, places, share, np.float32 if single else np.float64)

    shares = in_threads(work, starts) if len(starts) > 1 else [work(starts)]
    n, sums, cross, square = (
        sum(parts, known) for *parts, known in zip(*shares, before.sums, strict=True)
    )
    summed = Summed(before.rows + rows, places, (n, sums, cross, square))
    centre, scale = places[:, :1], places[:, 1:]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        shift = sums / n
        spread = square - sums * shift
        sure = (spread > square / 4) & np.isfinite(square)
        moments = Moments(
            columns,
            n.astype(np.int64),
            centre + shift * scale,
            (cross - np.where(n > 0, sums * shift.T, 0.0)) * scale * scale.T,
            spread * np.square(scale),
        )
    _again(moments, numbers_from, (n > 0) & ~(sure & sure.T))
    return moments, summed


def _from(values: Columnar, start: int) -> Columnar:
    return values[start:]


def _place(values: Columnar) -> tuple[float, float]:
    """Centre and scale of a column, from what lies at some places of it.

    The median: a few extreme values must not move the centre away from the others.
    """
    length = max(1, BLOCK_ROWS * 4 // PEEKS)
    if values.size > PEEKS * length:
        starts = np.linspace(0, values.size - length, PEEKS).astype(np.intp)
        values = np.concatenate([values[start : start + length] for start in starts])
    some = values[np.isfinite(values)]
    if not some.size:
        return 0.0, 1.0
    centre = float(np.median(some))
    with np.errstate(over="ignore"):
        spread = float(np.abs(some - centre).mean())
    return centre, spread if 0 < spread < np.inf else 1.0


def _sums(
    arrays: Sequence[Columnar], places: Floats, starts: Sequence[int], dtype: type[np.floating[Any]]
) -> Sums:
    """Count, sum and multiply placed values over some blocks of rows."""
    width, rows = len(arrays), len(arrays[0]) if arrays else 0
    n, sums, cross, square = (np.zeros((width, width)) for _ in range(4))
    shape = (width, min(BLOCK_ROWS, rows))
    values, present = np.empty(shape, dtype), np.empty(shape, dtype)
    absent, line = np.empty(shape, bool), np.empty(shape[1])
    for start in starts:
        size = min(BLOCK_ROWS, rows - start)
        x, here, gone = values[:, :size], present[:, :size], absent[:, :size]
        with np.errstate(over="ignore", invalid="ignore"):
            for row, column in enumerate(arrays):
                np.subtract(column[start : start + size], places[row, 0], out=line[:size])
                np.isnan(line[:size], out=gone[row])
                np.divide(line[:size], places[row, 1], out=x[row], casting="same_kind")
            x[gone] = 0
            np.logical_not(gone, out=here)
            n += here @ here.T
            sums += x @ here.T
            cross += x @ x.T
            square += np.square(x, out=x) @ here.T
    return n, sums, cross, square


def _again(
    moments: Moments,
    numbers_from: Sequence[Callable[[int], Columnar]],
    doubtful: npt.NDArray[np.bool_],
) -> None:
    """Compute some pairs in two passes in double precision, in place."""
    for i, j in zip(*np.nonzero(np.triu(doubtful)), strict=True):
        one, two = numbers_from[i](0), numbers_from[j](0)
        both = ~(np.isnan(one) | np.isnan(two))
        (x_mean, x), (y_mean, y) = _centred(one[both]), _centred(two[both])
        moments.mean[i, j], moments.mean[j, i] = x_mean, y_mean
        with np.errstate(over="ignore", invalid="ignore"):
            moments.cross[i, j] = moments.cross[j, i] = x @ y
            moments.square[i, j], moments.square[j, i] = x @ x, y @ y


def _centred(values: Columnar) -> tuple[float, Floats]:
    """Split values into their mean and the differences from it: exactly 0 for equal values."""
    centre = float(values[0])
    rest = np.asarray(values, np.float64) - centre
    shift = float(rest.mean())
    return centre + shift, rest - shift
