"""Inputs wired to computations: what an author fills in, and what then happens when."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

import pandas as pd

from .. import text
from ..charts.names import feature_name
from ..charts.view import Drawing, View
from ..data import as_data
from ..data.gestures import Gesture
from ..data.scope import Data, Ground, Known, Scope
from ..data.vocabulary.clauses import Clause, Predicate
from ..errors import InputError
from .computing.lock import LOCK, RefusedError
from .computing.records import Drawn, Fitted, Inputs, Settings
from .computing.requests import Outcome, Progress, Request, SupersededError, reporter
from .knobs.types import Choice, Columns, Press
from .page import view_payload
from .page.page_update import Answer
from .selection.comparable_groups import SEGMENT
from .selection.conditions import place
from .selection.rebind import carried, reworded, taken_up
from .selection.selection import Selection
from .selection.sentences import Namer, gesture_words, plain_level

T = TypeVar("T")


class Wired(Answer):
    """The hooks of a widget's author, and the course of a computation."""

    _ground: Ground | None = None
    """What the selection on the page was answered from."""

    model_fields: ClassVar[frozenset[str]] = frozenset({"segment", "pc1", "pc2"})
    """Columns of ``result.customers`` that mean something only for one fitted model."""

    _roles: dict[str, Any]
    _stop_observing: Callable[[], None]

    def read(self, frame: Any, before: Data | None = None) -> Data:
        """The table of a frame that may go on from one before; a widget may keep some back."""
        return as_data(frame, before=before, **self._roles)

    def analyse(self, data: Data, knobs: Settings, progress: Progress) -> Any:
        """Compute the result: a record, best with ``customers``, a frame indexed by id.

        ``progress(share, key)`` may be called often: it shows ``progress.<key>`` of ``text``,
        and ends a computation that is no longer wanted.
        """
        raise NotImplementedError

    def draw(self, result: Any, data: Data, knobs: Settings, selection: Scope) -> Drawing:
        """Draw a result, with what is selected against all."""
        raise NotImplementedError

    def on_data(self, data: Data) -> None:
        """Adapt to a table before it is analysed, such as by columns that can be chosen."""

    def knows(self, result: Any) -> Known | None:
        """What a result says of each customer, for clauses on features and on the model."""
        customers = getattr(result, "customers", None)
        if not isinstance(customers, pd.DataFrame):
            return None
        fingerprint = getattr(result, "fingerprint", None)
        fields = self.model_fields & set(customers.columns) if fingerprint else frozenset()
        as_of = getattr(result, "as_of", None)
        return Known(customers, frozenset(fields), fingerprint, as_of)

    def clause_for(self, view: View, predicates: tuple[Predicate, ...]) -> tuple[Clause, ...]:
        """The clauses of a brush or a pick in a view; the fields are those of its dims."""
        clauses = [place(predicate, self.data, self._known) for predicate in predicates]
        if any(clause is None for clause in clauses):
            raise RefusedError("a field that neither the table nor the result has")
        return tuple(clause for clause in clauses if clause is not None)

    def label(self, field: str) -> str:
        """The word for a field in chips and sentences."""
        labels = {dim.key: dim.label for view in self._shown for dim in view.dims}
        if field in labels:
            return labels[field]
        own = {} if self._data is None else self._data.columns
        return str(own[field]) if field in own else feature_name(field)

    def level(self, field: str, value: Any) -> str:
        """The word for a value of a field."""
        return plain_level(field, value)

    @property
    def namer(self) -> Namer:
        """How this widget calls its fields."""
        kinds = self._data.table.kinds if self._data is not None else {}
        return Namer(self.label, self.level, lambda field: kinds.get(field) == "time")

    def _bind(self, frame: Any) -> None:
        data = self.read(frame, before=self._data)
        with LOCK:
            self._data, self._ready = data, False
            self._watch.bind(data.origin)
            self.on_data(data)
            for name, knob in self.knobs.items():
                try:
                    knob._validate(self, getattr(self, name))
                except InputError:
                    setattr(self, name, knob.default_value)
            self._ready = True
            self._ask(refit=True)

    def _follow(self, data: Data) -> None:
        """Take the table as it is now, keeping the knobs.

        Raises
        ------
        InputError
            If a knob names what the table no longer has; nothing is changed then.
        """
        before = {name: getattr(self, name) for name in self.knobs}
        old, self._data, self._ready = self._data, data, False
        self._following = True
        try:
            self.on_data(data)
            for name, knob in self.knobs.items():
                try:
                    knob._validate(self, before[name])
                except InputError:
                    if isinstance(knob, Choice | Columns):
                        raise
                    before[name] = knob.default_value
        except Exception:
            self._data = old
            if old is not None:
                self.on_data(old)
            raise
        finally:
            for name, value in before.items():
                with suppress(InputError):  # what nobody offers any more stays as it was
                    setattr(self, name, value)
            self._ready, self._following = True, False
        self._ask(refit=True)

    def _knob_changed(self, change: Any) -> None:
        knob = self.knobs[change["name"]]
        if isinstance(knob, Press):
            if knob.on_press is not None:
                for _ in range(knob.times(change["old"], change["new"])):
                    knob.on_press(self)
        else:
            self._watch.retry()
            self._ask(refit=knob.refits)

    def _ask(self, *, refit: bool) -> None:
        with LOCK:
            if not self._ready or self._muted:
                return
            values = Settings({name: getattr(self, name) for name in self.knobs})
            inputs = Inputs(self._data, values, self.selection.gestures)
            self._requests.ask(inputs, refit=refit)
            self._say_working()

    def await_segments(self, names: Iterable[object]) -> None:
        """Wait for the linked widgets, if one of these names is a segment that none offers yet."""
        shared = self._trait_values.get("selection")
        segments = [name for name in names if isinstance(name, str) and name.startswith(SEGMENT)]
        if shared is None or self._following or not segments:
            return
        if not shared.comparable.keys() >= set(segments):
            shared.await_offers(self)

    def let_go(self, group: str) -> None:
        """Compare a group no more: it is forgotten."""
        for name, knob in self.knobs.items():
            value = getattr(self, name)
            if knob.names_groups and group in (value if isinstance(value, tuple) else (value,)):
                setattr(self, name, knob.default_value)

    def look_again(self) -> None:
        """Draw again: what can be compared has changed."""
        self._ask(refit=False)

    def _link(self, selection: Selection) -> None:
        reference = weakref.ref(self)

        def changed(_: Selection) -> None:
            widget = reference()
            if widget is not None:
                widget._ask(refit=False)

        selection.attach(self)
        self._arriving = True
        self._stop_observing = selection.observe(changed)

    def _unlink(self, selection: Selection) -> None:
        self._stop_observing()
        selection.detach(self, f"{self._name}/")

    def _selection_swapped(self, change: Any) -> None:
        self._unlink(change["old"])
        self._link(change["new"])
        self._ask(refit=False)

    def _show(self, fitted: Fitted, drawn: Drawn) -> None:
        self._ground = (drawn.scope.data, fitted.known)
        super()._show(fitted, drawn)

    def _current(self, answer: Callable[[], Outcome[T]]) -> Outcome[T]:
        self._watch.settle()
        return self._as_it_is(answer)

    def _as_it_is(self, answer: Callable[[], Outcome[T]]) -> Outcome[T]:
        try:
            return answer()
        except SupersededError:
            raise InputError("closed") from None

    @staticmethod
    def _value(outcome: Outcome[T]) -> T:
        if outcome.error is not None:
            raise outcome.error
        assert outcome.value is not None
        return outcome.value

    def _fit(self, request: Request) -> Fitted:
        inputs: Inputs = request.inputs
        first = not self._views
        progress = reporter(self._requests, request, self._say_progress, at_once=first)
        result = self.analyse(inputs.data, inputs.knobs, progress)
        return Fitted(result, self.knows(result), request.fit)

    def _draw(self, request: Request, fitted: Fitted) -> Drawn:
        inputs: Inputs = request.inputs
        ground = (inputs.data, fitted.known)
        shared = self.selection
        gestures, lost = carried(inputs.gestures, self._ground, ground, self._name)
        moved = reworded(shared.states, self._ground, ground, self._name)
        scope = shared.scope(inputs.data, fitted.known, gestures)
        notices = {"dropped": lost}
        if scope.lost:
            gestures, notices["taken_up"] = taken_up(gestures, scope.lost, ground)
            scope = shared.scope(inputs.data, fitted.known, gestures)
            notices["unanswered"] = scope.lost
        notices["strangers"] = scope.strange
        if not self._views:
            self._say_progress(None, "drawing")
        drawing = self.draw(fitted.result, inputs.data, inputs.knobs, scope)
        rows = {
            name: value for view in drawing.views for name, value in view_payload.rows(view).items()
        }
        structures = [view_payload.structure(view) for view in drawing.views]
        notice = " ".join(self._notice(key, some) for key, some in notices.items() if some)
        said = {g.id: self._said(g) for g in scope.gestures if g.id in scope.elsewhere}
        return Drawn(drawing, scope, structures, rows, notice, moved, said)

    def _notice(self, key: str, gestures: Iterable[Gesture]) -> str:
        words = "; ".join(gesture_words(gesture, self.namer) for gesture in gestures)
        return text.say(f"selection.{key}", clauses=words)

    def _said(self, gesture: Gesture) -> tuple[str, str | None]:
        """Words and colour of a gesture, from whoever answers for it."""
        member = self.selection.answering(gesture) or self
        return gesture_words(gesture, member.namer), member.color(gesture.clauses[0])
