"""The language in use."""

from __future__ import annotations

from typing import Literal, get_args

from .. import errors

Locale = Literal["en", "zh"]

_current: Locale = "en"


def locale() -> Locale:
    """The language in use.

    >>> locale()
    'en'
    """
    return _current


def set_locale(language: Locale) -> None:
    """Choose the language of what widgets say: ``"en"`` or ``"zh"``.

    Raises
    ------
    InputError
        If there are no words for ``language``.

    Examples
    --------
    >>> set_locale("en")
    """
    global _current
    if language not in get_args(Locale):
        raise errors.InputError("unknown_locale", language=language)
    _current = language
