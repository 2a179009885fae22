"""Sums and cross products of columns with gaps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .columns import Floats
from .table import Moments

CHUNK = 1 << 16


def _centre(values: Floats) -> float:
    """The mean, or exactly the value of a constant column; 0 for one without values."""
    if not values.size or np.isnan(values).all():
        return 0.0
    lo, hi = np.nanmin(values), np.nanmax(values)
    return float(lo) if lo == hi else float(np.clip(np.nanmean(values), lo, hi))


def pairwise(
    columns: tuple[str, ...], arrays: Sequence[Floats], mask: npt.NDArray[np.bool_] | None
) -> Moments:
    """Moments over the rows where both columns of each pair are present.

    Values are centred before they are multiplied, so that a large mean costs no digits.
    """
    width = len(columns)
    chosen = [values if mask is None else values[mask] for values in arrays]
    centres = np.array([_centre(values) for values in chosen])
    n = np.zeros((width, width))
    sums, cross, square = np.zeros_like(n), np.zeros_like(n), np.zeros_like(n)
    rows = len(chosen[0]) if chosen else 0
    for start in range(0, rows, CHUNK):
        block = np.stack([values[start : start + CHUNK] for values in chosen])
        block -= centres[:, None]
        absent = np.isnan(block)
        block[absent] = 0.0
        present = (~absent).astype(np.float64)
        n += present @ present.T
        sums += block @ present.T
        cross += block @ block.T
        square += np.square(block) @ present.T
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = sums / n
        mean = centres[:, None] + shift
        centred = square - sums * shift
        cross -= np.where(n > 0, sums * shift.T, 0.0)
    centred[~(centred > 64 * np.finfo(np.float64).eps * square)] = 0.0
    return Moments(columns, n.astype(np.int64), mean, cross, centred)
