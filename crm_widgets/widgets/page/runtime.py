"""The drawing code: in one hidden widget, which all others share and ask for by reference."""

from __future__ import annotations

import os
import weakref
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t
from anywidget._file_contents import FileContents
from ipywidgets.widgets.trait_types import InstanceDict
from ipywidgets.widgets.widget import widget_serialization

from ...errors import InputError
from ..computing.lock import LOCK
from .inbound import GuardedLayout, GuardedWidget

STATIC = files("crm_widgets").joinpath("static")


class Runtime(GuardedWidget, anywidget.AnyWidget):
    """Holds the bundle; never displayed."""

    _esm = t.Unicode().tag(sync=True)
    layout = InstanceDict(GuardedLayout).tag(sync=True, **widget_serialization)

    def close(self) -> None:
        """Close this widget and its layout."""
        layout = self.layout if self.comm is not None else None
        super().close()
        if layout is not None:
            layout.close()


_shared: Runtime | None = None
_users: weakref.WeakSet[Any] = weakref.WeakSet()


def built(name: str) -> str:
    """Text of a built front-end file; the error says how to build it."""
    try:
        return STATIC.joinpath(name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError("no_bundle", file=name) from None


@cache
def shim() -> str:
    """What each widget carries itself: a few kB that ask for the runtime."""
    return built("shim.js")


def runtime() -> Runtime:
    """The shared runtime; made anew, and live widgets pointed to it, if it was closed.

    With ``ANYWIDGET_HMR=1`` in the environment the bundle is watched, and pages follow
    each build.
    """
    global _shared
    with LOCK:
        if _shared is None or _shared.comm is None:
            _shared = Runtime(_esm=built("runtime.js"))
            if os.environ.get("ANYWIDGET_HMR") == "1":
                _watch(_shared)
            for user in list(_users):
                if user.comm is not None:
                    user._runtime = _shared
        return _shared


def join(user: Any) -> None:
    """Point a widget to the runtime, now and whenever that is made anew."""
    with LOCK:
        _users.add(user)
        user._runtime = runtime()


def _watch(shared: Runtime) -> None:
    contents = FileContents(Path(str(STATIC.joinpath("runtime.js"))))

    def follow(text: str) -> None:
        with LOCK:
            shared._esm = text

    contents.changed.connect(follow)
    shared._watched = contents
