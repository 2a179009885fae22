"""Estimates and intervals that know no customers."""
