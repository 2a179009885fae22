"""Knobs: what a user can set on a widget, declared once.

A knob is a trait that the page may change, a check that Python and page
go through alike, and a control. Bounds, options and labels may depend on the data: they
may be functions of the widget. Texts are keys, so the language follows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal, TypeAlias

import traitlets as t

from ... import text
from ...charts.controls import Control, Option
from ..computing.lock import LOCK

Plain: TypeAlias = str | int | float
Options: TypeAlias = Sequence[Plain | Option] | Callable[[Any], Sequence[Plain | Option]]
Bound: TypeAlias = float | Callable[[Any], float]
Kind = Literal["select", "multiselect", "slider", "range", "toggle", "text", "button"]


class Knob(t.TraitType[Any, Any]):
    """A setting of a widget, from Python and from the page.

    Parameters
    ----------
    default
        Value at the start.
    label
        What the control is called, or the key of that in ``text``; by default the words of
        ``knob.<name of the trait>``, if there are any, else the name of the trait.
    optional
        Whether ``None`` ("let the analysis choose") is allowed.
    when
        Whether the control is shown, as a function of the widget; always, by default.
    refits
        Whether the analysis depends on it; if not, only the drawing is done again.
    joined
        Whether its control is read together with the one before it.
    """

    kind: ClassVar[Kind]
    names_groups: ClassVar[bool] = False
    """Whether a value may be the name of a group."""

    def __init__(
        self,
        default: Any,
        *,
        label: str | None = None,
        optional: bool = False,
        when: Callable[[Any], bool] | None = None,
        refits: bool = True,
        joined: bool = False,
    ) -> None:
        super().__init__(default, allow_none=optional)
        self._label, self.when, self.refits, self._joined = label, when, refits, joined
        self.tag(
            sync=True,
            to_json=lambda value, widget: self.to_page(value),
            from_json=lambda value, widget: self.from_page(widget, value),
        )

    @property
    def key(self) -> str:
        """Key of the label."""
        return self._label or f"knob.{self.name}"

    def set(self, obj: Any, value: Any) -> None:
        """Set the value under the lock, so that no message is answered halfway."""
        if self.names_groups:  # which may have to be waited for, outside the lock
            obj.await_segments(value if isinstance(value, list | tuple) else (value,))
        with LOCK:
            super().set(obj, value)

    def from_page(self, widget: Any, value: object) -> Any:
        """Check what a page sent; returns the value of the trait or raises."""
        return self._validate(widget, value)

    def to_page(self, value: Any) -> Any:
        """The value as JSON."""
        return value

    def control(self, widget: Any) -> Control:
        """The control in the current language."""
        return Control(
            knob=str(self.name), kind=self.kind,
            label=_words(self.key, self._label or str(self.name)),
            hint=_words(f"{self.key}.hint", ""),
            placeholder=_words(f"{self.key}.placeholder", ""), joined=self._joined,
            **self._extent(widget),
        )  # fmt: skip

    def _extent(self, widget: Any) -> dict[str, Any]:
        return {}


def _words(key: str, otherwise: str) -> str:
    return text.say(key) if text.has(key) else otherwise


def options_of(knob: Knob, options: Options, widget: Any) -> tuple[Option, ...]:
    """The options with their labels: ``<label>.<value>`` of ``text``, else the value itself."""
    found = options(widget) if callable(options) else options
    return tuple(
        option
        if isinstance(option, Option)
        else Option(
            option,
            _words(f"{knob.key}.{option}", str(option)),
            _words(f"{knob.key}.{option}.hint", ""),
        )
        for option in found
    )


def knobs_of(cls: type) -> dict[str, Knob]:
    """The knobs of a widget class in the order of their declaration, parents first."""
    found: dict[str, Knob] = {}
    for base in reversed(cls.__mro__):
        found |= {name: it for name, it in vars(base).items() if isinstance(it, Knob)}
    return found
