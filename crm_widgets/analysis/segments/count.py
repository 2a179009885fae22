"""How many segments: models of two to ten, compared on a sample."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from ...data.machine.result_cache import ResultCache
from ...data.vocabulary.notes import Note
from ...errors import AnalysisError, InputError
from .models import start
from .scaling import Floats
from .silhouette import silhouettes

Criterion = Literal["silhouette", "icl"]
ModelMethod = Literal["kmeans", "gaussian_mixture"]

SAMPLE: Mapping[str, int] = {"kmeans": 10_000, "gaussian_mixture": 5_000}
TRIED = range(2, 11)
CHOSEN = range(3, 9)
REFERENCE_ROWS = 3_000
"""Points without structure to which the best silhouette is compared."""


@dataclass(frozen=True, eq=False)
class Count:
    """Models of a sample, their scores, and the number of segments chosen.

    ``curve``: columns ``k`` and ``score``, the silhouette (−1 to 1, more is better) or the ICL
    (less is better). ``best_k``: the best of the curve, ``k`` the one chosen or asked for.
    """

    models: Mapping[int, Any]
    curve: pd.DataFrame
    criterion: Criterion
    k: int
    best_k: int
    notes: tuple[Note, ...]


def count_segments(
    sample: Floats,
    method: ModelMethod,
    k: int | Literal["auto"],
    seed: int,
    progress: Callable[[float], None],
) -> Count:
    """Fit the models to a sample and choose.

    k-means: the best mean silhouette (Rousseeuw 1987) among 3 to 8. Mixtures: the least
    integrated completed likelihood (Biernacki, Celeux & Govaert 2000, Assessing a mixture model
    for clustering with the integrated completed likelihood, IEEE Trans. Pattern Anal. Mach.
    Intell. 22, 719–725): the Bayesian information criterion finds the number of Gaussians whose
    sum is a density, which are several for one skewed group. Where fewer customers differ than
    that, as many as there can be.

    A note says where nothing speaks for a number: two separate best (any heap falls into two
    halves), evenly spread points have as good a silhouette, or one Gaussian has the least ICL.
    """
    distinct = len(np.unique(sample, axis=0))
    wanted = [n for n in TRIED if n < distinct] or [min(2, distinct)]
    if k != "auto" and k not in wanted:
        if k > distinct:
            raise AnalysisError("k_above_customers", k=k, n=distinct)
        wanted = sorted({*wanted, k})
    models, scores = _tried(sample, method, wanted, seed, progress)
    better = scores if method == "kmeans" else -scores
    better = np.where(np.isnan(better), -np.inf, better)
    best_k = wanted[int(better.argmax())]
    allowed = [n for n in wanted if n in CHOSEN] or wanted[-1:]
    auto = max(allowed, key=lambda n: (better[wanted.index(n)], -n))
    shown = auto if k == "auto" else k
    notes = []
    if k == "auto" and shown not in CHOSEN:
        notes.append(Note("few_distinct", distinct, {"k": shown}))
    elif method == "gaussian_mixture" and _one_is_enough(sample, float(scores.min()), seed):
        notes.append(Note("one_group", 1, {"k": shown}))
    elif best_k <= 2 or (
        method == "kmeans" and _no_better_than_even(sample, best_k, scores.max(), seed)
    ):
        score = float(scores[wanted.index(best_k)])
        notes.append(Note("no_natural_k", 1, {"best_k": best_k, "score": score, "k": shown}))
    elif best_k > max(CHOSEN) and k == "auto":
        notes.append(Note("more_segments", 1, {"best_k": best_k, "k": shown}))
    criterion: Criterion = "silhouette" if method == "kmeans" else "icl"
    curve = pd.DataFrame({"k": wanted, "score": scores})
    return Count(models, curve, criterion, int(shown), best_k, tuple(notes))


SCORED_MODELS = ResultCache(capacity=4)
"""Models and scores by k, so that another k of the same customers costs one fit, not ten."""


def _tried(
    sample: Floats,
    method: ModelMethod,
    wanted: Sequence[int],
    seed: int,
    progress: Callable[[float], None],
) -> tuple[dict[int, Any], Floats]:
    """The model of each k, and its score."""
    digest = hashlib.blake2b(sample.tobytes(), digest_size=16).digest()
    key = (digest, method, seed)
    known: dict[int, tuple[Any, float]] = dict(SCORED_MODELS.get(key) or {})
    new = [k for k in wanted if k not in known]
    models = {}
    for at, k in enumerate(new):
        models[k] = fit(start(method, k, seed), sample)
        progress(at / len(new))
    if method == "kmeans":
        scores = silhouettes(sample, [models[k].labels_ for k in new]) if new else np.empty(0)
    else:
        scores = np.array([_icl(models[k], sample) for k in new])
    known |= {k: (models[k], float(score)) for k, score in zip(new, scores, strict=True)}
    SCORED_MODELS.put(key, known)
    return {k: known[k][0] for k in wanted}, np.array([known[k][1] for k in wanted])


def _icl(model: GaussianMixture, sample: Floats) -> float:
    """The BIC, and a penalty for customers whom several components claim."""
    claimed = model.predict_proba(sample).max(axis=1)
    return float(model.bic(sample) - 2 * np.log(claimed).sum())


def _one_is_enough(sample: Floats, best: float, seed: int) -> bool:
    """Whether a single Gaussian has an ICL as low as the best mixture."""
    return _icl(fit(start("gaussian_mixture", 1, seed), sample), sample) <= best


def _no_better_than_even(sample: Floats, k: int, best: float, seed: int) -> bool:
    """Whether points without structure have as good a silhouette.

    They are spread evenly over the box that the principal components of the sample span: the
    reference of the gap statistic (Tibshirani, Walther & Hastie 2001, J. R. Stat. Soc. B 63,
    411–423, section 3b), and severe, since no other single heap falls into parts so well.
    """
    centred = sample - sample.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    along = centred @ axes.T
    even = np.random.default_rng(seed).uniform(
        along.min(axis=0), along.max(axis=0), (min(len(sample), REFERENCE_ROWS), along.shape[1])
    )
    labels = fit(start("kmeans", k, seed), even).labels_
    return bool(best <= silhouettes(even, [labels])[0])


def agreement(labels: Any, other: Any) -> float:
    """Adjusted Rand index: 1 for the same partition, 0 on average by chance.

    Hubert & Arabie (1985), Comparing partitions, J. Classif. 2, 193–218.
    """
    return float(adjusted_rand_score(labels, other))


def check_k(k: object) -> int | Literal["auto"]:
    """``k`` as a whole number of at least 2, or "auto"."""
    if isinstance(k, str) and k == "auto":
        return "auto"
    if isinstance(k, int | np.integer) and not isinstance(k, bool) and k >= 2:
        return int(k)
    raise InputError("bad_k", given=repr(k))


def fit(model: Any, scaled: Floats) -> Any:
    """The model fitted; a mixture that has not settled says so by ``converged_``."""
    with warnings.catch_warnings():
        if isinstance(model, GaussianMixture):
            warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(scaled)
