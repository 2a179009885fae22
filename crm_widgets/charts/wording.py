"""How a drawing calls fields and their values, and what may be said of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .. import text
from ..data.vocabulary.clauses import Clause
from .names import feature_name


def plain_level(field: str, value: Hashable) -> str:
    """The word for a value of a field."""
    return text.say("clause.missing") if value is None else str(value)


def _as_it_is(customers: pd.DataFrame) -> pd.DataFrame:
    return customers


@dataclass(frozen=True)
class Wording:
    """Published with a drawing, so that what is said of a page is said of what is on it.

    Parameters
    ----------
    label
        The word for a field, in chips and sentences.
    level
        The word for a value of a field.
    is_time
        Whether a field holds times.
    color
        The colour of the chip of a clause, or None.
    named
        The selected customers as they are read on the page and in its CSV.
    may_count
        Whether it may be said of a named group that it has so many customers.
    """

    label: Callable[[str], str] = feature_name
    level: Callable[[str, Any], str] = plain_level
    is_time: Callable[[str], bool] = lambda field: False
    color: Callable[[Clause], str | None] = lambda clause: None
    named: Callable[[pd.DataFrame], pd.DataFrame] = _as_it_is
    may_count: Callable[[int], bool] = lambda n: True


def wording_of_columns(columns: Mapping[str, Hashable], kinds: Mapping[str, str]) -> Wording:
    """Fields by the headers of their table, others by their usual name."""

    def label(field: str) -> str:
        return str(columns[field]) if field in columns else feature_name(field)

    return Wording(label=label, is_time=lambda field: kinds.get(field) == "time")
