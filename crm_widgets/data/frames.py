"""Opens frames: pandas, polars and pyarrow in memory, and tables that stay in an engine."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import narwhals as nw
import pandas as pd

from .. import errors
from .engine.source import LazySource
from .reading.live import Given, Live
from .reading.source import Source

__all__ = ["Source", "open_frame"]


def open_frame(frame: Any) -> Source:
    """Check a frame and take a snapshot of it; of a ``Live`` one, as it is now.

    A table in an engine (a DuckDB relation, a polars LazyFrame, Dask, PySpark, Ibis) stays there,
    and nothing is asked of it yet: what comes back is a ``LazySource``.

    Raises
    ------
    InputError
        If it is no frame, has no columns, or headers that are not distinct.
    """
    if isinstance(frame, Source):
        return frame
    origin = frame if isinstance(frame, Live) else Given(frame)
    frame = origin.frame()
    lazy = False
    if isinstance(frame, pd.DataFrame):
        if frame.columns.nlevels > 1:
            raise errors.InputError("column_levels", n=frame.columns.nlevels)
        headers: list[Hashable] = list(frame.columns)
        native: Any = frame.copy(deep=False)
    else:
        opened = nw.from_native(frame, pass_through=True)
        lazy = isinstance(opened, nw.LazyFrame)
        if not isinstance(opened, nw.DataFrame | nw.LazyFrame):
            raise errors.InputError("not_a_frame", type=type(frame).__name__)
        headers = list(opened.collect_schema())
        native = opened.clone().to_native() if isinstance(opened, nw.DataFrame) else frame
    names = [str(header) for header in headers]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise errors.InputError("repeated_columns", columns=", ".join(map(repr, twice)))
    if not names:
        raise errors.InputError("no_columns")
    made = LazySource if lazy else Source
    return made(native, dict(zip(names, headers, strict=True)), origin)
