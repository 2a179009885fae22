"""The parts of a widget: made in order, and each handed what it needs by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..charts.wording import Wording, wording_of_columns
from .computing.records import Inputs, Settings
from .page.inbox import Inbox
from .page.page_writer import PageWriter
from .parts.part import Host, Part
from .selection_member import SelectionMember
from .table_binding import TableBinding
from .update_flow import UpdateFlow


@dataclass(frozen=True)
class Assembly:
    """What a widget has."""

    writer: PageWriter
    parts: tuple[Part, ...]
    flow: UpdateFlow
    table: TableBinding
    member: SelectionMember
    inbox: Inbox


def assemble(widget: Any, data: Any, *, with_rows: bool, live: bool) -> Assembly:
    """Make the parts of a widget.

    Parameters
    ----------
    widget
        What its author wrote, its traits and its knobs.
    data
        What the analyst handed over.
    with_rows
        Whether the selected customers may be read on the page.
    live
        Whether the table is followed by itself.
    """
    # functions that are called once all is there
    name, knobs = widget._name, widget.knobs

    def undrawn() -> Wording:
        now = table.data
        return Wording() if now is None else wording_of_columns(now.columns, now.table.kinds)

    def inputs() -> Inputs | None:
        if not table.ready or table.data is None:
            return None
        values = Settings({knob: getattr(widget, knob) for knob in knobs})
        return Inputs(table.data, values, widget.selection.gestures)

    def set_quietly(knob: str, value: Any) -> None:
        with flow.quiet():
            setattr(widget, knob, value)

    writer = PageWriter(widget, knobs, undrawn, with_rows=with_rows)
    host = Host(
        name,
        selection=lambda: widget.selection,
        ask=lambda: flow.ask(refit=False),
        set_quietly=set_quietly,
        drawn=lambda: writer.drawn,
        offer=lambda groups: member.offer(groups),
    )
    parts = tuple(widget.make_parts(host))
    flow = UpdateFlow(
        widget,
        parts,
        name=name,
        inputs=inputs,
        selection=lambda: widget.selection,
        page=writer,
        published=lambda drawn: member.announce(),
        say_source=lambda: table.say_source(),
    )
    table = TableBinding(data, widget, parts, widget, knobs, page=writer, ask=flow.ask, live=live)
    member = SelectionMember(
        widget,
        knobs,
        table=table,
        flow=flow,
        page=writer,
        name=name,
        compares_groups=widget.compares_groups,
    )
    return Assembly(
        writer, parts, flow, table, member, Inbox(widget, knobs, writer, name, table.seen_by)
    )
