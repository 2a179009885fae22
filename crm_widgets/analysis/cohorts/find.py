"""From a selection and two sides to findings: cohorts, comparison, decomposition, survival."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Literal

import pandas as pd

from ...data.gestures import Gesture
from ...data.named_groups import MARK, group_of, named_group
from ...data.scope import Ground, Scope
from ...data.shown import Outline
from ...data.vocabulary.clauses import Clause, Values
from ...errors import AnalysisError, CrmError
from .build import Cohorts
from .compare import CohortComparison
from .customers import COHORT, activity_field
from .decomposition import Explanation
from .privacy import suppressed
from .sides import Side
from .source import CohortSource
from .survival import Survival

TRIANGLE = "triangle"
"""The view in which cohorts, ages and cells are picked."""
SELECTION, REST = "selection", "rest"


@dataclass(frozen=True)
class Asked:
    """Whom to compare, and how."""

    a: tuple[str, ...]
    b: tuple[str, ...]
    window: int | None
    landmark: dt.date | None
    silence_days: int | None
    min_cell: int


@dataclass(frozen=True)
class Chosen:
    """A side of the comparison: whole cohorts, the selected, the rest, or a group by its name."""

    kind: Literal["none", "cohorts", "selection", "rest", "group"] = "none"
    labels: tuple[Hashable, ...] = ()
    group: str = ""
    side: Side = field(default=(), repr=False)


@dataclass(frozen=True, eq=False)
class CohortFindings:
    """What is shown: for the customers that others selected, and for the two sides.

    Attributes
    ----------
    cohorts
        What the triangle and the curves show; None if nobody who is selected ever bought.
    comparison, explanation, survival
        What is known of the two sides; None where they cannot be compared.
    customers
        Of each customer, which cohort he is in, and when he bought.
    whole
        The cohorts of all customers; what few make is taken out, as it is of ``cohorts``.
    a, b
        The two sides.
    at_risk
        ``side``, ``day`` and ``at_risk``, for the days below the curves of survival.
    lines
        Both sides as cohorts of their own, "a" and "b", where they are not single cohorts.
    problems
        Why something is not there: by "differences", "causes", "survival".
    source, asked
        What this was computed from, and for.
    """

    cohorts: Cohorts | None
    comparison: CohortComparison | None
    explanation: Explanation | None
    survival: Survival | None
    customers: pd.DataFrame
    whole: Cohorts
    a: Chosen
    b: Chosen
    at_risk: pd.DataFrame | None
    lines: Cohorts | None
    problems: Mapping[str, CrmError]
    source: CohortSource
    asked: Asked


def find_cohorts(source: CohortSource, asked: Asked, scope: Scope) -> CohortFindings:
    """The cohorts of the customers that others select, and two sides compared.

    What the triangle shows does not filter it.
    """
    scope = scope.showing(Outline(TRIANGLE, lambda some: picked(some, source) is not None))
    where = _clause(scope, scope.others().gestures) if scope.others() else None
    try:
        shown: Cohorts | None = suppressed(source.cohorts(where), asked.min_cell)
    except AnalysisError:
        shown = None
    found = CohortFindings(
        shown, None, None, None, source.customers, suppressed(source.whole, asked.min_cell),
        Chosen(), Chosen(), None, None, {}, source, asked,
    )  # fmt: skip
    return _compared(found, scope, where)


def picked(gestures: Sequence[Gesture], source: CohortSource) -> dict[str, list[Any]] | None:
    """The cohorts and the age of the triangle that conditions mean, if they mean some."""
    found: dict[str, list[Any]] = {}
    fields = {
        activity_field(source.whole, int(age)): int(age)
        for age in source.whole.cells["age"].unique()
    }
    for clause in (clause for gesture in gestures for clause in gesture.clauses):
        predicate = clause.predicate
        own = clause.space == "model" and clause.model == source.fingerprint
        if not own or not isinstance(predicate, Values):
            return None
        if predicate.field == COHORT and COHORT not in found:
            found[COHORT] = [str(value) for value in predicate.values]
        elif predicate.field in fields and predicate.values == (True,) and "age" not in found:
            found["age"] = [fields[predicate.field]]
        else:
            return None
    return found or None


def default_sides(whole: Cohorts, min_cell: int) -> tuple[tuple[Hashable, ...], ...]:
    """The first cohort, and the last of which at least half as many windows are known.

    Of groups, the two largest.
    """
    sizes = whole.sizes
    usable = sizes[~sizes["includes_earlier"] & (sizes["customers"] >= min_cell)]
    if len(usable) < 2:
        return (), ()
    if usable["start"].isna().any():
        largest = usable.sort_values("customers", ascending=False, kind="stable")
        first, second = largest["cohort"][:2]
        return (first,), (second,)
    known = whole.cells[whole.cells["complete"]].groupby("cohort", observed=True)["age"].max()
    ages = known.reindex(usable["cohort"]).fillna(-1)
    enough = usable[(ages * 2 >= ages.iloc[0]).to_numpy()]
    last = enough["cohort"].iloc[-1]
    first = usable["cohort"].iloc[0]
    return ((first,), (last,)) if last != first else ((first,), (usable["cohort"].iloc[1],))


def _keys(source: CohortSource, asked: Asked) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What both sides are called: as asked for, else the first two worth comparing."""
    labels = [str(label) for label in source.whole.labels]
    auto_a, auto_b = (tuple(map(str, side)) for side in default_sides(source.whole, asked.min_cell))
    a, b = asked.a or auto_a, asked.b or auto_b
    if not asked.a and a == b:
        a = next(((label,) for label in labels if label not in b), a)
    elif not asked.b and set(a) & set(b):
        b = next(((label,) for label in reversed(labels) if label not in a), b)
    return a, b


def _compared(found: CohortFindings, scope: Scope, where: Clause | None) -> CohortFindings:
    """Both sides and all that can be said of them; what cannot is a problem."""
    source, asked = found.source, found.asked
    a, b = _keys(source, asked)
    if not a or not b:
        return replace(found, problems={"differences": AnalysisError("one_cohort")})
    try:
        found = replace(found, a=_chosen(a, source, scope), b=_chosen(b, source, scope))
        if SELECTION in (*asked.a, *asked.b):
            where = None
        comparison = source.comparison(
            found.a.side, found.b.side, where, asked.landmark, asked.silence_days, asked.min_cell
        )
    except CrmError as error:
        return replace(found, problems={"differences": error})
    found = replace(found, comparison=comparison)
    if min(comparison.n_a, comparison.n_b) < asked.min_cell:
        few = AnalysisError("too_few_to_show", n=asked.min_cell)
        return replace(found, problems={"causes": few, "survival": few})
    return _lines(_followed(_decomposed(found, where), where), where)


def _decomposed(found: CohortFindings, where: Clause | None) -> CohortFindings:
    """With the gap in revenue parted into what it is made of."""
    source, comparison = found.source, found.comparison
    if source.data.amount is None or comparison is None:
        return found
    try:
        made = source.explanation(found.a.side, found.b.side, where, comparison.landmark)
        share = made.causes.set_index("cause").loc["share_active"]
        buyers = min(round(share["a"] * made.n_a), round(share["b"] * made.n_b))
        if buyers < found.asked.min_cell:
            raise AnalysisError("too_few_buyers", n=found.asked.min_cell)
    except CrmError as error:
        return replace(found, problems={**found.problems, "causes": error})
    return replace(found, explanation=made)


def _followed(found: CohortFindings, where: Clause | None) -> CohortFindings:
    """With how long the customers of both sides stay."""
    assert found.comparison is not None
    try:
        lives, risk = found.source.survival(
            found.a.side, found.b.side, where, found.comparison.landmark, found.asked.silence_days
        )
        if not lives.groups["events"].any():
            longest = int(lives.groups["longest"].max())
            raise AnalysisError("no_losses", n=lives.silence_days, longest=longest)
    except CrmError as error:
        return replace(found, problems={**found.problems, "survival": error})
    return replace(found, survival=lives, at_risk=risk)


def _lines(found: CohortFindings, where: Clause | None) -> CohortFindings:
    """With a curve a side, where these are not single cohorts, which have one already."""
    a, b = found.a, found.b
    if len(a.labels) == len(b.labels) == 1:
        return found
    try:
        lines = found.source.lines(("a", a.side), ("b", b.side), where)
    except CrmError:
        return found
    return replace(found, lines=suppressed(lines, found.asked.min_cell))


def _chosen(keys: tuple[str, ...], source: CohortSource, scope: Scope) -> Chosen:
    """What the analysis takes as a side."""
    labels = {str(label): label for label in source.whole.labels}
    if len(keys) == 1 and keys[0] not in labels:
        (key,) = keys
        if key == SELECTION:
            if not scope.gestures:
                raise AnalysisError("nothing_selected")
            return Chosen("selection", side=_clause(scope, scope.gestures))
        if key == REST:
            return Chosen("rest", side=REST)
        group = group_of(key, {*labels, SELECTION, REST}, scope.named)
        if group is not None:
            name = scope.named.label(key.removeprefix(MARK))
            return Chosen("group", group=name, side=group)
    if any(key in (SELECTION, REST) and key not in labels for key in keys):
        raise AnalysisError("mixed_side")
    chosen = tuple(labels.get(key, key) for key in keys)
    return Chosen("cohorts", chosen, side=list(chosen))


def _clause(scope: Scope, gestures: tuple[Gesture, ...]) -> Clause:
    """The customers whom some gestures select, as a group that knows what it was made of."""

    def grounds() -> Iterator[Ground]:
        yield from chain([(scope.data, scope.known)], scope.grounds() if scope.elsewhere else ())

    part = scope.only(gestures)
    return named_group(SELECTION, part.ids(), part.clauses, grounds())
