"""A part: what several widgets have in common beyond what all widgets are, without a base class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from ...charts.drawing import Drawing
from ...data.scope import Data, Scope
from ..computing.records import Drawn, Settings
from ..selection.selection import Selection


@dataclass(frozen=True)
class Host:
    """What a part is handed of its widget.

    Parameters
    ----------
    name
        Of the widget: the beginning of the sources of what is selected in its views.
    selection
        Its selection as it is now.
    ask
        Asks for a new drawing of the same analysis.
    set_quietly
        Sets a knob to what it follows, which asks for nothing.
    drawn
        What is on the page; None if nothing is.
    offer
        Offers groups of the widget's own, by name, to widgets on the same selection.
    """

    name: str
    selection: Callable[[], Selection]
    ask: Callable[[], None]
    set_quietly: Callable[[str, Any], None]
    drawn: Callable[[], Drawn | None]
    offer: Callable[[Any], None]


class Part:
    """Called by the widget at set moments; each of them does nothing by default."""

    handles: ClassVar[tuple[str, ...]] = ()
    """Knobs whose change is its own business: the widget asks for no answer."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def read(self, data: Data) -> Data:
        """The table of the widget, or what the part leaves of it."""
        return data

    def knob_changed(self, name: str, value: Any) -> None:
        """One of ``handles`` was set."""

    def find(self, source: Any, result: Any, knobs: Settings, scope: Scope) -> Any:
        """What the part has to find for what is selected; on the worker, touching no trait."""
        return None

    def draw(self, drawing: Drawing, result: Any, scope: Scope, found: Any) -> Drawing:
        """The drawing with what the part adds to it."""
        return drawing

    def published(self, drawn: Drawn) -> None:
        """A drawing was put on the page; under the lock."""

    def selection_swapped(self) -> None:
        """The widget has another selection."""

    def close(self) -> None:
        """The widget is closed."""
