"""The selected customers as a table on the page, only where the analyst asked for rows."""

from __future__ import annotations

import math
from csv import QUOTE_NONNUMERIC
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from ...charts.view import Column
from ..computing.lock import RefusedError
from .view_payload import columnar

PAGE = 20
"""Rows of a page."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST = 2**31 - 1

START: dict[str, Any] = {"page": 0, "sort": None, "descending": False, "csv": 0}


def request(value: object, columns: list[str]) -> dict[str, Any]:
    """Check which page is asked for."""
    if not isinstance(value, dict) or value.keys() != START.keys():
        raise RefusedError("a page is asked for by four names")
    if not all(_whole(value[name]) for name in ("page", "csv")):
        raise RefusedError("a page that is not a number")
    if value["sort"] is not None and value["sort"] not in columns:
        raise RefusedError("a column that is not there")
    if not isinstance(value["descending"], bool):
        raise RefusedError("an order that is not yes or no")
    return dict(value)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST


def ordered(customers: pd.DataFrame, asked: dict[str, Any]) -> pd.DataFrame:
    """The customers in the order asked for, ties in the order of their ids."""
    if asked["sort"] not in customers.columns:
        return customers
    return customers.sort_values(asked["sort"], ascending=not asked["descending"], kind="stable")


def table(customers: pd.DataFrame, asked: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
    """One page of the selected customers."""
    pages = max(1, math.ceil(len(customers) / PAGE))
    page = min(asked["page"], pages - 1)
    shown = ordered(customers, asked).iloc[page * PAGE : (page + 1) * PAGE]
    columns = [
        asdict(Column(str(name), labels[str(name)], _format(values)))
        for name, values in customers.items()
    ]
    return {
        "columns": columns, "rows": columnar(shown), "total": len(customers), "page": page,
        "pages": pages, "sort": asked["sort"], "descending": asked["descending"],
    }  # fmt: skip


def _format(values: pd.Series[Any]) -> str | None:
    if pd.api.types.is_datetime64_any_dtype(values):
        return "time"
    if pd.api.types.is_bool_dtype(values):
        return None
    if pd.api.types.is_integer_dtype(values):
        return ",d"
    return ",.3~r" if pd.api.types.is_float_dtype(values) else None


def csv(customers: pd.DataFrame, asked: dict[str, Any]) -> bytes:
    """All selected customers as a CSV that a spreadsheet opens as text and numbers only.

    Texts that would be read as a formula get a leading apostrophe; numbers stay numbers.
    """
    safe = ordered(customers, asked).copy()
    safe.columns = pd.Index([_text(str(name)) for name in safe.columns])
    for at in range(safe.shape[1]):
        values = safe.iloc[:, at]
        plain = isinstance(values.dtype, np.dtype) and values.dtype.kind in "iufbM"
        if not plain:
            safe.isetitem(at, values.astype(object).map(_cell).to_numpy())
    # all text quoted: a bare CR would begin a row, and so a cell, of its own;
    # the byte order mark tells a spreadsheet that this is UTF-8
    written = safe.to_csv(index=False, quoting=QUOTE_NONNUMERIC, lineterminator="\r\n")
    return written.encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if isinstance(value, bool | int | float | np.number) or value is None:
        return value
    return value if value is pd.NA or value is pd.NaT else _text(str(value))


def _text(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
