"""Models that part customers, as the last step of a pipeline whose labels are ordered."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, ClusterMixin, clone
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances_argmin
from sklearn.mixture import GaussianMixture
from threadpoolctl import ThreadpoolController

from ..rfm.rfm import RFM, score_values
from ..rfm.schemes import Scheme, name_customers
from ..rfm.scores import score

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]

STARTS = 3
"""Starting points of k-means on a sample; the best fit is kept."""
LEAST_SPREAD = 1e-3
"""Added to the variances of a mixture: a value that many share would otherwise get a
component of its own, infinitely narrow. Features have variance 1."""


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[Any]:
    """While entered, this thread's OpenMP loops do not split.

    The steps of k-means on thousands of customers are so short that its threads mostly wait for
    each other: one alone is as fast on a quiet machine, and ten times as fast on a busy one.
    """
    found: AbstractContextManager[Any] = _threads().limit(limits=1, user_api="openmp")
    return found


def start(method: str, k: int, seed: int) -> KMeans | GaussianMixture:
    """An unfitted model of k segments."""
    if method == "kmeans":
        return KMeans(k, n_init=STARTS, random_state=seed)
    return GaussianMixture(k, reg_covar=LEAST_SPREAD, max_iter=200, tol=1e-2, random_state=seed)


def refine(model: Any, scaled: Floats) -> Any:
    """The model fitted to more customers, from where it stands."""
    if isinstance(model, KMeans):
        return KMeans(model.n_clusters, init=model.cluster_centers_, n_init=1).fit(scaled)
    found = clone(model).set_params(
        weights_init=model.weights_,
        means_init=model.means_,
        precisions_init=model.precisions_,
    )
    return found.fit(scaled)


class OrderedClusters(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted clusterer whose clusters bear the numbers that their value gives them.

    Attributes
    ----------
    estimator_
        The clusterer inside.
    order_
        Its label → label by value; -1 (noise) stays.
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def fit(self, X: Floats, y: object = None) -> Self:
        """Fit a copy of the clusterer; its labels keep their numbers."""
        return self.around(clone(self.estimator).fit(X))

    def around(self, fitted: Any) -> Self:
        """Take a clusterer that is fitted already."""
        self.estimator_ = fitted
        self.order_: dict[int, int] = {}
        return self

    def predict(self, X: Floats) -> Codes:
        """The segment of each customer."""
        raw = np.asarray(self.estimator_.predict(X), dtype=np.int64)
        return reordered(raw, self.order_)


class NearestCentre(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Each customer to the segment with the nearest mean, on the scale that was clustered."""

    def fit(self, X: Floats, y: npt.NDArray[Any]) -> Self:
        """Take the mean of each segment; noise (-1) has none."""
        labels, codes = np.unique(y, return_inverse=True)
        kept = [i for i, label in enumerate(labels) if not is_noise(label)] or [0]
        self.classes_ = labels[kept]
        self.centres_ = np.array([X[codes == i].mean(axis=0) for i in kept])
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: Floats) -> npt.NDArray[Any]:
        """The segment of each customer."""
        found: npt.NDArray[Any] = self.classes_[pairwise_distances_argmin(X, self.centres_)]
        return found


class RfmSegments(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """RFM segments of new customers, by the cut points of those it was made from.

    Takes a frame with ``recency_days``, ``frequency`` and ``monetary``.
    """

    def __init__(self, cuts: Any, score_means: Any, scheme: Scheme) -> None:
        self.cuts, self.score_means, self.scheme = cuts, score_means, scheme

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        """Nothing to learn: the cut points are given."""
        self.feature_names_in_ = np.asarray(RFM, dtype=object)
        self.n_features_in_ = len(RFM)
        return self

    def predict(self, X: pd.DataFrame) -> npt.NDArray[Any]:
        """The segment of each customer."""
        scores = [score(score_values(X, name), self.cuts[name]) for name in RFM]
        return name_customers(scores, self.scheme, self.score_means)


def reordered(labels: Codes, order: dict[int, int]) -> Codes:
    """Labels by their new numbers; those without one stay."""
    if not order:
        return labels
    low = min(*order, int(labels.min(initial=0)))
    lookup = np.arange(low, max(*order, int(labels.max(initial=0))) + 1)
    lookup[np.array(list(order)) - low] = list(order.values())
    return np.asarray(lookup[labels - low], dtype=np.int64)


def is_noise(label: object) -> bool:
    """Whether a label is the -1 by which clusterers mark customers of no segment."""
    return isinstance(label, int | np.integer) and not isinstance(label, bool) and label == -1
