"""Columns given roles: what a log and a table of customers share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import InputError
from .engine.source import LazySource
from .engine.table import LazyTable
from .frames import Source
from .in_memory.column import Column
from .in_memory.concatenate import Loader, ready
from .in_memory.table import ArrayTable
from .reading.live import Live
from .vocabulary.notes import Note
from .vocabulary.table import Kind


@dataclass(frozen=True, eq=False)
class Holdout:
    """The customers held out of a table, and how the table is parted when it is read again."""

    share: float
    held: Any
    again: Callable[[Any], Any]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Data:
    """Base of ``Transactions`` and ``Customers``."""

    frame: Any
    notes: tuple[Note, ...]
    table: ArrayTable
    columns: Mapping[str, Hashable]
    ids: pd.Index[Any]
    kept: dict[str, Any]
    """What analyses know of it, by name; where it has a ``handed_on``, a longer table gets that."""
    in_engine: LazyTable | None
    _source: Source
    _asked: Mapping[str, Any]
    _places: npt.NDArray[np.intp] | None
    """Positions in the frame; None if all rows are used."""
    holdout: ClassVar[Holdout | None] = None
    """What is held out, where these are the explored customers of a table."""
    _whole: ClassVar[Any] = None

    @property
    def whole(self) -> Self:
        """The table that this is a part of; itself, if it is none."""
        return self if self._whole is None else self._whole

    @property
    def positions(self) -> npt.NDArray[np.intp]:
        """Position in ``frame`` of each row of ``table``; there are none in an engine."""
        if isinstance(self._source, LazySource):
            raise InputError("no_positions", engine=self._source.engine)
        return np.arange(self._source.n) if self._places is None else self._places

    def handed_on(self) -> dict[str, Any]:
        """What is still true of a longer table that begins with these rows."""
        can = {name: getattr(known, "handed_on", None) for name, known in list(self.kept.items())}
        found = {name: hand() for name, hand in can.items() if hand is not None}
        return {name: known for name, known in found.items() if known is not None}

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def source(self) -> Source:
        """The snapshot of ``frame``."""
        return self._source

    @property
    def origin(self) -> Live:
        """Where the frame is to be had again."""
        return self._source.origin

    def again(self, frame: Any) -> Self:
        """``frame`` read as this one was: from the same columns, with the same choices."""
        if self.holdout is not None:
            parted: Self = self.holdout.again(frame)
            return parted
        read: Any = type(self)
        made: Self = read(frame, **self._asked)
        return made

    @property
    def held(self) -> Self | None:
        """The customers held out, where these are the explored ones; see ``hold_out``."""
        return None if self.holdout is None else self.holdout.held

    def rows_where(self, mask: npt.NDArray[np.bool_]) -> Any:
        """Rows of ``frame`` behind the rows of ``table`` where ``mask`` is true."""
        if self.in_engine is not None:
            return self.rows_of(self.table.rows(columns=["customer"])["customer"][mask])
        return self._source.take(self.positions[mask])

    def rows_of(self, ids: Iterable[Hashable]) -> Any:
        """Rows of ``frame`` that ``table`` holds of these customers, in the order of the frame."""
        if self.in_engine is not None:
            return self.in_engine.native(ids=pd.Index(ids))
        return self._source.take(self.positions[self.table.members(ids)])


def tabulate(
    source: Source,
    roles: Mapping[str, Column | None],
    places: Mapping[str, str],
    positions: npt.NDArray[np.intp] | None,
) -> tuple[ArrayTable, dict[str, Hashable]]:
    """Put the columns of a frame under their roles.

    Parameters
    ----------
    source
        The frame.
    roles
        Columns that are ready, by role, of the rows used; None: as the frame has it.
    places
        Role → column of the frame it was made of. Columns in no role keep their name, with
        " (column)" behind it if that is the name of a role.
    positions
        Which rows of the frame to use; None: all.

    Returns
    -------
    tuple
        The table, whose other columns are read when first asked for; and the column of the frame
        behind each of its columns.
    """
    n = source.n if positions is None else positions.size

    def other(name: str, kind: Kind, shown: str) -> Loader:
        def load() -> Column:
            column = Column(source.series(name), kind, name=shown)
            return column if positions is None else column.take(positions)

        return load

    loaders: dict[str, Loader] = {}
    kinds: dict[str, Kind] = {}
    for role, column in roles.items():
        kinds[role] = source.kinds[places[role]] if column is None else column.kind
        loaders[role] = other(places[role], kinds[role], role) if column is None else ready(column)
    columns = {name: source.columns[place] for name, place in places.items()}
    for role, place in places.items():
        if role not in roles:
            kinds[role] = source.kinds[place]
            loaders[role] = other(place, kinds[role], place)
    used = set(places.values())
    for name, kind in source.kinds.items():
        if name not in used:
            shown = f"{name} (column)" if name in places else name
            loaders[shown], kinds[shown] = other(name, kind, name), kind
            columns[shown] = source.columns[name]
    return ArrayTable.lazily(loaders, kinds, n, "customer"), columns


def elsewhere(source: Source, kinds: Mapping[str, Kind], n: int) -> ArrayTable:
    """A table that knows its columns, and refuses to hold them: they stay in an engine."""

    def refuse(name: str) -> Loader:
        return lambda: Column(source.series(name), name=name)

    return ArrayTable.lazily({name: refuse(name) for name in kinds}, kinds, n, "customer")
