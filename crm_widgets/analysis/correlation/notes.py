"""What must be said beside a table of correlations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...data.vocabulary.notes import Note
from .columns import Floats, MixedColumns
from .pairs import KENDALL_ROWS, VARIANCE_ROWS, bootstrap_size
from .spearman_exact import spearman

TOP_SHARE = 0.01
LOOKED_AT = 100_000
CHECKED = 5


def heavy_tailed(values: Floats) -> bool:
    """Whether 1 % of the rows make over half of the variance.

    Looked for in at most 100,000 rows, evenly spaced; never in fewer than 100.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> heavy_tailed(rng.normal(size=1000)), heavy_tailed(np.exp(2 * rng.normal(size=1000)))
    (False, True)
    """
    step = max(1, len(values) // LOOKED_AT)
    present = values[::step]
    present = present[~np.isnan(present)]
    if len(present) < 1 / TOP_SHARE:
        return False
    squares = np.square(present - present.mean())
    top = int(len(squares) * TOP_SHARE)
    return bool(np.partition(squares, -top)[-top:].sum() > squares.sum() / 2)


def notes_of(
    said: Sequence[Note],
    columns: MixedColumns,
    pairs: pd.DataFrame,
    described: pd.DataFrame,
    left_out: pd.DataFrame,
    shared: pd.DataFrame,
    rows: int,
    *,
    fast: bool,
) -> tuple[Note, ...]:
    """Collect what was left out, parsed, shared, restricted, sampled or approximated."""
    parsed = {note.values["column"] for note in columns.notes}
    kept = [n for n in said if n.key != "text_numbers" or n.values.get("column") not in parsed]
    notes = [*kept, *columns.notes]
    for reason, names in left_out.groupby("reason", sort=False)["column"]:
        listed = ", ".join(names.astype(str))
        notes.append(Note(f"left_out_{reason}", len(names), {"columns": listed}))
    for level, names, n in zip(shared["level"], shared["columns"], shared["n"], strict=True):
        notes.append(Note("shared_level", n, {"level": level, "columns": ", ".join(names)}))
    methods = set(pairs["method"])
    tails = described.loc[described["heavy_tailed"], "column"]
    if len(tails) and methods & {"pearson", "partial", "ratio"}:
        notes.append(Note("heavy_tails", len(tails), {"columns": ", ".join(tails)}))
    if pairs["restricted"].any():
        notes.append(Note("range_restricted", int(pairs["restricted"].sum())))
    samples = {"pearson": VARIANCE_ROWS, "kendall": KENDALL_ROWS}
    for method, most in samples.items():
        if method in methods and rows > most:
            notes.append(Note(f"sample_{method}", most))
    counts = pairs["method"].value_counts()
    if "ratio" in methods:
        most, draws = bootstrap_size(int(counts["ratio"]))
        notes.append(Note("sample_ratio", min(rows, most), {"draws": draws}))
    if "v" in methods:
        notes.append(Note("bootstrap_v", bootstrap_size(int(counts["v"]))[1]))
    if fast and "spearman" in methods:
        notes.append(_fast(columns, pairs[pairs["method"] == "spearman"]))
    return tuple(notes)


def _fast(columns: MixedColumns, pairs: pd.DataFrame) -> Note:
    """State how far off ranks taken once are, where most is missing."""
    worst = pairs.dropna(subset="value").nsmallest(CHECKED, "n")
    moved = [
        abs(value - spearman([columns.numbers[a], columns.numbers[b]])[0][0, 1])
        for a, b, value in zip(worst["a"], worst["b"], worst["value"], strict=True)
    ]
    return Note("ranks_once", len(moved), {"deviation": max(moved, default=0.0)})
