"""Steps of a selection: what it was before, and what was taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TypeAlias

from ...data.gestures import Gesture
from ...data.vocabulary.clauses import Group, Values

State: TypeAlias = tuple[Gesture, ...]

MOST_STEPS = 100
QUICK_S = 1.0
"""A brush that is moved again within so many seconds is the same step: a drag that rests on its way
tells the kernel more than once."""


class UndoSteps:
    """What to go back to, and forth, at most 100 steps each way.

    A step is a change of the selection. Changes of one brush in quick succession are one step;
    a click, a brush taken away, and whatever is set from Python are a step each.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # replaced, never changed: they are read without a lock
        self._back: tuple[State, ...] = ()
        self._forth: tuple[State, ...] = ()
        self._hand: tuple[str, float] | None = None
        """The view that is being brushed, and when it was brushed last."""

    def __len__(self) -> int:
        return len(self._back)

    @property
    def undone(self) -> int:
        """Number of steps that can be made again."""
        return len(self._forth)

    @property
    def states(self) -> tuple[State, ...]:
        """All selections that can be gone to."""
        return (*self._back, *self._forth)

    def record(self, before: State, after: State) -> None:
        """Note that the selection changes by hand."""
        gone = [gesture for gesture in before if gesture not in after]
        come = [gesture for gesture in after if gesture not in before]
        if not gone and not come:
            return
        now, view = self._clock(), _brushed(gone, come)
        last = self._hand
        joins = bool(come and view and last and last[0] == view and now - last[1] <= QUICK_S)
        if not joins:
            self._back = (*self._back, before)[-MOST_STEPS:]
        elif self._back and self._back[-1] == after:
            self._back = self._back[:-1]
        self._forth = ()
        self._hand = (view, now) if view else None

    def back(self, now: State) -> State | None:
        """The selection before the last step; None if there was none."""
        if not self._back:
            return None
        *rest, found = self._back
        self._back, self._forth, self._hand = tuple(rest), (*self._forth, now), None
        return found

    def forth(self, now: State) -> State | None:
        """The selection after the step that was undone last; None if none was."""
        if not self._forth:
            return None
        *rest, found = self._forth
        self._back, self._forth, self._hand = (*self._back, now), tuple(rest), None
        return found

    def rewrite(self, how: Callable[[State], State], now: State) -> None:
        """Say all that can be gone to in other words; steps that then change nothing are none."""
        self._back = _different([*map(how, self._back), now])
        self._forth = _different([*map(how, self._forth), now])


def _brushed(gone: list[Gesture], come: list[Gesture]) -> str:
    """The one view whose brush has changed, if that is all; a pick of one field is no brush."""
    sources = {gesture.source for gesture in (*gone, *come)}
    view = sources.pop()
    picked = any(
        len(gesture.clauses) == 1 and isinstance(gesture.clauses[0].predicate, Values | Group)
        for gesture in come or gone
    )
    return "" if sources or picked else view


def _different(states: Iterable[State]) -> tuple[State, ...]:
    """All but the last, without those that are like the next one."""
    return tuple(state for state, following in pairwise(states) if state != following)
