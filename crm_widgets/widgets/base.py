"""CrmWidget: what all widgets are, so that a new one is its knobs, an analysis and a drawing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import altair as alt
import pandas as pd

from .. import text
from ..charts.view import Drawing, View
from ..data.clauses import Clause, Predicate
from ..data import as_data
from ..errors import InputError
from . import export, publish
from .carry import carried
from .cells import await_first
from .compute import Compute, Outcome, Progress, Request, SupersededError, reporter
from .conditions import place
from .describe import Namer, gesture_words, plain_label, plain_level
from .door import LOCK, RefusedError
from .knob_types import Press
from .knobs import Knob, knobs_of
from .page import Page
from .records import Drawn, Fitted, Inputs, Settings
from .runtime import built, join, runtime, shim
from .scope import Data, Known, Scope
from .selection import Selection

_numbers = itertools.count(1)
T = TypeVar("T")
_STATIC = ("_views", "_rows", "_words", "_head", "_controls", "_strings", "_theme")
"""What an exported page is drawn from: aggregates and words, and no table of customers."""


class CrmWidget(Page):
    """A table, an analysis of it, its views, and a selection that is a table again.

    Parameters
    ----------
    data
        A frame, or ``Transactions`` or ``Customers``.
    selection
        A ``Selection`` to share with other widgets; one of its own by default.
    rows
        Whether the selected customers may be read and downloaded on the page.
    **rest
        Knobs by their names, and the roles of the frame's columns (``customer="…"``).

    Notes
    -----
    A subclass declares knobs as class attributes and writes ``analyse`` and ``draw``. Both
    run beside the notebook, on one thread, and touch no trait.
    """

    model_fields: ClassVar[frozenset[str]] = frozenset({"segment", "pc1", "pc2"})
    """Columns of ``result.customers`` that mean something only for one fitted model."""

    knobs: ClassVar[dict[str, Knob]] = {}

    def __init_subclass__(cls, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        cls.knobs = knobs_of(cls)

    def __init__(
        self, data: Any, *, selection: Selection | None = None, rows: bool = False, **rest: Any
    ) -> None:
        given = {name: value for name, value in rest.items() if name in self.knobs}
        self._roles = {name: value for name, value in rest.items() if name not in self.knobs}
        self._ready, self._with_rows = False, rows
        self._given, self._data = data, as_data(data, **self._roles)
        self._name = f"{type(self).__name__}-{next(_numbers)}"
        self._requests = Compute(self._fit, self._draw, self._publish)
        self._published, self._known, self._views_shown = 0, None, ()
        self._sent, self._customers = [], pd.DataFrame()
        self.on_data(self._data)
        shared = Selection() if selection is None else selection
        super().__init__(_esm=shim(), _runtime=runtime(), selection=shared, **given)
        join(self)
        if self.knobs:
            self.observe(self._knob_changed, list(self.knobs))
        self.observe(self._selection_swapped, "selection")
        self._link(self.selection)
        self._ready = True
        self._say_words()
        self._ask(refit=True)
        await_first(self._requests)

    # what a widget's author writes

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
        labels = {dim.key: dim.label for view in self._views_shown for dim in view.dims}
        return labels.get(field) or plain_label(field)

    def level(self, field: str, value: Any) -> str:
        """The word for a value of a field."""
        return plain_level(field, value)

    def color(self, clause: Clause) -> str | None:
        """The colour of a clause's chip."""
        return None

    # what a user reads and sets

    def __repr__(self) -> str:
        if not self._ready or self._data is None:
            return f"<{type(self).__name__}>"
        return f"<{type(self).__name__}: {len(self._data.ids):,} customers, {self.status}>"

    @property
    def data(self) -> Any:
        """The table; assign a frame to analyse another one, with the roles given at the start."""
        if self._data is None:
            raise InputError("closed")
        return self._data

    @data.setter
    def data(self, frame: Any) -> None:
        self._bind(frame)

    def refresh(self) -> None:
        """Read the frame again, and compute anew."""
        self._bind(self._given)

    @property
    def result(self) -> Any:
        """The result for the inputs as they are now: waited for, or computed here."""
        return self._value(self._current(self._requests.fitted)).result

    @property
    def selected(self) -> Any:
        """The selected rows of this widget's own table, of the caller's type and index."""
        scope = self._scope()
        if scope.lost:
            raise InputError("selection_lost")
        return scope.frame()

    @property
    def charts(self) -> dict[str, alt.TopLevelMixin]:
        """The charts by the names of their views, with data and headings, to restyle or save."""
        drawn = self._value(self.settle())
        return {view.id: publish.chart(view) for view in drawn.drawing.views}

    @property
    def status(self) -> str:
        """``"ready"``, ``"working"``, ``"stale"``, ``"error"`` or ``"empty"``, as the page has it."""
        return str(self._head["status"])

    def to_html(self, path: str | Path) -> Path:
        """Write the widget as it is now to one HTML file that needs no kernel and no network."""
        self._value(self.settle())
        with LOCK:
            shown = [*self.knobs, "selection", *_STATIC]
            state = self.get_state(shown)
        return export.write(path, built("runtime.js"), state, self._head["title"])

    def close(self) -> None:
        """Stop computing, leave the page and release the table."""
        if getattr(self, "_ready", False):
            self._ready = False
            self._requests.close()
            self._unlink(self.selection)
            self._data = self._given = self._known = None
            self._views_shown = ()
        super().close()

    def settle(self) -> Outcome[Any]:
        """Bring the page up to date with the inputs, computing here what is missing."""
        outcome = self._current(self._requests.drawn)
        request = self._requests.newest
        if request is not None and request.number == self._requests.drawings.number:
            self._publish(request, self._requests.fitted(request), outcome)
        return outcome

    def known(self) -> Known | None:
        """What the result knows of customers; None if there is no result."""
        fitted = self._current(self._requests.fitted)
        return None if fitted.error is not None or fitted.value is None else fitted.value.known

    @property
    def namer(self) -> Namer:
        """How this widget calls its fields."""
        kinds = self._data.table.kinds if self._data is not None else {}
        return Namer(self.label, self.level, lambda field: kinds.get(field) == "time")

    # how it works

    def _repr_mimebundle_(self, **rest: Any) -> Any:
        runtime()
        return super()._repr_mimebundle_(**rest)

    def _bind(self, frame: Any) -> None:
        data = as_data(frame, **self._roles)
        with LOCK:
            self._given, self._data, self._ready = frame, data, False
            self.on_data(data)
            for name, knob in self.knobs.items():
                try:
                    knob._validate(self, getattr(self, name))
                except InputError:
                    setattr(self, name, knob.default_value)
            self._ready = True
            self._ask(refit=True)

    def _knob_changed(self, change: Any) -> None:
        knob = self.knobs[change["name"]]
        if isinstance(knob, Press):
            if knob.on_press is not None:
                knob.on_press(self)
        else:
            self._ask(refit=knob.refits)

    def _ask(self, *, refit: bool) -> None:
        with LOCK:
            if not self._ready:
                return
            values = Settings({name: getattr(self, name) for name in self.knobs})
            inputs = Inputs(self._data, values, self.selection.gestures)
            self._requests.ask(inputs, refit=refit)
            self._say_working()

    def _current(self, stage: Callable[[Request], Outcome[T]]) -> Outcome[T]:
        try:
            return self._requests.current(stage)
        except SupersededError:
            raise InputError("closed") from None

    @staticmethod
    def _value(outcome: Outcome[T]) -> T:
        if outcome.error is not None:
            raise outcome.error
        assert outcome.value is not None
        return outcome.value

    def _scope(self) -> Scope:
        return self._value(self.settle()).scope  # type: ignore[no-any-return]

    def _fit(self, request: Request) -> Fitted:
        inputs: Inputs = request.inputs
        progress = reporter(self._requests, request, self._say_progress)
        result = self.analyse(inputs.data, inputs.knobs, progress)
        return Fitted(result, self.knows(result), request.fit)

    def _draw(self, request: Request, fitted: Fitted) -> Drawn:
        inputs: Inputs = request.inputs
        gestures, lost = carried(inputs.gestures, self._known, fitted.known, self._name)
        scope = self.selection.scope(inputs.data, fitted.known, gestures)
        drawing = self.draw(fitted.result, inputs.data, inputs.knobs, scope)
        rows = {name: value for view in drawing.views for name, value in publish.rows(view).items()}
        words = [gesture_words(gesture, self.namer) for gesture in lost]
        notice = text.say("selection.dropped", clauses="; ".join(words)) if lost else ""
        return Drawn(drawing, scope, [publish.structure(v) for v in drawing.views], rows, notice)
