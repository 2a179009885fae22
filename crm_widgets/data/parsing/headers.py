"""Which column plays which role, told from its header in English or Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from ... import errors
from ..vocabulary.table import Kind

Role = Literal["customer", "time", "amount", "order", "product"]

_WHO = (
    "customer|cust|client|user|member|buyer|shopper|account|acct|consumer|contact|subscriber"
    "|visitor|guest|donor|household|patient|card"
)
_ID = "id|ids|no|nr|num|number|code|key|ref|uid|uuid|guid"
_GUT = "客户|顾客|用户|会员|买家|消费者|账户|账号|客人|住户|读者"
_HAO = "id|编号|编码|代码|号码|号|账号|卡号|标识"
_DEED = (
    "invoice|order|transaction|trans|txn|purchase|purchased|payment|paid|sale|sales|booking|basket"
    "|receipt|ordered|created|event|checkout|donation|gift|visit"
)
_WHEN = "date|time|datetime|timestamp|day|at|on|dt|ts"
_CN_DEED = "订单|下单|购买|交易|支付|付款|消费|成交|销售|订购|创建订单|结账|开票"

# Tiers of patterns on a header in lower case without blanks, "_" and the like; the first tier
# with exactly one column decides.
_PATTERNS: dict[Role, tuple[str, ...]] = {
    "customer": (
        rf"(?:{_WHO})s?(?:{_ID})|(?:{_GUT})(?:{_HAO})",
        r"customers?|clients?|users?|members?|buyers?|shoppers?|uid|客户|顾客|用户|会员|买家|消费者",
    ),
    "time": (
        rf"(?:{_DEED})s?(?:{_DEED})?(?:{_WHEN})|(?:{_CN_DEED})(?:日期|时间|日|时刻)",
        r"date|time|datetime|timestamp|day|日期|时间|年月日|ts|dt|when",
    ),
    "amount": (
        r"(?:实付|实收|实际支付|支付|付款|成交|已付)(?:总)?(?:金额|额|款)"
        r"|(?:amount|total|sum)?paid(?:amount|total)?",
        rf"(?:net|gross|total|grand)?(?:{_DEED})?(?:total)?"
        r"(?:amount|amt|revenue|sales|turnover|spend|spent|spending|monetary|total)(?:value|usd|eur|gbp|cny|rmb)?"
        rf"|(?:{_DEED}|monetary|dollar|basket)value|grandtotal|totalprice|netvalue|linetotal|subtotal"
        r"|(?:总|订单|消费|销售|交易|购买|订单总|消费总|销售总|交易总)?(?:金额|额)|总价|营业额|收入",
        r"value|payment|price|cost|gmv|money|金额元|价格|价款",
    ),
    "order": (
        rf"(?:invoice|order|transaction|trans|txn|receipt|basket|booking|bill)s?(?:{_ID})"
        r"|(?:订单|交易|发票|小票|单据|流水|订单流水)(?:id|编号|号|号码|编码)|(?:交易|订单)?单号|流水号",
        r"invoice|order|receipt|basket|订单|发票|小票",
    ),
    "product": (
        r"(?:product|item|sku|stock|article|goods)s?(?:id|no|nr|number|code|key|ref)"
        r"|(?:商品|产品|货品|物品)(?:id|编号|编码|代码|号)|货号",
        r"product|item|sku|article|productname|itemname|商品|产品|货品|品名|商品名称|产品名称|商品名|产品名",
    ),
}
_COMPILED = {
    role: tuple(re.compile(pattern) for pattern in tiers) for role, tiers in _PATTERNS.items()
}

_FIT: dict[Role, tuple[Kind, ...]] = {
    "customer": ("category", "number"),
    "time": ("time", "category", "number"),
    "amount": ("number", "category"),
    "order": ("category", "number"),
    "product": ("category", "number"),
}
_SURE: dict[Role, Kind] = {"time": "time", "amount": "number"}
_ORDER: tuple[Role, ...] = ("customer", "time", "order", "product", "amount")

_PRICE = re.compile(r"(?:unit|item|sale|selling)?price|单价|价格|售价")
_QUANTITY = re.compile(r"quantity|qty|units?|pieces|count|items|数量|件数|购买数量|销量")


def plain(header: object) -> str:
    """Strip a header of case, blanks and punctuation, and of units in brackets.

    >>> plain("Customer ID"), plain("invoice_date"), plain("实付金额（元）")
    ('customerid', 'invoicedate', '实付金额')
    """
    text = re.sub(r"[(（\[].*?[)）\]]", "", str(header)).casefold()
    return re.sub(r"[\W_]+", "", text)


def matches(role: Role, headers: Iterable[str]) -> list[list[str]]:
    """Columns whose header names the role, tier by tier, the surest first."""
    plainly = {header: plain(header) for header in headers}
    return [
        [header for header, text in plainly.items() if pattern.fullmatch(text)]
        for pattern in _COMPILED[role]
    ]


def named(role: Role, kinds: Mapping[str, Kind]) -> str | None:
    """Find the one column whose header names the role, or None.

    Raises
    ------
    InputError
        If several columns could play it; the message lists them.
    """
    fit = {name: kind for name, kind in kinds.items() if kind in _FIT[role]}
    for tier in matches(role, fit):
        sure = [name for name in tier if kinds[name] == _SURE.get(role)]
        if len(tier) == 1 or len(sure) == 1:
            return tier[0] if len(tier) == 1 else sure[0]
        if tier:
            raise ambiguous(role, tier)
    return None


def has_time(kinds: Mapping[str, Kind]) -> bool:
    """Whether some column is a time, by its header or its type."""
    return "time" in kinds.values() or any(matches("time", kinds))


def infer(role: Role, kinds: Mapping[str, Kind]) -> str | None:
    """Find the column that plays a role, or None if no column could.

    Raises
    ------
    InputError
        If several columns could; the message lists them.
    """
    if role == "amount":
        _refuse_price(kinds)
    try:
        found = named(role, kinds)
    except errors.InputError:
        if role == "product":
            return None
        raise
    if found is not None or role in ("order", "product"):
        return found
    suits = (_SURE[role],) if role in _SURE else _FIT[role]
    fit = [name for name, kind in kinds.items() if kind in suits]
    if role in ("time", "amount") and len(fit) == 1 and not _QUANTITY.fullmatch(plain(fit[0])):
        return fit[0]
    if role == "amount" and not fit:
        return None
    raise ambiguous(role, fit or list(kinds))


def _refuse_price(kinds: Mapping[str, Kind]) -> None:
    """A price and a quantity, and no amount: they want multiplying, which is the analyst's call."""
    if any(matches("amount", kinds)[:2]):
        return
    prices = [name for name in kinds if _PRICE.fullmatch(plain(name))]
    quantities = [name for name in kinds if _QUANTITY.fullmatch(plain(name))]
    if prices and quantities:
        raise errors.InputError("price_but_no_amount", price=prices[0], quantity=quantities[0])


def ambiguous(role: Role, candidates: Sequence[str]) -> errors.InputError:
    """Error that asks which of several columns plays the role."""
    shown = ", ".join(repr(name) for name in candidates[:20])
    return errors.InputError("ambiguous_role", role=role, candidates=shown)


def assign(given: Mapping[str, str | None], kinds: Mapping[str, Kind]) -> dict[str, str]:
    """Give every role of a log its column: as said, else inferred; roles without one are absent.

    Raises
    ------
    InputError
        If a given column is missing or has two roles, or a role is in doubt.
    """
    found = {role: name for role, name in given.items() if name is not None}
    for name in found.values():
        if name not in kinds:
            raise errors.missing_column(name, kinds)
        if list(found.values()).count(name) > 1:
            raise errors.InputError("two_roles", column=name)
    for role in _ORDER:
        if role not in found:
            free = {name: kind for name, kind in kinds.items() if name not in found.values()}
            inferred = infer(role, free) if free or role in ("customer", "time") else None
            if inferred is not None:
                found[role] = inferred
    return found
