"""The numbers of the triangle: its cells, the sizes beside them, and the averages above."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .. import text
from .cohort_names import interval, kind_of
from .cohort_scene import CohortScene

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
    enough = scene.enough(table).to_numpy()
    value = table["value"].to_numpy()
    earlier = _earlier(scene)
    states = np.where(table["cohort"].isin(earlier), "earlier", "done")
    states = np.where(table["complete"], states, "open")
    # of groups only finished windows are drawn
    n = table["customers"] if scene.dated else table["eligible"]
    return pd.DataFrame(
        {
            "cohort": [str(label) for label in table["cohort"]],
            "name": [scene.names[label] for label in table["cohort"]],
            "age": table["age"].to_numpy(),
            "when": [scene.age_name(age) for age in table["age"]],
            "value": np.where(enough, value, np.nan),
            "label": [_label(scene, v, bool(ok)) for v, ok in zip(value, enough, strict=True)],
            "range": _ranges(scene, table, enough),
            "n": pd.array(np.where(enough, n, 0), "Int64"),
            "active": pd.array(np.where(enough, table["active"], 0), "Int64"),
            "state": states,
            "note": [
                _note(state, bool(ok), scene) for state, ok in zip(states, enough, strict=True)
            ],
        }
    )


def _earlier(scene: CohortScene) -> list[Any]:
    sizes = scene.whole.sizes
    return list(sizes.loc[sizes["includes_earlier"], "cohort"])


def _label(scene: CohortScene, value: float, shown: bool) -> str:
    if not shown or not np.isfinite(value):
        return ""
    return scene.say(value).removesuffix(" %").replace("100.0", "100")


def _ranges(scene: CohortScene, table: pd.DataFrame, enough: npt.NDArray[np.bool_]) -> list[str]:
    ends = zip(table["low"], table["high"], enough, strict=True)
    return [
        interval(scene.say(low), scene.say(high)) if ok and np.isfinite(low) else "–"
        for low, high, ok in ends
    ]


def _note(state: str, shown: bool, scene: CohortScene) -> str:
    if not shown:
        return text.say("cohorts.too_few", n=scene.min_cell)
    return "" if state == "done" else text.say(f"triangle.{state}")


def _sizes(scene: CohortScene) -> pd.DataFrame:
    """A row a cohort: how many customers; and first of all, of all cohorts."""
    sizes = scene.whole.sizes
    now = pd.Series(0, index=pd.Index(sizes["cohort"]))
    if scene.shown is not None:
        found = scene.shown.sizes.set_index("cohort")["customers"]
        now = found.reindex(now.index, fill_value=0)
    n = [int(now.sum()), *now.astype(int)]
    least = f"<{scene.min_cell}"
    most = float(scene.whole.sizes["customers"].max()) or 1.0
    few = [0 < count < scene.min_cell for count in n]
    state = ["whole", *np.where(sizes["includes_earlier"], "earlier_whole", "whole")]
    return pd.DataFrame(
        {
            "cohort": [ALL, *(str(label) for label in sizes["cohort"])],
            "name": [text.say("triangle.all"), *(scene.names[c] for c in sizes["cohort"])],
            "age": WHOLE,
            "when": text.say("triangle.whole"),
            "value": np.nan,
            "label": [
                least if small else text.count(c) for c, small in zip(n, few, strict=True)
            ],
            "range": "–",
            "n": pd.array([None if small else c for c, small in zip(n, few, strict=True)], "Int64"),
            "share": [0.0, *(0.0 if s else c / most for c, s in zip(n[1:], few[1:], strict=True))],
            "state": state,
            "note": [
                text.say("triangle.earlier") if s == "earlier_whole" else "" for s in state
            ],
        }
    )  # fmt: skip


def _averages(scene: CohortScene) -> pd.DataFrame:
    table = scene.whole.average.iloc[:0] if scene.shown is None else scene.shown.average
    table = table[table["age"] < scene.ages]
    enough = (table["customers"] >= scene.min_cell).to_numpy()
    return pd.DataFrame(
        {
            "cohort": ALL,
            "name": text.say("triangle.all"),
            "age": table["age"].to_numpy(),
            "when": [scene.age_name(age) for age in table["age"]],
            "value": np.where(enough, table["value"], np.nan),
            "label": [
                _label(scene, v, bool(ok)) for v, ok in zip(table["value"], enough, strict=True)
            ],
            "range": _ranges(scene, table, enough),
            "n": pd.array(np.where(enough, table["customers"], 0), "Int64"),
            "state": "done",
            "note": [
                text.say("triangle.average", n=n) if ok else ""
                for n, ok in zip(table["cohorts"], enough, strict=True)
            ],
        }
    )  # fmt: skip


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
