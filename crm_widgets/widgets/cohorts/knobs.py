"""Knobs of the cohorts: a side of a comparison, and a window of days."""

from __future__ import annotations

import reprlib
from collections.abc import Hashable
from typing import Any

import numpy as np

from ... import text
from ...charts.controls import Option
from ...errors import InputError
from ..knobs.knob import Knob

MOST = 200
OPEN = ""
"""On the page, a window that is left open."""


class SideOf(Knob):
    """Whom to compare: cohorts, ``"selection"``, ``"rest"``; empty lets the widget choose.

    Cohorts are called by their labels as text. From Python any label is taken, since another
    period may just have been set; the page may choose from what it shows.
    """

    kind = "multiselect"
    names_groups = True

    def __init__(self, **rest: Any) -> None:
        super().__init__((), refits=False, **rest)

    def validate(self, obj: Any, value: object) -> tuple[str, ...]:
        """Accept one or several labels."""
        if value is None:
            return ()
        several = isinstance(value, list | tuple | set | frozenset | np.ndarray)
        given: list[Hashable] = list(value) if several else [value]  # type: ignore[call-overload]
        plain = all(isinstance(one, Hashable) and not isinstance(one, bytes) for one in given)
        if not plain or len(given) > MOST:
            raise InputError("bad_side", knob=self.name, given=reprlib.repr(value))
        return tuple(dict.fromkeys(str(one) for one in given))

    def from_page(self, widget: Any, value: object) -> Any:
        """Take what the page shows only: some of the options, or one of them."""
        given = value if isinstance(value, list) else [value]
        known = {option.value for option in widget.offered(self.name).options or ()}
        if not all(isinstance(one, str) and one in known for one in given):
            raise InputError("bad_side", knob=self.name, given=reprlib.repr(value))
        return self.validate(widget, given)

    def to_page(self, value: Any) -> Any:
        """The labels as a list."""
        return list(value)

    def _extent(self, widget: Any) -> dict[str, Any]:
        return {"options": widget.offered(self.name).options or ()}


class WindowOf(Knob):
    """Which window of days the sentence speaks of, by its age; ``None``: half a year in."""

    kind = "select"

    def __init__(self, **rest: Any) -> None:
        super().__init__(None, optional=True, refits=False, **rest)

    def validate(self, obj: Any, value: object) -> int:
        """Accept an age."""
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or not 0 <= value <= 100_000:  # type: ignore[operator]
            raise InputError("bad_window", knob=self.name, given=reprlib.repr(value))
        return int(value)  # type: ignore[call-overload, no-any-return]

    def from_page(self, widget: Any, value: object) -> Any:
        """Take the empty choice as ``None``."""
        return super().from_page(widget, None if value == OPEN else value)

    def to_page(self, value: Any) -> Any:
        """``None`` as the empty choice."""
        return OPEN if value is None else value

    def _extent(self, widget: Any) -> dict[str, Any]:
        auto = Option(OPEN, text.say("knob.cohort_window.auto"))
        return {"options": (auto, *(widget.offered(self.name).options or ()))}
