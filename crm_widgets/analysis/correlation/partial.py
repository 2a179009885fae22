"""Correlation of numbers with other numbers held fixed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .pearson import variance_of_r

Floats: TypeAlias = npt.NDArray[np.float64]


def partial(
    columns: Sequence[Floats], given: Sequence[Floats]
) -> tuple[Floats, npt.NDArray[np.int64], Floats]:
    """Correlate what a linear fit on the given columns leaves of each column.

    Parameters
    ----------
    columns, given : sequences of arrays
        Of equal length; NaN is missing. Only rows complete in all of them are used.

    Returns
    -------
    r : numpy.ndarray
        Columns × columns, in [-1, 1]; NaN where the given columns explain a column whole.
    n : numpy.ndarray
        The complete rows, the same for every pair.
    variance : numpy.ndarray
        n times the variance of r, without assuming normality; that the fit is estimated changes
        it by less than 1/n.

    Examples
    --------
    Two sums that share a part are correlated; hold the part fixed and they are not.

    >>> rng = np.random.default_rng(0)
    >>> part, x, y = rng.normal(size=(3, 2000))
    >>> r, n, _ = partial([part + x, part + y], [part])
    >>> print(f"{np.corrcoef(part + x, part + y)[0, 1]:.1f} becomes {abs(r[0, 1]):.1f}")
    0.5 becomes 0.0
    """
    values = np.array([*columns, *given], np.float64)
    values = values[:, ~np.isnan(values).any(axis=0)]
    rows, width = values.shape[1], len(columns)
    n = np.full((width, width), rows, np.int64)
    if rows < 2 + len(given):
        nothing = np.full((width, width), np.nan)
        return nothing, n, nothing
    values -= values.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.square(values).sum(axis=1))
    fixed = values[width:] / np.where(spread[width:] > 0, spread[width:], 1)[:, None]
    basis = _independent(fixed)
    rest = values[:width] - (values[:width] @ basis.T) @ basis
    left = np.sqrt(np.square(rest).sum(axis=1))
    rest[left <= 1e-9 * spread[:width]] = 0
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = rest / np.where(left > 1e-9 * spread[:width], left, np.nan)[:, None]
    return np.clip(scaled @ scaled.T, -1, 1), n, variance_of_r(list(rest))


def _independent(rows: Floats) -> Floats:
    """Orthonormal rows that span the same space; of columns that say the same, one."""
    if not len(rows):
        return rows
    _, size, basis = np.linalg.svd(rows, full_matrices=False)
    return np.asarray(basis[size > 1e-9 * max(1.0, float(size[0]))])
