"""Cohort tables and RFM of 10 M transactions, beside pandas, polars and DuckDB, in one run.

Times are medians of interleaved runs, wall and processor seconds: the first are what a user
waits, the second tell them apart from what else the machine does.
"""

from __future__ import annotations

import operator
import os
import statistics
import time
from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from crm_widgets.analysis import build_cohorts
from crm_widgets.analysis.cohorts.measures import Measure
from crm_widgets.analysis.history.append_state import HISTORY
from crm_widgets.analysis.history.of_log import history
from crm_widgets.analysis.rfm.measures import customer_measures
from crm_widgets.data import Transactions
from crm_widgets.data.in_memory.column import Column
from crm_widgets.data.vocabulary.periods import Period

ROWS = int(os.environ.get("BENCH_ROWS", 10_000_000))
CUSTOMERS = ROWS // 10
REPEATS = int(os.environ.get("BENCH_REPEATS", 5))


def sales(rows: int, customers: int) -> pd.DataFrame:
    """Two years of purchases in no order, ids scattered as in a real key."""
    random = np.random.default_rng(0)
    ids = random.permutation(customers * 3)[:customers] + 10_000
    day = random.integers(0, 730, rows).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "customer": ids[random.integers(0, customers, rows)],
            "date": np.datetime64("2023-01-01", "ms") + day,
            "amount": random.lognormal(3, 1, rows).round(2),
        }
    )


def textbook(frame: pd.DataFrame) -> pd.DataFrame:
    """Do as the tutorials do."""
    month = frame["date"].dt.to_period("M")
    cohort = frame.groupby("customer")["date"].transform("min").dt.to_period("M")
    age = (month - cohort).apply(operator.attrgetter("n"))
    table = frame.assign(cohort=cohort, age=age).groupby(["cohort", "age"])
    return table.agg(customers=("customer", "nunique"), revenue=("amount", "sum"))


MONTH = (pl.col("date").dt.year().cast(pl.Int32) * 12 + pl.col("date").dt.month()).alias("month")


def polars_window(frame: pl.DataFrame) -> pl.DataFrame:
    """Cohort by a window function, then distinct customers."""
    return (
        frame.lazy()
        .with_columns(MONTH)
        .with_columns(pl.col("month").min().over("customer").alias("cohort"))
        .group_by("cohort", "month")
        .agg(pl.col("customer").n_unique(), pl.col("amount").sum())
        .collect()
    )


def polars_groups(frame: pl.DataFrame) -> pl.DataFrame:
    """One row a customer and month first."""
    months = frame.lazy().with_columns(MONTH).group_by("customer", "month")
    summed = months.agg(pl.col("amount").sum())
    cohort = pl.col("month").min().over("customer").alias("cohort")
    table = summed.with_columns(cohort).group_by("cohort", "month")
    return table.agg(pl.len(), pl.col("amount").sum()).collect()


def timed(work: dict[str, Callable[[], object]]) -> dict[str, tuple[float, float]]:
    """Median wall and processor seconds of each, run in turn."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in work}
    for _ in range(REPEATS):
        for name, run in work.items():
            wall, processor = time.perf_counter(), time.process_time()
            run()
            seconds[name].append((time.perf_counter() - wall, time.process_time() - processor))
    return {
        name: (statistics.median(w for w, _ in runs), statistics.median(p for _, p in runs))
        for name, runs in seconds.items()
    }


def row(name: str, seconds: tuple[float, float], beside: tuple[float, float], most: float) -> None:
    wall, processor = seconds[0] / beside[0], seconds[1] / beside[1]
    print(
        f"{name:<46}{seconds[0]:>8.3f}{seconds[1]:>8.3f}   {wall:>6.3f} {processor:>6.3f}"
        f"   wanted ≤ {most:g}"
    )


def main() -> None:
    """Print the table."""
    frame = sales(ROWS, CUSTOMERS)
    other = pl.from_pandas(frame)
    log, other_log = Transactions(frame), Transactions(frame)
    codes = log.table.codes("customer")
    print(f"{ROWS:,} transactions of {codes.max() + 1:,} customers; seconds: wall, processor")

    def both(made: Transactions) -> None:
        build_cohorts(made, period="month")
        build_cohorts(made, period="month", measure="revenue")

    def codes_and_tables() -> None:
        """The work without the checks of the door: those find what is wrong with the data."""
        Column(frame["customer"]).codes.max()
        other_log.analysis_cache.pop(HISTORY)
        both(other_log)

    def kept(period: Period, measure: Measure) -> Callable[[], object]:
        return lambda: build_cohorts(log, period=period, measure=measure)

    def first_money() -> None:
        """What the first mean of money of a log costs: its rows are put in order by customer."""
        known = history(log)
        known.__dict__.pop("revenue_by_customer", None)
        kept("month", "revenue_per_customer")()

    for made in (log, other_log):
        both(made)
    for measure in ("revenue_per_customer", "order_value"):
        kept("month", measure)()
    start = time.perf_counter(), time.process_time()
    textbook(frame)
    recipe = time.perf_counter() - start[0], time.process_time() - start[1]
    print(f"{'pandas, the textbook recipe (one run)':<46}{recipe[0]:>8.3f}{recipe[1]:>8.3f}")

    periods = iter(["quarter", "month"] * REPEATS)
    found = timed(
        {
            "polars, window": lambda: polars_window(other),
            "polars, groups": lambda: polars_groups(other),
            "retention and revenue, codes made": codes_and_tables,
            "the same, with the checks of Transactions": lambda: both(
                Transactions(frame, "customer", "date", "amount")
            ),
            "retention, codes kept": kept("month", "retention"),
            "revenue, codes kept": kept("month", "revenue"),
            "another period (quarter and month in turn)": lambda: build_cohorts(
                log,
                period=next(periods),  # type: ignore[arg-type]
            ),
            "revenue per customer with intervals": kept("month", "revenue_per_customer"),
            "cumulative revenue with intervals": kept("month", "cumulative_revenue"),
            "orders per active with intervals": kept("month", "orders_per_active"),
            "order value with intervals": kept("month", "order_value"),
            "the first of these of a log: rows put in order": first_money,
        }
    )
    best = min((found["polars, window"], found["polars, groups"]))
    for name in ("polars, window", "polars, groups"):
        print(f"{name:<46}{found[name][0]:>8.3f}{found[name][1]:>8.3f}")
    made, door = list(found)[2:4]
    print("ours, beside the faster polars (ratios: wall, processor)")
    row(made, found[made], best, 1.0)
    row(door, found[door], best, 1.0)
    *changes, first = list(found)[4:]
    for name in changes:
        row(name, found[name], best, 0.4)
    row(first, found[first], best, 1.0)
    print("ours, beside the textbook recipe")
    row(made, found[made], recipe, 0.05)
    row(door, found[door], recipe, 0.05)
    _rfm(log, frame)


def _rfm(log: Transactions, frame: pd.DataFrame) -> None:
    """RFM table beside DuckDB over the same frame."""
    query = """select customer, max(date), count(distinct date), sum(amount), min(date)
               from frame group by customer"""
    plain = query.replace("count(distinct date)", "count(*)")
    engine = duckdb.connect()
    engine.register("frame", frame)
    found = timed(
        {
            "DuckDB, counting rows": lambda: engine.execute(plain).fetchnumpy(),
            "DuckDB, counting days": lambda: engine.execute(query).fetchnumpy(),
            "RFM table, codes kept": lambda: customer_measures(log, None),
        }
    )
    for name in ("DuckDB, counting rows", "DuckDB, counting days"):
        print(f"{name:<46}{found[name][0]:>8.3f}{found[name][1]:>8.3f}")
    ours = found["RFM table, codes kept"]
    row("RFM table, codes kept", ours, found["DuckDB, counting days"], 1.2)
    row("the same, beside counting rows", ours, found["DuckDB, counting rows"], 1.2)


if __name__ == "__main__":
    main()
