"""A snapshot of the caller's frame, read column by column."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from ..in_memory.codes import Series
from ..in_memory.column import Column, kind_of
from ..vocabulary.table import Kind
from .live import Live


@dataclass(frozen=True)
class Source:
    """A snapshot of the caller's frame: later edits of the frame do not reach it."""

    native: Any
    columns: dict[str, Hashable]
    """Text of each header, and the header itself."""
    origin: Live
    """Where the frame is to be had again."""

    @cached_property
    def n(self) -> int:
        """Number of rows."""
        return len(self.native)

    def series(self, column: str) -> Series:
        """Give a column as pandas; nothing is copied that need not be."""
        if isinstance(self.native, pd.DataFrame):
            found: Series = self.native[self.columns[column]]
            return found.reset_index(drop=True)
        values = nw.from_native(self.native, eager_only=True)[column]
        if isinstance(values.dtype, nw.Object):
            return pd.Series(values.to_numpy(), name=column, dtype=object, copy=False)
        if isinstance(values.dtype, nw.Categorical | nw.Enum):
            values = _decoded(values)
        return pd.Series(values.to_arrow().to_pandas(types_mapper=pd.ArrowDtype), name=column)

    def column(self, name: str) -> Column:
        """A column with its kind and codes."""
        return Column(self.series(name), self.kinds[name], name=name)

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """What each column holds."""
        return {name: kind_of(self.series(name)) for name in self.columns}

    def repeats(self, column: str) -> bool:
        """Whether a value stands in several rows."""
        found = self.column(column)
        return len(found.levels) < int(np.count_nonzero(found.codes >= 0))

    def take(self, rows: npt.NDArray[np.intp]) -> Any:
        """Rows of the frame by position, of its own type; a pandas index is kept."""
        if isinstance(self.native, pd.DataFrame):
            return self.native.iloc[rows]
        return nw.from_native(self.native, eager_only=True)[rows].to_native()


def _decoded(values: nw.Series[Any]) -> nw.Series[Any]:
    """The values of a dictionary in their own type; those of polars are text."""
    native = values.to_native()
    if not values.implementation.is_pyarrow():
        return values.cast(nw.String)
    decoded: nw.Series[Any] = nw.from_native(native.cast(native.type.value_type), series_only=True)
    return decoded
