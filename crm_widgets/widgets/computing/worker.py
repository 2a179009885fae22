"""The thread on which widgets compute: one for all, so that a notebook keeps its other cores."""

from __future__ import annotations

import atexit
import threading
import weakref
from queue import SimpleQueue
from typing import Protocol

from .lock import LOG

_EXIT_SECONDS = 1.0


class Job(Protocol):
    """What is run."""

    def run(self) -> None:
        """Do the work that is wanted by now."""
        ...

    def close(self) -> None:
        """Give the work up."""
        ...


class Worker:
    """One daemon thread, started when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: SimpleQueue[weakref.ref[Job] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._running: Job | None = None
        self._stopped = False

    def put(self, job: Job) -> None:
        """Run a job after those before it, unless it is gone by then."""
        with self._lock:
            if self._stopped:
                return
            self._queue.put(weakref.ref(job))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._loop, name="crm_widgets", daemon=True)
                self._thread.start()

    def _loop(self) -> None:
        while (reference := self._queue.get()) is not None:
            self._running = reference()
            try:
                if self._running is not None:
                    self._running.run()
            except Exception:
                LOG.exception("a widget could not be drawn")
            finally:
                self._running = None

    def stop(self) -> None:
        """At exit: give up, and wait a moment so that no thread dies inside a library."""
        with self._lock:
            self._stopped = True
            thread = self._thread
            self._queue.put(None)
        if self._running is not None:
            self._running.close()
        if thread is not None:
            thread.join(_EXIT_SECONDS)


WORKER = Worker()
atexit.register(WORKER.stop)
