"""The same drag over linked histograms in real JupyterLab: ``python -m tests.benchmarks.browser``.

A press in the first histogram and 40 steps of the pointer, the first without a pause after the
pointer has entered. For each step: from the pointer's event to the last drawing of the views that
follow (of this package four histograms' worth of others: three histograms, map, sizes, profile).
Steps that change nothing, since the brush stays on its bins, count for nobody. Beside them, in the
same run: the echo of a small message to the kernel and back, the time from running the cell that
displays the widget, its result at hand, to its last drawing, and all bytes over the socket, the
bundle among them. A widget that draws nothing within a minute has a line that says so.

``BENCH_SIZES=10_000,100_000`` chooses sizes, ``BENCH_ONLY=crm`` contestants by their names.
``BENCH_FOLDER=… BENCH_ROWS=100_000_000`` drags over transactions in DuckDB instead, the folder of
parquet that ``bench_large`` makes, and prints how long after the release of the brush the last
number is drawn, and the most memory that the kernel held.
``BASE=<revision>`` drags an earlier revision of this package and this one in turns, without peers.
"""

from __future__ import annotations

import contextlib
import math
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import FLAGS, chromium
from tests.browser.kernel import Kernel
from tests.browser.notebook import Notebook
from tests.browser.server import Server

from .bench_large import config, simulated
from .contestants import CONTESTANTS, FRAME, OURS, Contestant, over_duckdb
from .on_page import DISPLAY, ECHO, FROM_NOTHING, RELEASED, SETTLED, WATCH
from .revision import HERE, ROUNDS, base, checked_out, head
from .revision import say as say_both

SIZES = os.environ.get("BENCH_SIZES", "10_000,100_000,1_000_000,10_000_000")
STEPS, STEP_PX, QUIET_MS, LONGEST_MS = 40, 5, 250, 4_000
SETTLED_MS, PATIENCE_MS = 1_500, 60_000
LOADED_MS = 1_800_000


class NotDrawnError(Exception):
    """A widget that did not come to rest on the page, and what the page said."""

    def __init__(self, opened: Notebook) -> None:
        said = "; ".join(opened.errors) or "no error on the page"
        super().__init__(f"not drawn within {PATIENCE_MS / 1000:.0f} s ({said})")


@dataclass(frozen=True)
class Run:
    """What one contestant did on one size; milliseconds and bytes."""

    drawn: float
    first: float | None
    steps: list[float]
    echo: float
    socket: int
    released: float
    held: float
    processor: float
    """Of the page's main thread for each step, which tells its work from what else runs."""

    @property
    def p50(self) -> float:
        """The median step."""
        return statistics.median(self.steps or [math.nan])

    @property
    def p95(self) -> float:
        """The step that one in twenty is slower than."""
        steps = sorted(self.steps) or [math.nan]
        return steps[round(0.95 * (len(steps) - 1))]


NUMBERS: dict[str, Callable[[Run], float]] = {
    "p50, ms": lambda run: run.p50,
    "p95, ms": lambda run: run.p95,
    "first step, ms": lambda run: math.nan if run.first is None else run.first,
    "processor a step, ms": lambda run: run.processor,
    "drawn, ms": lambda run: run.drawn,
    "over the socket, bytes": lambda run: run.socket,
    "echo, ms": lambda run: run.echo,
}


def main() -> None:
    """Print a line a size and contestant."""
    print(
        f"{'rows':>12}  {'':27}{'p50':>8}{'p95':>8}{'first':>8}{'steps':>7}"
        f"{'drawn':>9}{'socket':>10}{'echo':>7}   ms, MB",
        flush=True,
    )
    only, folder = os.environ.get("BENCH_ONLY", ""), os.environ.get("BENCH_FOLDER")
    with serving(HERE) as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        if folder:
            over_engine(server, browser, Path(folder))
            return
        if not os.environ.get("BENCH_ONLY"):
            from_nothing(server, browser, 1_000_000)
        for rows in map(int, SIZES.split(",")):
            for contestant in CONTESTANTS:
                if only in contestant.name:
                    line(server, browser, contestant, rows)


@contextlib.contextmanager
def serving(package: Path) -> Iterator[Server]:
    """A server whose kernels import the package from this folder."""
    server = Server("lab", Path(tempfile.mkdtemp()), {"PYTHONPATH": str(package)})
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def both(revision: str) -> None:
    """Print, for each size, what an earlier revision and this one need."""
    head(revision)
    with (
        checked_out(revision) as folder,
        serving(folder) as earlier,
        serving(HERE) as today,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        for rows in map(int, SIZES.split(",")):
            runs: dict[Server, list[Run]] = {earlier: [], today: []}
            for _ in range(ROUNDS):
                for server, done in runs.items():
                    done.append(measured(server, browser, CONTESTANTS[0], rows))
            for name, read in NUMBERS.items():
                say_both(f"{rows:,}: {name}", *(list(map(read, done)) for done in runs.values()))


def line(server: Server, browser: Browser, contestant: Contestant, rows: int) -> None:
    """Print what one contestant did on one size, or that it did nothing."""
    try:
        say(rows, contestant.name, measured(server, browser, contestant, rows))
    except NotDrawnError as reason:
        print(f"{rows:12,}  {contestant.name:27}{reason}", flush=True)


def over_engine(server: Server, browser: Browser, folder: Path) -> None:
    """The same drag over a log that stays in DuckDB."""
    rows, contestant = simulated(folder), over_duckdb(str(folder), config(folder))
    run = measured(server, browser, contestant, rows)
    say(rows, contestant.name, run)
    print(
        f"after the release of the brush all numbers within {run.released:.0f} ms; "
        f"the kernel held at most {run.held:.2f} GB"
    )


def say(rows: int, name: str, run: Run) -> None:
    """Print one line."""
    first = "–" if run.first is None else f"{run.first:.0f}"
    print(
        f"{rows:12,}  {name:27}{run.p50:8.1f}{run.p95:8.1f}{first:>8}"
        f"{len(run.steps):>7}{run.drawn:9.0f}{run.socket / 1e6:10.2f}{run.echo:7.0f}",
        flush=True,
    )


def from_nothing(server: Server, browser: Browser, rows: int) -> None:
    """What a page shows of customers that are still to be segmented, and when."""
    made = OURS.replace("_ = w.settle()", "w")
    cells = [FRAME.format(rows=rows), made]
    with (
        browser.new_context() as context,
        Notebook(server, context, cells, 1280).open(run=False) as opened,
    ):
        opened.page.evaluate(
            "window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0;"
            "window.jupyterapp.commands.execute('notebook:run-cell')"
        )
        opened.kernel.until("'columns' in globals()", 600)
        opened.kernel.run("import crm_widgets")
        opened.page.wait_for_timeout(1_000)
        seen = opened.page.evaluate(FROM_NOTHING, [PATIENCE_MS])
        if seen is None:
            raise NotDrawnError(opened)
        first, whole, said = seen
    print(
        f"{rows:,} customers still to be segmented (k-means): something on the page after "
        f"{first:.0f} ms, all after {whole:.0f} ms; in between: {', '.join(said)}",
        flush=True,
    )


def measured(server: Server, browser: Browser, contestant: Contestant, rows: int) -> Run:
    """One contestant on one size, in a kernel and a page of its own."""
    cells = contestant.cells(rows)
    with (
        browser.new_context() as context,
        Notebook(server, context, cells, 1280).open(run=False) as opened,
    ):
        page = opened.page
        page.evaluate(
            "window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0;"
            "window.jupyterapp.commands.execute('notebook:run-cell')"
        )
        page.wait_for_timeout(1_000)
        opened.idle(LOADED_MS)
        opened.kernel.until("'w' in globals()", 600)
        page.wait_for_timeout(1_000)
        before = sum(map(len, opened.frames))
        echo = float(page.evaluate(ECHO))
        before = sum(map(len, opened.frames)) - before
        page.evaluate(WATCH, contestant.panels)
        drawn = page.evaluate(DISPLAY, [SETTLED_MS, PATIENCE_MS])
        if drawn is None:
            raise NotDrawnError(opened)
        first, steps, processor = drag(page, contestant)
        socket = sum(map(len, opened.frames)) - before
        released = float(page.evaluate(RELEASED, [2_000, 60_000]))
        return Run(drawn, first, steps, echo, socket, released, held_by(opened.kernel), processor)


def held_by(kernel: Kernel) -> float:
    """The most memory that a kernel has held, in GB."""
    resource = "__import__('resource')"
    return int(kernel.ask(f"{resource}.getrusage({resource}.RUSAGE_SELF).ru_maxrss")) / 1e6


def drag(page: Page, contestant: Contestant) -> tuple[float | None, list[float], float]:
    """Enter, press and move at once; then step by step: the first, all others, processor time."""
    worked = processor_of(page)
    plot = page.locator(contestant.plot).first
    plot.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = plot.bounding_box()
    assert box
    x, y = box["x"] + 0.25 * box["width"], box["y"] + 0.4 * box["height"]
    asked = [contestant.plot, contestant.panels, QUIET_MS, LONGEST_MS]
    page.mouse.move(x, y - 300)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y)
    first = page.evaluate(SETTLED, [*asked, True])  # however long the cube takes to come
    steps: list[float] = []
    before = worked()
    for step in range(STEPS):
        page.mouse.move(x + 12 + (step + 1) * STEP_PX, y)
        taken = page.evaluate(SETTLED, [*asked, False])
        if taken is not None:
            steps.append(float(taken))
    processor = (worked() - before) / STEPS
    page.mouse.up()
    return first, steps, processor


def processor_of(page: Page) -> Callable[[], float]:
    """What the main thread of a page has worked so far, in ms."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1e3 * next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration")

    return worked


if __name__ == "__main__":
    both(base()) if base() else main()
