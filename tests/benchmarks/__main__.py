"""Runs the benchmarks named on the command line, or all: ``python -m tests.benchmarks segments``.

Each ``bench_<name>.py`` has a ``main()`` that prints a table of times beside those of a peer.
Nothing is asserted: times are for people to compare, on one machine, in one run.
``BASE=<revision>`` runs an earlier revision of this package beside this one instead.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from .revision import against, base

HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    """Run the benchmarks."""
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    for name in names:
        if name not in known:
            sys.exit(f"There is no benchmark {name!r}. There are: {', '.join(known)}.")
    if base():
        against(base(), names or known)
        return
    for name in names or known:
        print(f"\n{name}\n{'-' * len(name)}", flush=True)
        importlib.import_module(f"tests.benchmarks.bench_{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
