"""What a log and a table of customers share: columns under their roles."""

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
from .in_memory.concatenate import Loader, already_loaded
from .in_memory.table import ArrayTable
from .reading.live import Live
from .vocabulary.notes import Note
from .vocabulary.table import Kind


@dataclass(frozen=True, eq=False)
class HoldoutSplit:
    """How a table was split into explored and held-out customers."""

    share: float
    held_out: Any
    reread: Callable[[Any], Any]
    """Reads a frame and splits it the same way."""


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Data:
    """Base of ``Transactions`` and ``Customers``."""

    frame: Any
    notes: tuple[Note, ...]
    table: ArrayTable
    columns: Mapping[str, Hashable]
    ids: pd.Index[Any]
    analysis_cache: dict[str, Any]
    """What analyses computed of the table, by name. See ``state_for_append``."""
    in_engine: LazyTable | None
    _source: Source
    _arguments: Mapping[str, Any]
    _positions: npt.NDArray[np.intp] | None
    """Positions in the frame; None if all rows are used."""
    split: ClassVar[HoldoutSplit | None] = None
    """The split, where these are the explored customers of a table."""
    _full: ClassVar[Any] = None

    @property
    def full(self) -> Self:
        """The table before it was split; itself if it was not."""
        return self if self._full is None else self._full

    @property
    def positions(self) -> npt.NDArray[np.intp]:
        """Position in ``frame`` of each row of ``table``; there are none in an engine."""
        if isinstance(self._source, LazySource):
            raise InputError("no_positions", engine=self._source.engine)
        return np.arange(self._source.n) if self._positions is None else self._positions

    def state_for_append(self) -> dict[str, Any]:
        """What stays valid when rows are appended to the table, by name of the analysis.

        It is the ``state_for_append()`` of each cached object that has this method.
        """
        makers = {
            name: getattr(state, "state_for_append", None)
            for name, state in list(self.analysis_cache.items())
        }
        states = {name: make() for name, make in makers.items() if make is not None}
        return {name: state for name, state in states.items() if state is not None}

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def source(self) -> Source:
        """The snapshot of ``frame``."""
        return self._source

    @property
    def origin(self) -> Live:
        """Where the frame comes from."""
        return self._source.origin

    def reread(self, frame: Any) -> Self:
        """``frame`` read as this one was: from the same columns, with the same choices."""
        if self.split is not None:
            explored: Self = self.split.reread(frame)
            return explored
        read: Any = type(self)
        data: Self = read(frame, **self._arguments)
        return data

    @property
    def holdout(self) -> Self | None:
        """The customers held out, where these are the explored ones; see ``hold_out``."""
        return None if self.split is None else self.split.held_out

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
    role_columns: Mapping[str, str],
    positions: npt.NDArray[np.intp] | None,
) -> tuple[ArrayTable, dict[str, Hashable]]:
    """Put the columns of a frame under their roles.

    Parameters
    ----------
    source
        The frame.
    roles
        Columns of the used rows, by role; None: the column of the frame.
    role_columns
        Role → column of the frame. Columns in no role keep their name, followed by " (column)" if
        it is the name of a role.
    positions
        Which rows of the frame to use; None: all.

    Returns
    -------
    tuple
        The table, whose other columns are read when first used; and, for each of its columns, that
        of the frame.
    """
    n = source.n if positions is None else positions.size

    def column_loader(name: str, kind: Kind, name_in_table: str) -> Loader:
        def load() -> Column:
            column = Column(source.series(name), kind, name=name_in_table)
            return column if positions is None else column.take(positions)

        return load

    loaders: dict[str, Loader] = {}
    kinds: dict[str, Kind] = {}
    for role, column in roles.items():
        kinds[role] = source.kinds[role_columns[role]] if column is None else column.kind
        loaders[role] = (
            column_loader(role_columns[role], kinds[role], role)
            if column is None
            else already_loaded(column)
        )
    columns = {name: source.columns[source_column] for name, source_column in role_columns.items()}
    for role, source_column in role_columns.items():
        if role not in roles:
            kinds[role] = source.kinds[source_column]
            loaders[role] = column_loader(source_column, kinds[role], source_column)
    used = set(role_columns.values())
    for name, kind in source.kinds.items():
        if name not in used:
            name_in_table = f"{name} (column)" if name in role_columns else name
            loaders[name_in_table], kinds[name_in_table] = column_loader(name, kind, name), kind
            columns[name_in_table] = source.columns[name]
    return ArrayTable.lazily(loaders, kinds, n, "customer"), columns


def table_in_engine(source: Source, kinds: Mapping[str, Kind], n: int) -> ArrayTable:
    """A table that knows its columns but raises when they are read: they stay in an engine."""

    def refusing_loader(name: str) -> Loader:
        return lambda: Column(source.series(name), name=name)

    return ArrayTable.lazily({name: refusing_loader(name) for name in kinds}, kinds, n, "customer")
