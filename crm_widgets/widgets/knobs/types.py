"""The closed set of knobs, one for each thing a user can say."""

from __future__ import annotations

import datetime as dt
import math
import operator
import reprlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from .knob import Bound, Knob, Options, options_of

_MAX_PRESSES = 2**31 - 1
_MOST_AT_ONCE = 100


def _bound(bound: Bound, widget: Any) -> float:
    return bound(widget) if callable(bound) else bound


def _number(value: object) -> float | int | None:
    """The number, if it is a finite one; a bool is none."""
    if isinstance(value, bool | np.bool_) or not isinstance(
        value, int | float | np.integer | np.floating
    ):
        return None
    plain: int | float = value.item() if isinstance(value, np.generic) else value
    try:
        return plain if math.isfinite(plain) else None
    except OverflowError:  # an int beyond the floats
        return None


class Choice(Knob):
    """One of some options."""

    kind = "select"

    def __init__(self, options: Options, default: Any, **rest: Any) -> None:
        super().__init__(default, **rest)
        self._options = options

    def validate(self, obj: Any, value: object) -> Any:
        """Accept the value of an option only."""
        known = [option.value for option in options_of(self, self._options, obj)]
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            for option in known:
                if option == value:
                    return option
        raise InputError(
            "bad_choice", knob=self.name, given=reprlib.repr(value),
            options=", ".join(repr(option) for option in known),
        )  # fmt: skip

    def _extent(self, widget: Any) -> dict[str, Any]:
        return {"options": options_of(self, self._options, widget)}


class Columns(Knob):
    """Some of the options, in the order given; at least ``least`` of them."""

    kind = "multiselect"

    def __init__(
        self, options: Options, default: Sequence[str] | None = (), *, least: int = 1, **rest: Any
    ) -> None:
        super().__init__(None if default is None else tuple(default), **rest)
        self._options, self._least = options, least

    def validate(self, obj: Any, value: object) -> tuple[Any, ...]:
        """Accept a list of different options."""
        known = {option.value for option in options_of(self, self._options, obj)}
        given = tuple(value) if isinstance(value, list | tuple) else None
        if (
            given is None
            or len(given) > len(known)
            or not all(isinstance(name, str) and name in known for name in given)
            or len(set(given)) < len(given)
            or len(given) < self._least
        ):
            raise InputError(
                "bad_columns", knob=self.name, given=reprlib.repr(value), least=self._least,
                options=", ".join(repr(name) for name in sorted(known, key=str)),
            )  # fmt: skip
        return given

    def to_page(self, value: Any) -> Any:
        """The names as a list."""
        return None if value is None else list(value)

    def _extent(self, widget: Any) -> dict[str, Any]:
        return {"options": options_of(self, self._options, widget)}


class Number(Knob):
    """A finite number from ``lo`` to ``hi``, both included."""

    kind = "slider"
    _whole = False

    def __init__(
        self, lo: Bound, hi: Bound, default: float | None = None, *, step: float | None = None,
        **rest: Any,
    ) -> None:  # fmt: skip
        super().__init__(default, **{"optional": default is None} | rest)
        self._lo, self._hi, self._step = lo, hi, step

    def validate(self, obj: Any, value: object) -> float | int:
        """Accept a finite number within the bounds."""
        lo, hi = _bound(self._lo, obj), _bound(self._hi, obj)
        number = _number(value)
        if number is None or not lo <= number <= hi or (self._whole and number != int(number)):
            key = "bad_whole" if self._whole else "bad_number"
            raise InputError(key, knob=self.name, given=reprlib.repr(value), lo=lo, hi=hi)
        return int(number) if self._whole else float(number)

    def _extent(self, widget: Any) -> dict[str, Any]:
        lo, hi = _bound(self._lo, widget), _bound(self._hi, widget)
        return {"lo": lo, "hi": hi, "step": 1 if self._whole else self._step}


class Whole(Number):
    """A whole number from ``lo`` to ``hi``, both included."""

    _whole = True


class Span(Knob):
    """A pair ``lo <= hi`` within bounds."""

    kind = "range"

    def __init__(
        self, lo: Bound, hi: Bound, default: tuple[float, float] | None = None, *,
        step: float | None = None, **rest: Any,
    ) -> None:  # fmt: skip
        super().__init__(default, **{"optional": default is None} | rest)
        self._lo, self._hi, self._step = lo, hi, step

    def validate(self, obj: Any, value: object) -> tuple[float, float]:
        """Accept two finite numbers in order within the bounds."""
        lo, hi = _bound(self._lo, obj), _bound(self._hi, obj)
        pair = value if isinstance(value, list | tuple) and len(value) == 2 else (None, None)
        a, b = (_number(end) for end in pair)
        if a is None or b is None or not lo <= a <= b <= hi:
            raise InputError("bad_span", knob=self.name, given=reprlib.repr(value), lo=lo, hi=hi)
        return float(a), float(b)

    def to_page(self, value: Any) -> Any:
        """The pair as a list."""
        return None if value is None else list(value)

    def _extent(self, widget: Any) -> dict[str, Any]:
        return {
            "lo": _bound(self._lo, widget), "hi": _bound(self._hi, widget), "step": self._step,
        }  # fmt: skip


class Day(Knob):
    """A day: ``datetime.date`` in Python, ``YYYY-MM-DD`` on the page; empty is ``None``."""

    kind = "text"

    def __init__(self, default: dt.date | None = None, **rest: Any) -> None:
        super().__init__(default, **{"optional": default is None} | rest)

    def validate(self, obj: Any, value: object) -> dt.date:
        """Accept a date, a time (its day is taken) or ISO text."""
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        if isinstance(value, str) and len(value) == 10:
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        raise InputError("bad_day", knob=self.name, given=reprlib.repr(value))

    def from_page(self, widget: Any, value: object) -> Any:
        """Take an empty text as ``None`` where that is allowed."""
        return super().from_page(widget, None if value == "" and self.allow_none else value)

    def to_page(self, value: Any) -> Any:
        """ISO text."""
        return None if value is None else value.isoformat()


class Flag(Knob):
    """Yes or no."""

    kind = "toggle"

    def __init__(self, default: bool = False, **rest: Any) -> None:
        super().__init__(default, **rest)

    def validate(self, obj: Any, value: object) -> bool:
        """Accept a bool only."""
        if not isinstance(value, bool | np.bool_):
            raise InputError("bad_flag", knob=self.name, given=reprlib.repr(value))
        return bool(value)


class Words(Knob):
    """A short text."""

    kind = "text"

    def __init__(self, default: str = "", *, max_length: int = 200, **rest: Any) -> None:
        super().__init__(default, **rest)
        self._max_length = max_length

    def validate(self, obj: Any, value: object) -> str:
        """Accept text of at most ``max_length`` characters."""
        if not isinstance(value, str) or len(value) > self._max_length:
            raise InputError(
                "bad_words", knob=self.name, given=reprlib.repr(value), n=self._max_length
            )
        return value


class Press(Knob):
    """A button: the number of times it was pressed.

    A page may tell of several presses at once; ``on_press`` is called once, or ``each`` time.
    """

    kind = "button"

    def __init__(
        self,
        *,
        on_press: Callable[[Any], object] | None = None,
        each: bool = False,
        **rest: Any,
    ) -> None:
        super().__init__(0, **rest)
        self.on_press, self._each = on_press, each

    def times(self, before: int, now: int) -> int:
        """How often ``on_press`` is to be called, at most a hundred times at once."""
        return min(max(now - before, 1), _MOST_AT_ONCE) if self._each else 1

    def validate(self, obj: Any, value: object) -> int:
        """Accept a count."""
        if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
            raise InputError("bad_press", knob=self.name, given=reprlib.repr(value))
        if not 0 <= value <= _MAX_PRESSES:
            raise InputError("bad_press", knob=self.name, given=reprlib.repr(value))
        return operator.index(value)
