"""Pure functions: a table in, a frozen result out."""

from .cohorts import Cohorts, build_cohorts
from .compare_cohorts import CohortComparison, compare_cohorts
from .compare_correlations import CorrelationComparison, compare_correlations
from .correlation import Correlation, correlate
from .explain import Explanation, explain
from .pair_view import PairView, pair_view
from .rfm import Rfm, rfm
from .segments import Segmentation, find_segments
from .survival import Survival, survival
from .target_rates import TargetRates

__all__ = [
    "CohortComparison",
    "Cohorts",
    "Correlation",
    "CorrelationComparison",
    "Explanation",
    "PairView",
    "Rfm",
    "Segmentation",
    "Survival",
    "TargetRates",
    "build_cohorts",
    "compare_cohorts",
    "compare_correlations",
    "correlate",
    "explain",
    "find_segments",
    "pair_view",
    "rfm",
    "survival",
]
