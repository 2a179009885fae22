"""Which segment each customer is in, by each of the methods."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone

from ...data import Customers, Transactions
from ...data.engine.customer_values import sorted_levels, value_counts
from ...data.vocabulary.notes import Note
from ...errors import AnalysisError, InputError, missing_column
from .count import SAMPLE, Count, ModelMethod, agreement, count_segments, fit
from .models import NearestCentre, OrderedClusters, refine, start
from .scaling import Floats, seeded_rows, standard_ranks

FIT_ROWS = 100_000
"""Customers that a model is fitted to; the others are assigned to its segments."""
MIXTURE_ROWS = 20_000
STEEP_ROWS = 10_000
"""Customers that a clusterer is fitted to which cannot predict: most of these grow with n²."""
SLOW_ROWS = 2_000
"""Customers on whom the second transform is tried with a clusterer that we do not know."""
MOST_SEGMENTS = 50


@dataclass(frozen=True, eq=False)
class Partition:
    """Labels of the customers, the model behind them, and what was found on the way."""

    labels: npt.NDArray[Any]
    model: Any
    count: Count | None = None
    stability: float | None = None
    notes: tuple[Note, ...] = ()


def by_model(
    method: ModelMethod,
    scaled: Floats,
    ranks: Callable[[npt.NDArray[np.intp]], Floats],
    k: int | Literal["auto"],
    seed: int,
    progress: Callable[[float], None],
    categories: Sequence[slice] = (),
) -> Partition:
    """k-means or a Gaussian mixture: chosen on a sample, refined on more customers.

    These are at most 100,000, for a mixture 20,000.
    ``ranks`` gives the features of some customers on the second scale, ``categories`` are the
    columns of each category.
    """
    rows = seeded_rows(len(scaled), SAMPLE[method], seed)
    count = count_segments(
        scaled[rows], method, k, seed, lambda done: progress(done * 0.7), categories
    )
    model = count.models[count.k]
    first = model.predict(scaled[rows])
    second = fit(start(method, count.k, seed), ranks(rows)).predict(ranks(rows))
    notes = list(count.notes)
    if len(rows) < len(scaled):
        notes.append(Note("sampled_curve", len(rows)))
        progress(0.8)
        most = FIT_ROWS if method == "kmeans" else MIXTURE_ROWS
        fitted = seeded_rows(len(scaled), most, seed)
        model = refine(model, scaled[fitted])
        notes.append(Note("sampled_fit", len(fitted) if len(fitted) < len(scaled) else 0))
    if not getattr(model, "converged_", True):
        notes.append(Note("not_settled", 1))
    wrapped = OrderedClusters(model).around(model)
    labels = wrapped.predict(scaled)
    return Partition(labels, wrapped, count, agreement(first, second), tuple(notes))


def by_clusterer(
    clusterer: Any,
    scaled: Floats,
    ranks: Callable[[npt.NDArray[np.intp]], Floats],
    k: int | Literal["auto"],
    seed: int,
) -> Partition:
    """Any scikit-learn clusterer; nearest centres where it cannot predict."""
    model, notes = _prepared(clusterer, k, seed)
    predicts = hasattr(model, "predict")
    rows = seeded_rows(len(scaled), FIT_ROWS if predicts else STEEP_ROWS, seed)
    try:
        found = np.asarray(model.fit_predict(scaled[rows]), dtype=np.int64)
        few = rows[seeded_rows(len(rows), SLOW_ROWS, seed)]
        labels_of_few = found[np.searchsorted(rows, few)]
        again = clone(model).fit_predict(ranks(few))
        if predicts:
            wrapped: Any = OrderedClusters(model).around(model)
            labels = wrapped.predict(scaled)
        else:
            wrapped = NearestCentre().fit(scaled[rows], found)
            labels = wrapped.predict(scaled)
            labels[rows] = found
            notes.append(Note("nearest_centre", 1, {"method": type(model).__name__}))
    except (ValueError, TypeError, FloatingPointError) as error:
        name = type(model).__name__
        raise AnalysisError("clusterer_failed", method=name, reason=str(error)) from error
    notes.append(Note("sampled_fit", len(rows) if len(rows) < len(scaled) else 0))
    notes.append(Note("noise", int((labels == -1).sum())))
    return Partition(labels, wrapped, None, agreement(labels_of_few, again), tuple(notes))


def by_column(data: Transactions | Customers, column: str, ids: pd.Index[Any]) -> Partition:
    """Labels that a column has already; in a log the customer's most frequent value."""
    table = data.table
    if column not in table.kinds:
        raise missing_column(column, table.kinds)
    log = data.log if isinstance(data, Transactions) else None
    values = table.distinct(column) if log is None else sorted_levels(log, column, MOST_SEGMENTS)
    if len(values) > MOST_SEGMENTS:
        raise InputError("too_many_segments", column=column, n=len(values), most=MOST_SEGMENTS)
    if log is None:
        rows = pd.DataFrame({"customer": table.codes("customer"), "value": table.codes(column)})
        known = rows[rows["value"] >= 0].groupby(["customer", "value"])
        pairs = known.size().reset_index(name="n")
    else:
        pairs = value_counts(log, column, values)
    pairs = pairs.sort_values(["customer", "n", "value"], ascending=[True, False, True])
    varies = int((pairs.groupby("customer").size() > 1).sum())
    found = pairs.drop_duplicates("customer").set_index("customer")["value"]
    codes = found.reindex(data.ids.get_indexer(ids)).to_numpy(dtype=np.float64)
    labels = np.full(len(codes), None, dtype=object)
    present = ~np.isnan(codes)
    labels[present] = values.to_numpy()[codes[present].astype(np.intp)]
    if not present.any():
        raise InputError("empty_column", column=column)
    notes = (
        Note("value_most_frequent", varies, {"column": column}),
        Note("no_label", int((~present).sum()), {"column": column}),
        Note("nearest_centre", 1, {"method": column}),
    )
    return Partition(labels, None, notes=notes)


def _prepared(clusterer: Any, k: int | Literal["auto"], seed: int) -> tuple[Any, list[Note]]:
    if inspect.isclass(clusterer) or not hasattr(clusterer, "fit_predict"):
        raise InputError("unknown_clusterer", method=repr(clusterer))
    model = clone(clusterer)
    known = model.get_params()
    if known.get("random_state", 0) is None:
        model.set_params(random_state=seed)
    if k == "auto":
        return model, []
    for name in ("n_clusters", "n_components"):
        if name in known:
            return model.set_params(**{name: k}), []
    return model, [Note("k_ignored", 1, {"method": type(model).__name__})]


def second_scale(scaled: Floats, numbers: Floats) -> Callable[[npt.NDArray[np.intp]], Floats]:
    """Features of some customers with ranks for numbers; categories as they are.

    ``numbers`` are the first columns of ``scaled`` in their units, complete.
    """

    def ranks(rows: npt.NDArray[np.intp]) -> Floats:
        rest = scaled[rows, numbers.shape[1] :]
        return np.column_stack([standard_ranks(numbers[rows]), rest])

    return ranks
