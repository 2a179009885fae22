"""What a page reads of a widget, and what it may change: the traits, and nothing they do."""

from __future__ import annotations

import json
from typing import Any

import anywidget
import traitlets as t
from ipywidgets.widgets.trait_types import InstanceDict
from ipywidgets.widgets.widget import widget_serialization

from ...errors import InputError
from ..computing.lock import LOCK
from ..selection.selection import Selection
from . import customer_table, view_payload
from .inbound import GuardedLayout, GuardedWidget

START: dict[str, Any] = {
    "title": "", "line": "", "chips": [], "footer": [], "status": "working", "message": "",
    "progress": None, "for_inputs": 0, "keys": {}, "undo": False, "redo": False,
    "groups": [],
}  # fmt: skip


def _as_texts(views: list[Any], widget: object) -> list[str]:
    """Each view as a text: a notebook that saves widget state indents every line of a record."""
    return [json.dumps(view, ensure_ascii=False, separators=(",", ":")) for view in views]


class SelectionTrait(t.TraitType[Any, Any]):
    """The selection of a widget; assigning one links the widget to it."""

    def __init__(self) -> None:
        super().__init__()
        self.tag(sync=True, to_json=lambda value, widget: widget._selected())

    def make_dynamic_default(self, obj: Any) -> Selection:
        """Give each widget one of its own."""
        return Selection()

    def validate(self, obj: Any, value: Any) -> Selection:
        """Accept a ``Selection``."""
        if not isinstance(value, Selection):
            raise InputError("not_a_selection", given=type(value).__name__)
        return value

    def set(self, obj: Any, value: Any) -> None:
        """Link under the lock."""
        with LOCK:
            super().set(obj, value)


class PageTraits(GuardedWidget, anywidget.AnyWidget):
    """The traits of a widget. What a page may set of them is checked where it comes in."""

    _esm = t.Unicode().tag(sync=True)
    _runtime = anywidget.WidgetTrait().tag(sync=True)
    layout = InstanceDict(GuardedLayout).tag(sync=True, **widget_serialization)
    _view_count = t.Int(0, allow_none=True).tag(sync=True)
    selection = SelectionTrait()
    _views: t.List[Any] = t.List().tag(sync=True, to_json=_as_texts)
    _rows = t.Dict().tag(sync=True, to_json=lambda rows, widget: view_payload.packed(rows))
    _words = t.Dict().tag(sync=True)
    _head = t.Dict(START).tag(sync=True)
    _controls: t.List[Any] = t.List().tag(sync=True)
    _strings = t.Dict().tag(sync=True)
    _theme = t.Dict().tag(sync=True)
    _table = t.Dict(None, allow_none=True).tag(sync=True)
    _table_page = t.Dict(customer_table.START).tag(sync=True)
    _hover = t.Dict().tag(sync=True)
    """The view that is about to be brushed on the page, and the key of its cube."""
    _group_request = t.Dict().tag(sync=True)
    """The name under which the page asks to keep the selected customers, and its count."""
    _group_reply = t.Dict().tag(sync=True)
    """What became of that: the count it answers, the words, and whether it was done."""

    def _selected(self) -> list[Any]:
        """The selection as the page has it."""
        return []

    def close(self) -> None:
        """Leave the page, and the layout with it."""
        layout = self._trait_values.get("layout")
        super().close()
        if layout is not None:
            layout.close()
