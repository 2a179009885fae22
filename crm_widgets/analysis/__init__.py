"""Pure functions: a table in, a frozen result out."""

from .cohorts.build import Cohorts, build_cohorts
from .cohorts.compare import CohortComparison, compare_cohorts
from .cohorts.decomposition import Explanation, explain
from .cohorts.survival import Survival, survival
from .contrasts.confirmation import Confirmation, confirm
from .contrasts.contrast import Contrast, contrast
from .contrasts.ranked_customers import RankedCustomers, rank_customers
from .correlation.compare import CorrelationComparison, compare_correlations
from .correlation.correlate import Correlation, correlate
from .correlation.pair import PairView, pair_view
from .correlation.target_rates import TargetRates
from .rfm.rfm import Rfm, rfm
from .segments.find import Segmentation, find_segments
from .statistics.dominance import Dominance, cliffs_delta

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
