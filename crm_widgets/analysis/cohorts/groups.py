"""Which customers are meant, which group each is in, and what the groups are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data import Transactions
from ...data.engine.customer_values import first_values, satisfying
from ...data.vocabulary.clauses import Clause, Group, Predicate
from ...data.vocabulary.notes import Note
from ...errors import InputError, missing_column
from ..history.history import History

Mask: TypeAlias = npt.NDArray[np.bool_]
MOST_GROUPS = 60


@runtime_checkable
class Labelled(Protocol):
    """A result that puts customers into segments, as ``Segmentation`` does."""

    @property
    def labels(self) -> pd.Series[Any]:
        """Segment by customer id."""
        ...


GroupsBy: TypeAlias = "str | pd.Series[Any] | Mapping[Hashable, Iterable[Hashable]] | Labelled"


@dataclass(frozen=True)
class Made:
    """Whether groups are made of what their customers did, and until when (None: unknown)."""

    behaviour: bool
    as_of: dt.date | None = None

    def guaranteed(self, landmark: dt.date | None) -> bool:
        """Whether a difference after ``landmark`` is guaranteed by how the groups were made."""
        if not self.behaviour:
            return False
        return landmark is None or (self.as_of is not None and self.as_of > landmark)

    def both(self, other: Made) -> Made:
        """What two conditions at once are made of."""
        dates = [m.as_of for m in (self, other) if m.behaviour and m.as_of is not None]
        return Made(self.behaviour or other.behaviour, max(dates) if dates else None)


FACT = Made(False)


@dataclass(frozen=True)
class Groups:
    """Group of each customer (-1: none), the groups' labels in order, and what they are made of."""

    codes: npt.NDArray[np.int32]
    labels: tuple[Hashable, ...]
    made: Made
    notes: tuple[Note, ...] = ()


def selected(
    transactions: Transactions,
    where: Sequence[Clause | Predicate],
    customers: Iterable[Hashable] | None,
) -> tuple[Mask, Made]:
    """Which customers have a row that satisfies every clause, and are among ``customers``.

    A clause that holds for some of a customer's rows and not for others is made of behaviour:
    who buys more often is more likely to satisfy it once.
    """
    chosen = np.ones(len(transactions.ids), bool)
    if customers is not None:
        wanted = transactions.ids.get_indexer(pd.Index(list(customers)))
        chosen[:] = False
        chosen[wanted[wanted >= 0]] = True
    if not where:
        return chosen, FACT
    clauses = [given if isinstance(given, Clause) else Clause(given) for given in where]
    if transactions.log is not None:
        made = reduce(Made.both, (_made(one, transactions.log.divides) for one in clauses))
        found = satisfying(transactions.log, [clause.predicate for clause in clauses])
        return chosen & found, made
    rows = np.ones(transactions.table.n, bool)
    codes = transactions.table.codes("customer")

    def divides(predicate: Predicate) -> bool:
        satisfied = transactions.table.mask([predicate])
        np.logical_and(rows, satisfied, out=rows)
        some = np.bincount(codes, weights=satisfied, minlength=chosen.size)
        every = np.bincount(codes, minlength=chosen.size)
        return bool(((some > 0) & (some < every)).any())

    made = reduce(Made.both, [_made(clause, divides) for clause in clauses])
    satisfied_once = np.zeros(chosen.size, bool)
    satisfied_once[codes[rows]] = True
    return chosen & satisfied_once, made


def _made(clause: Clause, divides: Callable[[Predicate], bool]) -> Made:
    if clause.space != "column" and not isinstance(clause.predicate, Group):
        raise InputError("clause_of_model", space=clause.space)
    divided = divides(clause.predicate)
    return Made(divided) if clause.space == "column" else Made(True, clause.as_of)


def groups_by(transactions: Transactions, log: History, by: GroupsBy) -> Groups:
    """Groups by a column at each customer's first purchase, by labels, or by lists of customers.

    Raises
    ------
    InputError
        If the column is missing, there are over 60 groups, or lists share a customer.
    """
    if isinstance(by, str):
        return _by_column(transactions, log, by)
    if isinstance(by, Labelled) and not isinstance(by, pd.Series):
        return by_labels(transactions.ids, by.labels, Made(True, date_of(by)))
    return by_labels(transactions.ids, labels_of(by), Made(True))


def date_of(by: Labelled) -> dt.date | None:
    """Find until when the behaviour was looked at of which segments are made."""
    given = getattr(by, "as_of", None) or getattr(by, "inputs", {}).get("as_of")
    return given if isinstance(given, dt.date) else None


def labels_of(by: pd.Series[Any] | Mapping[Hashable, Iterable[Hashable]]) -> pd.Series[Any]:
    """Make one Series of labels by customer, whose customers are distinct."""
    if isinstance(by, pd.Series):
        found = by
    else:
        members = [ids if isinstance(ids, pd.Index) else pd.Index(list(ids)) for ids in by.values()]
        codes = np.repeat(np.arange(len(members), dtype=np.int32), [len(ids) for ids in members])
        labels = pd.Categorical.from_codes(
            codes, categories=pd.Index(list(by), tupleize_cols=False)
        )
        some = [ids for ids in members if len(ids)]
        index = some[0].append(some[1:]) if some else pd.Index([])
        found = pd.Series(labels, index=index)
    if not found.index.is_unique:
        raise InputError("groups_overlap", n=int(found.index.duplicated().sum()))
    return found


def by_labels(ids: pd.Index[Any], labels: pd.Series[Any], made: Made) -> Groups:
    """Group customers by the label of each id; ids without a label are in no group."""
    if isinstance(labels.dtype, pd.CategoricalDtype):
        raw, levels = labels.cat.codes.to_numpy(), labels.cat.categories
    else:
        try:
            raw, levels = pd.factorize(labels, sort=True)
        except TypeError:
            raw, levels = pd.factorize(labels)
    limit(len(levels), str(labels.name))
    at = labels.index.get_indexer(ids)
    return Groups(np.where(at < 0, -1, raw[at]).astype(np.int32), tuple(levels), made)


def _by_column(transactions: Transactions, log: History, column: str) -> Groups:
    """Value at the first purchase: what is known of a customer when he becomes one."""
    table = transactions.table
    name = next((t for t, given in transactions.columns.items() if given == column), column)
    if name not in table.kinds:
        raise missing_column(column, transactions.columns.values())
    if transactions.log is not None:
        levels, found, n = first_values(transactions.log, name, MOST_GROUPS)
        limit(len(levels), column)
        return Groups(found, levels, FACT, _differs(n, column))
    codes, customer = table.codes(name), table.codes("customer")
    levels = tuple(table.distinct(name))
    limit(len(levels), column)
    first = transactions.day == log.first[customer]
    begin = np.flatnonzero(first & ~transactions.is_return)
    times = table.at(begin).numbers("time")
    order = begin[np.lexsort((codes[begin], times, customer[begin]))]
    who, at = np.unique(customer[order], return_index=True)
    found = np.full(log.n, -1, np.int32)
    found[who] = codes[order[at]]
    differs = np.zeros(log.n, bool)
    differs[customer[(codes != found[customer]) & (found[customer] >= 0)]] = True
    n = int(differs.sum())
    return Groups(found, levels, FACT, _differs(n, column))


def _differs(n: int, column: str) -> tuple[Note, ...]:
    return (Note("cohort_value_at_first", n, {"column": column}),) if n else ()


def limit(n: int, column: str) -> None:
    """Refuse more groups than can be looked at."""
    if n > MOST_GROUPS:
        raise InputError("too_many_cohorts", column=column, n=n, most=MOST_GROUPS)
