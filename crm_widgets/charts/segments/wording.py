"""What segments and features are called where they are drawn, and what stands in open controls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ...analysis.segments.result import Segmentation
from ...data.vocabulary.clauses import Clause, Values
from ..drawing import Choices
from ..names import feature_name
from ..theme import color_of
from ..wording import Wording, plain_level
from .scene import Scene

MOST_NAMED = 3
"""Features that are named one by one."""


def segment_wording(scene: Scene, kinds: Mapping[str, str]) -> Wording:
    """Segments by their names and in their colours, as they are in this drawing."""
    names = scene.names

    def level(field: str, value: Any) -> str:
        named = names.get(value) if field == "segment" else None
        return named or plain_level(field, value)

    def color(clause: Clause) -> str | None:
        predicate = clause.predicate
        if not isinstance(predicate, Values) or len(predicate.values) > 1:
            return None
        place = scene.places.get(predicate.values[0]) if predicate.field == "segment" else None
        return None if place is None else color_of(place)

    def named(customers: pd.DataFrame) -> pd.DataFrame:
        """Segments by name and in the order of value."""
        ordered = pd.Categorical(
            customers["segment"].map(names), list(names.values()), ordered=True
        )
        return customers.assign(segment=ordered)

    return Wording(
        label=feature_name, level=level, is_time=lambda field: kinds.get(field) == "time",
        color=color, named=named,
    )  # fmt: skip


def in_use(result: Segmentation) -> dict[str, Choices]:
    """What the analysis took where nothing was chosen, for the controls that are left open."""
    used = [feature_name(name) for name in result.features[:MOST_NAMED]]
    more = len(result.features) - MOST_NAMED
    day = result.as_of
    return {
        "k": Choices(placeholder=str(result.k)),
        "features": Choices(placeholder=", ".join(used) + (f" +{more}" if more > 0 else "")),
        "as_of": Choices(placeholder=None if day is None else day.isoformat()),
    }
