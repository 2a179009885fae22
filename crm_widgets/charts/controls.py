"""Controls beside the views, and conditions in words: what a page shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Option:
    """A choice of a control."""

    value: str | int | float
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Control:
    """One of the closed set of controls, bound to the trait ``knob``."""

    knob: str
    kind: Literal["select", "multiselect", "slider", "range", "toggle", "text", "button"]
    label: str
    options: tuple[Option, ...] = ()
    lo: float | None = None
    hi: float | None = None
    step: float | None = None
    placeholder: str = ""
    hint: str = ""
    joined: bool = False
    """Whether it is read together with the control before it, and stands on its line."""


@dataclass(frozen=True)
class Chip:
    """A clause in words. ``id`` is what the page sends back to keep it."""

    id: str
    text: str
    view: str | None = None
    color: str | None = None
