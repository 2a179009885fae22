"""Count cubes: what the views of a page count under every brush of one of them.

A brush that moves is answered by the page from such a cube, so the kernel rests meanwhile.
"""

from __future__ import annotations

import hashlib
import math
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ...charts.view import Counting, Tally, View
from ...data.in_memory.table import ArrayTable
from ...data.scope import Mask, Scope, log_of
from ..computing.lock import LOCK
from ..computing.worker import WORKER
from . import view_payload
from .cube_blocks import Numbers, blocks, width
from .range_blocks import LogRows, Passive, cells_of, ranges_of, rows_under, under_ranges

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
        bin of the active view (for each range of bins, where the view is of rows of a log), and
        then those of everybody, in a bin or not. None if it would be too large, or if the log
        stays in an engine.
    """
    assert active.counting is not None
    # what a view is stacked by stands behind what is brushed
    brushed = replace(active.counting, dims=active.counting.dims[: len(active.dims)])
    ranges = brushed.of == "rows"
    bins = [width(dim) for dim in brushed.dims]
    counted = _passive(filtering, active, tally)
    log = _log(filtering.scope)
    if log is None:
        if ranges:
            return None
        counted = {name: one for name, one in counted.items() if one.counting.of == "customers"}
    groups = ranges_of(bins[0]) if ranges else math.prod(bins)
    if 2 * groups * sum(cells_of(one.counting) for one in counted.values()) > MOST_BYTES:
        return None
    found = _counted(log, brushed, table, counted)
    passive: list[dict[str, Any]] = []
    parts: list[bytes] = []
    offset = 0
    for name, block in found.items():
        rows = counted[name].counting.rows
        passive.append(
            {
                "view": name, "offset": offset,
                "shape": [*([groups] if ranges else bins), block.shape[1]],
                "dtype": f"{block.dtype.kind}{block.itemsize}",
                "rows": None if rows is None else view_payload.columnar(rows),
            }
        )  # fmt: skip
        written = block.astype(block.dtype.newbyteorder("<"), copy=False).tobytes()
        parts.append(written + b"\0" * (-len(written) % 8))
        offset += len(parts[-1])
    if offset > MOST_BYTES:
        return None
    message = {
        "type": "cube",
        "active": {"view": active.id, "bins": bins, "ranges": ranges},
        "passive": passive,
        "waiting": [
            view.id
            for view in filtering.views
            if view.id != active.id
            and (view.waits or (view.counting is not None and view.id not in counted))
        ],
        "tally": None if tally is None else _tally(tally),
    }
    return message, b"".join(parts)


def _passive(filtering: Crossfilter, active: View, tally: Tally | None) -> dict[str, Passive]:
    """The views that are counted while one is brushed, and the line (``""``): who and what of."""
    counted = {
        view.id: _seen_by(filtering, view.counting.coarse or view.counting, active.id, view.id)
        for view in filtering.views
        if view.counting is not None and view.id != active.id
    }
    if tally is not None:
        counted[""] = _seen_by(filtering, Counting((), tally.weights), active.id)
    return counted


def _seen_by(filtering: Crossfilter, counting: Counting, *views: str) -> Passive:
    others = filtering.scope.others(*views)
    return Passive(counting, filtering.where(*views), others)


def _log(scope: Scope) -> LogRows | None:
    """The rows of the log, if they are in memory."""
    in_engine = scope.data.in_engine is not None or log_of(scope.data) is not None
    return None if in_engine else LogRows(scope.data.table, scope.place)


def _counted(
    log: LogRows | None, active: Counting, table: ArrayTable, counted: dict[str, Passive]
) -> dict[str, Numbers]:
    """The block of each view."""
    if log is not None and active.of == "rows":
        (time,) = active.dims
        blocks_ = under_ranges(log, time, table, list(counted.values()))
        return dict(zip(counted, blocks_, strict=True))
    of_customers = {n: one for n, one in counted.items() if one.counting.of == "customers"}
    asked = [(one.counting, one.customers) for one in of_customers.values()]
    found = dict(zip(of_customers, blocks(table, active, asked), strict=True))
    for name, one in counted.items():
        if name not in found:
            assert log is not None
            found[name] = rows_under(log, active, table, one)
    return {name: found[name] for name in counted}


def _tally(tally: Tally) -> dict[str, Any]:
    parts = [{"format": part.format, "whole": part.whole} for part in tally.parts]
    return {"text": tally.text, "parts": parts}
