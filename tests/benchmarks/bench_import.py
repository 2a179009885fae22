"""What ``import crm_widgets`` takes in a new kernel, beside what it is made of.

Processes of their own, medians of interleaved runs, bytecode kept; wall and processor seconds.
``python -m tests.benchmarks import``.
"""

from __future__ import annotations

import os
import subprocess
import sys

from .side_by_side import Seconds, compare

REPEATS = int(os.environ.get("BENCH_REPEATS", 5))
ASK = """
import time
wall, processor = time.perf_counter(), time.process_time()
import {what}
print(time.perf_counter() - wall, time.process_time() - processor)
"""


def main() -> None:
    """Print the times and the ratio."""
    asked = {"crm_widgets": "crm_widgets", "pandas + altair": "pandas, altair"}
    for what in asked.values():
        taken(what)
    runs: dict[str, list[Seconds]] = {name: [] for name in asked}
    for _ in range(REPEATS):
        for name, what in asked.items():
            runs[name].append(taken(what))
    compare(runs, ours="crm_widgets", theirs="pandas + altair")


def taken(what: str) -> Seconds:
    """Wall and processor seconds of importing modules."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run(
        [sys.executable, "-c", ASK.format(what=what)],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    wall, processor = map(float, run.stdout.split())
    return wall, processor


if __name__ == "__main__":
    main()
