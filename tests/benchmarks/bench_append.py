"""What 1 % of appended rows cost: ``python -m tests.benchmarks append``.

``first``: a frame is looked at, read and analysed, as for a widget. ``then``: 1 % of rows have
been appended; the frame is looked at, read on and analysed again; new customers sort in between
the known ones. ``look``: how much of that the look took, the hash of the longer frame, which a
widget takes after every cell. Medians of runs in turn, wall and processor seconds, and the shares,
of which 0.15 is aimed at where the analysis allows.

Under them the memory: what a log of 10 M × 6 and its analyses keep, and need at most, each in a
process of its own, beside the size of the frame (0.5 is aimed at). Kept is what is left once the
allocator has given back what nobody uses; at most is with that.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd

from crm_widgets.analysis import build_cohorts
from crm_widgets.analysis.rfm.rfm import rfm
from crm_widgets.data import Transactions
from crm_widgets.data.frames import open_frame
from crm_widgets.data.reading.fingerprint import fingerprint_of
from crm_widgets.data.vocabulary.table import Edges

ROWS = int(os.environ.get("BENCH_ROWS", 10_000_000))
CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", ROWS // 20))
REPEATS = int(os.environ.get("BENCH_REPEATS", 5))
NUMBERS = ["amount", "quantity", "discount", "margin"]
BINS = tuple(np.linspace(0, 1, 41))


def orders(rows: int, first_day: int, last_day: int, seed: int) -> pd.DataFrame:
    """Six columns of a log; one row in fifty is a return."""
    rng = np.random.default_rng(seed)
    day = np.datetime64("2020-01-01", "us")
    amount = rng.gamma(2, 20, rows).round(2)
    amount[rng.random(rows) < 0.02] *= -1
    return pd.DataFrame(
        {
            "customer": rng.integers(0, CUSTOMERS * 11 // 10, rows),
            "date": day + rng.integers(first_day, last_day, rows).astype("timedelta64[D]"),
            "amount": amount,
            "quantity": rng.integers(1, 9, rows),
            "discount": rng.random(rows),
            "margin": rng.random(rows),
        }
    )


def known_customers(frame: pd.DataFrame) -> pd.DataFrame:
    """Without one customer in eleven, so that some of the appended rows are of new ones."""
    return frame[frame["customer"] % 11 != 0].reset_index(drop=True)


Seconds: TypeAlias = tuple[float, float]

WORKS: dict[str, Callable[[Transactions], object]] = {
    "the log alone": lambda log: log.ids,
    "rfm": rfm,
    "build_cohorts": build_cohorts,
    "counts": lambda log: log.table.counts([Edges("discount", BINS), Edges("margin", BINS)]),
    "moments": lambda log: log.table.moments(NUMBERS),
}


def main() -> None:
    """Print a line an analysis, then the memory."""
    frame = known_customers(orders(ROWS, 0, 1500, seed=0))
    longer = pd.concat([frame, orders(len(frame) // 100, 1495, 1502, seed=1)], ignore_index=True)
    print(f"{len(frame):,} rows of {frame['customer'].nunique():,} customers, then {len(longer):,}")
    print(f"{'':16}{'first':>20}{'then':>20}{'look':>20}{'share':>16}   (wall, processor seconds)")
    for name, work in WORKS.items():
        runs: list[list[Seconds]] = []
        for _ in range(REPEATS):
            log = _more = None
            first, _, log = timed(frame, work)
            then, look, _more = timed(longer, work, log)
            runs.append([first, then, look])
        found = np.median(runs, axis=0)
        share = found[1] / found[0]
        print(f"{name:16}" + "".join(f"{a:10.3f}{b:10.3f}" for a, b in found)
              + f"{share[0]:8.2f}{share[1]:8.2f}", flush=True)  # fmt: skip
    del log, _more
    memory()


def timed(
    frame: pd.DataFrame, work: Callable[[Transactions], object], before: Transactions | None = None
) -> tuple[Seconds, Seconds, Transactions]:
    """Seconds of looking at a log, reading and analysing it, those of the look, and the log.

    What was thrown away before is cleared first, so that nobody else pays for it.
    """
    settle()
    start = now()
    source = open_frame(frame)
    fingerprint_of(source, None if before is None else before.source)
    looked = now()
    log = Transactions(source) if before is None else before.reread(source)
    work(log)
    return since(start, now()), since(start, looked), log


def now() -> Seconds:
    """Wall and processor seconds."""
    return time.perf_counter(), time.process_time()


def since(start: Seconds, end: Seconds) -> Seconds:
    """Seconds between."""
    return end[0] - start[0], end[1] - start[1]


def memory() -> None:
    """Print what is held, and needed at most, above the frame."""
    print(f"\n{'memory':16}{'frame':>12}{'kept':>12}{'at most':>12}   (shares of the frame)")
    for name in MEMORY:
        asked = [sys.executable, "-m", "tests.benchmarks.bench_append", name]
        run = subprocess.run(asked, check=True, capture_output=True, text=True)
        frame, kept, most = map(float, run.stdout.split())
        shares = f"{kept / frame:6.2f}{most / frame:6.2f}"
        print(f"{name:16}" + "".join(f"{x / 1e6:9.0f} MB" for x in (frame, kept, most)) + shares)


def explorer(log: Transactions) -> object:
    """The explorer, drawn."""
    from crm_widgets import SegmentExplorer

    widget = SegmentExplorer(log)
    widget.settle()
    return widget


def comparator(log: Transactions) -> object:
    """The comparator, drawn."""
    from crm_widgets import CohortComparator

    widget = CohortComparator(log)
    widget.settle()
    return widget


MEMORY: dict[str, Callable[[Transactions], object]] = {
    "the log alone": lambda log: log,
    "rfm": rfm,
    "build_cohorts": build_cohorts,
    "SegmentExplorer": explorer,
    "CohortComparator": comparator,
}


def weigh(name: str) -> None:
    """Print the bytes of the frame, and of memory kept and needed above it, of this process."""
    # what is imported and warmed up is not counted
    small = Transactions(orders(20_000, 0, 1500, seed=2))
    MEMORY[name](small)
    frame = orders(ROWS, 0, 1500, seed=0)
    size = int(frame.memory_usage(index=False).sum())
    settle()
    before = resident()
    Path("/proc/self/clear_refs").write_text("5")
    log = Transactions(frame)
    held = MEMORY[name](log)
    most = peak()
    settle()
    print(size, resident() - before, most - before)
    del held


def settle() -> None:
    """Collect garbage, and give back to the system what the allocator keeps for later."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def peak() -> int:
    """Most bytes of this process in memory since the peak was last cleared."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return resident()


if __name__ == "__main__":
    weigh(sys.argv[1]) if len(sys.argv) > 1 else main()
