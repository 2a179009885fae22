"""What find_segments finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sklearn.pipeline import Pipeline

from ...data.vocabulary.notes import Note
from .count import Criterion
from .map import Map2D
from .profile import Traits
from .scaling import Transform


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Customers in segments.

    Attributes
    ----------
    labels
        Segment by customer id, sorted by id: names for ``rfm`` and columns; for models 0, 1, …
        by value, and -1 for customers whom a clusterer calls noise.
    customers
        A row a customer, indexed by id: features in their units (for a log all measures of
        ``Rfm.customers``), ``segment``, and ``pc1``, ``pc2``: the place on the map, in standard
        deviations of a feature. For ``rfm`` also the three scores, 1 to 5.
    segments
        A row a segment, in the order of value (mean money, else the mean place on ``pc1``), noise
        last: ``customers`` (number), ``share`` (0 to 1), ``money`` (sum) and ``money_share``
        (both NaN where money is not known).
    medians
        Segments × number features: medians in units.
    zmeans
        Segments × scaled features: means in standard deviations from the mean of all. A level of
        a category is the feature ``"category=level"``.
    traits
        What sets each segment of a model apart: pairs of a feature and ``"low"`` or ``"high"``,
        the most telling first; empty for an average one. Nothing for segments that have names.
    curve
        ``k`` (2 to 10) and ``score``; empty unless a model was fitted.
    criterion
        What the score is: ``"silhouette"`` (−1 to 1, more is better) or ``"icl"`` (less is
        better).
    k, best_k
        Number of segments here, and the best of the curve (None without one).
    map
        Principal components of the scaled features.
    pipeline
        Scores new customers: takes a frame with the columns ``features``, gives segments.
    scale
        Makes the features comparable, as those that the map is of: takes the same frame.
    features, transforms
        The features, and what was done about their skewness: ``"none"``, ``"log"`` (signed
        log(1 + x)), ``"asinh"``, ``"yeo_johnson"``, or ``"levels"`` for a category.
    stability
        Adjusted Rand index (1 the same, 0 chance) of the segments of the sample and those that
        ranks instead of the transforms give; None where no model was fitted.
    concentration
        Share of money that the tenth of customers with the most brings; None without money.
    money
        The column of ``customers`` that is money, if any.
    as_of
        The day from which recency counts (None for a table).
    fingerprint
        Tells this fitted model from any other.
    notes
        What should be known, counted.
    inputs
        The arguments it was computed for, and the number of customers.
    """

    labels: pd.Series[Any]
    customers: pd.DataFrame
    segments: pd.DataFrame
    medians: pd.DataFrame
    zmeans: pd.DataFrame
    traits: Traits
    curve: pd.DataFrame
    criterion: Criterion
    k: int
    best_k: int | None
    map: Map2D
    pipeline: Pipeline
    scale: Any
    features: tuple[str, ...]
    transforms: Mapping[str, Transform]
    stability: float | None
    concentration: float | None
    money: str | None
    as_of: dt.date | None
    fingerprint: str
    notes: tuple[Note, ...]
    inputs: Mapping[str, Any]
