"""What a widget sends to its page: views, controls and words. Mirrored in ``js/src/contract.ts``.

A view is an Altair chart on *named* data and the rows beside it, so that new rows are
swapped in place. The page knows no CRM: everything it needs to brush, pick, count and
read a view aloud is in these records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from ..data.vocabulary.table import Dim as TableDim


@dataclass(frozen=True)
class Dim:
    """A binned dimension of a view. ``key`` is the field a clause will name.

    ``field`` holds the row's columns: ``[lo, hi]`` for bins with ``edges``, ``[level]`` for
    ``levels``.
    """

    key: str
    label: str
    field: tuple[str, ...]
    edges: tuple[float, ...] | None = None
    levels: tuple[str, ...] | None = None
    time: bool = False


@dataclass(frozen=True)
class Series:
    """A column of the rows that is recomputed while a brush moves elsewhere."""

    field: str
    agg: Literal["count", "sum", "mean"] = "count"


@dataclass(frozen=True, eq=False)
class Counting:
    """How the kernel counts a view's series, so that the page can while a brush moves elsewhere.

    ``dims`` are bins of the table of customers; of a view with a ``param`` they are those of its
    ``dims``. ``weights`` names a column to sum for each series, ``None`` counts customers. ``at``
    is the bin of each row (last dimension fastest); ``None``: a row a bin, in order. Where a view
    has too many rows to be drawn as fast as a hand moves, ``coarse`` has its own ``rows``, drawn
    meanwhile in their place; ``merge`` bins of each dimension are one there.
    """

    dims: tuple[TableDim, ...]
    weights: tuple[str | None, ...] = (None,)
    at: npt.NDArray[np.intp] | None = None
    rows: pd.DataFrame | None = None
    merge: int = 1
    coarse: Counting | None = None


@dataclass(frozen=True)
class Part:
    """A number in a sentence: ``value`` over ``whole``, in d3's ``format``."""

    format: str
    whole: float = 1.0


@dataclass(frozen=True)
class Tally:
    """The widget's line while a brush moves: ``text`` with a hole ``{0}``, ``{1}`` … a part."""

    text: str
    parts: tuple[Part, ...]
    weights: tuple[str | None, ...]


@dataclass(frozen=True)
class Pick:
    """A point selection: ``param`` on the chart picks rows by their ``field``.

    It becomes a clause ``key in values``, or sets the knob ``knob`` instead.
    """

    param: str
    field: str
    key: str
    knob: str | None = None


@dataclass(frozen=True)
class Column:
    """A column of "show as table": d3 ``format`` of its numbers, ``time`` if epoch ms."""

    field: str
    label: str
    format: str | None = None


@dataclass(frozen=True)
class View:
    """One chart of a widget.

    ``title`` is the finding, ``subtitle`` what is drawn, ``sentence`` what a screen reader says.
    ``param`` is the interval param of the chart that brushes ``dims`` (x first), or None.
    ``span`` is the width in twelfths of a wide container; ``height`` the plot's, in pixels.
    ``waits`` says that it shows numbers of the selected that only the kernel can make.
    """

    id: str
    chart: alt.TopLevelMixin
    rows: pd.DataFrame
    title: str
    subtitle: str = ""
    sentence: str = ""
    dims: tuple[Dim, ...] = ()
    series: tuple[Series, ...] = ()
    param: str | None = None
    active_bins: int = 64
    pick: tuple[Pick, ...] = ()
    columns: tuple[Column, ...] = ()
    span: int = 4
    height: int = 220
    extra: dict[str, pd.DataFrame] = field(default_factory=dict)
    """Further named data of the chart, such as lines drawn over it."""
    counting: Counting | None = None
    waits: bool = False


@dataclass(frozen=True)
class Option:
    """A choice of a control."""

    value: str | int | float
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Control:
    """One of the closed set of controls, bound to the trait ``knob``."""

    knob: str
    kind: Literal["select", "multiselect", "slider", "range", "toggle", "text", "button"]
    label: str
    options: tuple[Option, ...] = ()
    lo: float | None = None
    hi: float | None = None
    step: float | None = None
    placeholder: str = ""
    hint: str = ""
    joined: bool = False
    """Whether it is read together with the control before it, and stands on its line."""


@dataclass(frozen=True)
class Chip:
    """A clause in words. ``id`` is what the page sends back to keep it."""

    id: str
    text: str
    view: str | None = None
    color: str | None = None


@dataclass(frozen=True)
class Drawing:
    """All that one computation puts on the page."""

    title: str
    views: tuple[View, ...]
    controls: tuple[Control, ...] = ()
    line: str = ""
    """Such as "412 of 2,357 customers · 38 % of revenue"."""
    footer: tuple[str, ...] = ()
    tally: Tally | None = None
    """The same sentence for a brush that moves."""
    values: dict[str, Any] = field(default_factory=dict)
