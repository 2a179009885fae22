"""The amounts of a log, of one currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ..in_memory.codes import Floats
from ..parsing.amounts import parse_amounts
from ..vocabulary.table import Kind
from .choices import Choices
from .one_currency import check_currencies, currency_column, rows_of_others
from .source import Source

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Money:
    """``amount`` of each row, which are of ``others`` than the currency chosen, and what to say.

    ``signs`` counts amounts by the currency that is written beside them or stands in a column.
    """

    amount: Floats | None = None
    others: Bools | None = None
    signs: Counter[str] = field(default_factory=Counter)
    note_counts: Mapping[str, int] = field(default_factory=dict)


def read_money(source: Source, role_columns: Mapping[str, str], choices: Choices) -> Money:
    """Read the amounts of a log, and which are of another currency than the one chosen."""
    if "amount" not in role_columns:
        return Money()
    amount_column, currency = role_columns["amount"], choices.currency
    parsed = parse_amounts(source.series(amount_column), amount_column, currency)
    note_counts = {
        "missing_amounts": parsed.missing,
        "failed_amounts": parsed.failed,
        "infinite_amounts": parsed.infinite,
        "unsaid_currency": parsed.unsaid if parsed.signs else 0,
    }
    signs, others = Counter(parsed.signs), parsed.others
    beside = currency_column(source.kinds, role_columns)
    if beside is not None:
        found, unsaid, signs = rows_of_others(source, beside, currency)
        note_counts["unsaid_currency"] = unsaid
        others = found if others is None else others | found if found is not None else others
    return Money(parsed.values, others, signs, note_counts)


def check_money(
    signs: Mapping[str, int],
    kinds: Mapping[str, Kind],
    role_columns: Mapping[str, str],
    choices: Choices,
) -> None:
    """Refuse amounts that cannot be added up, or of which none is of the currency chosen."""
    if "amount" in role_columns and (signs or choices.currency is not None):
        said_by = currency_column(kinds, role_columns) or role_columns["amount"]
        check_currencies(signs, said_by, choices.currency)
