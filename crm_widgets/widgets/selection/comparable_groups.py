"""What a control calls the groups that can be compared."""

from __future__ import annotations

from collections.abc import Collection

from ... import text
from ...charts.controls import Option
from ...data.comparable_groups import Groups
from ...data.named_groups import key_of

SEGMENT = "segment:"
"""Before the label of a segment, where it stands among named groups."""


def choice_of(groups: Groups, name: str) -> str:
    """A group as a choice among others: a segment is said to be one."""
    if not groups.is_offered(name):
        return name
    return text.say("group.segment", segment=groups.label(name))


def group_options(taken: Collection[str], groups: Groups) -> list[Option]:
    """A choice a group."""
    return [Option(key_of(name, taken), choice_of(groups, name)) for name in groups]
