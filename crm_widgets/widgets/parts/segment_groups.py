"""The segments of an explorer, as groups that linked widgets may compare."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cache

from ...analysis.contrasts.compared_measures import segmented_by
from ...analysis.segments.result import Segmentation
from ...data.comparable_groups import Offer
from ...data.vocabulary.clauses import Clause, Group
from ..computing.records import Drawn
from ..selection.comparable_groups import SEGMENT
from .part import Host, Part


def segment_offers(
    found: Segmentation, names: Mapping[Hashable, str], *, facts: bool
) -> dict[str, Offer]:
    """An offer a segment, by ``segment:<label>``.

    The customers are listed when somebody asks, once a segmentation. ``facts``: whether segments
    say nothing of what customers did, as the levels of a column of theirs do.
    """
    return {
        f"{SEGMENT}{label}": Offer(name, _made(found, label, name, facts))
        for label, name in names.items()
    }


def _made(found: Segmentation, label: Hashable, name: str, facts: bool) -> Callable[[], Clause]:
    @cache
    def make() -> Clause:
        members = found.labels.index[(found.labels == label).to_numpy(bool)]
        group = Group(name, frozenset(members), segmented_by(found))
        return Clause(group) if facts else Clause(group, "derived", as_of=found.as_of)

    return make


class SegmentGroups(Part):
    """Offers the segments on the page, and tells the others when they have changed.

    Parameters
    ----------
    names
        What the segments of a result are called, by their labels.
    are_facts
        Whether they are levels of a column, which say nothing of what customers did.
    """

    def __init__(
        self,
        host: Host,
        names: Callable[[Segmentation], Mapping[Hashable, str]],
        are_facts: Callable[[Segmentation], bool],
    ) -> None:
        super().__init__(host)
        self._names, self._are_facts = names, are_facts
        self._last: object = None
        """What they were made of when they were offered last."""

    def selection_swapped(self) -> None:
        """Offer them to the widgets on the other selection too."""
        self._last = None

    def published(self, drawn: Drawn) -> None:
        """Offer the segments, if they are others than before."""
        result: Segmentation = drawn.found.result
        names = self._names(result)
        now = (self.host.selection(), result.fingerprint, tuple(names.items()))
        if now != self._last:
            self._last = now
            self.host.offer(segment_offers(result, names, facts=self._are_facts(result)))
