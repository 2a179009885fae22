"""What a widget sends to its page: views, controls and words. Mirrored in ``js/src``.

A view is one of a closed set: a `Chart`, key `Figures`, a `Listing` of sentences or the `Rows`
of a table. Its structure is sent apart from its contents, so that new contents are swapped in
place. The page knows no CRM: everything it needs to brush, pick, count and read a view aloud
is in these records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from ..data.shown import Fits, Outline, fits_fields
from ..data.vocabulary.table import Dim as TableDim
from .meaning import Meaning


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

    ``dims`` are bins of the table of customers; of a view with a ``param`` the first are those of
    its ``dims``. ``weights`` names a column to sum for each series, ``None`` counts customers.
    ``at`` is the bin of each row (last dimension fastest); ``None``: a row a bin, in order. Where a
    view has too many rows to be drawn as fast as a pointer moves, ``coarse`` has its own ``rows``,
    drawn meanwhile in their place; ``merge`` bins of each dimension are one there.

    ``of`` rows: ``dims`` and ``weights`` are columns of the log, ``None`` counts its rows, and a
    brush, which is of one dimension with edges, selects the customers with a row in it.
    """

    dims: tuple[TableDim, ...]
    weights: tuple[str | None, ...] = (None,)
    at: npt.NDArray[np.intp] | None = None
    rows: pd.DataFrame | None = None
    merge: int = 1
    coarse: Counting | None = None
    of: Literal["customers", "rows"] = "customers"


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


class _Touched:
    """A view that may be brushed or picked: which conditions it can show."""

    id: str
    pick: tuple[Pick, ...]
    means: Meaning | None

    @property
    def brushed(self) -> tuple[Dim, ...]:
        """The dimensions of its brush; none where nothing can be brushed."""
        return ()

    @property
    def outline(self) -> Outline:
        """Which conditions it can show: what it means, else by its brush and its picks."""
        return Outline(self.id, self.by_fields if self.means is None else self.means.fits)

    @property
    def by_fields(self) -> Fits:
        """The same by its brush and its picks alone."""
        brushed = self.brushed
        return fits_fields(
            [dim.key for dim in brushed],
            [dim.key for dim in brushed if dim.levels is not None],
            [pick.key for pick in self.pick if pick.knob is None],
        )


@dataclass(frozen=True)
class Chart(_Touched):
    """An Altair chart on *named* data, and its rows.

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
    means: Meaning | None = None
    """What a brush or a pick in it means; by default conditions on the fields it names."""

    @property
    def brushed(self) -> tuple[Dim, ...]:
        """The dimensions of its brush, x first."""
        return self.dims if self.param else ()


Picked: TypeAlias = Mapping[str, str | int | float | bool]
"""What is picked with a figure, a sentence or a row: the value of each ``Pick.field`` it has."""


class _Unbrushed(_Touched):
    """What a view without axes has none of."""

    dims: ClassVar[tuple[Dim, ...]] = ()
    param: ClassVar[None] = None
    counting: ClassVar[None] = None


@dataclass(frozen=True)
class Figure:
    """A key figure, in words: ``value``, and the ``change`` of it with its interval.

    ``sense`` says whether the change is good news; ``line`` are values at equal steps, drawn
    small, the last one the newest; ``n`` is the number of observations behind the value.
    """

    label: str
    value: str
    change: str = ""
    sense: Literal["good", "bad", "none"] = "none"
    line: tuple[float | None, ...] = ()
    n: int | None = None
    picks: Picked = field(default_factory=dict)


@dataclass(frozen=True)
class Figures(_Unbrushed):
    """Key figures, side by side; a figure with ``picks`` can be picked."""

    id: str
    title: str
    figures: tuple[Figure, ...]
    subtitle: str = ""
    sentence: str = ""
    pick: tuple[Pick, ...] = ()
    span: int = 12
    waits: bool = False
    means: Meaning | None = None


@dataclass(frozen=True)
class ListItem:
    """A sentence with how many it speaks of, and how much it matters."""

    text: str
    n: int | None = None
    severity: Literal["note", "warning", "serious"] = "note"
    picks: Picked = field(default_factory=dict)


@dataclass(frozen=True)
class Listing(_Unbrushed):
    """Sentences, the most serious first if the author puts them so; those with ``picks`` pick."""

    id: str
    title: str
    items: tuple[ListItem, ...]
    subtitle: str = ""
    sentence: str = ""
    pick: tuple[Pick, ...] = ()
    span: int = 6
    waits: bool = False
    means: Meaning | None = None


@dataclass(frozen=True, eq=False)
class Rows(_Unbrushed):
    """A table that the page sorts by any of its ``columns``; a row with ``pick`` can be picked.

    ``sort`` is the field by which it is sorted at first (None: as the rows come), ``height``
    that of its box in pixels, inside which it scrolls.
    """

    id: str
    title: str
    rows: pd.DataFrame
    columns: tuple[Column, ...]
    subtitle: str = ""
    sentence: str = ""
    pick: tuple[Pick, ...] = ()
    sort: str | None = None
    descending: bool = False
    span: int = 6
    height: int = 220
    waits: bool = False
    means: Meaning | None = None


View: TypeAlias = Chart | Figures | Listing | Rows
