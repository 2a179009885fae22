"""What all views of one segmentation share: its customers, its words, and who is selected."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ... import text
from ...analysis.statistics.group_sizes import FEW
from ...data.vocabulary.table import Levels
from ..canvas import Canvas

if TYPE_CHECKING:
    from ...analysis.segments.find import Segmentation


@dataclass(frozen=True, kw_only=True)
class Scene(Canvas):
    """Made once a segmentation; bins and counts of all customers are kept in it.

    ``table`` has a row a customer with the features, ``segment``, the map's ``pc1`` and
    ``pc2``, and for RFM ``r_score`` and ``f_score``. ``money`` is its column of revenue, if any.
    ``places`` are the colours of the segments, as places in the fixed set; those of the order of
    value by default.
    """

    result: Segmentation
    names: Mapping[Hashable, str]
    money: str | None = None
    places: Mapping[Hashable, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def of_log(self) -> bool:
        """Whether the features are measures of a log."""
        return self.result.as_of is not None

    @property
    def labels(self) -> list[Hashable]:
        """The segments in the order of their value."""
        return list(self.result.segments.index)

    @property
    def colors(self) -> npt.NDArray[np.intp]:
        """The place of each segment in the fixed set of colours, in the order of value."""
        places = [self.places.get(label, place) for place, label in enumerate(self.labels)]
        return np.array(places, np.intp)

    @property
    def segment(self) -> Levels:
        """The segments as a dimension."""
        return Levels("segment", tuple(self.labels))

    @property
    def small(self) -> list[bool]:
        """Of each segment, whether it has too few customers for what it shows to be a finding."""
        return [bool(n < FEW) for n in self.result.segments["customers"]]

    @property
    def cautious(self) -> list[str]:
        """The names of the segments; where one is small, with the words to say so."""
        return [
            text.say("segment.small", name=name, n=FEW) if small else name
            for name, small in zip(self.names.values(), self.small, strict=True)
        ]
