"""What looking at a frame costs after each cell: ``python -m tests.benchmarks live``.

Frames of 10 M rows and six columns; the median and the best of nine looks, and beside them one
pandas sum of 10 M floats in the same run, since memory is shared with whatever else runs. To look
is to take a snapshot and hash it whole; a widget does so after a cell only while it is displayed.
The first edit after a look pays for the snapshot (pandas copies on write).
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from crm_widgets.data.frames import open_frame
from crm_widgets.data.reading.fingerprint import fingerprint

ROWS = 10_000_000


def main() -> None:
    """Print a line a kind of frame."""
    frames = {
        "numbers and times": numbers(),
        "with a column of text (Arrow)": texts("str"),
        "with a column of objects": texts("object"),
        "with a category": texts("category"),
        "polars, with a column of text": pl.from_pandas(texts("str")),
    }
    print(f"{'10 M × 6':34}{'size':>10}{'median':>11}{'best':>11}{'one sum':>11}")
    values = pd.Series(np.random.default_rng(0).random(ROWS))
    for name, frame in frames.items():
        looks = times(lambda frame=frame: fingerprint(open_frame(frame).native))
        size = float(frame.estimated_size() if isinstance(frame, pl.DataFrame) else bytes_of(frame))
        shown = [statistics.median(looks), min(looks), statistics.median(times(values.sum))]
        columns = "".join(f"{seconds * 1e3:8.1f} ms" for seconds in shown)
        print(f"{name:34}{size / 1e6:7.0f} MB{columns}", flush=True)
    frame = numbers()
    edit(frame)
    [plain] = times(lambda: edit(frame), runs=1)
    snapshot = open_frame(frame)
    [first] = times(lambda: edit(frame), runs=1)
    print(
        f"one cell edited: {plain * 1e3:.2f} ms, the first time after a look {first * 1e3:.2f} ms"
    )
    del snapshot


def numbers() -> pd.DataFrame:
    """Six columns of a log, none of text."""
    rng = np.random.default_rng(0)
    day = np.datetime64("2024-01-01", "us")
    return pd.DataFrame(
        {
            "customer": rng.integers(0, 1_000_000, ROWS),
            "date": day + rng.integers(0, 365, ROWS).astype("timedelta64[D]"),
            "amount": rng.random(ROWS),
            "quantity": rng.integers(0, 9, ROWS),
            "discount": rng.random(ROWS),
            "margin": rng.random(ROWS),
        }
    )


def texts(dtype: Any) -> pd.DataFrame:
    """The same with a city in the place of the quantity."""
    rng = np.random.default_rng(0)
    cities = np.array(["Oslo", "Rome", "Shanghai", "Nairobi"], object)
    return numbers().assign(
        quantity=pd.Series(cities[rng.integers(0, 4, ROWS)], dtype=object).astype(dtype)
    )


def bytes_of(frame: pd.DataFrame) -> float:
    """Bytes of the buffers; of objects their pointers."""
    return float(frame.memory_usage(index=False).sum())


def edit(frame: pd.DataFrame) -> None:
    """Change one cell in place."""
    frame.loc[5, "amount"] = 7.0


def times(work: Callable[[], object], runs: int = 9) -> list[float]:
    """Seconds of each run."""
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return found


if __name__ == "__main__":
    main()
