"""The cohorts of all customers, and a cache of what was computed from them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import pandas as pd

from ...data.machine.memory import give_back
from ...data.machine.result_cache import ResultCache
from ...data.roles import Transactions
from ...data.scope import Known, table_of
from ...data.vocabulary.clauses import Clause
from ...data.vocabulary.periods import Period
from .at_risk import compared_customers, numbers_at_risk, survival_ticks
from .build import Cohorts, build_cohorts
from .compare import CohortComparison, compare_cohorts
from .customers import COHORT, FIRST, activity_of, customers_of_cohorts
from .decomposition import Explanation, explain
from .groups import GroupsBy
from .measures import Measure
from .sides import Side
from .survival import Survival, survival
from .windows import Windows

CAPACITY = 24
"""Results that are cached, so that going back is immediate."""

T = TypeVar("T")


@dataclass(frozen=True)
class Recipe:
    """How cohorts are made, whoever is in them."""

    by: str | GroupsBy
    period: Period | str
    windows: Windows
    measure: Measure
    complete_history: bool
    look_ahead: int
    landmark: dt.date | None
    level: float

    def build(self, data: Transactions, where: Clause | None = None) -> Cohorts:
        """The cohorts of all customers, or of those of a group."""
        return build_cohorts(
            data, by=self.by, period=self.period, windows=self.windows, measure=self.measure,  # type: ignore[arg-type]
            complete_history=self.complete_history, look_ahead=self.look_ahead,
            landmark=self.landmark, level=self.level, where=None if where is None else [where],
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class CohortSource:
    """The cohorts of all customers, and what they say of each."""

    data: Transactions
    recipe: Recipe
    whole: Cohorts
    _cache: ResultCache = field(default_factory=lambda: ResultCache(CAPACITY), repr=False)

    @cached_property
    def fingerprint(self) -> str:
        """Tells these cohorts from others: a clause on them means nothing elsewhere."""
        recipe, whole = self.recipe, self.whole
        by = recipe.by if isinstance(recipe.by, str) else whole.frame.codes.tobytes()
        made = (
            table_of(self.data), by, whole.period, whole.windows, whole.landmark, whole.look_ahead,
            whole.complete_history,
        )  # fmt: skip
        return hashlib.sha1(repr(made).encode(), usedforsecurity=False).hexdigest()[:16]

    @cached_property
    def customers(self) -> pd.DataFrame:
        """A row a customer of a cohort: see ``customers_of_cohorts``."""
        return customers_of_cohorts(self.whole)

    @cached_property
    def known(self) -> Known:
        """The same, for clauses."""
        names = [str(name) for name in self.customers.columns]
        flags = frozenset(name for name in names if activity_of(name))
        return Known(
            self.customers, flags | {COHORT}, self.fingerprint, unlisted=flags, facts=self.facts
        )

    @property
    def dated(self) -> bool:
        """Whether cohorts are periods of the first purchase."""
        return isinstance(self.recipe.by, str) and self.recipe.by == "first_purchase"

    @property
    def facts(self) -> frozenset[str]:
        """Fields that say nothing of what customers did after their first purchase."""
        return frozenset({FIRST, COHORT} if isinstance(self.recipe.by, str) else {FIRST})

    def cohorts(self, where: Clause | None) -> Cohorts:
        """The cohorts of a group of customers; of all by default."""
        if where is None:
            return self.whole
        return self._cached(("cohorts", _key(where)), lambda: self.recipe.build(self.data, where))

    def lines(self, a: tuple[str, Side], b: tuple[str, Side], where: Clause | None) -> Cohorts:
        """Both sides as cohorts of their own."""
        base = self.cohorts(where)

        def make() -> Cohorts:
            ids = compared_customers(base, a[1], b[1], landmark=self.recipe.landmark)
            return build_cohorts(
                self.data, by={a[0]: ids["a"], b[0]: ids["b"]}, period=base.period,
                windows=base.windows, measure=base.measure, look_ahead=base.look_ahead,
                complete_history=self.recipe.complete_history, landmark=self.recipe.landmark,
                level=base.level,
            )  # fmt: skip

        return self._cached(("lines", a[0], b[0], _key(a[1]), _key(b[1]), _key(where)), make)

    def comparison(
        self, a: Side, b: Side, where: Clause | None, landmark: dt.date | None,
        silence_days: int | None, min_cell: int,
    ) -> CohortComparison:  # fmt: skip
        """How two sides differ."""
        base = self.cohorts(where)
        key = ("comparison", _key(a), _key(b), _key(where), landmark)
        return self._cached(
            key,
            lambda: compare_cohorts(
                base, a, b, landmark=landmark, silence_days=silence_days, min_cell=min_cell
            ),
        )

    def explanation(
        self, a: Side, b: Side, where: Clause | None, landmark: dt.date | None
    ) -> Explanation:
        """Why two sides differ in revenue."""
        base = self.cohorts(where)
        key = ("explanation", _key(a), _key(b), _key(where), landmark)
        return self._cached(key, lambda: explain(base, a, b, landmark=landmark))

    def survival(
        self, a: Side, b: Side, where: Clause | None, landmark: dt.date | None,
        silence_days: int | None,
    ) -> tuple[Survival, pd.DataFrame]:  # fmt: skip
        """How long the customers of two sides stay, and how many are at risk when."""
        base = self.cohorts(where)

        def make() -> tuple[Survival, pd.DataFrame]:
            ids = compared_customers(base, a, b, landmark=landmark)
            found = survival(
                self.data, groups=ids, silence_days=silence_days, landmark=landmark,
                behaviour=False, level=base.level,
            )  # fmt: skip
            assert found.silence_days is not None
            days = survival_ticks(float(found.groups["longest"].max()))
            risk = numbers_at_risk(
                base, a, b, days, silence_days=found.silence_days, landmark=landmark
            )
            return found, risk

        return self._cached(("survival", _key(a), _key(b), _key(where), landmark), make)

    def _cached(self, key: Hashable, compute: Callable[[], T]) -> T:
        def compute_and_trim() -> T:
            result = compute()
            give_back(self.data.table.n)
            return result

        return self._cache.get_or_compute(key, compute_and_trim)


def _key(side: Side | None) -> Hashable:
    """A side as a key: clauses and groups are compared by their customers."""
    return tuple(side) if isinstance(side, list) else side
