"""Count cubes: what the views of a page count under every brush of one of them.

A brush that moves is answered by the page from such a cube, so the kernel rests meanwhile.
"""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...charts.view import Counting, Tally, View
from ...data.in_memory.table import ArrayTable
from ...data.scope import Mask, Scope
from ..computing.lock import LOCK
from ..computing.worker import WORKER
from . import view_payload
from .cube_blocks import blocks, width

MOST_BYTES = 4_000_000
"""Of a cube; a socket of Jupyter closes at 10 MiB."""


@dataclass(frozen=True)
class Crossfilter:
    """Which customers the views of one widget leave to each other."""

    scope: Scope
    views: tuple[View, ...]

    def where(self, *views: str) -> Mask | None:
        """Customers whom all conditions but those shown in these views select; None: everybody."""
        others = self.scope.others(*views)
        return others.mask() if others else None

    def key(self, view: str, version: str) -> str:
        """Tells a cube of this view apart from those of other data, models and clauses."""
        said = repr((version, view, self.scope.others(view).gestures))
        return hashlib.sha1(said.encode(), usedforsecurity=False).hexdigest()[:16]


def crossfilter(scope: Scope, views: tuple[View, ...]) -> Crossfilter:
    """The views of a widget, each of which leaves out what it shows itself."""
    return Crossfilter(scope.showing(*(view.outline for view in views)), views)


class CubeJob:
    """The cube that a page waits for: the newest only, made by the worker.

    Parameters
    ----------
    make
        A bound method, held weakly: makes and sends the cube of a view.
    """

    def __init__(self, make: Callable[[str], None]) -> None:
        self._make = weakref.WeakMethod(make)
        self._wanted: str | None = None

    def ask(self, view: str) -> None:
        """Want the cube of this view, and no other."""
        with LOCK:
            waiting, self._wanted = self._wanted is not None, view
        if not waiting:
            WORKER.put(self)

    def run(self) -> None:
        """Make what is wanted; called by the worker."""
        with LOCK:
            view, self._wanted = self._wanted, None
        make = self._make()
        if make is not None and view is not None:
            make(view)

    def close(self) -> None:
        """Want nothing any more."""
        self._wanted = None


def can_be_active(view: View) -> bool:
    """Whether a brush of this view can be answered from a cube."""
    return view.param is not None and view.counting is not None


def cube(
    filtering: Crossfilter, active: View, table: ArrayTable, tally: Tally | None
) -> tuple[dict[str, Any], bytes] | None:
    """What all other views count under every brush of one.

    Returns
    -------
    tuple or None
        The message and its numbers, one block a passive view: its series of its rows for each
        bin of the active view, and then those of everybody, in a bin or not. None if it would
        be too large.
    """
    assert active.counting is not None
    bins = [width(dim) for dim in active.counting.dims]
    counted: dict[str, tuple[Counting, Mask | None]] = {
        view.id: (view.counting.coarse or view.counting, filtering.where(active.id, view.id))
        for view in filtering.views
        if view.counting is not None and view.id != active.id
    }
    if tally is not None:
        counted[""] = (Counting((), tally.weights), filtering.where(active.id))
    passive: list[dict[str, Any]] = []
    parts: list[bytes] = []
    offset = 0
    found = blocks(table, active.counting, list(counted.values()))
    for (name, (counting, _)), block in zip(counted.items(), found, strict=True):
        passive.append(
            {
                "view": name, "shape": [*bins, block.shape[1]], "offset": offset,
                "dtype": f"{block.dtype.kind}{block.itemsize}",
                "rows": None if counting.rows is None else view_payload.columnar(counting.rows),
            }
        )  # fmt: skip
        written = block.astype(block.dtype.newbyteorder("<"), copy=False).tobytes()
        parts.append(written + b"\0" * (-len(written) % 8))
        offset += len(parts[-1])
    if offset > MOST_BYTES:
        return None
    message = {
        "type": "cube",
        "active": {"view": active.id, "bins": bins},
        "passive": passive,
        "waiting": [view.id for view in filtering.views if view.waits and view.id != active.id],
        "tally": None if tally is None else _tally(tally),
    }
    return message, b"".join(parts)


def _tally(tally: Tally) -> dict[str, Any]:
    parts = [{"format": part.format, "whole": part.whole} for part in tally.parts]
    return {"text": tally.text, "parts": parts}
