"""Segments of customers: who belongs together, what they are like, what they bring."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from ...data import Transactions, as_data
from ...data.machine.memory import give_back
from ...data.vocabulary.notes import Note
from ...errors import InputError
from ..rfm.rfm import Scores, score_customers
from ..rfm.schemes import Scheme
from ..rfm.scores import Ties
from ..statistics import group_sizes
from . import profile
from .count import check_k
from .features import Features, log_features, table_features
from .labels import Partition, by_clusterer, by_column, by_model, second_scale
from .map import draw_map
from .models import NearestCentre, RfmSegments, is_noise, one_thread, reordered
from .result import Segmentation
from .scaling import Floats, Transform, Unskew, category_columns, preparation, scaled_names

__all__ = ["Segmentation", "find_segments"]

Progress = Callable[[float, str], None]
MODELS = ("kmeans", "gaussian_mixture")
MUCH_SHARED = 0.1
"""Share of customers with one value of a number, from which a mixture parts them by it."""


def find_segments(
    data: Any,
    *,
    features: Sequence[str] | None = None,
    method: Any = None,
    k: int | Literal["auto"] = "auto",
    seed: int = 0,
    as_of: dt.date | str | None = None,
    scheme: Scheme = "ten",
    ties: Ties = "equal",
    money: str | None = None,
    progress: Progress | None = None,
) -> Segmentation:
    """Part customers into segments.

    Features are made comparable: missing numbers become the median, skewed ones (absolute
    skewness above 1) are transformed, all are standardised, and a category weighs as much as a
    number. The number of segments is chosen on at most 10,000 customers (mixtures: 5,000), and a
    model is fitted to at most 100,000 (mixtures: 20,000), both drawn with ``seed``; all customers
    get a label.

    Parameters
    ----------
    data : Transactions, Customers or frame
        A log, or a table with a row a customer.
    features : sequence of str, optional
        For a log among the measures of ``Rfm.customers``, by default recency, frequency and
        money (for ``rfm`` they describe and place the segments, and do not make them). For a
        table columns, by default all that vary, are at most half missing and are not
        identifiers.
    method : str or scikit-learn clusterer, optional
        ``"rfm"`` (the default of a log), ``"kmeans"`` (of a table), ``"gaussian_mixture"``, the
        name of a column that holds segments already (in a log: the customer's most frequent
        value), or a clusterer, which is copied.
    k : int or "auto"
        Number of segments. ``"auto"``: the best silhouette (mixtures: the least ICL) among 2 to
        8 if the customers fall into heaps with gaps between them, otherwise among 3 to 8, and a
        note says so (``count_segments``). A clusterer gets it as ``n_clusters`` or ``n_components``
        if it has one of them.
    seed : int
        For samples and starting points. The same seed gives the same result, whatever the order
        of the rows.
    as_of, scheme, ties
        As in ``rfm``.
    money : str, optional
        The column of a table that holds what a customer brought; it orders the segments.
    progress : callable, optional
        Called with the share done (0 to 1) and the key of what is being done.

    Returns
    -------
    Segmentation
        Labels, sizes, profile, map, curve of k, and a pipeline for new customers.

    Raises
    ------
    AnalysisError
        If there is one customer, nothing varies, or ``k`` is more than there are different
        customers.
    InputError
        If a column is missing, or cannot be used as asked.

    Examples
    --------
    >>> from crm_widgets.data.datasets import cdnow
    >>> log = Transactions(cdnow())
    >>> found = find_segments(log, method="kmeans")
    >>> found.k, found.best_k, found.transforms["monetary"]
    (2, 2, 'log')
    >>> [note.key for note in found.notes if note.key != "second_scale"]
    ['bought_once', 'gap_found', 'sampled_curve', 'transformed_log', 'transformed_yeo_johnson']
    >>> found.pipeline.predict(found.customers.head(3)).tolist() == found.labels.head(3).tolist()
    True
    """
    said = progress or (lambda share, key: None)
    number = check_k(k)
    data = as_data(data)
    log = isinstance(data, Transactions)
    method = ("rfm" if log else "kmeans") if method is None else method
    inputs = {
        "method": method if isinstance(method, str) else type(method).__name__,
        "k": k, "features": None if features is None else tuple(features), "seed": seed,
        "as_of": as_of, "scheme": scheme, "ties": ties, "money": money,
    }  # fmt: skip
    said(0.0, "features")
    if isinstance(data, Transactions):
        found = log_features(data, features, as_of)
    else:
        found = table_features(data, features, money, method if isinstance(method, str) else None)
    if method == "rfm":
        if not isinstance(data, Transactions):
            raise InputError("rfm_needs_log")
        said(0.5, "scores")
        scores = score_customers(found.customers, ties=ties, scheme=scheme)
        said(0.6, "profile")
        give_back(data.table.n)
        return _of_rfm(found, scores, ties, scheme, seed, inputs)
    own = isinstance(method, str) and method not in MODELS
    column = by_column(data, method, found.customers.index) if own else None
    if column is not None:
        kept = np.array([label is not None for label in column.labels])
        found = replace(found, customers=found.customers[kept])
        column = replace(column, labels=column.labels[kept])
    said(0.1, "scale")
    prepare, scaled, transforms = _scale(found, seed)
    said(0.2, "model")
    if column is not None:
        part = replace(column, model=NearestCentre().fit(scaled, column.labels))
    else:
        numbers = found.customers[list(found.numbers)].to_numpy(dtype=np.float64)
        numbers = np.where(np.isnan(numbers), np.nanmedian(numbers, axis=0), numbers)
        ranks = second_scale(scaled, numbers)
        with one_thread():
            if isinstance(method, str):
                model = cast('Literal["kmeans", "gaussian_mixture"]', method)
                part = by_model(
                    model, scaled, ranks, number, seed,
                    lambda done: said(0.2 + 0.6 * done, "model"), category_columns(prepare),
                )  # fmt: skip
            else:
                part = by_clusterer(method, scaled, ranks, number, seed)
    said(0.85, "profile")
    pipeline = Pipeline([("scale", prepare), ("segments", part.model)])
    return _describe(found, part, pipeline, prepare, scaled, transforms, inputs)


def _of_rfm(
    found: Features, scores: Scores, ties: Ties, scheme: Scheme, seed: int, inputs: dict[str, Any]
) -> Segmentation:
    found = replace(found, customers=found.customers.assign(**scores.columns))
    prepare, scaled, transforms = _scale(found, seed)
    model = RfmSegments(scores.cuts, scores.means, scheme).fit(found.customers)
    how = Note("first_ties", 1) if ties == "first" else Note("quintiles", 1)
    part = Partition(scores.names, model, notes=(*scores.notes, how))
    pipeline = Pipeline([("segments", model)])
    return _describe(found, part, pipeline, prepare, scaled, transforms, inputs)


def _scale(found: Features, seed: int) -> tuple[Any, Floats, dict[str, Transform]]:
    prepare = preparation(list(found.numbers), list(found.categories), seed)
    scaled = np.ascontiguousarray(prepare.fit_transform(found.raw()), dtype=np.float64)
    transforms: dict[str, Transform] = {}
    if found.numbers:
        unskew = cast("Unskew", prepare.named_transformers_["numbers"].named_steps["unskew"])
        transforms |= dict(zip(found.numbers, unskew.kinds_, strict=True))
    return prepare, scaled, transforms | dict.fromkeys(found.categories, "levels")


def _describe(
    found: Features,
    part: Partition,
    pipeline: Pipeline,
    prepare: Any,
    scaled: Floats,
    transforms: Mapping[str, Transform],
    inputs: dict[str, Any],
) -> Segmentation:
    names = scaled_names(prepare)
    drawn = draw_map(scaled, names)
    places = drawn.project(scaled)
    index = found.customers.index
    money = None if found.money is None else found.customers[found.money]
    modelled = part.labels.dtype.kind == "i"
    labels = pd.Series(part.labels, index=index, name="segment")
    sizes = group_sizes.sizes(labels, money, places[:, 0])
    if modelled:
        real = [label for label in sizes.index if not is_noise(label)]
        order = {int(label): at for at, label in enumerate(real)}
        model = pipeline.named_steps["segments"]
        if isinstance(model, NearestCentre):
            model.classes_ = reordered(model.classes_, order)
        else:
            model.order_ = order
        labels = pd.Series(reordered(part.labels, order), index=index, name="segment")
        sizes = sizes.reindex([*real, *([-1] if len(real) < len(sizes) else [])])
        sizes.index = pd.Index([*range(len(real)), *sizes.index[len(real) :]], name="segment")
    # A text is looked up once, not for each customer.
    raw, levels = pd.factorize(labels)
    codes = np.append(sizes.index.get_indexer(pd.Index(levels)), -1)[raw]
    del raw
    zmeans = profile.standardised_means(scaled, names, codes, sizes.index)
    count = part.count
    notes = [*found.notes, *part.notes]
    if part.stability is not None and found.numbers:
        for kind in ("log", "asinh", "yeo_johnson"):
            names_of = tuple(name for name, how in transforms.items() if how == kind)
            notes.append(Note(f"transformed_{kind}", len(names_of), {"features": names_of}))
        notes.append(Note("second_scale", 1, {"agreement": part.stability}))
    if count is not None and count.criterion == "icl":
        shared = _shared_values(found)
        notes.append(Note("shared_values", len(shared), {"features": shared}))
    digest = hashlib.blake2b(repr((inputs, list(sizes.index))).encode(), digest_size=12)
    digest.update(codes.tobytes())
    digest.update(places.tobytes())
    return Segmentation(
        labels=labels,
        customers=found.customers.assign(segment=labels, pc1=places[:, 0], pc2=places[:, 1]),
        segments=sizes,
        medians=profile.medians({n: found.customers[n] for n in found.numbers}, codes, sizes.index),
        zmeans=zmeans,
        traits=profile.traits(zmeans.drop(index=-1, errors="ignore")) if modelled else {},
        curve=count.curve if count else pd.DataFrame({"k": [], "score": []}).astype({"k": int}),
        criterion=count.criterion if count else "silhouette",
        k=len(sizes) - (modelled and -1 in sizes.index),
        best_k=count.best_k if count else None,
        map=drawn,
        pipeline=pipeline,
        scale=prepare,
        features=found.names,
        transforms=transforms,
        stability=part.stability,
        concentration=profile.concentration(money),
        money=found.money,
        as_of=found.as_of,
        fingerprint=digest.hexdigest(),
        notes=tuple(note for note in notes if note.n),
        inputs=inputs | {"customers": len(index)},
    )


def _shared_values(found: Features) -> tuple[str, ...]:
    """Features of which many customers have the same value: to a mixture that is a group."""
    values = found.customers[list(found.numbers)]
    return tuple(
        name
        for name in found.numbers
        if values[name].value_counts(normalize=True).max() >= MUCH_SHARED
    )
