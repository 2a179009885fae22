"""From raw features to the scale on which customers are compared, as scikit-learn steps."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

Floats: TypeAlias = npt.NDArray[np.float64]
Transform = Literal["none", "log", "asinh", "yeo_johnson", "levels"]

SKEWED = 1.0
"""Absolute skewness from which a feature is transformed."""
POWER_ROWS = 10_000
"""Rows from which the power of Yeo and Johnson is estimated."""
MOST_LEVELS, LEAST_SHARE = 20, 0.01


class FillMedian(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Put the median of the column for what is missing.

    As ``SimpleImputer(strategy="median")``, which takes ten times as long on a million rows.
    """

    def fit(self, X: Any, y: object = None) -> Self:
        """Find the medians."""
        values = np.asarray(X, dtype=np.float64)
        self.n_features_in_ = values.shape[1]
        self.medians_ = np.array([np.median(c[~np.isnan(c)]) for c in values.T])
        return self

    def transform(self, X: Any) -> Floats:
        """Fill the gaps."""
        values = np.array(X, dtype=np.float64)
        for j, median in enumerate(self.medians_):
            column = values[:, j]
            column[np.isnan(column)] = median
        return values

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """Names stay."""
        return np.asarray(input_features, dtype=object)


class Unskew(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Bring skewed columns nearer to symmetry.

    A column with an absolute skewness of at most 1, or of two values, stays as it is. Others
    become ``sign(x) · log(1 + |x|)``, or, if they have values on both sides of 0,
    ``asinh(x / s)``, s the mean absolute value, if that brings the skewness to 1 or less;
    otherwise that or the transform of Yeo and Johnson (of x / s), whichever leaves less. Far from
    0 the inverse hyperbolic sine is a logarithm too, but it tears no gap at 0 into a single heap.

    Attributes
    ----------
    kinds_ : list of "none", "log", "asinh" or "yeo_johnson", a column each
    scales_, powers_ : arrays; s where it is used, and the power of "yeo_johnson"

    References
    ----------
    Burbidge, Magee & Robb (1988), Alternative transformations to handle extreme values of the
    dependent variable, J. Am. Statist. Assoc. 83, 123–127.
    Yeo & Johnson (2000), A new family of power transformations to improve normality or
    symmetry, Biometrika 87, 954–959.

    Examples
    --------
    >>> Unskew().fit([[1.0, 1.0], [2.0, 10.0], [3.0, 100.0], [4.0, 99_999.0]]).kinds_
    ['none', 'log']
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:
        """Choose a transform for each column."""
        values = np.asarray(X, dtype=np.float64)
        self.n_features_in_ = values.shape[1]
        self.kinds_: list[Transform] = []
        self.scales_ = np.ones(values.shape[1])
        self.powers_ = np.ones(values.shape[1])
        rows = seeded_rows(len(values), POWER_ROWS, self.seed)
        for j, column in enumerate(values.T):
            self.kinds_.append(self._choose(j, column, column[rows]))
        return self

    def _choose(self, j: int, column: Floats, some: Floats) -> Transform:
        if _skewness(column) <= SKEWED or _two_valued(column):
            return "none"
        scale = float(np.abs(column).mean())
        simple: Transform = "asinh" if column.min() < 0 < column.max() else "log"
        left = _skewness(np.arcsinh(column / scale) if simple == "asinh" else _signed_log(column))
        self.scales_[j] = scale
        if left <= SKEWED:
            return simple
        power = float(stats.yeojohnson_normmax(some / scale))
        bent = stats.yeojohnson(column / scale, lmbda=power)
        if not np.isfinite(bent).all() or _skewness(bent) >= left:
            return simple
        self.powers_[j] = power
        return "yeo_johnson"

    def transform(self, X: npt.ArrayLike) -> Floats:
        """Transform columns as chosen."""
        values = np.array(X, dtype=np.float64)
        for j, kind in enumerate(self.kinds_):
            if kind == "log":
                values[:, j] = _signed_log(values[:, j])
            elif kind == "asinh":
                values[:, j] = np.arcsinh(values[:, j] / self.scales_[j])
            elif kind == "yeo_johnson":
                values[:, j] = stats.yeojohnson(values[:, j] / self.scales_[j], self.powers_[j])
        return values

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """Names stay."""
        return np.asarray(input_features, dtype=object)


class LevelsBlock(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """One column a level of a category, together as heavy as one standardised number.

    Levels of less than 1 % of the customers, and those after the 20 most frequent, are one
    level "other"; a missing value is a level "missing". Where a level of the data has that name
    itself, they are "other (several levels)" and "missing (no value)". The columns are divided
    by the root of their total variance, 1 − Σ p²: the expected squared distance of two customers
    is then 2, as it is for a number of variance 1, however many levels there are.

    Attributes
    ----------
    levels_ : list of str
        Names of the columns; no two are the same.
    known_ : pandas.Index
        Levels of the data that have a column of their own, the first columns.
    missing_, rest_ : int
        Columns of missing values and of all other levels; -1 where there is none.
    """

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        """Find the levels and how frequent they are."""
        column = _as_levels(X)
        shares = (column.value_counts() / len(column)).sort_index()
        absent = float(column.isna().mean())
        listed = pd.Series([*shares, absent], index=range(len(shares) + 1))  # the last: missing
        own = listed[listed >= LEAST_SHARE].sort_values(ascending=False, kind="stable")[
            :MOST_LEVELS
        ]
        frequent = [place for place in own.index if place < len(shares)]
        self.n_features_in_ = 1
        self.feature_names_in_ = np.asarray([str(X.columns[0])], dtype=object)
        self.known_ = pd.Index([shares.index[place] for place in frequent], dtype=object)
        self.levels_ = [str(level) for level in self.known_]
        found = [listed[place] for place in frequent]
        self.missing_ = self.rest_ = -1
        taken = {str(level) for level in shares.index}
        if len(shares) in own.index:
            self.missing_ = len(self.levels_)
            self.levels_.append(_unused("missing", "missing (no value)", taken))
            found.append(absent)
        rest = 1 - sum(found)
        if rest > 1e-9:
            self.rest_ = len(self.levels_)
            self.levels_.append(_unused("other", "other (several levels)", taken))
            found.append(rest)
        self.shares_ = np.array(found)
        self.spread_ = float(np.sqrt(max(1 - (self.shares_**2).sum(), 1e-12)))
        return self

    def transform(self, X: pd.DataFrame) -> Floats:
        """Centred columns, a level each; a level not seen before is "other" or, without, none."""
        column = _as_levels(X)
        codes = self.known_.get_indexer(pd.Index(column, dtype=object))
        if self.missing_ >= 0:
            codes = np.where(column.isna(), self.missing_, codes)
        codes = np.where(codes < 0, self.rest_, codes)
        block = np.zeros((len(codes), len(self.levels_) + 1))
        block[np.arange(len(codes)), codes] = 1
        found: Floats = (block[:, :-1] - self.shares_) / self.spread_
        return found

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """``feature=level``."""
        return np.array([f"{self.feature_names_in_[0]}={v}" for v in self.levels_], dtype=object)


def preparation(numbers: list[str], categories: list[str], seed: int) -> ColumnTransformer:
    """A transformer of raw features: medians for missing numbers, less skew, equal weight."""
    steps: list[tuple[str, Any, list[str]]] = []
    if numbers:
        scale = make_pipeline(FillMedian(), Unskew(seed), StandardScaler())
        steps.append(("numbers", scale, numbers))
    # Steps are numbered: a name of a column need not suit scikit-learn ("a__b", "remainder").
    steps += [(f"levels {at}", LevelsBlock(), [name]) for at, name in enumerate(categories)]
    return ColumnTransformer(steps, verbose_feature_names_out=False)


def scaled_names(prepare: ColumnTransformer) -> list[str]:
    """Names of what ``preparation`` makes, in its order; no two are the same."""
    found: list[str] = []
    for _, step, columns in prepare.transformers_:
        if hasattr(step, "transform"):
            found += [str(name) for name in step.get_feature_names_out(columns)]
    names: list[str] = []
    for name in found:
        names.append(_unused(name, f"{name} (level)", names))
    return names


def category_columns(prepare: ColumnTransformer) -> list[slice]:
    """Columns of each category among what ``preparation`` makes."""
    found, start = [], 0
    for _, step, columns in prepare.transformers_:
        category = isinstance(step, LevelsBlock)
        stop = start + (len(step.levels_) if category else len(columns))
        if category:
            found.append(slice(start, stop))
        start = stop
    return found


def seeded_rows(n: int, most: int, seed: int) -> npt.NDArray[np.intp]:
    """Positions of at most ``most`` of ``n`` rows, in order, the same for the same seed."""
    if n <= most:
        return np.arange(n)
    chosen = np.random.default_rng(seed).choice(n, most, replace=False, shuffle=False)
    return np.sort(chosen)


def standard_ranks(values: Floats) -> Floats:
    """Columns as ranks (ties share the mean rank), standardised: the second opinion on scale."""
    ranks = stats.rankdata(values, axis=0).astype(np.float64)
    spread = ranks.std(axis=0)
    found: Floats = (ranks - ranks.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return found


def _as_levels(X: pd.DataFrame) -> pd.Series[Any]:
    """The category as text; what is missing stays missing."""
    return X.iloc[:, 0].astype(object).map(str, na_action="ignore").astype(object)


def _unused(name: str, longer: str, taken: Collection[str]) -> str:
    """A name that no level has."""
    tried = [name, longer, *(f"{longer} {number}" for number in range(2, len(taken) + 3))]
    return next(one for one in tried if one not in taken)


def _signed_log(values: Floats) -> Floats:
    found: Floats = np.copysign(np.log1p(np.abs(values)), values)
    return found


def _skewness(values: Floats) -> float:
    centred = values - values.mean()
    most = float(np.abs(centred).max())
    if not most > 0:
        return 0.0
    centred /= most  # powers of very small numbers would be 0
    square = centred * centred
    spread, third = float(square.mean()), float((square * centred).mean())
    return float(abs(third) / spread**1.5)


def _two_valued(values: Floats) -> bool:
    return bool(((values == values.min()) | (values == values.max())).all())
