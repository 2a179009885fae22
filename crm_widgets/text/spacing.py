"""Chinese beside other scripts: values of Latin letters or digits stand apart from Han."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from string import Formatter

_FORMATTER = Formatter()
_SIGNS = frozenset("%$£€¥+\u2212")
_AFTER_DIGITS = frozenset("年月日季周万亿")
_BEFORE_DIGITS = frozenset("第年月")


def spaced(template: str, values: Mapping[str, object]) -> str:
    """Fill a Chinese sentence, with a space between Han and a value that is not Han.

    Only where a value meets the sentence: what is inside a value is the analyst's, and the sentence
    is as it was written. Dates and 万 and 亿 are written in one.

    >>> spaced("平均{feature}", {"feature": "units"}), spaced("平均{feature}", {"feature": "金额"})
    ('平均 units', '平均金额')
    >>> spaced("截至{end}的{n}位", {"end": "1998年7月1日", "n": "5"})
    '截至 1998年7月1日的 5 位'
    """
    found = ""
    for literal, field, spec, conversion in _parts(template):
        found = _joined(found, literal)
        if field is not None:
            value = values[field]
            if conversion:
                value = _FORMATTER.convert_field(value, conversion)
            found = _joined(found, format(value, spec))
    return found


@cache
def _parts(template: str) -> tuple[tuple[str, str | None, str, str | None], ...]:
    return tuple(
        (literal, field, spec or "", conversion)
        for literal, field, spec, conversion in _FORMATTER.parse(template)
    )


def _joined(before: str, after: str) -> str:
    if not before or not after:
        return before + after
    one, two = before[-1], after[0]
    apart = (_han(one) and _other(two) and not (two.isdigit() and one in _BEFORE_DIGITS)) or (
        _other(one) and _han(two) and not (one.isdigit() and two in _AFTER_DIGITS)
    )
    return f"{before} {after}" if apart else before + after


def _han(letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff"


def _other(letter: str) -> bool:
    return (letter.isalnum() and letter < "\u2e80") or letter in _SIGNS
