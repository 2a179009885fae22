"""Colours of segments: the same group keeps its colour when segments are found anew."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from itertools import count

import numpy as np
import pandas as pd

from ...analysis.segments.find import Segmentation
from ..selection.rebind import OVERLAP

Slots = dict[Hashable, int]
"""Place of each segment in the fixed set of colours."""


class SegmentColors:
    """Gives colours in the order of value, and keeps them.

    A segment that is a name, as of RFM or of a column, keeps its colour by that name. One that
    is a number keeps that of the segment of the last such result with which it shares at least
    half of the customers of both (Jaccard index).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: tuple[Segmentation, Slots] | None = None
        self._by_method: dict[object, tuple[Segmentation, Slots]] = {}

    def of(self, result: Segmentation) -> Slots:
        """The colours of a result."""
        with self._lock:
            if self._last is not None and self._last[0] is result:
                return self._last[1]
            method = result.inputs["method"]
            before = self._by_method.get(method)
            labels = list(result.segments.index)
            if before is None:
                kept: Slots = {}
            elif all(isinstance(label, str) for label in labels):
                kept = before[1]
            else:
                kept = _matched(before[0].labels, before[1], result.labels)
            found = _given(labels, kept)
            # names that are not there now keep their colour for when they come back
            remembered = kept | found if before and kept is before[1] else found
            self._by_method[method] = result, remembered
            self._last = result, found
            return found


def _given(labels: list[Hashable], kept: Slots) -> Slots:
    """The kept places, and the first free ones for the others."""
    taken = set(kept.values())
    free = (place for place in count() if place not in taken)
    return {label: kept[label] if label in kept else next(free) for label in labels}


def _matched(before: pd.Series, places: Slots, after: pd.Series) -> Slots:
    """The places of new segments that are old ones, by the customers they share."""
    at = after.index.get_indexer(before.index)
    (old, names), (new, labels) = pd.factorize(before), pd.factorize(after)
    there = at >= 0
    pairs = old[there] * len(labels) + new[at[there]]
    shared = np.bincount(pairs, minlength=len(names) * len(labels)).reshape(len(names), -1)
    together = np.bincount(old)[:, None] + np.bincount(new)[None, :] - shared
    overlap = shared / together
    found: Slots = {}
    for i, j in np.argwhere(overlap >= OVERLAP)[np.argsort(-overlap[overlap >= OVERLAP])]:
        place = places.get(names[i])
        if place is not None and labels[j] not in found and place not in found.values():
            found[labels[j]] = place
    return found
