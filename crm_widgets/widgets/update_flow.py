"""From inputs to what is on the page: numbered requests, three stages, and one publication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from .. import text
from ..charts.field_meaning import FieldMeaning
from ..charts.meaning import Meaning
from ..charts.view import View
from ..charts.wording import Wording, wording_of_columns
from ..data.gestures import Gesture
from ..data.scope import Known, Scope
from ..data.shown import Outline, fits_fields
from ..errors import InputError
from .author_stages import Author
from .computing.lock import LOCK, LOG
from .computing.records import Analysed, Drawn, Found, Inputs
from .computing.requests import Compute, Outcome, Request, SupersededError, reporter
from .page import view_payload
from .page.crossfilter import can_be_active, crossfilter
from .page.page_writer import PageWriter
from .parts.part import Part
from .selection.rebind import matched_by_name, rebound, rewritten
from .selection.selection import Selection
from .selection.sentences import gesture_words

T = TypeVar("T")


class UpdateFlow:
    """The course of one widget's answers.

    Parameters
    ----------
    author, parts
        Who does the stages.
    name
        Of the widget, the beginning of the sources of what is selected in its views.
    inputs
        All that an answer depends on, as it is now; None while no answer is wanted.
    selection
        The selection as it is now.
    page
        Where answers are put.
    published
        Called when a drawing was put there, under the lock.
    say_source
        Says beside each answer how the table stands.
    """

    def __init__(
        self,
        author: Author,
        parts: Sequence[Part],
        *,
        name: str,
        inputs: Callable[[], Inputs | None],
        selection: Callable[[], Selection],
        page: PageWriter,
        published: Callable[[Drawn], None],
        say_source: Callable[[], None],
    ) -> None:
        self._author, self._parts, self._name = author, parts, name
        self._inputs, self._selection, self._page = inputs, selection, page
        self._published, self._say_source = published, say_source
        self.is_quiet = False
        """Whether a change is part of an answer, and asks for none."""
        self.requests = Compute(self)

    def ask(self, *, refit: bool) -> None:
        """Want an answer to the inputs as they are now; ``refit``: with the table read anew."""
        with LOCK:
            inputs = None if self.is_quiet else self._inputs()
            if inputs is not None:
                self.requests.ask(inputs, refit=refit)
                self._page.say_working()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Changes in here are part of an answer, and ask for none."""
        before, self.is_quiet = self.is_quiet, True
        try:
            yield
        finally:
            self.is_quiet = before

    def settle(self) -> Outcome[Drawn]:
        """The page brought up to date with the inputs, computing here what is missing."""
        return _open(self.requests.answer)

    def result(self) -> Outcome[Found]:
        """The result for the inputs as they are now: waited for, or computed here."""
        return _open(self.requests.result)

    def known(self) -> Known | None:
        """What is known of customers; None if the table could not be read."""
        analysed: Outcome[Analysed] = _open(self.requests.source)
        return None if analysed.value is None else analysed.value.known

    # The stages, called by ``requests`` on the worker or in the thread of who waits.

    def analyse(self, request: Request) -> Analysed:
        """Read the table."""
        inputs: Inputs = request.inputs
        first = self._page.drawn is None
        progress = reporter(self.requests, request, self._page.say_progress, at_once=first)
        source = self._author.analyse(inputs.data, inputs.knobs, progress)
        return Analysed(source, self._author.knows(source), request.fit)

    def find(self, request: Request, analysed: Analysed) -> Found:
        """Resolve the selection on the table, and find the result for it."""
        inputs: Inputs = request.inputs
        ground, shared = (inputs.data, analysed.known), self._selection()
        before = None if self._page.drawn is None else self._page.drawn.ground
        gestures, dropped = rebound(inputs.gestures, before, ground, self._name)
        moved = rewritten(shared.states, before, ground, self._name)
        scope = shared.scope(*ground, gestures, widget=self._name)
        notices = {"dropped": dropped}
        if scope.lost:
            gestures, notices["taken_up"] = matched_by_name(gestures, scope.lost, ground)
            scope = shared.scope(*ground, gestures, widget=self._name)
            notices["unanswered"] = scope.lost
        notices["strangers"] = scope.without_customers
        scope = scope.showing(*_outlines(self._author.shows))
        result = self._author.find(analysed.source, inputs.knobs, scope)
        by_part = tuple(
            part.find(analysed.source, result, inputs.knobs, scope) for part in self._parts
        )
        return Found(result, by_part, scope, notices, moved)

    def draw(self, request: Request, analysed: Analysed, found: Found) -> Drawn:
        """Put the result into views and words, with what is understood in them."""
        if self._page.drawn is None:
            self._page.say_progress(None, "drawing")
        drawing = self._author.draw(found.result, found.scope)
        for part, what in zip(self._parts, found.by_part, strict=True):
            drawing = part.draw(drawing, found.result, found.scope, what)
        views, data = drawing.views, found.scope.data
        structures = [view_payload.structure(view) for view in views]
        rows = {name: kept for view in views for name, kept in view_payload.rows(view).items()}
        filtering = crossfilter(found.scope, views)
        wording = drawing.wording or wording_of_columns(data.columns, data.table.kinds)
        said = {
            gesture.id: self._said(gesture, wording)
            for gesture in found.scope.gestures
            if gesture.id in found.scope.elsewhere
        }
        notice = " ".join(
            _notice(key, some, wording) for key, some in found.notices.items() if some
        )
        active = [view for view in views if can_be_active(view)] if analysed.known else []
        counted = {view.id for view in views if view.counting is not None}
        hashes = [record["hash"] for record in structures if record["id"] in counted]
        version = repr((analysed.number, hashes))
        return Drawn(
            drawing=drawing, scope=filtering.scope, found=found, notice=notice, said=said,
            meanings={view.id: _meaning(view, filtering.scope) for view in views},
            structures=structures, rows=rows,
            keys={view.id: filtering.key(view.id, version) for view in active},
        )  # fmt: skip

    def publish(self, request: Request, analysed: Any, drawn: Outcome[Drawn]) -> None:
        """Put an answer on the page, unless there is a newer request."""
        with LOCK:
            if self.requests.newest is not request or self._page.number == request.number:
                return
            self._page.number = request.number
            with self._page.in_one_message():
                self._page.say_words()
                error = drawn.error
                if error is None:
                    try:
                        self._put_in_place(value_of(drawn))
                    except Exception as failure:
                        LOG.exception("a drawing could not be put on the page")
                        error = failure
                if error is not None:
                    self._page.say_error(error)
                self._say_source()

    def _put_in_place(self, drawn: Drawn) -> None:
        """Show a drawing, carry the selection along, and let who follows the page hear of it."""
        self._page.show(drawn)
        with self.quiet():
            self._selection().rebind(drawn.scope.gestures, drawn.found.moved)
            self._published(drawn)
            for part in self._parts:
                part.published(drawn)
        self._page.show_head()

    def _said(self, gesture: Gesture, wording: Wording) -> tuple[str, str | None]:
        """Words and colour of a gesture, from whoever answers for it."""
        member = self._selection().answering(gesture)
        found = wording if member is None else member.wording
        return gesture_words(gesture, found), found.color(gesture.clauses[0])

    def close(self) -> None:
        """Give up what is running, and answer nothing more."""
        self.requests.close()


def value_of(outcome: Outcome[T]) -> T:
    """What came out; raises the error in its place."""
    if outcome.error is not None:
        raise outcome.error
    assert outcome.value is not None
    return outcome.value


def _open(answer: Callable[[], Outcome[T]]) -> Outcome[T]:
    try:
        return answer()
    except SupersededError:
        raise InputError("closed") from None


def _outlines(shows: Mapping[str, Sequence[str]]) -> Iterator[Outline]:
    """The views of which the author says what fields they show."""
    for view, fields in shows.items():
        yield Outline(view, fits_fields(fields, (), fields))


def _meaning(view: View, scope: Scope) -> Meaning:
    return view.means or FieldMeaning(view, scope.data, scope.known)


def _notice(key: str, gestures: Iterable[Gesture], wording: Wording) -> str:
    words = "; ".join(gesture_words(gesture, wording) for gesture in gestures)
    return text.say(f"selection.{key}", clauses=words)
