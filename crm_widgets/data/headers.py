"""Which column plays which role, told from its header in English or Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from .. import errors
from .table import Kind

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
    "|receipt|ordered|event|checkout|donation|gift|visit"
)
_WHEN = "date|time|datetime|timestamp|day|at|on|dt|ts"
_CN_DEED = "订单|下单|购买|交易|支付|付款|消费|成交|销售|订购|创建订单|结账|开票"

# Tiers of patterns on a header in lower case without blanks, "_" and the like; the first tier
# with exactly one column decides.
_PATTERNS: dict[Role, tuple[str, ...]] = {
    "customer": (
        rf"(?:{_WHO})s?(?:{_ID})|(?:{_GUT})(?:{_HAO})",
        rf"{_WHO}|{_GUT}",
    ),
    "time": (
        rf"(?:{_DEED})s?(?:{_WHEN})|(?:{_CN_DEED})(?:日期|时间|日|时刻)",
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
        r"|(?:订单|交易|发票|小票|单据|流水|订单流水)(?:id|编号|号|号码|编码)|单号|流水号",
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


def plain(header: object) -> str:
    """A header without case, blanks and punctuation; units in brackets dropped.

    >>> plain("Customer ID"), plain("invoice_date"), plain("实付金额（元）")
    ('customerid', 'invoicedate', '实付金额')
    """
    text = re.sub(r"[(（\[].*?[)）\]]", "", str(header)).casefold()
    return re.sub(r"[\W_]+", "", text)


def matches(role: Role, headers: Sequence[str]) -> list[list[str]]:
    """Columns whose header names the role, tier by tier, the surest first."""
    found: list[list[str]] = []
    for pattern in _COMPILED[role]:
        found.append([header for header in headers if pattern.fullmatch(plain(header))])
    return found


def infer(role: Role, kinds: Mapping[str, Kind], taken: Sequence[str] = ()) -> str | None:
    """The column that plays a role, or None if no column could.

    Raises
    ------
    InputError
        If several columns could; the message lists them.
    """
    free = {name: kind for name, kind in kinds.items() if name not in taken}
    fit = [name for name, kind in free.items() if kind in _FIT[role]]
    named: list[str] = []
    for tier in matches(role, fit):
        named += tier
        typed = [name for name in tier if free[name] == _FIT[role][0]]
        if len(tier) == 1 or len(typed) == 1:
            return tier[0] if len(tier) == 1 else typed[0]
        if tier:
            raise ambiguous(role, tier)
    if role == "time":
        fit = [name for name in fit if free[name] == "time"]
    if role == "amount":
        fit = [name for name in fit if free[name] == "number"]
    if role in ("time", "amount") and len(fit) == 1:
        return fit[0]
    if role in ("order", "product") or not fit:
        return None
    raise ambiguous(role, fit)


def ambiguous(role: Role, candidates: Sequence[str]) -> errors.InputError:
    """Error that asks which of several columns plays the role."""
    shown = ", ".join(repr(name) for name in candidates[:20])
    return errors.InputError("ambiguous_role", role=role, candidates=shown)


def sure(role: Role, kinds: Mapping[str, Kind]) -> str | None:
    """The one column whose header names the role, or None."""
    for tier in matches(role, [name for name, kind in kinds.items() if kind in _FIT[role]]):
        if len(tier) == 1:
            return tier[0]
        if tier:
            raise ambiguous(role, tier)
    return None


def assign(given: Mapping[str, str | None], kinds: Mapping[str, Kind]) -> dict[str, str | None]:
    """The column of every role of a log: as given, else inferred.

    Raises
    ------
    InputError
        If a given column is missing or has two roles, or a role is in doubt.
    """
    for name in given.values():
        if name is not None and name not in kinds:
            raise errors.missing_column(name, kinds)
    named = [name for name in given.values() if name is not None]
    for name in named:
        if named.count(name) > 1:
            raise errors.InputError("two_roles", column=name)
    found: dict[str, str | None] = {}
    taken = list(named)
    order: tuple[Role, ...] = ("customer", "time", "order", "product", "amount")
    for role in order:
        column = given.get(role)
        if column is None:
            column = infer(role, kinds, taken)
            if column is not None:
                taken.append(column)
        if column is None and role in ("customer", "time"):
            raise ambiguous(role, [name for name in kinds if name not in taken])
        found[role] = column
    return found
