"""SegmentExplorer: who the customers are, and any group of them as a table."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ... import text
from ...analysis.contrasts.confirmation import Confirmation
from ...analysis.contrasts.contrast import Contrast
from ...analysis.segments.find import Segmentation, find_segments
from ...charts.binning import Bins
from ...charts.controls import Option
from ...charts.drawing import Drawing
from ...charts.names import feature_name, segment_names
from ...charts.segments.scene import Scene
from ...charts.segments.views import (
    segment_footer,
    segment_line,
    segment_tally,
    segment_title,
    segment_views,
)
from ...charts.segments.wording import in_use, segment_wording
from ...data.machine.memory import give_back
from ...data.roles import Customers, Transactions
from ...data.scope import Data, Known, Scope
from ..base import CrmWidget
from ..computing.records import Settings
from ..computing.requests import Progress
from ..knobs.types import Choice, Columns, Day
from ..page.crossfilter import crossfilter
from ..parts.contrasts import Confirm, Contrasts
from ..parts.group_picker import GroupPicker, PickedGroup
from ..parts.part import Host, Part
from ..parts.segment_groups import SegmentGroups
from ..selection.selection import Selection
from .colors import SegmentColors
from .knobs import AUTO, SegmentCount

MOST_LEVELS = 12
"""Levels a column may have to be taken as segments."""

LOG_FEATURES = (
    "recency_days", "frequency", "monetary", "tenure_days", "mean_order_value",
    "mean_days_between",
)  # fmt: skip


def _is_model(widget: Any) -> bool:
    return widget.method in ("kmeans", "gaussian_mixture", "clusterer")


def _is_log(widget: Any) -> bool:
    return isinstance(widget.data, Transactions)


class SegmentExplorer(CrmWidget):
    """Find segments of customers, and explore them by brushing and clicking.

    Parameters
    ----------
    data
        A frame of transactions (a row a purchase) or of customers (a row a customer), or
        ``Transactions`` or ``Customers``, or ``crm.live(…)``.
    customer, time, amount, order, product
        Names of the columns, where they cannot be told from their headers.
    returns
        How returns (negative amounts) count: ``"net"``, ``"gross"`` or ``"drop"``.
    method
        ``"rfm"`` (the default of a transaction log), ``"kmeans"`` (the default of a table of
        customers), ``"gaussian_mixture"``, a column that has segments already, or a
        scikit-learn clusterer.
    k
        Number of segments, 2 to 12, or ``"auto"``.
    features
        What customers are compared by; by default recency, frequency and money, or all
        usable columns of a table of customers.
    as_of
        The day from which recency is counted, by default the day after the last transaction.
    scheme
        Names of the RFM segments: ``"ten"``, ``"eight"`` (the default in Chinese), or a grid.
    names
        Names of your own, by segment: ``{"champions": "VIP"}``.
    money
        The column of a table of customers that holds what each brought.
    money_unit
        Written before amounts, such as ``"$"``.
    selection
        A ``Selection`` shared with other widgets.
    rows
        Whether the selected customers may be read and downloaded on the page.
    live
        Whether the widget follows the frame when a cell has changed it; if not, it offers a button.
    seed
        For the starting points of the methods that need some.
    holdout
        The share of customers, 0.05 to 0.95, to be kept back for testing what was found; none by
        default. They are chosen by a hash of their ids alone, and everything here is of the
        others. See ``confirm``.

    Examples
    --------
    >>> from crm_widgets import SegmentExplorer, simulate
    >>> w = SegmentExplorer(simulate(300, seed=1).transactions)
    >>> w.selection.set(r_score=[4, 5])
    >>> len(w.ids) < 300
    True
    """

    method = Choice(lambda widget: widget.methods, "rfm")
    """What makes the segments. Default ``"rfm"`` for a log, ``"kmeans"`` for customers."""
    k = SegmentCount(AUTO, when=_is_model)
    """Number of segments, 2 to 12, or ``"auto"``."""
    features = Columns(
        lambda widget: widget.features_offered, None, optional=True,
        when=lambda w: w.method != "rfm",
    )  # fmt: skip
    """What customers are compared by, and the map is of; ``None``: what suits the method."""
    as_of = Day(None, when=_is_log)
    """The day from which recency is counted; ``None``: the day after the last transaction."""
    group = PickedGroup()
    """A group saved with ``selection.save_as``, as a condition; ``None``: no group."""
    verify = Confirm()
    """Pressed to test the differences on the customers held out; see ``confirm``."""

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
        method: Any = None,
        scheme: Any = None,
        names: Mapping[Hashable, str] | None = None,
        money: str | None = None,
        money_unit: str = "",
        selection: Selection | None = None,
        rows: bool = False,
        live: bool = True,
        seed: int = 0,
        holdout: float | None = None,
        **knobs: Any,
    ) -> None:
        self._scheme, self._seed, self._holdout = scheme, seed, holdout
        self._money, self._money_unit = money, money_unit
        self._renamed: dict[Hashable, str] = dict(names or {})
        self._colors = SegmentColors()
        self._axes: dict[str, Bins] = {}
        self._ends: dict[str, float] = {}
        self._scene_last: Scene | None = None
        self._clusterer = None if method is None or isinstance(method, str) else method
        self.features_offered: list[Option] = []
        self._columns: list[str] = []
        if knobs.get("features") is not None:
            knobs["features"] = tuple(knobs["features"])
        if method is not None:
            knobs["method"] = method if isinstance(method, str) else "clusterer"
        super().__init__(
            data, selection=selection, rows=rows, live=live, customer=customer, time=time,
            amount=amount, order=order, product=product, returns=returns, **knobs,
        )  # fmt: skip

    def make_parts(self, host: Host) -> tuple[Part, ...]:
        """Groups that are picked, segments that others compare, and what sets groups apart."""
        self._contrasts = Contrasts(host, self._holdout, self.knows, self._scene)
        groups = SegmentGroups(host, self._names_of, self._are_facts)
        return GroupPicker(host), groups, self._contrasts

    def rename(self, names: Mapping[Hashable, str]) -> None:
        """Rename segments, given by their label or their present name."""
        self._renamed = self._renamed | dict(names)
        self._flow.ask(refit=False)

    @property
    def holdout(self) -> float | None:
        """The share of customers held out, or None."""
        return self._holdout

    @property
    def contrasts(self) -> Contrast | None:
        """How the selected customers differ from the rest; None if nothing is selected."""
        found = self._found()
        return self._contrasts.contrast(found.result, found.scope) if found.scope else None

    @property
    def confirmations(self) -> tuple[Confirmation, ...]:
        """All confirmations of this widget, p adjusted for all of them."""
        return self._contrasts.confirmations.all()

    def confirm(self) -> Confirmation:
        """Test on the held-out customers how the selected ones differ from the rest.

        Each test counts: p are adjusted by Holm over all features of all confirmations of this
        widget. Testing the same group again changes nothing and does not count.

        Raises
        ------
        InputError
            If no customers are held out, nothing is selected, or a condition is of another table
            or model.
        AnalysisError
            If nothing differs clearly, or fewer than ten held-out customers are on a side.
        """
        try:
            return self._contrasts.test(self.result, self._scope())
        finally:
            self._flow.ask(refit=False)

    def on_data(self, data: Data) -> None:
        """Offer what this table can be segmented by."""
        kinds = data.table.kinds
        if isinstance(data, Customers):
            usable = [c for c, kind in kinds.items() if kind != "time" and c != data.customer]
            grouping = [c for c in usable if kinds[c] in ("category", "bool")]
            self._columns = [c for c in grouping if 2 <= len(data.table.distinct(c)) <= MOST_LEVELS]
        else:
            usable, self._columns = list(LOG_FEATURES), []
        self.features_offered = [Option(name, feature_name(name)) for name in usable]
        known = [o.value if isinstance(o, Option) else o for o in self.methods]
        if self._trait_values.get("method") not in known:
            self.method = known[0]

    @property
    def methods(self) -> Sequence[str | Option]:
        """What can make the segments of this table."""
        models = ["kmeans", "gaussian_mixture"]
        if self._clusterer is not None:
            models.append("clusterer")
        own = [Option(name, text.say("knob.method.column", column=name)) for name in self._columns]
        return [*(["rfm"] if _is_log(self) else []), *models, *own]

    def analyse(self, data: Data, knobs: Settings, progress: Progress) -> Segmentation:
        """Find the segments."""
        method = self._clusterer if knobs.method == "clusterer" else knobs.method
        chosen = None if knobs.method == "rfm" else knobs.features
        scheme = self._scheme or ("eight" if text.locale() == "zh" else "ten")
        found = find_segments(
            data, method=method, k=knobs.k, features=chosen,
            seed=self._seed, as_of=knobs.as_of, scheme=scheme, money=self._money, progress=progress,
        )  # fmt: skip
        give_back(data.table.n)
        return found

    def knows(self, source: Segmentation) -> Known | None:
        """The features and the segment of each customer; a column's levels are facts."""
        known = super().knows(source)
        if known is None or not self._are_facts(source):
            return known
        return replace(known, facts=frozenset({"segment"}))

    def draw(self, result: Segmentation, scope: Scope) -> Drawing:
        """Draw the segments, the selected customers over all."""
        scene = self._scene(result, scope)
        undivided = scene.cached("views", lambda: segment_views(scene))
        where = crossfilter(scope, undivided).where
        return Drawing(
            title=segment_title(scene),
            views=segment_views(scene, where),
            line=segment_line(scene, where("")),
            tally=segment_tally(scene),
            footer=segment_footer(scene, scope.data.notes),
            wording=segment_wording(scene, scope.data.table.kinds),
            choices=in_use(result),
        )

    def _scene(self, result: Segmentation, scope: Scope) -> Scene:
        """On which a result is drawn: the same one as long as nothing but the selection changes."""
        names, last = self._names_of(result), self._scene_last
        if last is None or last.result is not result:
            assert scope.known is not None
            last = Scene(
                result=result, table=scope.known.table, names=names, money=result.money,
                money_unit=self._money_unit, axes=self._axes, places=self._colors.of(result),
                ends=self._ends,
            )  # fmt: skip
        elif last.names != names:
            last = replace(last, names=names)
        self._scene_last = last
        return last

    def _are_facts(self, result: Segmentation) -> bool:
        return result.inputs["method"] in self._columns

    def _names_of(self, result: Segmentation) -> dict[Hashable, str]:
        return segment_names(
            result.segments.index, result.traits, features=result.features, renamed=self._renamed
        )

    def close(self) -> None:
        """Stop computing, leave the page and release the table."""
        super().close()
        self._scene_last = None
