#!/usr/bin/env bash
# One would expect that rows of one category are one group, and that fill_null leaves no gap. Arrow (pyarrow 26.0.1)
# groups a dictionary column by its codes: a category that stands twice in the dictionary, and a gap that is a code
# in one row and a missing code in another, are two groups each; and fill_null fills only one kind of gap. DuckDB
# 2.0.1 and polars 2.1.0 read the same valid table by its values. Who counts customers by plan in Arrow can get
# "gold" twice, each time too few.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet pyarrow==26.0.1 duckdb==2.0.1 polars==2.1.0
venv/bin/python - <<'PY'
import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

for library in (pa, duckdb, pl):
    print(library.__name__, library.__version__)

codes = pa.array([0, 1, 0, 2, 3, None])
plan = pa.DictionaryArray.from_arrays(codes, pa.array(["gold", "silver", "gold", None]))
customers = pa.table({"plan": plan, "id": range(6)})
customers.validate(full=True)
print("six valid rows:", plan.to_pylist())


def sort(rows):
    return sorted(rows, key=lambda row: (row[0] or "", row[1]))


found = customers.group_by("plan").aggregate([("id", "count")])
arrow = sort(zip(found["plan"].to_pylist(), found["id_count"].to_pylist()))
duck = sort(duckdb.sql("select plan, count(*) from customers group by plan").fetchall())
polars = sort(pl.from_arrow(customers).group_by("plan").len().rows())
filled = pc.fill_null(plan, "none").to_pylist()
print("Arrow: ", arrow)
print("DuckDB:", duck)
print("polars:", polars)
print("Arrow, gaps filled with 'none':", filled)

assert duck == polars == [(None, 2), ("gold", 3), ("silver", 1)]
assert arrow == [(None, 1), (None, 1), ("gold", 1), ("gold", 2), ("silver", 1)]
assert filled == ["gold", "silver", "gold", "gold", None, "none"]
PY
