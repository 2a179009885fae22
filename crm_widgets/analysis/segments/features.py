"""By what customers are compared: the features of a log or of a table, in their units."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data import Customers, Transactions
from ...data.vocabulary.notes import Note
from ...errors import AnalysisError, InputError, missing_column
from ..rfm.measures import MEASURES, customer_measures

LOG_FEATURES = ("recency_days", "frequency", "monetary")
MOST_MISSING = 0.5
MOST_LEVELS = 50
"""A category with more levels is not offered by default; nor one that is nearly an id."""
IDENTIFIER = re.compile(
    r"(^|[_\W])(id|uuid|guid|zip|postcode|phone|email)$|ID$|编号|编码|邮编|手机|电话|邮箱", re.ASCII
)


@dataclass(frozen=True, eq=False)
class Features:
    """Customers by id, sorted, with the columns they are compared by.

    ``customers`` holds ``numbers`` as floats or ints, ``categories`` as text, and what else is
    known of them; ``money`` names its column of money, if any.
    """

    customers: pd.DataFrame
    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    money: str | None
    as_of: dt.date | None
    notes: tuple[Note, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All features."""
        return self.numbers + self.categories

    def raw(self) -> pd.DataFrame:
        """What a pipeline takes."""
        return self.customers[list(self.names)]


def log_features(
    log: Transactions, features: Sequence[str] | None, as_of: dt.date | str | None
) -> Features:
    """Measures of the customers of a log; by default compared by R, F and M."""
    measures, day, notes = customer_measures(log, as_of)
    wanted = LOG_FEATURES if features is None else tuple(dict.fromkeys(features))
    for name in wanted:
        if name not in MEASURES:
            raise missing_column(name, MEASURES)
    return _usable(measures, wanted, (), "monetary", day, list(notes), asked=features is not None)


def table_features(
    people: Customers, features: Sequence[str] | None, money: str | None, skip: str | None = None
) -> Features:
    """Columns of a table of customers; by default all numbers and categories that are no ids."""
    table = people.table
    notes: list[Note] = []
    for name in [*(features or ()), *([money] if money else [])]:
        if name not in table.kinds:
            raise missing_column(name, table.kinds)
    if features is None:
        wanted = [name for name in table.kinds if name not in ("customer", skip)]
        left = [name for name in wanted if not comparable(people, name)]
        notes.append(Note("not_compared", len(left), {"features": tuple(left)}))
        wanted = [name for name in wanted if name not in left]
    else:
        wanted = list(dict.fromkeys(features))
        for name in wanted:
            if table.kinds[name] == "time" or name == "customer":
                raise InputError("not_a_feature", column=name)
    shown = wanted if money in (None, *wanted) else [*wanted, str(money)]
    customers = raw_columns(people, shown)
    categories = tuple(name for name in wanted if table.kinds[name] == "category")
    return _usable(customers, wanted, categories, money, None, notes, asked=features is not None)


def raw_columns(people: Customers, names: Sequence[str]) -> pd.DataFrame:
    """Columns by customer: numbers as floats, categories as text."""
    table = people.table
    order = np.argsort(table.codes("customer"), kind="stable")
    columns: dict[str, Any] = {}
    for name in names:
        category = table.kinds[name] == "category"
        columns[name] = _texts(people, name, order) if category else table.numbers(name)[order]
    return pd.DataFrame(columns, index=pd.Index(people.ids, name="customer"))


def _usable(
    customers: pd.DataFrame,
    wanted: Sequence[str],
    categories: Sequence[str],
    money: str | None,
    as_of: dt.date | None,
    notes: list[Note],
    *,
    asked: bool,
) -> Features:
    kept: list[str] = []
    constant: list[str] = []
    for name in wanted:
        column = customers[name]
        missing = int(column.isna().sum())
        if missing > MOST_MISSING * len(column):
            if asked:
                raise InputError("mostly_missing", column=name, percent=missing / len(column) * 100)
            share = missing / len(column)
            notes.append(Note("mostly_missing", missing, {"features": (name,), "share": share}))
        elif _constant(column, name in categories):
            constant.append(name)
        else:
            kept.append(name)
            if missing and name not in categories:
                notes.append(Note("missing_filled", missing, {"features": (name,)}))
    notes.append(Note("constant_features", len(constant), {"features": tuple(constant)}))
    if len(customers) < 2:
        raise AnalysisError("one_customer", n=len(customers))
    if not kept:
        raise AnalysisError("nothing_varies", features=", ".join(wanted))
    return Features(
        customers=customers,
        numbers=tuple(name for name in kept if name not in categories),
        categories=tuple(name for name in kept if name in categories),
        money=money,
        as_of=as_of,
        notes=tuple(note for note in notes if note.n),
    )


def _constant(column: pd.Series[Any], category: bool) -> bool:
    if category:
        return column.nunique(dropna=False) < 2
    return bool(column.min() == column.max())


def comparable(people: Customers, name: str) -> bool:
    """Whether a column says how customers differ: no time, no id, not too many levels."""
    table = people.table
    kind = table.kinds[name]
    if kind == "time" or IDENTIFIER.search(name):
        return False
    if kind == "category":
        levels = len(table.distinct(name))
        return levels <= MOST_LEVELS and levels <= max(2, table.n / 2)
    values = table.numbers(name)
    counted = len(values) > 10 and values.max() - values.min() == len(values) - 1
    return not (counted and len(np.unique(values)) == len(values))


def _texts(people: Customers, name: str, order: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
    codes = people.table.codes(name)[order]
    levels = np.array([*(str(v) for v in people.table.distinct(name)), None], dtype=object)
    return np.asarray(levels[codes])
