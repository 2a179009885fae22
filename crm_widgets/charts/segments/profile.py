"""What segments are like: medians in units, coloured by how far they are from the average.

A segment of few customers has no colour, and its means count for no finding.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ... import text
from ...data.vocabulary.table import Dim, Levels
from ..canvas import Mask, Where
from ..names import feature_axis, feature_name, level_of
from ..view import Chart, Column, Counting, Series
from .scene import Scene

VIEW = "profile"
MOST = 8
"""Columns that are shown, those in which segments differ most."""
FULL = 2.0
"""Standard deviations from the mean at which the colour is full."""


def profile(scene: Scene, where: Where, *, span: int = 4, height: int = 280) -> Chart:
    """A row a segment and one for all, a column a feature; a row for the selected if there are."""
    z = scene.result.zmeans
    small = scene.small
    firm = z if all(small) else z[~np.array(small)]
    spread = firm.max() - firm.min()
    kept = set(spread.sort_values(ascending=False, kind="stable").index[:MOST])
    columns = [str(name) for name in z.columns if name in kept]
    chosen = where("")
    everyone, selected = scene.counts([scene.segment], chosen)
    rows = [
        _cell(scene, segment, name, None if few else value, _typical(scene, label, name))
        | {"who": who, "n": int(n), "sel": int(some)}
        for (label, segment), who, few, values, n, some in zip(
            scene.names.items(), scene.cautious, small, z[columns].to_numpy(float).tolist(),
            everyone, selected, strict=True,
        )
        for name, value in zip(columns, values, strict=True)
    ]  # fmt: skip
    at = np.repeat(np.arange(len(everyone)), len(columns))
    plain: list[tuple[str, Mask | None]] = [(text.say("profile.all"), None)]
    if chosen is not None:
        plain.append((text.say("profile.selected"), chosen))
    numeric = [name for name in columns if name in scene.result.medians.columns]
    rows += [
        _cell(scene, words, name, None, scene.value(name, scene.median(name, mask)))
        | {"n": int(everyone.sum()), "sel": int(selected.sum())}
        for words, mask in plain
        for name in numeric
    ]
    widest = str(spread.idxmax())
    title = text.say(
        "profile.title",
        feature=_name(scene, widest),
        spread=text.decimal(float(f"{spread.max():.2g}")),
    )
    return Chart(
        id=VIEW,
        chart=scene.chart(VIEW, lambda: _chart(height)),
        rows=pd.DataFrame(rows),
        title=title,
        subtitle=text.say("profile.subtitle"),
        sentence=text.say("profile.sentence", title=title),
        series=(Series("sel"),),
        columns=(
            Column("who", text.say("feature.segment")),
            Column("axis", text.say("profile.feature")),
            Column("text", text.say("profile.median")),
            Column("z", text.say("profile.z"), "+.2f"),
            Column("sel", text.say("col.selected"), ",d"),
            Column("n", text.say("col.customers"), ",d"),
        ),
        span=span,
        height=height,
        counting=Counting((scene.segment,), at=at),
        waits=chosen is not None,
    )


def _name(scene: Scene, name: str) -> str:
    level = level_of(name, list(scene.result.features))
    if level is None:
        return feature_name(name)
    return text.say("profile.level", feature=feature_name(level[0]), level=level[1])


def _typical(scene: Scene, label: Hashable, name: str) -> str:
    """Median of a feature in a segment, or its share of customers who have a level."""
    medians = scene.result.medians
    if name in medians.columns:
        return scene.value(name, float(medians.loc[label, name]))  # type: ignore[index, arg-type]
    level = level_of(name, list(scene.result.features))
    if level is None:
        return ""
    dims: list[Dim] = [scene.segment, Levels(level[0], (level[1],))]
    there = scene.counts(dims, None)[0][scene.labels.index(label), 0]
    return text.percent(there / scene.counts([scene.segment], None)[0][scene.labels.index(label)])


def _cell(scene: Scene, segment: str, name: str, z: float | None, words: str) -> dict[str, Any]:
    is_feature = name in scene.result.features
    axis = feature_axis(name, scene.money_unit) if is_feature else _name(scene, name)
    return {
        "segment": segment, "who": segment, "name": _name(scene, name), "axis": axis, "z": z,
        "text": words,
    }  # fmt: skip


def _chart(height: int) -> alt.TopLevelMixin:
    head = alt.Axis(
        title=None, orient="top", labelAngle=0, domain=False, ticks=False, labelOverlap=False,
        labelLimit=alt.ExprRef("bandwidth('x') + 4"),
        labelFontSize=alt.ExprRef("bandwidth('x') < 58 ? 9.5 : 11"),
    )  # fmt: skip
    side = alt.Axis(title=None, labelLimit=130)
    table = alt.Chart(alt.NamedData(VIEW)).encode(
        x=alt.X("name:N", sort=None, axis=head),
        y=alt.Y("segment:N", sort=None, axis=side, scale=alt.Scale(padding=0.04)),
        tooltip=[
            alt.Tooltip("who:N", title=text.say("feature.segment")),
            alt.Tooltip("axis:N", title=text.say("profile.feature")),
            alt.Tooltip("text:N", title=text.say("profile.median")),
            alt.Tooltip("z:Q", title=text.say("profile.z"), format="+.2f"),
            alt.Tooltip("sel:Q", title=text.say("col.selected"), format=",d"),
            alt.Tooltip("n:Q", title=text.say("col.customers"), format=",d"),
        ],
    )
    scale = alt.Scale(domain=[-FULL, FULL], clamp=True, range="diverging", interpolate="lab")
    cells = table.mark_rect().encode(color=alt.Color("z:Q", scale=scale, legend=None))
    legible = alt.ExprRef("luminance(scale('color', datum.z)) > 0.18 ? '#000000' : '#ffffff'")
    fitting: dict[str, Any] = {
        "limit": alt.ExprRef("bandwidth('x')"),
        "fontSize": alt.ExprRef("bandwidth('x') < 48 ? 10 : 12"),
    }
    colored = table.transform_filter("isValid(datum.z)").mark_text(fill=legible, **fitting)
    plain = table.transform_filter("!isValid(datum.z)").mark_text(style="ink", **fitting)
    return alt.layer(
        cells, colored.encode(text=alt.Text("text:N")), plain.encode(text=alt.Text("text:N"))
    ).properties(width="container", height=height)
