"""CrmWidget: what all widgets are, so that a new one is its knobs, an analysis and a drawing."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from ..charts.view import Chart
from ..data.scope import Known, Scope
from ..errors import InputError
from .computing.lock import LOCK
from .computing.requests import Compute, Outcome
from .following.data_watcher import Watch
from .following.notebook_cells import attend
from .knobs.knob import knobs_of
from .knobs.types import Press
from .page import export, view_payload
from .page.crossfilter import CubeJob
from .page.group_requests import Keeping
from .page.runtime import built, join, runtime, shim
from .selection.pandas_code import pandas_code
from .selection.selection import Selection
from .selection.sentences import gesture_words, sentence
from .update_flow import Wired

_numbers = itertools.count(1)
_STATIC = ("_views", "_rows", "_words", "_head", "_controls", "_strings", "_theme")
"""What an exported page is drawn from: aggregates and words, and no table of customers."""


class CrmWidget(Wired):
    """A table, an analysis of it, its views, and a selection that is a table again.

    Parameters
    ----------
    data
        A frame, or a table in an engine (a DuckDB relation, a polars LazyFrame, Ibis, Dask or
        PySpark), or ``Transactions`` or ``Customers``, or one of these from ``crm.live(…)``.
    selection
        A ``Selection`` to share with other widgets; one of its own by default.
    rows
        Whether the selected customers may be read and downloaded on the page.
    live
        Whether the widget follows the frame when a cell has changed it. If not, it says so, and
        offers a button.
    **rest
        Knobs by their names, and the roles of the frame's columns (``customer="…"``).

    Notes
    -----
    A subclass declares knobs as class attributes and writes ``analyse`` and ``draw``. Both
    run beside the notebook, on one thread, and touch no trait.
    """

    reread = Press(on_press=lambda widget: widget._watch.look(take=True), refits=False)
    """Pressed to read data that have changed, with ``live=False``."""
    _undo = Press(
        on_press=lambda w: w.selection.undo(), each=True, when=lambda w: False, refits=False
    )
    """Pressed in the heading or by Ctrl+Z, to take back the last step of the selection."""
    _redo = Press(
        on_press=lambda w: w.selection.redo(), each=True, when=lambda w: False, refits=False
    )
    """Pressed to make it again."""

    def __init_subclass__(cls, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        cls.knobs = knobs_of(cls)

    def __init__(
        self,
        data: Any,
        *,
        selection: Selection | None = None,
        rows: bool = False,
        live: bool = True,
        **rest: Any,
    ) -> None:
        given = {name: value for name, value in rest.items() if name in self.knobs}
        self._roles = {name: value for name, value in rest.items() if name not in self.knobs}
        self._ready, self._with_rows = False, rows
        self._data = self.read(data)
        self._watch = Watch(self, self._data.origin, live=live)
        self._name = f"{type(self).__name__}-{next(_numbers)}"
        self._requests = Compute(self._fit, self._draw, self._publish)
        self._cubes = CubeJob(self._send_cube)
        self._keeping = Keeping(self)
        self.on_data(self._data)
        shared = Selection() if selection is None else selection
        super().__init__(_esm=shim(), _runtime=runtime(), selection=shared, **given)
        join(self)
        if self.knobs:
            self.observe(self._knob_changed, list(self.knobs))
        self.observe(self._selection_swapped, "selection")
        self._link(shared)
        self._ready = True
        self._say_words()
        self._ask(refit=True)
        attend(self._watch, self._requests)

    def __repr__(self) -> str:
        if not self._ready or self._data is None:
            return f"<{type(self).__name__}>"
        return f"<{type(self).__name__}: {len(self._data.ids):,} customers>"

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
        """Read the frame again, or ask for it again, and compute anew.

        After a cell no engine is asked: a table that stays in one is read again by this, or by
        ``crm.live(callable, every_s=…)``.
        """
        origin = self.data.origin
        gone = origin.read() is None
        self._bind(self._data.again(self._data.frame if gone else origin))

    @property
    def live(self) -> bool:
        """Whether the widget follows its frame by itself; can be set."""
        return self._watch.live

    @live.setter
    def live(self, follow: bool) -> None:
        self._watch.live = bool(follow)

    @property
    def result(self) -> Any:
        """The result for the inputs as they are now: waited for, or computed here."""
        return self._value(self._current(self._requests.result)).result

    @property
    def selected(self) -> Any:
        """The selected rows of this widget's own table, of the caller's type and index."""
        return self._scope().frame()

    @property
    def ids(self) -> pd.Index[Any]:
        """Ids of the selected customers of this widget's own table."""
        return self._scope().ids()

    @property
    def code(self) -> str:
        """Pandas that leaves the rows of ``selected`` in a variable ``selected``.

        It uses ``frame``, the frame as it was handed over, ``pd``, and ``w``, this widget, where
        the selection speaks of its result or of what another widget shows.
        """
        scope = self._scope()
        return pandas_code(scope.gestures, scope.data, scope.known, scope.elsewhere)

    def describe(self) -> str:
        """The selection in words, with how many customers of this widget's table it selects."""
        scope = self._scope()
        words = [
            self._said(gesture)[0] if gesture.id in scope.elsewhere
            else gesture_words(gesture, self.namer)
            for gesture in scope.gestures
        ]  # fmt: skip
        return sentence(scope.n, len(scope.universe), words)

    @property
    def charts(self) -> dict[str, alt.TopLevelMixin]:
        """Its charts by the names of their views, with data and headings, to restyle or save."""
        drawn = self._value(self.settle())
        views = drawn.drawing.views
        return {view.id: view_payload.chart(view) for view in views if isinstance(view, Chart)}

    @property
    def status(self) -> str:
        """``"ready"``, ``"working"``, ``"stale"``, ``"error"`` or ``"empty"``, as on the page."""
        return str(self._head["status"])

    def to_html(self, path: str | Path) -> Path:
        """Write the widget as it is now to one HTML file that needs no kernel and no network."""
        self._value(self.settle())
        with LOCK:
            shown = [*self.knobs, "selection", *_STATIC]
            state = self.get_state(shown)
        state["_head"] = state["_head"] | {"groups": []}  # names that nothing shown speaks of
        return export.write(path, built("runtime.js"), state, self._head["title"])

    def close(self) -> None:
        """Stop computing, leave the page and release the table."""
        if getattr(self, "_ready", False):
            with LOCK:
                self._ready = False
                self._requests.close()
                self._unlink(self.selection)
                self._watch.close()
                self._data = self._known = self._customers = None
                self._shown, self._ground, self._drawn = (), None, None
        super().close()

    def settle(self) -> Outcome[Any]:
        """Bring the page up to date with the inputs, computing here what is missing."""
        return self._current(self._requests.answer)

    def known(self) -> Known | None:
        """What the result knows of customers; None if there is no result."""
        fitted = self._as_it_is(self._requests.result)
        return None if fitted.value is None else fitted.value.known

    def _scope(self) -> Scope:
        scope: Scope = self._value(self.settle()).scope
        if scope.lost:
            raise InputError("selection_lost")
        return scope

    def _repr_mimebundle_(self, **rest: Any) -> Any:
        runtime()
        self._expected = True
        return super()._repr_mimebundle_(**rest)
