"""Jupyter widgets for customer analysis."""
