"""Amounts of one currency: told by a column beside them, or by what is written in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import InputError
from ..parsing.currencies import code_of, columns_of, is_converted, meant_by, shared, shown
from ..parsing.headers import plain
from ..vocabulary.table import Kind
from .source import Source

Bools = npt.NDArray[np.bool_]
_KINDS = ("category", "number")


def currency_column(kinds: Mapping[str, Kind], role_columns: Mapping[str, str]) -> str | None:
    """The column that says which currency the amounts are in; None if there is none.

    There is none either where the header of the amounts says so (``amount_usd``).

    >>> currency_column({"total": "number", "Currency": "category"}, {"amount": "total"})
    'Currency'
    """
    amount = role_columns.get("amount")
    if amount is None or is_converted(amount):
        return None
    free = [(name, plain(name)) for name, kind in kinds.items() if kind in _KINDS]
    found = columns_of([one for one in free if one[0] not in role_columns.values()])
    exact = [name for name in found if plain(name) in ("currency", "币种", "货币")]
    return next(iter(exact or found), None)


def matches(value: Hashable, currency: str) -> bool:
    """Whether a sign or code can mean a currency."""
    wanted = meant_by(currency, before=True) or frozenset({currency.strip().casefold()})
    said = str(value).strip()
    return bool((meant_by(said, before=True) or frozenset({said.casefold()})) & wanted)


def counted_currencies(levels: Any, counts: npt.NDArray[np.int64]) -> Counter[str]:
    """How many amounts have each currency of a column; blank text says none."""
    found: Counter[str] = Counter()
    for level, n in zip(levels, counts.tolist(), strict=True):
        said = str(level).strip()
        if said:
            found[code_of(said)] += n
    return found


def check_currencies(signs: Mapping[str, int], column: str, currency: str | None) -> None:
    """Refuse amounts that cannot be added up.

    Raises
    ------
    InputError
        If they are of several currencies and none is chosen, or none is of the chosen one.
    """
    if currency is None:
        if shared(signs) == frozenset():
            most = max(signs, key=lambda sign: (signs[sign], sign))
            raise InputError("several_currencies", column=column, currencies=shown(signs), one=most)
    elif not any(matches(sign, currency) for sign in signs):
        raise InputError(
            "no_such_currency", currency=currency, column=column, currencies=shown(signs) or "–"
        )


def rows_of_others(
    source: Source, column: str, currency: str | None
) -> tuple[Bools | None, int, Counter[str]]:
    """Rows of other currencies by a column beside amounts, how many say none, and all counts."""
    found = source.column(column)
    counts = np.bincount(found.codes[found.codes >= 0], minlength=len(found.levels))
    signs = counted_currencies(found.levels, counts)
    if currency is None:
        return None, 0, signs
    blank = np.array([not str(level).strip() for level in found.levels], bool)
    others = np.array([not matches(level, currency) for level in found.levels], bool) & ~blank
    unsaid = source.n - int(counts[~blank].sum())
    return np.append(others, False)[found.codes], unsaid, signs
