"""One family of exceptions; every message is built here.

An error carries a key and the values of its message, so that a page can say the
same thing in another language (``text/zh.json`` has a line ``error.<key>`` for each).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MESSAGES: dict[str, str] = {
    "missing_column": "There is no column {column!r}. Columns: {columns}.",
    "ambiguous_role": (
        "Which column is the {role}? Say {role}=… with one of: {candidates}."
    ),
    "unknown_locale": "There are no words for the language {language!r}. There are: en, zh.",
    "bad_edges": "The edges of {column!r} must be at least two finite numbers that increase.",
    "bad_quantile": "Quantiles lie between 0 and 1, got {given}.",
    "no_customers": "This table has no column of customer ids.",
    "not_a_number": "Column {column!r} holds categories; choose a number, bool or time column.",
    "repeated_levels": "A level of {column!r} is named twice.",
    "too_many_groups": (
        "There are too many combinations of {columns} to group by; use fewer columns."
    ),
    "unhashable": (
        "Column {column!r} holds lists or other nested values; drop it, or turn it into "
        "text: frame[{column!r}].astype(str)."
    ),
    "wrong_length": "Column {column!r} has {n} values, the table has {expected} rows.",
}


class CrmError(Exception):
    """Base of all errors raised on purpose; ``key`` and ``values`` describe the message."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(MESSAGES[key].format(**values))


class InputError(CrmError, ValueError):
    """A frame, a column or an argument that cannot be used; the message names the cure."""


class AnalysisError(CrmError, ValueError):
    """An analysis that cannot be done on these data; the message says why and what helps."""


class CrmWarning(UserWarning):
    """A result was given, but the reader should know something about it."""


def missing_column(column: object, columns: Iterable[object]) -> InputError:
    """Error for a column that is not in the frame, the nearest names first."""
    names = [str(name) for name in columns]
    near = difflib.get_close_matches(str(column), names, n=len(names), cutoff=0.4)
    listed = near + [name for name in names if name not in near]
    shown = ", ".join(repr(name) for name in listed[:20])
    return InputError("missing_column", column=str(column), columns=shown)
