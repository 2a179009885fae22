"""An earlier revision of this package beside this one: ``BASE=59a5b74 make bench``.

The revision is cloned into a temporary folder and its bundle built there. Both are run in turns,
and what differs is printed as medians, with the ratio of today over then, and how far the runs of
then lay apart: a ratio within that is none.
"""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parents[2]
BENCHMARKS = Path("tests/benchmarks")
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 3))
NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*\.?\d*")


def base() -> str:
    """The revision that is asked for; empty: none."""
    return os.environ.get("BASE", "")


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """A clone of this repository at a revision, with its front end built."""
    with tempfile.TemporaryDirectory(prefix="crm_widgets_") as scratch:
        folder = Path(scratch)
        _run("git", "clone", "--quiet", str(HERE), scratch)
        _run("git", "-C", scratch, "checkout", "--quiet", revision)
        known, wanted = (one / "js" / "package-lock.json" for one in (HERE, folder))
        if filecmp.cmp(known, wanted, shallow=False):
            (folder / "js" / "node_modules").symlink_to(HERE / "js" / "node_modules")
        else:
            _run("npm", "--prefix", f"{scratch}/js", "ci", "--silent")
        _run("npm", "--prefix", f"{scratch}/js", "run", "build", "--silent")
        for path in (HERE / BENCHMARKS).glob("bench_*.py"):
            if not (folder / BENCHMARKS / path.name).exists():
                shutil.copy(path, folder / BENCHMARKS)
        for one in (folder, HERE):
            _run(sys.executable, "-m", "compileall", "-q", str(one / "crm_widgets"))
        yield folder


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def against(revision: str, names: Sequence[str]) -> None:
    """Run benchmarks of both in turns; each with those of its own time, which know its modules."""
    with checked_out(revision) as folder:
        for name in names:
            print(f"\n{name}\n{'-' * len(name)}", flush=True)
            runs = [(_printed(folder, name), _printed(HERE, name)) for _ in range(ROUNDS)]
            then, now = ([numbers(text) for text in side] for side in zip(*runs, strict=True))
            head(revision)
            for words in then[0]:
                if all(words in run for run in (*then, *now)):
                    _compare(words, [run[words] for run in then], [run[words] for run in now])


def _printed(folder: Path, name: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(folder), "BASE": ""}
    command = [sys.executable, "-m", "tests.benchmarks", name]
    done = subprocess.run(
        command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def numbers(printed: str) -> dict[str, list[float]]:
    """The numbers of each line of a table, by its words.

    >>> numbers("ours  1,200 ms  0.5")
    {'ours # ms #': [1200.0, 0.5]}
    """
    found: dict[str, list[float]] = {}
    for line in printed.splitlines():
        words = " ".join(NUMBER.sub("#", line).split())
        while words in found:
            words += " again"
        found[words] = [float(number.replace(",", "")) for number in NUMBER.findall(line)]
    return found


def _compare(words: str, then: Sequence[list[float]], now: Sequence[list[float]]) -> None:
    """Print the numbers of a line that differ; those that never do belong to its words."""
    columns = list(zip(zip(*then, strict=True), zip(*now, strict=True), strict=True))
    for before, after in columns:
        same = before[0] if len({*before, *after}) == 1 else None
        words = words.replace("#", "·" if same is None else f"{same:g}", 1)
    different = [(before, after) for before, after in columns if len({*before, *after}) > 1]
    for at, (before, after) in enumerate(different, 1):
        say(f"{words} [{at}]", before, after)


def head(revision: str) -> None:
    """Print the heads of the columns."""
    print(f"{'':56}{revision[:9]:>12}{'today':>12}{'ratio':>8}{'noise':>8}", flush=True)


def say(label: str, then: Sequence[float], now: Sequence[float]) -> None:
    """Print a line: medians, their ratio, and half the range of then over its median."""
    before, after = statistics.median(then), statistics.median(now)
    ratio = f"{after / before:8.2f}" if before else f"{'–':>8}"
    noise = f"{(max(then) - min(then)) / 2 / before:8.2f}" if before else ""
    print(f"{label[:56]:56}{before:12.4g}{after:12.4g}{ratio}{noise}", flush=True)
