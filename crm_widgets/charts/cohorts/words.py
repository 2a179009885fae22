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


CLEAR = 0.05
"""Adjusted p below which a difference is called clear."""


def comparison_title(scene: CohortScene) -> str:
    """Which side is higher in the chosen window, if its interval and its p agree that one is."""
    found = scene.pair.comparison
    at = chosen_window(scene)
    if found is None or at is None:
        return text.say("differences.nothing")
    row = found.windows[found.windows["age"] == at].iloc[0]
    if not row["shown"]:
        return comparison_sentence(scene)
    p = row["p_adjusted"]
    clear = bool(p < CLEAR) and (row["low"] > 0 or row["high"] < 0)
    side = "unclear" if not clear else "above" if row["difference"] > 0 else "below"
    side = side if np.isfinite(p) else "untested"
    return text.say(
        f"differences.title_{side}",
        window=window_name(int(row["first_day"]), int(row["last_day"])),
        measure=scene.inside(scene.name_of(found.measure)),
        a=scene.pair.a.inside, b=scene.pair.b.inside,
    )  # fmt: skip


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
    if difference(measure, abs(value), unit) == difference(measure, 0.0, unit):
        return text.say("sentence.same")
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


def causes_title(scene: CohortScene) -> str:
    """Which side brings more, if the interval of the gap excludes none."""
    found = scene.pair.explanation
    assert found is not None
    sides = {"a": scene.pair.a.inside, "b": scene.pair.b.inside}
    if not (found.low > 0 or found.high < 0):
        return text.say("causes.title_unclear", **sides)
    gap = difference_words("revenue_per_customer", found.gap, scene.money_unit)
    return text.say("causes.title", gap=gap, **sides)


def causes_details(scene: CohortScene) -> str:
    """The gap with its interval, and the factors that are sure, or that none is."""
    found = scene.pair.explanation
    assert found is not None
    unit = scene.money_unit
    values: dict[str, Any] = {
        "first": found.first_day,
        "last": found.last_day,
        "gap": difference_words("revenue_per_customer", found.gap, unit),
        "range": interval(cents(found.low, unit), cents(found.high, unit)),
    }
    causes = found.causes
    sure = causes[(causes["low"] > 0) | (causes["high"] < 0)]
    if sure.empty:
        return text.say("causes.details_none", **values)
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
    key = "causes.details_one" if len(sure) == 1 else "causes.details_some"
    return text.say(key, causes=named, **values)


def survival_title(scene: CohortScene) -> str:
    """Which side falls silent later, if the interval and the test agree that one does."""
    stay = None if scene.pair.comparison is None else scene.pair.comparison.stay
    if stay is None:
        return text.say("survival.title_plain")
    p = stay.logrank.p
    clear = (stay.low > 0 or stay.high < 0) and (not np.isfinite(p) or p < CLEAR)
    side = "unclear" if not clear else "longer" if stay.difference > 0 else "shorter"
    return text.say(f"survival.title_{side}", a=scene.pair.a.inside, b=scene.pair.b.inside)


def survival_details(scene: CohortScene) -> str:
    """How long it takes both sides to fall silent, with the interval and the test; or nothing."""
    stay = None if scene.pair.comparison is None else scene.pair.comparison.stay
    if stay is None:
        return ""
    less = stay.difference < 0
    days = f"{abs(stay.difference):,.1f}"
    p = stay.logrank.p
    return text.say(
        "survival.details",
        a=scene.pair.a.inside,
        b=scene.pair.b.inside,
        tau=f"{stay.tau:,.0f}",
        mean_a=f"{stay.a:,.0f}",
        mean_b=f"{stay.b:,.0f}",
        range=interval(_days(stay.low), _days(stay.high)),
        difference=text.say("survival.less" if less else "survival.more", n=days),
        tail=text.say("survival.p", p=probability(p)) if np.isfinite(p) else "",
    )


def _days(value: float) -> str:
    return f"{value:,.1f}".replace("-", "−")
