"""Transactions that stay in DuckDB: ``BENCH_ROWS=100_000_000 python -m tests.benchmarks large``.

A log is simulated in chunks to a folder of parquet files (about 10 MB a million rows, in
``BENCH_FOLDER`` or a temporary one) and opened through DuckDB with ``BENCH_MEMORY`` (1GB) of
memory and two threads. Customers are scattered over the files. Each widget is made in a process
of its own, so that its peak of memory is its own: all that the process held, Python and DuckDB
together. How a brush follows the hand over the same folder:
``BENCH_FOLDER=… python -m tests.benchmarks.browser``.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import crm_widgets as crm

ROWS = int(os.environ.get("BENCH_ROWS", "5_000_000"))
MEMORY = os.environ.get("BENCH_MEMORY", "1GB")
CUSTOMERS_AT_ONCE = 200_000
SCATTER = 7919
"""Customers of one file get ids this far apart, so that no file holds a range of ids."""


def main() -> None:
    """Simulate, and print a line a step."""
    with tempfile.TemporaryDirectory(prefix="crm_widgets_") as scratch:
        folder = Path(os.environ.get("BENCH_FOLDER", scratch))
        rows = simulated(folder)
        size = sum(path.stat().st_size for path in folder.glob("*.parquet"))
        print(f"{rows:,} transactions, {size / 1e9:.2f} GB of parquet, DuckDB with {MEMORY}")
        print(f"{'':44}{'wall':>9}{'processor':>11}{'peak memory':>14}")
        for measure in (segments, cohorts):
            context = multiprocessing.get_context("spawn")
            process = context.Process(target=measure, args=(folder,))
            process.start()
            process.join()


def simulated(folder: Path) -> int:
    """Write files until there are rows enough; those that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = chunk = 0
    while rows < ROWS:
        path = folder / f"part-{chunk:04}.parquet"
        if not path.exists():
            log = crm.simulate(CUSTOMERS_AT_ONCE, seed=chunk).transactions
            log["customer"] = log["customer"].to_numpy(np.int64) * SCATTER + chunk
            pq.write_table(pa.Table.from_pandas(log, preserve_index=False), path)
        rows += pq.read_metadata(path).num_rows
        chunk += 1
    return rows


def config(folder: Path) -> dict[str, Any]:
    """Settings of DuckDB; what a query has used goes back to the system when it is done."""
    return {
        "memory_limit": MEMORY,
        "threads": 2,
        "allocator_background_threads": True,
        "temp_directory": f"{folder}/spill",
    }


def opened(folder: Path) -> Any:
    """The folder as a relation."""
    import duckdb

    connection = duckdb.connect(config=config(folder))
    connection.execute("set enable_progress_bar = false")
    return connection.read_parquet(f"{folder}/*.parquet")


def segments(folder: Path) -> None:
    """The segment explorer, by recency, frequency and money."""
    relation = opened(folder)
    made: list[crm.SegmentExplorer] = []
    step("read and check", lambda: made.append(_quietly(crm.SegmentExplorer, relation)))
    (w,) = made
    step("  first view of SegmentExplorer (rfm)", w.settle)
    best = w.result.segments.index[0]
    step("  a segment selected", lambda: (w.selection.set(segment=[best]), w.settle()))
    step("  a condition on rows (amount)", lambda: (w.selection.set(amount=(20, 50)), w.settle()))
    step("  its rows counted, in the engine", lambda: w.selected.aggregate("count(*)").fetchall())
    print(f"  {w.describe()}", flush=True)


def cohorts(folder: Path) -> None:
    """The comparator, by month of the first purchase."""
    relation = opened(folder)
    made: list[crm.CohortComparator] = []
    step("read and check", lambda: made.append(_quietly(crm.CohortComparator, relation)))
    (w,) = made
    step("  first view of CohortComparator", w.settle)
    cohort = str(w.result.cohorts.labels[1])
    chosen: dict[str, Any] = {"cohort": [cohort], f"active_{w.result.cohorts.period}_1": [True]}
    step("  a cell selected", lambda: (w.selection.set(**chosen), w.settle()))
    print(f"  {w.describe()}", flush=True)


def _quietly(widget: Any, relation: Any) -> Any:
    return widget(crm.Transactions(relation))


def step(name: str, work: Callable[[], object]) -> None:
    """Print how long some work takes, and the most memory that was held so far."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    took = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{name:44}{took[0]:7.2f} s{took[1]:9.2f} s{peak:11.2f} GB", flush=True)
