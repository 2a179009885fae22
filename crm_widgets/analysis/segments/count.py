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
from .models import Codes, start
from .scaling import Floats
from .separation import separation
from .silhouette import silhouettes

Criterion = Literal["silhouette", "icl"]
ModelMethod = Literal["kmeans", "gaussian_mixture"]

SAMPLE: Mapping[str, int] = {"kmeans": 10_000, "gaussian_mixture": 5_000}
TRIED = range(2, 11)
CHOSEN = range(3, 9)
"""Numbers that are shown without being asked for; and 2, if there is a gap."""


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
    categories: Sequence[slice] = (),
) -> Count:
    """Fit the models to a sample and choose.

    k-means: the best mean silhouette (Rousseeuw 1987) among 2 to 8. Mixtures: the least
    integrated completed likelihood (Biernacki, Celeux & Govaert 2000, Assessing a mixture model
    for clustering with the integrated completed likelihood, IEEE Trans. Pattern Anal. Mach.
    Intell. 22, 719–725): the Bayesian information criterion finds the number of Gaussians whose
    sum is a density, which are several for one skewed group. Where fewer customers differ than
    that, as many as there can be.

    Any heap falls into parts, two best of all, so a number is natural only if there is a gap
    between some of the best parts, or the best two (``separation``); without, 3 to 8 are
    chosen among, and a note says so. Another says where one Gaussian has the least ICL.
    ``categories`` are the columns of each category.
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
    largest = max(n for n in wanted if n <= max(CHOSEN))
    several = [n for n in wanted if n in CHOSEN] or [largest]
    parted = max(several, key=lambda n: (better[wanted.index(n)], -n))
    looked_at = [_parts(models[n], sample) for n in sorted({2, best_k, parted} & set(models))]
    apart = separation(sample, looked_at, categories, seed)
    chosen = range(2, CHOSEN.stop) if apart.gap else CHOSEN
    allowed = [n for n in wanted if n in chosen] or wanted[-1:]
    auto = max(allowed, key=lambda n: (better[wanted.index(n)], -n))
    shown = auto if k == "auto" else k
    score = float(scores[wanted.index(best_k)])
    looked: dict[str, Any] = {"best_k": best_k, "score": score, "lines": apart.lines, "k": shown}
    notes = []
    if k == "auto" and shown not in chosen:
        notes.append(Note("few_distinct", distinct, {"k": shown}))
    elif method == "gaussian_mixture" and _one_is_enough(sample, float(scores.min()), seed):
        notes.append(Note("one_group", 1, {"k": shown}))
    elif not apart.gap:
        notes.append(Note("no_natural_k", apart.n, looked))
    else:
        notes.append(Note("gap_found", apart.n, looked))
        if best_k > max(chosen) and k == "auto":
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


def _parts(model: Any, sample: Floats) -> Codes:
    """The segment of each customer, numbered without gaps."""
    labels = model.labels_ if hasattr(model, "labels_") else model.predict(sample)
    return np.unique(labels, return_inverse=True)[1]


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
