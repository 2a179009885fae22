"""Knobs of the segment explorer: "auto", and what is in use where nothing was chosen."""

from __future__ import annotations

import reprlib
from typing import Any

import numpy as np

from ... import text
from ...charts.controls import Option
from ...errors import InputError
from ..knobs.knob import Knob

AUTO = "auto"
LEAST, MOST = 2, 12


class SegmentCount(Knob):
    """A number of segments, or ``"auto"``: the one that separates the customers best."""

    kind = "slider"

    def validate(self, obj: Any, value: object) -> int | str:
        """Accept "auto" or a whole number from 2 to 12."""
        if isinstance(value, str) and value == AUTO:
            return AUTO
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if whole and LEAST <= value <= MOST:  # type: ignore[operator]
            return int(value)  # type: ignore[call-overload, no-any-return]
        raise InputError("bad_whole", knob=self.name, given=reprlib.repr(value), lo=LEAST, hi=MOST)

    def _extent(self, widget: Any) -> dict[str, Any]:
        auto = Option(AUTO, text.say("knob.k.auto"), text.say("knob.k.auto.hint"))
        return {"lo": LEAST, "hi": MOST, "step": 1, "options": (auto,)}
