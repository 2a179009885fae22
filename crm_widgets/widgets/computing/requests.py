"""Numbered requests on one worker: only the newest is answered, and nobody waits for a page.

A request has two numbers. ``fit`` changes with the data or a knob: the table is analysed
again. ``number`` changes with anything else: what is selected is found and drawn again.
No event loop is asked for; no lock of the page is held while computing.
"""

from __future__ import annotations

import contextvars
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from ...errors import CrmError
from .lock import LOG
from .worker import WORKER

T = TypeVar("T")
Progress = Callable[..., None]


class SupersededError(BaseException):
    """Ends a computation whose answer nobody wants any more; no analysis should catch it."""


@dataclass(frozen=True)
class Request:
    """What to compute, as it was when it was asked for."""

    number: int
    fit: int
    inputs: Any
    context: contextvars.Context = field(repr=False)


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """A value, or the error in its place."""

    value: T | None = None
    error: Exception | None = None


class Newest(Generic[T]):
    """The outcome of the highest number asked for; asked for twice at once, it is computed once."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy: dict[int, int] = {}
        self.number = 0
        self.outcome: Outcome[T] = Outcome()

    def get(self, number: int, make: Callable[[], T]) -> Outcome[T]:
        """The outcome of ``number``: known, being computed elsewhere, or computed here."""
        with self._changed:
            while True:
                if self.number == number:
                    return self.outcome
                if self.number > number:
                    raise SupersededError
                if number not in self._busy:
                    break
                if self._busy[number] == threading.get_ident():
                    msg = "an analysis or a drawing asked for its own answer"
                    raise RuntimeError(msg)
                self._changed.wait()
            self._busy[number] = threading.get_ident()
        try:
            outcome = _outcome(make)
            with self._changed:
                if number > self.number:
                    self.number, self.outcome = number, outcome
        finally:
            with self._changed:
                del self._busy[number]
                self._changed.notify_all()
        return outcome


def _outcome(make: Callable[[], T]) -> Outcome[T]:
    try:
        return Outcome(make())
    except CrmError as error:
        return Outcome(error=error)
    except Exception as error:
        LOG.exception("an analysis or a drawing failed")
        return Outcome(error=error)


class Stages(Protocol):
    """What a widget does for a request, in this order; each stage is done once a number."""

    def analyse(self, request: Request) -> Any:
        """Read the table: once a ``fit``."""
        ...

    def find(self, request: Request, analysed: Any) -> Any:
        """Find the result for what is selected: once a ``number``."""
        ...

    def draw(self, request: Request, analysed: Any, found: Any) -> Any:
        """Put it into views and words: once a ``number``."""
        ...

    def publish(self, request: Request, analysed: Any, drawn: Outcome[Any]) -> None:
        """Put it on the page, if it is still the newest; the stages see to that under the lock."""
        ...


class Compute:
    """The requests of one widget.

    Parameters
    ----------
    stages
        What is done for a request; held weakly, and gone with the widget.
    """

    def __init__(self, stages: Stages) -> None:
        self._stages = weakref.ref(stages)
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._queued = False
        self.closed = False
        self.newest: Request | None = None
        self._analysed: Newest[Any] = Newest()
        self._found: Newest[Any] = Newest()
        self._drawn: Newest[Any] = Newest()

    def ask(self, inputs: Any, *, refit: bool) -> None:
        """Replace the newest request; what is being computed for an older fit is given up."""
        with self._lock:
            if self.closed:
                return
            last = self.newest
            number = last.number + 1 if last else 1
            fit = (last.fit if last else 0) + (1 if refit or not last else 0)
            self.newest = Request(number, fit, inputs, contextvars.copy_context())
            self._idle.clear()
            waiting, self._queued = self._queued, True
        if not waiting:
            WORKER.put(self)

    def superseded(self, request: Request) -> bool:
        """Whether the fit of this request is no longer wanted."""
        newest = self.newest
        return self.closed or newest is None or newest.fit != request.fit

    def analysed(self, request: Request) -> Outcome[Any]:
        """The table of a request as it was read, in this thread if nobody else does it."""
        stages = self._living()
        return self._analysed.get(request.fit, lambda: stages.analyse(request))

    def found(self, request: Request) -> Outcome[Any]:
        """The result of a request, likewise."""
        analysed, stages = self.analysed(request), self._living()
        if analysed.error is not None:
            return analysed
        return self._found.get(request.number, lambda: stages.find(request, analysed.value))

    def drawn(self, request: Request) -> Outcome[Any]:
        """The drawing of a request, likewise."""
        found, stages = self.found(request), self._living()
        if found.error is not None:
            return found
        analysed = self.analysed(request)
        return self._drawn.get(
            request.number, lambda: stages.draw(request, analysed.value, found.value)
        )

    def _living(self) -> Stages:
        stages = self._stages()
        if stages is None:
            raise SupersededError
        return stages

    @property
    def read_last(self) -> Any:
        """The newest table that was read, without waiting; None if none was."""
        return self._analysed.outcome.value

    def source(self) -> Outcome[Any]:
        """The table as it is now, read: known, waited for, or read here."""
        return self._until_current(self.analysed, lambda request, now: request.fit == now.fit)

    def result(self) -> Outcome[Any]:
        """The result of the inputs as they are now."""
        return self._until_current(self.found, lambda request, now: request is now)

    def answer(self) -> Outcome[Any]:
        """The drawing of the inputs as they are now, on the page as well."""

        def answer(request: Request) -> Outcome[Any]:
            self._answer(request)
            return self.drawn(request)

        return self._until_current(answer, lambda request, now: request is now)

    def _until_current(
        self, stage: Callable[[Request], T], current: Callable[[Request, Request], bool]
    ) -> T:
        while True:
            request = self.newest
            if request is None:
                raise SupersededError
            try:
                outcome = stage(request)
            except SupersededError:
                if self.closed:
                    raise
                continue
            now = self.newest
            if now is not None and current(request, now):
                return outcome

    def run(self) -> None:
        """Answer the newest request; called by the worker."""
        with self._lock:
            self._queued = False
            request = self.newest
        if request is None or self.closed:
            return
        try:
            # in the context of whoever asked: a notebook's cell then owns the messages
            request.context.copy().run(self._answer, request)
        except SupersededError:
            pass
        finally:
            if self.newest is request or self.closed:
                self._idle.set()

    def _answer(self, request: Request) -> None:
        analysed = self.analysed(request)
        if self.newest is not request:
            return
        drawn = self.drawn(request)
        self._living().publish(request, analysed.value, drawn)

    def settle(self, seconds: float) -> bool:
        """Wait until the newest request is answered and published."""
        return self.newest is None or self._idle.wait(max(0.0, seconds))

    def close(self) -> None:
        """Give up what is running, and answer nothing more."""
        with self._lock:
            self.closed, self.newest = True, None
            self._analysed, self._found, self._drawn = Newest(), Newest(), Newest()
        self._idle.set()


def reporter(
    compute: Compute,
    request: Request,
    show: Callable[[float | None, str], None],
    *,
    at_once: bool = False,
) -> Progress:
    """A ``progress(share, words)`` for an analysis: shows at most ten times a second.

    What is being done is shown whenever it changes, but for a start so short that words would
    flicker; ``at_once`` also then, where the page has nothing else to show. It ends an analysis
    that nobody waits for any more.
    """
    start = last = time.monotonic()
    said = ""

    def progress(share: float | None = None, words: str = "") -> None:
        nonlocal last, said
        if compute.superseded(request):
            raise SupersededError
        now = time.monotonic()
        begun = at_once or now - start >= 0.2
        if now - last >= 0.1 or (begun and words != said):
            last, said = now, words
            show(share, words)

    return progress
