"""Facts that must be said about the data or a result, counted; the words live in ``text``."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Note:
    """``text`` has the sentence ``note.<key>``; ``n`` and ``values`` fill it."""

    key: str
    n: int = 0
    values: dict[str, object] = field(default_factory=dict)


def add_note(notes: list[Note], key: str, n: int, **values: object) -> None:
    """Say a fact, if there is anything to say."""
    if n:
        notes.append(Note(key, n, values))
