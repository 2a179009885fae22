"""Correlations beside pandas and dython: ``python -m tests.benchmarks correlation``.

Customer-like columns, 5 % missing at random. Medians of five runs, of three where a run takes over
20 seconds. A ratio is our time over the peer's in the same run; peak memory is that of ours, beyond
the frame (tracemalloc), over the frame's. dython differs by 2e-5 because it corrects 2 × 2 tables
for continuity.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import statistics
import time
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from crm_widgets.analysis import correlate
from crm_widgets.analysis.correlation.cramers_v import contingency_tables, squared_v
from crm_widgets.analysis.correlation.pairs import pearson
from crm_widgets.analysis.correlation.spearman_exact import spearman
from crm_widgets.analysis.correlation.spearman_once import spearman_of_ranks_once
from crm_widgets.data.in_memory.column import Column

SLOW_S = 20.0

Square = npt.NDArray[np.float64]


def main() -> None:
    """Print a line a kernel, and one for all that ``correlate`` adds to it."""
    print(f"{'work':34}{'ours':>9}{'peer':>9}{'ratio':>8}{'memory':>8}{'largest difference':>20}")
    for columns in (100, 20):
        frame = numbers(1_000_000, columns)
        peer, expected = timed(lambda frame=frame: frame.corr().to_numpy())
        line(f"Pearson 1 M × {columns}, pandas", kernel(pearson), frame, peer, expected)
        line("  with intervals, p, order", everything("pearson"), frame, peer, expected)
    peer, expected = timed(lambda: frame.corr("spearman").to_numpy())
    line("Spearman 1 M × 20, pandas", kernel(spearman), frame, peer, expected)
    line("  fast, ranks taken once", kernel(spearman_of_ranks_once), frame, peer, expected)
    line("  with intervals, p, order", everything("spearman"), frame, peer, expected)
    if importlib.util.find_spec("dython") is None:
        print("Cramér's V: not timed, dython is not installed (pip install dython)")
        return
    frame = categories(100_000, 20)
    peer, expected = timed(lambda: dython(frame))
    line("Cramér's V 100 k × 20, dython", cramers_v, frame, peer, expected)
    line("  with intervals, p, order", everything("auto"), frame, peer, expected)


def numbers(rows: int, columns: int) -> pd.DataFrame:
    """Correlated columns, every third with a heavy tail."""
    rng = np.random.default_rng(0)
    shared = rng.normal(size=rows)
    made = {}
    for column in range(columns):
        values = shared * (column % 5) / 5 + rng.normal(size=rows)
        if column % 3 == 0:
            values = np.exp(values)
        values[rng.random(rows) < 0.05] = np.nan
        made[f"c{column}"] = values
    return pd.DataFrame(made)


def categories(rows: int, columns: int) -> pd.DataFrame:
    """Columns of text with two to nine levels that share a cause."""
    rng = np.random.default_rng(0)
    shared = rng.integers(0, 9, rows)
    made = {}
    for column in range(columns):
        levels = 2 + column % 8
        own = np.where(rng.random(rows) < 0.3, shared, rng.integers(0, 9, rows)) % levels
        values = np.array([f"level {k}" for k in range(levels)], object)[own]
        values[rng.random(rows) < 0.05] = None
        made[f"c{column}"] = values
    return pd.DataFrame(made)


def kernel(
    measure: Callable[[list[Square]], tuple[Square, Any]],
) -> Callable[[pd.DataFrame], Square]:
    """Call a kernel with the columns of a frame; nothing is copied."""
    return lambda frame: measure([frame[name].to_numpy() for name in frame])[0]


def everything(method: Any) -> Callable[[pd.DataFrame], Square]:
    """All of ``correlate``, from the frame to the ordered matrix."""

    def measure(frame: pd.DataFrame) -> Square:
        matrix = correlate(frame, method=method).matrix
        return matrix.loc[list(frame), list(frame)].to_numpy()

    return measure


def cramers_v(frame: pd.DataFrame) -> Square:
    """V of every pair, from the text."""
    coded = [Column(frame[name]) for name in frame]
    codes, sizes = [one.codes for one in coded], [len(one.levels) for one in coded]
    square = np.eye(len(coded))
    for i, j, table in contingency_tables(codes, sizes):
        square[i, j] = square[j, i] = max(float(squared_v(table)), 0.0) ** 0.5
    return square


def dython(frame: pd.DataFrame) -> Square:
    """V of every pair by dython, over the rows where both are present."""
    from dython.nominal import associations

    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        found = associations(
            frame, nominal_columns="all", nan_strategy="drop_sample_pairs", compute_only=True
        )
    return found["corr"].to_numpy(np.float64)


def timed(work: Callable[[], Square]) -> tuple[float, Square]:
    """Median time and the result; fewer runs of what is slow."""
    times: list[float] = []
    while len(times) < (5 if not times or times[0] < SLOW_S else 3):
        start = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), found


def line(
    name: str,
    work: Callable[[pd.DataFrame], Square],
    frame: pd.DataFrame,
    peer: float,
    expected: Square,
) -> None:
    """Time ours and print it beside the peer."""
    ours, found = timed(lambda: work(frame))
    tracemalloc.start()
    work(frame)
    peak = tracemalloc.get_traced_memory()[1] / int(frame.memory_usage(index=False).sum())
    tracemalloc.stop()
    off = float(np.nanmax(np.abs(found - expected)))
    print(f"{name:34}{ours:8.2f}s{peer:8.2f}s{ours / peer:8.3f}{peak:8.2f}{off:20.1e}", flush=True)


if __name__ == "__main__":
    main()
