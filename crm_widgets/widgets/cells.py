"""A cell ends when the widgets made in it are drawn, so that a saved notebook has them."""

from __future__ import annotations

import sys
import time
import weakref

from .compute import Compute
from .door import LOCK

SECONDS = 30.0
"""The longest a cell is held."""

_fresh: list[weakref.ref[Compute]] = []
_hooked: weakref.ref[object] | None = None


def await_first(compute: Compute) -> None:
    """Let the cell that is running wait for the first answer of a widget made in it."""
    global _hooked
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return
    with LOCK:
        if _hooked is None or _hooked() is not shell:
            shell.events.register("post_run_cell", _join)
            _hooked = weakref.ref(shell)
        _fresh.append(weakref.ref(compute))


def _join(result: object = None) -> None:
    with LOCK:
        waiting = [compute for reference in _fresh if (compute := reference()) is not None]
        _fresh.clear()
    deadline = time.monotonic() + SECONDS
    for compute in waiting:
        compute.settle(deadline - time.monotonic())
