"""Times of several ways, medians of interleaved runs, as all benchmarks with one peer print them.

Wall seconds are what a user waits; processor seconds tell them from what else the machine does.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TypeAlias

Seconds: TypeAlias = tuple[float, float]
"""Of the wall clock, and of the processor."""


def timed(work: Callable[[], object]) -> Seconds:
    """Wall and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def medians(runs: list[Seconds]) -> Seconds:
    """The median of both, each for itself."""
    wall, processor = (statistics.median(run[i] for run in runs) for i in (0, 1))
    return wall, processor


def compare(runs: dict[str, list[Seconds]], ours: str, theirs: str) -> None:
    """Print the times of each way, and ours over theirs."""
    found = {name: medians(times) for name, times in runs.items()}
    for name, (wall, processor) in found.items():
        print(f"{name:>15}  {wall:8.3f} s  {processor:8.3f} s of processor")
    ratios = (mine / peer for mine, peer in zip(found[ours], found[theirs], strict=True))
    print("          ratio  " + "    ".join(f"{ratio:8.4f}" for ratio in ratios))
