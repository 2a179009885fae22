"""Pure functions: a table in, a frozen result out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..data.machine.deferred_import import deferred
from .rfm.rfm import Rfm, rfm

if TYPE_CHECKING:
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

_MODULES = {
    "Cohorts": "cohorts.build",
    "build_cohorts": "cohorts.build",
    "CohortComparison": "cohorts.compare",
    "compare_cohorts": "cohorts.compare",
    "Explanation": "cohorts.decomposition",
    "explain": "cohorts.decomposition",
    "Survival": "cohorts.survival",
    "survival": "cohorts.survival",
    "Confirmation": "contrasts.confirmation",
    "confirm": "contrasts.confirmation",
    "Contrast": "contrasts.contrast",
    "contrast": "contrasts.contrast",
    "RankedCustomers": "contrasts.ranked_customers",
    "rank_customers": "contrasts.ranked_customers",
    "CorrelationComparison": "correlation.compare",
    "compare_correlations": "correlation.compare",
    "Correlation": "correlation.correlate",
    "correlate": "correlation.correlate",
    "PairView": "correlation.pair",
    "pair_view": "correlation.pair",
    "TargetRates": "correlation.target_rates",
    "Segmentation": "segments.find",
    "find_segments": "segments.find",
    "Dominance": "statistics.dominance",
    "cliffs_delta": "statistics.dominance",
}

if not TYPE_CHECKING:
    __getattr__ = deferred(__name__, _MODULES)


def __dir__() -> list[str]:
    return sorted(__all__)
