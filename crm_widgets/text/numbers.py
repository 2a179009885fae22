"""Numbers as a reader expects them: few digits, separators, 万 and 亿 in Chinese."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd

from .languages import locale

MINUS = "\u2212"
"""The minus sign, as wide as a plus."""
_LARGE = (("T", 1e12), ("B", 1e9), ("M", 1e6))
_TINY, _HUGE = 1e-4, 1e15
"""Beyond these a number is written with its power of ten: nobody counts zeros."""


def _chinese(language: str | None) -> bool:
    return (language or locale()) == "zh"


def _signed(text: str, value: float, sign: bool) -> str:
    if value < 0:
        return MINUS + text
    return "+" + text if sign and value > 0 else text


def count(n: float, language: str | None = None) -> str:
    """A whole number with thousands separated; in Chinese from a million on in 万 or 亿.

    Below that it is exact in both: customers are counted, and counts are added up by readers.

    >>> count(23570), count(23570, "zh"), count(2_360_000, "zh"), count(250_000_000, "zh")
    ('23,570', '23,570', '236万', '2.5亿')
    """
    if _chinese(language) and abs(n) >= 1e6:
        unit, scale = ("亿", 1e8) if abs(n) >= 1e8 else ("万", 1e4)
        return _signed(f"{_three(abs(n) / scale)}{unit}", n, False)
    return _signed(f"{abs(n):,.0f}", n, False)


def _three(value: float) -> str:
    """Three significant digits, no exponent, trailing zeros dropped."""
    if value == 0:
        return "0"
    places = max(0, 2 - math.floor(math.log10(value)))
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimal(value: float, language: str | None = None, *, sign: bool = False) -> str:
    """A number with at most three significant digits, from 1,000 to a million in whole numbers.

    >>> decimal(0.04567), decimal(1234.5), decimal(-2.0, sign=True), decimal(float("nan"))
    ('0.0457', '1,234', '−2', '–')
    >>> decimal(99_999_999, "zh"), decimal(999_600_000), decimal(999_600)
    ('1亿', '1B', '999,600')
    >>> decimal(59_387_557), decimal(3.02e10, "zh"), decimal(-8.893e-11), decimal(1.167e12, "zh")
    ('59.4M', '302亿', '−8.89e−11', '1.17万亿')
    """
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if _chinese(language) and size >= 1e4:
        large = [("万亿", 1e12), ("亿", 1e8), ("万", 1e4)]
    else:
        large = list(_LARGE)
    if size >= large[-1][1]:
        size = float(f"{size:.3g}")  # before its unit is chosen: what is nearly 1亿 is not 10,000万
    if size >= _HUGE or 0 < size < _TINY:
        return _signed(_with_exponent(size), value, sign)
    for unit, scale in large:
        if size >= scale:
            return _signed(f"{_three(size / scale)}{unit}", value, sign)
    return _signed(f"{size:,.0f}" if size >= 1000 else _three(size), value, sign)


def _with_exponent(size: float) -> str:
    digits, power = f"{size:.2e}".split("e")
    return f"{digits.rstrip('0').rstrip('.')}e{int(power)}".replace("-", MINUS)


def ends(lo: float, hi: float, language: str | None = None) -> tuple[str, str]:
    """The two ends of a range, in full where three digits do not tell them apart.

    >>> ends(1_200_000, 3_400_000), ends(1_234_567, 1_234_900)
    (('1.2M', '3.4M'), ('1,234,567', '1,234,900'))
    """
    both = decimal(lo, language), decimal(hi, language)
    if both[0] != both[1] or lo == hi:
        return both
    return _signed(f"{abs(lo):,.15g}", lo, False), _signed(f"{abs(hi):,.15g}", hi, False)


def percent(
    share: float, language: str | None = None, *, sign: bool = False, places: int | None = None
) -> str:
    """A share as a percentage: whole from 10 % on, two digits below, or with fixed ``places``.

    >>> percent(0.384), percent(0.0042), percent(0.384, "zh"), percent(0.0902, places=1)
    ('38 %', '0.42 %', '38 %', '9.0 %')
    """
    if not math.isfinite(share):
        return "–"
    size = abs(share) * 100
    if places is not None:
        text = f"{size:.{places}f}"
    else:
        text = f"{size:.0f}" if size >= 10 or size == 0 else f"{size:.2g}"
    return _signed(f"{text} %", share, sign)


def money(value: float, unit: str = "", language: str | None = None, *, sign: bool = False) -> str:
    """An amount with its unit before it, when that is known.

    >>> money(2500315.63, "$"), money(2500315.63, "¥", "zh"), money(12.5), money(1.167e12)
    ('$2.5M', '¥250万', '12.5', '1.17T')
    """
    if not math.isfinite(value):
        return "–"
    return _signed(unit + decimal(abs(value), language), value, sign)


def date(value: dt.date | pd.Timestamp, language: str | None = None) -> str:
    """A day without doubt about its order.

    >>> date(dt.date(1998, 7, 1)), date(dt.date(1998, 7, 1), "zh")
    ('1 July 1998', '1998年7月1日')
    """
    if _chinese(language):
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {value:%B} {value.year}"


def month(value: dt.date | pd.Timestamp, language: str | None = None) -> str:
    """A month.

    >>> month(dt.date(2010, 12, 1)), month(dt.date(2010, 12, 1), "zh")
    ('2010-12', '2010年12月')
    """
    return f"{value.year}年{value.month}月" if _chinese(language) else f"{value:%Y-%m}"
