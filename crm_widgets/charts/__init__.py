"""Altair charts on named data."""

from .quick_altair import import_quickly

import_quickly()
