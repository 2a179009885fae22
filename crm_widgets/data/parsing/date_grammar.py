"""What the shape of a text says about a time: where its numbers stand and what each can be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from .date_words import BRACKETED_DAYS, DAYS, EAST_DAYS, FILLERS, HALVES, MONTHS, ZONES

Pool = Literal["certain", "separated", "eight", "six"]
_S = "( *[-/._] *| +)"
"""What stands between the numbers of a date: the same mark twice."""
_EAST = "(0000|00) *[年년] *(00?) *[月월]"
_DATES: tuple[tuple[str, Pool, str], ...] = (
    (f"{_EAST} *(00?) *[日号號일]?", "certain", "ymd"),
    (_EAST, "certain", "ym"),
    (f"(0000){_S}(00?){_S}(00?)", "certain", "ymd"),
    (f"(00?){_S}(00?){_S}(0000)", "separated", "dmy mdy"),
    (f"(00){_S}(00?){_S}(00)", "separated", "dmy mdy ymd"),
    (f"(0){_S}(00?){_S}(00)", "separated", "dmy mdy"),
    (f"(00){_S}(00?){_S}(0)", "certain", "ymd"),
    (f"(0000){_S}(00?)", "certain", "ym"),
    ("(00?)[-/._](0000)", "certain", "my"),
    ("(0000)-?w(00)", "certain", "yw"),
    ("(0000)-?w(00)-?(0)", "certain", "ywd"),
    ("(0000)-(000)", "certain", "yo"),
    ("(0000)[- ]?q(0)", "certain", "yq"),
    ("q(0)[- /]?(0000)", "certain", "qy"),
)
_M = r" *[-/._]? *M+\.? *[-/._]? *"
_NAMED: tuple[tuple[str, Pool, str], ...] = (
    (f"(00?){_M}(0000|00)", "certain", "dy"),
    (rf"M+\.?{_S}(00?){_S}(0000|00)", "certain", "dy"),
    (f"(0000){_M}(00?)", "certain", "yd"),
    (f"{_M}(0000)", "certain", "y"),
    (f"(0000){_M}", "certain", "y"),
)
_COMPACT: dict[int, tuple[Pool, dict[str, tuple[int, ...]]]] = {
    8: ("eight", {"ymd": (0, 4, 6, 8), "dmy": (0, 2, 4, 8), "mdy": (0, 2, 4, 8)}),
    6: ("six", {"ym": (0, 4, 6), "ymd": (0, 2, 4, 6), "dmy": (0, 2, 4, 6), "mdy": (0, 2, 4, 6)}),
}
"""Dates of digits alone: where these are cut, for each order."""
_HALF = "|".join(re.escape(word) for word in sorted(HALVES, key=len, reverse=True))
_BEFORE, _AFTER = rf"(?P<before>{_HALF})? ?", rf"(?: ?(?P<after>{_HALF})(?![a-z]))"
_SECONDS = r"(?: ?(?::|m|min|分|분) ?(?P<s>00?)(?:[.,:](?P<f>0{1,9}))? ?(?:s|秒|초)?)?"
_CLOCK = re.compile(
    rf"{_BEFORE}(?<!0)(?P<h>00?) ?(?::|h|時|时|点|點|시) ?(?P<m>00?){_SECONDS}"
    rf" ?(?:分|분|h(?![a-z]))?(?![0:]){_AFTER}?"
)
_HOUR = re.compile(rf"{_BEFORE}(?<!0)(?P<h>00?)(?: ?(?:[時时点點시]|h(?![a-z0]))|{_AFTER})")
_BASIC = re.compile(
    r"(?:(?<=0)t|(?<=^0{8}) )(?P<h>00)(?P<m>00)(?:(?P<s>00)(?:[.,](?P<f>0{1,9}))?)?(?![0:])"
)
_DOTTED = re.compile(
    r"(?<=0)[- ](?P<h>00?)\.(?P<m>00)(?:\.(?P<s>00)(?:\.(?P<f>0{1,9}))?)?(?= ?$| ?uhr)"
)
_ZONE = re.compile(
    r" ?((?:utc|gmt|z)? ?[+-]00?(?::?00(?::?00)?)?(?![0:])|[a-z]{1,5}(?![a-z])|(?=\[))"
    r"(?: ?(?:utc|z|[a-z]{3,4}(?= |$)))?(?: ?\([^)0]*\)| ?\[[a-z_/+-]+\])?"
)
_PLACE = re.compile(r" ([a-z]+/[a-z_/]+)$")
_DAY_ZONE = re.compile(r"(?<=^0000-00-00)(z|[+-]00:?00)$")
_WORD = re.compile(r"[^\W0_年月日号號년월일]+")
_BARE = re.compile(r"0+")


@dataclass(frozen=True, slots=True)
class TimeText:
    """How the texts of a shape are read.

    ``readings`` are the ways to take the numbers of the date, each with where these stand: a
    letter a number (year, month, day, ISO week, ordinal day, quarter). Where there are several, all
    texts of the ``pool`` decide. ``clock`` has the places of hour, minute, second, fraction and
    zone, as far as they are there; ``half`` is that of the day.
    """

    readings: dict[str, tuple[slice, ...]]
    pool: Pool = "certain"
    month: int | None = None
    weekday: int | None = None
    clock: Mapping[str, slice] = field(default_factory=dict)
    half: str | None = None


@lru_cache(maxsize=4096)
def read_time_text(shape: str) -> TimeText | None:
    """Read the shape of a time; None if it is none, or has no date.

    >>> list(read_time_text("fri 00/00/0000").readings), read_time_text("00-jan-00").month
    (['dmy', 'mdy'], 1)
    >>> read_time_text("00:00"), read_time_text("soon")
    (None, None)
    """
    if "0" not in shape:
        return None
    rest, clock, half = _clock(shape)
    rest, weekday = _bracketed(rest)
    named = _words(rest)
    if named is None:
        return None
    rest, month, day = named
    found = _date(rest, month is not None)
    if found is None:
        return None
    pool, readings = found
    return TimeText(readings, pool, month, weekday if day is None else day, clock, half)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _clock(shape: str) -> tuple[str, dict[str, slice], str | None]:
    """The text without its time of day and zone, where these stand, and the half of the day."""
    for pattern in (_CLOCK, _BASIC, _HOUR, _DOTTED):
        found = pattern.search(shape)
        if found is None:
            continue
        parts: dict[str, str | None] = found.groupdict()
        names = {"hour": "h", "minute": "m", "second": "s", "fraction": "f"}
        clock = {
            name: slice(*found.span(key))
            for name, key in names.items()
            if parts.get(key) is not None
        }
        half = HALVES.get(parts.get("before") or parts.get("after") or "")
        end = found.end()
        rest = _blank(shape, found.start(), end)
        zone = _ZONE.match(shape, end)
        word = re.sub(r"[^a-z].*", "", zone[1]) if zone else ""
        if zone and (zone[1][:1] in ("", "+", "-") or word in ZONES):
            clock["zone"] = slice(*zone.span())
            return _blank(rest, *zone.span()), clock, half
        place = _PLACE.search(shape)
        if place:
            clock["zone"] = slice(*place.span(1))
            return _blank(rest, *place.span()), clock, half
        return rest, clock, half
    zone = _DAY_ZONE.search(shape)
    if zone:
        return _blank(shape, *zone.span()), {"zone": slice(*zone.span())}, None
    return shape, {}, None


def _bracketed(rest: str) -> tuple[str, int | None]:
    """The text without a day of the week as the East writes it, and which day it is."""
    found = re.search(r"(?:星期|周|週|礼拜|禮拜)([一二三四五六日天])", rest)
    if found:
        return _blank(rest, *found.span()), EAST_DAYS[found[1]]
    found = re.search(r"\(([月火水木金土日월화수목금토일])(?:요일|曜日?)?\)", rest)
    if found:
        return _blank(rest, *found.span()), BRACKETED_DAYS[found[1]]
    return rest, None


def _words(rest: str) -> tuple[str, int | None, int | None] | None:
    """The text with ``M`` for the name of a month and no other words; month and day of the week."""
    month: int | None = None
    day: int | None = None
    words = [(found.group(), found.span()) for found in _WORD.finditer(rest)]
    if [word for word, _ in words] in (["w"], ["q"]):
        return rest, None, None
    months = sum(word in MONTHS for word, _ in words)
    for word, (start, end) in words:
        if word in DAYS and day is None and (word not in MONTHS or months > 1):
            day = DAYS[word]  # "mar. 5 mars" is a Tuesday
            months -= word in MONTHS
        elif word in MONTHS and month is None:
            month = MONTHS[word]
            rest = rest[:start] + "M" * (end - start) + rest[end:]
            continue
        elif word not in FILLERS:
            return None
        rest = _blank(rest, start, end)
    return rest, month, day


def _date(rest: str, is_named: bool) -> tuple[Pool, dict[str, tuple[slice, ...]]] | None:
    """Places of the numbers of a date, for each way to take them, and who decides."""
    text = re.sub("[,()]", " ", rest)
    digits = text.strip()
    if len(digits) in _COMPACT and not digits.strip("0"):
        start = text.index("0")
        pool, ways = _COMPACT[len(digits)]
        return pool, {
            order: tuple(slice(start + lo, start + hi) for lo, hi in pairwise(cuts))
            for order, cuts in ways.items()
        }
    for pattern, pool, orders in _NAMED if is_named else _DATES:
        found = re.fullmatch(f"[ .-]*{pattern}[ .:-]*", text)
        if found is None:
            continue
        groups = range(1, len(found.groups()) + 1)
        marks = {found[group].strip() for group in groups if found[group].strip("0")}
        if len(marks) < 2:
            numbers = [found.span(group) for group in groups if not found[group].strip("0")]
            return pool, dict.fromkeys(orders.split(), tuple(slice(*one) for one in numbers))
    return None
