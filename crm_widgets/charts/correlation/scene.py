"""What all views of correlations share: the findings, their words, and what is hidden or open."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...analysis.correlation.levels import plain
from ...data.machine.result_cache import ResultCache
from ..names import feature_axis, feature_name
from ..wording import Wording

if TYPE_CHECKING:
    from ...analysis.correlation.chosen_groups import ChosenGroup
    from ...analysis.correlation.compare import CorrelationComparison
    from ...analysis.correlation.correlate import Correlation
    from ...analysis.correlation.find import CorrelationFindings
    from ...analysis.correlation.pair import PairView
    from ...data.vocabulary.notes import Note

MOST_CHARTS = 24
"""Charts that are cached, so that going back is immediate."""


@dataclass(frozen=True)
class CorrelationScene:
    """Findings for the rows in use, and how to show them.

    Parameters
    ----------
    correlation
        The coefficients, for the rows that others selected.
    order
        The columns as they stand in the heatmap: those of all rows, so that cells stay.
    places
        Number of each column, by which the page calls pairs.
    comparison, groups
        The differences between two groups and the names of these, if they are compared.
    pair, whole
        The opened pair for the rows in use, and for all rows: its axes stay.
    sides
        The opened pair in each of the groups that are compared.
    fields
        The field that a clause on a column names.
    times
        Columns that are times.
    whole_numbers
        Columns of whole numbers.
    threshold
        Pairs below it are left blank, in absolute value.
    square
        Whether both halves are drawn.
    rows, total
        Rows in use, and in the table.
    waits
        Whether a comparison waits for a selection.
    notes
        What must be said of the data.
    shared
        Whether columns share levels.
    measured
        Whether the columns are measures of a log, whose units are known.
    read_from_text
        Fields whose numbers came as text.
    ends
        Where axes ended as they were drawn last.
    charts
        The charts drawn lately.
    """

    correlation: Correlation
    order: tuple[str, ...]
    places: Mapping[str, int]
    comparison: CorrelationComparison | None = None
    groups: tuple[str, str] = ("", "")
    pair: PairView | None = None
    whole: PairView | None = None
    sides: tuple[PairView, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    times: frozenset[str] = frozenset()
    whole_numbers: frozenset[str] = frozenset()
    threshold: float = 0.0
    square: bool = False
    rows: int = 0
    total: int = 0
    waits: bool = False
    notes: tuple[Note, ...] = ()
    shared: bool = False
    measured: bool = False
    read_from_text: frozenset[str] = frozenset()
    ends: dict[str, float] = field(default_factory=dict, repr=False, compare=False)
    charts: ResultCache = field(
        default_factory=lambda: ResultCache(MOST_CHARTS), repr=False, compare=False
    )

    def chart(self, *parts: Hashable, make: Callable[[], alt.TopLevelMixin]) -> alt.TopLevelMixin:
        """A chart, made once for all that its structure depends on."""
        return self.charts.get_or_compute((text.locale(), *parts), make)

    @property
    def pairs(self) -> pd.DataFrame:
        """The pairs with what is drawn of them as ``value``: a coefficient, or a difference."""
        if self.comparison is None:
            return self.correlation.pairs
        return self.comparison.pairs.rename(columns={"difference": "value"})

    @property
    def reach(self) -> float:
        """The largest value the colours tell apart: 1, or of differences the next round one."""
        if self.comparison is None:
            return 1.0
        largest = float(np.nan_to_num(self.pairs["value"].abs().max()))
        return max(0.2, float(np.ceil(largest * 10 - 1e-9)) / 10)

    @property
    def opened(self) -> str:
        """The opened pair as the page calls it."""
        return "" if self.pair is None else self.key(self.pair.a, self.pair.b)

    def key(self, a: str, b: str) -> str:
        """A pair as the page calls it, whatever the columns are called."""
        i, j = sorted((self.places[a], self.places[b]))
        return f"{i}-{j}"

    def field(self, column: str) -> str:
        """The field that a clause on a column names."""
        return self.fields.get(column, column)

    def label(self, column: str) -> str:
        """What a column is called, each by a name of its own."""
        name = feature_name(column)
        return column if name != column and name in self.places else name

    def axis(self, column: str) -> str:
        """What an axis of a column is called: with its unit, if that is known."""
        return feature_axis(column) if self.measured else self.label(column)

    def value(self, column: str, value: float) -> str:
        """A value of a number column in words."""
        return moment(value) if column in self.times else text.decimal(value)

    def known(self) -> pd.DataFrame:
        """Pairs that have a value not below the threshold."""
        pairs = self.pairs
        return pairs[pairs["value"].abs() >= self.threshold]


def scene_of(
    found: CorrelationFindings, ends: dict[str, float], charts: ResultCache
) -> CorrelationScene:
    """Findings ready to be drawn.

    Parameters
    ----------
    found
        The findings.
    ends, charts
        Where axes ended as they were drawn last, and the charts drawn of this table.
    """
    source, asked = found.source, found.asked
    one, two = (group_words(group) for group in found.groups) if found.groups else ("", "")
    return CorrelationScene(
        found.correlation,
        found.order,
        {name: place for place, name in enumerate(asked.places)},
        comparison=found.comparison,
        groups=(one, two),
        pair=found.pair,
        whole=found.whole,
        sides=found.sides,
        fields=source.fields,
        times=frozenset(n for n, kind in source.columns.kinds.items() if kind == "time"),
        whole_numbers=source.whole_numbers if found.target is not None else frozenset(),
        threshold=asked.threshold,
        square=asked.square,
        rows=found.rows,
        total=source.table.n,
        waits=found.waits,
        notes=found.notes,
        shared=found.shared,
        measured=source.is_log,
        read_from_text=source.read_from_text,
        ends=ends,
        charts=charts,
    )


def group_words(group: ChosenGroup) -> str:
    """What a reader calls a group that is compared."""
    if group.kind == "group":
        return group.name
    if group.kind in ("selected", "rest"):
        return text.say(f"compare.{group.kind}")
    name = feature_name(group.column)
    if group.kind == "level":
        return text.say("rates.is", column=name, level=group.level)
    return text.say("compare.others", column=name, level=None)


def coefficient(value: float, *, signed: bool = True) -> str:
    """A coefficient as statisticians write it: two places, no zero before the point.

    >>> coefficient(-0.236), coefficient(0.4098, signed=False), coefficient(1.0)
    ('−.24', '.41', '+1.00')
    """
    if not np.isfinite(value):
        return "–"
    size = f"{abs(value):.2f}"
    sign = "" if not signed or float(size) == 0 else "−" if value < 0 else "+"
    return sign + (size[1:] if size.startswith("0") else size)


def between(low: float, high: float, *, signed: bool = True) -> str:
    """An interval of coefficients, or nothing if it is unknown."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return "–"
    lo, hi = coefficient(low, signed=signed), coefficient(high, signed=signed)
    return text.say("correlation.interval", lo=lo, hi=hi)


def p_words(p: float) -> str:
    """A p as far as it says something.

    >>> p_words(0.0321), p_words(1e-9), p_words(float("nan"))
    ('.032', '< .001', '–')
    """
    if not np.isfinite(p):
        return "–"
    return "< .001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def moment(milliseconds: float) -> str:
    """The day of a time."""
    return text.date(pd.Timestamp(milliseconds, unit="ms"))


def level_words(level: Hashable) -> str:
    """A level as it is; the rest of the levels as "other"."""
    return text.say("bars.other") if level is None else plain(level)


def column_wording(found: CorrelationFindings, usual: Wording) -> Wording:
    """Columns by the names a reader knows."""
    named = found.source.names

    def label(field: str) -> str:
        return feature_name(named[field]) if field in named else usual.label(field)

    return replace(usual, label=label)
