"""What one computation of a widget takes in and gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...charts.view import Drawing
from ...data.gestures import Gesture
from ...data.scope import Data, Known, Scope
from ...data.vocabulary.clauses import Clause


class Settings(Mapping[str, Any]):
    """The knobs as they were when it was asked for: ``knobs.k`` or ``knobs["k"]``."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def __getitem__(self, name: str) -> Any:
        return self.__dict__[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__)

    def __len__(self) -> int:
        return len(self.__dict__)


@dataclass(frozen=True)
class Inputs:
    """All that an answer depends on."""

    data: Data
    knobs: Settings
    gestures: tuple[Gesture, ...]


@dataclass(frozen=True)
class Fitted:
    """A result, what it knows of customers, and the number of the inputs it belongs to."""

    result: Any
    known: Known | None
    number: int


@dataclass(frozen=True)
class Drawn:
    """A drawing ready for the page.

    ``notice`` says what became of clauses that were lost; ``moved`` are the clauses of earlier
    selections that mean something else now; ``said`` has the words and the colour of gestures
    for which other widgets answer, by their ids.
    """

    drawing: Drawing
    scope: Scope
    structures: list[dict[str, Any]]
    rows: dict[str, Any]
    notice: str
    moved: Mapping[Clause, Clause]
    said: Mapping[str, tuple[str, str | None]]
