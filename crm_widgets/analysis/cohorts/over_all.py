"""How two sides differ over all windows: how long they stay, and what they bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from ...errors import AnalysisError
from ..history.churn_by_silence import silence, usual_silence
from ..statistics.kaplan_meier import LogRank, kaplan_meier, logrank
from ..statistics.means import log_ratio
from .means import means
from .sides import Sides


@dataclass(frozen=True)
class Stay:
    """How long both sides stay: mean days until the first silence or day ``tau``."""

    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    tau: float
    """The smaller of the sides' longest follow-ups, in days."""
    tau_of: str
    """Whose it is: ``"a"`` or ``"b"``."""
    silence_days: int
    returned: float
    """Share of those lost who bought again later."""
    logrank: LogRank


@dataclass(frozen=True)
class Worth:
    """Revenue per customer of both sides until the last day compared, and its ratio."""

    a: float
    b: float
    ratio: float
    capped_ratio: float
    low: float
    high: float
    """Interval of ``capped_ratio``; NaN for fewer than 200 customers on a side."""
    cap: float
    """Revenue at which a customer is capped: the 99th percentile of both sides."""


def stay_of(both: Sides, silence_days: int | None, level: float) -> Stay | None:
    """How long both sides stay; None if nobody bought twice."""
    log, codes = both.frame.log, both.frame.codes
    try:
        days = usual_silence(log) if silence_days is None else silence_days
    except AnalysisError:
        return None
    at = None if both.landmark is None else log.day(both.landmark)
    quiet = silence(log, days, at, codes >= 0)
    side = codes[quiet.inside]
    parts = [quiet.lives.at(side == code) for code in (0, 1)]
    curves = [kaplan_meier(part, level) for part in parts]
    tau = min(curve.last for curve in curves)
    (mean_a, error_a), (mean_b, error_b) = (curve.restricted_mean(tau) for curve in curves)
    difference, error = mean_a - mean_b, float(np.hypot(error_a, error_b))
    half = float(ndtri(0.5 + level / 2)) * error
    p = 2 * float(ndtr(-abs(difference) / error)) if error > 0 and both.tested else float("nan")
    test = logrank(parts) if both.tested else LogRank(float("nan"), 1, float("nan"))
    owner = "a" if curves[0].last <= curves[1].last else "b"
    low, high = difference - half, difference + half
    return Stay(mean_a, mean_b, difference, low, high, p, tau, owner, days, quiet.returned, test)


def worth_of(both: Sides, level: float) -> Worth | None:
    """What a customer of both sides brings; None without amounts."""
    if both.frame.log.all_rows.amount is None:
        return None
    found = means(both.frame, "cumulative_revenue", both.windows)
    value_a, value_b = (float(value) for value in found.value[:, -1])
    ratio = value_a / value_b if value_a > 0 and value_b > 0 else float("nan")
    return Worth(
        value_a, value_b, ratio, *log_ratio(found.used.at(-1), level), float(found.cap[-1])
    )
