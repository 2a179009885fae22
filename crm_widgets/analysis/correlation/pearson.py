"""How much Pearson's r varies from sample to sample, whatever the distribution."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import comb
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ...data.machine.parallel import in_threads
from ...data.vocabulary.table import Moments

Floats: TypeAlias = npt.NDArray[np.float64]
Rows: TypeAlias = npt.NDArray[np.intp]

BLOCK_ROWS = 4096
_POWERS = [(a, b) for a, b in product(range(5), repeat=2) if a >= b and a + b <= 4]


def variance_of_r(columns: Sequence[Floats], rows: Rows | None = None) -> Floats:
    """Variance of each Pearson correlation, times n, without assuming normality.

    The mean square of the influence of a row, uv - r(u² + v²)/2 with standardised u and v, over
    the rows where both columns are present.

    Parameters
    ----------
    columns : sequence of arrays
        Columns of equal length; NaN is missing.
    rows : array of int, optional
        A sample of rows to use instead of all.

    Returns
    -------
    numpy.ndarray
        Columns × columns; (1 - r²)² for normal columns.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.normal(size=(2, 50_000))
    >>> round(float(variance_of_r([x, 0.6 * x + 0.8 * y])[0, 1]), 2), round((1 - 0.36) ** 2, 2)
    (0.41, 0.41)
    """
    length = len(columns[0]) if columns else 0
    starts = range(0, length if rows is None else len(rows), BLOCK_ROWS)
    every = slice(None) if rows is None else rows
    places = [_centre_and_scale(values[every]) for values in columns]

    def work(share: Sequence[int]) -> dict[tuple[int, int], Floats]:
        return _powers(columns, places, share, rows)

    shares = in_threads(work, starts) if len(starts) > 1 else [work(starts)]
    sums = {powers: np.sum([one[powers] for one in shares], axis=0) for powers in _POWERS}
    with np.errstate(invalid="ignore", divide="ignore"):
        raw = {powers: total / sums[0, 0] for powers, total in sums.items()}
        raw |= {(b, a): moment.T for (a, b), moment in raw.items()}
        spread = _central(raw, 2, 0)
        both = spread * spread.T
        r = _central(raw, 1, 1) / np.sqrt(both)
        m22, m31 = _central(raw, 2, 2) / both, _central(raw, 3, 1) / (spread * np.sqrt(both))
        m40 = _central(raw, 4, 0) / np.square(spread)
        found = m22 + np.square(r) / 4 * (m40 + m40.T + 2 * m22) - r * (m31 + m31.T)
    return np.maximum(found, 0)


def _powers(
    columns: Sequence[Floats],
    places: Sequence[tuple[float, float]],
    starts: Sequence[int],
    chosen: Rows | None,
) -> dict[tuple[int, int], Floats]:
    """Sum products of powers of placed values over some blocks of rows."""
    sums = {powers: np.zeros((len(columns), len(columns))) for powers in _POWERS}
    for start in starts:
        here = slice(start, start + BLOCK_ROWS)
        rows = here if chosen is None else chosen[here]
        values = np.array(
            [(v[rows] - mean) / scale for v, (mean, scale) in zip(columns, places, strict=True)]
        )
        present = ~np.isnan(values)
        values[~present] = 0
        square = np.square(values)
        power = [present.astype(np.float64), values, square, square * values, np.square(square)]
        for (a, b), total in sums.items():
            total += power[a] @ power[b].T
    return sums


def _centre_and_scale(values: Floats) -> tuple[float, float]:
    present = values[~np.isnan(values)]
    if not present.size:
        return 0.0, 1.0
    mean = float(present.mean())
    return mean, float(np.sqrt(np.square(present - mean).mean())) or 1.0


def _central(raw: dict[tuple[int, int], Floats], a: int, b: int) -> Floats:
    """Moment about the means that the common rows of a pair have, from moments about others."""
    x, y = raw[1, 0], raw[0, 1]
    terms = (
        comb(a, i) * comb(b, j) * (-x) ** (a - i) * (-y) ** (b - j) * raw[i, j]
        for i, j in product(range(a + 1), range(b + 1))
    )
    return np.asarray(sum(terms))


Square: TypeAlias = npt.NDArray[np.float64]


def r_of(moments: Moments) -> Square:
    """Pearson correlation of every two columns; NaN where one has no spread."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        r = moments.cross / np.sqrt(moments.square) / np.sqrt(moments.square.T)
    return np.clip(np.where(np.isfinite(r), r, np.nan), -1, 1)
