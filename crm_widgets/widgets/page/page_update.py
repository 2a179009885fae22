"""An answer put on the page in one message; the last good view stays until there is another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ... import text
from ...charts import theme
from ...charts.view import Chip, Control
from ...data.vocabulary.clauses import Clause
from ..computing.lock import LOCK, LOG
from ..computing.records import Drawn, Fitted
from ..computing.requests import Compute, Outcome, Request
from ..selection.sentences import Namer, gesture_words
from . import view_payload
from .crossfilter import Crossfilter, can_be_active, cube
from .error_text import sentence
from .traits import Page

REREAD = "reread"
"""The knob of all widgets that is shown while the data on the page are not those of the frame."""


class Answer(Page):
    """Publishes what was computed, and says what is going on meanwhile."""

    _requests: Compute
    _published = 0
    """The number of the request that is on the page."""
    _muted = False
    """Whether a change of the selection asks for nothing, since it is part of an answer."""
    _arriving = False
    """Whether the other widgets of the selection have not heard yet what this one answers for."""
    _with_rows = False
    _ready = False
    """Whether a change asks for an answer: not while it is made, and not once it is closed."""
    _following = False
    """Whether the table is just being replaced by what it is now."""
    _drawn: Drawn | None = None
    """What is on the page, if cubes can be made of it."""

    @property
    def namer(self) -> Namer:
        """How this widget calls its fields."""
        raise NotImplementedError

    def color(self, clause: Clause) -> str | None:
        """The colour of a clause's chip."""
        return None

    def _say_words(self) -> None:
        self._strings, self._theme = view_payload.strings(), theme.theme()

    def _say_working(self) -> None:
        said: dict[str, Any] = self._steps()
        if self._head["status"] != "working":
            said |= {"status": "working", "message": "", "progress": None}
        if not said.items() <= self._head.items():
            self._head = {**self._head, **said}

    def _say_progress(self, share: float | None, words: str) -> None:
        # whoever holds the lock may be waiting for this very computation
        if LOCK.acquire(blocking=False):
            try:
                key = f"progress.{words}"
                message = text.say(key) if text.has(key) else words
                progress = None if share is None else min(max(float(share), 0.0), 1.0)
                head = {"status": "working", "message": message, "progress": progress}
                self._head = {**self._head, **head}
            finally:
                LOCK.release()

    def _say_error(self, error: Exception) -> None:
        said = {"status": "error", "message": sentence(error), "progress": None}
        self._head = {**self._head, **said}

    def _say_selected(self) -> None:
        """Name what is selected beside a drawing made before; how many those are is not known."""
        chips = self._chips({})
        if [chip["id"] for chip in chips] != [chip["id"] for chip in self._head["chips"]]:
            self._head = {**self._head, "chips": chips, "line": ""} | self._steps()

    def _say_source(self) -> None:
        """Say that the table has changed, or why it cannot be followed."""
        trouble, stale = self._watch.trouble, self._watch.stale
        with self.hold_sync():
            if trouble is not None:
                kept = text.say("live.kept", reason=sentence(trouble))
                self._head = {**self._head, "status": "error", "message": kept, "progress": None}
            elif stale:
                said = {"status": "stale", "message": text.say("live.stale"), "progress": None}
                self._head = {**self._head, **said}
            others = [control for control in self._controls if control["knob"] != REREAD]
            again = asdict(self.knobs[REREAD].control(self))
            self._controls = [*others, view_payload.plain(again)] if stale else others

    def _publish(self, request: Request, fitted: Outcome[Fitted], drawn: Outcome[Drawn]) -> None:
        with LOCK:
            if self._requests.newest is not request or self._published == request.number:
                return
            self._published = request.number
            with self.hold_sync():
                self._say_words()
                error = fitted.error or drawn.error
                if error is None:
                    assert fitted.value is not None
                    assert drawn.value is not None
                    try:
                        self._show(fitted.value, drawn.value)
                    except Exception as failure:
                        LOG.exception("a drawing could not be put on the page")
                        error = failure
                if error is not None:
                    self._show_controls(())
                    self._say_error(error)
                    self._say_selected()
                self._say_source()

    def _show(self, fitted: Fitted, drawn: Drawn) -> None:
        drawing = drawn.drawing
        self._known, self._shown = fitted.known, drawing.views
        hashes = [record["hash"] for record in drawn.structures]
        if hashes != [record["hash"] for record in self._views]:
            self._views = drawn.structures
        self._rows = drawn.rows
        self._words = {
            view.id: {"title": view.title, "subtitle": view.subtitle, "sentence": view.sentence}
            for view in drawing.views
        }
        self._show_controls(drawing.controls)
        self._show_selection(drawn)
        self._head = {
            "title": drawing.title, "line": drawing.line, "chips": self._chips(drawn.said),
            "footer": list(drawing.footer), "status": "ready" if drawing.views else "empty",
            "message": drawn.notice, "progress": None, "for_inputs": self._published,
            "keys": self._keys(fitted, drawn),
        } | self._steps()  # fmt: skip
        if self._with_rows:
            self._customers = self.in_words(drawn.scope.customers())
            self._show_table()

    def _keys(self, fitted: Fitted, drawn: Drawn) -> dict[str, str]:
        """Of each view that a cube can answer for, the key of its cube as it would be now."""
        active = [view for view in drawn.drawing.views if can_be_active(view)]
        self._drawn = drawn if active and fitted.known is not None else None
        if self._drawn is None:
            return {}
        counted = {view.id for view in drawn.drawing.views if view.counting is not None}
        hashes = [record["hash"] for record in drawn.structures if record["id"] in counted]
        version = repr((fitted.number, hashes))
        filtering = Crossfilter(drawn.scope, drawn.drawing.views, self._name)
        return {view.id: filtering.key(view.id, version) for view in active}

    def _send_cube(self, view_id: str) -> None:
        """Make the cube of a view, and send it if it is still the one that the page waits for."""
        with LOCK:
            drawn, key = self._drawn, self._head["keys"].get(view_id)
        if drawn is None or drawn.scope.known is None or key is None:
            return
        views = drawn.drawing.views
        (active,) = (view for view in views if view.id == view_id)
        table, filtering = drawn.scope.known.table, Crossfilter(drawn.scope, views, self._name)
        made = cube(filtering, active, table, drawn.drawing.tally)
        with LOCK:
            if made is not None and self._ready and self._head["keys"].get(view_id) == key:
                self.send(made[0] | {"key": key}, buffers=[made[1]])

    def _show_controls(self, controls: tuple[Control, ...]) -> None:
        """Those of the drawing, else one for each knob."""
        shown = controls or [
            knob.control(self)
            for name, knob in self.knobs.items()
            if name != REREAD and (knob.when is None or knob.when(self))
        ]
        before = {control["knob"]: control for control in self._controls}
        self._controls = [view_payload.plain(asdict(control)) for control in shown]
        for control in self._controls:
            name = control["knob"]
            # which option an open choice shows depends on what there is to choose
            if control != before.get(name) and control["kind"] == "select":
                self._states_to_send.add(name)

    def _steps(self) -> dict[str, Any]:
        """Whether there is a step of the selection to undo, or to make again; named groups."""
        shared = self.selection
        return {"undo": shared.can_undo, "redo": shared.can_redo, "groups": list(shared.named)}

    def _show_selection(self, drawn: Drawn) -> None:
        """Put carried clauses in their place, and tell the page what it does not know yet."""
        self._muted = True
        try:
            self.selection.carry(drawn.scope.gestures, drawn.moved)
            if self._arriving:
                self._arriving = False
                self.selection.arrived()
        finally:
            self._muted = False
        now = self._selected()
        if now != self._sent:
            self._sent = now
            self._states_to_send.add("selection")

    def _chips(self, said: Mapping[str, tuple[str, str | None]]) -> list[dict[str, Any]]:
        views = {item["id"]: item["view"] for item in self._selected()}
        chips = []
        for gesture in self.selection.gestures:
            words, color = said.get(gesture.id) or (
                gesture_words(gesture, self.namer),
                self.color(gesture.clauses[0]),
            )
            chips.append(asdict(Chip(gesture.id, words, views[gesture.id], color)))
        return chips
