"""CrmWidget: what all widgets are, so that a new one is its knobs, an analysis and a drawing."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import altair as alt
import pandas as pd

from ..charts.drawing import Choices
from ..charts.view import Chart
from ..data.comparable_groups import Groups
from ..data.scope import Scope
from ..data.vocabulary.clauses import Clause
from ..errors import InputError
from .assembly import assemble
from .author_stages import Author, checked_roles
from .computing.lock import LOCK
from .computing.records import Drawn, Found
from .computing.requests import Outcome
from .following.notebook_cells import follow_cells
from .knobs.knob import knobs_of
from .knobs.types import Press
from .page import export, view_payload
from .page.inbound import Check
from .page.runtime import built, join, runtime, shim
from .page.traits import PageTraits
from .selection.pandas_code import pandas_code
from .selection.selection import Selection
from .selection.sentences import gesture_words, sentence
from .update_flow import value_of

_numbers = itertools.count(1)
_STATIC = ("_views", "_rows", "_words", "_head", "_controls", "_strings", "_theme")
"""What an exported page is drawn from: aggregates and words, and no table of customers."""


class CrmWidget(Author, PageTraits):
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
    A subclass declares knobs as class attributes and writes ``analyse``, ``find`` (if the result
    depends on what is selected) and ``draw``. They run beside the notebook, on one thread, and
    touch no trait.
    """

    compares_groups: ClassVar[bool] = False
    """Whether groups are among its choices, so that it must know of new ones."""

    reread = Press(
        on_press=lambda widget: widget._table_binding.watcher.look(take=True), refits=False
    )
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
        self._given_roles = checked_roles(type(self), rest)
        self._name = f"{type(self).__name__}-{next(_numbers)}"
        """Tells this widget apart as the source of clauses."""
        made = assemble(self, data, with_rows=rows, live=live)
        self._writer, self._parts, self._flow = made.writer, made.parts, made.flow
        self._table_binding, self._member, self._inbox = made.table, made.member, made.inbox
        self.on_data(self.data)
        shared = Selection() if selection is None else selection
        super().__init__(_esm=shim(), _runtime=runtime(), selection=shared, **given)
        join(self)
        if self.knobs:
            self.observe(self._knob_changed, list(self.knobs))
        self.observe(self._selection_swapped, "selection")
        self._member.link(shared)
        self._table_binding.ready = True
        self._writer.say_words()
        self._flow.ask(refit=True)
        follow_cells(self._table_binding.watcher, self._flow.requests)

    # What an analyst calls.

    def __repr__(self) -> str:
        binding = getattr(self, "_table_binding", None)
        if binding is None or binding.data is None:
            return f"<{type(self).__name__}>"
        return f"<{type(self).__name__}: {len(binding.data.ids):,} customers>"

    @property
    def data(self) -> Any:
        """The table; assign a frame to analyse another one, with the roles given at the start."""
        if self._table_binding.data is None:
            raise InputError("closed")
        return self._table_binding.data

    @data.setter
    def data(self, frame: Any) -> None:
        self._table_binding.bind(frame)

    def refresh(self) -> None:
        """Read the frame again, and update the page.

        A table that stays in an engine is not queried after each cell: call this, or use
        ``crm.live(callable, every_s=…)``.
        """
        self._table_binding.read_again()

    @property
    def live(self) -> bool:
        """Whether the widget follows its frame by itself; can be set."""
        return self._table_binding.watcher.live

    @live.setter
    def live(self, follow: bool) -> None:
        self._table_binding.watcher.live = bool(follow)

    @property
    def result(self) -> Any:
        """The result for the inputs as they are now; waits until it is there."""
        return self._found().result

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
        """Pandas code that puts the rows of ``selected`` into a variable ``selected``.

        It uses ``frame``, the frame that the widget was given, ``pd``, and, where the selection
        depends on its result or on another widget, ``w``, this widget.
        """
        scope = self._scope()
        return pandas_code(scope.gestures, scope.data, scope.known, scope.elsewhere)

    def describe(self) -> str:
        """The selection in words, with how many customers of this widget's table it selects."""
        drawn = value_of(self.settle())
        scope, wording = self._scope(), self._writer.wording
        words = [
            drawn.said[gesture.id][0] if gesture.id in drawn.said
            else gesture_words(gesture, wording)
            for gesture in scope.gestures
        ]  # fmt: skip
        return sentence(scope.n, len(scope.universe), words)

    @property
    def charts(self) -> dict[str, alt.TopLevelMixin]:
        """The charts by the names of their views, with data and headings, to restyle or save."""
        drawing = value_of(self.settle()).drawing
        return {
            view.id: view_payload.chart(view) for view in drawing.views if isinstance(view, Chart)
        }

    @property
    def status(self) -> str:
        """``"ready"``, ``"working"``, ``"stale"``, ``"error"`` or ``"empty"``, as on the page."""
        return str(self._head["status"])

    def to_html(self, path: str | Path) -> Path:
        """Write the widget as it is now to one HTML file that needs no kernel and no network."""
        value_of(self.settle())
        with LOCK:
            shown = [*self.knobs, "selection", *_STATIC]
            state = self.get_state(shown)
        state["_head"] = state["_head"] | {"groups": []}  # names that nothing shown speaks of
        return export.write(path, built("runtime.js"), state, self._head["title"])

    def close(self) -> None:
        """Stop computing, leave the page and release the table."""
        binding = getattr(self, "_table_binding", None)
        if binding is not None and binding.ready:
            with LOCK:
                self._member.unlink(self.selection)
                self._flow.close()
                binding.close()
                self._writer.clear()
                for part in self._parts:
                    part.close()
        super().close()

    def settle(self) -> Outcome[Drawn]:
        """Bring the page up to date with the inputs, computing here what is missing."""
        self._table_binding.watcher.settle()
        return self._flow.settle()

    # What knobs ask.

    @property
    def named_groups(self) -> dict[str, Clause]:
        """The groups that have a name in the selection."""
        shared: Selection | None = self._trait_values.get("selection")
        return {} if shared is None else shared.named

    @property
    def comparable_groups(self) -> Groups:
        """These, and the segments that linked widgets offer."""
        shared: Selection | None = self._trait_values.get("selection")
        return Groups() if shared is None else shared.comparable

    def offered(self, knob: str) -> Choices:
        """What the drawing on the page offers for a knob."""
        return self._writer.choices.get(knob, Choices())

    def await_segments(self, names: Sequence[object]) -> None:
        """Wait for the linked widgets, if one of these names is a segment that none offers yet."""
        shared: Selection | None = self._trait_values.get("selection")
        if shared is not None:
            self._member.await_segments(shared, names)

    # How the parts are put together.

    def _found(self) -> Found:
        self._table_binding.watcher.settle()
        return value_of(self._flow.result())

    def _scope(self) -> Scope:
        scope = value_of(self.settle()).scope
        if scope.lost:
            raise InputError("selection_lost")
        return scope

    def _knob_changed(self, change: Any) -> None:
        name, knob = change["name"], self.knobs[change["name"]]
        handling = [part for part in self._parts if name in part.handles]
        if isinstance(knob, Press):
            if knob.on_press is not None:
                for _ in range(knob.times(change["old"], change["new"])):
                    knob.on_press(self)
        elif handling:
            if not self._flow.is_quiet:
                for part in handling:
                    part.knob_changed(name, change["new"])
        else:
            self._table_binding.watcher.retry()
            self._flow.ask(refit=knob.refits)

    def _selection_swapped(self, change: Any) -> None:
        for part in self._parts:
            part.selection_swapped()
        self._member.unlink(change["old"])
        self._member.link(change["new"])
        self._flow.ask(refit=False)

    def _selected(self) -> list[Any]:
        return self._writer.items()

    def _inbound(self) -> Mapping[str, Check]:
        return self._inbox.checks()

    def _echo(self, names: list[str]) -> None:
        super()._echo(names)
        if "selection" in names:
            self._writer.mark_selection_sent()

    def _repr_mimebundle_(self, **rest: Any) -> Any:
        runtime()
        self._table_binding.expected = True
        return super()._repr_mimebundle_(**rest)
