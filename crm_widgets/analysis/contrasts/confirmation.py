"""A finding tested on customers who had no part in finding it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import AnalysisError, InputError
from ..statistics.dominance import LEAST
from ..statistics.proportions import two_shares
from .contrast import Compared, Contrast, compare
from .ranked_customers import Mask, RankedColumn, RankedCustomers, rank_customers

ALPHA = 0.05
"""Adjusted p below which a feature is confirmed."""
EXPECTED = 5
"""Customers expected in a cell below which shares are tested exactly."""


@dataclass(frozen=True, eq=False)
class Confirmation:
    """A finding, tested on the held-out customers.

    Attributes
    ----------
    features : pandas.DataFrame
        A row a feature that was tested, in the order of the finding. ``feature``, ``kind``,
        ``level``, ``selected``, ``rest``, ``delta``, ``low``, ``high``, ``n_selected``,
        ``n_rest``, ``missing_selected``, ``missing_rest`` as of ``Contrast.features``, of the
        held-out customers; ``found`` (delta on the explored ones), ``statistic`` and ``df`` (of
        Brunner and Munzel's test; NaN for shares), ``p``, ``p_adjusted`` (Holm, over all tests so
        far), and ``confirmed``: adjusted p below .05, and on the same side as it was found.
    n_selected, n_rest : int
        Held-out customers on both sides.
    tests : int
        Tests of this and all earlier confirmations.
    confirmations : int
        Confirmations so far, this one included.
    coverage : float
        Of the intervals.
    """

    features: pd.DataFrame
    n_selected: int
    n_rest: int
    tests: int
    confirmations: int
    coverage: float

    def adjusted(self, others: Sequence[float], confirmations: int) -> Confirmation:
        """The same, with p adjusted for ``others`` too: all tests of all these confirmations."""
        return replace(
            self,
            features=_judged(self.features, others),
            tests=int(self.features["p"].notna().sum()) + len(others),
            confirmations=confirmations,
        )


def confirm(
    found: Contrast,
    held: pd.DataFrame | RankedCustomers,
    selected: Mask,
    *,
    others: Sequence[float] = (),
    confirmations: int = 1,
) -> Confirmation:
    """Test what set a group apart on other customers.

    Parameters
    ----------
    found : Contrast
        The finding: its features that do not define the group and whose interval excludes 0. Only
        these are tested, each against no difference.
    held : pandas.DataFrame or RankedCustomers
        Customers who had no part in it, a row each, with the same columns.
    selected : mask
        Which of them belong to the group, by the same conditions.
    others : sequence of float
        p of all tests that were made before on these customers.
    confirmations : int
        Confirmations so far, this one included.

    Returns
    -------
    Confirmation

    Raises
    ------
    AnalysisError
        If no feature differs clearly, or fewer than 10 held-out customers are on a side.
    InputError
        If the mask is of another length.

    Notes
    -----
    Numbers are tested by Brunner and Munzel (2000), as of ``cliffs_delta``; the share of a yes or
    of the level that was found by the score test of two shares, exactly (Fisher) where fewer than 5
    customers are expected in a cell. p are adjusted by Holm (1979), A simple sequentially
    rejective multiple test procedure, Scand. J. Statist. 6, 65–70, over the tests of this and all
    earlier confirmations: as tests are added, earlier ones are judged anew.

    Examples
    --------
    >>> from crm_widgets.analysis.contrasts.contrast import contrast
    >>> rng = np.random.default_rng(0)
    >>> people = pd.DataFrame({"age": rng.normal(40, 9, 800), "visits": rng.poisson(4, 800)})
    >>> people["visits"] += people["age"] > 50
    >>> half = np.arange(800) < 400
    >>> found = contrast(people[half], people[half]["age"] > 50, defining=["age"])
    >>> tested = confirm(found, people[~half], (people[~half]["age"] > 50).to_numpy())
    >>> tested.features[["feature", "confirmed"]].values.tolist()
    [['visits', True]]
    """
    clear = (found.features["low"] > 0) | (found.features["high"] < 0)
    rows = found.features[clear & ~found.features["defining"]]
    if rows.empty:
        raise AnalysisError("nothing_to_confirm")
    names = list(rows["feature"])
    ranked = held if isinstance(held, RankedCustomers) else rank_customers(held, names)
    if np.shape(selected) != (ranked.n,):
        raise InputError("not_a_group", n=ranked.n, given=f"{np.size(selected)} bools")
    inside = ranked.taken(np.asarray(selected, bool))
    n = int(inside.sum())
    columns = {column.name: column for column in ranked.columns}
    tested = [
        _tested(columns[name], inside, found.coverage, level)
        for name, level in zip(names, rows["level"], strict=True)
    ]
    made = pd.DataFrame(tested, columns=list(Compared._fields))
    if made["p"].isna().all():
        raise AnalysisError("too_few_held", n=n, rest=len(inside) - n, least=LEAST)
    made["level"] = pd.Series([one.level for one in tested], dtype=object)
    made.insert(5, "found", rows["delta"].to_numpy())
    return Confirmation(
        features=_judged(made, others),
        n_selected=n,
        n_rest=len(inside) - n,
        tests=int(made["p"].notna().sum()) + len(others),
        confirmations=confirmations,
        coverage=found.coverage,
    )


def holm(p: Sequence[float] | npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Adjust p so that one false rejection among all is no more likely than stated (Holm 1979).

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p, np.float64)
    order = np.argsort(given, kind="stable")
    grown = given[order] * np.arange(given.size, 0, -1)
    out = np.empty_like(given)
    out[order] = np.minimum(np.maximum.accumulate(grown), 1.0)
    return out


def _judged(features: pd.DataFrame, others: Sequence[float]) -> pd.DataFrame:
    tested = features["p"].notna().to_numpy()
    p = features["p"].to_numpy(np.float64)
    adjusted = np.full(len(p), np.nan)
    adjusted[tested] = holm([*p[tested], *others])[: int(tested.sum())]
    same_side = np.sign(features["delta"]) == np.sign(features["found"])
    return features.assign(p_adjusted=adjusted, confirmed=(adjusted < ALPHA) & same_side)


def _tested(column: RankedColumn, inside: Mask, coverage: float, level: Any) -> Compared:
    row, _ = compare(column, inside, coverage, level)
    if column.kind == "number" or np.isnan(row.delta):
        return row
    n = np.array([row.n_selected, row.n_rest])
    yes = np.rint(np.array([row.selected, row.rest]) * n).astype(np.int64)
    table = np.array([yes, n - yes])
    expected = np.outer(table.sum(axis=1), n) / n.sum()
    if expected.min() < EXPECTED:
        from scipy.stats import fisher_exact

        p = float(fisher_exact(table).pvalue)
    else:
        p = float(two_shares(yes[0], n[0], yes[1], n[1]))
    return row._replace(p=p)
