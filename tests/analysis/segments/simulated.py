"""Customers without segments, and with a known number of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Random = np.random.Generator
Values = np.ndarray

NOISE: dict[str, Callable[[Random, tuple[int, int]], Values]] = {
    "Gaussian": lambda rng, size: rng.normal(size=size),
    "correlated Gaussian": lambda rng, size: rng.normal(size=size) + rng.normal(size=(size[0], 1)),
    "uniform": lambda rng, size: rng.uniform(size=size),
    "Poisson, mean 1": lambda rng, size: rng.poisson(1.0, size).astype(float),
    "Poisson, mean 3": lambda rng, size: rng.poisson(3.0, size).astype(float),
    "exponential": lambda rng, size: rng.exponential(50.0, size),
    "log-normal": lambda rng, size: rng.lognormal(3.0, 1.0, size),
    "t3": lambda rng, size: rng.standard_t(3, size),
    "t3, scale 100": lambda rng, size: 100 * rng.standard_t(3, size),
}


def heaps(rng: Random, k: int, size: tuple[int, int], apart: float) -> Values:
    """Gaussian heaps of variance 1 and equal size; the nearest two centres are ``apart``."""
    rows, dimensions = size
    while True:
        centres = rng.normal(size=(k, dimensions))
        between = np.sqrt(np.square(centres[:, None] - centres).sum(-1))[np.triu_indices(k, 1)]
        # no heap so far off that the others look like one beside it
        if between.max() <= 4 * between.min():
            break
    centres *= apart / between.min()
    return np.asarray(centres[np.arange(rows) % k] + rng.normal(size=size))
