"""What a control calls the groups that can be compared."""

from __future__ import annotations

from ... import text
from ...data.comparable_groups import Groups

SEGMENT = "segment:"
"""Before the label of a segment, where it stands among named groups."""


def choice_of(groups: Groups, name: str) -> str:
    """A group as a choice among others: a segment is said to be one."""
    if not groups.is_offered(name):
        return name
    return text.say("group.segment", segment=groups.label(name))
