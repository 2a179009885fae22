"""Every word a user reads, in English and Chinese.

``say("key", n=3)`` fills a sentence of ``en/<subject>.json`` or ``zh/<subject>.json``;
``set_locale`` chooses the language of widgets made or redrawn from then on.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from .. import errors
from .languages import Locale, locale, set_locale
from .numbers import count, date, decimal, ends, money, month, percent
from .spacing import spaced

__all__ = [
    "Locale", "count", "date", "decimal", "ends", "has", "locale", "money", "month", "percent",
    "say", "set_locale", "words",
]  # fmt: skip


@cache
def words(language: Locale) -> dict[str, str]:
    """All sentences of a language by key; English error messages come from ``errors``."""
    found: dict[str, str] = {}
    for subject in files(__name__).joinpath(language).iterdir():
        found |= json.loads(subject.read_text(encoding="utf-8"))
    if language == "en":
        found |= {f"error.{key}": message for key, message in errors.MESSAGES.items()}
    return found


def has(key: str) -> bool:
    """Whether the current language has this key."""
    return key in words(locale())


def say(key: str, language: Locale | None = None, /, **values: object) -> str:
    """The sentence of ``key``, filled with ``values``.

    With an ``n`` of 1, ``<key>.one`` is taken where it exists.

    >>> say("unit.days")
    'days'
    """
    language = language or locale()
    found = words(language)
    if values.get("n") in (1, "1") and f"{key}.one" in found:
        key = f"{key}.one"
    return spaced(found[key], values) if language == "zh" else found[key].format(**values)
