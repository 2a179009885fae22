"""CohortComparator: who stays, who pays, whether a difference is real, and why."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any, get_args

import altair as alt

from ... import text
from ...analysis.cohorts.answers import CohortSource, Recipe
from ...analysis.cohorts.build import Cohorts
from ...analysis.cohorts.customers import COHORT, activity_field, activity_of
from ...analysis.cohorts.privacy import suppressed
from ...analysis.cohorts.windows import Windows
from ...charts.cohorts.names import cohort_names
from ...charts.cohorts.scene import CohortScene
from ...charts.cohorts.triangle import VIEW
from ...charts.cohorts.triangle_rows import ALL, WHOLE
from ...charts.cohorts.views import cohort_footer, cohort_line, cohort_title, cohort_views
from ...charts.view import Drawing, View
from ...data.roles import Transactions
from ...data.scope import Data, Known, Scope
from ...data.vocabulary.clauses import Clause, Predicate, Values
from ...errors import AnalysisError, InputError
from ..computing.records import Settings
from ..computing.requests import Progress
from ..page.selection_messages import Item
from ..selection.selection import Selection
from ..selection.sentences import Namer
from .choices import FIRST, GIVEN, CohortChoices
from .find import Asked, Chooser, CohortFindings, compared, picked_in


class CohortComparator(CohortChoices):
    """Compare cohorts, or any two groups of customers: who stays, who pays, and why.

    Parameters
    ----------
    data
        A frame of transactions (a row a purchase), or ``Transactions``.
    customer, time, amount, order, product
        Names of the columns, where they cannot be told from their headers.
    returns
        How returns (negative amounts) count: ``"net"``, ``"gross"`` or ``"drop"``.
    by
        ``"first_purchase"``; a column of the log (its value at each customer's first purchase);
        or groups of customers: a ``Segmentation``, a Series of labels by customer, or a mapping
        of names to customers.
    period
        ``"week"``, ``"month"``, ``"quarter"``, ``"year"``, or ``"auto"``: the longest with at
        least six cohorts.
    measure
        ``"retention"``, ``"unbounded_retention"``, ``"active"``, ``"revenue"``,
        ``"revenue_per_customer"``, ``"cumulative_revenue"``, ``"orders_per_active"`` or
        ``"order_value"``; see ``build_cohorts``.
    windows
        Ages of the triangle in ``"calendar"`` periods, or ``"rolling"``: in days since each
        customer's first purchase. Comparisons are always rolling.
    a, b
        Whom to compare: a cohort, several, a group that was kept with ``selection.save_as``,
        ``"selection"`` or ``"rest"``; see ``compare``.
    window
        Age of the window that the sentence speaks of; ``None``: the one half a year in.
    landmark
        Start all clocks after this day: how groups made of behaviour are compared.
    complete_history
        Whether the log holds every customer's first purchase. If not, its first cohort includes
        earlier customers, and is out of averages and tests.
    look_ahead
        Windows looked ahead by ``"unbounded_retention"``.
    silence_days
        Days without a purchase after which a customer counts as lost; by default the 90th
        percentile of the days between purchases.
    level
        Coverage of the intervals, 0 to 1.
    min_cell
        Customers below which a number is not shown, nor what would tell it: of the cohort, or of
        money in a window of those who bought. 1 shows all.
    money_unit
        Written before amounts, such as ``"$"``.
    selection
        A ``Selection`` shared with other widgets: cohorts are of the customers they select.
    rows
        Whether the selected customers may be read and downloaded on the page.
    live
        Whether the widget follows the frame when a cell has changed it; if not, it offers a button.

    Examples
    --------
    >>> from crm_widgets import CohortComparator, datasets
    >>> w = CohortComparator(datasets.cdnow(), period="month", complete_history=True)
    >>> w.compare("1997-01", "1997-03")
    >>> w.result.comparison.windows["difference"].round(3)[5]
    np.float64(0.018)
    >>> w.selection.set(cohort=["1997-01"], active_month_1=[True])
    >>> len(w.ids)
    1157
    """

    def __init__(
        self,
        data: Any,
        customer: str | None = None,
        time: str | None = None,
        amount: str | None = None,
        *,
        order: str | None = None,
        product: str | None = None,
        returns: str | None = None,
        by: Any = FIRST,
        windows: Windows = "calendar",
        complete_history: bool = False,
        look_ahead: int = 3,
        silence_days: int | None = None,
        level: float = 0.95,
        min_cell: int = 10,
        money_unit: str = "",
        selection: Selection | None = None,
        rows: bool = False,
        live: bool = True,
        **knobs: Any,
    ) -> None:
        unknown = set(knobs) - set(self.knobs)
        if unknown:
            msg = f"CohortComparator got an unexpected argument {sorted(unknown)[0]!r}"
            raise TypeError(msg)
        if windows not in get_args(Windows):
            allowed = ", ".join(get_args(Windows))
            raise InputError("unknown_choice", name="windows", given=windows, allowed=allowed)
        if min_cell < 1:
            raise InputError("out_of_range", name="min_cell", given=min_cell, lo=1, hi="∞")
        self._groups = None if isinstance(by, str) else by
        self._fixed = (windows, complete_history, look_ahead, level)
        self._silence_days, self._min_cell, self._money_unit = silence_days, min_cell, money_unit
        self._source: CohortSource | None = None
        self._names: dict[Hashable, str] = {}
        self._fixable = self._groups is not None
        self._charts: dict[Hashable, alt.TopLevelMixin] = {}
        roles = {
            "customer": customer, "time": time, "amount": amount, "order": order,
            "product": product, "returns": returns,
        }  # fmt: skip
        given = {name: value for name, value in roles.items() if value is not None}
        knobs["by"] = by if isinstance(by, str) else GIVEN
        super().__init__(data, selection=selection, rows=rows, live=live, **given, **knobs)

    @property
    def result(self) -> CohortFindings:
        """What is shown, for the inputs as they are now."""
        found: CohortFindings = self._value(self.settle()).drawing.values["findings"]
        return found

    def analyse(self, data: Data, knobs: Settings, progress: Progress) -> CohortSource:
        """Follow all customers; those that others select are followed when drawn."""
        assert isinstance(data, Transactions)
        progress(None, "cohorts")
        windows, complete, look_ahead, level = self._fixed
        by: Any = self._groups if knobs.by == GIVEN else knobs.by
        landmark = knobs.landmark if self._fixable else None
        recipe = Recipe(
            by, knobs.period, windows, knobs.measure, complete, look_ahead, landmark, level
        )
        return CohortSource(data, recipe, recipe.build(data))

    def knows(self, result: CohortSource) -> Known:
        """The cohort of each customer, and when he bought."""
        return result.known

    def draw(self, result: CohortSource, data: Data, knobs: Settings, selection: Scope) -> Drawing:
        """Draw the cohorts of the customers that others selected, and compare two sides."""
        assert isinstance(data, Transactions)
        by = self._groups if knobs.by == GIVEN else None if knobs.by == FIRST else object()
        names = cohort_names(result.whole.labels, by)
        members = [] if not selection.elsewhere else self.selection._living()
        chooser = Chooser(result, selection, names, members, self._name)
        where = chooser.others()
        shown: Cohorts | None
        try:
            shown = result.cohorts(where)
        except AnalysisError:
            shown = None
        asked = Asked(knobs.a, knobs.b, knobs.landmark, self._silence_days, self._min_cell)
        pair = compared(chooser, asked, where)
        scene = CohortScene(
            suppressed(result.whole, self._min_cell),
            None if shown is None else suppressed(shown, self._min_cell),
            names, pair, knobs.window, self._money_unit, self._min_cell,
            result.dated, data.notes, self._charts,
        )  # fmt: skip
        self._source, self._names, self._chosen = result, names, (pair.a.name, pair.b.name)
        self._offer(scene, selection.named)
        findings = CohortFindings(
            scene.shown, pair.comparison, pair.explanation, pair.survival, result.customers
        )
        return Drawing(
            title=cohort_title(scene, len(result.customers)),
            views=cohort_views(scene),
            line=cohort_line(selection.n, len(selection.universe), self._min_cell),
            footer=cohort_footer(scene),
            values={"findings": findings},
        )

    def clause_for(self, view: View, predicates: tuple[Predicate, ...]) -> tuple[Clause, ...]:
        """A cell, a row or a column as the customers who made it."""
        source = self._source
        if view.id != VIEW or source is None:
            return super().clause_for(view, predicates)
        model = source.fingerprint
        found: list[Clause] = []
        for predicate in predicates:
            assert isinstance(predicate, Values)
            kept = tuple(value for value in predicate.values if value not in (ALL, WHOLE))
            if predicate.field == COHORT and kept:
                found.append(Clause(Values(COHORT, kept), "model", model=model))
            elif kept:
                (age,) = kept[:1]
                field = activity_field(source.whole, int(str(age)))
                found.append(Clause(Values(field, (True,)), "model", model=model))
        return tuple(found)

    def _natives(self, field: str) -> list[Any]:
        if field == "age" and self._source is not None:
            return [WHOLE, *map(int, self._source.whole.cells["age"].unique())]
        return [*super()._natives(field), *([ALL] if field == COHORT else [])]

    def _selected(self) -> list[Item]:
        """The selection as the page has it: cells, rows and columns of the triangle."""
        items = super()._selected()
        source = self._source
        if source is None:
            return items
        gestures = {gesture.id: gesture for gesture in self.selection.gestures}
        free = not any(g.source == f"{self._name}/{VIEW}" for g in gestures.values())
        for item in items:
            gesture = gestures[item["id"]]
            mine = gesture.source == f"{self._name}/{VIEW}"
            found = picked_in(gesture, source) if mine or (free and not gesture.source) else None
            if found is None:
                if item["view"] == VIEW:
                    item |= {"view": None, "values": None}
                continue
            free = False
            values = {"cohort": found.get("cohort", [ALL]), "age": found.get("age", [WHOLE])}
            item |= {"view": VIEW, "intervals": None, "values": values}
        return items

    @property
    def namer(self) -> Namer:
        """How this widget calls its fields; the size of a group may be one that is withheld."""
        total, least = 0 if self._data is None else len(self._data.ids), self._min_cell

        def tells(n: int) -> bool:
            return n >= least and not 0 < total - n < least

        return replace(super().namer, tells=tells)

    def label(self, field: str) -> str:
        """The word for a field; for activity, the window."""
        found = activity_of(field)
        if found is None:
            return text.say("feature.cohort") if field == COHORT else super().label(field)
        period, first, last = found
        if first == last:
            return text.say(f"cohorts.age_{period}", age=first)
        return text.say(f"cohorts.ages_{period}", first=first, last=last)

    def level(self, field: str, value: Any) -> str:
        """The name of a cohort; whether somebody bought."""
        if field == COHORT:
            return self._names.get(value, str(value))
        if activity_of(field):
            return text.say("cohorts.bought" if value else "cohorts.not_bought")
        return super().level(field, value)
