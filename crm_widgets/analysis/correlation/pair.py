"""What a pair of columns looks like, as aggregates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.vocabulary.clauses import Clause, Predicate
from ...errors import InputError
from .columns import Codes, Floats, mixed_columns, table_of

PairKind = Literal["numbers", "number_category", "categories"]

BINS = 40
TAIL = 0.005
MOST_BEYOND = 0.02
"""Share of rows beyond an end of an axis at which it is made anew."""
TREND_POINTS = 20
FEWEST_AT_POINT = 5
TOP_LEVELS = 30
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class PairView:
    """Aggregates of a pair, never rows.

    Attributes
    ----------
    kind
        ``numbers``, ``number_category`` (a is the number) or ``categories``.
    a, b
        The columns.
    n, missing
        Rows where both are present, and where one is missing.
    cells
        ``numbers``: a row a cell with rows in it, ``a_lo``, ``a_hi``, ``b_lo``, ``b_hi``, ``n``;
        the edges come from all rows, whatever the selection, and span the 0.5th to the 99.5th
        percentile; what lies beyond counts in the outermost cells. ``number_category``: a row a
        level, ``level``, ``n``, ``mean``, ``q05``, ``q25``, ``median``, ``q75``, ``q95``.
        ``categories``: a row a pair of levels, ``level_a``, ``level_b``, ``n``, ``total`` (rows of
        level_a) and ``share`` of level_b in level_a, in [0, 1]. Levels by falling count over all
        rows, the 30 most frequent, and ``other`` (True) for the rest, whose level is None.
    trend
        ``numbers`` only: a row a twentieth of the rows by a (fewer where values tie), ``a`` (its
        median), ``n``, and of b ``q25``, ``median``, ``q75``.
    outside
        ``numbers`` only: rows beyond the edges, on either side.
    edges_a, edges_b
        Edges of the bins of a number, in its unit (times: epoch ms); empty for a category.
    beyond_a, beyond_b
        Whether any of all rows lie below the first and above the last edge.
    """

    kind: PairKind
    a: str
    b: str
    n: int
    missing: int
    cells: pd.DataFrame
    trend: pd.DataFrame
    outside: int
    edges_a: tuple[float, ...]
    edges_b: tuple[float, ...]
    beyond_a: tuple[bool, bool] = (False, False)
    beyond_b: tuple[bool, bool] = (False, False)


def pair_view(
    data: Any,
    a: str,
    b: str,
    *,
    where: Sequence[Predicate | Clause] = (),
    bins: int = BINS,
    max_levels: int = 50,
    drawn: Mapping[str, tuple[float, ...]] | None = None,
) -> PairView:
    """Show how two columns go together.

    Parameters
    ----------
    data
        As of ``correlate``.
    a, b : str
        The columns. For a category and a number, the number comes first in the result.
    where : sequence of clauses
        Rows to use; edges and levels are those of all rows.
    bins : int
        Bins a side of two numbers, 2 to 50.
    max_levels : int
        As of ``correlate``.
    drawn : mapping of column to edges, optional
        Edges of two numbers as they were before. They are kept where they suit all rows: at most
        2 % lie beyond each end, and the bulk fills at least half of them.

    Raises
    ------
    InputError
        If a column is missing, or is one that ``correlate`` leaves out.

    Examples
    --------
    >>> frame = pd.DataFrame({"plan": list("aabbb"), "left": [True, False, True, True, True]})
    >>> pair_view(frame, "plan", "left").cells[["level_a", "level_b", "n", "share"]]
      level_a  level_b  n  share
    0       b     True  3    1.0
    1       b    False  0    0.0
    2       a     True  1    0.5
    3       a    False  1    0.5
    """
    if not 2 <= bins <= 50:
        raise InputError("out_of_range", name="bins", lo=2, hi=50, given=bins)
    table, names, _ = table_of(data)
    columns = mixed_columns(table, names, [a, b], max_levels=max_levels)
    for name in (a, b):
        if name not in columns.names:
            reason = columns.left_out.set_index("column").loc[name, "reason"]
            raise InputError("not_comparable", column=name, reason=reason)
    predicates = [one.predicate if isinstance(one, Clause) else one for one in where]
    here = table.mask(predicates)
    if a not in columns.codes and b not in columns.codes:
        return _numbers(a, b, columns.numbers[a], columns.numbers[b], here, bins, drawn or {})
    if a not in columns.codes or b not in columns.codes:
        number, other = (a, b) if b in columns.codes else (b, a)
        levels = columns.levels[other].tolist()
        return _boxes(number, other, columns.numbers[number], columns.codes[other], levels, here)
    levels_a, levels_b = columns.levels[a].tolist(), columns.levels[b].tolist()
    return _shares(a, b, columns.codes[a], columns.codes[b], levels_a, levels_b, here)


def _numbers(
    a: str,
    b: str,
    x: Floats,
    y: Floats,
    here: npt.NDArray[np.bool_],
    bins: int,
    drawn: Mapping[str, tuple[float, ...]],
) -> PairView:
    edges_a, edges_b = _edges(x, bins, drawn.get(a)), _edges(y, bins, drawn.get(b))
    rows = here & ~np.isnan(x) & ~np.isnan(y)
    u, v = x[rows], y[rows]
    inner_u, inner_v = (np.clip(w, e[0], e[-1]) for w, e in ((u, edges_a), (v, edges_b)))
    counts = np.histogram2d(inner_u, inner_v, bins=[edges_a, edges_b])[0].astype(np.int64)
    i, j = np.nonzero(counts)
    cells = pd.DataFrame(
        {
            "a_lo": edges_a[i],
            "a_hi": edges_a[i + 1],
            "b_lo": edges_b[j],
            "b_hi": edges_b[j + 1],
            "n": counts[i, j],
        }
    )
    n = int(rows.sum())
    return PairView(
        "numbers",
        a,
        b,
        n,
        int(here.sum()) - n,
        cells,
        _trend(u, v),
        int(((inner_u != u) | (inner_v != v)).sum()),
        tuple(edges_a.tolist()),
        tuple(edges_b.tolist()),
        _beyond(x, edges_a),
        _beyond(y, edges_b),
    )


def _beyond(values: Floats, edges: Floats) -> tuple[bool, bool]:
    return bool(np.fmin.reduce(values) < edges[0]), bool(np.fmax.reduce(values) > edges[-1])


def _edges(values: Floats, bins: int, drawn: tuple[float, ...] | None) -> Floats:
    """Even edges over the bulk of a number; one bin a value for few whole numbers."""
    present = values[~np.isnan(values)]
    lo, hi = np.quantile(present, [TAIL, 1 - TAIL])
    if drawn is not None:
        first, last = drawn[0], drawn[-1]
        beyond = max(np.mean(present < first), np.mean(present > last))
        # bins of single values suit nothing else
        units = drawn[1] - drawn[0] == 1 and first % 1 == 0.5
        fits = not units or not (present % 1).any()
        if beyond <= MOST_BEYOND and fits and 2 * (hi - lo) >= last - first - units:
            return np.asarray(drawn)
    if not (present % 1).any() and hi - lo < bins:
        return np.arange(lo, hi + 2) - 0.5
    if lo == hi:
        lo, hi = present.min(), present.max()
    return np.asarray(np.linspace(lo, hi, bins + 1))


def _trend(x: Floats, y: Floats) -> pd.DataFrame:
    """Quartiles of y by twentieths of x."""
    names = ["a", "n", "q25", "median", "q75"]
    if not len(x):
        return pd.DataFrame(columns=names)
    distinct, part = np.unique(x, return_inverse=True)
    if len(distinct) > TREND_POINTS:
        cuts = np.unique(np.quantile(x, np.linspace(0, 1, TREND_POINTS + 1)))
        part = np.clip(np.searchsorted(cuts, x, "right") - 1, 0, len(cuts) - 2)
    found = []
    for bin_ in np.unique(part):
        inside = y[part == bin_]
        if len(inside) >= FEWEST_AT_POINT:
            middle = float(np.median(x[part == bin_]))
            found.append((middle, len(inside), *np.quantile(inside, [0.25, 0.5, 0.75])))
    return pd.DataFrame(found, columns=names)


def _boxes(
    a: str, b: str, x: Floats, codes: Codes, levels: list[Any], here: npt.NDArray[np.bool_]
) -> PairView:
    shown, names = _most_frequent(codes, levels)
    rows = here & ~np.isnan(x) & (codes >= 0)
    values, place = x[rows], shown[codes[rows]]
    found = []
    for i, level in enumerate(names):
        inside = values[place == i]
        spread = np.quantile(inside, QUANTILES) if len(inside) else np.full(len(QUANTILES), np.nan)
        mean = float(inside.mean()) if len(inside) else np.nan
        found.append((level, i >= TOP_LEVELS, len(inside), mean, *spread))
    head = ["level", "other", "n", "mean", "q05", "q25", "median", "q75", "q95"]
    cells, n = pd.DataFrame(found, columns=head), int(rows.sum())
    return _of_levels("number_category", a, b, n, int(here.sum()) - n, cells)


def _shares(
    a: str,
    b: str,
    codes_a: Codes,
    codes_b: Codes,
    levels_a: list[Any],
    levels_b: list[Any],
    here: npt.NDArray[np.bool_],
) -> PairView:
    shown_a, names_a = _most_frequent(codes_a, levels_a)
    shown_b, names_b = _most_frequent(codes_b, levels_b)
    rows = here & (codes_a >= 0) & (codes_b >= 0)
    width = len(names_b)
    flat = shown_a[codes_a[rows]] * width + shown_b[codes_b[rows]]
    counts = np.bincount(flat, minlength=len(names_a) * width).reshape(len(names_a), width)
    total = counts.sum(axis=1, keepdims=True)
    i, j = np.indices(counts.shape).reshape(2, -1)
    cells = pd.DataFrame(
        {
            "level_a": pd.Series([names_a[k] for k in i]),
            "other_a": i >= TOP_LEVELS,
            "level_b": pd.Series([names_b[k] for k in j]),
            "other_b": j >= TOP_LEVELS,
            "n": counts.ravel(),
            "total": np.repeat(total, width),
            "share": (counts / np.where(total > 0, total, np.nan)).ravel(),
        }
    )
    n = int(rows.sum())
    return _of_levels("categories", a, b, n, int(here.sum()) - n, cells)


def _of_levels(
    kind: PairKind, a: str, b: str, n: int, missing: int, cells: pd.DataFrame
) -> PairView:
    return PairView(kind, a, b, n, missing, cells, _trend(np.empty(0), np.empty(0)), 0, (), ())


def _most_frequent(codes: Codes, levels: list[Any]) -> tuple[npt.NDArray[np.intp], list[Any]]:
    """Place of each code among the most frequent levels, and those levels, None for others."""
    n = np.bincount(codes[codes >= 0], minlength=len(levels))
    order = np.argsort(-n, kind="stable")
    place = np.empty(len(levels), np.intp)
    place[order] = np.minimum(np.arange(len(levels)), TOP_LEVELS)
    names = [levels[k] for k in order[:TOP_LEVELS]]
    return place, names + [None] * (len(levels) > TOP_LEVELS)
