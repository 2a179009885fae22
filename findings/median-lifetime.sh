#!/usr/bin/env bash
# One would expect the median lifetime to depend on what share is gone when, not on how many customers there are.
# Where half are gone after month 2 and the others after month 9, lifelines 0.30.3 answers 2 for four customers and
# 9 for six: its curve stands at exactly one half, which it reaches through logarithms, and their rounding decides.
# statsmodels 0.15.0 answers 9 each time. With lifetimes in whole months a curve often stops at one half, and
# "half of them are gone after" then jumps between two reports; say by which rule the number was read off.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet lifelines==0.30.3 statsmodels==0.15.0
venv/bin/python - <<'PY'
import lifelines
import numpy as np
import statsmodels
from lifelines import KaplanMeierFitter
from statsmodels.duration.survfunc import SurvfuncRight

for library in (lifelines, statsmodels):
    print(library.__name__, library.__version__)

found = set()
for half in range(1, 13):
    months = np.repeat([2.0, 9.0], half)
    gone = np.ones(len(months))
    curve = KaplanMeierFitter().fit(months, gone)
    one = curve.median_survival_time_
    two = SurvfuncRight(months, gone).quantile(0.5)
    left = curve.survival_function_["KM_estimate"][2.0]
    print(f"{2 * half:2} customers: lifelines {one:g} (left at 2: {left!r}), statsmodels {two:g}")
    found.add(float(one))
    assert two == 9
assert found == {2, 9}
PY
