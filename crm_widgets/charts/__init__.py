"""Altair charts on named data."""

from .altair_import import import_quickly

import_quickly()
