"""What a page may say: each name with its check, and what is done with a value that passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...data.gestures import Gesture
from ..computing.lock import LOCK, RefusedError
from ..knobs.knob import Knob
from . import customer_table, selection_messages
from .crossfilter import CubeJob, crossfilter, cube
from .group_requests import GroupRequests, checked_request
from .inbound import Apply, Check
from .page_writer import PageWriter
from .traits import PageTraits

_MOST_VIEWS = 10_000


class Inbox:
    """Takes what a page says of one widget.

    Parameters
    ----------
    traits, knobs
        Those of the widget.
    page
        What is on the page, by which it is understood.
    name
        The beginning of the sources of what is selected in the views of the widget.
    seen_by
        Told how many views pages show.
    """

    def __init__(
        self,
        traits: PageTraits,
        knobs: Mapping[str, Knob],
        page: PageWriter,
        name: str,
        seen_by: Callable[[int | None], None],
    ) -> None:
        self._traits, self._knobs, self._page, self._name = traits, knobs, page, name
        self._seen_by = seen_by
        self.cubes = CubeJob(self.send_cube)
        self.groups = GroupRequests(lambda: traits.selection, page.reply_of_group)

    def checks(self) -> Mapping[str, Check]:
        """The names a page may set, each with its check."""
        found = {name: self._knob(name, knob) for name, knob in self._knobs.items()}
        found |= {
            "selection": self._selection, "_view_count": self._count,
            "_hover": self._hover, "_group_request": self._group,
        }  # fmt: skip
        if self._page.customers is not None:
            found["_table_page"] = self._customers
        return found

    def _knob(self, name: str, knob: Knob) -> Check:
        def check(value: object) -> Apply:
            taken = knob.from_page(self._traits, value)
            return lambda: setattr(self._traits, name, taken)

        return check

    def _selection(self, value: object) -> Apply:
        shared = self._traits.selection
        gestures = self._gestures(value)
        return lambda: shared.commit(gestures)

    def _gestures(self, value: object) -> tuple[Gesture, ...]:
        """What is selected now, as the drawing on the page means it."""
        drawn, shared = self._page.drawn, self._traits.selection
        return selection_messages.from_page(
            value,
            () if drawn is None else drawn.drawing.views,
            shared.gestures,
            shown={item["id"]: item["view"] for item in self._page.items()},
            meanings={} if drawn is None else drawn.meanings,
            named=shared.gesture,
            widget=self._name,
        )

    def _count(self, value: object) -> Apply:
        """How many views of the widget there are on pages."""
        if value is None:
            return lambda: self._seen_by(None)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_VIEWS:
            raise RefusedError("a count of views that cannot be")
        count = value
        return lambda: self._seen_by(count)

    def _hover(self, value: object) -> Apply:
        """The view that is about to be brushed, and the key of its cube."""
        keys: dict[str, str] = self._traits._head["keys"]
        if not isinstance(value, dict) or value.keys() != {"view", "key"}:
            raise RefusedError("a view and a key")
        view, key = value["view"], value["key"]
        if not isinstance(view, str) or view not in keys or keys[view] != key:
            raise RefusedError("no view that can be brushed as it is now")

        def hover() -> None:
            self._traits._hover = {"view": view, "key": keys[view]}
            self.cubes.ask(view)

        return hover

    def send_cube(self, view_id: str) -> None:
        """Make the cube of a view, and send it if it is still the one that the page waits for."""
        with LOCK:
            drawn, key = self._page.drawn, self._traits._head["keys"].get(view_id)
        if drawn is None or drawn.scope.known is None or key is None:
            return
        views = drawn.drawing.views
        (active,) = (view for view in views if view.id == view_id)
        filtering = crossfilter(drawn.scope, views)
        made = cube(filtering, active, drawn.scope.known.table, drawn.drawing.tally)
        with LOCK:
            waited_for = self._traits._head["keys"].get(view_id) == key
            if made is not None and waited_for and self._page.drawn is not None:
                self._traits.send(made[0] | {"key": key}, buffers=[made[1]])

    def _group(self, value: object) -> Apply:
        asked = checked_request(value)

        def ask() -> None:
            self._traits._group_request = asked
            self.groups.ask(asked)

        return ask

    def _customers(self, value: object) -> Apply:
        customers: Any = self._page.customers
        asked = customer_table.request(value, [str(name) for name in customers.columns])
        return lambda: self._page.turn_page(asked)
