"""Selecting by a named group: a control, and the condition that it makes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ... import text
from ...charts.view import Option
from ...errors import missing_group
from ..base import CrmWidget
from ..computing.lock import LOCK
from ..computing.records import Drawn
from ..knobs.knob import Knob
from ..selection.named_groups import group_selected


class PickedGroup(Knob):
    """A named group of the selection by which the widget selects, or ``None``."""

    kind = "select"

    def __init__(self) -> None:
        super().__init__(
            None, optional=True, refits=False, when=lambda widget: bool(widget._kept_groups)
        )

    def validate(self, obj: Any, value: object) -> str:
        """Accept the name of a group."""
        named = obj._kept_groups
        if isinstance(value, str) and value in named:
            return value
        raise missing_group(str(value)[:100], named)

    def from_page(self, widget: Any, value: object) -> Any:
        """Take the empty choice as ``None``."""
        return super().from_page(widget, None if value == "" else value)

    def to_page(self, value: Any) -> Any:
        """``None`` as the empty choice."""
        return "" if value is None else value

    def _extent(self, widget: Any) -> dict[str, Any]:
        none = Option("", text.say("knob.group.none"))
        return {"options": (none, *(Option(name, name) for name in widget._kept_groups))}


class GroupPicker(CrmWidget):
    """A widget with a knob ``group``: it follows the selection, and the selection follows it."""

    group: Any

    def _knob_changed(self, change: Any) -> None:
        if change["name"] != "group":
            super()._knob_changed(change)
        elif not self._muted:
            self._pick_group(change["new"])

    def _pick_group(self, name: str | None) -> None:
        """Select by a named group in the place of the one that is selected."""
        shared = self.selection
        with LOCK:
            here = group_selected(shared.gestures)
            kept = tuple(gesture for gesture in shared.gestures if gesture is not here)
            source = f"{self._name}/group"
            made = () if name is None else (replace(shared.named[name], source=source),)
            shared.commit((*kept, *([shared.gesture(*made)] if made else [])))

    def _show_selection(self, drawn: Drawn) -> None:
        super()._show_selection(drawn)
        here = group_selected(self.selection.gestures)
        self._muted = True
        try:
            self.group = None if here is None else here.clauses[0].predicate.name  # type: ignore[union-attr]
        finally:
            self._muted = False
