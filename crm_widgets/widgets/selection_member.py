"""A widget as the selection that it shares with others sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from ..charts.wording import Wording
from ..data.comparable_groups import Offer
from ..data.scope import Data, Known
from ..errors import InputError
from .knobs.knob import Knob
from .page.page_writer import PageWriter
from .page.traits import PageTraits
from .selection.comparable_groups import SEGMENT
from .selection.selection import Selection
from .table_binding import TableBinding
from .update_flow import UpdateFlow


class SelectionMember:
    """Answers for what a widget knows, and hears of what others select.

    Parameters
    ----------
    traits, knobs
        Those of the widget.
    table, flow, page
        Its table, its computations, and what it has on the page.
    name
        The beginning of the sources of what is selected in its views.
    compares_groups
        Whether it lets its reader choose among groups.
    """

    def __init__(
        self,
        traits: PageTraits,
        knobs: Mapping[str, Knob],
        *,
        table: TableBinding,
        flow: UpdateFlow,
        page: PageWriter,
        name: str,
        compares_groups: bool,
    ) -> None:
        self._traits, self._knobs, self._table, self._flow = traits, knobs, table, flow
        self._page, self._name, self.compares_groups = page, name, compares_groups
        self.offers: Mapping[str, Offer] = MappingProxyType({})
        """Groups of its own, such as segments, that widgets on the same selection may compare."""
        self._stop: Callable[[], None] = lambda: None
        self._unannounced = False
        """Whether the others have not heard yet what this one answers for."""

    @property
    def data(self) -> Data:
        """The table."""
        if self._table.data is None:
            raise InputError("closed")
        return self._table.data

    @property
    def wording(self) -> Wording:
        """How the widget calls its fields."""
        return self._page.wording

    def known(self) -> Known | None:
        """What its table says of each customer; waits for it to be read."""
        return self._flow.known()

    def settle(self) -> object:
        """Bring its part of the selection up to date with its inputs."""
        return self._flow.settle()

    def redraw(self) -> None:
        """Draw again: what can be compared has changed."""
        self._flow.ask(refit=False)

    def drop_group(self, group: str) -> None:
        """Compare a group no more: it is forgotten."""
        for name, knob in self._knobs.items():
            value = getattr(self._traits, name)
            if knob.names_groups and group in (value if isinstance(value, tuple) else (value,)):
                setattr(self._traits, name, knob.default_value)

    def await_segments(self, selection: Selection, names: Iterable[object]) -> None:
        """Wait for the linked widgets, if one of these names is a segment that none offers yet."""
        segments = {name for name in names if isinstance(name, str) and name.startswith(SEGMENT)}
        if segments and not self._table.replacing and not selection.comparable.keys() >= segments:
            selection.await_offers(self)

    def offer(self, offers: Mapping[str, Offer]) -> None:
        """Offer other groups than before."""
        self.offers = offers
        self._traits.selection.offered(self)

    def link(self, selection: Selection) -> None:
        """Answer for a selection, and hear of its changes."""
        selection.attach(self)
        self._unannounced = True
        self._stop = selection.observe(lambda _: self._flow.ask(refit=False))

    def unlink(self, selection: Selection) -> None:
        """Leave a selection, with what was selected in the views of the widget."""
        self._stop()
        selection.detach(self, f"{self._name}/")

    def announce(self) -> None:
        """Let the others look again, once there is an answer."""
        if self._unannounced:
            self._unannounced = False
            self._traits.selection.announce()
