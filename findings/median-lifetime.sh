#!/usr/bin/env bash
# One would expect the median lifetime of four customers who stayed 1, 2, 3 and 4 months to be the same number in
# every package, say 2.5. lifelines 0.30.3 takes the first month at which half are left, 2; statsmodels 0.15.0 the
# first at which fewer than half are, 3. With few or rounded lifetimes a curve often stops at exactly one half, so
# "half of them are gone after" can be off by a whole step between two reports; name the rule beside the number.
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

found = []
for months in ([1, 2, 3, 4], [1, 1, 12, 12], [2, 2, 2, 9, 9, 9]):
    gone = np.ones(len(months))
    one = KaplanMeierFitter().fit(months, gone).median_survival_time_
    two = SurvfuncRight(np.array(months, float), gone).quantile(0.5)
    found.append((float(one), float(two)))
    print(f"lifetimes {months}: lifelines {one:g}, statsmodels {two:g}")
odd = [1, 2, 3]
same = KaplanMeierFitter().fit(odd, np.ones(3)).median_survival_time_
other = SurvfuncRight(np.array(odd, float), np.ones(3)).quantile(0.5)
print(f"lifetimes {odd}: lifelines {same:g}, statsmodels {other:g}")
assert same == other == 2
assert found == [(2, 3), (1, 12), (2, 9)]
PY
