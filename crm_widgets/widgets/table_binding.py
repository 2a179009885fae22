"""The table of one widget: read with its roles, followed where it changes, released at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..data.scope import Data
from ..errors import InputError
from .author_stages import Author
from .computing.lock import LOCK
from .following.data_watcher import DataWatcher
from .knobs.knob import Knob
from .knobs.types import Choice, Columns
from .page.page_writer import PageWriter
from .page.traits import PageTraits
from .parts.part import Part


class TableBinding:
    """Which table a widget has, and how its knobs fare when that is another one.

    Parameters
    ----------
    frame
        What the analyst handed over.
    author, parts
        Who reads it, and adapts to it.
    traits, knobs
        Those of the widget.
    page
        Where it is said how the table stands.
    ask
        Asks for an answer: ``ask(refit=True)``.
    live
        Whether the table is followed by itself.
    """

    def __init__(
        self,
        frame: Any,
        author: Author,
        parts: Sequence[Part],
        traits: PageTraits,
        knobs: Mapping[str, Knob],
        *,
        page: PageWriter,
        ask: Callable[..., None],
        live: bool,
    ) -> None:
        self._author, self._parts, self._traits, self._knobs = author, parts, traits, knobs
        self._page, self.ask = page, ask
        self.data: Data | None = self._read(frame)
        self.ready = False
        """Whether a change asks for an answer: not while it is made, and not once it is closed."""
        self.replacing = False
        """Whether the table is just being replaced by what it is now."""
        self.expected = False
        """Whether it was displayed where no page has told of it yet, as in a notebook that runs."""
        self.watcher = DataWatcher(self, self.data.origin, live=live)

    def _read(self, frame: Any, before: Data | None = None) -> Data:
        data = self._author.read(frame, before)
        for part in self._parts:
            data = part.read(data)
        return data

    @property
    def displayed(self) -> bool:
        """Whether a page shows the widget, or is about to."""
        return self.expected or self.on_a_page

    @property
    def on_a_page(self) -> bool:
        """Whether a page has told that it shows the widget."""
        return bool(self._traits._view_count)

    def seen_by(self, views: Any) -> None:
        """Take how many views pages say they show."""
        unseen = not self.displayed
        self._traits._view_count, self.expected = views, False
        if unseen and views:
            self.watcher.glance()

    def say_source(self) -> None:
        """Say on the page how the table stands."""
        self._page.say_source(self.watcher.trouble, stale=self.watcher.stale)

    def say_working(self) -> None:
        """Say on the page that the table is being read."""
        self._page.say_working()

    def bind(self, frame: Any) -> None:
        """Analyse another table, with the roles given at the start."""
        data = self._read(frame, self.data)
        with LOCK:
            self.data, self.ready = data, False
            self.watcher.bind(data.origin)
            self._author.on_data(data)
            for name, knob in self._knobs.items():
                try:
                    knob._validate(self._traits, getattr(self._traits, name))
                except InputError:
                    setattr(self._traits, name, knob.default_value)
            self.ready = True
            self.ask(refit=True)

    def read_again(self) -> None:
        """Read the frame again, or ask for it again."""
        data = self.data
        if data is None:
            raise InputError("closed")
        origin = data.origin
        gone = origin.read() is None
        self.bind(data.reread(data.frame if gone else origin))

    def follow(self, data: Data) -> None:
        """Take the table as it is now, keeping the knobs.

        Raises
        ------
        InputError
            If a knob names what the table no longer has; nothing is changed then.
        """
        before = {name: getattr(self._traits, name) for name in self._knobs}
        old, self.data, self.ready, self.replacing = self.data, data, False, True
        try:
            self._author.on_data(data)
            self._check_knobs(before)
        except Exception:
            self.data = old
            if old is not None:
                self._author.on_data(old)
            raise
        finally:
            for name, value in before.items():
                with suppress(InputError):  # what nobody offers any more stays as it was
                    setattr(self._traits, name, value)
            self.ready, self.replacing = True, False
        self.ask(refit=True)

    def _check_knobs(self, values: dict[str, Any]) -> None:
        """See whether the table still has what knobs name; others fall back to their default."""
        for name, knob in self._knobs.items():
            try:
                knob._validate(self._traits, values[name])
            except InputError:
                if isinstance(knob, Choice | Columns):
                    raise
                values[name] = knob.default_value

    def close(self) -> None:
        """Follow nothing any more, and release the table."""
        self.ready = False
        self.watcher.close()
        self.data = None
