"""What must be said about data and results, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from .. import text
from ..data.notes import Note


def note_words(note: Note) -> str:
    """The sentence of a note.

    >>> note_words(Note("missing_customers", 135_080))
    '135,080 rows without a customer were left out.'
    """
    values = {name: _plain(value) for name, value in note.values.items() if name != "n"}
    return text.say(f"note.{note.key}", n=text.count(note.n), **values)


def notes_words(notes: Iterable[Note]) -> tuple[str, ...]:
    """The sentences of all notes, each once."""
    return tuple(dict.fromkeys(note_words(note) for note in notes))


def _plain(value: object) -> object:
    return text.date(value) if isinstance(value, dt.date) else value
