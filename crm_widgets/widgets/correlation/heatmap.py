"""CorrelationHeatmap: what goes with what, how surely, and whether it differs for some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...analysis.correlation.answers import CorrelationSource, correlation_source
from ...charts.correlation.scene import CorrelationScene
from ...charts.correlation.target_rates import KEY, VIEW, rate_predicates
from ...charts.correlation.views import (
    correlation_footer,
    correlation_line,
    correlation_title,
    correlation_views,
)
from ...charts.names import feature_name
from ...charts.view import Drawing, View
from ...data.gestures import fields_of
from ...data.scope import Data, Known, Scope
from ...data.vocabulary.clauses import Clause, Predicate
from ..computing.lock import RefusedError
from ..computing.records import Settings
from ..computing.requests import Progress
from ..page.selection_messages import Item
from ..selection.selection import Selection
from .choices import CorrelationChoices
from .find import CorrelationFindings, shown
from .levels import keys_of, merged, with_tail


class CorrelationHeatmap(CorrelationChoices):
    """Ask what goes with what, for columns of every type, with the uncertainty on it.

    Parameters
    ----------
    data
        A frame of customers (a row a customer), ``Customers``, or a log of transactions, of
        which recency, frequency, money and other measures of each customer are correlated.
    columns
        Columns to use; by default all but identifiers, constants and free text.
    customer, time, amount
        Names of the columns, where they cannot be told from their headers.
    method
        ``"auto"`` picks by what two columns are; ``"spearman"``, ``"pearson"``, ``"kendall"``
        and ``"partial"`` correlate numbers only.
    given
        Columns held fixed by ``"partial"``.
    order
        ``"cluster"`` (what goes together stands together), ``"name"`` or ``"strength"``.
    target, positive
        A column of few levels, and the level whose rate is shown by level of the others.
    threshold
        Smaller coefficients are left blank, 0 to 0.95. Decisions stay those over all pairs.
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
        A ``Selection`` shared with other widgets: what the others select is what is correlated.
    rows
        Whether the selected customers may be read and downloaded on the page.
    live
        Whether the widget follows the frame when a cell has changed it; if not, it offers a button.
    seed
        Of bootstraps and samples.

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
        unknown = set(knobs) - set(self.knobs)
        if unknown:
            msg = f"CorrelationHeatmap got an unexpected argument {sorted(unknown)[0]!r}"
            raise TypeError(msg)
        self._seed = seed
        self._scene: CorrelationScene | None = None
        self._axes: dict[str, tuple[float, ...]] = {}
        self._ends: dict[str, float] = {}
        if columns is not None:
            knobs["columns"] = tuple(columns)
        roles = {"customer": customer, "time": time, "amount": amount}
        given: dict[str, Any] = {k: value for k, value in roles.items() if value is not None}
        super().__init__(data, selection=selection, rows=rows, live=live, **given, **knobs)

    @property
    def result(self) -> CorrelationFindings:
        """What is shown, for the inputs as they are now."""
        found: CorrelationFindings = self._value(self.settle()).drawing.values["findings"]
        return found

    def analyse(self, data: Data, knobs: Settings, progress: Progress) -> CorrelationSource:
        """Read the columns; coefficients are computed when drawn, for the selection."""
        found = correlation_source(data, self._axes, self._ends)
        if data is self._data:
            self._source = found
        return found

    def knows(self, result: CorrelationSource) -> Known | None:
        """Measures of a log's customers, and numbers that came as text."""
        return result.known

    def draw(
        self, result: CorrelationSource, data: Data, knobs: Settings, selection: Scope
    ) -> Drawing:
        """Correlate the rows that others selected, and draw what is asked for."""
        own = f"{self._name}/"
        scene = shown(result, knobs, selection, own, self.pair_columns, self._seed)
        self._scene, self._shares_levels = scene, scene.shared
        mine = next((g for g in selection.gestures if g.source == f"{own}{VIEW}"), None)
        picked = () if mine is None else keys_of(mine, rate_predicates(scene))
        customers = None if result.known is None else result.known.customers
        findings = CorrelationFindings(
            scene.correlation, scene.comparison, scene.pair, customers, scene.sides
        )
        return Drawing(
            title=correlation_title(scene),
            views=correlation_views(scene, picked),
            line=correlation_line(len(selection.universe), selection.n if selection else None),
            footer=correlation_footer(scene),
            values={"findings": findings},
        )

    def clause_for(self, view: View, predicates: tuple[Predicate, ...]) -> tuple[Clause, ...]:
        """Conditions on columns; numbers that came as text are conditions on what was read."""
        if view.id == VIEW:
            known = {} if self._scene is None else rate_predicates(self._scene)
            predicates = merged(predicates, known)
        elif self._scene is not None and self._scene.whole is not None:
            predicates = tuple(with_tail(one, self._scene) for one in predicates)
        read = frozenset() if self._source is None else self._source.read_from_text
        found: list[Clause] = []
        for predicate in predicates:
            if read & set(fields_of(predicate)):
                found.append(Clause(predicate, "derived"))
            else:
                found += super().clause_for(view, (predicate,))
        if not found:
            raise RefusedError("a level that is not shown")
        return tuple(found)

    def _selected(self) -> list[Item]:
        """The selection as the page has it: levels of the target's bars by their keys."""
        items = super()._selected()
        known = {} if self._scene is None else rate_predicates(self._scene)
        by_id = {gesture.id: gesture for gesture in self.selection.gestures}
        for item in items:
            if item["view"] == VIEW:
                item["intervals"] = None
                item["values"] = {KEY: list(keys_of(by_id[item["id"]], known))}
        return items

    def _natives(self, field: str) -> list[Any]:
        found = super()._natives(field)
        if field == KEY and self._scene is not None:
            found += rate_predicates(self._scene)
        return found

    def label(self, field: str) -> str:
        """The word for a column."""
        names = {} if self._source is None else self._source.names
        return feature_name(names[field]) if field in names else super().label(field)
