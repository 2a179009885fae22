"""The views of cohorts."""
