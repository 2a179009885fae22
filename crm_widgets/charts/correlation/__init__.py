"""The views of correlations."""
