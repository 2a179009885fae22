"""A table that may be another one by the next look: a frame, a name, a polled callable."""

from __future__ import annotations

import contextlib
import contextvars
import logging
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ... import errors

LOG = logging.getLogger("crm_widgets")


class Live:
    """Where a table comes from, so that it can be read again.

    ``frame()`` gives the table as it is now, ``read()`` also asks for it anew where that
    costs something. Both raise ``InputError`` if there is none.
    """

    def frame(self) -> Any:
        """The table as it is now."""
        raise NotImplementedError

    def read(self) -> Any:
        """The table, asked for anew."""
        return self.frame()

    def attach(self, listener: Listener) -> None:
        """Tell a listener when it is time to look; it is not kept alive by that."""


class Listener(Protocol):
    """Who wants to know."""

    def look(self) -> None:
        """Look at the table."""
        ...

    def wants(self, source: Live) -> bool:
        """Whether it still follows this table."""
        ...

    def due(self) -> bool:
        """Whether anybody would see a change."""
        ...


class Given(Live):
    """A frame somebody holds; let go when they let go of it."""

    def __init__(self, frame: Any) -> None:
        self._frame: Callable[[], Any] = lambda: frame
        with contextlib.suppress(TypeError):
            self._frame = weakref.ref(frame)

    def frame(self) -> Any:
        """The frame, or None if nobody has it any more: it then stays as it was."""
        return self._frame()


class Named(Live):
    """A variable, by its name."""

    def __init__(self, name: str, variables: Callable[[], Mapping[str, Any]]) -> None:
        self.name, self._variables = name, variables

    def __repr__(self) -> str:
        return f"live({self.name!r})"

    def frame(self) -> Any:
        """What the variable holds."""
        try:
            return self._variables()[self.name]
        except KeyError:
            raise errors.InputError("no_variable", name=self.name) from None


class Polled(Live):
    """What a callable gives, asked every so many seconds while anybody listens."""

    def __init__(self, source: Callable[[], Any], every_s: float) -> None:
        self.every_s, self._source = every_s, source
        self._lock = threading.Lock()
        self._listeners: weakref.WeakSet[Any] = weakref.WeakSet()
        self._thread: threading.Thread | None = None
        self._last: Any = None
        self._error: Exception | None = None

    def __repr__(self) -> str:
        name = getattr(self._source, "__qualname__", repr(self._source))
        return f"live({name}, every_s={self.every_s:g})"

    def frame(self) -> Any:
        """What it gave last."""
        if self._last is None and self._error is None:
            return self.read()
        if self._error is not None:
            raise self._error.with_traceback(None)
        return self._last

    def read(self) -> Any:
        """Call it."""
        try:
            self._last, self._error = self._source(), None
        except errors.CrmError as error:
            self._error = error
        except Exception as error:
            LOG.exception("a source of data failed")
            self._error = errors.InputError("source_failed", name=type(error).__name__)
            self._error.__cause__ = error
        return self.frame()

    def attach(self, listener: Listener) -> None:
        """Poll for as long as a listener is alive and wants to know."""
        with self._lock:
            self._listeners.add(listener)
            if self._thread is None or not self._thread.is_alive():
                # in the context of whoever asked, as other work of a widget
                run = contextvars.copy_context().run
                poll = (_poll, weakref.ref(self), self.every_s)
                self._thread = threading.Thread(
                    target=run, args=poll, name=f"crm_widgets {self!r}", daemon=True
                )
                self._thread.start()

    def _tick(self) -> bool:
        """Read and tell; whether anybody still listens."""
        with self._lock:
            following = [listener for listener in self._listeners if listener.wants(self)]
            if not following:
                self._thread = None
                return False
        due = [listener for listener in following if listener.due()]
        if due:
            with contextlib.suppress(errors.CrmError):
                self.read()
        for listener in due:
            try:
                listener.look()
            except Exception:
                LOG.exception("a table could not be looked at")
        return True


def _poll(source: weakref.ref[Polled], every_s: float) -> None:
    pause = threading.Event()
    while not pause.wait(every_s):
        polled = source()
        if polled is None or not polled._tick():
            return
        del polled
