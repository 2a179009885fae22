"""CorrelationHeatmap: what goes with what, how surely, and whether it differs for some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...analysis.correlation.find import Asked, CorrelationFindings, find_correlation
from ...analysis.correlation.source import CorrelationSource, correlation_source
from ...charts.correlation.scene import MOST_CHARTS, column_wording, scene_of
from ...charts.correlation.views import (
    correlation_footer,
    correlation_line,
    correlation_title,
    correlation_views,
    picked_rates,
)
from ...charts.drawing import Choices, Drawing
from ...charts.wording import wording_of_columns
from ...data.machine.result_cache import ResultCache
from ...data.scope import Data, Known, Scope
from ..computing.records import Settings
from ..computing.requests import Progress
from ..selection.selection import Selection
from .choices import CorrelationChoices, columns_of_pairs

ASKED = (
    "columns", "method", "given", "order", "target", "positive", "compare", "group_a", "group_b",
    "threshold", "square", "set_aside", "pair",
)  # fmt: skip
"""Knobs that say what is asked of a table: all of them."""


class CorrelationHeatmap(CorrelationChoices):
    """See which columns of any type go together, and how certain that is.

    Parameters
    ----------
    data
        A frame of customers (a row a customer), ``Customers``, or a log of transactions. Of a
        log, recency, frequency, money and other measures of each customer are correlated.
    columns
        Columns to use; by default all but identifiers, constants and free text.
    customer, time, amount
        Names of the columns, where they cannot be told from their headers.
    method
        ``"auto"`` chooses by the kinds of two columns; ``"spearman"``, ``"pearson"``, ``"kendall"``
        and ``"partial"`` correlate numbers only.
    given
        Columns held fixed by ``"partial"``.
    order
        ``"cluster"`` (what goes together stands together), ``"name"`` or ``"strength"``.
    target, positive
        A column of few levels, and which of them is counted: its rate is shown at each level of
        the other columns.
    threshold
        Smaller coefficients are left blank, 0 to 0.95. Tests are still adjusted for all pairs.
    compare
        ``"selection"`` (against the rest) or a column of which two levels are compared.
    group_a, group_b
        Levels to compare; ``None``: the first worth reading, and all others.
    pair
        The opened pair of columns; ``None``: the strongest.
    square
        Draw both halves of the heatmap.
    set_aside
        Count levels that several columns share in the same rows as missing.
    selection
        A ``Selection`` shared with other widgets: the rows they select are correlated.
    rows
        Whether the selected customers may be read and downloaded on the page.
    live
        Whether the widget follows the frame when a cell has changed it; if not, it offers a button.
    seed
        Seed of bootstraps and samples.

    Examples
    --------
    >>> from crm_widgets import CorrelationHeatmap, simulate
    >>> w = CorrelationHeatmap(simulate(300, seed=1).transactions)
    >>> w.result.pairs["method"].unique().tolist()
    ['spearman']
    """

    def __init__(
        self,
        data: Any,
        columns: Sequence[str] | None = None,
        *,
        customer: str | None = None,
        time: str | None = None,
        amount: str | None = None,
        selection: Selection | None = None,
        rows: bool = False,
        live: bool = True,
        seed: int = 0,
        **knobs: Any,
    ) -> None:
        self._seed = seed
        self._axes: dict[str, tuple[float, ...]] = {}
        self._ends: dict[str, float] = {}
        self._drawn_of: tuple[CorrelationSource, ResultCache] | None = None
        if columns is not None:
            knobs["columns"] = tuple(columns)
        super().__init__(
            data, selection=selection, rows=rows, live=live, customer=customer, time=time,
            amount=amount, **knobs,
        )  # fmt: skip

    def analyse(self, data: Data, knobs: Settings, progress: Progress) -> CorrelationSource:
        """Read the columns; coefficients are those of what is selected."""
        return correlation_source(data, self._axes)

    def knows(self, source: CorrelationSource) -> Known | None:
        """Measures of a log's customers, and numbers that came as text."""
        return source.known

    def find(self, source: CorrelationSource, knobs: Settings, scope: Scope) -> CorrelationFindings:
        """Correlate the rows that others selected, and what else is asked for."""
        asked = {name: knobs[name] for name in ASKED}
        places = columns_of_pairs(source.data)
        return find_correlation(source, Asked(**asked, places=places, seed=self._seed), scope)

    def draw(self, result: CorrelationFindings, scope: Scope) -> Drawing:
        """Draw the coefficients, the opened pair, and what else was asked for."""
        scene = scene_of(result, self._ends, self._charts(result.source))
        data = scope.data
        undivided = correlation_views(scene, (), (data, scope.known))
        shown = scope.showing(*(view.outline for view in undivided))
        usual = wording_of_columns(data.columns, data.table.kinds)
        return Drawing(
            title=correlation_title(scene),
            views=correlation_views(scene, picked_rates(scene, shown), (data, scope.known)),
            line=correlation_line(len(scope.universe), scope.n if scope else None),
            footer=correlation_footer(scene),
            wording=column_wording(result, usual),
            choices={"set_aside": Choices(shown=result.shared)},
        )

    def _charts(self, source: CorrelationSource) -> ResultCache:
        """The charts drawn of a table: with another one they are made anew."""
        last = self._drawn_of
        if last is None or last[0] is not source:
            self._drawn_of = last = (source, ResultCache(MOST_CHARTS))
        return last[1]

    def close(self) -> None:
        """Stop computing, leave the page and release the table."""
        super().close()
        self._drawn_of = None
