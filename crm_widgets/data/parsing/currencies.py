"""Which currencies a sign, a code or an abbreviation beside an amount can mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

Codes = frozenset[str]

_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP"
    " BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP"
    " GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES"
    " KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR"
    " MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB"
    " RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD"
    " TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
ISO = frozenset(_CODES.split())
"""Codes of ISO 4217."""

_DOLLARS = (
    "USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD TTD TWD XCD"
    " ARS CLP COP UYU"
)
_SIGNS = {
    "$": _DOLLARS,
    "us$": "USD", "u$s": "USD", "u$": "USD", "$us": "USD", "usd$": "USD", "dollar": _DOLLARS,
    "a$": "AUD", "au$": "AUD", "aud$": "AUD", "c$": "CAD", "ca$": "CAD", "cad$": "CAD",
    "can$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "sg$": "SGD", "nt$": "TWD", "nt": "TWD",
    "mx$": "MXN", "mex$": "MXN", "r$": "BRL", "ar$": "ARS", "clp$": "CLP", "col$": "COP",
    "$u": "UYU", "j$": "JMD", "tt$": "TTD", "ec$": "XCD", "n$": "NAD", "b$": "BND", "fj$": "FJD",
    "€": "EUR", "euro": "EUR", "euros": "EUR", "eu€": "EUR",
    "£": "GBP EGP LBP SYP SDG SSP FKP GIP SHP", "gb£": "GBP", "uk£": "GBP", "stg": "GBP",
    "e£": "EGP",
    "¥": "CNY JPY", "cn¥": "CNY", "rmb": "CNY", "rmb¥": "CNY", "cny¥": "CNY", "jp¥": "JPY",
    "元": "CNY TWD HKD MOP", "圆": "CNY", "圓": "CNY TWD HKD", "块": "CNY", "人民币": "CNY",
    "人民幣": "CNY", "元人民币": "CNY", "元整": "CNY", "美元": "USD", "美金": "USD", "欧元": "EUR",
    "歐元": "EUR", "英镑": "GBP", "英鎊": "GBP", "日元": "JPY", "日圆": "JPY", "港元": "HKD",
    "港币": "HKD", "港幣": "HKD", "新台币": "TWD", "新台幣": "TWD", "台币": "TWD", "台幣": "TWD",
    "澳元": "AUD", "加元": "CAD", "新元": "SGD", "韩元": "KRW", "卢布": "RUB", "泰铢": "THB",
    "円": "JPY", "yen": "JPY", "원": "KRW", "₩": "KRW KPW", "won": "KRW",
    "₹": "INR", "rs": "INR PKR LKR NPR MUR SCR",
    "₨": "INR PKR LKR NPR MUR SCR", "রু": "INR", "रु": "INR NPR", "৳": "BDT", "tk": "BDT",
    "kr": "SEK NOK DKK ISK", "skr": "SEK", "nkr": "NOK", "dkr": "DKK", "ikr": "ISK",
    "fr": "CHF", "sfr": "CHF", "₣": "CHF",
    "zł": "PLN", "zl": "PLN", "kc": "CZK", "ft": "HUF", "lei": "RON MDL", "leu": "RON MDL",
       "лв": "BGN", "лева": "BGN", "din": "RSD", "дин": "RSD", "ден": "MKD", "kn": "HRK",
    "₽": "RUB", "руб": "RUB BYN", "р": "RUB BYN", "₴": "UAH", "грн": "UAH",
    "₸": "KZT", "тг": "KZT", "₼": "AZN", "₾": "GEL", "֏": "AMD",
    "₺": "TRY", "tl": "TRY", "ytl": "TRY", "₪": "ILS", "nis": "ILS", "ש״ח": "ILS", "ש\"ח": "ILS",
    "dh": "AED MAD", "dhs": "AED MAD", "د.إ": "AED", "ر.س": "SAR", "sr": "SAR",
    "﷼": "SAR IRR OMR QAR YER",
    "ج.م": "EGP", "kd": "KWD", "bd": "BHD", "qr": "QAR",
    "rm": "MYR", "rp": "IDR", "฿": "THB", "บาท": "THB", "baht": "THB", "₫": "VND", "đ": "VND",
    "₱": "PHP CUP", "៛": "KHR", "₭": "LAK", "₮": "MNT",
    "ksh": "KES", "kshs": "KES", "ush": "UGX", "tsh": "TZS", "₦": "NGN", "n₦": "NGN",
    "gh₵": "GHS", "₵": "GHS", "fcfa": "XOF XAF", "cfa": "XOF XAF", "f cfa": "XOF XAF",
    "s/": "PEN", "b/": "PAB", "bs": "BOB VES", "bs.f": "VES", "₲": "PYG", "gs": "PYG", "₡": "CRC",
    "c$c": "NIO", "rd$": "DOP", "mop$": "MOP", "kwacha": "ZMW MWK",
}  # fmt: skip
_BEFORE = {"r": "ZAR", "q": "GTQ", "l": "HNL", "k": "ZMW PGK", "d": "GMD", "e": "SZL", "p": "BWP"}
"""Letters that are a currency in front of a number, and something else behind it."""
_KNOWN: dict[str, Codes] = {sign: frozenset(codes.split()) for sign, codes in _SIGNS.items()}
_KNOWN |= {code.lower(): frozenset({code}) for code in ISO}

COLUMN = re.compile(
    r"(?:(?:order|transaction|payment|invoice|sale|sales|price|amount|shop|store|presentment"
    r"|local|item)?(?:currency|ccy|curr)(?:iso)?(?:code|name|symbol|id)?)"
    r"|(?:币种|币别|貨幣|货币|幣別)(?:代码|类型|名称)?|通貨|waehrung|wahrung|währung|devise|monnaie|moneda|moeda|valuta|divisa"
)
"""Headers, plainly written, of a column that says which currency an amount is in."""
_CONVERTED = re.compile(
    "base|converted|company|home|reporting|settle(?:ment)?|normali[sz]ed|本币|折合"
    "|usd|eur|gbp|chf|cny|rmb|jpy|inr|cad|aud|nzd|sek|nok|dkk|pln|czk|hkd|sgd|brl|mxn|krw|twd",
    re.IGNORECASE,
)


def meant_by(sign: str, *, before: bool = False) -> Codes | None:
    """The currencies that a sign can mean, ``before`` a number or behind it; None if it is none.

    >>> sorted(meant_by("kr.")), sorted(meant_by("US$")), meant_by("pcs")
    (['DKK', 'ISK', 'NOK', 'SEK'], ['USD'], None)
    """
    text = sign.strip().casefold()
    found = _KNOWN.get(text) or _KNOWN.get(text.removesuffix(".").strip())
    if found is None and before and text in _BEFORE:
        return frozenset(_BEFORE[text].split())
    if found is None and len(text) == 1 and unicodedata.category(text) == "Sc":
        return frozenset({text})
    return found


def code_of(sign: str) -> str:
    """The code of a sign that can mean one currency only; of others the sign.

    >>> code_of("€"), code_of("kr")
    ('EUR', 'kr')
    """
    codes = meant_by(sign, before=True) or frozenset()
    return next(iter(codes)) if len(codes) == 1 else sign


def shared(signs: Mapping[str, int]) -> Codes | None:
    """The currencies that all signs can mean; None if there are no signs.

    >>> sorted(shared({"¥": 3, "元": 2})), sorted(shared({"€": 3, "$": 2}))
    (['CNY'], [])
    """
    found: Codes | None = None
    for sign in signs:
        one = meant_by(sign, before=True) or frozenset({sign.strip().casefold()})
        found = one if found is None else found & one
    return found


def shown(signs: Mapping[str, int]) -> str:
    """Signs with how many amounts have each, the most frequent first."""
    order = sorted(signs.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{sign} ({n:,})" for sign, n in order[:12])


def is_converted(header: str) -> bool:
    """Whether the header of an amount says that all of it is in one currency.

    >>> is_converted("amount_usd"), is_converted("Company amount"), is_converted("total")
    (True, True, False)
    """
    words = [word for word in re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", header) if word]
    return any(_CONVERTED.fullmatch(word) for word in words)


def columns_of(headers: Iterable[tuple[str, str]]) -> list[str]:
    """Columns, given with their plain headers, that say which currency amounts are in."""
    return [name for name, plain in headers if COLUMN.fullmatch(plain)]
