"""RFM: who bought lately, often and for much, and what such customers are called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data import Transactions
from ...data.machine.parallel import at_once, in_threads
from ...data.vocabulary.notes import Note
from ...errors import AnalysisError, InputError
from ..statistics.group_sizes import sizes
from .measures import customer_measures
from .schemes import Scheme, named_groups
from .scores import Floats, Ties, quintile_cuts, score, score_first

RFM = ("recency_days", "frequency", "monetary")
BY_WORK = ("recency_days", "monetary", "frequency")
"""So that two threads have about as much to do: money takes longest to be put in order."""
LEAST_CUSTOMERS = 5
"""Fewer have no fifths."""


@dataclass(frozen=True, eq=False)
class Rfm:
    """Customers by recency, frequency and monetary value.

    Attributes
    ----------
    customers
        A row a customer who bought by ``as_of``, indexed by id, sorted:

        - ``recency_days``: calendar days from the last purchase to ``as_of``, 0 or more
        - ``frequency``: number of orders (distinct order numbers if the log has them, else
          days with a purchase), 1 or more
        - ``monetary``: sum of amounts, in the log's money; may be negative net of returns
        - ``tenure_days``: calendar days from the first purchase to ``as_of``, 0 or more
        - ``mean_order_value``: ``monetary / frequency``, in the log's money
        - ``mean_days_between``: mean days from one order to the next, 0 or more; NaN for those
          who bought once
        - ``r_score``, ``f_score``, ``m_score``: 1 to 5, 5 is the most recent, frequent, valuable
        - ``segment``: its name
    segments
        A row a segment that has customers, indexed by ``segment``, by mean money, the highest
        first: ``customers`` (number), ``share`` of customers, ``money`` (sum), ``money_share``
        (0 to 1, but free where some money is negative; NaN if the total is not positive).
    as_of
        The day from which recency counts.
    cuts
        Score cut points of recency (negated), frequency and money: ``score`` is 1 plus the
        number of cuts below the value.
    score_means
        Mean R, F and M score, which the scheme "eight" compares with.
    notes
        What should be known about the measures, counted. (The log's own are in its ``notes``.)
    ties, scheme
        As asked for.
    """

    customers: pd.DataFrame
    segments: pd.DataFrame
    as_of: dt.date
    cuts: Mapping[str, Floats]
    score_means: Floats
    ties: Ties
    scheme: Scheme
    notes: tuple[Note, ...]


def rfm(
    transactions: Transactions,
    *,
    as_of: dt.date | str | None = None,
    ties: Ties = "equal",
    scheme: Scheme = "ten",
) -> Rfm:
    """Score customers by recency, frequency and money, and name the segments.

    A return is no purchase: it moves neither recency nor frequency. Money is as
    ``transactions.returns`` says, by default net.

    Parameters
    ----------
    transactions : Transactions
        A log with amounts.
    as_of : date, optional
        The day from which recency counts, by default the day after the log's last; what came
        later is left out, and counted in a note. A time of day is ignored.
    ties : {"equal", "first"}
        ``"equal"``: a score is 1 plus the number of quintile cut points (inverted empirical
        distribution) below the value, so equal customers score equally, and neither the order
        of rows nor that of ids changes anything. ``"first"``: the common pandas recipe, ``qcut``
        with frequency ranked in the order of ids; it makes fifths of equal size by parting
        customers who are alike, and is there to reproduce published tables.
    scheme : {"ten", "eight"}, mapping, or 5 × 5 table
        ``"ten"``: the common ten names on the R × F grid. ``"eight"``: 重要/一般 ×
        价值/发展/保持/挽留, by whether the R, F and M *score* is above its mean over all customers
        (the usual second step of Chinese texts: score first, then compare with the mean; some
        compare the raw values, where one large customer moves the line). Your own grid: a
        mapping of ``(r, f)``, or of a pattern such as ``"[1-2]5"``, to names (the first that
        fits), or a 5 × 5 table, R down and F across, from score 1 to 5.

    Returns
    -------
    Rfm
        Measures, scores and segments.

    Raises
    ------
    AnalysisError
        If fewer than five customers bought by ``as_of``.
    InputError
        If the log has no amounts, or the date or the scheme cannot be read.

    References
    ----------
    Hughes (1994), Strategic Database Marketing, for quintile scores.

    Examples
    --------
    >>> from crm_widgets.data.datasets import cdnow
    >>> found = rfm(Transactions(cdnow()))
    >>> found.as_of
    datetime.date(1998, 7, 1)
    >>> found.customers.loc[3, "recency_days"], found.customers.loc[3, "segment"]
    (np.int64(34), 'champions')
    >>> found.segments["customers"].iloc[[0, 1, -1]].to_dict()
    {'champions': 4118, 'loyal customers': 3259, "can't lose": 6}
    """
    measures, day, notes = customer_measures(transactions, as_of)
    scores = score_customers(measures, ties=ties, scheme=scheme)
    names, segments = at_once(
        lambda: scores.names, lambda: sizes(scores.groups, measures["monetary"])
    )
    named = pd.DataFrame(dict(scores.columns) | {"segment": names}, measures.index, copy=False)
    found = pd.concat([measures, named], axis=1)
    notes += scores.notes
    return Rfm(found, segments, day, scores.cuts, scores.means, ties, scheme, notes)


Scored: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of customers as columns, their means and cut points, and the segments' names."""

    columns: Mapping[str, Scored]
    cuts: Mapping[str, Floats]
    means: Floats
    groups: pd.Categorical
    notes: tuple[Note, ...]

    @property
    def names(self) -> Any:
        """The segment of each customer as pandas keeps text."""
        return self.groups.categories.array.take(self.groups.codes)


def score_customers(measures: pd.DataFrame, *, ties: Ties, scheme: Scheme) -> Scores:
    """Score measures of customers and name the segments, as ``rfm`` describes."""
    if ties not in ("equal", "first"):
        raise InputError("unknown_ties", given=repr(ties))
    if len(measures) < LEAST_CUSTOMERS:
        raise AnalysisError("too_few_for_fifths", n=len(measures), least=LEAST_CUSTOMERS)

    def scored(names: Sequence[str]) -> dict[str, tuple[Floats, Scored, bool]]:
        return {name: _scored(score_values(measures, name), name, ties) for name in names}

    found = dict(one for share in in_threads(scored, BY_WORK) for one in share.items())
    scores = [found[name][1] for name in RFM]
    means = np.array([column.mean() for column in scores])
    return Scores(
        columns=dict(zip(("r_score", "f_score", "m_score"), scores, strict=True)),
        cuts={name: found[name][0] for name in RFM},
        means=means,
        groups=named_groups(scores, scheme, means),
        notes=tuple(Note("constant_score", 1, {"feature": name}) for name in RFM if found[name][2]),
    )


def _scored(values: Floats, name: str, ties: Ties) -> tuple[Floats, Scored, bool]:
    """Cut points and scores of a measure, and whether all its values are equal."""
    cuts, constant = quintile_cuts(values), bool(values.min() == values.max())
    if ties == "equal":
        return cuts, score(values, cuts), constant
    if name == "recency_days":
        # The recipe cuts recency as it is and turns the fifths round: ties fall to the left.
        return cuts, 6 - score_first(-values, ranked=False), constant
    return cuts, score_first(values, ranked=name == "frequency"), constant


def score_values(measures: pd.DataFrame, name: str) -> Floats:
    """Recency (negated, so that more is better), frequency or money as floats."""
    values = measures[name].to_numpy(dtype=np.float64)
    return -values if name == "recency_days" else values
