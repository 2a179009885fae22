"""Errors in the reader's language."""

from __future__ import annotations

from ... import text
from ...errors import CrmError


def sentence(error: Exception) -> str:
    """What an error says to a reader: its own words if it was raised on purpose."""
    if isinstance(error, CrmError) and text.has(f"error.{error.key}"):
        return text.say(f"error.{error.key}", **error.values)
    return text.say("failed.unexpected", name=type(error).__name__)
