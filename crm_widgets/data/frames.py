"""The door for frames: pandas, polars and pyarrow alike, read column by column."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from .. import errors
from .columns import Column, Series, kind_of
from .live import Given, Live
from .table import Kind


@dataclass(frozen=True)
class Source:
    """A snapshot of the caller's frame: later edits of the frame do not reach it."""

    native: Any
    columns: dict[str, Hashable]
    """Text of each header, and the header itself."""
    n: int
    origin: Live
    """Where the frame is to be had again."""

    def series(self, column: str) -> Series:
        """Give a column as pandas; nothing is copied that need not be."""
        if isinstance(self.native, pd.DataFrame):
            found: Series = self.native[self.columns[column]]
            return found.reset_index(drop=True)
        values = nw.from_native(self.native, eager_only=True)[column]
        if isinstance(values.dtype, nw.Object):
            return pd.Series(values.to_numpy(), name=column, dtype=object, copy=False)
        if isinstance(values.dtype, nw.Categorical | nw.Enum):
            values = values.cast(nw.String)
        return pd.Series(values.to_arrow().to_pandas(types_mapper=pd.ArrowDtype), name=column)

    def column(self, name: str) -> Column:
        """A column with its kind and codes."""
        return Column(self.series(name), self.kinds[name], name=name)

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """What each column holds."""
        return {name: kind_of(self.series(name)) for name in self.columns}

    def take(self, rows: npt.NDArray[np.intp]) -> Any:
        """Rows of the frame by position, of its own type; a pandas index is kept."""
        if isinstance(self.native, pd.DataFrame):
            return self.native.iloc[rows]
        return nw.from_native(self.native, eager_only=True)[rows].to_native()


def open_frame(frame: Any) -> Source:
    """Check a frame and take a snapshot of it; of a ``Live`` one, as it is now.

    Raises
    ------
    InputError
        If it is no frame in memory, has no columns, or headers that are not distinct.
    """
    if isinstance(frame, Source):
        return frame
    origin = frame if isinstance(frame, Live) else Given(frame)
    frame = origin.frame()
    if isinstance(frame, pd.DataFrame):
        if frame.columns.nlevels > 1:
            raise errors.InputError("column_levels", n=frame.columns.nlevels)
        headers: list[Hashable] = list(frame.columns)
        native: Any = frame.copy(deep=False)
    else:
        native = nw.from_native(frame, pass_through=True)
        if isinstance(native, nw.LazyFrame):
            raise errors.InputError("lazy_frame", type=type(frame).__name__)
        if not isinstance(native, nw.DataFrame):
            raise errors.InputError("not_a_frame", type=type(frame).__name__)
        headers, native = list(native.columns), native.clone().to_native()
    names = [str(header) for header in headers]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise errors.InputError("repeated_columns", columns=", ".join(map(repr, twice)))
    if not names:
        raise errors.InputError("no_columns")
    return Source(native, dict(zip(names, headers, strict=True)), len(native), origin)
