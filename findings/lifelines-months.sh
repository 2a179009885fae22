#!/usr/bin/env bash
# One would expect a customer from 1 February to 1 March to have stayed one month, as one from 1 January to 1
# February has. lifelines 0.30.3 (datetimes_to_durations with freq="M") divides by a mean month of 30.44 days and
# drops the rest: February is no month, a year that is not a leap year is 11 months, and with freq="Y" it is no year.
# Survival curves by month then lose their customers of February, and renewals by year fall into the year before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet lifelines==0.30.3
venv/bin/python - <<'PY'
import lifelines
from lifelines.utils import datetimes_to_durations

print("lifelines", lifelines.__version__)
stays = {
    ("2023-01-01", "2023-02-01"): (1, 0),
    ("2023-02-01", "2023-03-01"): (0, 0),
    ("2023-03-01", "2023-04-01"): (1, 0),
    ("2023-02-01", "2024-02-01"): (11, 0),
    ("2023-02-01", "2024-02-02"): (12, 1),
    ("2024-02-01", "2025-02-01"): (12, 1),
}
starts, ends = zip(*stays)
months, seen = datetimes_to_durations(list(starts), list(ends), freq="M")
years, _ = datetimes_to_durations(list(starts), list(ends), freq="Y")
for (start, end), month, year in zip(stays, months, years):
    print(f"{start} to {end}: {month:.0f} months, {year:.0f} years")
assert seen.all()
assert list(zip(months, years)) == list(stays.values())
PY
