"""The numbers of the triangle: its cells, the sizes beside them, and the averages above."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from ... import text
from .names import interval, kind_of
from .scene import CohortScene

ALL = ""
"""The row of all cohorts, as the page calls it."""
WHOLE = -1
"""The column of whole cohorts: their sizes."""
STEPS = 6
"""Steps of colour for money: as many cells in each."""


def triangle_rows(scene: CohortScene, wide: float) -> pd.DataFrame:
    """A row a cell; of age −1 a row a cohort; and of no cohort the averages."""
    cells = cell_rows(scene)
    found = pd.concat([_sizes(scene), _averages(scene), cells], ignore_index=True)
    whole = found["age"] == WHOLE
    found["x0"] = np.where(whole, -wide, found["age"].astype(float))
    found["shade"] = _shades(scene, found["value"].to_numpy(float)).round(3)
    outside = (found["age"] < scene.first_age) | whole | (found["label"] == "")
    found.loc[outside, "shade"] = np.nan
    return found


def cell_rows(scene: CohortScene) -> pd.DataFrame:
    """A row a cell that has begun; what rests on too few customers has no number."""
    table = scene.whole.cells.iloc[:0] if scene.shown is None else scene.shown.cells
    table = table[table["age"] < scene.ages]
    enough = table["shown"].to_numpy(bool)
    value = table["value"].to_numpy(float)
    states = np.where(table["cohort"].isin(scene.whole.earlier), "earlier", "done")
    states = np.where(table["complete"], states, "open")
    # of groups only finished windows are drawn
    n = table["customers"] if scene.dated else table["eligible"]
    return pd.DataFrame(
        {
            "cohort": [str(label) for label in table["cohort"]],
            "name": [scene.names[label] for label in table["cohort"]],
            "age": table["age"].to_numpy(),
            "when": [scene.age_name(age) for age in table["age"]],
            "value": value,
            "label": [_label(scene, v) for v in value],
            "range": _ranges(scene, table),
            "n": n.astype("Int64").array,
            "active": table["active"].astype("Int64").array,
            "state": states,
            "note": [
                _note(state, bool(ok), scene) for state, ok in zip(states, enough, strict=True)
            ],
        }
    )


def _label(scene: CohortScene, value: float) -> str:
    if not np.isfinite(value):
        return ""
    return scene.say(value).removesuffix(" %").replace("100.0", "100")


def _ranges(scene: CohortScene, table: pd.DataFrame) -> list[str]:
    return [
        interval(scene.say(low), scene.say(high)) if np.isfinite(low) else "–"
        for low, high in zip(table["low"], table["high"], strict=True)
    ]


def _note(state: str, shown: bool, scene: CohortScene) -> str:
    if not shown:
        return text.say("cohorts.too_few", n=scene.min_cell)
    return "" if state == "done" else text.say(f"triangle.{state}")


def _sizes(scene: CohortScene) -> pd.DataFrame:
    """A row a cohort: how many customers; and first of all, of all cohorts."""
    sizes = scene.whole.sizes
    now = pd.DataFrame({"n": 0, "hidden": False}, index=pd.Index(sizes["cohort"]))
    if scene.shown is not None:
        found = scene.shown.sizes.set_index("cohort")
        now["n"] = found["customers"].astype("Int64").reindex(now.index, fill_value=0)
        now["hidden"] = ~found["shown"].reindex(now.index, fill_value=True)
    total = scene.total
    most = float(sizes["customers"].max(skipna=True) if sizes["shown"].any() else 0) or 1.0
    n = pd.array([total, *now["n"]], "Int64")
    hidden = [total is None, *now["hidden"]]
    state = ["whole", *np.where(sizes["includes_earlier"], "earlier_whole", "whole")]
    notes = [text.say("triangle.earlier") if s == "earlier_whole" else "" for s in state]
    few = text.say("cohorts.too_few", n=scene.min_cell)
    return pd.DataFrame(
        {
            "cohort": [ALL, *(str(label) for label in sizes["cohort"])],
            "name": [text.say("triangle.all"), *(scene.names[c] for c in sizes["cohort"])],
            "age": WHOLE,
            "when": text.say("triangle.whole"),
            "value": np.nan,
            "label": ["–" if gone else text.count(c) for c, gone in zip(n, hidden, strict=True)],
            "range": "–",
            "n": n,
            "share": [0.0, *(0.0 if gone else c / most for c, gone in now[["n", "hidden"]].values)],
            "state": state,
            "note": [few if gone else note for gone, note in zip(hidden, notes, strict=True)],
        }
    )


def _averages(scene: CohortScene) -> pd.DataFrame:
    table = scene.whole.average.iloc[:0] if scene.shown is None else scene.shown.average
    table = table[table["age"] < scene.ages]
    return pd.DataFrame(
        {
            "cohort": ALL,
            "name": text.say("triangle.all"),
            "age": table["age"].to_numpy(),
            "when": [scene.age_name(age) for age in table["age"]],
            "value": table["value"],
            "label": [_label(scene, value) for value in table["value"]],
            "range": _ranges(scene, table),
            "n": table["customers"].astype("Int64"),
            "state": "done",
            "note": [text.say("triangle.average", n=n) for n in table["cohorts"]],
        }
    )


def _shades(scene: CohortScene, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Place of each value on the colour scale, from 0 to 1; that of the cells shown."""
    base = scene.sure_cells()["value"].to_numpy(float)
    if not base.size:
        return np.where(np.isfinite(values), 0.5, np.nan)
    if kind_of(scene.measure) == "money":
        cuts = np.quantile(base, np.arange(1, STEPS) / STEPS)
        steps = np.searchsorted(cuts, values, side="right") / (STEPS - 1)
        return np.where(np.isfinite(values), steps, np.nan)
    lo, hi = np.quantile(base, [0.01, 0.99])
    width = hi - lo if hi > lo else 1.0
    shades: npt.NDArray[np.float64] = np.clip((values - lo) / width, 0, 1)
    return shades
