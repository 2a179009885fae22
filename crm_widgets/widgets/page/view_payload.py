"""Views made ready for the page: the structure apart from the rows, and nothing that fetches."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...charts import theme
from ...charts.view import Chart, Figure, Figures, Listing, ListItem, Rows, View
from ...data.machine.result_cache import ResultCache

_FETCHING = frozenset({"url", "href", "datasets"})
LEAST_CODED = 40
"""Rows from which texts of a column are written once each where they repeat."""
_KINDS: dict[type[View], str] = {
    Chart: "chart", Figures: "figures", Listing: "listing", Rows: "rows",
}  # fmt: skip
_SPECS = ResultCache(capacity=128)
"""Specs of charts seen lately: a chart that is drawn again with other rows is the same object."""


def structure(view: View) -> dict[str, Any]:
    """What a view is, without its contents; ``hash`` changes only if it must be made anew."""
    record: dict[str, Any] = {
        "kind": _KINDS[type(view)], "id": view.id, "datasets": [*_frames(view)],
        "pick": [asdict(pick) for pick in view.pick], "span": view.span,
    }  # fmt: skip
    if isinstance(view, Chart):
        record |= {
            "spec": spec(view),
            "dims": [asdict(dim) for dim in view.dims],
            "series": [asdict(series) for series in view.series],
            "param": view.param, "active_bins": view.active_bins,
        }  # fmt: skip
    if isinstance(view, Chart | Rows):
        record |= {"columns": [asdict(column) for column in view.columns], "height": view.height}
    if isinstance(view, Rows):
        record |= {"sort": view.sort, "descending": view.descending}
    written = json.dumps(record, sort_keys=True, ensure_ascii=False, allow_nan=False)
    digest = hashlib.sha1(written.encode(), usedforsecurity=False).hexdigest()[:16]
    plain: dict[str, Any] = json.loads(written)
    return plain | {"hash": digest}


def spec(view: Chart) -> dict[str, Any]:
    """The chart as Vega-Lite: on named data only, as wide as its container.

    Raises
    ------
    ValueError
        If the chart carries rows of its own, or would make the page fetch something.
    """
    key = (id(view.chart), view.height)
    chart, known = _SPECS.get(key) or (None, {})
    if chart is view.chart:
        return dict(known)
    found = _written(view)
    _SPECS.put(key, (view.chart, found))
    return dict(found)


def _written(view: Chart) -> dict[str, Any]:
    # the user's data transformer and theme are for the user's own charts
    found: dict[str, Any] = view.chart.to_dict(context={"pre_transform": False}, validate=False)
    if getattr(view.chart, "config", alt.Undefined) is alt.Undefined:
        found.pop("config", None)
    found.pop("usermeta", None)
    for key, value in _entries(found):
        named = key != "data" or (isinstance(value, dict) and value.keys() == {"name"})
        if key in _FETCHING or not named:
            msg = f"view {view.id!r}: a chart is drawn on named data, and fetches nothing"
            raise ValueError(msg)
    if "mark" in found or "layer" in found:
        found |= {"width": "container", "height": view.height}
        found.setdefault("autosize", {"type": "fit", "contains": "padding"})
    return found


def _entries(node: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a spec with its value."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from _entries(value)
    elif isinstance(node, list):
        for part in node:
            yield from _entries(part)


def rows(view: View) -> dict[str, dict[str, list[Any]]]:
    """The named data of a view, column by column."""
    return {name: columnar(frame) for name, frame in _frames(view).items()}


def _frames(view: View) -> dict[str, pd.DataFrame]:
    """The contents of a view by the names of its datasets, its own first."""
    match view:
        case Chart():
            return {view.id: view.rows, **view.extra}
        case Rows():
            _check_fields(view)
            return {view.id: view.rows}
        case Figures():
            return _of_figures(view)
        case Listing():
            return {view.id: _of_parts(view, view.items, ("text", "n", "severity"))}


def _check_fields(view: Rows) -> None:
    """Raise ``ValueError`` if a column, a pick or the order names a field that no row has."""
    asked = {column.field for column in view.columns} | {pick.field for pick in view.pick}
    asked |= set() if view.sort is None else {view.sort}
    if missing := asked - set(view.rows):
        msg = f"view {view.id!r}: its rows have no {sorted(missing)}, but {list(view.rows)}"
        raise ValueError(msg)


def _of_figures(view: Figures) -> dict[str, pd.DataFrame]:
    """The figures, and the points of their small lines."""
    points = [
        {"figure": at, "value": value}
        for at, figure in enumerate(view.figures)
        for value in figure.line
    ]
    fields = ("label", "value", "change", "sense", "n")
    return {
        view.id: _of_parts(view, view.figures, fields),
        f"{view.id}/line": pd.DataFrame(points, columns=["figure", "value"]),
    }


def _of_parts(
    view: Figures | Listing, parts: Sequence[Figure | ListItem], fields: tuple[str, ...]
) -> pd.DataFrame:
    """A row a part: what it says, and what is picked with it, null where nothing is.

    Raises
    ------
    ValueError
        If a part picks a field that no pick of its view names, or that is one of its own.
    """
    picked = list(dict.fromkeys(pick.field for pick in view.pick))
    strange = {name for part in parts for name in part.picks} - set(picked)
    if strange or set(picked) & set(fields):
        msg = f"view {view.id!r}: the fields of picks are {picked}, and none of {fields}"
        raise ValueError(msg)
    columns: dict[str, list[Any]] = {
        name: [getattr(part, name) for part in parts] for name in fields
    }
    columns |= {name: [part.picks.get(name) for part in parts] for name in picked}
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})


def columnar(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Columns as JSON: times as epoch milliseconds, missing and infinite as null.

    >>> columnar(pd.DataFrame({"n": [1, 2], "mean": [0.5, float("nan")]}))
    {'n': [1, 2], 'mean': [0.5, None]}
    """
    return {str(name): _plain(values) for name, values in frame.items()}


def packed(rows: Mapping[str, Mapping[str, list[Any]]]) -> dict[str, dict[str, Any]]:
    """Rows as they are sent: of a column that repeats few texts each once, and codes.

    >>> packed({"sizes": {"name": ["champions"] * 40, "n": [3] * 40}})["sizes"]["name"]["levels"]
    ['champions']
    """
    return {
        name: {field: _levelled(values) for field, values in columns.items()}
        for name, columns in rows.items()
    }


def _levelled(values: list[Any]) -> Any:
    """A column as it is sent."""
    if len(values) < LEAST_CODED or not all(type(value) is str for value in values):
        return values
    levels = {level: code for code, level in enumerate(dict.fromkeys(values))}
    if 2 * len(levels) > len(values):
        return values
    return {"levels": list(levels), "codes": [levels[value] for value in values]}


def _plain(values: pd.Series[Any]) -> list[Any]:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_localize(None)
    if values.dtype.kind == "M":
        moments = values.to_numpy("datetime64[ms]")
        numbers = moments.astype(np.int64).tolist()
        missing = np.isnat(moments).tolist()
        return [None if gone else number for number, gone in zip(numbers, missing, strict=True)]
    if values.dtype.kind in "iub" and isinstance(values.dtype, np.dtype):
        plain: list[Any] = values.to_numpy().tolist()
        return plain
    return [_scalar(value) for value in values.tolist()]


def _scalar(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, pd.Timestamp):
        return int(value.tz_localize(None).timestamp() * 1000)
    return value if isinstance(value, bool | int | str) else str(value)


def chart(view: Chart) -> alt.TopLevelMixin:
    """The view as a chart of its own, with its data and headings, for the user to go on with."""
    frames = {view.id: view.rows, **view.extra}
    original: Any = view.chart
    made = original.copy(deep=True)
    _bind(made, frames)
    subtitle = view.subtitle or alt.Undefined
    title = alt.TitleParams(text=view.title, anchor="start", subtitle=subtitle)
    made = made.properties(title=title)
    if isinstance(made, alt.Chart | alt.LayerChart):
        made = made.properties(width=view.span * 60, height=view.height)
    whole: alt.TopLevelMixin = made
    return whole


def _bind(node: Any, frames: dict[str, pd.DataFrame]) -> None:
    if isinstance(getattr(node, "data", None), alt.NamedData):
        node.data = frames[node.data.name]
    for part in ("layer", "hconcat", "vconcat", "concat"):
        for child in getattr(node, part, None) or []:
            if isinstance(child, alt.TopLevelMixin):
                _bind(child, frames)
    if isinstance(getattr(node, "spec", None), alt.TopLevelMixin):
        _bind(node.spec, frames)


def plain(value: Any) -> Any:
    """Tuples as lists, as JSON has them, so that equal values compare as equal."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def strings() -> dict[str, Any]:
    """The front end's own words in the current language, and d3's locales."""
    language = text.locale()
    own = {
        key.removeprefix("ui."): words
        for key, words in text.words(language).items()
        if key.startswith("ui.")
    }
    return own | {
        "lang": language, "formatLocale": theme.number_locale(language),
        "timeFormatLocale": theme.time_locale(language),
    }  # fmt: skip
