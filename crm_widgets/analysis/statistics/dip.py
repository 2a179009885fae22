"""Whether numbers have one hump: the dip test of unimodality."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression

Floats: TypeAlias = npt.NDArray[np.float64]


def dip(values: npt.ArrayLike) -> float:
    """Say how far numbers are from any distribution with a single hump.

    Parameters
    ----------
    values : array of numbers
        In any order; none is missing.

    Returns
    -------
    float
        The largest distance of the empirical distribution function from the unimodal one that is
        nearest to it, from 1/(2n) to 1/4; 0 for equal values.

    References
    ----------
    Hartigan & Hartigan (1985), The dip test of unimodality, Ann. Statist. 13, 70–84, section 4.

    Examples
    --------
    Two heaps of equal size are as far from one hump as can be, evenly spread numbers not at all.

    >>> heaps = np.repeat([0.0, 9.0], 50) + np.tile(np.linspace(0, 1, 50), 2)
    >>> round(dip(heaps), 2), round(dip(np.linspace(0, 1, 100)), 3)
    (0.22, 0.005)
    """
    x = np.sort(np.asarray(values, np.float64).ravel())
    n = len(x)
    if n < 2 or x[0] == x[-1]:
        return 0.0
    # Steps of the distribution function: below and above each different value, in rows.
    x, first, count = np.unique(x, return_index=True, return_counts=True)
    below, above = first.astype(np.float64), (first + count).astype(np.float64)
    found, low, high = 1.0, 0, len(x) - 1
    while low < high:
        inside = slice(low, high + 1)
        minorant, majorant = _hulls(x[inside], below[inside], above[inside])
        gap = majorant - minorant
        on_minorant = np.flatnonzero(minorant >= below[inside] - 1e-9)
        on_majorant = np.flatnonzero(majorant <= above[inside] + 1e-9)
        left = on_minorant[gap[on_minorant].argmax()]
        right = on_majorant[gap[on_majorant].argmax()]
        widest = max(gap[left], gap[right])
        if widest <= found + 1e-9:
            break
        if gap[left] > gap[right]:
            right = on_majorant[np.searchsorted(on_majorant, left)]
        else:
            left = on_minorant[np.searchsorted(on_minorant, right, "right") - 1]
        off_left = (above[inside] - minorant)[:left]
        off_right = (majorant - below[inside])[right + 1 :]
        found = max(found, off_left.max(initial=0.0), off_right.max(initial=0.0))
        if (left, right) == (0, high - low):
            break
        low, high = low + int(left), low + int(right)
    return float(found) / (2 * n)


def _hulls(x: Floats, below: Floats, above: Floats) -> tuple[Floats, Floats]:
    """Greatest convex minorant and least concave majorant of a step function, at its steps."""
    width = np.diff(x)
    if not width.size:
        return below.copy(), above.copy()
    rising = isotonic_regression(np.diff(below) / width, weights=width).x
    falling = isotonic_regression(np.diff(above) / width, weights=width, increasing=False).x
    return (
        below[0] + np.append(0.0, np.cumsum(rising * width)),
        above[0] + np.append(0.0, np.cumsum(falling * width)),
    )
