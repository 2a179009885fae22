"""Small frames that an engine adds up: by group, and at quantiles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from .engines import Frame, LazySource
from .lazy_terms import EPOCH, finite
from .table import Aggregate, Kind


def milliseconds(value: Any) -> float:
    """A number, or a time as epoch milliseconds; NaN if there is none."""
    if value is None or value is pd.NaT:
        return float("nan")
    if isinstance(value, dt.date):
        stamp = pd.Timestamp(value).tz_localize(None)
        return float((stamp - pd.Timestamp(EPOCH)) / pd.Timedelta(milliseconds=1))
    return float(value)


def in_memory(found: nw.DataFrame[Any], name: str, kind: Kind) -> pd.Series[Any]:
    """A collected column as ``ArrayTable`` shows it: times in epoch milliseconds."""
    values: pd.Series[Any] = found[name].to_arrow().to_pandas()
    if kind != "time":
        return values
    return values.map(milliseconds).astype(np.float64)


def lazy_quantiles(
    source: LazySource,
    rows: Frame,
    columns: Sequence[str],
    q: Sequence[float],
    by: str | None,
    group: str,
) -> pd.DataFrame:
    """Quantiles of float columns, of all rows or of each value of ``group``."""
    cuts = {f"{i} {name}": nw.col(name).quantile(p, "linear") for i, p in enumerate(q)
            for name in columns}  # fmt: skip

    def ask() -> Frame:
        if by is None:
            return rows.select(**cuts)
        return rows.filter(~nw.col(group).is_null()).group_by(group).agg(**cuts)

    found = source.collect(source.trying(ask)).to_pandas()
    found = found if by is None else found.sort_values(group)
    groups = [None] if by is None else found[group].tolist()
    index: Any = pd.Index(list(q), name="q")
    if by is not None:
        index = pd.MultiIndex.from_product([groups, list(q)], names=[by, "q"])
    data = {
        name: [found[f"{i} {name}"].iloc[row] for row in range(len(groups)) for i in range(len(q))]
        for name in columns
    }
    return pd.DataFrame(data, index=index).astype(np.float64)


def lazy_summary(
    source: LazySource,
    rows: Frame,
    kinds: Mapping[str, Kind],
    keys: Sequence[str],
    aggregates: Mapping[str, tuple[str, Aggregate]],
) -> pd.DataFrame:
    """Group rows by ``keys`` and add up the others; as ``summaries.summary`` does in memory."""
    terms: dict[str, nw.Expr] = {f"k{at}": nw.col(key) for at, key in enumerate(keys)}
    asked: dict[str, nw.Expr] = {}
    for at, (column, how) in enumerate(aggregates.values()):
        if column == "*":
            asked[f"a{at}"] = nw.len()
            continue
        terms[f"v{at}"] = _taken(nw.col(column), kinds[column], how)
        value = nw.col(f"v{at}")
        if how == "nunique":
            absent = terms[f"v{at}"].is_null()
            terms[f"m{at}"] = nw.when(absent).then(nw.lit(1)).otherwise(nw.lit(0))
            asked |= {f"a{at}": value.n_unique(), f"m{at}": nw.col(f"m{at}").max()}
        else:
            asked[f"a{at}"] = _asked(value, how)
    placed = rows.select(**terms) if terms else rows
    grouped = [f"k{at}" for at in range(len(keys))]

    def ask() -> Frame:
        return placed.group_by(*grouped).agg(**asked) if keys else placed.select(**asked)

    found = source.collect(source.trying(ask))
    columns: dict[str, Any] = {}
    for at, key in enumerate(keys):
        columns[key] = in_memory(found, f"k{at}", kinds[key])
    for at, (name, (column, how)) in enumerate(aggregates.items()):
        columns[name] = _given(found, at, how, "*" if column == "*" else kinds[column])
    made = pd.DataFrame(columns)
    if keys:
        made = made.sort_values(list(keys), na_position="last")
    return made.reset_index(drop=True)


def _taken(column: nw.Expr, kind: Kind, how: Aggregate) -> nw.Expr:
    if kind == "number":
        return finite(column)
    if kind == "bool" and how not in ("n", "nunique"):
        return column.cast(nw.Int32).cast(nw.Float64)
    return column


def _asked(value: nw.Expr, how: Aggregate) -> nw.Expr:
    if how == "n":
        return value.count()
    found: nw.Expr = getattr(value, how)()
    return found


def _given(found: nw.DataFrame[Any], at: int, how: Aggregate, kind: str) -> Any:
    values = found[f"a{at}"].to_arrow().to_pandas()
    if how == "nunique":
        return (values - found[f"m{at}"].to_numpy()).astype(np.int64)
    if how == "n" or kind == "*":
        return values.astype(np.int64)
    if kind == "time":
        return values.map(milliseconds).astype(np.float64)
    values = values.astype(np.float64)
    return values.fillna(0.0) if how == "sum" else values
