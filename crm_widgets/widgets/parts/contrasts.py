"""What sets the selected customers apart, and its test on customers held out."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any

from ... import text
from ...analysis.contrasts.compared_measures import compared_columns, defining_features
from ...analysis.contrasts.confirmation import Confirmation, confirm
from ...analysis.contrasts.contrast import Contrast, contrast
from ...analysis.contrasts.ranked_customers import RankedCustomers, rank_customers
from ...analysis.segments.result import Segmentation
from ...analysis.segments.scoring import score_others
from ...charts.canvas import Canvas
from ...charts.contrasts.effects import contrast_view
from ...charts.drawing import Drawing
from ...data.holdout import hold_out
from ...data.machine.memory import give_back
from ...data.scope import Data, Known, Scope
from ...data.vocabulary.clauses import Group
from ...errors import CrmError, InputError
from ..computing.records import Drawn, Settings
from ..computing.worker import WORKER
from ..knobs.types import Press
from ..page.error_text import sentence
from .confirmations import Confirmations
from .part import Host, Part

AHEAD = 50_000
"""Customers from which features are ranked before anything is selected."""


class Confirm(Press):
    """The button that tests a finding, where something is selected and there is what to test on."""

    def __init__(self) -> None:
        super().__init__(
            label="knob.confirm",
            on_press=lambda widget: widget._contrasts.press(),
            when=lambda widget: widget.holdout is not None and bool(widget.selection),
            refits=False,
        )


@dataclass(frozen=True)
class ContrastFindings:
    """How the selected differ from the rest; what a test gave, or why there is none."""

    contrast: Contrast
    tested: Confirmation | None
    refusal: CrmError | None


class Contrasts(Part):
    """Compares the selected customers of a widget of segments with the rest.

    With a ``holdout`` it keeps customers back, by a hash of their ids alone: everything that the
    widget shows and gives (``data``, ``result``, ``selected``, ``ids``, counts, linked widgets that
    ask it) is of the explored ones, and nothing is ever fitted to the others. A finding is then
    tested on these, by ``confirm()`` or the button: the group is the one that the same conditions
    select there, segments, scores and the map being those of the explored customers; tested are
    the features that do not define the group and whose interval excludes 0. Another widget that
    is to keep to the explored customers too is given ``w.data``.

    Parameters
    ----------
    share
        The share of customers held out, or None.
    knows
        What a segmentation says of each customer.
    canvas
        On which a result is drawn.
    """

    def __init__(
        self,
        host: Host,
        share: float | None,
        knows: Callable[[Segmentation], Known | None],
        canvas: Callable[[Segmentation, Scope], Canvas],
    ) -> None:
        super().__init__(host)
        self.share, self._knows, self._canvas = share, knows, canvas
        self.confirmations = Confirmations()
        self._others: tuple[Segmentation, Known, RankedCustomers] | None = None
        self._ranked_last: tuple[Segmentation, RankedCustomers] | None = None
        self._to_rank: tuple[Segmentation, Scope] | None = None

    def read(self, data: Data) -> Data:
        """The table, or its explored part."""
        return data if self.share is None else hold_out(data, self.share)

    def find(
        self, source: Any, result: Segmentation, knobs: Settings, scope: Scope
    ) -> ContrastFindings | None:
        """Compare the selected with the rest, and test what was asked for."""
        if not scope:
            return None
        key = _key(result, scope)
        if self.confirmations.due(scope.gestures, result.fingerprint):
            with contextlib.suppress(CrmError):  # kept as the refusal
                self.test(result, scope)
        found = self.contrast(result, scope)
        return ContrastFindings(found, self.confirmations.of(key), self.confirmations.refusal(key))

    def draw(
        self, drawing: Drawing, result: Segmentation, scope: Scope, found: ContrastFindings | None
    ) -> Drawing:
        """Add what sets the selected apart, and how often something was confirmed."""
        made, n = drawing, len(self.confirmations)
        if scope.data.holdout is not None:
            share = len(scope.data.ids) / (len(scope.data.ids) + len(scope.data.holdout.ids))
            title = text.say("segments.explored", title=made.title, share=text.percent(share))
            made = replace(made, title=title)
        if n:
            times, tally = text.say("segments.confirmations", n=n), made.tally
            counted = None if tally is None else replace(tally, text=tally.text + times)
            made = replace(made, line=made.line + times, tally=counted)
        if found is None:
            return made
        view = contrast_view(
            self._canvas(result, scope), found.contrast, found.tested,
            testing=self.share is not None,
        )  # fmt: skip
        if found.refusal is not None and found.tested is None:
            view = replace(view, subtitle=sentence(found.refusal))
        return replace(made, views=(*made.views, view))

    def published(self, drawn: Drawn) -> None:
        """Rank many customers before anything is selected, once the page has its drawing."""
        known = drawn.scope.known
        if not drawn.scope and known is not None and len(known.customers) >= AHEAD:
            self._to_rank = (drawn.found.result, drawn.scope)
            WORKER.put(self)

    def run(self) -> None:
        """Rank ahead; called by the worker."""
        todo, self._to_rank = self._to_rank, None
        if todo is not None:
            self._ranked(*todo)
            give_back(todo[1].data.table.n)

    def close(self) -> None:
        """Release the customers held out and what was ranked."""
        self._others = self._to_rank = self._ranked_last = None

    def press(self) -> None:
        """Ask for the group that is selected on the page to be tested when it is drawn."""
        drawn = self.host.drawn()
        known = None if drawn is None else drawn.scope.known
        if self.share is not None and known is not None:
            self.confirmations.press(self.host.selection().gestures, known.fingerprint)
            self.host.ask()

    def contrast(self, result: Segmentation, scope: Scope) -> Contrast:
        """How the selected differ from the rest, feature by feature."""
        defining = defining_features(scope.clauses, result, scope.data)
        return contrast(self._ranked(result, scope), scope.mask(), defining=defining)

    def test(self, result: Segmentation, scope: Scope) -> Confirmation:
        """Test on the held-out customers what sets the selected ones apart."""
        held = scope.data.holdout
        if held is None:
            raise InputError("no_holdout")
        if not scope:
            raise InputError("nothing_selected")

        def test() -> Confirmation:
            if scope.elsewhere:
                raise InputError("not_of_held")
            known, ranked = self._held(result, held)
            group = Scope(held, known, scope.gestures).mask()
            listed = any(isinstance(clause.predicate, Group) for clause in scope.clauses)
            if listed and not group.any():
                raise InputError("not_of_held")
            return confirm(self.contrast(result, scope), ranked, group)

        return self.confirmations.make(_key(result, scope), test)

    def _ranked(self, result: Segmentation, scope: Scope) -> RankedCustomers:
        """The features of all explored customers, ranked once a result."""
        last = self._ranked_last
        if last is None or last[0] is not result:
            assert scope.known is not None
            table, names = compared_columns(
                scope.known.customers, result.features, scope.data, result.as_of
            )
            self._ranked_last = last = (result, rank_customers(table, names))
        return last[1]

    def _held(self, result: Segmentation, held: Data) -> tuple[Known, RankedCustomers]:
        """What the result knows of the held-out customers."""
        last = self._others
        if last is None or last[0] is not result:
            customers = score_others(result, held)
            known = self._knows(replace(result, customers=customers))
            assert known is not None
            table, names = compared_columns(customers, result.features, held, result.as_of)
            self._others = last = (result, known, rank_customers(table, names))
        return last[1], last[2]


def _key(result: Segmentation, scope: Scope) -> Hashable:
    said = frozenset((clause.predicate, clause.space, clause.as_of) for clause in scope.clauses)
    return weakref.ref(scope.data), result.fingerprint, said
