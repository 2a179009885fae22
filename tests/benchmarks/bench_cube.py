"""Count cubes beside DuckDB and ``np.bincount``: ``python -m tests.benchmarks cube``.

What the page asks for while a brush is drawn: 200 bins of one column by 30 bins of each of four
others, 10 M rows. ``codes``: bins are kept, as they are from one brush to the next; DuckDB groups
the same codes, ``np.bincount`` counts them column by column. ``floats``: bins of the numbers
themselves, which here too are made once (``first``). Medians of interleaved runs, wall and
processor seconds (DuckDB and ours run on several threads, ``np.bincount`` on one).
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd

from crm_widgets.data.in_memory import cubes
from crm_widgets.data.in_memory.bins import dim_codes
from crm_widgets.data.in_memory.table import ArrayTable
from crm_widgets.data.machine import compiled
from crm_widgets.data.vocabulary.table import Edges

from .side_by_side import timed

ROWS = int(os.environ.get("BENCH_ROWS", 10_000_000))
REPEATS = int(os.environ.get("BENCH_REPEATS", 5))
ACTIVE, PASSIVE, VIEWS = 200, 30, 4


def main() -> None:
    """Print the times and their ratios."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.random(ROWS)})
    for view in range(VIEWS):
        frame[f"p{view}"] = np.minimum(rng.gamma(2.0, 0.1, ROWS), 0.999)
    names = [f"p{view}" for view in range(VIEWS)]
    table = ArrayTable(frame)
    active = Edges("a", tuple(np.linspace(0, 1, ACTIVE + 1)))
    passive = [[Edges(name, tuple(np.linspace(0, 1, PASSIVE + 1)))] for name in names]

    def ours() -> list[np.ndarray]:
        return table.counts_many([active], passive)

    first = timed(ours)
    codes = pd.DataFrame(
        {
            dim.column: dim_codes(dim, table._column(dim.column))[0]
            for dim in [active, *(dim for dims in passive for dim in dims)]
        }
    )
    base = duckdb.connect()
    base.execute("create table codes as select * from codes")
    base.execute("create table floats as select * from frame")

    def grouped(bins: str) -> None:
        for name in names:
            base.execute(bins.format(name=name)).fetchnumpy()

    def bincount() -> list[np.ndarray]:
        wide = codes["a"].to_numpy().astype(np.intp) * (PASSIVE + 1)
        cells = (ACTIVE + 1) * (PASSIVE + 1)
        return [np.bincount(wide + codes[name].to_numpy(), minlength=cells) for name in names]

    def plain() -> None:
        kept, compiled.counter = compiled.counter, lambda: None
        try:
            ours()
        finally:
            compiled.counter = kept

    for mine, theirs in zip(ours(), bincount(), strict=True):
        padded = theirs.reshape(ACTIVE + 1, PASSIVE + 1)
        assert (mine == padded[:-1, :-1]).all()
    works: dict[str, Callable[[], object]] = {
        "DuckDB, floats": lambda: grouped(
            f"select floor(a * {ACTIVE}) i, floor({{name}} * {PASSIVE}) j, count(*) n"
            " from floats group by 1, 2"
        ),
        "DuckDB, codes": lambda: grouped("select a, {name}, count(*) n from codes group by 1, 2"),
        "np.bincount": bincount,
        "counts_many": plain,
    }
    if compiled.counter(wait=True) is not None:
        works["with numba"] = ours
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(REPEATS):
        for name, work in works.items():
            runs[name].append(timed(work))
    found = {
        name: [statistics.median(run[i] for run in times) for i in (0, 1)]
        for name, times in runs.items()
    }
    print(f"{ROWS:,} rows, {ACTIVE} × {VIEWS} × {PASSIVE} bins, blocks of {cubes.ROWS:,}")
    print(f"{'':16}{'wall':>10}{'processor':>12}   wall (processor) as a share of")
    print(f"{'':43}{'floats':>14}{'codes':>14}{'bincount':>14}")
    for name, (wall, processor) in found.items():
        shares = "".join(
            f"{wall / found[peer][0]:7.2f} ({processor / found[peer][1]:4.2f})"
            for peer in list(works)[:3]
        )
        print(f"{name:16}{wall * 1e3:7.1f} ms{processor * 1e3:9.1f} ms   {shares}")
    print(f"{'first':16}{first[0] * 1e3:7.1f} ms{first[1] * 1e3:9.1f} ms")


if __name__ == "__main__":
    main()
