"""Sums over many bootstrap samples of customers, at the cost of few."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ...data.machine.memory import own_pages

Floats: TypeAlias = npt.NDArray[np.float64]

BLOCKS = 20_000
"""Customers from which blocks of them are drawn."""
PARTS = 32
"""Smaller samples that make up a sample."""
DRAWN = 4_000_000
"""Customers drawn for all smaller samples together."""


def resampled_sums(customers: Floats, repeats: int, random: np.random.Generator) -> Floats:
    """Sum numbers of customers over samples of as many, drawn with replacement.

    A sample of n is 32 samples of n / 32. Of these some thousand are drawn, and each sum is that
    of 32 of them: so 200,000 samples cost what a few hundred would. Mean and covariance of the
    sums, which a bootstrap has exactly when it has no end (S and n times the covariance of the
    customers), are then set to that, since the stock of smaller samples strays from it a little.

    Parameters
    ----------
    customers : array, customers × numbers
    repeats : int
        Samples.
    random : numpy.random.Generator

    Returns
    -------
    numpy.ndarray
        Samples × numbers.

    Examples
    --------
    >>> money = np.arange(200.0)[:, None]
    >>> drawn = resampled_sums(money, 100_000, np.random.default_rng(0))
    >>> round(float(drawn.mean())), round(float(drawn.std())), round((200 * money.var()) ** 0.5)
    (19900, 816, 816)
    """
    n, width = customers.shape
    units = customers if n <= BLOCKS else _blocks(customers, random)
    size = len(units) // PARTS
    out = own_pages(width * repeats, np.float64).reshape(width, repeats)
    if size > 1:
        stock = max(1000, DRAWN // (size * PARTS) * PARTS)
        sums = np.zeros((width, stock))
        for _ in range(size):
            _add(sums, units.T, random)
        for _ in range(PARTS):
            _add(out, sums, random)
    for _ in range(len(units) - size * PARTS if size > 1 else len(units)):
        _add(out, units.T, random)
    if size > 1 and repeats >= 1000:
        _set_moments(out, customers)
    return out.T


def _add(out: Floats, numbers: Floats, random: np.random.Generator) -> None:
    """Add a unit drawn at random to each sum."""
    chosen = random.integers(numbers.shape[1], size=out.shape[1], dtype=np.int32)
    for total, column in zip(out, numbers, strict=True):
        total += np.take(column, chosen)


def _blocks(customers: Floats, random: np.random.Generator) -> Floats:
    """Sums over blocks of customers, who are put into them at random."""
    block = random.permutation(len(customers)) % BLOCKS
    return np.column_stack([np.bincount(block, c, minlength=BLOCKS) for c in customers.T])


def _set_moments(out: Floats, customers: Floats) -> None:
    """Move and stretch sums (a row a number) to the mean and covariance of an endless bootstrap."""
    nobody = out == 0
    spread = customers.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0) * np.sqrt(len(customers))
    exact = np.cov(customers.T, bias=True) * len(customers) / np.outer(scale, scale)
    out -= out.mean(axis=1, keepdims=True)
    out /= scale[:, None]
    found = np.cov(out, bias=True)
    turn = _power(np.atleast_2d(exact), 0.5) @ _power(np.atleast_2d(found), -0.5)
    out[:] = turn @ out
    out *= scale[:, None]
    out += customers.sum(axis=0)[:, None]
    out[nobody] = 0


def _power(matrix: Floats, exponent: float) -> Floats:
    """Power of a covariance; directions without spread keep none."""
    values, vectors = np.linalg.eigh(matrix)
    some = values > 1e-9 * max(values.max(), 1e-300)
    powers = np.where(some, np.where(some, values, 1.0) ** exponent, 0.0)
    return np.asarray((vectors * powers) @ vectors.T)
