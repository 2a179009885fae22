"""From a table, what is asked and a selection to findings: coefficients, a comparison, a pair."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ...data.gestures import Gesture
from ...data.named_groups import group_fields
from ...data.scope import Scope
from ...data.shown import Outline, fits_fields
from ...data.vocabulary.notes import Note
from ...errors import AnalysisError
from .chosen_groups import ChosenGroup, chosen_groups
from .compare import CorrelationComparison
from .correlate import Correlation
from .levels import plain
from .order import Order, column_order
from .pair import PairView
from .rate_conditions import fits_levels, listed_rates, rate_condition
from .source import CorrelationSource, Mask
from .target_rates import TargetRates

MOST_COLUMNS = 200
ROUNDS = 3
"""How often what is shown is looked for: which pair is opened depends on whose conditions count."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a table.

    ``places`` are all its columns, by whose numbers the page calls pairs.
    """

    columns: Sequence[str] | None
    method: str
    given: Sequence[str] | None
    order: Order
    target: str | None
    positive: str | None
    compare: str | None
    group_a: str | None
    group_b: str | None
    threshold: float
    square: bool
    set_aside: bool
    pair: tuple[str, str] | None
    places: Sequence[str]
    seed: int


@dataclass(frozen=True, eq=False)
class CorrelationFindings:
    """What a heatmap shows.

    Attributes
    ----------
    correlation
        The coefficients, for the customers whom others selected: what is brushed or picked in the
        widget itself does not filter it as long as the view that shows it is there.
    comparison, groups
        The differences between two groups, if they are compared, and which these are.
    pair, whole
        Aggregates of the opened pair, for these customers and for all.
    customers
        What conditions can name beside the frame's own columns, by customer, or None.
    sides
        The opened pair in each of the groups that are compared.
    order
        The columns as they stand in the heatmap: those of all rows, so that cells stay.
    rows
        Number of rows in use.
    waits
        Whether a comparison waits for a selection.
    shared
        Whether columns share levels.
    notes
        What must be said of the data.
    source, asked
        What this was computed from, and for.
    """

    correlation: Correlation
    comparison: CorrelationComparison | None
    groups: tuple[ChosenGroup, ...]
    pair: PairView | None
    whole: PairView | None
    customers: pd.DataFrame | None
    sides: tuple[PairView, ...]
    order: tuple[str, ...]
    rows: int
    waits: bool
    shared: bool
    notes: tuple[Note, ...]
    source: CorrelationSource
    asked: Asked

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


def find_correlation(source: CorrelationSource, asked: Asked, scope: Scope) -> CorrelationFindings:
    """Correlate the rows that others selected, and what else is asked for.

    Which conditions are others' depends on the views that are shown, and which pair is shown may
    depend on them: it is looked for until both agree.
    """
    mine = tuple(g for g in scope.gestures if not g.source or g.source.startswith(scope.widget))
    shown = {gesture.id for gesture in mine}
    found = _found(source, asked, scope, _without(scope, shown))
    for _ in range(ROUNDS):
        now = set(scope.showing(*_outlines(found)).shown)
        if now == shown:
            break
        shown = now
        found = _found(source, asked, scope, _without(scope, shown), opened=found.pair)
    return found


def _without(scope: Scope, shown: Collection[str]) -> tuple[Gesture, ...]:
    return tuple(gesture for gesture in scope.gestures if gesture.id not in shown)


def pair_id(places: Sequence[str], a: str, b: str) -> str:
    """Id of the view of a pair, so that a condition stays with the pair it was made in."""
    one, two = sorted((places.index(a), places.index(b)))
    return f"pair_{one}_{two}"


def _outlines(found: CorrelationFindings) -> list[Outline]:
    """What the opened pair and the rates of the target can show."""
    views: list[Outline] = []
    pair, fields = found.pair, found.source.fields
    if pair is not None:
        a, b = (fields.get(name, name) for name in (pair.a, pair.b))
        brushed = (a, b) if pair.kind == "numbers" else ()
        picked = {"numbers": (), "boxes": (b,)}.get(pair.kind, (a, b))
        view = pair_id(found.asked.places, pair.a, pair.b)
        sides = ("_a", "_b") if found.sides else ()
        fits = fits_fields(brushed, (), picked)
        views += [Outline(f"{view}{side}", fits) for side in ("", *sides)]
    target = found.target
    if target is not None and len(target.rates):
        listed = listed_rates(target).to_dict("records")
        views.append(Outline("rates", fits_levels([rate_condition(r, fields) for r in listed])))
    return views


def _found(
    source: CorrelationSource, asked: Asked, scope: Scope, others: tuple[Gesture, ...],
    opened: PairView | None = None,
) -> CorrelationFindings:  # fmt: skip
    """What is found if these gestures are others'; ``opened`` is a pair that stays open."""
    everyone = np.ones(source.table.n, bool)
    rows = source.rows(scope.only(others)) if others else everyone
    if not rows.any():
        raise AnalysisError("nobody_selected")
    notes, columns = [*source.notes, *source.left_out], asked.columns
    if columns is None and len(source.usable) > MOST_COLUMNS:
        columns = source.usable[:MOST_COLUMNS]
        notes.append(Note("first_columns", MOST_COLUMNS, {"total": len(source.usable)}))
    options, target = _options(source, asked)
    cut = source.restricted(_fields(others))
    correlation = source.correlation(rows, cut, columns, **options)
    of_all = source.correlation(everyone, (), columns, **options) if others else correlation
    if target:
        correlation = replace(correlation, target=source.rates(rows, columns, *target))
    found = CorrelationFindings(
        correlation, None, (), None, None,
        None if source.known is None else source.known.customers, (),
        tuple(column_order(of_all.matrix, asked.order)), int(rows.sum()), False,
        len(of_all.shared) > 0, tuple(notes), source, asked,
    )  # fmt: skip
    found, masks = _compared(found, scope, rows, columns, options)
    names = _opened(found) if opened is None else (opened.a, opened.b)
    if names is None:
        return found
    return replace(
        found,
        pair=source.pair(*names, rows=rows),
        whole=source.pair(*names),
        sides=tuple(source.pair(*names, rows=mask) for mask in masks),
    )


def _fields(gestures: Iterable[Gesture]) -> set[str]:
    return group_fields(clause for gesture in gestures for clause in gesture.clauses)


def _options(
    source: CorrelationSource, asked: Asked
) -> tuple[dict[str, Any], tuple[str, Hashable] | None]:
    """Options of the coefficients; the target and its counted value."""
    given = tuple(asked.given or ()) if asked.method == "partial" else ()
    if asked.method == "partial" and not given:
        raise AnalysisError("choose_given")
    options = {
        "method": asked.method, "given": given, "set_aside_shared": asked.set_aside,
        "seed": asked.seed,
    }  # fmt: skip
    if asked.target is None:
        return options, None
    levels = {plain(level): level for level in source.grouping.get(asked.target, ())}
    counted = levels.get(str(asked.positive), next(iter(levels.values()), None))
    if counted is None:
        raise AnalysisError("no_levels", column=asked.target)
    return options, (asked.target, counted)


def _compared(
    found: CorrelationFindings, scope: Scope, rows: Mask, columns: Sequence[str] | None,
    options: Mapping[str, Any],
) -> tuple[CorrelationFindings, tuple[Mask, ...]]:  # fmt: skip
    """The differences between two groups, such as the selected and the rest, and their rows."""
    asked, source = found.asked, found.source
    if asked.compare is None:
        return found, ()
    both = chosen_groups(source, scope, rows, asked.compare, (asked.group_a, asked.group_b),
                         asked.places)  # fmt: skip
    if both is None:
        return replace(found, waits=True), ()
    cut = source.restricted(both.fields)
    comparison = source.comparison(both.a, both.b, cut, columns, **options)
    return replace(found, comparison=comparison, groups=both.groups), (both.a, both.b)


def _opened(found: CorrelationFindings) -> tuple[str, str] | None:
    """The pair to open; what is to be explained stands second."""
    asked, source = found.asked, found.source
    place = {name: at for at, name in enumerate(asked.places)}
    if asked.pair is not None and set(asked.pair) <= set(source.usable):
        a, b = sorted(asked.pair, key=place.__getitem__)
    else:
        pairs = found.pairs.rename(columns={"difference": "value"})
        best = _strongest(pairs, asked.target)
        if best is None:
            return None
        a, b = sorted(best, key=place.__getitem__)
    levels = [len(source.columns.levels.get(name, ())) for name in (a, b)]
    if not all(levels):
        times = {name for name, kind in source.columns.kinds.items() if kind == "time"}
        return (b, a) if b in times and a not in times else (a, b)
    backwards = a == asked.target or (b != asked.target and levels[0] < levels[1])
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
