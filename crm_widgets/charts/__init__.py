"""Altair charts on named data."""
