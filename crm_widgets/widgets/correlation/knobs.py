"""Knobs of the heatmap: a choice that may be left open, a level of a column, a pair of columns."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ... import text
from ...analysis.correlation.levels import plain
from ...charts.controls import Option
from ...errors import InputError
from ..knobs.knob import Knob, Options
from ..knobs.types import Choice

OPEN = ""
"""On the page, a choice that is left open."""
MOST_LETTERS = 10_000


class Perhaps(Choice):
    """One of some options, or ``None``; the first option stands for ``None`` on the page."""

    def __init__(self, options: Options, **rest: Any) -> None:
        super().__init__(options, None, optional=True, **rest)

    def from_page(self, widget: Any, value: object) -> Any:
        """Take the empty choice as ``None``."""
        return super().from_page(widget, None if value == OPEN else value)

    def to_page(self, value: Any) -> Any:
        """``None`` as the empty choice."""
        return OPEN if value is None else value


class Compared(Perhaps):
    """What to compare; a segment that a linked widget offers may be named before it is drawn."""

    names_groups = True


class Level(Knob):
    """A level of a column, as text, or ``None``.

    Parameters
    ----------
    levels
        The levels of the column in question, as a function of the widget; of none while the
        table has not been read, when any text is taken.
    rest
        Key of what ``None`` is called; without one, ``None`` is the first level.
    label
        What a reader calls a level, as a function of the widget and the level; by default as it is.
    """

    kind = "select"

    def __init__(
        self,
        levels: Callable[[Any], Sequence[str]],
        *,
        rest: str | None = None,
        label: Callable[[Any, str], str] = lambda widget, level: level,
        **more: Any,
    ) -> None:
        super().__init__(None, optional=True, **more)
        self._levels, self._rest, self._words = levels, rest, label
        self.tag(to_json=lambda value, widget: self._shown(widget, value))

    def validate(self, obj: Any, value: object) -> str:
        """Accept a level."""
        known = self._levels(obj)
        if isinstance(value, str | int | float | np.generic):
            level = plain(value.item() if isinstance(value, np.generic) else value)
            if level in known or (not known and len(level) <= MOST_LETTERS):
                return level
        raise InputError(
            "bad_choice", knob=self.name, given=reprlib.repr(value),
            options=", ".join(repr(level) for level in known),
        )  # fmt: skip

    def from_page(self, widget: Any, value: object) -> Any:
        """Take the empty choice as ``None``."""
        return super().from_page(widget, None if value == OPEN else value)

    def _shown(self, widget: Any, value: Any) -> str:
        if value is None and self._rest is None:
            return next(iter(self._levels(widget)), OPEN)
        return OPEN if value is None else str(value)

    def _extent(self, widget: Any) -> dict[str, Any]:
        own = [Option(level, self._words(widget, level)) for level in self._levels(widget)]
        rest = [Option(OPEN, text.say(self._rest))] if self._rest else []
        return {"options": (*rest, *own)}


class Pair(Knob):
    """Two columns of ``widget.pair_columns``; on the page, their numbers: ``"3-7"``.

    ``None`` lets the widget choose. It has no control: cells and rows are clicked.
    """

    kind = "select"

    def __init__(self, **rest: Any) -> None:
        super().__init__(None, optional=True, refits=False, when=lambda widget: False, **rest)
        self.tag(to_json=lambda value, widget: self._number(widget, value))

    def validate(self, obj: Any, value: object) -> tuple[str, str]:
        """Accept two different columns."""
        columns = obj.pair_columns
        if isinstance(value, list | tuple) and len(value) == 2:
            a, b = value
            if isinstance(a, str) and isinstance(b, str) and a != b and {a, b} <= set(columns):
                return a, b
        raise InputError(
            "bad_pair", knob=self.name, given=reprlib.repr(value),
            options=", ".join(repr(name) for name in columns),
        )  # fmt: skip

    def from_page(self, widget: Any, value: object) -> Any:
        """Take the numbers of two columns."""
        if value is None:
            return None
        found = re.fullmatch(r"(\d{1,5})-(\d{1,5})", value) if isinstance(value, str) else None
        columns = widget.pair_columns
        if found is None or max(map(int, found.groups())) >= len(columns):
            raise InputError("bad_pair", knob=self.name, given=reprlib.repr(value), options="")
        return self.validate(widget, tuple(columns[int(place)] for place in found.groups()))

    @staticmethod
    def _number(widget: Any, value: Any) -> str | None:
        if value is None:
            return None
        places = sorted(widget.pair_columns.index(name) for name in value)
        return f"{places[0]}-{places[1]}"
