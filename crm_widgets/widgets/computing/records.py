"""What one computation of a widget takes in and gives, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...charts.drawing import Drawing
from ...charts.meaning import Meaning
from ...data.gestures import Gesture
from ...data.scope import Data, Ground, Known, Scope
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
class Analysed:
    """A table as it was read, what that knows of customers, and the number it belongs to."""

    source: Any
    known: Known | None
    number: int


@dataclass(frozen=True)
class Found:
    """The result for what is selected, what the parts of the widget found, and the selection.

    ``notices`` are gestures that were lost or taken up, by what became of them; ``moved`` the
    clauses of earlier selections that mean something else now.
    """

    result: Any
    by_part: tuple[Any, ...]
    scope: Scope
    notices: Mapping[str, tuple[Gesture, ...]] = field(default_factory=dict)
    moved: Mapping[Clause, Clause] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawn:
    """A drawing ready for the page, and what is understood there.

    ``meanings`` are what a brush or a pick in a view means, by the id of the view; ``said`` has
    the words and the colour of gestures for which other widgets answer, by their ids; ``keys``
    tell the cube of a view apart from those of other inputs.
    """

    drawing: Drawing
    scope: Scope
    found: Found
    meanings: Mapping[str, Meaning]
    structures: list[dict[str, Any]]
    rows: dict[str, Any]
    notice: str
    said: Mapping[str, tuple[str, str | None]]
    keys: Mapping[str, str]

    @property
    def ground(self) -> Ground:
        """The table and the customers that what is on the page was answered from."""
        return self.scope.data, self.scope.known
