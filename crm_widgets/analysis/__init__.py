"""Pure functions: a table in, a frozen result out."""

from .cohorts import Cohorts, build_cohorts
from .compare_cohorts import CohortComparison, compare_cohorts
from .compare_correlations import CorrelationComparison, compare_correlations
from .confirmation import Confirmation, confirm
from .contrasts import Contrast, contrast
from .correlation import Correlation, correlate
from .dominance import Dominance, cliffs_delta
from .explain import Explanation, explain
from .pair_view import PairView, pair_view
from .ranked_customers import RankedCustomers, rank_customers
from .rfm import Rfm, rfm
from .segments import Segmentation, find_segments
from .survival import Survival, survival
from .target_rates import TargetRates

__all__ = [
    "CohortComparison",
    "Cohorts",
    "Confirmation",
    "Contrast",
    "Correlation",
    "CorrelationComparison",
    "Dominance",
    "Explanation",
    "PairView",
    "RankedCustomers",
    "Rfm",
    "Segmentation",
    "Survival",
    "TargetRates",
    "build_cohorts",
    "cliffs_delta",
    "compare_cohorts",
    "compare_correlations",
    "confirm",
    "contrast",
    "correlate",
    "explain",
    "find_segments",
    "pair_view",
    "rank_customers",
    "rfm",
    "survival",
]
