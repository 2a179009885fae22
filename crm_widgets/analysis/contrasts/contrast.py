"""What sets a group of customers apart from all others, feature by feature."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data.machine.parallel import in_threads
from ...data.vocabulary.notes import Note
from ...errors import InputError
from ..statistics.dominance import LEAST, dominance
from ..statistics.proportions import newcombe
from .ranked_customers import Kind, Mask, RankedColumn, RankedCustomers, rank_customers


@dataclass(frozen=True, eq=False)
class Contrast:
    """A group of customers against the rest.

    Attributes
    ----------
    features : pandas.DataFrame
        A row a feature, the strongest (largest absolute ``delta``) first, those that cannot be
        shown last:

        - ``feature``, and ``kind``: ``"number"``, ``"share"`` (a yes or no) or ``"category"``
        - ``level``: of a category the level whose share differs most (of two, the one that the
          selected have more of), otherwise None
        - ``selected``, ``rest``: medians in the feature's units; shares (0 to 1) of a yes or a
          level
        - ``delta``: Cliff's delta, -1 to 1, positive if the selected are higher; of shares their
          difference, which is the same thing
        - ``low``, ``high``: its interval
        - ``n_selected``, ``n_rest``: customers with a value, 0 or more
        - ``missing_selected``, ``missing_rest``: customers without
        - ``defining``: whether the group was made by it; ``part``: how, if that was said

        Effects are NaN where either side has fewer than 10 customers with a value. There is no
        p: who looks at group after group finds something in noise.
    levels : pandas.DataFrame
        A row a level of each category: ``feature``, ``level``, ``selected`` and ``rest`` (shares),
        ``difference``, ``low``, ``high`` (Newcombe's interval, Bonferroni over the levels).
    n_selected, n_rest : int
        Customers on both sides, of those compared.
    customers : int
        All customers; more than compared, if these are a sample.
    coverage : float
        Of the intervals.
    notes
        What should be known, counted.
    """

    features: pd.DataFrame
    levels: pd.DataFrame
    n_selected: int
    n_rest: int
    customers: int
    coverage: float
    notes: tuple[Note, ...]


class Compared(NamedTuple):
    """One feature of two groups: as a row of ``Contrast.features``, with its test."""

    feature: str
    kind: Kind
    level: Hashable
    selected: float
    rest: float
    delta: float
    low: float
    high: float
    n_selected: int
    n_rest: int
    missing_selected: int
    missing_rest: int
    statistic: float
    df: float
    p: float


def contrast(
    customers: pd.DataFrame | RankedCustomers,
    selected: Any,
    *,
    features: Sequence[str] | None = None,
    defining: Collection[str] = (),
    coverage: float = 0.95,
    seed: int = 0,
) -> Contrast:
    """Say what sets some customers apart from all others.

    Parameters
    ----------
    customers : pandas.DataFrame or RankedCustomers
        A row a customer, indexed by id, such as ``w.result.customers``; or, for one group after
        another, what ``rank_customers`` made of it.
    selected : mask or ids
        A bool for each customer, or the ids of the group (of a frame only).
    features : sequence of str, optional
        Columns of a frame to compare; by default all but times and those of over 50 levels.
    defining : collection of str, or mapping of str to str
        Features by which the group was made: they are marked. A mapping says of each how.
    coverage : float
        Of the intervals, between 0 and 1.
    seed : int
        For the sample, where customers times features are over 8,000,000.

    Returns
    -------
    Contrast
        Effects with intervals, and no p: a group that was looked for is tested on customers who
        had no part in the search, with ``confirm``.

    Raises
    ------
    InputError
        If the mask is of another length, an id unknown, or a column cannot be compared.

    Notes
    -----
    Numbers: ``cliffs_delta``. A yes or no and the levels of a category: the difference of shares
    with Newcombe's interval, for the levels with Bonferroni's correction, since the level that
    differs most is shown. The order takes both as they are: Cliff's delta of a yes or no is the
    difference of shares.

    Examples
    --------
    >>> from crm_widgets.analysis import rfm
    >>> from crm_widgets.data import Transactions
    >>> from crm_widgets.data.datasets import cdnow
    >>> customers = rfm(Transactions(cdnow())).customers
    >>> found = contrast(
    ...     customers, customers["segment"] == "champions", defining=["recency_days", "frequency"],
    ...     features=["recency_days", "frequency", "mean_order_value"],
    ... )
    >>> found.features[["feature", "selected", "rest", "delta", "defining"]].round(2)
                feature  selected    rest  delta  defining
    0      recency_days     50.50  484.00  -0.98      True
    1         frequency      6.00    1.00   0.91      True
    2  mean_order_value     30.85   23.94   0.25     False
    """
    mask = _mask(customers, selected)
    if isinstance(customers, RankedCustomers):
        ranked = customers
    else:
        ranked = rank_customers(customers, features, seed=seed)
    inside = ranked.taken(mask)

    def some(share: Sequence[RankedColumn]) -> list[tuple[Compared, list[tuple[Any, ...]]]]:
        return [compare(column, inside, coverage) for column in share]

    found = [one for share in in_threads(some, ranked.columns) for one in share]
    place = {column.name: at for at, column in enumerate(ranked.columns)}
    found.sort(key=lambda one: place[one[0].feature])
    rows = pd.DataFrame([one for one, _ in found], columns=list(Compared._fields))
    rows["level"] = pd.Series([one.level for one, _ in found], dtype=object)
    rows["defining"] = rows["feature"].isin(list(defining))
    part = dict(defining) if isinstance(defining, Mapping) else {}
    rows["part"] = pd.Series([part.get(name) for name in rows["feature"]], dtype=object)
    order = rows["delta"].abs().sort_values(ascending=False, kind="stable", na_position="last")
    levels = pd.DataFrame(
        [row for _, listed in found for row in listed],
        columns=["feature", "level", "selected", "rest", "difference", "low", "high"],
    )
    sampled = 0 if ranked.rows is None else len(ranked.rows)
    n = int(inside.sum())
    return Contrast(
        features=rows.loc[order.index]
        .drop(columns=["statistic", "df", "p"])
        .reset_index(drop=True),
        levels=levels,
        n_selected=n,
        n_rest=len(inside) - n,
        customers=ranked.n,
        coverage=coverage,
        notes=(Note("contrast_sample", sampled),) if sampled else (),
    )


def compare(
    column: RankedColumn, selected: Mask, coverage: float, level: Hashable = None
) -> tuple[Compared, list[tuple[Any, ...]]]:
    """One feature of the selected and the rest; of a category also a row a level.

    ``level`` is the level of a category to be shown, by default the one that differs most.
    """
    if column.kind == "number":
        placed, middle, middle_rest = column.placed(selected)
        found = dominance(placed, coverage)
        hidden = np.isnan(found.delta)
        row = Compared(
            column.name, "number", None,
            np.nan if hidden else middle, np.nan if hidden else middle_rest,
            found.delta, found.low, found.high, found.n_a, found.n_b,
            *_missing(selected, found.n_a, found.n_b), found.statistic, found.df, found.p,
        )  # fmt: skip
        return row, []
    inside, rest = column.counts(selected)
    n, n_rest = int(inside.sum()), int(rest.sum())
    lost = _missing(selected, n, n_rest)
    if min(n, n_rest) < LEAST:
        row = Compared(
            column.name, column.kind, None, np.nan, np.nan, np.nan, np.nan, np.nan,
            n, n_rest, *lost, np.nan, np.nan, np.nan,
        )  # fmt: skip
        return row, []
    names: list[Hashable] = list(column.values)
    if column.kind == "share":
        yes = np.asarray(column.values, np.float64) == 1
        inside, rest, names = inside[yes].sum(keepdims=True), rest[yes].sum(keepdims=True), [None]
    # two levels differ by the same
    looks = 1 if len(names) == 2 else len(names)
    gap, low, high = newcombe(inside, n, rest, n_rest, 1 - (1 - coverage) / looks)
    share, share_rest = inside / n, rest / n_rest
    # of levels that differ alike, such as both of two, the one that the selected have more of
    strongest = np.lexsort((-gap, -np.abs(gap).round(12)))[0]
    at = names.index(level) if level in names else int(strongest)
    row = Compared(
        column.name, column.kind, names[at], float(share[at]), float(share_rest[at]),
        float(gap[at]), float(low[at]), float(high[at]), n, n_rest, *lost, np.nan, np.nan, np.nan,
    )  # fmt: skip
    if column.kind == "share":
        return row, []
    listed = zip(names, share, share_rest, gap, low, high, strict=True)
    return row, [(column.name, *one) for one in listed]


def _missing(selected: Mask, n: int, n_rest: int) -> tuple[int, int]:
    size = int(np.count_nonzero(selected))
    return size - n, len(selected) - size - n_rest


def _mask(customers: pd.DataFrame | RankedCustomers, selected: Any) -> npt.NDArray[np.bool_]:
    n = customers.n if isinstance(customers, RankedCustomers) else len(customers)
    if isinstance(selected, pd.Series) and pd.api.types.is_bool_dtype(selected):
        if isinstance(customers, pd.DataFrame) and not selected.index.equals(customers.index):
            selected = selected.reindex(customers.index, fill_value=False)
        selected = selected.to_numpy(bool)
    given = np.asarray(selected)
    if given.dtype == bool:
        if given.shape != (n,):
            raise InputError("not_a_group", n=n, given=f"{given.size} bools")
        return given
    if isinstance(customers, RankedCustomers):
        raise InputError("not_a_group", n=n, given=type(selected).__name__)
    ids = pd.Index(selected)
    unknown = ids[~ids.isin(customers.index)]
    if len(unknown):
        raise InputError("not_a_group", n=n, given=f"{unknown[0]!r}")
    return np.asarray(customers.index.isin(ids))
