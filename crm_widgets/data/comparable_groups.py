"""Groups that can be compared: those with a name, and those that widgets offer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .vocabulary.clauses import Clause


@dataclass(frozen=True)
class Offer:
    """A group of a widget's own, made when it is asked for; ``label`` is what a reader calls it."""

    label: str
    make: Callable[[], Clause]


class Groups(Mapping[str, Clause]):
    """Named groups, and behind them what is offered, by name: a name that was given goes first."""

    def __init__(
        self, kept: Mapping[str, Clause] | None = None, offers: Mapping[str, Offer] | None = None
    ) -> None:
        self._kept = kept or {}
        self._offers = {n: offer for n, offer in (offers or {}).items() if n not in self._kept}

    def __getitem__(self, name: str) -> Clause:
        return self._kept[name] if name in self._kept else self._offers[name].make()

    def __contains__(self, name: object) -> bool:
        return name in self._kept or name in self._offers

    def __iter__(self) -> Iterator[str]:
        yield from self._kept
        yield from self._offers

    def __len__(self) -> int:
        return len(self._kept) + len(self._offers)

    def label(self, name: str) -> str:
        """What a reader calls a group."""
        return self._offers[name].label if name in self._offers else name

    def is_offered(self, name: str) -> bool:
        """Whether a group has no name of its own, but is offered by a widget."""
        return name in self._offers
