"""What must be said about data and results, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from .. import text
from ..data.vocabulary.notes import Note
from .names import cohort_name, feature_name

SHARES = ("share", "returned")
COUNTS = ("held", "checked", "whole")
"""Values of notes, beside ``n``, that are shares, and numbers of rows or customers."""


def note_words(note: Note) -> str:
    """The sentence of a note.

    >>> note_words(Note("missing_customers", 135_080))
    '135,080 rows without a customer were left out.'
    """
    values = {name: _plain(name, value) for name, value in note.values.items() if name != "n"}
    return text.say(f"note.{note.key}", n=text.count(note.n), **values)


def notes_words(notes: Iterable[Note]) -> tuple[str, ...]:
    """The sentences of all notes, each once."""
    return tuple(dict.fromkeys(note_words(note) for note in notes))


def beside(parts: Iterable[str]) -> str:
    """Sentences on one line with dots between them, which take the place of their stops.

    >>> beside(["A difference is guaranteed.", "95 % intervals"])
    'A difference is guaranteed · 95 % intervals'
    """
    return text.say("heatmap.join").join(part.rstrip(".。") for part in parts)


def _plain(name: str, value: object) -> object:
    if name in SHARES and isinstance(value, float):
        return text.percent(value)
    if name in COUNTS and isinstance(value, int):
        return text.count(value)
    if isinstance(value, dt.date):
        return text.date(value)
    if name == "features" and isinstance(value, tuple):
        return text.say("trait.join").join(feature_name(feature) for feature in value)
    if name == "cohort":
        return cohort_name(str(value))
    if name == "feature":
        return feature_name(str(value))
    if name == "score" and isinstance(value, float):
        return f"{value:.2f}".replace("0.", ".", 1) if abs(value) <= 1 else text.decimal(value)
    return value
