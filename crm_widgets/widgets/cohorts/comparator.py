"""CohortComparator: who stays, who pays, whether a difference is real, and why."""

from __future__ import annotations

from typing import Any, get_args

from ...analysis.cohorts.find import Asked, CohortFindings, find_cohorts
from ...analysis.cohorts.source import CohortSource, Recipe
from ...analysis.cohorts.windows import Windows
from ...charts.cohorts.meaning import TriangleMeaning
from ...charts.cohorts.names import cohort_names
from ...charts.cohorts.scene import MOST_CHARTS, CohortScene, pair_of
from ...charts.cohorts.views import cohort_footer, cohort_line, cohort_title, cohort_views
from ...charts.cohorts.wording import cohort_choices, cohort_wording
from ...charts.drawing import Drawing
from ...charts.wording import wording_of_columns
from ...data.machine.result_cache import ResultCache
from ...data.roles import Transactions
from ...data.scope import Data, Known, Scope
from ...errors import InputError
from ..computing.records import Settings
from ..computing.requests import Progress
from ..selection.comparable_groups import group_options
from ..selection.selection import Selection
from .choices import FIRST, GIVEN, CohortChoices, sides_taken


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
        Age of the window that the title describes; ``None``: the one after half a year.
    landmark
        Follow everybody from this day on, so that groups defined by earlier behaviour can be
        compared.
    complete_history
        Whether the log holds every customer's first purchase. If not, its first cohort includes
        earlier customers, and is excluded from averages and tests.
    look_ahead
        How many windows ``"unbounded_retention"`` looks ahead.
    silence_days
        Days without a purchase after which a customer counts as lost; by default the 90th
        percentile of the days between purchases.
    level
        Coverage of the intervals, 0 to 1.
    min_cell
        A number made by fewer customers is not shown, and neither is what would reveal it. They
        are counted in the cohort; for money, among those who bought in the window. 1 shows all.
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
        if windows not in get_args(Windows):
            allowed = ", ".join(get_args(Windows))
            raise InputError("unknown_choice", name="windows", given=windows, allowed=allowed)
        if min_cell < 1:
            raise InputError("out_of_range", name="min_cell", given=min_cell, lo=1, hi="∞")
        self._groups = None if isinstance(by, str) else by
        self._fixed = (windows, complete_history, look_ahead, level)
        self._silence_days, self._min_cell, self._money_unit = silence_days, min_cell, money_unit
        self._charts = ResultCache(MOST_CHARTS)
        knobs["by"] = by if isinstance(by, str) else GIVEN
        super().__init__(
            data, selection=selection, rows=rows, live=live, customer=customer, time=time,
            amount=amount, order=order, product=product, returns=returns, **knobs,
        )  # fmt: skip

    def analyse(self, data: Data, knobs: Settings, progress: Progress) -> CohortSource:
        """Follow all customers; those that others select are followed when it is found."""
        assert isinstance(data, Transactions)
        progress(None, "cohorts")
        windows, complete, look_ahead, level = self._fixed
        by: Any = self._groups if knobs.by == GIVEN else knobs.by
        landmark = knobs.landmark if self._groups is not None else None
        recipe = Recipe(
            by, knobs.period, windows, knobs.measure, complete, look_ahead, landmark, level
        )
        return CohortSource(data, recipe, recipe.build(data))

    def knows(self, source: CohortSource) -> Known:
        """The cohort of each customer, and when he bought."""
        return source.known

    def find(self, source: CohortSource, knobs: Settings, scope: Scope) -> CohortFindings:
        """Follow the customers that others select, and compare two sides."""
        asked = Asked(
            knobs.a, knobs.b, knobs.window, knobs.landmark, self._silence_days, self._min_cell
        )
        return find_cohorts(source, asked, scope)

    def draw(self, result: CohortFindings, scope: Scope) -> Drawing:
        """Draw the cohorts, the two sides, and what can be chosen of them."""
        source, data = result.source, scope.data
        by = source.recipe.by
        names = cohort_names(source.whole.labels, None if by == FIRST else by)
        scene = CohortScene(
            result.whole, result.cohorts, names, pair_of(result, names), result.asked.window,
            self._money_unit, result.asked.min_cell, source.dated, data.notes, self._charts,
        )  # fmt: skip
        usual = wording_of_columns(data.columns, data.table.kinds)
        groups = group_options(sides_taken(source.whole.labels), scope.named)
        dated = self._groups is not None or result.asked.landmark is not None
        return Drawing(
            title=cohort_title(scene, len(result.customers)),
            views=cohort_views(scene, TriangleMeaning(source)),
            line=cohort_line(scope.n, len(scope.universe), result.asked.min_cell),
            footer=cohort_footer(scene),
            wording=cohort_wording(scene, usual, len(data.ids)),
            choices=cohort_choices(scene, tuple(groups), dated=dated),
        )
