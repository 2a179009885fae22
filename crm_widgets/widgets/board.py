"""Widgets side by side, two in a row where there is room for them."""

from __future__ import annotations

from typing import Any

import ipywidgets
from ipywidgets.widgets.trait_types import InstanceDict
from ipywidgets.widgets.widget import widget_serialization

from ..errors import InputError
from .base import CrmWidget
from .page.inbound import GuardedLayout, GuardedWidget


class Board(GuardedWidget, ipywidgets.GridBox):  # type: ignore[misc]
    """Widgets of this package, two in a row, such as those that share a ``Selection``.

    Nothing of a board can be set from a page, so it may be served to others. A widget that is
    closed leaves it.

    Parameters
    ----------
    *widgets
        From left to right, then below.
    least
        Width of a widget in pixels below which it moves under its neighbour. Default 560.

    Examples
    --------
    >>> from crm_widgets import Board, CohortComparator, SegmentExplorer, Selection, simulate
    >>> log, selection = simulate(300, seed=1).transactions, Selection()
    >>> board = Board(
    ...     SegmentExplorer(log, selection=selection), CohortComparator(log, selection=selection)
    ... )
    >>> len(board.children)
    2
    """

    layout = InstanceDict(GuardedLayout).tag(sync=True, **widget_serialization)

    def __init__(self, *widgets: CrmWidget, least: int = 560) -> None:
        for widget in widgets:
            if not isinstance(widget, CrmWidget):
                raise InputError("not_a_widget", given=type(widget).__name__)
        if not 100 <= least <= 10_000:
            raise InputError("out_of_range", name="least", given=least, lo=100, hi=10_000)
        columns = f"repeat(auto-fit, minmax(min(100%, max({least}px, 34%)), 1fr))"
        layout: Any = GuardedLayout(grid_template_columns=columns, grid_gap="24px", width="100%")
        self._widgets = widgets
        super().__init__(children=widgets, layout=layout)
        self._fill()
        for widget in widgets:
            widget.observe(self._drop_closed, "comm")

    def _drop_closed(self, change: Any) -> None:
        # a reference to a widget that is gone cannot be saved, nor drawn
        if change["new"] is None:
            left = [child for child in self._widgets if child.comm is not None]
            self._widgets = self.children = tuple(left)
            self._fill()

    def _fill(self) -> None:
        """Let the last of an odd number take the whole row: nothing of the board stays empty."""
        for widget in self._widgets:
            alone = widget is self._widgets[-1] and len(self._widgets) % 2 == 1
            widget.layout.grid_column = "1 / -1" if alone else None
