"""One family of exceptions, with their English messages in ``en.json``.

An error carries a key and the values of its message, so that a page can say the
same thing in another language (``text/zh/errors.json`` has a line ``error.<key>`` for each).
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from importlib.resources import files

MESSAGES: dict[str, str] = json.loads(
    files(__name__).joinpath("en.json").read_text(encoding="utf-8")
)
"""The English message of each key."""


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


def missing_group(name: str, names: Iterable[str]) -> InputError:
    """Error for a named group that is not in the selection."""
    listed = ", ".join(repr(one) for one in names) or "–"
    return InputError("missing_group", name=repr(name), groups=listed)
