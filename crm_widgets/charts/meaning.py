"""What a brush or a pick in a view means: published with the view, and asked when it is touched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..data.gestures import Gesture
from ..data.vocabulary.clauses import Clause, Predicate


@dataclass(frozen=True)
class Marked:
    """Where a view shows a gesture: intervals of its brush, and values of its picks, by field."""

    intervals: dict[str, list[float]] | None = None
    values: dict[str, list[Any]] | None = None


class Meaning(Protocol):
    """What is touched in a view, as conditions, and back."""

    def fits(self, gestures: Sequence[Gesture]) -> bool:
        """Whether the view can show these conditions, all of them together."""
        ...

    def clauses(self, predicates: Sequence[Predicate]) -> tuple[Clause, ...] | None:
        """The conditions of a brush or a pick; None if there is no such thing in the view."""
        ...

    def marked(self, gestures: Sequence[Gesture]) -> Marked:
        """Where the view shows these conditions."""
        ...

    def values(self, field: str) -> Iterable[Any]:
        """The values of a field that may be picked in the view."""
        ...
