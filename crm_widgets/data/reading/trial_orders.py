"""Orders by which somebody tried out a shop."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from ..parsing.headers import plain
from ..vocabulary.table import Kind
from .source import Source

_HEADER = re.compile(
    "(?:is)?test(?:order|mode|transaction|payment|purchase)?|sandbox|livemode|是否测试|测试订单"
)
_YES = frozenset(["true", "1", "1.0", "yes", "y", "t", "test", "sandbox", "是"])
_NO = frozenset(["false", "0", "0.0", "no", "n", "f", "test", "sandbox", "否"])


def trial_column(kinds: Mapping[str, Kind], role_columns: Mapping[str, str]) -> str | None:
    """The column that says which orders are tests, or which are live; None if there is none."""
    free = (name for name in kinds if name not in role_columns.values())
    return next((name for name in free if _HEADER.fullmatch(plain(name))), None)


def is_trial(value: object, column: str) -> bool:
    """Whether a value of that column says that an order is a test."""
    said = str(value).strip().casefold()
    return said in (_NO if plain(column) == "livemode" else _YES)


def trial_rows(source: Source, column: str | None) -> int:
    """How many rows are test orders by a column that says so."""
    if column is None or source.kinds[column] == "time":
        return 0
    found = source.column(column)
    counts = np.bincount(found.codes[found.codes >= 0], minlength=len(found.levels))
    trials = np.array([is_trial(level, column) for level in found.levels], bool)
    return int(counts[trials].sum())
