"""Sums and cross products of columns with gaps, added up by an engine."""

from __future__ import annotations

import narwhals as nw
import numpy as np

from ..vocabulary.table import Moments
from .source import Frame, LazySource


def lazy_moments(source: LazySource, columns: tuple[str, ...], rows: Frame) -> Moments:
    """Moments over the rows where both columns of each pair are present.

    ``rows`` has the columns as floats or null, named ``x0``, ``x1``, … A first query finds the
    means, a second one adds up what is centred on them, so that a mean that dwarfs the spread
    costs no digits.
    """
    width = len(columns)
    names = [f"x{at}" for at in range(width)]
    shape = (width, width)
    n, total, cross, square = (np.zeros(shape) for _ in range(4))
    if not names:
        return Moments(columns, n.astype(np.int64), total, cross, square)
    means = source.row(rows.select(*(nw.col(name).mean() for name in names)))
    centre = np.array([means[name] if means[name] is not None else 0.0 for name in names])
    centre = np.nan_to_num(centre)
    placed = rows.select(
        **{name: nw.col(name) - nw.lit(float(at)) for name, at in zip(names, centre, strict=True)}
    )
    terms, asked = {}, {}
    pairs = [(i, j) for i in range(width) for j in range(width) if i <= j]
    for i, j in pairs:
        one, two = nw.col(names[i]), nw.col(names[j])
        both = nw.when(~one.is_null() & ~two.is_null())
        terms[f"n{i}_{j}"] = both.then(nw.lit(1)).otherwise(nw.lit(0))
        terms[f"s{i}_{j}"], terms[f"s{j}_{i}"] = both.then(one), both.then(two)
        terms[f"q{i}_{j}"], terms[f"q{j}_{i}"] = both.then(one * one), both.then(two * two)
        terms[f"c{i}_{j}"] = both.then(one * two)
    asked = {name: nw.col(name).sum() for name in terms}
    found = source.row(placed.select(**terms).select(**asked))
    for i, j in pairs:
        n[i, j] = n[j, i] = found[f"n{i}_{j}"] or 0
        cross[i, j] = cross[j, i] = found[f"c{i}_{j}"] or 0.0
        for a, b in ((i, j), (j, i)):
            total[a, b], square[a, b] = found[f"s{a}_{b}"] or 0.0, found[f"q{a}_{b}"] or 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = total / n
        mean = centre[:, None] + shift
        cross = cross - np.where(n > 0, total * shift.T, 0.0)
        square = square - np.where(n > 0, total * shift, 0.0)
    return Moments(columns, n.astype(np.int64), mean, cross, square)
