"""What goes with what: a cell a pair; columns that go together stand side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ... import text
from ..view import Chart, Column, Dim, Pick
from .cells import VIEW, heatmap_chart, method_name, structure
from .scene import CorrelationScene, coefficient, p_words

CELL = 24
"""Height of a cell, in pixels, while there is room."""
LARGEST = 560


def heatmap(scene: CorrelationScene, *, span: int = 7) -> Chart:
    """A cell a pair; click or Enter opens it."""
    across, down = _sides(scene)
    rows = _rows(scene)
    compared = scene.comparison is not None
    title = _finding(scene)
    labels = max((len(scene.label(name)) for name in across), default=0)
    room = min(110, 30 + 5 * labels)
    height = int(min(LARGEST, max(180, CELL * len(down)))) + room
    columns = [
        Column("a", text.say("heatmap.first")),
        Column("b", text.say("heatmap.second")),
        Column("r", text.say("heatmap.difference" if compared else "heatmap.coefficient"), "+.2f"),
        Column("lo", text.say("heatmap.low"), "+.2f"),
        Column("hi", text.say("heatmap.high"), "+.2f"),
        Column("n", text.say("heatmap.n"), ",d"),
        Column("p", text.say("heatmap.p")),
        Column("method", text.say("knob.method")),
    ]
    return Chart(
        id=VIEW,
        chart=scene.chart(
            *structure(scene),
            tuple(across),
            tuple(down),
            height,
            make=lambda: heatmap_chart(scene, across, down, height),
        ),
        rows=rows,
        title=title,
        subtitle=_subtitle(scene),
        sentence=text.say("heatmap.sentence", n=len(scene.order), title=title),
        dims=(
            Dim("x", "", ("x",), levels=tuple(across)),
            Dim("y", "", ("y",), levels=tuple(down)),
        ),
        pick=(Pick("pick", "pair", "pair", knob="pair"),),
        columns=tuple(columns),
        span=span,
        height=height,
    )


def _sides(scene: CorrelationScene) -> tuple[list[str], list[str]]:
    """Columns along both axes: of a triangle, one end of each side has no cell."""
    names = [scene.label(name) for name in scene.order]
    return (names, names) if scene.square else (names[:-1], names[1:])


def _rows(scene: CorrelationScene) -> pd.DataFrame:
    pairs = scene.pairs
    hidden = pairs["value"].abs() < scene.threshold
    pairs = pairs[~hidden]
    place = {name: i for i, name in enumerate(scene.order)}
    pairs = pairs[pairs["a"].isin(place) & pairs["b"].isin(place)]
    first, second = pairs["a"].map(place), pairs["b"].map(place)
    label = {name: scene.label(name) for name in scene.order}
    a, b = pairs["a"].map(label), pairs["b"].map(label)
    n = pairs["n"] if "n" in pairs else pairs["n_a"] + pairs["n_b"]
    rows = pd.DataFrame(
        {
            "x": a.where(first < second, b),
            "y": b.where(first < second, a),
            "pair": [scene.key(*pair) for pair in zip(pairs["a"], pairs["b"], strict=True)],
            "a": a,
            "b": b,
            "r": _short(pairs["value"]),
            "lo": _short(pairs["low"]),
            "hi": _short(pairs["high"]),
            "n": n.astype(int),
            "p": [p_words(p) for p in pairs["p_adjusted"]],
            "signed": (pairs["signed"] | (scene.comparison is not None)).astype(int),
            "faded": pairs["faded"].astype(int),
            "cut": pairs["restricted"].astype(int),
            "method": [method_name(method) for method in pairs["method"]],
            "why": [_reason(reason) for reason in pairs["reason"]],
        }
    )
    if scene.comparison is not None:
        rows["r1"], rows["r2"] = _short(pairs["value_a"]), _short(pairs["value_b"])
    rows["open"] = (rows["pair"] == scene.opened).astype(int)
    if scene.square:
        rows = pd.concat([rows, rows.rename(columns={"x": "y", "y": "x"})], ignore_index=True)
    return rows.reset_index(drop=True)


def _short(values: pd.Series[Any]) -> pd.Series[Any]:
    """Four significant digits, which is what travels."""
    numbers = values.to_numpy(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        digits = 3 - np.floor(np.log10(np.abs(numbers)))
    kept = [
        round(number, int(places)) if np.isfinite(places) else number
        for number, places in zip(numbers.tolist(), digits.tolist(), strict=True)
    ]
    return pd.Series(kept, index=values.index, dtype=np.float64)


def _reason(reason: str) -> str:
    return text.say(f"reason.{reason}") if reason else ""


def _finding(scene: CorrelationScene) -> str:
    clear = scene.known()
    clear = clear[~clear["faded"]]
    if not len(clear):
        if scene.comparison is not None:
            return text.say("heatmap.no_difference", a=scene.groups[0], b=scene.groups[1])
        reasons = [reason for reason in scene.pairs["reason"] if reason]
        if len(reasons) == len(scene.pairs):
            return text.say("heatmap.unknown", reason=_reason(reasons[0]))
        return text.say("heatmap.nothing")
    best = clear.iloc[int(clear["value"].abs().to_numpy().argmax())]
    a, b = scene.label(best["a"]), scene.label(best["b"])
    if scene.comparison is None:
        value = coefficient(best["value"], signed=best["signed"])
        return text.say("heatmap.title", a=a, b=b, value=value, method=method_name(best["method"]))
    return text.say(
        "heatmap.title_difference",
        a=a,
        b=b,
        one=coefficient(best["value_a"], signed=best["signed"]),
        two=coefficient(best["value_b"], signed=best["signed"]),
        first=scene.groups[0],
        second=scene.groups[1],
    )


def _subtitle(scene: CorrelationScene) -> str:
    parts = []
    if scene.waits:
        parts.append(text.say("heatmap.waits"))
    if scene.comparison is not None:
        one, two = scene.groups
        parts.append(text.say("heatmap.subtitle_difference", a=one, b=two))
    else:
        if scene.rows < scene.total:
            parts.append(text.say("heatmap.subtitle_selected", n=text.count(scene.rows)))
        parts.append(text.say("heatmap.faded"))
    if scene.pairs["restricted"].any():
        parts.append(text.say("heatmap.restricted"))
    if scene.threshold > 0:
        below = int((scene.pairs["value"].abs() < scene.threshold).sum())
        least = coefficient(scene.threshold, signed=False)
        parts.append(text.say("heatmap.hidden", n=text.count(below), least=least))
    return text.say("heatmap.join").join(parts)
