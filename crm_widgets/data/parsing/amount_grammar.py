"""What the text around the digits of an amount says: sign, marks, currency, magnitude.

Only what is known is read. Text that is no currency, magnitude or sign makes an amount unreadable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .currencies import ISO, Codes, meant_by

_POWERS = {
    3: "k tsd thousand thousands tausend тыс 千 仟 천 tis mille",
    4: "万 萬 만",
    5: "lakh lakhs lac lacs 十万 十萬",
    6: "m mm mn mln mio million millions millionen millones milhoes milioni miljoen miljoner млн"
    " 百万 百萬",
    7: "crore crores 千万 千萬",
    8: "亿 億 억",
    9: "b bn mrd mld mlrd mia billion miliardi milliard milliards milliarde milliarden miljard"
    " miljarder млрд 十亿 十億",
    10: "百亿 百億",
}
MAGNITUDES = {word: power for power, words in _POWERS.items() for word in words.split()}
"""Words and letters behind a number that multiply it, and by which power of ten.

Not among them is what means two things: T, 兆, trillion, mil, L and Cr.
"""
LEDGER = {"dr", "cr", "debit", "credit", "soll", "haben", "借", "贷"}
"""Marks of books, whose sign depends on whose books they are."""

_BODY = re.compile(r"[.,\u066b]?0(?:[0.,' \u066b]*0)?")
_EXPONENT = re.compile(r" ?e[+-]?0{1,2}$")
_NO_CENTS = re.compile(r"^([.,:])(?:-{1,2}|=)")
_LATIN = re.compile(r"[a-z]$")


@dataclass(frozen=True, slots=True)
class Digits:
    """Where digits of a number stand before and behind its decimal mark."""

    whole: tuple[slice, ...]
    part: slice


@dataclass(frozen=True, slots=True)
class AmountText:
    """How the texts of a shape are read.

    ``points`` and ``commas`` are the digits if the point, or the comma, is the decimal mark; None
    if they make no number then. ``sign`` is the currency as written, and ``ledger`` whether debit
    or credit is said.
    """

    points: Digits | None
    commas: Digits | None
    negative: bool = False
    power: int = 0
    exponent: tuple[slice, int] | None = None
    sign: str = ""
    codes: Codes | None = None
    ledger: bool = False


@lru_cache(maxsize=4096)
def read_amount_text(shape: str) -> AmountText | None:
    """Read the shape of an amount; None if it is none.

    >>> read_amount_text("rs. 0,000").power, read_amount_text("$(00.00)").negative
    (0, True)
    >>> read_amount_text("0.0万元").power, read_amount_text("00 %")
    (4, None)
    """
    start, end = shape.find("0"), shape.rfind("0") + 1
    if not end:
        return None
    exponent = None
    if found := _EXPONENT.search(shape[:end]):
        digits = found.group().count("0")
        exponent = (slice(end - digits, end), -1 if "-" in found.group() else 1)
        end = found.start()
    before, behind = shape[:start], shape[end if exponent is None else exponent[0].stop :]
    abbreviated = before[:-1].rstrip()[-1:].isalpha() or before[-2:-1] == "/"
    if before.endswith((".", ",", "\u066b")) and not abbreviated:
        before, start = before[:-1], start - 1
    elif before.endswith(".") and before[:-1].strip()[-3:].upper() in ISO:
        return None  # a code is not abbreviated: this may be a decimal point
    body = shape[start:end]
    if not _BODY.fullmatch(body):
        return None
    mark = ""
    if whole := _NO_CENTS.match(behind):
        mark, behind = whole[1], behind[whole.end() :]
    elif behind[:1] in (".", ",") and behind:
        mark, behind = behind[0], behind[1:]
    points = _digits(body, start, ".", mark, exponent is not None)
    commas = _digits(body, start, ",", mark, exponent is not None)
    said = _around(before.strip(), behind.strip())
    if said is None or (points is None and commas is None):
        return None
    negative, power, sign, codes, ledger = said
    return AmountText(points, commas, negative, power, exponent, sign, codes, ledger)


def _digits(body: str, start: int, decimal: str, behind: str, is_power: bool) -> Digits | None:
    """The digits of a number whose decimal mark is known; None if its groups are malformed."""
    marks = (decimal, "\u066b")
    other = "," if decimal == "." else "."
    cut = max(body.rfind(mark) for mark in marks)
    if sum(body.count(mark) for mark in marks) > 1 or behind == other:
        return None
    if behind in (".", ",") and cut >= 0:
        return None
    whole, part = (body, "") if cut < 0 else (body[:cut], body[cut + 1 :])
    if part.strip("0"):
        return None
    groups = [(found.start(), found.end()) for found in re.finditer("0+", whole)]
    separators = re.sub("0", "", whole)
    if separators and (is_power or not _grouped(whole, separators)):
        return None
    places = tuple(slice(start + lo, start + hi) for lo, hi in groups)
    begin = start + len(body) - len(part)
    return Digits(places, slice(begin, begin + len(part)))


def _grouped(whole: str, separators: str) -> bool:
    """Whether digits stand in threes, or as lakh and crore do."""
    if len(set(separators)) > 1:
        return False
    sizes = [len(group) for group in whole.split(separators[0])]
    first, *between, last = sizes
    if last != 3 or not first:
        return False
    thousands = first <= 3 and all(size == 3 for size in between)
    indian = separators[0] == "," and first <= 2 and all(size == 2 for size in between)
    return thousands or indian


def _around(before: str, behind: str) -> tuple[bool, int, str, Codes | None, bool] | None:
    """Sign, power of ten, currency and ledger mark of what stands around a number."""
    opened, closed = before.count("("), behind.count(")")
    if opened != closed or opened > 1 or before.count(")") or behind.count("("):
        return None
    signs = [char for char in before + behind if char in "+-"]
    if len(signs) > 1:
        return None
    first = re.sub("[-+(]", " ", before).strip()
    rest = re.sub("[-+)]", " ", behind).strip()
    if ("-" in behind or "+" in behind) and not _at_an_end(behind):
        return None
    codes: Codes | None = None
    ledger = False
    for mark in LEDGER:
        if rest.removesuffix(".") == mark or rest.removesuffix(".").endswith(f" {mark}"):
            rest, ledger = rest.removesuffix(".").removesuffix(mark).strip(), True
        if first.removesuffix(".") == mark:
            first, ledger = "", True
    if first:
        codes = meant_by(first, before=True)
        if codes is None:
            return None
    power, after, is_known = _behind(rest)
    if not is_known:
        return None
    if after:
        known = meant_by(after)
        if known is None or (codes is not None and not codes & known):
            return None
        codes = known if codes is None else codes & known
    sign = first if first and (not after or len(codes or ()) > 1) else after or first
    return "-" in signs or opened > 0, power, sign.removesuffix("."), codes, ledger


def _at_an_end(behind: str) -> bool:
    """Whether a sign behind a number stands next to it, or is the last."""
    bare = behind.strip()
    return bare[0] in "+-" or bare[-1] in "+-"


def _behind(rest: str) -> tuple[int, str, bool]:
    """Power of ten and currency of the text behind a number, and whether it is known."""
    if not rest or meant_by(rest) is not None:
        return 0, rest, True
    for end in range(len(rest), 0, -1):
        head, tail = rest[:end].strip(), rest[end:].strip()
        power = MAGNITUDES.get(head.removesuffix("."))
        if power is None or (tail and meant_by(tail) is None):
            continue
        joined = _LATIN.search(rest[:end]) and tail and tail == rest[end:] and tail[0].isalpha()
        if joined and len(tail) < 3 and tail != "kr":
            continue
        return power, tail, True
    return 0, "", False
