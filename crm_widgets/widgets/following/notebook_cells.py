"""What happens when a cell ends: tables are looked at, and widgets made in it are drawn."""

from __future__ import annotations

import sys
import time
import weakref

from ..computing.lock import LOCK
from ..computing.requests import Compute
from .data_watcher import DataWatcher, look_at_all

SECONDS = 30.0
"""The longest a cell is held, so that a saved notebook has the views."""

_watches: weakref.WeakKeyDictionary[DataWatcher, weakref.ref[Compute]] = weakref.WeakKeyDictionary()
_fresh: list[weakref.ref[Compute]] = []
_hooked: weakref.ref[object] | None = None


def follow_cells(watch: DataWatcher, compute: Compute) -> None:
    """Follow the table after each cell; let the running one wait for the first answer."""
    global _hooked
    with LOCK:
        _watches[watch] = weakref.ref(compute)
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython is not None else None
        if shell is None:
            return
        if _hooked is None or _hooked() is not shell:
            shell.events.register("post_run_cell", _end)
            _hooked = weakref.ref(shell)
        _fresh.append(weakref.ref(compute))


def _end(result: object = None) -> None:
    with LOCK:
        attended, fresh = dict(_watches), list(_fresh)
        _fresh.clear()
    look_at_all(attended)
    for watch, compute in attended.items():
        # with no page to tell later, what the cell leaves is what is saved
        if watch.due() and not watch.seen_on_a_page():
            watch.settle()
            fresh.append(compute)
    deadline = time.monotonic() + SECONDS
    for reference in fresh:
        waiting = reference()
        if waiting is not None:
            waiting.settle(deadline - time.monotonic())
