"""What a page reads of a widget, and what it may change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import anywidget
import pandas as pd
import traitlets as t
from ipywidgets.widgets.trait_types import InstanceDict
from ipywidgets.widgets.widget import widget_serialization

from ... import text
from ...charts.view import View
from ...data.comparable_groups import Groups, Offer
from ...data.scope import Known
from ...data.vocabulary.clauses import Clause, Predicate
from ...errors import InputError
from ..computing.lock import LOCK, RefusedError
from ..following.data_watcher import Watch
from ..knobs.knob import Knob
from ..selection.selection import Selection
from . import customer_table, selection_messages, view_payload
from .crossfilter import CubeJob
from .group_requests import Keeping, checked
from .inbound import Apply, Check, Door, GuardedLayout

_MOST_VIEWS = 10_000
_START: dict[str, Any] = {
    "title": "", "line": "", "chips": [], "footer": [], "status": "working", "message": "",
    "progress": None, "for_inputs": 0, "keys": {}, "undo": False, "redo": False,
    "groups": [],
}  # fmt: skip


def _as_texts(views: list[Any], widget: object) -> list[str]:
    """Each view as a text: a notebook that saves widget state indents every line of a record."""
    return [json.dumps(view, ensure_ascii=False, separators=(",", ":")) for view in views]


class SelectionTrait(t.TraitType[Any, Any]):
    """The selection of a widget; assigning one links the widget to it."""

    def __init__(self) -> None:
        super().__init__()
        self.tag(sync=True, to_json=lambda value, page: page._selected())

    def make_dynamic_default(self, obj: Any) -> Selection:
        """Give each widget one of its own."""
        return Selection()

    def validate(self, obj: Any, value: Any) -> Selection:
        """Accept a ``Selection``."""
        if not isinstance(value, Selection):
            raise InputError("not_a_selection", given=type(value).__name__)
        return value

    def set(self, obj: Any, value: Any) -> None:
        """Link under the lock."""
        with LOCK:
            super().set(obj, value)


class Page(Door, anywidget.AnyWidget):
    """The traits of a widget. Those without a check below are read by the page, never set."""

    knobs: ClassVar[dict[str, Knob]] = {}

    _esm = t.Unicode().tag(sync=True)
    _runtime = anywidget.WidgetTrait().tag(sync=True)
    layout = InstanceDict(GuardedLayout).tag(sync=True, **widget_serialization)
    _view_count = t.Int(0, allow_none=True).tag(sync=True)
    selection = SelectionTrait()
    _views: t.List[Any] = t.List().tag(sync=True, to_json=_as_texts)
    _rows = t.Dict().tag(sync=True, to_json=lambda rows, widget: view_payload.packed(rows))
    _words = t.Dict().tag(sync=True)
    _head = t.Dict(_START).tag(sync=True)
    _controls: t.List[Any] = t.List().tag(sync=True)
    _strings = t.Dict().tag(sync=True)
    _theme = t.Dict().tag(sync=True)
    _table = t.Dict(None, allow_none=True).tag(sync=True)
    _page = t.Dict(customer_table.START).tag(sync=True)
    _hover = t.Dict().tag(sync=True)
    """The view that is about to be brushed on the page, and the key of its cube."""
    _keep = t.Dict().tag(sync=True)
    """The name under which the page asks to keep the selected customers, and its count."""
    _kept = t.Dict().tag(sync=True)
    """What became of that: the count it answers, the words, and whether it was done."""

    _watch: Watch
    _expected = False
    """Whether it was displayed where no page has told of it yet, as in a notebook that is run."""
    _name = ""
    """Tells this widget apart as the source of clauses."""
    _data: Any = None
    _known: Known | None = None
    _shown: tuple[View, ...] = ()
    """The views as they are on the page."""
    _customers: pd.DataFrame | None = None
    """The selected customers, if the analyst asked for rows."""
    _cubes: CubeJob
    _keeping: Keeping
    offers: Mapping[str, Offer] = MappingProxyType({})
    """Groups of its own, such as segments, that widgets on the same selection may compare."""
    compares_groups: ClassVar[bool] = False
    """Whether groups are among its choices, so that it must know of new ones."""
    _sent: object = None
    """The selection as the page last heard of it."""

    def clause_for(self, view: View, predicates: tuple[Predicate, ...]) -> tuple[Clause, ...]:
        """The clauses of a brush or a pick in a view."""
        raise NotImplementedError

    def label(self, field: str) -> str:
        """The word for a field."""
        raise NotImplementedError

    def in_words(self, customers: pd.DataFrame) -> pd.DataFrame:
        """The selected customers as they are read on the page and in its CSV."""
        return customers

    @property
    def _kept_groups(self) -> dict[str, Clause]:
        """The groups that have a name in the selection."""
        shared: Selection | None = self._trait_values.get("selection")
        return {} if shared is None else shared.named

    @property
    def _comparable(self) -> Groups:
        """These, and the segments that linked widgets offer."""
        shared: Selection | None = self._trait_values.get("selection")
        return Groups() if shared is None else shared.comparable

    def _inbound(self) -> Mapping[str, Check]:
        checks: dict[str, Check] = {
            name: self._check_knob(name, knob) for name, knob in self.knobs.items()
        }
        checks |= {
            "selection": self._check_selection, "_view_count": self._check_count,
            "_hover": self._check_hover, "_keep": self._check_keep,
        }  # fmt: skip
        if self._customers is not None:
            checks["_page"] = self._check_page
        return checks

    def _check_knob(self, name: str, knob: Knob) -> Check:
        def check(value: object) -> Apply:
            taken = knob.from_page(self, value)
            return lambda: setattr(self, name, taken)

        return check

    def _check_selection(self, value: object) -> Apply:
        gestures = selection_messages.from_page(
            value, self._shown, self.selection.gestures,
            shown={item["id"]: item["view"] for item in self._selected()},
            natives=self._natives, clause_for=self.clause_for,
            named=self.selection.gesture, widget=self._name,
        )  # fmt: skip
        return lambda: self.selection.commit(gestures)

    def _check_count(self, value: object) -> Apply:
        if value is not None and not (
            isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_VIEWS
        ):
            raise RefusedError("a count of views that cannot be")
        return lambda: self._seen_by(value)

    def _check_hover(self, value: object) -> Apply:
        keys: dict[str, str] = self._head["keys"]
        if not isinstance(value, dict) or value.keys() != {"view", "key"}:
            raise RefusedError("a view and a key")
        view, key = value["view"], value["key"]
        if not isinstance(view, str) or view not in keys or keys[view] != key:
            raise RefusedError("no view that can be brushed as it is now")
        return lambda: self._hovered(view, keys[view])

    def _check_keep(self, value: object) -> Apply:
        asked = checked(value)

        def keep() -> None:
            self._keep = asked
            self._keeping.ask(asked)

        return keep

    def _hovered(self, view: str, key: str) -> None:
        self._hover = {"view": view, "key": key}
        self._cubes.ask(view)

    def _seen_by(self, views: Any) -> None:
        unseen = not self.displayed
        self._view_count, self._expected = views, False
        if unseen and views:
            self._watch.glance()

    @property
    def displayed(self) -> bool:
        """Whether a page shows it, or is about to."""
        return self._expected or bool(self._view_count)

    def _check_page(self, value: object) -> Apply:
        assert self._customers is not None
        asked = customer_table.request(value, [str(name) for name in self._customers.columns])
        return lambda: self._turn(asked)

    def _turn(self, asked: dict[str, Any]) -> None:
        download = asked["csv"] > self._page["csv"]
        self._page = asked
        self._show_table()
        if download and self._customers is not None:
            content = customer_table.csv(self._customers, asked)
            self.send({"type": "csv", "name": f"{text.say('rows.file')}.csv"}, buffers=[content])

    def _show_table(self) -> None:
        if self._customers is not None:
            labels = {str(name): self.label(str(name)) for name in self._customers.columns}
            self._table = customer_table.table(self._customers, self._page, labels)

    def _natives(self, field: str) -> list[Any]:
        """The values a page may pick of a field: those that the result or the table has."""
        found: list[Any] = [None]
        known = None if self._known is None else self._known.table
        for table in (known, None if self._data is None else self._data.table):
            if table is not None and field in table.kinds:
                found += list(table.distinct(field))
        return found

    def _selected(self) -> list[selection_messages.Item]:
        """The selection as the page has it."""
        return selection_messages.to_page(self.selection.gestures, self._shown, self._name)

    def _echo(self, names: list[str]) -> None:
        super()._echo(names)
        if "selection" in names:
            self._sent = self._selected()

    def close(self) -> None:
        """Leave the page, and the layout with it."""
        layout = self._trait_values.get("layout")
        super().close()
        if layout is not None:
            layout.close()
