"""Which columns can be correlated, as what, and why the others cannot."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...data import ArrayTable, Customers, Transactions, as_data
from ...data.engine.source import LazySource
from ...data.frames import Source, open_frame
from ...data.in_memory.column import Column
from ...data.parsing import headers
from ...data.reading.checks import text_numbers
from ...data.vocabulary.notes import Note
from ...data.vocabulary.table import Kind
from ...errors import InputError, missing_column
from ..rfm.measures import customer_measures

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int32]
Rows: TypeAlias = npt.NDArray[np.bool_]
Reason = Literal[
    "identifier", "constant", "empty", "free_text", "too_many_levels", "not_a_number", "target"
]

TEXT_LENGTH = 30
"""Mean number of characters from which a column of mostly different values is free text."""
TEXT_SHARE = 0.5
ID_SHARE = 0.9
ID_ROWS = 20
_ID_NAME = re.compile(r"(?i:(^|[\W_])(id|ids|uuid|guid))$|[a-z](ID|Id)$|(编号|编码|号码)$")
_NUMBER_NAME = re.compile(r"(?i:(^|[\W_])(no|nr|number|key|index))$|(序号|号)$")


@dataclass(frozen=True)
class MixedColumns:
    """Columns ready to be correlated.

    ``numbers`` holds number, time and bool columns as floats (NaN is missing), ``codes`` category
    and bool columns as positions in ``levels`` (-1 is missing): a bool is both.
    """

    names: tuple[str, ...]
    kinds: dict[str, Kind]
    numbers: dict[str, Floats]
    codes: dict[str, Codes]
    levels: dict[str, pd.Index[Any]]
    left_out: pd.DataFrame
    notes: tuple[Note, ...]

    def at(self, rows: Rows) -> MixedColumns:
        """Take some rows."""
        numbers = {name: values[rows] for name, values in self.numbers.items()}
        return replace(
            self, numbers=numbers, codes={name: codes[rows] for name, codes in self.codes.items()}
        )

    def recoded(self, codes: Mapping[str, Codes]) -> MixedColumns:
        """Put other codes of the same levels in the place of these."""
        return replace(self, codes=dict(codes))


def read_there(data: Any) -> Any:
    """A table in an engine, with its roles; anything else as it is."""
    if isinstance(data, ArrayTable | Transactions | Customers):
        return data
    source = open_frame(data)
    return as_data(source) if isinstance(source, LazySource) else data


def table_of(data: Any, *, ids: bool = True) -> tuple[ArrayTable, dict[str, str], tuple[Note, ...]]:
    """Rows to correlate, the reader's names of their columns, and what must be said about them.

    Of a log: its customers, with what ``rfm`` measures of each. Of anything else: its rows. Without
    ``ids`` a frame whose customers are the numbers of its rows does not number them: that would
    take as much memory as a few columns.
    """
    if isinstance(data, ArrayTable):
        return data, {name: name for name in data.kinds}, ()
    if not isinstance(data, Transactions | Customers):
        frame = data
        try:
            source = None if ids else _numbered(frame)
            if source is not None:
                return _without_ids(source)
            data = as_data(frame)
        except InputError as error:
            if error.key in ("not_a_frame", "lazy_frame", "column_levels", "repeated_columns"):
                raise
            source = open_frame(data)
            table = ArrayTable(
                {name: source.series(name) for name in source.columns}, customer=None
            )
            return table, {name: name for name in table.kinds}, ()
    if isinstance(data, Customers):
        return data.table, {name: str(header) for name, header in data.columns.items()}, data.notes
    measures, as_of, notes = customer_measures(data, None)
    frame = measures.rename_axis("customer").reset_index()
    said = Note("customers_of_log", len(frame), {"as_of": as_of})
    names = {name: name for name in frame.columns if name != "customer"}  # who it is, no measure
    return ArrayTable(frame), names, (*data.notes, *notes, said)


def _numbered(frame: Any) -> Source | None:
    """A frame whose customers are the numbers of its rows, since nothing says who they are."""
    source = open_frame(frame)
    index = getattr(frame, "index", None)
    named = headers.named("customer", source.kinds) is not None
    plain = index is None or isinstance(index, pd.RangeIndex)
    return source if source.n and plain and not named else None


def _without_ids(source: Source) -> tuple[ArrayTable, dict[str, str], tuple[Note, ...]]:
    """Give the columns of a frame and nothing else."""

    def read(name: str, kind: Kind) -> Callable[[], Column]:
        return lambda: Column(source.series(name), kind, name=name)

    own = {"customer (column)" if n == "customer" else n: n for n in source.kinds}
    kinds = {shown: source.kinds[name] for shown, name in own.items()}
    loaders = {shown: read(name, kinds[shown]) for shown, name in own.items()}
    table = ArrayTable.lazily(loaders, kinds, source.n, None)
    names = {shown: str(source.columns[name]) for shown, name in own.items()}
    said = [Note("text_numbers", source.n, {"column": name}) for name in text_numbers(source)]
    return table, names, tuple(said)


def mixed_columns(
    table: ArrayTable,
    names: dict[str, str],
    columns: Sequence[str] | None = None,
    *,
    max_levels: int = 50,
) -> MixedColumns:
    """Read the columns that can be correlated and name those that cannot.

    Parameters
    ----------
    table : ArrayTable
        All rows: what is left out does not depend on a selection.
    names : dict
        Columns of the table that may be used, with the names a reader knows.
    columns : sequence of str, optional
        Columns to use, by either name. Then whole numbers are not taken for identifiers.
    max_levels : int
        Categories with more levels are left out.

    Returns
    -------
    MixedColumns
        ``left_out`` has a row a column: ``column``, ``reason`` (``identifier``, ``constant``,
        ``empty``, ``free_text``, ``too_many_levels``), ``levels`` (distinct values, 0 if not
        counted).

    Examples
    --------
    >>> table = ArrayTable({"age": [31.0, 42.0, 53.0], "plan": ["a", "b", "a"], "shop": ["x"] * 3})
    >>> found = mixed_columns(table, {name: name for name in table.kinds})
    >>> found.names, found.left_out.to_dict("records")
    (('age', 'plan'), [{'column': 'shop', 'reason': 'constant', 'levels': 1}])
    """
    inner = {shown: name for name, shown in names.items()}
    chosen = list(names) if columns is None else [_find(c, names, inner) for c in columns]
    kinds: dict[str, Kind] = {}
    numbers: dict[str, Floats] = {}
    codes: dict[str, Codes] = {}
    levels: dict[str, pd.Index[Any]] = {}
    left_out: list[tuple[str, Reason, int]] = []
    notes: list[Note] = []
    for name in dict.fromkeys(chosen):
        shown, kind = names[name], table.kinds[name]
        if kind == "category":
            found = table.distinct(name)
            parsed = _read_numbers(table.codes(name), found) if len(found) > max_levels else None
            if parsed is not None:
                values, blank = parsed
                kind = "number"
                numbers[shown] = values
                notes.append(Note("numbers_as_text", blank, {"column": shown}))
            elif (reason := _unfit_category(table.codes(name), found, max_levels)) is not None:
                left_out.append((shown, reason, len(found)))
                continue
            else:
                codes[shown], levels[shown] = table.codes(name), found
        else:
            values = table.numbers(name)
            guess = columns is None and kind == "number"
            if (reason := _unfit_number(values, shown if guess else None)) is not None:
                left_out.append((shown, reason, 1 if reason == "constant" else 0))
                continue
            numbers[shown] = values
            if kind == "bool":
                codes[shown], levels[shown] = table.codes(name), table.distinct(name)
        kinds[shown] = kind
    listed = pd.DataFrame(left_out, columns=["column", "reason", "levels"])
    return MixedColumns(tuple(kinds), kinds, numbers, codes, levels, listed, tuple(notes))


def _find(column: str, names: dict[str, str], inner: dict[str, str]) -> str:
    if column in inner:
        return inner[column]
    if column in names:
        return column
    raise missing_column(column, inner)


def _read_numbers(codes: Codes, levels: pd.Index[Any]) -> tuple[Floats, int] | None:
    """Numbers that came as text, and how many rows are blank; None if a text is no number."""
    texts = levels.astype(str).str.strip()
    blank = np.asarray(texts == "")
    found = pd.to_numeric(pd.Series(texts), errors="coerce").to_numpy(np.float64, copy=True)
    found[~np.isfinite(found)] = np.nan
    if (np.isnan(found) & ~blank).any() or blank.all():
        return None
    return np.append(found, np.nan)[codes], int(np.append(blank, False)[codes].sum())


def _unfit_category(codes: Codes, levels: pd.Index[Any], max_levels: int) -> Reason | None:
    present = int((codes >= 0).sum())
    if len(levels) < 2:
        return "constant" if len(levels) else "empty"
    if len(levels) > max_levels:
        texts = levels.astype(str)
        many = len(levels) > TEXT_SHARE * present
        if many and float(texts.str.len().to_numpy().mean()) >= TEXT_LENGTH:
            return "free_text"
        return "identifier" if len(levels) > ID_SHARE * present else "too_many_levels"
    return "identifier" if len(levels) == present >= ID_ROWS else None


def _unfit_number(values: Floats, name: str | None) -> Reason | None:
    lowest, highest = np.fmin.reduce(values), np.fmax.reduce(values)
    if np.isnan(lowest):
        return "empty"
    if lowest == highest:
        return "constant"
    head = values[:1000]
    if name is None or len(values) < ID_ROWS or (head[~np.isnan(head)] % 1).any():
        return None
    counter = highest - lowest == np.count_nonzero(~np.isnan(values)) - 1
    if not (counter or _ID_NAME.search(name) or _NUMBER_NAME.search(name)):
        return None
    present = values[~np.isnan(values)]
    if (present % 1).any():
        return None
    distinct = len(np.unique(present)) == len(present)
    return "identifier" if distinct or _ID_NAME.search(name) else None
