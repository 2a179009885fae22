"""What can be chosen of cohorts: how they are made, what is measured, and who is compared."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, get_args

from ... import text
from ...analysis.cohorts.find import REST, SELECTION
from ...analysis.cohorts.groups import MOST_GROUPS
from ...analysis.cohorts.measures import MONEY, Measure
from ...analysis.cohorts.sides import Side
from ...analysis.cohorts.windows import no_such_cohort
from ...charts.controls import Option
from ...data.named_groups import group_of, key_of
from ...data.roles import Transactions
from ...data.scope import Data
from ...data.vocabulary.clauses import Clause, Group
from ...data.vocabulary.periods import Period
from ...data.vocabulary.table import Table
from ..base import CrmWidget
from ..knobs.types import Choice, Day
from ..selection.comparable_groups import group_options
from .knobs import SideOf, WindowOf

FIRST, GIVEN = "first_purchase", "given"
LOOKED_AT = 20_000
"""Rows that tell whether a column has few enough values to make cohorts of."""


class CohortChoices(CrmWidget):
    """The knobs of cohorts, and what a page may choose for them."""

    by = Choice(lambda widget: widget._bys(), FIRST, label="knob.cohort_by")
    """What makes the cohorts. Default ``"first_purchase"``."""
    period = Choice(("auto", *get_args(Period)), "auto", label="knob.cohort_period")
    """Width of cohorts and windows. Default ``"auto"``."""
    measure = Choice(lambda widget: widget._measures(), "retention", label="knob.cohort_measure")
    """What cells and curves show. Default ``"retention"``."""
    a = SideOf(label="knob.cohort_a")
    """The first side, as labels; empty: the first cohort."""
    b = SideOf(label="knob.cohort_b", joined=True)
    """The second side, likewise."""
    window = WindowOf(label="knob.cohort_window")
    """Age of the window read out; ``None``: the one half a year in."""
    landmark = Day(None, label="knob.cohort_landmark", when=lambda w: w._groups is not None)
    """The day after which groups made of behaviour are compared."""

    takes = Transactions
    compares_groups = True
    _columns: tuple[str, ...] = ()
    """Columns of the log by which cohorts can be made."""
    _groups: Any = None
    """Groups that were handed over."""

    def compare(self, a: Side, b: Side) -> None:
        """Compare two sides.

        Parameters
        ----------
        a, b
            A cohort by its label; a list of cohorts; ``"selection"``, the customers selected
            now and whenever that changes; ``"rest"``, all customers not on the other side; the
            name of a group kept with ``selection.save_as``; ``"segment:<label>"``, a segment of a
            linked ``SegmentExplorer``; or a ``Group`` (or a ``Clause`` with one) of customers,
            which is then kept by its name.
        """
        known = self.result.source.whole.labels
        self.a, self.b = self._named(a, known), self._named(b, known)

    def _named(self, side: Side, labels: tuple[Hashable, ...]) -> tuple[str, ...]:
        group = side.predicate if isinstance(side, Clause) else side
        if isinstance(group, Group):
            # of a list of customers alone it is not known what they were chosen by
            kept = side if isinstance(side, Clause) else Clause(group, "derived")
            self.selection.keep(kept)
            return (key_of(group.name, sides_taken(labels)),)
        several = isinstance(side, list | tuple) and side not in labels
        keys = tuple(side) if several else (side,)  # type: ignore[arg-type]
        for key in keys:
            special = key in labels or key in (SELECTION, REST)
            if not special and not self._is_group(key, labels):
                raise no_such_cohort(key, labels)
        return tuple(str(key) for key in keys)

    def _is_group(self, key: Hashable, labels: Iterable[Hashable]) -> bool:
        taken = sides_taken(labels)
        if group_of(str(key), taken, self.selection.comparable) is not None:
            return True
        self.selection.await_offers(self._member)
        return group_of(str(key), taken, self.selection.comparable) is not None

    def on_data(self, data: Data) -> None:
        """Offer what this log can be parted by."""
        assert isinstance(data, Transactions)
        self._columns = _parting(data)
        measures = [str(one) for one in self._measures(data)]
        if self._trait_values.get("measure", "retention") not in measures:
            self.measure = "retention"

    def _bys(self) -> Sequence[str | Option]:
        own = [
            Option(name, text.say("knob.cohort_by.column", column=name)) for name in self._columns
        ]
        return [FIRST, *([] if self._groups is None else [GIVEN]), *own]

    def _measures(self, data: Transactions | None = None) -> Sequence[str]:
        log = self.data if data is None else data
        return [name for name in get_args(Measure) if log.amount is not None or name not in MONEY]

    def _knob_changed(self, change: Any) -> None:
        if change["name"] in ("by", "period") and self._table_binding.ready:
            # the labels of other cohorts mean nothing here
            cohorts = {str(option.value) for option in self.offered("a").options or ()}
            groups = {o.value for o in group_options(cohorts, self.selection.comparable)}
            same = {SELECTION, REST, *groups}
            self.a, self.b = (
                tuple(one for one in side if one in same) for side in (self.a, self.b)
            )
            self.window = None
        super()._knob_changed(change)


def sides_taken(labels: Iterable[Hashable]) -> set[str]:
    """What a side is called that is no named group."""
    return {*map(str, labels), SELECTION, REST}


def _parting(data: Transactions) -> tuple[str, ...]:
    """Columns of few values, by which customers can be parted at their first purchase."""
    table: Table = data.table if data.in_engine is None else data.in_engine
    found = []
    for own, header in data.columns.items():
        if own in ("customer", "time", "amount", "order", "product") or not isinstance(header, str):
            continue
        if table.kinds.get(own) not in ("category", "bool"):
            continue
        seen = table.rows(columns=[own], limit=LOOKED_AT)[own].nunique()
        if 2 <= seen <= MOST_GROUPS and len(table.levels(own, MOST_GROUPS + 1)) <= MOST_GROUPS:
            found.append(header)
    return tuple(found)
