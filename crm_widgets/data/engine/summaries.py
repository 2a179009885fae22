"""Small frames that an engine adds up: by group, and at quantiles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from ..vocabulary.table import Aggregate, Kind
from .expressions import EPOCH, finite
from .source import Frame, LazySource


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
    return _shown(found[name].to_arrow().to_pandas(), kind)


def _shown(values: pd.Series[Any], kind: Kind) -> pd.Series[Any]:
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
    grouped, asked, apart = list(terms), {"rows": nw.len()}, []
    for at, (column, how) in enumerate(aggregates.values()):
        if column != "*":
            terms[f"v{at}"] = _taken(nw.col(column), kinds[column], how)
        if how == "nunique":
            apart.append(f"v{at}")
        elif column != "*":
            asked[f"v{at}"] = _asked(nw.col(f"v{at}"), how)
    placed = rows.select(**terms) if terms else rows

    def ask(part: Frame, asked: Mapping[str, nw.Expr]) -> pd.DataFrame:
        def query() -> Frame:
            return part.group_by(*grouped).agg(**asked) if grouped else part.select(**asked)

        found = source.collect(source.trying(query))
        return pd.DataFrame({name: found[name].to_arrow().to_pandas() for name in found.columns})

    found = ask(placed, asked)
    for name in apart:  # made distinct first: counts of distinct values are not exact everywhere
        values = placed.select(*grouped, name).filter(~nw.col(name).is_null()).unique()
        some = ask(values, {name: nw.len()})
        found = found.merge(some, how="left", on=grouped) if grouped else found.assign(**some)
    columns: dict[str, Any] = {}
    for at, key in enumerate(keys):
        columns[key] = _shown(found[f"k{at}"], kinds[key])
    for at, (name, (column, how)) in enumerate(aggregates.items()):
        if column == "*":
            columns[name] = found["rows"].astype(np.int64)
        else:
            columns[name] = _given(found[f"v{at}"], how, kinds[column])
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


def _given(values: pd.Series[Any], how: Aggregate, kind: Kind) -> Any:
    if how in ("n", "nunique"):
        return values.fillna(0).astype(np.int64)
    if kind == "time":
        return _shown(values, "time")
    values = values.astype(np.float64)
    return values.fillna(0.0) if how == "sum" else values
