"""A frame as the engines have it, and what they give back as pandas."""

from __future__ import annotations

import atexit
from functools import cache
from typing import Any

import narwhals as nw
import pandas as pd

ENGINES = ("duckdb", "polars", "ibis", "dask", "pyspark")


def opened(engine: str, frame: pd.DataFrame) -> Any:
    """The frame as a table of an engine."""
    if engine == "duckdb":
        import duckdb

        connection = duckdb.connect()
        connection.register("given", frame)
        connection.execute("create table orders as select * from given")
        connection.unregister("given")
        return connection.table("orders")
    if engine == "polars":
        import polars as pl

        return pl.from_pandas(frame).lazy()
    if engine == "ibis":
        import ibis

        return ibis.memtable(frame)
    if engine == "dask":
        import dask.dataframe as dd

        return dd.from_pandas(frame, npartitions=3)
    return spark().createDataFrame(frame)


@cache
def spark() -> Any:
    """One session for all tests."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.default.parallelism": "1",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.memory": "1g",
    }
    session = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    atexit.register(session.stop)
    return session


def fetched(rows: Any) -> pd.DataFrame:
    """Rows of an engine as pandas."""
    return nw.from_native(rows).collect("pandas").to_native()
