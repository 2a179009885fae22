"""Where money is capped at each age: the 99th percentile, without looking at all of the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..statistics.means import CAP_QUANTILE, pooled_cap

Floats: TypeAlias = npt.NDArray[np.float64]
Ages: TypeAlias = npt.NDArray[np.intp]
Valued: TypeAlias = tuple[Ages, Floats]

LEAST = float(np.nextafter(0, 1))
SPARE = 1.5
"""How many more values than are needed a guess from the sample should let through."""


def pooled_caps(n: Floats, sample: Valued, step: int, take: Callable[[Floats], Valued]) -> Floats:
    """Find the cap of each age, as ``pooled_cap`` does of all its customers.

    Only the largest hundredth decides. A sample tells about where it begins, so that the rest is
    read once and not put in order; where the sample misled, all is looked at.

    Parameters
    ----------
    n : array of counts
        Customers at each age, those without money included.
    sample : ages, values
        One of ``step`` customers with money; any will do.
    take : function
        Gives the age and the value of all that are at least as large as the bound of their age;
        its last call is the one that decides.

    Returns
    -------
    numpy.ndarray
        NaN where ``pooled_cap`` gives none.
    """
    above = np.where(n > 0, n - np.floor((n - 1) * CAP_QUANTILE), 0)
    bounds = _guess(above, sample, step)
    while True:
        ages, values = take(bounds)
        order = np.argsort(ages.astype(np.int16 if n.size < 32_000 else np.int64), kind="stable")
        ends = np.cumsum(np.bincount(ages, minlength=n.size))
        misled = (np.diff(ends, prepend=0) < above) & (bounds > LEAST)
        if not misled.any():
            break
        bounds[misled] = LEAST
    caps = np.full(n.size, np.nan)
    for age in np.flatnonzero(above):
        here = values[order[ends[age - 1] if age else 0 : ends[age]]]
        caps[age] = pooled_cap(here, int(n[age]))
    return caps


def joined(found: Sequence[Valued]) -> Valued:
    """Several ages and values as one."""
    ages, values = zip(*found, strict=True)
    return np.concatenate(ages), np.concatenate(values)


def _guess(above: Floats, sample: Valued, step: int) -> Floats:
    """Bounds that should let through somewhat more values than decide; none where none does."""
    bounds = np.where(above > 0, LEAST, np.inf)
    ages, values = sample
    for age in np.flatnonzero(above):
        here = values[(ages == age) & (values > 0)]
        wanted = int(above[age] / step * SPARE) + 20
        if wanted < here.size:
            bounds[age] = np.partition(here, here.size - wanted)[here.size - wanted]
    return bounds
