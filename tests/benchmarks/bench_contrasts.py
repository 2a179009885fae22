"""A group against the rest, beside SciPy: ``python -m tests.benchmarks contrasts``.

A million customers × 6 features, with ties, gaps and heavy tails as in a shop. Theirs:
``scipy.stats.brunnermunzel`` of each feature (statistic and p, no interval) and the medians of both
groups. Ours: ``contrast`` on features ranked once, as a release of the brush asks for it; ranking
is timed by itself. Medians of interleaved runs, wall and processor seconds.
"""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
from scipy.stats import brunnermunzel

from crm_widgets.analysis import contrast, rank_customers

from .side_by_side import Seconds, compare, timed

ROWS = int(os.environ.get("BENCH_ROWS", 1_000_000))
REPEATS = int(os.environ.get("BENCH_REPEATS", 5))


def shop(rows: int) -> pd.DataFrame:
    """Customers by six measures."""
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "recency_days": random.integers(0, 700, rows),
            "frequency": random.geometric(0.3, rows),
            "monetary": random.lognormal(3, 1, rows),
            "mean_order_value": random.lognormal(3, 1, rows).round(2),
            "tenure_days": random.integers(0, 900, rows),
            "mean_days_between": np.where(
                random.random(rows) < 0.4, np.nan, random.gamma(2, 20, rows)
            ),
        }
    )


def theirs(frame: pd.DataFrame, group: np.ndarray) -> list[tuple[float, float, float]]:
    """Test and medians, feature by feature."""
    found = []
    for name in frame:
        values = frame[name].to_numpy(np.float64)
        known = ~np.isnan(values)
        a, b = values[group & known], values[~group & known]
        found.append((brunnermunzel(a, b).pvalue, np.median(a), np.median(b)))
    return found


def main() -> None:
    """Print the times and the ratio."""
    frame = shop(ROWS)
    random = np.random.default_rng(1)
    runs: dict[str, list[Seconds]] = {"SciPy": [], "ranking, once": [], "contrast": []}
    for _ in range(REPEATS):
        group = random.random(ROWS) < random.uniform(0.02, 0.5)
        runs["SciPy"].append(timed(lambda group=group: theirs(frame, group)))
        runs["ranking, once"].append(timed(lambda: rank_customers(frame)))
        ranked = rank_customers(frame)
        runs["contrast"].append(timed(lambda r=ranked, g=group: contrast(r, g)))
    print(f"{ROWS:,} customers × {frame.shape[1]} features, medians of {REPEATS} runs")
    compare(runs, ours="contrast", theirs="SciPy")


if __name__ == "__main__":
    main()
