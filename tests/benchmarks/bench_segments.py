"""Segments beside scikit-learn's own loop over k: ``python -m tests.benchmarks segments``.

100,000 customers × 8 features in six heaps. Theirs: for each k from 2 to 10 a KMeans with one
start, and its silhouette on 10,000 customers. Ours: ``find_segments`` as a whole, from the frame to
labels, profile and map, which tries the same k. Medians of interleaved runs, wall and processor
seconds; the first are what a user waits, the second tell them from what else the machine does.
"""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from crm_widgets.analysis import find_segments
from crm_widgets.analysis.segments import count
from crm_widgets.data import Customers

from .side_by_side import Seconds, compare, timed

ROWS = int(os.environ.get("BENCH_ROWS", 100_000))
REPEATS = int(os.environ.get("BENCH_REPEATS", 5))
FEATURES = 8
TRIED = range(2, 11)


def heaps(rows: int) -> pd.DataFrame:
    """Six heaps, as in the trial that the peer's time is from."""
    random = np.random.default_rng(0)
    centres = random.normal(0, 3, (6, FEATURES))
    values = centres[random.integers(6, size=rows)] + random.normal(size=(rows, FEATURES))
    return pd.DataFrame(values, columns=[f"feature_{j}" for j in range(FEATURES)])


def theirs(values: np.ndarray) -> list[float]:
    """The silhouette of each k."""
    found = []
    for k in TRIED:
        labels = KMeans(k, n_init=1, random_state=0).fit_predict(values)
        found.append(silhouette_score(values, labels, sample_size=10_000, random_state=0))
    return found


def main() -> None:
    """Print the times and the ratio."""
    frame = heaps(ROWS)
    values = frame.to_numpy()
    runs: dict[str, list[Seconds]] = {"scikit-learn": [], "find_segments": []}
    find_segments(Customers(frame.head(2_000)))
    for _ in range(REPEATS):
        runs["scikit-learn"].append(timed(lambda: theirs(values)))
        count.SCORED_MODELS.clear()
        runs["find_segments"].append(timed(lambda: find_segments(Customers(frame))))
    print(f"k = {TRIED[0]}–{TRIED[-1]} on {ROWS:,} × {FEATURES}, medians of {REPEATS} runs")
    compare(runs, ours="find_segments", theirs="scikit-learn")


if __name__ == "__main__":
    main()
