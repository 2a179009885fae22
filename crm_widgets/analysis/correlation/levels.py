"""Levels of a column as text."""

from __future__ import annotations

from collections.abc import Hashable


def plain(level: Hashable) -> str:
    """A level as text: 1.0 as 1.

    >>> plain(1.0), plain(True), plain("a")
    ('1', 'True', 'a')
    """
    whole = isinstance(level, float) and level.is_integer()
    return str(int(level)) if whole else str(level)  # type: ignore[call-overload]
