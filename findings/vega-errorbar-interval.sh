#!/usr/bin/env bash
# One would expect a chart of the same numbers to look the same each time. An error bar of Altair 6.3.0 with
# extent="ci" (Vega-Lite, rendered here by vl-convert 1.9.0) is a bootstrap without a seed, and Altair has no setting
# for one: its ends move each time the chart is drawn. Whoever reads off whether two campaigns overlap may read
# another answer after the page is loaded again; extent="stderr", or an interval computed in Python, stays.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet altair==6.3.0 vl-convert-python==1.9.0 pandas==3.0.1
venv/bin/python - <<'PY'
import re

import altair as alt
import pandas as pd
import vl_convert

for library in (alt, vl_convert):
    print(library.__name__, library.__version__)

orders = pd.DataFrame(
    {
        "campaign": ["a"] * 15 + ["b"] * 15,
        "value": [10 + n * 7 % 15 for n in range(15)] + [13 + n * 4 % 15 for n in range(15)],
    }
)


def ends(extent):
    """What a screen reader hears of the bars: the ends of their intervals."""
    chart = alt.Chart(orders).mark_errorbar(extent=extent).encode(x="value:Q", y="campaign:N")
    svg = vl_convert.vegalite_to_svg(chart.to_json())
    bars = re.findall(r'"value: ([\d.]+); campaign: (\w); upper_value: ([\d.]+)', svg)
    return tuple(f"{name}: {float(low):.2f} to {float(high):.2f}" for low, name, high in bars)


drawn = {extent: [ends(extent) for _ in range(5)] for extent in ("ci", "stderr")}
for extent, each in drawn.items():
    print(f"extent={extent!r}, drawn five times:")
    for one in each:
        print("  ", *one, sep="  ")

assert all(len(one) == 2 for one in drawn["ci"] + drawn["stderr"])
assert len(set(drawn["stderr"])) == 1
assert len(set(drawn["ci"])) > 1
PY
