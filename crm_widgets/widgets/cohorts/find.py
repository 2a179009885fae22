"""From a selection and two sides to what is drawn: cohorts, comparison, causes, survival."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ... import text
from ...analysis.cohorts.answers import CohortSource
from ...analysis.cohorts.build import Cohorts
from ...analysis.cohorts.compare import CohortComparison
from ...analysis.cohorts.customers import activity_field
from ...analysis.cohorts.decomposition import Explanation
from ...analysis.cohorts.privacy import suppressed
from ...analysis.cohorts.sides import Side
from ...analysis.cohorts.survival import Survival
from ...charts.cohorts.names import spoken
from ...charts.cohorts.scene import Pair, Who
from ...data.gestures import Gesture
from ...data.scope import Ground, Scope
from ...data.vocabulary.clauses import Clause, Values
from ...errors import AnalysisError, CrmError
from ..selection.named_groups import MARK, group_of, named_group

SELECTION, REST = "selection", "rest"
FEW = 2
"""Cohorts of a side that are named one by one."""


@dataclass(frozen=True, eq=False)
class CohortFindings:
    """What is shown: for the customers that others selected, and for the two sides.

    ``cohorts`` are what the triangle and the curves show, ``comparison``, ``explanation`` and
    ``survival`` what is known of the two sides (None where they cannot be compared);
    ``customers`` says of each customer which cohort he is in, and when he bought.
    """

    cohorts: Cohorts | None
    comparison: CohortComparison | None
    explanation: Explanation | None
    survival: Survival | None
    customers: pd.DataFrame


def default_sides(whole: Cohorts, min_cell: int) -> tuple[tuple[Hashable, ...], ...]:
    """The first cohort, and the last of which at least half as many windows are known.

    Of groups, the two largest.
    """
    sizes = whole.sizes
    usable = sizes[~sizes["includes_earlier"] & (sizes["customers"] >= min_cell)]
    if len(usable) < 2:
        return (), ()
    if usable["start"].isna().any():
        first, second = usable.sort_values("customers", ascending=False, kind="stable")["cohort"][
            :2
        ]
        return (first,), (second,)
    known = whole.cells[whole.cells["complete"]].groupby("cohort", observed=True)["age"].max()
    ages = known.reindex(usable["cohort"]).fillna(-1)
    enough = usable[(ages * 2 >= ages.iloc[0]).to_numpy()]
    last = enough["cohort"].iloc[-1]
    first = usable["cohort"].iloc[0]
    return ((first,), (last,)) if last != first else ((first,), (usable["cohort"].iloc[1],))


@dataclass(frozen=True)
class Chooser:
    """Reads the sides as the knobs have them, on one source and one selection."""

    source: CohortSource
    scope: Scope
    names: Mapping[Hashable, str]
    members: Sequence[Any]
    widget: str

    def others(self) -> Clause | None:
        """The customers that others selected, if anybody did: own clauses do not filter."""
        gestures = tuple(g for g in self.scope.gestures if not self.is_own(g))
        return self._clause(gestures, text.say("cohorts.selection")) if gestures else None

    def is_own(self, gesture: Gesture) -> bool:
        """Whether a gesture was made in this widget, or speaks of its cohorts from Python."""
        if gesture.source:
            return gesture.source.startswith(f"{self.widget}/")
        known = self.source.known
        return all(
            clause.space == "model" and clause.model == known.fingerprint
            for clause in gesture.clauses
        )

    def side(self, keys: tuple[str, ...]) -> tuple[Side, Who]:
        """What the analysis takes, and what a reader is told."""
        labels = {str(label): label for label in self.source.whole.labels}
        if len(keys) == 1 and keys[0] not in labels:
            (key,) = keys
            if key == SELECTION:
                name = text.say("cohorts.selection")
                if not self.scope.gestures:
                    raise AnalysisError("nothing_selected")
                said = text.say("cohorts.the_selection")
                return self._clause(self.scope.gestures, name), Who(name, said)
            if key == REST:
                name = text.say("cohorts.rest")
                return REST, Who(name, text.say("cohorts.the_rest"))
            group = group_of(key, {*labels, SELECTION, REST}, self.scope.named)
            if group is not None:
                name = self.scope.named.label(key.removeprefix(MARK))
                return group, Who(name, name)
        if any(key in (SELECTION, REST) and key not in labels for key in keys):
            raise AnalysisError("mixed_side")
        chosen: tuple[Hashable, ...] = tuple(labels.get(key, key) for key in keys)
        named = [self.names.get(label, str(label)) for label in chosen]
        name = " + ".join(named[:FEW])
        if len(named) > FEW:
            name = text.say("cohorts.several", first=named[0], last=named[-1], n=len(named))
        return list(chosen), Who(name, name, chosen)

    def _clause(self, gestures: tuple[Gesture, ...], name: str) -> Clause:
        mask = Scope(self.scope.data, self.scope.known, gestures, self.scope.elsewhere).mask()
        clauses = [clause for gesture in gestures for clause in gesture.clauses]
        return named_group(name, self.scope.universe[mask], clauses, self._grounds())

    def _grounds(self) -> Iterator[Ground]:
        yield self.scope.data, self.scope.known
        for member in self.members:
            yield member.data, member.known()


@dataclass(frozen=True)
class Asked:
    """The settings of a comparison."""

    a: tuple[str, ...]
    b: tuple[str, ...]
    landmark: dt.date | None
    silence_days: int | None
    min_cell: int


def compared(chooser: Chooser, asked: Asked, where: Clause | None) -> Pair:
    """Both sides and all that can be said of them; what cannot is a problem of its view."""
    source = chooser.source
    if SELECTION in (*asked.a, *asked.b):
        where = None
    auto_a, auto_b = (tuple(map(str, side)) for side in default_sides(source.whole, asked.min_cell))
    keys_a, keys_b = asked.a or auto_a, asked.b or auto_b
    if not asked.a and keys_a == keys_b:
        keys_a = next(((str(c),) for c in source.whole.labels if str(c) not in keys_b), keys_a)
    elif not asked.b and set(keys_a) & set(keys_b):
        keys_b = next(
            ((str(c),) for c in reversed(source.whole.labels) if str(c) not in keys_a), keys_b
        )
    none = Pair(Who("A", "A"), Who("B", "B"))
    if not keys_a or not keys_b:
        return Pair(none.a, none.b, problems={"differences": AnalysisError("one_cohort")})
    try:
        (a, who_a), (b, who_b) = chooser.side(keys_a), chooser.side(keys_b)
    except CrmError as error:
        return Pair(none.a, none.b, problems={"differences": error})
    if who_a.labels and who_b.labels:
        who_a, who_b = (
            Who(one.name, spoken(one.labels, other.labels) or one.name, one.labels)
            for one, other in ((who_a, who_b), (who_b, who_a))
        )
    return _found(source, (a, who_a), (b, who_b), where, asked)


def _found(
    source: CohortSource,
    one: tuple[Side, Who],
    two: tuple[Side, Who],
    where: Clause | None,
    asked: Asked,
) -> Pair:
    (a, who_a), (b, who_b) = one, two
    landmark = asked.landmark
    try:
        comparison = source.comparison(a, b, where, landmark, asked.silence_days, asked.min_cell)
    except CrmError as error:
        return Pair(who_a, who_b, problems={"differences": error})
    landmark = comparison.landmark
    problems: dict[str, CrmError] = {}
    explanation, lives, risk, lines = None, None, None, None
    if min(comparison.n_a, comparison.n_b) < asked.min_cell:
        few = AnalysisError("too_few_to_show", n=asked.min_cell)
        return Pair(who_a, who_b, comparison, problems={"causes": few, "survival": few})
    if source.data.amount is not None:
        try:
            explanation = _enough_buyers(source.explanation(a, b, where, landmark), asked.min_cell)
        except CrmError as error:
            problems["causes"] = error
    try:
        lives, risk = source.survival(a, b, where, landmark, asked.silence_days)
        if not lives.groups["events"].any():
            longest = int(lives.groups["longest"].max())
            problems["survival"] = AnalysisError("no_losses", n=lives.silence_days, longest=longest)
            lives, risk = None, None
    except CrmError as error:
        problems["survival"] = error
    if not (who_a.labels and who_b.labels and len(who_a.labels) == len(who_b.labels) == 1):
        try:
            lines = suppressed(
                source.lines((who_a.name, a), (who_b.name, b), where), asked.min_cell
            )
        except CrmError:
            lines = None
    return Pair(who_a, who_b, comparison, explanation, lives, risk, lines, problems)


def _enough_buyers(found: Explanation, min_cell: int) -> Explanation:
    """The causes, unless they would be those of few customers."""
    share = found.causes.set_index("cause").loc["share_active"]
    if min(round(share["a"] * found.n_a), round(share["b"] * found.n_b)) < min_cell:
        raise AnalysisError("too_few_buyers", n=min_cell)
    return found


def picked_in(gesture: Gesture, source: CohortSource) -> dict[str, list[Any]] | None:
    """The cohorts and ages of the triangle that a gesture means, if it means some."""
    found: dict[str, list[Any]] = {}
    fields = {
        activity_field(source.whole, int(age)): int(age)
        for age in source.whole.cells["age"].unique()
    }
    for clause in gesture.clauses:
        predicate = clause.predicate
        own = clause.space == "model" and clause.model == source.fingerprint
        if not own or not isinstance(predicate, Values):
            return None
        if predicate.field == "cohort":
            found["cohort"] = [str(value) for value in predicate.values]
        elif predicate.field in fields and predicate.values == (True,) and "age" not in found:
            found["age"] = [fields[predicate.field]]
        else:
            return None
    return found or None
