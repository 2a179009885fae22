"""One act of selecting, such as a brush: its clauses, and where it was made."""

from __future__ import annotations

from dataclasses import dataclass

from .vocabulary.clauses import Box, Clause, Group, Interval, Predicate, Values


@dataclass(frozen=True)
class Gesture:
    """The clauses of one act of selecting, such as a brush; ``id`` is what the page calls it."""

    id: str
    clauses: tuple[Clause, ...]

    @property
    def source(self) -> str:
        """The view it was made in."""
        return self.clauses[0].source


def fields_of(predicate: Predicate) -> tuple[str, ...]:
    """The fields a predicate speaks of."""
    match predicate:
        case Box(x, y):
            return (x.field, y.field)
        case Interval(field=name) | Values(field=name):
            return (name,)
        case Group():
            return ()
