"""What the charts of one table of customers share: their bins, counts and words, made once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import altair as alt
import numpy as np
import numpy.typing as npt

from .. import text
from ..data.in_memory.table import ArrayTable
from ..data.machine.result_cache import ResultCache
from ..data.vocabulary.table import Dim
from .axes import kept_end
from .binning import Bins, choose_bins, still_fits
from .names import is_money

Mask: TypeAlias = npt.NDArray[np.bool_]

Where: TypeAlias = Callable[[str], Mask | None]
"""For a view, the customers that the *other* views select (crossfilter), for ``""`` those that
all views select; ``None`` if there is no condition."""

Counts: TypeAlias = npt.NDArray[np.float64]

T = TypeVar("T")

CAPACITY = 512
"""Results that are cached: more than one table's charts need."""


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """A table with a row a customer, and what is drawn of its columns.

    ``axes`` are the bins of columns as they were drawn last, ``ends`` where other axes ended: both
    outlive the canvas, so that an axis moves only when it must.
    """

    table: ArrayTable
    money_unit: str = ""
    axes: dict[str, Bins] = field(default_factory=dict, repr=False, compare=False)
    ends: dict[str, float] = field(default_factory=dict, repr=False, compare=False)
    _cache: ResultCache = field(
        default_factory=lambda: ResultCache(CAPACITY), repr=False, compare=False
    )

    @property
    def of_log(self) -> bool:
        """Whether the columns are measures of a log."""
        return False

    def cached(self, key: Hashable, compute: Callable[[], T]) -> T:
        """A result, computed once."""
        return self._cache.get_or_compute(key, compute)

    def chart(self, view: str, make: Callable[[], alt.TopLevelMixin]) -> alt.TopLevelMixin:
        """A chart, made once in each language: a selection changes its rows only."""
        made: alt.TopLevelMixin = self.cached(("chart", view, text.locale()), make)
        return made

    def numbers(self, column: str) -> npt.NDArray[np.float64]:
        """A column of the customers as floats, missing as NaN."""
        values: npt.NDArray[np.float64] = self.cached(
            ("numbers", column),
            lambda: self.table.numbers(column),
        )
        return values

    def bins(self, column: str) -> Bins:
        """Bins of a feature, from all customers; those drawn before, where they still fit."""

        def make() -> Bins:
            values, drawn = self.numbers(column), self.axes.get(column)
            if drawn is None or not still_fits(drawn, values):
                drawn = self.axes[column] = choose_bins(values)
            return drawn

        found: Bins = self.cached(("bins", column), make)
        return found

    def end(self, view: str, most: float) -> float:
        """The end of an axis or a colour scale of a view: where it ended before if that suits."""
        found: float = self.cached(("end", view), lambda: kept_end(self.ends, view, most))
        return found

    def counts(
        self, dims: Sequence[Dim], where: Mask | None, weight: str | None = None
    ) -> tuple[Counts, Counts]:
        """Customers (or ``weight``) in each bin: of all, and of the selected."""
        everyone: Counts = self.cached(
            ("counts", tuple(dims), weight), lambda: self.table.counts(dims, weight)
        )
        return everyone, everyone if where is None else self.table.counts(dims, weight, where)

    def median(self, column: str, where: Mask | None = None) -> float:
        """Median of a column among the selected; NaN if there is none."""
        if where is None:
            return float(self.cached(("median", column), lambda: _median(self.numbers(column))))
        return _median(self.numbers(column)[where])

    def amount(self, value: float) -> str:
        """An amount of money in words."""
        return text.money(value, self.money_unit)

    def value(self, feature: str, value: float) -> str:
        """A value of a feature in words."""
        return self.amount(value) if is_money(feature) else text.decimal(value)

    def measure(self, feature: str, value: float) -> str:
        """A value of a feature with its unit."""
        key = f"value.{feature}"
        shown = self.value(feature, value)
        return text.say(key, n=shown) if text.has(key) else shown


def _median(values: npt.NDArray[np.float64]) -> float:
    values = values[~np.isnan(values)]
    return float(np.median(values)) if len(values) else float("nan")
