"""A table that stays in its engine: what it holds, how answers are fetched, whose rows are meant.

Everything is said in narwhals, which speaks to DuckDB, polars, Dask, PySpark and Ibis alike; a
value is always handed over as a literal and never becomes text of a query.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import CrmError, InputError
from ..in_memory.codes import Series
from ..reading.source import Source
from ..vocabulary.table import Kind

Frame: TypeAlias = nw.LazyFrame[Any]
T = TypeVar("T")
P = ParamSpec("P")

ENGINES = {
    "duckdb": "DuckDB", "polars": "polars", "dask": "Dask", "pyspark": "PySpark",
    "pyspark[connect]": "PySpark", "ibis": "Ibis",
}  # fmt: skip
"""How a reader knows them."""

IDS = "crm_widgets_ids"
"""Name of the one column of a table of customers that is handed to an engine."""

BUSY = "ResourceInUseException"
"""What DuckDB raises while a result on the same connection is not fetched to its end."""
PATIENCE_S = 2.0
"""How long a query waits for one that the caller runs on the same connection."""
PEEK = 100_000
"""Rows that are looked at before all are."""


@dataclass(frozen=True)
class LazySource(Source):
    """A table in an engine. Opening it asks nothing of the engine but the names of its columns."""

    _busy: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    @cached_property
    def frame(self) -> Frame:
        """The table as narwhals knows it.

        Raises
        ------
        InputError
            If it is a relation of a DuckDB before 2.0, which forgets what a subquery names.
        """
        found: Frame = nw.from_native(self.native)
        if found.implementation.is_duckdb():
            import duckdb

            if int(duckdb.__version__.partition(".")[0]) < 2:
                raise InputError("old_duckdb", version=duckdb.__version__)
        return found

    @cached_property
    def schema(self) -> dict[str, Any]:
        """Type of each column."""
        return dict(self.frame.collect_schema())

    @property
    def engine(self) -> str:
        """Name of the engine."""
        own = self.frame.implementation.value
        return ENGINES.get(str(own), str(own))

    @cached_property
    def n(self) -> int:
        """Number of rows; counted by the engine."""
        return int(self.row(self.frame.select(n=nw.len()))["n"])

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """What each column holds, by its type."""
        return {name: _kind(dtype) for name, dtype in self.schema.items()}

    def series(self, column: str) -> Series:
        """Refuse: rows stay where they are."""
        raise InputError("in_engine", engine=self.engine, column=column)

    def repeats(self, column: str) -> bool:
        """Whether a value stands in several rows; the first rows mostly tell."""
        rows = self.frame.select(value=nw.col(column)).filter(~nw.col("value").is_null())
        asked = {"n": nw.len(), "distinct": nw.col("value").n_unique()}
        for part in (rows.head(PEEK), rows):
            found = self.row(part.select(**asked))
            if found["distinct"] < found["n"]:
                return True
        return False

    def take(self, rows: npt.NDArray[np.intp]) -> Any:
        """Refuse: rows of an engine have no positions."""
        raise InputError("no_positions", engine=self.engine)

    def expression(self, name: str) -> nw.Expr:
        """A column as analyses take it: numbers as floats, times on the local clock, else plain."""
        found, dtype, kind = nw.col(name), self.schema[name], self.kinds[name]
        if isinstance(dtype, nw.Datetime):
            return found if dtype.time_zone is None else found.dt.replace_time_zone(None)
        if kind == "time":
            return found.cast(nw.Datetime("us"))
        if isinstance(dtype, nw.Decimal):
            return found.cast(nw.Float64)
        return found.cast(nw.String) if isinstance(dtype, nw.Categorical | nw.Enum) else found

    @property
    def source(self) -> LazySource:
        """Itself, as ``in_turn`` asks for it."""
        return self

    def collect(self, query: Frame) -> nw.DataFrame[Any]:
        """What a query gives, in memory; one query of a table at a time.

        Raises
        ------
        InputError
            If the caller's connection is not free for a query, and does not become so soon.
        """
        found: nw.DataFrame[Any] = self.in_turn(query.collect)
        return found

    def in_turn(self, make: Callable[[], T]) -> T:
        """What ``make`` gives, which makes or asks a query, while nobody else does so here."""
        end = time.monotonic() + PATIENCE_S
        with self._busy:
            while True:
                try:
                    return make()
                except Exception as error:
                    if type(error).__name__ != BUSY:
                        raise
                    if time.monotonic() > end:
                        raise InputError("engine_busy", engine=self.engine) from error
                    time.sleep(0.02)

    def trying(self, make: Callable[[], Any]) -> Any:
        """What ``make`` gives; where the engine cannot, an error that says so by name."""
        try:
            return make()
        except CrmError:
            raise
        except (NotImplementedError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise InputError("engine_cannot", engine=self.engine, reason=reason) from error

    def row(self, query: Frame) -> dict[str, Any]:
        """The one row that a query gives."""
        found = self.collect(query)
        return {name: found[name].to_list()[0] for name in found.columns}

    def of(self, rows: Frame, column: str, ids: pd.Index[Any]) -> Frame:
        """The rows whose ``column`` is one of some ids, which are handed over as a table."""
        dtype = rows.collect_schema()[column]
        engine = self.frame.implementation
        if engine.is_duckdb():
            return _of_relation(rows, column, ids)
        others: Frame = nw.from_native(_table_of(engine, self.native, ids))
        if others.collect_schema()[IDS] != dtype:
            others = others.select(nw.col(IDS).cast(dtype))
        return rows.join(others, left_on=column, right_on=IDS, how="semi")


class _Asks(Protocol):
    @property
    def source(self) -> LazySource: ...


Asks = TypeVar("Asks", bound=_Asks)


def in_turn(ask: Callable[Concatenate[Asks, P], T]) -> Callable[Concatenate[Asks, P], T]:
    """Let a function of what has a ``source`` make and ask its queries while nobody else does.

    On DuckDB to make a query asks the connection too, which answers one call at a time.
    """

    @wraps(ask)
    def turned(first: Asks, /, *given: P.args, **named: P.kwargs) -> T:
        return first.source.in_turn(lambda: ask(first, *given, **named))

    return turned


def array(found: nw.DataFrame[Any], name: str, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """A collected column without gaps as an array: days as numbers since 1970."""
    values = found[name]
    if isinstance(values.dtype, nw.Date):
        arrow = values.to_arrow()
        return np.asarray(arrow.cast("int32").to_numpy(), dtype=dtype)
    return np.asarray(values.to_numpy(), dtype=dtype)


def ids_of(found: nw.DataFrame[Any], name: str) -> pd.Index[Any]:
    """Collected ids as pandas holds them, in the order they came in."""
    values = found[name]
    if values.dtype.is_numeric():
        return pd.Index(values.to_numpy())
    index: pd.Index[Any] = pd.Index(values.to_arrow().to_pandas())
    return index


def _kind(dtype: Any) -> Kind:
    if isinstance(dtype, nw.Boolean):
        return "bool"
    if dtype.is_numeric():
        return "number"
    return "time" if isinstance(dtype, nw.Datetime | nw.Date) else "category"


def _of_relation(rows: Frame, column: str, ids: pd.Index[Any]) -> Frame:
    """A semi join of DuckDB: relations of other connections cannot be joined, local tables can.

    The only text is the name of the column, quoted; the ids stay in the table.
    """
    crm_widgets_ids = pd.DataFrame({IDS: ids})
    quoted = '"' + column.replace('"', '""') + '"'
    condition = f"{quoted} in (select {IDS} from crm_widgets_ids)"
    found = nw.to_native(rows).filter(condition)
    del crm_widgets_ids
    kept: Frame = nw.from_native(found)
    return kept


def _table_of(engine: Any, native: Any, ids: pd.Index[Any]) -> Any:
    """One column of ids, as a table of the engine."""
    if engine.is_polars():
        import polars as pl

        numeric = isinstance(ids.dtype, np.dtype) and ids.dtype.kind in "iuf"
        return pl.LazyFrame({IDS: ids.to_numpy() if numeric else ids.tolist()})
    if engine.is_ibis():
        import ibis

        return ibis.memtable(_arrow(ids))
    if engine.is_dask():
        import dask.dataframe as dd

        partitioned: Any = dd.from_pandas  # untyped
        return partitioned(pd.DataFrame({IDS: ids}), npartitions=1)
    if engine.is_pyspark() or engine.is_pyspark_connect():
        return native.sparkSession.createDataFrame(_arrow(ids))
    raise InputError(
        "engine_cannot", engine=str(engine.value), reason="customers by a table of ids"
    )


def _arrow(ids: pd.Index[Any]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pandas(pd.DataFrame({IDS: ids}), preserve_index=False)
