"""CohortComparator."""
