"""Small frames that say what columns hold: by group, by customer, at quantiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import InputError
from ..vocabulary.table import Aggregate, Kind
from .column import Column
from .groups import aggregate, group, group_quantiles

Aggregates = Mapping[str, tuple[Column | None, Aggregate]]


def summary(keys: Sequence[Column], aggregates: Aggregates, n: int) -> pd.DataFrame:
    """Group ``n`` rows by ``keys``: a row a combination that occurs, sorted, missing keys last."""
    groups, size, codes = group(keys, n)
    size = size if keys else 1
    named = {key.name: values_at(key, code) for key, code in zip(keys, codes, strict=True)}
    frame = pd.DataFrame(named, index=pd.RangeIndex(size))
    for name, (column, how) in aggregates.items():
        frame[name] = aggregate(groups, size, column, how)
    return frame


def per_customer(customers: Column, aggregates: Aggregates) -> dict[str, Column]:
    """Columns of one row a customer, in the order of the ids; all rows must have a customer."""
    size = len(customers.levels)
    groups = customers.codes.astype(np.intp)
    own = (np.arange(size, dtype=np.int32), customers.levels)
    ids = pd.Series(customers.levels)
    made = {"customer": Column(ids, customers.kind, name="customer", coded=own)}
    for name, (column, how) in aggregates.items():
        values = pd.Series(aggregate(groups, size, column, how), copy=False)
        if column is not None and column.kind == "time" and how not in ("n", "nunique"):
            made[name] = Column(values, "time", name=name, numbers=values.to_numpy())
        else:
            made[name] = Column(values, "number", name=name)
    return made


def quantile_frame(
    columns: Mapping[str, Column], q: Sequence[float], by: Column | None, n: int
) -> pd.DataFrame:
    """Quantiles, linear between neighbours: a row a quantile (and group), a column a column."""
    points = np.asarray(q, np.float64)
    if not ((points >= 0) & (points <= 1)).all():
        raise InputError("bad_quantile", given=list(q))
    index: pd.Index[Any] = pd.Index(points, name="q")
    groups, size, codes = group([] if by is None else [by], n)
    if by is None:
        size = 1
    else:
        index = pd.MultiIndex.from_product([values_at(by, codes[0]), points], names=[by.name, "q"])
    found = {
        name: group_quantiles(groups, size, column.numbers, points).ravel()
        for name, column in columns.items()
    }
    return pd.DataFrame(found, index=index)


def level_counts(column: Column, top: int) -> pd.DataFrame:
    """Levels and how often they occur, most frequent first, ties in sorted order."""
    n = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    order = np.argsort(-n, kind="stable")[:top]
    return pd.DataFrame({"level": column.levels[order], "n": n[order]})


def values_at(column: Column, codes: npt.NDArray[np.intp]) -> pd.Series[Any]:
    """Level of each code, missing where the code is -1."""
    levels = pd.Series(column.levels)
    if (codes >= 0).all():
        return levels.take(codes).reset_index(drop=True)
    return levels.reindex(np.where(codes < 0, len(levels), codes)).reset_index(drop=True)


def kinds_of(columns: Mapping[str, Column]) -> dict[str, Kind]:
    """Kind of each column."""
    return {name: column.kind for name, column in columns.items()}
