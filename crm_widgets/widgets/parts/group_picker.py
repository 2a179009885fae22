"""Selecting by a named group: a control, and the condition that it makes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ... import text
from ...charts.controls import Option
from ...data.named_groups import group_selected
from ...errors import missing_group
from ..computing.lock import LOCK
from ..computing.records import Drawn
from ..knobs.knob import Knob
from .part import Part


class PickedGroup(Knob):
    """A named group of the selection by which the widget selects, or ``None``."""

    kind = "select"

    def __init__(self) -> None:
        super().__init__(
            None, optional=True, refits=False, when=lambda widget: bool(widget.named_groups)
        )

    def validate(self, obj: Any, value: object) -> str:
        """Accept the name of a group."""
        named = obj.named_groups
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
        return {"options": (none, *(Option(name, name) for name in widget.named_groups))}


class GroupPicker(Part):
    """Of a widget with a knob ``group``: it follows the selection, and the selection follows it."""

    handles = ("group",)

    def knob_changed(self, name: str, value: str | None) -> None:
        """Select by a named group in the place of the one that is selected."""
        shared = self.host.selection()
        with LOCK:
            here = group_selected(shared.gestures)
            others = tuple(gesture for gesture in shared.gestures if gesture is not here)
            source = f"{self.host.name}/group"
            made = () if value is None else (replace(shared.named[value], source=source),)
            shared.commit((*others, *([shared.gesture(*made)] if made else [])))

    def published(self, drawn: Drawn) -> None:
        """Show the group that is selected."""
        here = group_selected(self.host.selection().gestures)
        name = None if here is None else here.clauses[0].predicate.name  # type: ignore[union-attr]
        self.host.set_quietly("group", name)
