"""All that one computation puts on the page, and all that it means there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .controls import Option
from .view import Tally, View
from .wording import Wording


@dataclass(frozen=True)
class Choices:
    """What a knob offers on this drawing, where that depends on the result.

    ``options`` are those of a knob that asks ``widget.offered`` for them, ``placeholder`` is what
    is in use where nothing is chosen, and ``shown`` whether there is a control; None: as the knob
    itself says.
    """

    options: tuple[Option, ...] | None = None
    placeholder: str | None = None
    shown: bool | None = None


@dataclass(frozen=True)
class Drawing:
    """Views and words, how fields are called in them, and what can be chosen beside them."""

    title: str
    views: tuple[View, ...]
    line: str = ""
    """Such as "412 of 2,357 customers · 38 % of revenue"."""
    footer: tuple[str, ...] = ()
    tally: Tally | None = None
    """The same sentence for a brush that moves."""
    wording: Wording | None = None
    """How fields and values are called; by default by the headers of the table."""
    choices: Mapping[str, Choices] = field(default_factory=dict)
    """By the name of a knob."""
