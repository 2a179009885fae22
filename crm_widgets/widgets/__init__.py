"""Widgets: traits and wiring around the analyses."""
