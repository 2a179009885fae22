"""The findings about two cohorts, in one sentence each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ... import text
from ...analysis.cohorts.privacy import OF_BUYERS
from .names import cents, difference, interval, kind_of, number, probability, window_name
from .scene import CohortScene

HALF_A_YEAR = 180
"""The window that is read out ends near this day, unless another is chosen: it is not the one
that looks best, whose difference would be too large by the choice alone."""


def chosen_window(scene: CohortScene) -> int | None:
    """Age of the window that the sentence speaks of."""
    found = scene.pair.comparison
    if found is None:
        return None
    table = found.windows
    if found.landmark is None:
        table = table[table["age"] > 0]
    if table.empty:
        return None
    if scene.window is not None and (table["age"] == scene.window).any():
        return scene.window
    nearest = (table["last_day"] - HALF_A_YEAR).abs().to_numpy().argmin()
    return int(table["age"].iloc[nearest])


def comparison_sentence(scene: CohortScene) -> str:
    """One window in one sentence: both values, their difference, its interval and its p."""
    found = scene.pair.comparison
    at = chosen_window(scene)
    if found is None or at is None:
        return text.say("differences.nothing")
    row = found.windows[found.windows["age"] == at].iloc[0]
    when = window_name(int(row["first_day"]), int(row["last_day"]))
    if not row["shown"]:
        few = "hidden_buyers" if found.measure in OF_BUYERS else "hidden"
        return text.say(f"differences.{few}", window=when, n=found.min_cell)
    unit = scene.money_unit
    values: dict[str, Any] = {
        "window": when,
        "a": _possessive(scene.pair.a.said),
        "b": _possessive(scene.pair.b.said),
        "n_a": f"{int(row['n_a']):,}",
        "n_b": f"{int(row['n_b']):,}",
        "value_a": number(found.measure, row["value_a"], unit),
        "value_b": number(found.measure, row["value_b"], unit),
        "difference": difference_words(found.measure, row["difference"], unit),
        "tail": _tail(row, found.measure, found.tested, unit),
    }
    if found.measure == "retention":
        return text.say("sentence.retention", **values)
    who = "active" if found.measure in ("orders_per_active", "order_value") else "measure"
    return text.say(f"sentence.{who}", measure=text.say(f"sentence.{found.measure}"), **values)


def _possessive(name: str) -> str:
    key = "sentence.possessive_s" if name.endswith("s") else "sentence.possessive"
    return text.say(key, name=name)


def difference_words(measure: str, value: float, unit: str = "") -> str:
    """Such as "1.8 points more" or "$5.57 less"."""
    kind = "points" if kind_of(measure) == "share" else "amount"
    side = "less" if value < 0 else "more"
    return text.say(f"sentence.{kind}_{side}", n=difference(measure, abs(value), unit))


def _tail(row: pd.Series[Any], measure: str, tested: int, unit: str) -> str:
    """Interval and p, in brackets."""
    if not np.isfinite(row["low"]):
        few = kind_of(measure) != "share"
        return text.say("sentence.no_interval") if few else ""
    low, high = (difference(measure, row[end], unit) for end in ("low", "high"))
    range_ = interval(low, high)
    p = row["p_adjusted"]
    known = np.isfinite(p)
    words = text.say(
        "sentence.interval_p" if known else "sentence.interval",
        range=range_, **({"p": probability(float(p)), "n": tested} if known else {}),
    )  # fmt: skip
    if np.isfinite(row["capped_difference"]):
        capped = difference_words(measure, row["capped_difference"], unit)
        cap = cents(float(row["cap"]), unit)
        words = text.say("sentence.capped", cap=cap, difference=capped, tail=words)
    return words


def causes_sentence(scene: CohortScene) -> str:
    """The gap in revenue and the cause that is sure, or that none is."""
    found = scene.pair.explanation
    assert found is not None
    unit = scene.money_unit
    values: dict[str, Any] = {
        "first": found.first_day,
        "last": found.last_day,
        "gap": difference_words("revenue_per_customer", found.gap, unit),
        "a": scene.pair.a.inside,
        "b": scene.pair.b.inside,
        "range": interval(cents(found.low, unit), cents(found.high, unit)),
    }
    causes = found.causes
    sure = causes[(causes["low"] > 0) | (causes["high"] < 0)]
    if sure.empty:
        return text.say("causes.title_none", **values)
    part = "causes.part" if len(sure) == 1 else "causes.part_of_some"
    named = text.say("trait.join").join(
        text.say(
            part,
            cause=text.say(f"cause.{row['cause']}"),
            value=cents(row["contribution"], unit, sign=True),
            range=interval(cents(row["low"], unit), cents(row["high"], unit)),
        )
        for _, row in sure.iterrows()
    )
    key = "causes.title_one" if len(sure) == 1 else "causes.title_some"
    return text.say(key, causes=named, **values)


def survival_sentence(scene: CohortScene) -> str:
    """How long both sides stay, and whether that differs."""
    found = scene.pair.survival
    stay = None if scene.pair.comparison is None else scene.pair.comparison.stay
    assert found is not None
    if stay is None:
        return text.say("survival.title_plain")
    values = {
        "a": scene.pair.a.inside,
        "b": scene.pair.b.inside,
        "tau": f"{stay.tau:,.0f}",
        "mean_a": f"{stay.a:,.0f}",
        "mean_b": f"{stay.b:,.0f}",
        "range": interval(_days(stay.low), _days(stay.high)),
    }
    less = stay.difference < 0
    days = f"{abs(stay.difference):,.1f}"
    difference = text.say("survival.less" if less else "survival.more", n=days)
    p = stay.logrank.p
    tail = text.say("survival.p", p=probability(p)) if np.isfinite(p) else ""
    return text.say("survival.title", difference=difference, tail=tail, **values)


def _days(value: float) -> str:
    return f"{value:,.1f}".replace("-", "−")
