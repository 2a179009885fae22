"""The views of cohorts: who stays, who pays, whether a difference is real, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import altair as alt
import pandas as pd

from ... import text
from ...errors import CrmError
from ..meaning import Meaning
from ..notes import notes_words
from ..view import Chart
from . import decomposition, differences, survival
from .curves import curves as curves_view
from .decomposition import causes as causes_view
from .differences import differences as differences_view
from .scene import CohortScene, problem_words
from .survival import survival_curve as survival_view
from .triangle import triangle

Draw = Callable[[CohortScene], Chart]


def cohort_views(scene: CohortScene, means: Meaning | None = None) -> tuple[Chart, ...]:
    """All views: the triangle, the curves, the comparison, its causes, and survival.

    Parameters
    ----------
    scene
        What is drawn.
    means
        What is picked in the triangle.
    """
    pair = scene.pair
    found = [replace(triangle(scene), means=means), curves_view(scene, span=6, height=270)]
    for name, known, draw, span in (
        (differences.VIEW, pair.comparison, differences_view, 6),
        (decomposition.VIEW, pair.explanation, causes_view, 6),
        (survival.VIEW, pair.survival, survival_view, 6),
    ):
        if known is not None:
            found.append(draw(scene, span=span, height=270))
        elif name in pair.problems:
            found.append(_missing(name, pair.problems[name], span))
    return tuple(found)


def _missing(name: str, problem: CrmError, span: int) -> Chart:
    """In the place of a view, why it is not there."""
    words = problem_words(problem)
    return Chart(
        id=f"{name}_missing",
        chart=alt.Chart(alt.NamedData(f"{name}_missing")).mark_point(opacity=0),
        rows=pd.DataFrame({"why": [words]}),
        title=text.say(f"cohorts.missing_{name}"),
        subtitle=words,
        sentence=words,
        columns=(),
        span=span,
        height=40,
    )


def cohort_title(scene: CohortScene, n: int) -> str:
    """How many customers, and until when."""
    end = text.date(scene.whole.end)
    kind = scene.whole.period if scene.dated else "groups"
    return text.say(
        "cohorts.title", customers=text.say("segments.all", n=text.count(n)), end=end,
        cohorts=text.say(f"cohorts.count_{kind}", n=len(scene.names)),
    )  # fmt: skip


def cohort_line(selected: int, total: int, min_cell: int = 1) -> str:
    """Such as "412 of 23,570 customers"; a few, and all but a few, are not counted."""
    if selected == total:
        return text.say("segments.all", n=text.count(total))
    for few, key in ((selected, "cohorts.line_few"), (total - selected, "cohorts.line_most")):
        if 0 < few < min_cell:
            return text.say(key, n=min_cell, total=text.count(total))
    return text.say("segments.some", n=text.count(selected), total=text.count(total))


def cohort_footer(scene: CohortScene) -> tuple[str, ...]:
    """What was left out and why."""
    shown = scene.whole if scene.shown is None else scene.shown
    # whether groups were made of behaviour matters where they are compared
    own = [note for note in shown.notes if note.key != "same_period_behaviour"]
    notes = [*scene.notes, *own]
    pair = scene.pair
    for part in (pair.comparison, pair.explanation):
        notes += [] if part is None else list(part.notes)
    return notes_words(notes)
