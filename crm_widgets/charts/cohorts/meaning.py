"""What is picked in the triangle, as conditions on customers, and where it shows these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...analysis.cohorts.customers import COHORT, activity_field
from ...analysis.cohorts.find import picked
from ...analysis.cohorts.source import CohortSource
from ...data.gestures import Gesture
from ...data.vocabulary.clauses import Clause, Predicate, Values
from ..meaning import Marked
from .triangle_rows import ALL, WHOLE


@dataclass(frozen=True)
class TriangleMeaning:
    """A cell, a row or a column as the customers who made it, in the cohorts that are drawn."""

    source: CohortSource

    def fits(self, gestures: Sequence[Gesture]) -> bool:
        """Whether these are a cell, a row or a column."""
        return picked(gestures, self.source) is not None

    def clauses(self, predicates: Sequence[Predicate]) -> tuple[Clause, ...]:
        """Customers of the cohort, and of those who were active at the age."""
        found: list[Clause] = []
        for predicate in predicates:
            assert isinstance(predicate, Values)
            values = tuple(value for value in predicate.values if value not in (ALL, WHOLE))
            if values and predicate.field == COHORT:
                found.append(self._clause(COHORT, values))
            elif values:
                field = activity_field(self.source.whole, int(str(values[0])))
                found.append(self._clause(field, (True,)))
        return tuple(found)

    def _clause(self, field: str, values: tuple[Any, ...]) -> Clause:
        return Clause(Values(field, values), "model", model=self.source.fingerprint)

    def marked(self, gestures: Sequence[Gesture]) -> Marked:
        """Its row and its column; where one of them is not said, all of them."""
        found = picked(gestures, self.source) or {}
        cohorts, ages = found.get(COHORT, [ALL]), found.get("age", [WHOLE])
        return Marked(values={COHORT: cohorts, "age": ages})

    def values(self, field: str) -> Iterable[Any]:
        """Cohorts and ages, and all of either."""
        whole = self.source.whole
        if field == "age":
            return [WHOLE, *map(int, whole.cells["age"].unique())]
        return [ALL, *whole.labels]
