"""Whether customers fall into heaps with gaps between them, or are one heap that is cut up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..statistics.dip import dip
from .models import LEAST_SPREAD, Codes
from .scaling import Floats

CRITICAL = 0.74
"""√n · dip that one in a thousand samples of evenly spread numbers exceeds, for large n: the
least favourable single heap (Hartigan & Hartigan 1985). There are 74 lines at the most."""
NARROW = 0.2
"""Gaps narrower than this part of the distance between two centres are none between them: what
prices leave between them, for instance."""
THRICE = 3
STREAM = 1985
FEWEST = 15
"""Customers of a segment from which its end of a line is looked at by itself."""


@dataclass(frozen=True)
class Separation:
    """Whether there is a gap; along how many lines, of how many customers, it was looked for."""

    gap: bool
    lines: int
    n: int


def separation(
    sample: Floats,
    partitions: Sequence[Codes],
    categories: Sequence[slice] = (),
    seed: int = 0,
) -> Separation:
    """Look for a gap between every two segments of a partition.

    All customers are projected onto the line that tells the two best apart (Fisher's linear
    discriminant), and the dip test says whether more than one heap is needed to describe what is
    seen there; if one of the two is much smaller, also among as many as thrice its customers at
    its end of the line, for a part of a single heap is a single heap. Gaps that are narrow beside
    the distance of the two are left aside. Features keep their distribution, but for what is no
    gap: values that many share, such as small counts, are spread evenly to half-way to their
    neighbours, and the levels of a category, which have no order, fill a range without gaps in
    the order that they have along the line. Levels or counts alone are then no heaps; several
    features that change together are.

    Parameters
    ----------
    sample : array, customers × scaled features
        What was clustered.
    partitions : sequence of arrays
        The segment of each customer, 0, 1, …; the first partition is looked at first, and nothing
        after the first line with a gap.
    categories : sequence of slice
        Columns of each category; the others are numbers.
    seed : int
        Of the places to which shared values are spread.

    References
    ----------
    Hartigan & Hartigan (1985), The dip test of unimodality, Ann. Statist. 13, 70–84. Fisher
    (1936), The use of multiple measurements in taxonomic problems, Ann. Eugen. 7, 179–188.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> heap, halves = rng.normal(size=(500, 2)), np.repeat([0, 1], 250)
    >>> separation(heap, [np.argsort(np.argsort(heap[:, 0])) // 250])
    Separation(gap=False, lines=1, n=500)
    >>> separation(heap + 9 * halves[:, None], [halves]).gap
    True
    """
    # Not the stream of a simulation that began with the same seed: it would know the levels.
    rng = np.random.default_rng([seed, STREAM])
    blocks = [np.arange(sample.shape[1])[block] for block in categories]
    numbers = np.setdiff1d(np.arange(sample.shape[1]), [j for block in blocks for j in block])
    spread = np.zeros((len(sample), len(numbers)))
    for at, column in enumerate(numbers):
        spread[:, at] = _without_ties(sample[:, column], rng)
    levels = [_Levels.of(sample[:, block], rng) for block in blocks]
    lines = 0
    for line, width, few in _lines(sample, partitions):
        lines += 1
        along = spread @ line[numbers]
        for block, found in zip(blocks, levels, strict=True):
            along = along + found.along(line[block])
        along = along + rng.uniform(-width / 2, width / 2, len(along))
        if _several(along) or (FEWEST <= few < len(along) / THRICE and _several(_end(along, few))):
            return Separation(True, lines, len(sample))
    return Separation(False, lines, len(sample))


def _several(along: Floats) -> bool:
    return bool(np.sqrt(len(along)) * dip(along) > CRITICAL)


def _end(along: Floats, few: int) -> Floats:
    """The upper end of a line, thrice as many as the few at it."""
    many = THRICE * few
    return np.partition(along, len(along) - many)[len(along) - many :]


def _lines(sample: Floats, partitions: Sequence[Codes]) -> Iterator[tuple[Floats, float, int]]:
    """Directions from the larger of two segments to the smaller; width of a gap, and its size."""
    for codes in partitions:
        n = np.bincount(codes)
        centres = np.array([sample[codes == code].mean(axis=0) for code in range(len(n))])
        inside = sample - centres[codes]
        within = inside.T @ inside / len(sample) + LEAST_SPREAD * np.eye(sample.shape[1])
        for large, small in combinations(np.argsort(-n, kind="stable"), 2):
            between = centres[small] - centres[large]
            line = np.linalg.solve(within, between)
            yield line, NARROW * float(line @ between), int(n[small])


def _without_ties(values: Floats, rng: np.random.Generator) -> Floats:
    """Values that repeat, spread over their cell: half-way to the next on each side."""
    distinct, place = np.unique(values, return_inverse=True)
    if not 1 < len(distinct) < len(values):
        return values
    half = np.diff(distinct) / 2
    low, high = distinct - np.append(half[0], half), distinct + np.append(half, half[-1])
    return np.asarray(rng.uniform(low[place], high[place]))


@dataclass(frozen=True, eq=False)
class _Levels:
    """The level of each customer, a place inside it, and the columns that a level is made of."""

    code: np.typing.NDArray[np.intp]
    inside: Floats
    share: Floats
    columns: Floats

    @classmethod
    def of(cls, block: Floats, rng: np.random.Generator) -> _Levels:
        _, first, code, n = np.unique(
            block.argmax(axis=1), return_index=True, return_inverse=True, return_counts=True
        )
        return cls(code, rng.uniform(size=len(block)), n / len(block), block[first])

    def along(self, line: Floats) -> Floats:
        """Places on a line: levels in order, as wide as they are frequent, as far as they are."""
        score = self.columns @ line
        order = np.argsort(score, kind="stable")
        start = np.empty_like(self.share)
        start[order] = np.cumsum(self.share[order]) - self.share[order]
        mean = float(self.share @ score)
        spread = np.sqrt(float(self.share @ np.square(score - mean)))
        even = start[self.code] + self.share[self.code] * self.inside
        return np.asarray(mean + (even - 0.5) * np.sqrt(12) * spread)
