"""Which view of a widget shows which condition: the one answer to whose condition it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from .gestures import Gesture, fields_of
from .vocabulary.clauses import Interval, Values

Fits = Callable[[Sequence[Gesture]], bool]
"""Whether a view can show some conditions, all of them together, as one brush or pick."""


@dataclass(frozen=True)
class Outline:
    """What a view can show: its id, and which conditions fit it."""

    id: str
    fits: Fits


def shown_in(gestures: Sequence[Gesture], views: Iterable[Outline], widget: str) -> dict[str, str]:
    """The view that shows each gesture, by the id of the gesture; the others are in none.

    A view shows what was brushed or picked in it, as long as it still can. If that is nothing, it
    shows what was set from Python and fits: a condition, and others that fit beside it.
    """
    shown: dict[str, str] = {}
    free: list[Outline] = []
    for view in views:
        own = [g for g in gestures if g.source == f"{widget}/{view.id}" and view.fits([g])]
        shown |= {gesture.id: view.id for gesture in own}
        if not own:
            free.append(view)
    for view in free:
        unplaced = [g for g in gestures if not g.source and g.id not in shown]
        shown |= {gesture.id: view.id for gesture in _fitting(unplaced, view.fits)}
    return shown


def _fitting(gestures: Sequence[Gesture], fits: Fits) -> list[Gesture]:
    """The first gesture that fits, else the first two that do; and what fits beside them."""
    candidates = [[one] for one in gestures] + [list(two) for two in combinations(gestures, 2)]
    found = next((some for some in candidates if fits(some)), [])
    if found:
        for gesture in gestures:
            if gesture not in found and fits([*found, gesture]):
                found.append(gesture)
    return found


def fits_fields(brushed: Iterable[str], levels: Iterable[str], picked: Iterable[str]) -> Fits:
    """Conditions on exactly the brushed fields, or values of picked ones.

    Parameters
    ----------
    brushed
        Fields of the brush, one or two; none where nothing can be brushed.
    levels
        Those of them that have levels, not edges.
    picked
        Fields of which values can be picked.
    """
    all_brushed, with_levels, all_picked = set(brushed), set(levels), set(picked)

    def fits(gestures: Sequence[Gesture]) -> bool:
        clauses = [clause for gesture in gestures for clause in gesture.clauses]
        named = [name for clause in clauses for name in fields_of(clause.predicate)]
        fields = set(named)
        if not fields or len(fields) < len(named):
            return False
        if len(gestures) > 1:
            return fields == all_brushed and all(
                isinstance(c.predicate, Values) == (c.predicate.field in with_levels)
                for c in clauses
                if isinstance(c.predicate, Interval | Values)
            )
        values = all(isinstance(clause.predicate, Values) for clause in clauses)
        return fields == all_brushed or (values and fields <= all_picked)

    return fits
