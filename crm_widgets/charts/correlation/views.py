"""The views of correlations: what goes with what, the opened pair, the strongest, the target."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from ... import text
from ...data.scope import Data, Ground, Known, Scope
from ..field_meaning import FieldMeaning
from ..notes import notes_words
from ..view import Chart
from .heatmap import heatmap
from .meaning import PairMeaning, RatesMeaning, keys_of
from .pair import pair, pair_of_sides
from .scene import CorrelationScene
from .target_rates import VIEW, rate_predicates, rates
from .top_pairs import strongest


def correlation_views(
    scene: CorrelationScene, picked: Collection[str] = (), ground: Ground | None = None
) -> tuple[Chart, ...]:
    """All views.

    Parameters
    ----------
    scene
        The findings and what is open.
    picked
        Levels of the target's bars that are selected, by their keys.
    ground
        The table and what is known of it, by which what is touched is understood.
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
    return tuple(view if ground is None else _meant(view, scene, *ground) for view in views)


def _meant(view: Chart, scene: CorrelationScene, data: Data, known: Known | None) -> Chart:
    """A view with what is brushed or picked in it."""
    fields = FieldMeaning(view, data, known)
    means = RatesMeaning if view.id == VIEW else PairMeaning
    return replace(view, means=means(fields, scene, scene.read_from_text))


def picked_rates(scene: CorrelationScene, scope: Scope) -> tuple[str, ...]:
    """The keys of the levels that are picked in the bars of the target."""
    return keys_of(scope.own(VIEW).gestures, rate_predicates(scene))


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
