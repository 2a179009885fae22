"""Whether what goes with what differs between two groups of customers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...data.vocabulary.clauses import Clause, Predicate
from ...data.vocabulary.notes import Note
from ...errors import AnalysisError
from .columns import table_of
from .correlate import Correlation, correlate, fields_of
from .intervals import difference
from .table import square_of


@dataclass(frozen=True)
class CorrelationComparison:
    """What ``compare_correlations`` found.

    Attributes
    ----------
    pairs
        A row a pair: ``a``, ``b``, ``method``, ``signed``; ``value_a``, ``value_b`` in the two
        groups with their rows ``n_a``, ``n_b``; ``difference``, of the first less the second, in
        [-2, 2] if signed and in [-1, 1] if not, with ``low``, ``high`` (95 %); ``p``;
        ``p_adjusted``: Benjamini-Hochberg over all pairs tested; ``faded``: the interval holds 0,
        the adjusted p is over .05, or there is none; ``restricted``: a group was chosen by one of
        the two columns, whose range is restricted, so that there is no p; ``reason`` for a missing
        value or p: those of ``Correlation.pairs``, ``range_restricted`` or ``overlap``.
    matrix
        The differences as a square, columns in the order of the first group; 0 on the diagonal.
    a, b
        The correlations of the groups.
    overlap
        Rows that are in both; if there are any, the groups are not independent and no pair has an
        interval or a p.
    notes
        What must be said.
    """

    pairs: pd.DataFrame
    matrix: pd.DataFrame
    a: Correlation
    b: Correlation
    overlap: int
    notes: tuple[Note, ...]


def compare_correlations(
    data: Any,
    a: Sequence[Predicate | Clause],
    b: Sequence[Predicate | Clause] | None = None,
    *,
    restricted: Collection[str] = (),
    **options: Any,
) -> CorrelationComparison:
    """Say how the coefficients of two groups differ, pair by pair.

    Parameters
    ----------
    data
        As of ``correlate``.
    a, b : sequences of clauses
        The groups; without ``b``, all rows that are not in ``a``.
    restricted : collection of str
        Columns by which the groups were made, beside those in the clauses: the features of a
        segmentation, for instance.
    **options
        As of ``correlate``: ``columns``, ``method``, ``order`` …

    Returns
    -------
    CorrelationComparison

    Raises
    ------
    AnalysisError
        If a group has no rows.

    Notes
    -----
    A group made by cutting a column has less of that column's spread, and smaller coefficients,
    whatever the customers are like: such a pair is shown without a p.

    References
    ----------
    Zou (2007), Toward using confidence intervals to compare correlations, Psychol. Methods 12,
    399–413.

    Examples
    --------
    >>> from crm_widgets.data.vocabulary.clauses import Values
    >>> rng = np.random.default_rng(0)
    >>> x, noise = rng.normal(size=(2, 400))
    >>> shop = np.repeat(["north", "south"], 200)
    >>> frame = pd.DataFrame({"x": x, "y": np.where(shop == "north", x, 0) + noise, "shop": shop})
    >>> found = compare_correlations(frame, [Values("shop", ("north",))], columns=["x", "y"])
    >>> found.pairs[["value_a", "value_b", "faded"]].round(1)
       value_a  value_b  faded
    0      0.7      0.1  False
    """
    table, _, _ = table_of(data)
    first = _predicates(a)
    inside = table.mask(first)
    if b is None:
        second, others = first, ~inside
    else:
        second = _predicates(b)
        others = table.mask(second)
    if not inside.any() or not others.any():
        raise AnalysisError("empty_group", n_a=int(inside.sum()), n_b=int(others.sum()))
    options.setdefault("order", "cluster")
    one = correlate(data, rows=inside, **options)
    two = correlate(data, rows=others, **options)
    overlap = int((inside & others).sum())
    cut = {field for predicate in (*first, *second) for field in fields_of(predicate)}
    pairs = _compared(one.pairs, two.pairs, cut | set(restricted), overlap)
    matrix = square_of(pairs, one.order, value="difference", diagonal=0.0)
    notes = []
    if pairs["restricted"].any():
        notes.append(Note("range_restricted", int(pairs["restricted"].sum())))
    if overlap:
        notes.append(Note("groups_overlap", overlap))
    return CorrelationComparison(pairs, matrix, one, two, overlap, tuple(notes))


def _predicates(clauses: Sequence[Predicate | Clause]) -> tuple[Predicate, ...]:
    return tuple(one.predicate if isinstance(one, Clause) else one for one in clauses)


def _compared(
    one: pd.DataFrame, two: pd.DataFrame, cut: Collection[str], overlap: int
) -> pd.DataFrame:
    """Pairs of both groups side by side; they are the same pairs in the same order."""
    diff, low, high, p = difference(
        one["value"], one["low"], one["high"], two["value"], two["low"], two["high"]
    )
    restricted = one["a"].isin(cut) | one["b"].isin(cut)
    reason = one["reason"].where(one["reason"] != "", two["reason"])
    reason = reason.mask((reason == "") & restricted, "range_restricted")
    reason = reason.mask((reason == "") & bool(overlap), "overlap")
    p = np.where(reason == "", p, np.nan)
    if overlap:
        low, high = np.full_like(low, np.nan), np.full_like(high, np.nan)
    adjusted = np.full(len(p), np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        from scipy.stats import false_discovery_control

        adjusted[tested] = false_discovery_control(p[tested])
    return pd.DataFrame(
        {
            **{name: one[name] for name in ("a", "b", "method", "signed")},
            "value_a": one["value"],
            "value_b": two["value"],
            "n_a": one["n"],
            "n_b": two["n"],
            "difference": diff,
            "low": low,
            "high": high,
            "p": p,
            "p_adjusted": adjusted,
            "faded": ~(adjusted <= 0.05) | ((low <= 0) & (high >= 0)),
            "restricted": restricted,
            "reason": reason,
        }
    )
