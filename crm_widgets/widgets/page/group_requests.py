"""Groups that a page asks to keep, or to forget: on the worker, and answered in words."""

from __future__ import annotations

import contextvars
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ... import text
from ...data.gestures import Gesture
from ...data.vocabulary.clauses import Clause, Group
from ...errors import CrmError, InputError
from ..computing.lock import LOCK, RefusedError
from ..computing.worker import WORKER
from ..selection.selection import Selection
from .error_text import sentence

MOST_LETTERS = 1_000
"""Of a name that is answered at all; a longer one comes from no page of ours."""
MOST_GROUPS = 30
MOST_IDS = 5_000_000
MOST_WAITING = 8
"""Requests of a page that wait; of more, the oldest are dropped."""
"""Ids of all groups that pages may have kept: anyone may be the reader of a page."""


@dataclass(frozen=True)
class GroupRequest:
    """What a page wants kept, or forgotten: a name, what was selected then, and the number."""

    name: str
    count: int
    forget: bool
    selection: Selection
    gestures: tuple[Gesture, ...]
    context: contextvars.Context


class GroupRequests:
    """Keeps the selected customers of a widget under a name, or forgets a group, in turn.

    Parameters
    ----------
    selection
        The selection of the widget as it is now.
    reply
        Tells the page what became of a request.
    """

    def __init__(
        self, selection: Callable[[], Selection], reply: Callable[[dict[str, Any]], None]
    ) -> None:
        self._selection, self._reply = selection, reply
        self._asked: deque[GroupRequest] = deque(maxlen=MOST_WAITING)

    def ask(self, request: dict[str, Any]) -> None:
        """Take what ``checked_request`` has let through."""
        shared, now = self._selection(), contextvars.copy_context()
        asked = GroupRequest(**request, selection=shared, gestures=shared.gestures, context=now)
        self._asked.append(asked)
        WORKER.put(self)

    def run(self) -> None:
        """Do what is asked, which may have to wait for results, and say what became of it."""
        while self._asked:
            asked = self._asked.popleft()
            asked.context.run(self._answer, asked)

    def close(self) -> None:
        """Nothing to give up: whoever is waited for gives up itself."""

    def _answer(self, asked: GroupRequest) -> None:
        try:
            said, done = (_forgotten if asked.forget else _kept)(asked), True
        except CrmError as error:
            said, done = sentence(error), False
        with LOCK:
            self._reply({"count": asked.count, "said": said, "done": done})


def checked_request(request: object) -> dict[str, Any]:
    """The name and the number of a request, as a page may send it, and what it asks for."""
    if not isinstance(request, dict) or request.keys() != {"name", "count", "forget"}:
        raise RefusedError("a name, a count, and whether to forget")
    name, count, forget = request["name"], request["count"], request["forget"]
    if not isinstance(name, str) or len(name) > MOST_LETTERS:
        raise RefusedError("a name that is no short text")
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count < 2**31:
        raise RefusedError("a count that cannot be")
    if not isinstance(forget, bool):
        raise RefusedError("no yes or no")
    return {"name": name, "count": count, "forget": forget}


def _kept(asked: GroupRequest) -> str:
    """Keep the group, and say so."""
    shared = asked.selection
    clause = shared.group_selected(asked.name)
    name = clause.predicate.name  # type: ignore[union-attr]
    with LOCK:
        if shared.gestures != asked.gestures:
            raise InputError("selection_moved")
        there = name in shared.named
        _room(shared.named, clause, name)
        shared.keep(clause)
    return text.say("group.replaced" if there else "group.kept", name=name)


def _forgotten(asked: GroupRequest) -> str:
    asked.selection.forget(asked.name)
    return text.say("group.forgotten", name=asked.name)


def _room(named: dict[str, Clause], clause: Clause, name: str) -> None:
    others = [kept.predicate for one, kept in named.items() if one != name]
    sizes = [len(one.customers) for one in (*others, clause.predicate) if isinstance(one, Group)]
    if len(sizes) > MOST_GROUPS or sum(sizes) > MOST_IDS:
        raise InputError("no_room_for_groups", n=len(others))
