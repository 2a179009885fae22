"""SegmentExplorer: who the customers are, and any group of them as a table."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from ... import text
from ...analysis.segments.find import Segmentation, find_segments
from ...charts.binning import Bins
from ...charts.names import feature_name, segment_names
from ...charts.segments.scene import Scene
from ...charts.segments.views import (
    segment_footer,
    segment_line,
    segment_tally,
    segment_title,
    segment_views,
)
from ...charts.theme import color_of
from ...charts.view import Drawing, Option
from ...data.machine.memory import give_back
from ...data.roles import Customers, Transactions
from ...data.scope import Data, Known, Scope
from ...data.vocabulary.clauses import Clause, Values
from ..computing.records import Settings
from ..computing.requests import Progress
from ..knobs.types import Choice
from ..page.crossfilter import Crossfilter
from ..parts.contrasts import Confirm, ContrastWidget
from ..parts.group_picker import GroupPicker, PickedGroup
from ..parts.segment_groups import OfferedSegments
from ..selection.selection import Selection
from .colors import SegmentColors
from .knobs import AUTO, ComparedBy, CountedFrom, SegmentCount

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


class SegmentExplorer(OfferedSegments, GroupPicker, ContrastWidget):
    """Explore the segments of customers by touching them.

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
        The day from which recency counts, by default the day after the last transaction.
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

    method = Choice(lambda widget: widget._methods(), "rfm")
    """What makes the segments. Default ``"rfm"`` for a log, ``"kmeans"`` for customers."""
    k = SegmentCount(AUTO, when=_is_model)
    """Number of segments, 2 to 12, or ``"auto"``."""
    features = ComparedBy(
        lambda widget: widget._usable, None, optional=True, when=lambda w: w.method != "rfm"
    )
    """What customers are compared by, and the map is of; ``None``: what suits the method."""
    as_of = CountedFrom(None, when=_is_log)
    """The day from which recency counts; ``None``: the day after the last transaction."""
    group = PickedGroup()
    """A group kept with ``selection.save_as``, as a condition; ``None``: none."""
    verify = Confirm()
    """Pressed to test what sets the selected customers apart on those held out; see ``confirm``."""

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
        self._scheme, self._seed = scheme, seed
        self._money, self._money_unit = money, money_unit
        self._renamed: dict[Hashable, str] = dict(names or {})
        self._scene: Scene | None = None
        self._found: Segmentation | None = None
        self._colors = SegmentColors()
        self._axes: dict[str, Bins] = {}
        self._ends: dict[str, float] = {}
        self._clusterer = None if method is None or isinstance(method, str) else method
        self._usable: list[Option] = []
        self._columns: list[str] = []
        self._is_log = True
        roles = {
            "customer": customer, "time": time, "amount": amount, "order": order,
            "product": product, "returns": returns,
        }  # fmt: skip
        unknown = set(knobs) - {"k", "features", "as_of"}
        if unknown:
            msg = f"SegmentExplorer got an unexpected argument {sorted(unknown)[0]!r}"
            raise TypeError(msg)
        if knobs.get("features") is not None:
            knobs["features"] = tuple(knobs["features"])
        if method is not None:
            knobs["method"] = method if isinstance(method, str) else "clusterer"
        given = {name: value for name, value in roles.items() if value is not None}
        super().__init__(
            data, selection=selection, rows=rows, live=live, holdout=holdout, **given, **knobs
        )

    def rename(self, names: Mapping[Hashable, str]) -> None:
        """Call segments by other names, by their label or the name they have."""
        self._renamed |= dict(names)
        self._scene = None
        self._ask(refit=False)

    def on_data(self, data: Data) -> None:
        """Offer what this table can be segmented by."""
        self._scene = None
        kinds = data.table.kinds
        self._is_log = isinstance(data, Transactions)
        if isinstance(data, Customers):
            usable = [c for c, kind in kinds.items() if kind != "time" and c != data.customer]
            grouping = [c for c in usable if kinds[c] in ("category", "bool")]
            self._columns = [c for c in grouping if 2 <= len(data.table.distinct(c)) <= MOST_LEVELS]
        else:
            usable, self._columns = list(LOG_FEATURES), []
        self._usable = [Option(name, feature_name(name)) for name in usable]
        known = [o.value if isinstance(o, Option) else o for o in self._methods()]
        if self._trait_values.get("method") not in known:
            self.method = known[0]

    def _features_in_use(self) -> str:
        used = LOG_FEATURES[:3] if self._scene is None else self._scene.result.features
        shown = [feature_name(name) for name in used[:3]]
        return ", ".join(shown) + (f" +{len(used) - 3}" if len(used) > 3 else "")

    def _count_in_use(self) -> str:
        return "" if self._scene is None else str(self._scene.result.k)

    def _day_in_use(self) -> str:
        day = None if self._scene is None else self._scene.result.as_of
        return "" if day is None else day.isoformat()

    def _methods(self) -> Sequence[str | Option]:
        models = ["kmeans", "gaussian_mixture"]
        if self._clusterer is not None:
            models.append("clusterer")
        own = [Option(name, text.say("knob.method.column", column=name)) for name in self._columns]
        return [*(["rfm"] if self._is_log else []), *models, *own]

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
        self._found = found
        return found

    def knows(self, result: Segmentation) -> Known | None:
        """The features and the segment of each customer; a column's levels are facts."""
        known = super().knows(result)
        if known is None or not self._are_facts(result):
            return known
        return replace(known, facts=frozenset({"segment"}))

    def draw(self, result: Segmentation, data: Data, knobs: Settings, selection: Scope) -> Drawing:
        """Draw the segments, the selected customers over all."""
        scene = self._scene_of(result, selection)

        plain = scene.keep("views", lambda: segment_views(scene))
        where = Crossfilter(selection, plain, self._name).where
        return Drawing(
            title=self.explored_title(segment_title(scene), data),
            views=(*segment_views(scene, where), *self.apart_views(result, scene, selection)),
            line=self.counted_line(segment_line(scene, where(""))),
            tally=self.counted_tally(segment_tally(scene)),
            footer=segment_footer(scene, data.notes),
        )

    def _scene_of(self, result: Segmentation, selection: Scope) -> Scene:
        names = self._names_of(result)
        kept = self._scene
        if kept is None or kept.result is not result:
            assert selection.known is not None
            kept = Scene(
                result=result, table=selection.known.table, names=names, money=result.money,
                money_unit=self._money_unit, axes=self._axes, places=self._colors.of(result),
                ends=self._ends,
            )  # fmt: skip
        elif kept.names != names:
            kept = replace(kept, names=names)
        self._scene = kept
        return kept

    def _are_facts(self, result: Segmentation) -> bool:
        return result.inputs["method"] in self._columns

    def _names_of(self, result: Segmentation) -> dict[Hashable, str]:
        return segment_names(
            result.segments.index, result.traits, features=result.features, renamed=self._renamed
        )

    def label(self, field: str) -> str:
        """The word for a feature."""
        return feature_name(field)

    def level(self, field: str, value: Any) -> str:
        """The name of a segment, or the value as it is."""
        if field == "segment" and self._found is not None:
            return self._names_of(self._found).get(value) or super().level(field, value)
        return super().level(field, value)

    def in_words(self, customers: pd.DataFrame) -> pd.DataFrame:
        """The selected customers, their segments by name and in the order of value."""
        if self._scene is None:
            return customers
        names = self._scene.names
        named = pd.Categorical(customers["segment"].map(names), list(names.values()), ordered=True)
        return customers.assign(segment=named)

    def color(self, clause: Clause) -> str | None:
        """The colour of a segment that is selected alone."""
        predicate, found = clause.predicate, self._found
        if found is None or not isinstance(predicate, Values) or len(predicate.values) > 1:
            return None
        places = self._colors.of(found) if predicate.field == "segment" else {}
        place = places.get(predicate.values[0])
        return None if place is None else color_of(place)
