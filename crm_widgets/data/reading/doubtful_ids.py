"""Ids that may be no customer, or the same one: guests, tests, headers, other spellings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..in_memory.column import Column
from ..vocabulary.notes import Note

Counts = npt.NDArray[np.int64]

_GUESTS = (
    "guest|guests|guest user|guest customer|guest checkout|anonymous|anonymous user|anon|unknown"
    "|unknown customer|unregistered|no customer|walk-in|walk in|walkin|walk-in customer|cash sale"
    "|cash customer|nan|none|null|nil|<na>|nat|n/a|na|#n/a|undefined|missing|empty|-|--|?|not set"
    "|(not set)|(none)|invité|gast|invitado|ospite"
    "|匿名|匿名用户|游客|散客|未知|未登录|未注册|无|空|访客"
)
_NUMBERS = (0, -1, 1111, 9999, 11_111, 12_345, 99_999, 123_456, 999_999, 9_999_999, 999_999_999)
_NOBODY = frozenset([*_NUMBERS, *map(str, _NUMBERS), *("0" * n for n in range(2, 13))])
"""Ids that stand for nobody, if they have many rows."""
SUSPECT, LARGE = (0.02, 3), (0.05, 10)
"""Share of all rows, and times the rows of the next id, from which on an id is told."""
FEW, MANY = 10, 100
"""Customers of a log in which that says something: of such ids, and of others."""
SHOWN = 8
_TEST = (
    r"(?i)^test(?:er|ing)?(?:$|[ _.+@-]|\d+$)"
    r"|@(?:example\.(?:com|org|net)|test\.com|localhost)$|^测试"
)


def _spellings(words: str) -> list[str]:
    forms = (str, str.upper, str.capitalize, str.title)
    return ["NaN", "NaT", *{form(word) for word in words.split("|") for form in forms}]


_GUEST_WORDS = _spellings(_GUESTS)


@dataclass(frozen=True)
class Doubts:
    """What the ids of a log have that must be told; of more ids, both together.

    ``ids`` are those that may be guests or tests. The others say how ids are spelled.
    """

    ids: Mapping[str, tuple[Hashable, ...]] = field(default_factory=dict)
    upper: bool = False
    lower: bool = False
    blanks: bool = False
    decimals: bool = False

    def __or__(self, other: Doubts) -> Doubts:
        ids = {
            key: tuple(dict.fromkeys([*self.ids.get(key, ()), *other.ids.get(key, ())]))
            for key in self.ids.keys() | other.ids.keys()
        }
        flags = ("upper", "lower", "blanks", "decimals")
        return Doubts(ids, **{name: getattr(self, name) or getattr(other, name) for name in flags})

    @property
    def may_repeat(self) -> bool:
        """Whether ids can differ in their spelling alone."""
        return self.blanks or self.decimals or (self.upper and self.lower)


def doubts_of(ids: pd.Index[Any]) -> Doubts:
    """Look at the distinct ids of a column.

    >>> doubts_of(pd.Index(["A7", "a7", "guest"])).ids
    {'guests': ('guest',)}
    """
    if not _is_text(ids):
        return Doubts()
    words = {
        "guests": ids.isin(_GUEST_WORDS),
    }
    plain = ids.astype("str")
    text = plain.str
    words["test_customers"] = np.asarray(text.contains(_TEST, regex=True), bool)
    found = {key: tuple(ids[mask]) for key, mask in words.items() if mask.any()}
    return Doubts(
        found,
        upper=bool((text.lower() != plain).any()),
        lower=bool((text.upper() != plain).any()),
        blanks=bool((text.strip() != plain).any()),
        decimals=bool(text.endswith(".0").any()),
    )


def header_rows(customers: Column) -> int:
    """How many rows repeat the header, as files do that were put one behind the other."""
    levels = customers.levels
    if not _is_text(levels):
        return 0
    codes = np.flatnonzero(levels.isin([customers.name]))
    return int(np.isin(customers.codes, codes).sum()) if codes.size else 0


def notes_on_ids(ids: pd.Index[Any], rows: Counts, doubts: Doubts, column: str) -> list[Note]:
    """What to say about the ids of a log, of which each has some rows."""
    suspects = dict(doubts.ids)
    told = {one for found in suspects.values() for one in found}
    house = _house_account(ids, rows)
    if house is not None and house not in told:
        suspects["house_account"] = (house,)
    notes = []
    for key in ("guests", "house_account", "test_customers"):
        if key in suspects:
            listed = [one.item() if isinstance(one, np.generic) else one for one in suspects[key]]
            n = int(rows[ids.get_indexer(pd.Index(suspects[key]))].sum())
            shown = ", ".join(map(repr, listed[:SHOWN])) + (", …" if len(listed) > SHOWN else "")
            share = n / int(rows.sum())
            notes.append(Note(key, n, {"column": column, "ids": shown, "share": share}))
    if doubts.may_repeat and _is_text(ids):
        notes += _spellings_note(ids, column)
    return notes


def _house_account(ids: pd.Index[Any], rows: Counts) -> Hashable | None:
    """The one id that has far more rows than any other."""
    if len(ids) < FEW:
        return None
    top = int(rows.argmax())
    one, n = ids[top], int(rows[top])
    second = int(np.partition(rows, -2)[-2])
    share, times = SUSPECT if one in _NOBODY else LARGE
    if len(ids) < MANY and one not in _NOBODY:
        return None
    return one if n >= share * rows.sum() and n >= times * second else None


_CURES: dict[str, Callable[[pd.Index[Any]], pd.Index[Any]]] = {
    ".str.strip()": lambda text: text.str.strip(),
    ".str.lower()": lambda text: text.str.lower(),
    ".str.removesuffix('.0')": lambda text: text.str.removesuffix(".0"),
}


def _spellings_note(ids: pd.Index[Any], column: str) -> list[Note]:
    """How many ids are others but for blanks, capitals or ``.0``, and what makes them one."""
    text = ids.astype("str")
    n = _distinct(text, _CURES)
    if n == len(ids):
        return []
    steps = list(_CURES)
    for step in _CURES:
        others = [one for one in steps if one != step]
        if _distinct(text, others) == n:
            steps = others
    return [Note("id_spellings", len(ids) - n, {"column": column, "cure": "".join(steps)})]


def _distinct(text: pd.Index[Any], steps: Iterable[str]) -> int:
    """How many ids are left after some steps that make different spellings one."""
    for step in steps:
        text = _CURES[step](text)
    return int(text.nunique())


def _is_text(ids: pd.Index[Any]) -> bool:
    return bool(len(ids)) and isinstance(ids[0], str)
