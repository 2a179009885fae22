"""From a table, knobs and a selection to what is shown: coefficients, a comparison, a pair."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ... import text
from ...analysis.correlation.answers import CorrelationSource, Mask
from ...analysis.correlation.compare import CorrelationComparison
from ...analysis.correlation.correlate import Correlation
from ...analysis.correlation.levels import plain
from ...analysis.correlation.order import column_order
from ...analysis.correlation.pair import PairView
from ...analysis.correlation.target_rates import TargetRates
from ...charts.correlation.scene import CorrelationScene
from ...charts.names import feature_name
from ...data.gestures import Gesture
from ...data.scope import Scope
from ...data.vocabulary.clauses import Clause
from ...data.vocabulary.notes import Note
from ...errors import AnalysisError, missing_group
from ..computing.records import Settings
from ..selection.named_groups import MARK, group_fields, group_of
from .choices import SELECTION

MOST_COLUMNS = 200


@dataclass(frozen=True, eq=False)
class CorrelationFindings:
    """What a heatmap shows.

    Attributes
    ----------
    correlation
        The coefficients, for the rows that others selected.
    comparison
        The differences between two groups, if they are compared.
    pair
        Aggregates of the opened pair.
    sides
        The same of each of the groups that are compared.
    customers
        What conditions can name beside the frame's own columns, by customer, or None.
    """

    correlation: Correlation
    comparison: CorrelationComparison | None
    pair: PairView | None
    customers: pd.DataFrame | None
    sides: tuple[PairView, ...] = ()

    @property
    def pairs(self) -> pd.DataFrame:
        """A row a pair: of ``Correlation.pairs``, or of ``CorrelationComparison.pairs``."""
        return self.correlation.pairs if self.comparison is None else self.comparison.pairs

    @property
    def matrix(self) -> pd.DataFrame:
        """The coefficients, or the differences, as a square."""
        return self.correlation.matrix if self.comparison is None else self.comparison.matrix

    @property
    def target(self) -> TargetRates | None:
        """The rates of the target, if there is one."""
        return self.correlation.target


def shown(
    source: CorrelationSource, knobs: Settings, selection: Scope, own: str,
    places: Sequence[str], seed: int,
) -> CorrelationScene:  # fmt: skip
    """Correlate the rows that others selected, and what else the knobs ask for.

    ``own`` begins the sources of the widget's own clauses, which do not filter it.
    """
    others = [gesture for gesture in selection.gestures if not gesture.source.startswith(own)]
    everyone = np.ones(source.table.n, bool)
    rows = source.rows(selection, own) if others else everyone
    if not rows.any():
        raise AnalysisError("nobody_selected")
    notes, columns = [*source.notes, *source.left_out], knobs.columns
    if columns is None and len(source.usable) > MOST_COLUMNS:
        columns = source.usable[:MOST_COLUMNS]
        notes.append(Note("first_columns", MOST_COLUMNS, {"total": len(source.usable)}))
    options, target = _options(source, knobs, seed)
    cut = source.restricted(_fields(others))
    found = source.correlation(rows, cut, columns, **options)
    whole = source.correlation(everyone, (), columns, **options) if others else found
    if target:
        found = replace(found, target=source.rates(rows, columns, *target))
    scene = CorrelationScene(
        found,
        tuple(column_order(whole.matrix, knobs.order)),
        {name: place for place, name in enumerate(places)},
        fields=source.fields,
        times=frozenset(n for n, kind in source.columns.kinds.items() if kind == "time"),
        whole_numbers=source.whole_numbers if target else frozenset(),
        threshold=knobs.threshold,
        square=knobs.square,
        rows=int(rows.sum()),
        total=source.table.n,
        notes=tuple(notes),
        shared=len(whole.shared) > 0,
        measured=source.is_log,
        ends=source.ends,
        _kept=source.charts,
    )
    taken = {SELECTION, *places}
    scene, sides = _compared(scene, source, knobs, selection, rows, columns, options, taken)
    opened = _opened(scene, source, knobs)
    if opened is None:
        return scene
    if sides:
        scene = replace(scene, sides=tuple(source.pair(*opened, rows=side) for side in sides))
    return replace(scene, pair=source.pair(*opened, rows=rows), whole=source.pair(*opened))


def _fields(gestures: Iterable[Gesture]) -> set[str]:
    return group_fields(clause for gesture in gestures for clause in gesture.clauses)


def _options(
    source: CorrelationSource, knobs: Settings, seed: int
) -> tuple[dict[str, Any], tuple[str, Hashable] | None]:
    """Options of the coefficients; the target and its counted value."""
    given = tuple(knobs.given or ()) if knobs.method == "partial" else ()
    if knobs.method == "partial" and not given:
        raise AnalysisError("choose_given")
    levels = {plain(level): level for level in source.grouping.get(knobs.target, ())}
    counted = levels.get(knobs.positive, next(iter(levels.values()), None))
    options = {
        "method": knobs.method, "given": given, "set_aside_shared": knobs.set_aside, "seed": seed
    }  # fmt: skip
    if knobs.target is None:
        return options, None
    if counted is None:
        raise AnalysisError("no_levels", column=knobs.target)
    return options, (knobs.target, counted)


def _compared(
    scene: CorrelationScene, source: CorrelationSource, knobs: Settings, selection: Scope,
    rows: Mask, columns: Sequence[str] | None, options: dict[str, Any], taken: set[str],
) -> tuple[CorrelationScene, tuple[Mask, ...]]:  # fmt: skip
    """The differences between two groups, such as the selected and the rest, and their rows."""
    if knobs.compare is None:
        return scene, ()
    if knobs.compare == SELECTION:
        if not selection:
            return replace(scene, waits=True), ()
        a, cut = source.rows(selection), _fields(selection.gestures)
        b, groups = ~a, (text.say("compare.selected"), text.say("compare.rest"))
    elif (group := group_of(knobs.compare, taken, selection.named)) is not None:
        other = selection.named.get(knobs.group_b)
        a = rows & _members(source, selection, group)
        b = rows & (~a if other is None else _members(source, selection, other))
        one = selection.named.label(knobs.compare.removeprefix(MARK))
        others = text.say("compare.rest")
        groups = (one, others if other is None else selection.named.label(knobs.group_b))
        cut = group_fields([group] if other is None else [group, other])
    else:
        column = knobs.compare
        if column not in source.usable:
            raise missing_group(column, selection.named)
        levels = {plain(level): level for level in source.grouping.get(column, ())}
        if not levels:
            raise AnalysisError("no_levels", column=column)
        first = knobs.group_a if knobs.group_a in levels else next(iter(levels))
        rest = [level for level in levels if level != first]
        second = rest[0] if len(rest) == 1 else knobs.group_b if knobs.group_b in rest else None
        a = rows & source.level_rows(column, levels[first])
        inside = source.present(column) if second is None else None
        b = rows & (
            inside & ~a if inside is not None else source.level_rows(column, levels[str(second)])
        )
        name = feature_name(column)
        groups = (
            text.say("rates.is", column=name, level=first),
            text.say("compare.others" if second is None else "rates.is", column=name, level=second),
        )
        cut = {source.fields[column]}
    found = source.comparison(a, b, source.restricted(cut), columns, **options)
    return replace(scene, comparison=found, groups=groups), (a, b)


def _members(source: CorrelationSource, selection: Scope, group: Clause) -> Mask:
    """Rows of the customers of a named group."""
    alone = Scope(selection.data, selection.known, (Gesture("group", (group,)),))
    return source.rows(alone)


def _opened(
    scene: CorrelationScene, source: CorrelationSource, knobs: Settings
) -> tuple[str, str] | None:
    """The pair to open; what is to be explained stands second."""
    if knobs.pair is not None and set(knobs.pair) <= set(source.usable):
        a, b = sorted(knobs.pair, key=scene.places.__getitem__)
    else:
        best = _strongest(scene.pairs, knobs.target)
        if best is None:
            return None
        a, b = sorted(best, key=scene.places.__getitem__)
    levels = [len(source.columns.levels.get(name, ())) for name in (a, b)]
    if not all(levels):
        return (b, a) if b in scene.times and a not in scene.times else (a, b)
    backwards = a == knobs.target or (b != knobs.target and levels[0] < levels[1])
    return (b, a) if backwards else (a, b)


def _strongest(pairs: pd.DataFrame, target: str | None) -> tuple[str, str] | None:
    """The strongest pair, with the target if there is one that has a value with it."""
    mine = pairs[((pairs["a"] == target) | (pairs["b"] == target)) & pairs["value"].notna()]
    some = mine if len(mine) else pairs
    some = some[~some["faded"]] if not some["faded"].all() else some
    if not len(some):
        return None
    best = some.iloc[int(some["value"].abs().fillna(-1.0).to_numpy().argmax())]
    return str(best["a"]), str(best["b"])
