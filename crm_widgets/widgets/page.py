"""The traits a page reads, and how an answer is put into them in one message."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, ClassVar

import anywidget
import pandas as pd
import traitlets as t
from ipywidgets.widgets.trait_types import InstanceDict
from ipywidgets.widgets.widget import widget_serialization

from .. import text
from ..charts import theme
from ..charts.view import Chip, View
from ..data.clauses import Clause
from ..errors import CrmError, InputError
from . import publish, rows, wire
from .compute import Compute, Outcome, Request
from .describe import Namer, gesture_words
from .door import LOCK, Apply, Check, Door, GuardedLayout, RefusedError
from .knobs import Knob
from .records import Drawn
from .scope import Known
from .selection import Selection

_MOST_VIEWS = 10_000
_EMPTY_HEAD: dict[str, Any] = {
    "title": "", "line": "", "chips": [], "footer": [], "status": "working", "message": "",
    "progress": None, "for_inputs": 0,
}  # fmt: skip


class SelectionTrait(t.TraitType[Any, Any]):
    """The selection of a widget; assigning one links the widget to it."""

    def __init__(self) -> None:
        super().__init__()
        self.tag(sync=True, to_json=lambda value, widget: widget._wire(value))

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


class Page(Door, anywidget.AnyWidget):
    """The page's side of a widget."""

    knobs: ClassVar[dict[str, Knob]] = {}

    _esm = t.Unicode().tag(sync=True)
    _runtime = anywidget.WidgetTrait().tag(sync=True)
    layout = InstanceDict(GuardedLayout).tag(sync=True, **widget_serialization)
    _view_count = t.Int(0, allow_none=True).tag(sync=True)
    selection = SelectionTrait()
    _views = t.List().tag(sync=True)
    _rows = t.Dict().tag(sync=True)
    _words = t.Dict().tag(sync=True)
    _head = t.Dict(_EMPTY_HEAD).tag(sync=True)
    _controls = t.List().tag(sync=True)
    _strings = t.Dict().tag(sync=True)
    _theme = t.Dict().tag(sync=True)
    _table = t.Dict(None, allow_none=True).tag(sync=True)
    _page = t.Dict(rows.START).tag(sync=True)

    _name: str
    _ready: bool
    _with_rows: bool
    _requests: Compute
    _data: Any
    _known: Known | None
    _views_shown: tuple[View, ...]
    _published: int
    _sent: object
    _customers: pd.DataFrame
    _stop_observing: Callable[[], None]
    namer: Namer
    clause_for: wire.ClauseFor
    label: Callable[[str], str]
    color: Callable[[Clause], str | None]
    _ask: Callable[..., None]

    def _inbound(self) -> Mapping[str, Check]:
        checks: dict[str, Check] = {
            name: self._check_knob(name, knob) for name, knob in self.knobs.items()
        }
        checks |= {"selection": self._check_selection, "_view_count": self._check_count}
        if self._with_rows:
            checks["_page"] = self._check_page
        return checks

    def _check_knob(self, name: str, knob: Knob) -> Check:
        def check(value: object) -> Apply:
            taken = knob.from_page(self, value)
            return lambda: setattr(self, name, taken)

        return check

    def _check_selection(self, value: object) -> Apply:
        gestures = wire.from_page(
            value, self._views_shown, self.selection.gestures,
            shown={item["id"]: item["view"] for item in self._wire(self.selection)},
            natives=self._natives, clause_for=self.clause_for,
            named=self.selection.gesture, widget=self._name,
        )  # fmt: skip
        return lambda: self.selection.commit(gestures)

    def _check_count(self, value: object) -> Apply:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and not (whole and 0 <= value <= _MOST_VIEWS):  # type: ignore[operator]
            raise RefusedError("a count of views that cannot be")
        return lambda: setattr(self, "_view_count", value)

    def _check_page(self, value: object) -> Apply:
        asked = rows.request(value, [str(name) for name in self._customers.columns])
        return lambda: self._turn(asked)

    def _turn(self, asked: dict[str, Any]) -> None:
        download = asked["csv"] > self._page["csv"]
        self._page = asked
        self._show_table()
        if download:
            content = rows.csv(self._customers, asked)
            self.send({"type": "csv", "name": f"{text.say('rows.file')}.csv"}, buffers=[content])

    def _natives(self, field: str) -> list[Any]:
        """The values a page may pick of a field: those that the table or the result has."""
        found: list[Any] = [None]
        for table in (self._known.table if self._known else None, self._data.table):
            if table is not None and field in table.kinds:
                found += list(table.distinct(field))
        return found

    def _wire(self, selection: Selection) -> list[wire.Item]:
        if not getattr(self, "_ready", False):
            return []
        return wire.to_page(selection.gestures, self._views_shown, self._name)

    def _echo(self, names: list[str]) -> None:
        super()._echo(names)
        if "selection" in names:
            self._sent = self._wire(self.selection)

    def _link(self, selection: Selection) -> None:
        reference = weakref.ref(self)

        def changed(_: Selection) -> None:
            widget = reference()
            if widget is not None:
                widget._ask(refit=False)

        selection.attach(self)  # type: ignore[arg-type]
        self._stop_observing = selection.observe(changed)

    def _unlink(self, selection: Selection) -> None:
        self._stop_observing()
        selection.detach(self, f"{self._name}/")  # type: ignore[arg-type]

    def _selection_swapped(self, change: Any) -> None:
        self._unlink(change["old"])
        self._link(change["new"])
        self._ask(refit=False)

    def _say_words(self) -> None:
        self._strings, self._theme = publish.strings(), theme.theme()

    def _say_working(self) -> None:
        if self._head["status"] != "working":
            self._head = {**self._head, "status": "working", "message": "", "progress": None}

    def _say_progress(self, share: float | None, words: str) -> None:
        # whoever holds the lock may be waiting for this computation
        if LOCK.acquire(blocking=False):
            try:
                key = f"progress.{words}"
                message = text.say(key) if text.has(key) else words
                progress = None if share is None else min(max(float(share), 0.0), 1.0)
                head = {"status": "working", "message": message, "progress": progress}
                self._head = {**self._head, **head}
            finally:
                LOCK.release()

    def _publish(self, request: Request, fitted: Outcome[Any], drawn: Outcome[Any]) -> None:
        with LOCK:
            newest = self._requests.newest
            if newest is not request or self._published == request.number or not self._ready:
                return
            self._published = request.number
            with self.hold_sync():
                self._say_words()
                self._controls = self._drawn_controls(())
                error = fitted.error or drawn.error
                if error is not None:
                    self._head = {
                        **self._head, "status": "error", "message": sentence(error),
                        "progress": None,
                    }  # fmt: skip
                else:
                    self._show(request, fitted.value, drawn.value)

    def _show(self, request: Request, fitted: Any, drawn: Drawn) -> None:
        self._known, self._views_shown = fitted.known, drawn.drawing.views
        drawing = drawn.drawing
        hashes = [record["hash"] for record in drawn.structures]
        if hashes != [record["hash"] for record in self._views]:
            self._views = drawn.structures
        self._rows = drawn.rows
        self._words = {
            view.id: {"title": view.title, "subtitle": view.subtitle, "sentence": view.sentence}
            for view in drawing.views
        }
        if drawing.controls:
            self._controls = self._drawn_controls(drawing.controls)
        self._published_gestures(drawn)
        self._head = {
            "title": drawing.title, "line": drawing.line, "chips": self._chips(),
            "footer": list(drawing.footer), "status": "ready" if drawing.views else "empty",
            "message": drawn.notice, "progress": None, "for_inputs": fitted.number,
        }  # fmt: skip
        if self._with_rows:
            self._customers = drawn.scope.customers()
            self._show_table()

    def _published_gestures(self, drawn: Drawn) -> None:
        """Put carried clauses in place, and tell the page if it does not have them yet."""
        self._ready = False  # this is no new question
        try:
            self.selection.commit(drawn.scope.gestures)
        finally:
            self._ready = True
        now = self._wire(self.selection)
        if now != self._sent:
            self._sent = now
            self._states_to_send.add("selection")

    def _chips(self) -> list[dict[str, Any]]:
        views = {item["id"]: item["view"] for item in self._wire(self.selection)}
        return [
            asdict(
                Chip(
                    gesture.id, gesture_words(gesture, self.namer), views[gesture.id],
                    self.color(gesture.clauses[0]),
                )
            )
            for gesture in self.selection.gestures
        ]  # fmt: skip

    def _drawn_controls(self, controls: tuple[Any, ...]) -> list[dict[str, Any]]:
        shown = controls or [
            knob.control(self)
            for knob in self.knobs.values()
            if knob.when is None or knob.when(self)
        ]
        return [plain(asdict(control)) for control in shown]

    def _show_table(self) -> None:
        labels = {str(name): self.label(str(name)) for name in self._customers.columns}
        self._table = rows.table(self._customers, self._page, labels)

    def close(self) -> None:
        """Leave the page, with the layout that came along."""
        layout = self.layout if self.comm is not None else None
        super().close()
        if layout is not None:
            layout.close()


def plain(value: Any) -> Any:
    """Tuples as lists, as JSON has them, so that equal values compare as equal."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def sentence(error: Exception) -> str:
    """What an error says to a reader: its own words if it was raised on purpose."""
    if isinstance(error, CrmError) and text.has(f"error.{error.key}"):
        return text.say(f"error.{error.key}", **error.values)
    return text.say("error.unexpected", name=type(error).__name__)
