#!/usr/bin/env bash
# One would expect the mean of 0.01, 0.02 and 0.02 to be 0.0167 wherever it is taken. Arrow's mean of decimals
# (pyarrow 26.0.1, and pandas 3.0.1 on Arrow types, which asks it) keeps the two decimals of the column and answers
# 0.02; DuckDB 2.0.1 and polars 2.1.0 answer 0.0167 for the same column. So average prices of two groups that differ
# by less than a cent, or half a point of a rating, are equal or a whole cent apart, depending on who divides.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet pyarrow==26.0.1 duckdb==2.0.1 polars==2.1.0 pandas==3.0.1
venv/bin/python - <<'PY'
from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

for library in (pa, pd, duckdb, pl):
    print(library.__name__, library.__version__)

cents = pa.array([Decimal(c) / 100 for c in (1, 2, 2)], pa.decimal128(9, 2))
clicks = pa.table({"campaign": ["a", "a", "a"], "price": cents})
grouped = clicks.group_by("campaign").aggregate([("price", "mean")])
frame = clicks.to_pandas(types_mapper=pd.ArrowDtype)
means = {
    "Arrow": pc.mean(cents).as_py(),
    "Arrow, by group": grouped["price_mean"][0].as_py(),
    "pandas on Arrow types": frame["price"].mean(),
    "pandas on Arrow types, by group": frame.groupby("campaign")["price"].mean()["a"],
    "DuckDB": duckdb.sql("select avg(price) from clicks").fetchall()[0][0],
    "polars": pl.from_arrow(clicks)["price"].mean(),
}
for name, mean in means.items():
    print(f"{name:32} {mean!r}")

exact = 0.05 / 3
for name, mean in means.items():
    if name in ("DuckDB", "polars"):
        assert abs(mean - exact) < 1e-9, name
    else:
        assert mean == Decimal("0.02"), name
PY
