"""What sets the selected customers apart, and its test on customers held out."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

from ... import text
from ...analysis.contrasts.compared_measures import compared_columns, defining_features
from ...analysis.contrasts.confirmation import Confirmation, confirm
from ...analysis.contrasts.contrast import Contrast, contrast
from ...analysis.contrasts.ranked_customers import RankedCustomers, rank_customers
from ...analysis.segments.result import Segmentation
from ...analysis.segments.scoring import score_others
from ...charts.contrasts.effects import contrast_view
from ...charts.segments.scene import Scene
from ...charts.view import Tally, View
from ...data.holdout import hold_out
from ...data.machine.memory import give_back
from ...data.scope import Data, Known, Scope
from ...data.vocabulary.clauses import Group
from ...errors import CrmError, InputError
from ..base import CrmWidget
from ..computing.worker import WORKER
from ..knobs.types import Press
from ..page.error_text import sentence
from .confirmations import Confirmations

AHEAD = 50_000
"""Customers from which features are ranked before anything is selected."""


class Ahead:
    """Work that is done on the worker before it is asked for; its method is held weakly."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = weakref.WeakMethod(make)

    def run(self) -> None:
        """Do it, if the widget is still there."""
        make = self._make()
        if make is not None:
            make()

    def close(self) -> None:
        """Nothing to give up: it is short."""


class Confirm(Press):
    """The button that tests a finding, where something is selected and there is what to test on."""

    def __init__(self) -> None:
        super().__init__(
            label="knob.confirm",
            on_press=lambda widget: widget._pressed(),
            when=lambda widget: widget.holdout is not None and bool(widget.selection),
            refits=False,
        )


class ContrastWidget(CrmWidget):
    """A widget of segments that compares the selected customers with the rest.

    With a ``holdout`` it keeps customers back, by a hash of their ids alone: everything it shows
    and gives (``data``, ``result``, ``selected``, ``ids``, counts, linked widgets that ask it) is
    of the explored ones, and nothing is ever fitted to the others. A finding is then tested on
    these, by ``confirm()`` or the button: the group is the one that the same conditions select
    there, segments, scores and the map being those of the explored customers; tested are the
    features that do not define the group and whose interval excludes 0. Another widget that is
    to keep to the explored customers too is given ``w.data``.
    """

    _holdout: float | None = None
    _scene: Scene | None = None

    def __init__(self, data: Any, *, holdout: float | None = None, **rest: Any) -> None:
        self._holdout, self._confirmations = holdout, Confirmations()
        self._others: tuple[Segmentation, Known, RankedCustomers] | None = None
        self._ahead = Ahead(self._rank_ahead)
        self._to_rank: tuple[Segmentation, Scope] | None = None
        super().__init__(data, **rest)

    def read(self, frame: Any, before: Data | None = None) -> Data:
        """The table, or its explored part."""
        data = super().read(frame, before)
        return data if self._holdout is None else hold_out(data, self._holdout)

    @property
    def holdout(self) -> float | None:
        """The share of customers held out, or None."""
        return self._holdout

    @property
    def apart(self) -> Contrast | None:
        """What sets the selected customers apart from the rest; None if nothing is selected."""
        scope = self._scope()
        return self._contrast(self.result, scope) if scope else None

    @property
    def confirmations(self) -> tuple[Confirmation, ...]:
        """All confirmations of this widget, p adjusted for all of them."""
        return self._confirmations.all()

    def confirm(self) -> Confirmation:
        """Test on the held-out customers what sets the selected ones apart.

        Each test counts: p are adjusted by Holm over all features of all confirmations of this
        widget. To test the same group again changes nothing and does not count.

        Raises
        ------
        InputError
            If no customers are held out, nothing is selected, or a condition is of another table
            or model.
        AnalysisError
            If nothing differs clearly, or fewer than ten held-out customers are on a side.
        """
        scope = self._scope()
        try:
            return self._test(self.result, scope)
        finally:
            self._ask(refit=False)

    def close(self) -> None:
        """Stop computing, and release the table and the customers held out."""
        super().close()
        self._others = self._to_rank = None

    def _pressed(self) -> None:
        if self._holdout is not None and self._known is not None:
            self._confirmations.press(self.selection.gestures, self._known.fingerprint)
            self._ask(refit=False)

    def apart_views(self, result: Segmentation, scene: Scene, scope: Scope) -> tuple[View, ...]:
        """The view of what sets the selected apart, and the test that was asked for."""
        if not scope:
            if scope.known is not None and len(scope.known.customers) >= AHEAD:
                self._to_rank = (result, scope)
                WORKER.put(self._ahead)
            return ()
        key = self._key(result, scope)
        if self._confirmations.due(scope.gestures, result.fingerprint):
            with contextlib.suppress(CrmError):  # said below
                self._test(result, scope)
        tested = self._confirmations.of(key)
        view = contrast_view(
            scene, self._contrast(result, scope), tested, testing=self._holdout is not None
        )
        refusal = self._confirmations.refusal(key)
        if refusal is not None and tested is None:
            view = replace(view, subtitle=sentence(refusal))
        return (view,)

    def explored_title(self, title: str, data: Data) -> str:
        """The title, with how much of the table is explored."""
        if data.held is None:
            return title
        share = len(data.ids) / (len(data.ids) + len(data.held.ids))
        return text.say("segments.explored", title=title, share=text.percent(share))

    def counted_line(self, line: str) -> str:
        """The line of what is selected, with how often something was confirmed."""
        n = len(self._confirmations)
        return line + text.say("segments.confirmations", n=n) if n else line

    def counted_tally(self, tally: Tally) -> Tally:
        """The same, as it is filled while a brush moves."""
        return replace(tally, text=self.counted_line(tally.text))

    def _rank_ahead(self) -> None:
        todo, self._to_rank = self._to_rank, None
        if todo is not None and self._ready:
            self._ranked(*todo)
            give_back(todo[1].data.table.n)

    def _ranked(self, result: Segmentation, scope: Scope) -> RankedCustomers:
        """The features of all explored customers, ranked once a result."""
        known, scene = scope.known, self._scene
        assert known is not None

        def rank() -> RankedCustomers:
            table, names = compared_columns(
                known.customers, result.features, scope.data, result.as_of
            )
            return rank_customers(table, names)

        if scene is None or scene.result is not result:
            return rank()
        found: RankedCustomers = scene.keep("ranked", rank)
        return found

    def _contrast(self, result: Segmentation, scope: Scope) -> Contrast:
        defining = defining_features(scope.clauses, result, scope.data)
        return contrast(self._ranked(result, scope), scope.mask(), defining=defining)

    def _test(self, result: Segmentation, scope: Scope) -> Confirmation:
        held = scope.data.held
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
            return confirm(self._contrast(result, scope), ranked, group)

        return self._confirmations.make(self._key(result, scope), test)

    def _held(self, result: Segmentation, held: Data) -> tuple[Known, RankedCustomers]:
        """What the result knows of the held-out customers."""
        kept = self._others
        if kept is None or kept[0] is not result:
            customers = score_others(result, held)
            known = self.knows(replace(result, customers=customers))
            assert known is not None
            table, names = compared_columns(customers, result.features, held, result.as_of)
            self._others = kept = (result, known, rank_customers(table, names))
        return kept[1], kept[2]

    @staticmethod
    def _key(result: Segmentation, scope: Scope) -> Hashable:
        said = frozenset((clause.predicate, clause.space, clause.as_of) for clause in scope.clauses)
        return weakref.ref(scope.data), result.fingerprint, said
