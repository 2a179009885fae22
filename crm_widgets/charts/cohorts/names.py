"""What cohorts, windows and measures are called, and how their numbers are written."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from ... import text
from ...analysis.cohorts.measures import MONEY, SHARES
from ..names import _MONTH, cohort_name, segment_names


def cohort_names(labels: Iterable[Hashable], by: Any = None) -> dict[Hashable, str]:
    """A name of its own for each cohort; segments as their widget calls them."""
    labels = list(labels)
    if by is None:
        return {label: cohort_name(label) for label in labels}
    traits: Mapping[Hashable, Any] = getattr(by, "traits", None) or {}
    return segment_names(labels, traits, features=getattr(by, "features", ()))


def spoken(labels: tuple[Hashable, ...], others: tuple[Hashable, ...]) -> str | None:
    """The month of a cohort as a sentence calls it, where the year goes without saying.

    >>> spoken(("1997-01",), ("1997-03",)), spoken(("1997-01",), ("1998-03",))
    ('January', 'January 1997')
    """
    found = [_MONTH.fullmatch(str(label)) for label in (*labels, *others)]
    if len(labels) != 1 or found[0] is None:
        return None
    month = dt.date(int(found[0][1]), int(found[0][2]), 1)
    years = {match[1] if match else None for match in found}
    chinese = text.locale() == "zh"
    if len(years) > 1:
        return text.month(month) if chinese else f"{month:%B %Y}"
    return text.say("cohorts.month", month=month.month) if chinese else f"{month:%B}"


def window_name(first_day: int, last_day: int) -> str:
    """A window of days since each customer's start.

    >>> window_name(151, 180)
    'Days 151–180'
    """
    return text.say("cohorts.days", first=first_day, last=last_day)


def kind_of(measure: str) -> str:
    """How a measure is written: ``share``, ``money``, ``count`` or ``ratio``."""
    if measure in SHARES:
        return "share"
    if measure in MONEY:
        return "money"
    return "count" if measure == "active" else "ratio"


def number(measure: str, value: float, unit: str = "", *, sign: bool = False) -> str:
    """A value of a measure, exact to a tenth of a percent or to three digits.

    >>> number("retention", 0.0902), number("revenue_per_customer", 39.654, "$")
    ('9.0 %', '$39.7')
    """
    if not math.isfinite(value):
        return "–"
    kind = kind_of(measure)
    if kind == "share":
        return text.percent(value, sign=sign, places=1)
    if kind == "money":
        return cents(value, unit, sign=sign)
    return text.count(value) if kind == "count" else text.decimal(value, sign=sign)


def cents(value: float, unit: str = "", *, sign: bool = False) -> str:
    """An amount, below 10 to the cent: a difference of small means is small.

    >>> cents(5.5706, "$"), cents(-1.25), cents(1234.5, "£")
    ('$5.57', '−1.25', '£1,234')
    """
    if math.isfinite(value) and 0.01 <= abs(value) < 10:
        return _signed(f"{unit}{abs(value):.2f}", value, sign)
    return text.money(value, unit, sign=sign)


def difference(measure: str, value: float, unit: str = "") -> str:
    """A difference of a measure: points, an amount, or a number to two places.

    >>> difference("retention", 0.018), difference("orders_per_active", -0.0379)
    ('1.8', '−0.04')
    """
    kind = kind_of(measure)
    if kind == "share":
        return points(value)
    if kind == "money":
        return cents(value, unit)
    return _signed(f"{abs(value):.2f}", round(value * 100), False)


def points(value: float) -> str:
    """A difference of shares in percentage points, to a tenth, with its sign.

    >>> points(0.018), points(-0.0027)
    ('1.8', '−0.3')
    """
    return _signed(f"{abs(value) * 100:.1f}", round(value * 1000), False)


def _signed(written: str, value: float, sign: bool) -> str:
    if value < 0:
        return "−" + written
    return f"+{written}" if sign and value > 0 else written


def probability(p: float) -> str:
    """A p as statisticians write it.

    >>> probability(0.00023), probability(0.0411), probability(0.3456), probability(1e-9)
    ('= .0002', '= .041', '= .35', '< .0001')
    """
    if p < 0.0001:
        return "< .0001"
    places = 4 if p < 0.00095 else 3 if p < 0.0995 else 2
    written = f"{p:.{places}f}"
    return f"= {written[1:] if written.startswith('0') else written}"


def interval(low: str, high: str) -> str:
    """An interval in words.

    >>> interval("0.9", "2.7")
    '0.9 to 2.7'
    """
    key = "cohorts.interval_signed" if "−" in low + high else "cohorts.interval"
    return text.say(key, low=low, high=high)
