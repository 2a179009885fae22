"""What can be chosen on a heatmap: its knobs, and the options that the table gives them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ... import text
from ...analysis.correlation.chosen_groups import SELECTION
from ...analysis.correlation.levels import plain
from ...analysis.correlation.source import CorrelationSource
from ...analysis.rfm.measures import MEASURES
from ...charts.controls import Option
from ...charts.names import feature_name
from ...data.named_groups import key_of
from ...data.roles import Transactions
from ...data.scope import Data
from ..base import CrmWidget
from ..knobs.types import Choice, Columns, Flag, Number
from ..selection.comparable_groups import choice_of, group_options
from .knobs import OPEN, Compared, Level, Pair, Perhaps


class CorrelationChoices(CrmWidget):
    """The knobs of ``CorrelationHeatmap``. None of them asks for the table to be read again."""

    columns = Columns(lambda w: w._options("usable"), None, optional=True, least=2, refits=False)
    """Columns to use; ``None``: all that can be correlated."""
    method = Choice(["auto", "spearman", "pearson", "kendall", "partial"], "auto", refits=False)
    """The measure. Default ``"auto"``: by what two columns are."""
    given = Columns(
        lambda w: w._options("numbers"), None, optional=True, refits=False,
        when=lambda w: w.method == "partial",
    )  # fmt: skip
    """Columns held fixed by ``method="partial"``."""
    order = Choice(["cluster", "strength", "name"], "cluster", refits=False)
    """Order of the columns."""
    target = Perhaps(lambda w: w._target_options(), refits=False)
    """The column whose rate is shown by level of the others; ``None``: none."""
    positive = Level(
        lambda w: w._levels(w.target), refits=False, joined=True,
        when=lambda w: len(w._levels(w.target)) > 2,
    )  # fmt: skip
    """The counted level of the target, as text; ``None``: the one that says yes."""
    compare = Compared(lambda w: w._compare_options(), refits=False)
    """``"selection"`` against the rest, a column of which two levels are compared, a group
    kept with ``selection.save_as``, or ``"segment:<label>"`` of a linked ``SegmentExplorer``."""
    group_a = Level(
        lambda w: w._levels(w.compare), refits=False, when=lambda w: bool(w._levels(w.compare))
    )
    """First level to compare, as text; ``None``: the one worth reading first."""
    group_b = Level(
        lambda w: w._levels(w.compare) or w._other_groups(), rest="compare.others",
        label=lambda w, name: w._group_label(name), refits=False, joined=True,
        when=lambda w: bool(w._levels(w.compare) or w._other_groups()),
    )  # fmt: skip
    """Second level to compare, as text, or another named group; ``None``: all others."""
    threshold = Number(0, 0.95, 0.0, step=0.05, refits=False)
    """Coefficients below it are left blank, in absolute value; 0 to 0.95. Default 0."""
    square = Flag(False, refits=False)
    """Whether both halves are drawn. Default: one."""
    set_aside = Flag(False, refits=False, when=lambda w: False)
    """Whether levels shared by several columns count as missing. Default: no."""
    pair = Pair()
    """The opened pair of columns; ``None``: the strongest."""

    pair_columns: tuple[str, ...] = ()
    """The columns that pairs are made of, whether they can be correlated or not."""
    compares_groups = True

    @property
    def _source(self) -> CorrelationSource | None:
        """The table as it was read, once it was."""
        read = self._flow.requests.read_last
        source: CorrelationSource | None = None if read is None else read.source
        return source if source is not None and source.data is self._table_binding.data else None

    def on_data(self, data: Data) -> None:
        """Offer the columns of this table."""
        self.pair_columns = columns_of_pairs(data)

    def _knob_changed(self, change: Any) -> None:
        if change["name"] == "compare":
            self.group_a = self.group_b = None
        if change["name"] == "target":
            self.positive = None
        super()._knob_changed(change)

    def _options(self, which: str) -> list[Option]:
        names = self.pair_columns if self._source is None else getattr(self._source, which)
        return [Option(name, feature_name(name)) for name in names]

    def _few(self) -> Iterable[str]:
        return self.pair_columns if self._source is None else self._source.grouping

    def _levels(self, column: str | None) -> list[str]:
        """Levels of a column as text; none while the table is being read."""
        found = () if self._source is None or column is None else self._source.grouping.get(column)
        return [plain(level) for level in found or ()]

    def _target_options(self) -> list[Option]:
        none = Option(OPEN, text.say("knob.target.none"))
        return [none, *(Option(name, feature_name(name)) for name in self._few())]

    def _compare_options(self) -> list[Option]:
        found = [Option(OPEN, text.say("knob.compare.none"))]
        found.append(Option(SELECTION, text.say("knob.compare.selection")))
        found += [
            Option(name, text.say("knob.compare.column", column=feature_name(name)))
            for name in self._few()
            if name != SELECTION
        ]
        own, groups = self.named_groups, self.comparable_groups
        for name, option in zip(groups, group_options(self._taken(), groups), strict=True):
            said = text.say("knob.compare.group", group=name) if name in own else option.label
            found.append(Option(option.value, said))
        return found

    def _taken(self) -> set[str]:
        """What ``compare`` may be that is no group."""
        return {SELECTION, *self.pair_columns}

    def _other_groups(self) -> list[str]:
        """Groups that the compared one can be held against; none if it is no group."""
        groups = list(self.comparable_groups)
        others = [name for name in groups if key_of(name, self._taken()) != self.compare]
        return others if len(others) < len(groups) else []

    def _group_label(self, name: str) -> str:
        """What a reader calls a level of the compared column, or another group."""
        return name if self._levels(self.compare) else choice_of(self.comparable_groups, name)


def columns_of_pairs(data: Data) -> tuple[str, ...]:
    """The columns that pairs of a table are made of; of a log, what is measured of customers."""
    own = [str(header) for name, header in data.columns.items() if name != "customer"]
    return MEASURES if isinstance(data, Transactions) else tuple(own)
