"""The segments of an explorer, as groups that linked widgets may compare."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import Any

from ...analysis.contrasts.compared_measures import segmented_by
from ...analysis.segments.result import Segmentation
from ...data.comparable_groups import Offer
from ...data.vocabulary.clauses import Clause, Group
from ..base import CrmWidget
from ..computing.records import Drawn, Fitted
from ..selection.comparable_groups import SEGMENT


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


class OfferedSegments(CrmWidget):
    """A widget that offers its segments, and tells the others when they have changed."""

    _offered: object = None
    """What they were made of when they were offered last."""

    def _selection_swapped(self, change: Any) -> None:
        self._offered = None
        super()._selection_swapped(change)

    def _show(self, fitted: Fitted, drawn: Drawn) -> None:
        super()._show(fitted, drawn)
        result: Segmentation = fitted.result
        names = self._names_of(result)
        now = (self.selection, result.fingerprint, tuple(names.items()))
        if now != self._offered:
            self.offers = segment_offers(result, names, facts=self._are_facts(result))
            self._offered = now
            self.selection.offered(self)

    def _names_of(self, result: Segmentation) -> dict[Hashable, str]:
        """What the segments are called, by their labels."""
        raise NotImplementedError

    def _are_facts(self, result: Segmentation) -> bool:
        """Whether the segments are levels of a column, which say nothing of what customers did."""
        raise NotImplementedError
