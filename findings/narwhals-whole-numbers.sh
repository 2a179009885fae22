#!/usr/bin/env bash
# One would expect one narwhals expression to give one answer: that is what narwhals (2.29.0) is for. Casting 1.5
# to a whole number gives 1 in pandas 3.0.1 and polars 2.1.0, 2 in DuckDB 2.0.1, and raises in pyarrow 26.0.1; and
# rounding 2.5 gives 2 in pandas and polars, 3 in the other two. So whole days since the last order, or scores
# rounded from an average, differ by one for the same customer when the table moves to an engine.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet narwhals==2.29.0 pandas==3.0.1 polars==2.1.0 duckdb==2.0.1 pyarrow==26.0.1
venv/bin/python - <<'PY'
import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa

for library in (nw, pd, pl, duckdb, pa):
    print(library.__name__, library.__version__)

days = pd.DataFrame({"days": [0.5, 1.5, 2.5, -2.5]})
tables = {
    "pandas": days,
    "polars": pl.from_pandas(days),
    "DuckDB": duckdb.from_df(days),
    "pyarrow": pa.Table.from_pandas(days),
}
asked = {
    "cast(Int64)": nw.col("days").cast(nw.Int64),
    "round()": nw.col("days").round(),
}


def answer(table, expression):
    try:
        found = nw.from_native(table).select(expression)
        found = found.collect() if isinstance(found, nw.LazyFrame) else found
    except pa.ArrowInvalid as error:
        return f"raises: {error}"
    return [int(value) for value in found["days"].to_list()]


found = {}
print("of", days["days"].tolist())
for name, table in tables.items():
    for words, expression in asked.items():
        found[name, words] = answer(table, expression)
        print(f"{name:8} {words:12} {found[name, words]}")

for name in ("pandas", "polars"):
    assert found[name, "cast(Int64)"] == [0, 1, 2, -2], name
    assert found[name, "round()"] == [0, 2, 2, -2], name
assert found["DuckDB", "cast(Int64)"] == [0, 2, 2, -2]
assert str(found["pyarrow", "cast(Int64)"]).startswith("raises")
for name in ("DuckDB", "pyarrow"):
    assert found[name, "round()"] == [1, 2, 3, -3], name
PY
