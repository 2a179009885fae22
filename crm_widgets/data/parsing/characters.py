"""Characters that mean the same, one for one: digits of every script, widths, dashes, blanks."""

from __future__ import annotations

import unicodedata

import numpy as np
import numpy.typing as npt

_DIGITS = (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0BE6, 0x0C66, 0x0CE6, 0x0E50, 0xFF10)
"""Where other scripts have their 0; the nine others follow."""

_SAME = {
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u207b\u208b\u02d7\ufe58\ufe63",
    " ": "\t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u202f\u205f\u3000\u200b\ufeff\u200e\u200f\u061c\u2028\u2029",
    "'": "\u2018\u2019\u201b\u02bc\u2032\u0060\u00b4\u066c",
    ",": "\u3001\u060c",
    ".": "\u3002\u2024",
    "¥": "\uffe5",
    "£": "\uffe1",
    "¢": "\uffe0",
    "₩": "\uffe6",
}
_TABLE = {ord(other): one for one, others in _SAME.items() for other in others}
_TABLE |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full width


def western_digits(codes: npt.NDArray[np.uint32]) -> None:
    """Write digits of other scripts as 0 to 9, in place.

    >>> codes = np.array(["１2٣"]).view(np.uint32)
    >>> western_digits(codes)
    >>> "".join(map(chr, codes))
    '123'
    """
    if not codes.size or codes.max() < _DIGITS[0]:
        return
    for zero in _DIGITS:
        others = codes - np.uint32(zero) < 10
        codes[others] -= np.uint32(zero - ord("0"))


def fold(text: str) -> str:
    """Text in lower case without accents; dashes, blanks and full-width letters as ASCII has them.

    No character moves: each becomes one.

    >>> fold("５ Août"), fold("−１２，５０\u00a0€")
    ('5 aout', '-12,50 €')
    """
    return "".join(map(_plain, text.translate(_TABLE)))


def _plain(char: str) -> str:
    if char < "\x80":
        return char.lower()
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    base = unicodedata.normalize("NFD", char)[0]
    return base.lower() if base < "\x80" and base.isalpha() else char.lower()[0]
