#!/usr/bin/env bash
# One would expect quintiles of a column to be a fact about it. KBinsDiscretizer of scikit-learn 1.9.1 with
# strategy="quantile" draws 200,000 rows at random when there are more, with another seed each time: fitted twice on
# the same 300,000 customers it has other edges, and puts some customers one score higher or lower. Scores from 1 to
# 5 then change overnight though nobody bought anything; subsample=None gives the quintiles of all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet scikit-learn==1.9.1
venv/bin/python - <<'PY'
import numpy as np
import sklearn
from sklearn.preprocessing import KBinsDiscretizer

print("scikit-learn", sklearn.__version__)
spent = np.random.default_rng(0).lognormal(3, 1, size=(300_000, 1))


def scores(rows, **settings):
    bins = KBinsDiscretizer(5, encode="ordinal", strategy="quantile", **settings).fit(rows)
    print("  edges", bins.bin_edges_[0][1:-1].round(3))
    return bins.transform(rows)


for words, rows, settings, moves in (
    ("300,000 customers", spent, {}, True),
    ("the first 200,000", spent[:200_000], {}, False),
    ("300,000, subsample=None", spent, {"subsample": None}, False),
):
    print(f"{words}, fitted twice:")
    moved = int((scores(rows, **settings) != scores(rows, **settings)).sum())
    print(f"  {moved:,} customers have another score")
    assert (moved > 0) == moves
PY
