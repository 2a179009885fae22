"""What can be chosen of cohorts: how they are made, what is measured, and who is compared."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, get_args

from ... import text
from ...analysis.cohorts.groups import MOST_GROUPS
from ...analysis.cohorts.measures import MONEY, Measure
from ...analysis.cohorts.sides import Side
from ...analysis.cohorts.windows import Period, no_such_cohort
from ...charts.cohorts.names import window_name
from ...charts.cohorts.scene import CohortScene
from ...charts.view import Option
from ...data.comparable_groups import Groups
from ...data.roles import Transactions
from ...data.scope import Data
from ...data.vocabulary.clauses import Clause, Group
from ...data.vocabulary.table import Table
from ...errors import InputError
from ..base import CrmWidget
from ..knobs.types import Choice, Day
from ..selection.named_groups import group_of, group_options, key_of
from .find import REST, SELECTION
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
    a = SideOf(
        lambda widget: widget._sides, lambda widget: widget._chosen[0], label="knob.cohort_a"
    )
    """The first side, as labels; empty: the first cohort."""
    b = SideOf(
        lambda widget: widget._sides, lambda widget: widget._chosen[1], label="knob.cohort_b",
        joined=True,
    )  # fmt: skip
    """The second side, likewise."""
    window = WindowOf(lambda widget: widget._windows_shown, label="knob.cohort_window")
    """Age of the window read out; ``None``: the one half a year in."""
    landmark = Day(None, label="knob.cohort_landmark", when=lambda widget: widget._fixable)
    """The day after which groups made of behaviour are compared."""

    compares_groups = True
    _columns: tuple[str, ...] = ()
    """Columns of the log by which cohorts can be made."""
    _groups: Any = None
    """Groups that were handed over."""
    _sides: tuple[Option, ...] = ()
    _windows_shown: tuple[Option, ...] = ()
    _labels: tuple[Hashable, ...] = ()
    """Labels of the cohorts that are shown."""
    _chosen = ("", "")
    """What the sides are called that are compared now."""
    _fixable = False
    """Whether a day may be set after which groups are compared."""

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
        known = self._value(self._current(self._requests.result)).result.whole.labels
        self.a, self.b = self._named(a, known), self._named(b, known)

    def _named(self, side: Side, labels: tuple[Hashable, ...]) -> tuple[str, ...]:
        group = side.predicate if isinstance(side, Clause) else side
        if isinstance(group, Group):
            # of a list of customers alone it is not known what they were chosen by
            kept = side if isinstance(side, Clause) else Clause(group, "derived")
            self.selection.keep(kept)
            return (key_of(group.name, self._taken(labels)),)
        several = isinstance(side, list | tuple) and side not in labels
        keys = tuple(side) if several else (side,)  # type: ignore[arg-type]
        for key in keys:
            special = key in labels or key in (SELECTION, REST)
            if not special and not self._is_group(key, labels):
                raise no_such_cohort(key, labels)
        return tuple(str(key) for key in keys)

    def _is_group(self, key: Hashable, labels: Iterable[Hashable]) -> bool:
        taken = self._taken(labels)
        if group_of(str(key), taken, self.selection.comparable) is not None:
            return True
        self.selection.await_offers(self)
        return group_of(str(key), taken, self.selection.comparable) is not None

    @staticmethod
    def _taken(labels: Iterable[Hashable]) -> set[str]:
        """What a side is called that is no named group."""
        return {*map(str, labels), SELECTION, REST}

    def on_data(self, data: Data) -> None:
        """Offer what this log can be parted by."""
        if not isinstance(data, Transactions):
            raise InputError("needs_transactions", widget=type(self).__name__)
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
        log = self._data if data is None else data
        paid = log is None or log.amount is not None
        return [name for name in get_args(Measure) if paid or name not in MONEY]

    def _knob_changed(self, change: Any) -> None:
        if change["name"] in ("by", "period") and self._ready:
            # the labels of other cohorts mean nothing here
            options = group_options(self._taken(self._labels), self.selection.comparable)
            kept = {SELECTION, REST, *(option.value for option in options)}
            self.a, self.b = (
                tuple(one for one in side if one in kept) for side in (self.a, self.b)
            )
            self.window = None
        super()._knob_changed(change)

    def _offer(self, scene: CohortScene, named: Groups) -> None:
        """What the page may choose from, now that the cohorts are known."""
        cohorts = [Option(str(label), name) for label, name in scene.names.items()]
        self._labels = tuple(scene.names)
        taken = {option.value for option in cohorts}
        own = group_options(self._taken(self._labels), named)
        special = [
            Option(key, text.say(f"cohorts.{key}"), text.say(f"cohorts.{key}.hint"))
            for key in (SELECTION, REST)
            if key not in taken
        ]
        self._sides = (*cohorts, *own, *special)
        found = scene.pair.comparison
        self._windows_shown = ()
        if found is not None:
            table = found.windows
            if found.landmark is None:
                table = table[table["age"] > 0]
            self._windows_shown = tuple(
                Option(int(age), window_name(int(lo), int(hi)))
                for age, lo, hi in zip(
                    table["age"], table["first_day"], table["last_day"], strict=True
                )
            )
        behaviour = found is not None and any(
            note.key == "same_period_behaviour" for note in found.notes
        )
        self._fixable = self._groups is not None or behaviour or self.landmark is not None


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
