"""A frame as the engines have it, and what they give back as pandas."""

from __future__ import annotations

import atexit
from functools import cache
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa

HOSTILE = "'; drop table orders; --"
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

        return ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))
    if engine == "dask":
        import dask.dataframe as dd

        return dd.from_pandas(frame, npartitions=3)
    return spark().createDataFrame(pa.Table.from_pandas(frame, preserve_index=False))


@cache
def spark() -> Any:
    """One session for all tests."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.default.parallelism": "1",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.memory": "1g",
        # hardly any rows: what is compiled least is done soonest
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    session = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    atexit.register(session.stop)
    return session


def fetched(rows: Any) -> pd.DataFrame:
    """Rows of an engine as pandas."""
    return nw.from_native(rows).collect().to_arrow().to_pandas()


def messy(n: int = 600, seed: int = 0) -> pd.DataFrame:
    """A log with all that checks look for: returns, gaps, repeated rows, a day far off."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer_id": rng.integers(1, 90, n).astype(float),
            "order_date": pd.Timestamp("2022-01-03")
            + pd.to_timedelta(rng.integers(0, 500 * 24, n), "h").astype("timedelta64[us]"),
            "revenue": np.round(rng.gamma(2, 20, n), 2),
            "order_no": rng.integers(0, n // 2, n),
            "channel": rng.choice(["shop", HOSTILE, '名 "x" ]'], n),
            "member": rng.random(n) < 0.4,
        }
    )
    frame.loc[::31, "revenue"] *= -1
    frame.loc[::37, "revenue"] = np.nan
    frame.loc[::41, "customer_id"] = np.nan
    frame.loc[::43, "order_date"] = pd.NaT
    frame.loc[::29, "channel"] = None
    frame.loc[5, "revenue"] = np.inf
    frame.loc[6, "order_date"] = pd.Timestamp("2093-05-05 10:00")
    return pd.concat([frame, frame.iloc[50:53]], ignore_index=True)


ROLES = {"customer": "customer_id", "time": "order_date", "amount": "revenue"}
