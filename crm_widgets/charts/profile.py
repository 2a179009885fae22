"""What segments are like: medians in units, coloured by how far they are from the average."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from .. import text
from .names import feature_axis, feature_name
from .scene import Mask, Scene, Where
from .view import Column, View

VIEW = "profile"
FULL = 2.0
"""Standard deviations from the mean at which the colour is full."""


def profile(scene: Scene, where: Where, *, span: int = 4, height: int = 280) -> View:
    """A row a segment and one for all, a column a feature; a row for the selected if there are."""
    features = list(scene.result.zmeans.columns)
    others = where("")
    rows = [
        _row(scene, label, name, scene.result.medians.loc[label], scene.result.zmeans.loc[label])
        for label, name in scene.names.items()
    ]
    numeric = [f for f in features if f in scene.result.medians.columns]
    rows.append(_plain(scene, text.say("profile.all"), numeric, None))
    if others is not None:
        rows.append(_plain(scene, text.say("profile.selected"), numeric, others))
    frame = pd.concat(rows, ignore_index=True)
    spread = scene.result.zmeans.max() - scene.result.zmeans.min()
    widest = str(spread.idxmax())
    return View(
        id=VIEW,
        chart=scene.chart(VIEW, lambda: _chart(height)),
        rows=frame,
        title=text.say(
            "profile.title",
            feature=feature_name(widest),
            spread=text.decimal(float(f"{spread.max():.2g}")),
        ),
        subtitle=text.say("profile.subtitle"),
        sentence=text.say("profile.sentence", feature=feature_name(widest)),
        columns=(
            Column("segment", text.say("feature.segment")),
            Column("name", text.say("profile.feature")),
            Column("text", text.say("profile.median")),
            Column("z", text.say("profile.z"), "+.2f"),
        ),
        span=span,
        height=height,
    )


def _row(scene: Scene, label: object, name: str, medians: pd.Series, z: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "segment": name,
                "name": feature_name(str(feature)),
                "axis": feature_axis(str(feature), scene.money_unit),
                "z": float(value),
                "text": scene.value(str(feature), float(medians.get(feature, np.nan))),
            }
            for feature, value in z.items()
        ]
    )


def _plain(scene: Scene, name: str, features: list[str], where: Mask | None) -> pd.DataFrame:
    """Medians without a colour: of everyone, or of the selected."""
    return pd.DataFrame(
        [
            {
                "segment": name,
                "name": feature_name(feature),
                "axis": feature_axis(feature, scene.money_unit),
                "z": None,
                "text": scene.value(feature, scene.median(feature, where)),
            }
            for feature in features
        ]
    )


def _chart(height: int) -> alt.TopLevelMixin:
    head = alt.Axis(
        title=None, orient="top", labelAngle=0, domain=False, ticks=False, labelLimit=110
    )
    side = alt.Axis(title=None, labelLimit=130)
    table = alt.Chart(alt.NamedData(VIEW)).encode(
        x=alt.X("name:N", sort=None, axis=head),
        y=alt.Y("segment:N", sort=None, axis=side, scale=alt.Scale(padding=0.04)),
        tooltip=[
            alt.Tooltip("segment:N", title=text.say("feature.segment")),
            alt.Tooltip("axis:N", title=text.say("profile.feature")),
            alt.Tooltip("text:N", title=text.say("profile.median")),
            alt.Tooltip("z:Q", title=text.say("profile.z"), format="+.2f"),
        ],
    )
    scale = alt.Scale(domain=[-FULL, FULL], clamp=True, range="diverging", interpolate="lab")
    cells = table.mark_rect().encode(color=alt.Color("z:Q", scale=scale, legend=None))
    legible = alt.ExprRef("luminance(scale('color', datum.z)) > 0.2 ? '#1b1f24' : '#ffffff'")
    colored = table.transform_filter("isValid(datum.z)").mark_text(fill=legible)
    plain = table.transform_filter("!isValid(datum.z)").mark_text(style="ink")
    return alt.layer(cells, colored.encode(text="text:N"), plain.encode(text="text:N")).properties(
        width="container", height=height
    )
