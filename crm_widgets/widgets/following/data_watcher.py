"""A widget that follows its table: looks at it, and reads it again where it has changed."""

from __future__ import annotations

import contextvars
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from ...data.frames import Source, open_frame
from ...data.reading.fingerprint import Fingerprint, fingerprint_of
from ...data.reading.live import Given, Live, Polled
from ...data.scope import Data
from ...errors import CrmError, InputError
from ..computing.lock import LOCK, LOG
from ..computing.requests import Newest, Outcome
from ..computing.worker import WORKER

Seen = dict[int, tuple[Source, Fingerprint]]
"""What was found at one look, by identity of the frame: widgets on one frame hash it once."""


class Follower(Protocol):
    """A widget, as the watch of its table sees it."""

    _data: Data | None
    _view_count: int | None

    @property
    def displayed(self) -> bool:
        """Whether a page shows it."""
        ...

    def _follow(self, data: Data) -> None:
        """Take the table as it is now; changes nothing if it raises."""
        ...

    def _say_source(self) -> None:
        """Say on the page how the table stands."""
        ...

    def _say_working(self) -> None: ...

    def _ask(self, *, refit: bool) -> None: ...


@dataclass(frozen=True, eq=False)
class Reading:
    """A table to be read: computed by whoever comes first, taken once."""

    source: Source
    fingerprint: Fingerprint
    read: Callable[[Source], Data] = field(repr=False)
    context: contextvars.Context = field(default_factory=contextvars.copy_context, repr=False)
    _once: Newest[Data] = field(default_factory=Newest, repr=False)

    def outcome(self) -> Outcome[Data]:
        """The table, or why there is none."""
        return self._once.get(1, lambda: self.read(self.source))


class Watch:
    """Follows the table of one widget. Of a page's lock it is held only to decide, not to read."""

    def __init__(self, widget: Follower, origin: Live, *, live: bool) -> None:
        self._widget, self.live = weakref.ref(widget), live
        self._glance = False
        self._looks = self._compared = 0
        self.bind(origin)

    def bind(self, origin: Live) -> None:
        """Follow another table: the one that the widget has now."""
        self.origin = origin
        self.trouble: CrmError | None = None
        """Why the table cannot be followed at the moment."""
        self.stale = False
        """Whether the table has changed and nobody asked for it yet."""
        self._shown: Fingerprint | None = None
        self._seen: Fingerprint | None = None
        self._pending: Reading | None = None
        self._failed: Reading | None = None
        origin.attach(self)

    def close(self) -> None:
        """Follow nothing any more."""
        self.bind(Given(None))

    def wants(self, source: Live) -> bool:
        """Whether the widget still follows this table."""
        widget = self._widget()
        return widget is not None and widget._data is not None and self.origin is source

    def due(self) -> bool:
        """Whether somebody sees the widget."""
        widget = self._widget()
        return widget is not None and widget.displayed

    def seen_on_a_page(self) -> bool:
        """Whether a page has told that it shows the widget: it follows without holding a cell."""
        widget = self._widget()
        return widget is not None and bool(widget._view_count)

    def look(self, found: Seen | None = None, *, take: bool = False) -> None:
        """Compare the table with the one on the page; read it, or say that it has changed.

        With ``take`` it is read though it is not followed by itself.
        """
        widget = self._widget()
        data = None if widget is None else widget._data
        if widget is None or data is None:
            return
        with LOCK:
            self._looks = number = self._looks + 1
        shown = self._shown or fingerprint_of(data.source)
        try:
            frame = self.origin.frame()
            if frame is None:
                return
            found = {} if found is None else found
            if id(frame) not in found:
                source = open_frame(frame)
                found[id(frame)] = source, fingerprint_of(source, data.source)
        except CrmError as error:
            with LOCK:
                if self._newest(number, widget, data):
                    self._pending = None
                    self._say(error)
            return
        with LOCK:
            if self._newest(number, widget, data):
                self._shown = shown
                self._compare(widget, data, *found[id(frame)], take=take)

    def _newest(self, number: int, widget: Follower, data: Data) -> bool:
        """Whether nobody has looked since, and the widget has the table it had then."""
        newest, self._compared = number > self._compared, max(number, self._compared)
        return newest and widget._data is data

    def _compare(
        self, widget: Follower, data: Data, source: Source, now: Fingerprint, *, take: bool
    ) -> None:
        if now == self._shown:
            changed = self._pending or self.trouble or self.stale
            self._pending = self._failed = self.trouble = None
            self._seen, self.stale = now, False
            if changed:
                widget._ask(refit=False)
        elif take or now != self._seen or (self.trouble and self._failed is None):
            self._seen = now
            if take or self.live:
                self._plan(widget, Reading(source, now, data.again))
            else:
                self.stale, self.trouble = True, None
                widget._say_source()

    def retry(self) -> None:
        """Try again to take a table that did not suit the knobs as they were."""
        widget, failed = self._widget(), self._failed
        if widget is not None and failed is not None:
            self._plan(widget, failed)

    def _plan(self, widget: Follower, reading: Reading) -> None:
        self._pending, self._failed = reading, None
        widget._say_working()
        WORKER.put(self)

    def glance(self) -> None:
        """Look soon: somebody sees the widget again."""
        self._glance = True
        WORKER.put(self)

    def run(self) -> None:
        """Take what is pending; called by the worker."""
        if self._glance:
            self._glance = False
            self.look()
        pending = self._pending
        if pending is not None:
            # in the context of whoever noticed: a notebook's cell then owns the messages
            pending.context.copy().run(self.settle)

    def settle(self) -> None:
        """Take what is pending, reading it here if nobody else does."""
        while (pending := self._awaited()) is not None:
            outcome = pending.outcome()
            with LOCK:
                if self._pending is pending:
                    self._pending = None
                    self._take(pending, outcome)

    def _awaited(self) -> Reading | None:
        # under the lock: what another thread is just taking must have been taken
        with LOCK:
            return self._pending

    def _take(self, reading: Reading, outcome: Outcome[Data]) -> None:
        widget, data = self._widget(), outcome.value
        if widget is None or widget._data is None:
            return
        self.trouble, self.stale = None, False
        try:
            if data is None:
                raise outcome.error or InputError("closed")
            widget._follow(data)
            self._shown = reading.fingerprint
        except CrmError as error:
            self._failed = reading
            self._say(error)
        except Exception as error:
            LOG.exception("a table could not be followed")
            self._failed = reading
            self._say(InputError("source_failed", name=type(error).__name__))

    def _say(self, error: CrmError) -> None:
        widget = self._widget()
        if widget is not None and str(error) != str(self.trouble):
            self.trouble = error
            widget._say_source()


def look_at_all(watches: Iterable[Watch]) -> None:
    """After a cell: look at what is displayed."""
    found: Seen = {}
    for watch in watches:
        if watch.due() and not isinstance(watch.origin, Polled):
            try:
                watch.look(found)
            except Exception:
                LOG.exception("a table could not be looked at")
