"""The only writer of what a page reads: the last good view stays until there is another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from ... import text
from ...charts import theme
from ...charts.controls import Chip, Control
from ...charts.drawing import Choices
from ...charts.wording import Wording
from ..computing.lock import LOCK
from ..computing.records import Drawn
from ..knobs.knob import Knob
from ..selection.sentences import gesture_words
from . import customer_table, selection_messages, view_payload
from .error_text import sentence
from .traits import PageTraits

REREAD = "reread"
"""The knob of all widgets that is shown while the data on the page are not those of the frame."""


class PageWriter:
    """Writes the traits of one widget; called under the lock of the page.

    Parameters
    ----------
    traits
        Those of the widget.
    knobs
        What can be set on it, by name.
    wording
        How fields are called while nothing is drawn.
    with_rows
        Whether the selected customers may be read on the page.
    """

    def __init__(
        self,
        traits: PageTraits,
        knobs: Mapping[str, Knob],
        wording: Callable[[], Wording],
        *,
        with_rows: bool,
    ) -> None:
        self._traits, self._knobs, self._with_rows = traits, knobs, with_rows
        self._undrawn = wording
        self.drawn: Drawn | None = None
        """What is on the page, with all that it means there."""
        self.number = 0
        """The number of the request that is on the page."""
        self.customers: pd.DataFrame | None = None
        """The selected customers, if the analyst asked for rows."""
        self._sent_selection: object = None
        """The selection as the page last heard of it."""

    @property
    def wording(self) -> Wording:
        """How the drawing on the page calls fields and values."""
        drawn = self.drawn
        found = None if drawn is None else drawn.drawing.wording
        return self._undrawn() if found is None else found

    @property
    def choices(self) -> Mapping[str, Choices]:
        """What the drawing on the page offers, by knob."""
        return {} if self.drawn is None else self.drawn.drawing.choices

    def clear(self) -> None:
        """Let go of what is on the page, and of the tables behind it."""
        self.drawn = self.customers = None

    def say_words(self) -> None:
        """Send the words and the look of the current language."""
        self._traits._strings, self._traits._theme = view_payload.strings(), theme.theme()

    def _say(self, **said: Any) -> None:
        self._traits._head = {**self._traits._head, **said}

    def say_working(self) -> None:
        """Say that an answer is being made."""
        said: dict[str, Any] = self._steps()
        if self._traits._head["status"] != "working":
            said |= {"status": "working", "message": "", "progress": None}
        if not said.items() <= self._traits._head.items():
            self._say(**said)

    def say_progress(self, share: float | None, words: str) -> None:
        """Say what is being done; not while somebody holds the lock, who may wait for just this."""
        if LOCK.acquire(blocking=False):
            try:
                key = f"progress.{words}"
                message = text.say(key) if text.has(key) else words
                progress = None if share is None else min(max(float(share), 0.0), 1.0)
                self._say(status="working", message=message, progress=progress)
            finally:
                LOCK.release()

    def say_error(self, error: Exception) -> None:
        """Say what went wrong, beside the last good view."""
        self._show_controls()
        self._say(status="error", message=sentence(error), progress=None)
        self._say_selected()

    def say_source(self, trouble: Exception | None, *, stale: bool) -> None:
        """Say that the table has changed, or why it cannot be followed."""
        with self._traits.hold_sync():
            if trouble is not None:
                kept = text.say("live.kept", reason=sentence(trouble))
                self._say(status="error", message=kept, progress=None)
            elif stale:
                self._say(status="stale", message=text.say("live.stale"), progress=None)
            others = [one for one in self._traits._controls if one["knob"] != REREAD]
            again = asdict(self._knobs[REREAD].control(self._traits))
            self._traits._controls = [*others, view_payload.plain(again)] if stale else others

    def in_one_message(self) -> AbstractContextManager[None]:
        """What is written in here is sent together, at the end."""
        return self._traits.hold_sync()

    def show(self, drawn: Drawn) -> None:
        """Put the views of a drawing on the page, their words, and the controls."""
        drawing, traits = drawn.drawing, self._traits
        self.drawn = drawn
        hashes = [record["hash"] for record in drawn.structures]
        if hashes != [record["hash"] for record in traits._views]:
            traits._views = drawn.structures
        traits._rows = drawn.rows
        traits._words = {
            view.id: {"title": view.title, "subtitle": view.subtitle, "sentence": view.sentence}
            for view in drawing.views
        }
        self._show_controls()

    def show_head(self) -> None:
        """Put the title, the selection in words, and what was left out above and below."""
        drawn = self.drawn
        assert drawn is not None
        drawing = drawn.drawing
        self.send_selection()
        self._traits._head = {
            "title": drawing.title, "line": drawing.line, "chips": self._chips(drawn.said),
            "footer": list(drawing.footer), "status": "ready" if drawing.views else "empty",
            "message": drawn.notice, "progress": None, "for_inputs": self.number,
            "keys": dict(drawn.keys),
        } | self._steps()  # fmt: skip
        if self._with_rows:
            self.customers = self.wording.named(drawn.scope.customers())
            self.show_customers()

    def show_customers(self) -> None:
        """Put the page of the selected customers that was asked for last."""
        if self.customers is not None:
            label = self.wording.label
            labels = {str(name): label(str(name)) for name in self.customers.columns}
            asked = self._traits._table_page
            self._traits._table = customer_table.table(self.customers, asked, labels)

    def turn_page(self, asked: dict[str, Any]) -> None:
        """Show another page of the selected customers, or send all of them as CSV."""
        download = asked["csv"] > self._traits._table_page["csv"]
        self._traits._table_page = asked
        self.show_customers()
        if download and self.customers is not None:
            content = customer_table.csv(self.customers, asked)
            name = f"{text.say('rows.file')}.csv"
            self._traits.send({"type": "csv", "name": name}, buffers=[content])

    def reply_of_group(self, said: dict[str, Any]) -> None:
        """Say what became of a request to keep or to forget a group."""
        self._traits._group_reply = said

    def items(self) -> list[selection_messages.Item]:
        """The selection as the page has it."""
        gestures = self._traits.selection.gestures
        if self.drawn is None:
            return selection_messages.to_page(gestures, {}, {})
        shown = replace(self.drawn.scope, gestures=gestures).shown
        return selection_messages.to_page(gestures, shown, self.drawn.meanings)

    def mark_selection_sent(self) -> None:
        """Note that the page has just been told the selection."""
        self._sent_selection = self.items()

    def send_selection(self) -> None:
        """Tell the page the selection, if that is not what it knows."""
        if self.items() != self._sent_selection:
            self.mark_selection_sent()
            self._traits._states_to_send.add("selection")

    def _say_selected(self) -> None:
        """Name what is selected beside a drawing made before; how many those are is not known."""
        chips = self._chips({})
        if [chip["id"] for chip in chips] != [chip["id"] for chip in self._traits._head["chips"]]:
            self._say(chips=chips, line="", **self._steps())

    def _show_controls(self) -> None:
        traits = self._traits
        shown = [self._control(name, knob) for name, knob in self._knobs.items() if name != REREAD]
        before = {control["knob"]: control for control in traits._controls}
        traits._controls = [view_payload.plain(asdict(one)) for one in shown if one is not None]
        for control in traits._controls:
            name = control["knob"]
            # which option an open choice shows depends on what there is to choose
            if control != before.get(name) and control["kind"] == "select":
                traits._states_to_send.add(name)

    def _control(self, name: str, knob: Knob) -> Control | None:
        """The control of a knob, with what the drawing offers; None if it is not shown."""
        offered = self.choices.get(name, Choices())
        shown = offered.shown
        if shown is None:
            shown = knob.when is None or knob.when(self._traits)
        if not shown:
            return None
        control = knob.control(self._traits)
        if offered.placeholder is not None:
            control = replace(control, placeholder=offered.placeholder)
        return control

    def _steps(self) -> dict[str, Any]:
        """Whether there is a step of the selection to undo, or to make again; named groups."""
        shared = self._traits.selection
        return {"undo": shared.can_undo, "redo": shared.can_redo, "groups": list(shared.named)}

    def _chips(self, said: Mapping[str, tuple[str, str | None]]) -> list[dict[str, Any]]:
        views = {item["id"]: item["view"] for item in self.items()}
        chips = []
        for gesture in self._traits.selection.gestures:
            words, color = said.get(gesture.id) or (
                gesture_words(gesture, self.wording),
                self.wording.color(gesture.clauses[0]),
            )
            chips.append(asdict(Chip(gesture.id, words, views[gesture.id], color)))
        return chips
