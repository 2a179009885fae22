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
    """Who has the table that is watched."""

    @property
    def data(self) -> Data | None:
        """The table as it was read last; None once it is released."""
        ...

    @property
    def displayed(self) -> bool:
        """Whether a page shows it, or is about to."""
        ...

    @property
    def on_a_page(self) -> bool:
        """Whether a page has told that it shows it."""
        ...

    def follow(self, data: Data) -> None:
        """Take the table as it is now; changes nothing if it raises."""
        ...

    def say_source(self) -> None:
        """Say on the page how the table stands."""
        ...

    def say_working(self) -> None:
        """Say on the page that the table is being read."""
        ...

    def ask(self, *, refit: bool) -> None:
        """Ask for an answer."""
        ...


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


class DataWatcher:
    """Follows the table of one widget. Of a page's lock it is held only to decide, not to read."""

    def __init__(self, follower: Follower, origin: Live, *, live: bool) -> None:
        self._follower, self.live = weakref.ref(follower), live
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
        follower = self._follower()
        return follower is not None and follower.data is not None and self.origin is source

    def due(self) -> bool:
        """Whether somebody sees the widget."""
        follower = self._follower()
        return follower is not None and follower.displayed

    def seen_on_a_page(self) -> bool:
        """Whether a page has told that it shows the widget: it follows without holding a cell."""
        follower = self._follower()
        return follower is not None and follower.on_a_page

    def look(self, found: Seen | None = None, *, take: bool = False) -> None:
        """Compare the table with the one on the page; read it, or say that it has changed.

        With ``take`` it is read though it is not followed by itself.
        """
        follower = self._follower()
        data = None if follower is None else follower.data
        if follower is None or data is None:
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
                if self._newest(number, follower, data):
                    self._pending = None
                    self._say(error)
            return
        with LOCK:
            if self._newest(number, follower, data):
                self._shown = shown
                self._compare(follower, data, *found[id(frame)], take=take)

    def _newest(self, number: int, follower: Follower, data: Data) -> bool:
        """Whether nobody has looked since, and the widget has the table it had then."""
        newest, self._compared = number > self._compared, max(number, self._compared)
        return newest and follower.data is data

    def _compare(
        self, follower: Follower, data: Data, source: Source, now: Fingerprint, *, take: bool
    ) -> None:
        if now == self._shown:
            changed = self._pending or self.trouble or self.stale
            self._pending = self._failed = self.trouble = None
            self._seen, self.stale = now, False
            if changed:
                follower.ask(refit=False)
        elif take or now != self._seen or (self.trouble and self._failed is None):
            self._seen = now
            if take or self.live:
                self._plan(follower, Reading(source, now, data.reread))
            else:
                self.stale, self.trouble = True, None
                follower.say_source()

    def retry(self) -> None:
        """Try again to take a table that did not suit the knobs as they were."""
        follower, failed = self._follower(), self._failed
        if follower is not None and failed is not None:
            self._plan(follower, failed)

    def _plan(self, follower: Follower, reading: Reading) -> None:
        self._pending, self._failed = reading, None
        follower.say_working()
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
        follower, data = self._follower(), outcome.value
        if follower is None or follower.data is None:
            return
        self.trouble, self.stale = None, False
        try:
            if data is None:
                raise outcome.error or InputError("closed")
            follower.follow(data)
            self._shown = reading.fingerprint
        except CrmError as error:
            self._failed = reading
            self._say(error)
        except Exception as error:
            LOG.exception("a table could not be followed")
            self._failed = reading
            self._say(InputError("source_failed", name=type(error).__name__))

    def _say(self, error: CrmError) -> None:
        follower = self._follower()
        if follower is not None and str(error) != str(self.trouble):
            self.trouble = error
            follower.say_source()


def look_at_all(watches: Iterable[DataWatcher]) -> None:
    """After a cell: look at what is displayed."""
    found: Seen = {}
    for watch in watches:
        if watch.due() and not isinstance(watch.origin, Polled):
            try:
                watch.look(found)
            except Exception:
                LOG.exception("a table could not be looked at")
