"""Confirmations of one widget: what was tested on its held-out customers, counted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence

from ...analysis.contrasts.confirmation import Confirmation
from ...data.gestures import Gesture
from ...errors import CrmError


class Confirmations:
    """All tests that were made on the held-out customers; asked twice, a group is tested once.

    The key of a group says of which table, model and conditions it is.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[Hashable, Confirmation] = {}
        self._refused: tuple[Hashable, CrmError] | None = None
        self._pressed: Hashable = None

    def __len__(self) -> int:
        return len(self._made)

    def press(self, gestures: Sequence[Gesture], model: str | None) -> None:
        """Ask for the group that is selected now to be tested when it is drawn."""
        self._pressed = _sign(gestures, model)

    def due(self, gestures: Sequence[Gesture], model: str | None) -> bool:
        """Whether it was asked for this group of this model; otherwise it is out of date."""
        pressed, self._pressed = self._pressed, None
        return pressed is not None and pressed == _sign(gestures, model)

    def make(self, key: Hashable, test: Callable[[], Confirmation]) -> Confirmation:
        """Test a group, or give what its test gave; an error is no test."""
        with self._lock:
            if key not in self._made:
                try:
                    self._made[key] = test()
                except CrmError as error:
                    self._refused = (key, error)
                    raise
            return self._adjusted(key)

    def of(self, key: Hashable) -> Confirmation | None:
        """What the test of a group gave, with p adjusted for all tests so far."""
        with self._lock:
            return self._adjusted(key) if key in self._made else None

    def refusal(self, key: Hashable) -> CrmError | None:
        """Why a group could not be tested, if that was asked for last."""
        refused = self._refused
        return refused[1] if refused is not None and refused[0] == key else None

    def all(self) -> tuple[Confirmation, ...]:
        """All so far, in order."""
        with self._lock:
            return tuple(self._adjusted(key) for key in self._made)

    def _adjusted(self, key: Hashable) -> Confirmation:
        others = [
            float(p)
            for other, made in self._made.items()
            if other != key
            for p in made.features["p"].dropna()
        ]
        return self._made[key].adjusted(others, len(self._made))


def _sign(gestures: Sequence[Gesture], model: str | None) -> Hashable:
    return model, tuple(gesture.id for gesture in gestures)
