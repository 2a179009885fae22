"""Pure functions: a table in, a frozen result out."""

from .cohorts import Cohorts, build_cohorts
from .compare_cohorts import CohortComparison, compare_cohorts
from .explain import Explanation, explain
from .survival import Survival, survival

__all__ = [
    "CohortComparison",
    "Cohorts",
    "Explanation",
    "Survival",
    "build_cohorts",
    "compare_cohorts",
    "explain",
    "survival",
]
