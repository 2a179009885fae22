"""The views of correlations: what goes with what, the opened pair, the strongest, the target."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ... import text
from ..notes import notes_words
from ..view import Chart
from .heatmap import heatmap
from .pair import pair, pair_of_sides
from .scene import CorrelationScene
from .target_rates import rates
from .top_pairs import strongest


def correlation_views(scene: CorrelationScene, picked: Collection[str] = ()) -> tuple[Chart, ...]:
    """All views.

    Parameters
    ----------
    scene
        The findings and what is open.
    picked
        Levels of the target's bars that are selected, by their keys.
    """
    target = scene.correlation.target
    has_target = target is not None and len(target.rates) > 0
    listed = not scene.known()["faded"].all()
    views = [heatmap(scene, span=7)]
    views += [pair(scene, span=5)] if scene.pair is not None else []
    views += pair_of_sides(scene) if scene.sides else []
    views += [strongest(scene, span=5 if has_target else 12)] if listed else []
    if has_target:
        assert target is not None
        views.append(rates(scene, target, picked, span=7 if listed else 12))
    return tuple(views)


def correlation_title(scene: CorrelationScene) -> str:
    """How many columns of how many customers."""
    n, rows = len(scene.order), text.count(scene.rows)
    return text.say("correlation.title", n=n, rows=rows)


def correlation_line(total: int, selected: int | None) -> str:
    """How many customers are selected."""
    if selected is None:
        return text.say("segments.all", n=text.count(total))
    return text.say("segments.some", n=text.count(selected), total=text.count(total))


def correlation_footer(scene: CorrelationScene) -> tuple[str, ...]:
    """What was left out and why, what was read, sampled and shared, and what is not tested."""
    notes = [*scene.notes, *scene.correlation.notes]
    if scene.comparison is not None:  # of the rows in memory, as groups are
        notes = [note for note in notes if not note.key.startswith("whole_")]
        notes += scene.comparison.notes
    words = list(notes_words(notes))
    tested = int(np.isfinite(scene.pairs["p"].to_numpy(np.float64)).sum())
    words.append(text.say("correlation.adjusted", n=text.count(tested)))
    return tuple(words)
