"""Two groups of rows that are to be compared: the selected, levels of a column, named groups."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from ...data.gestures import Gesture
from ...data.named_groups import MARK, group_fields, group_of
from ...data.scope import Scope
from ...data.vocabulary.clauses import Clause
from ...errors import AnalysisError, missing_group
from .levels import plain
from .source import CorrelationSource, Mask

SELECTION = "selection"


@dataclass(frozen=True)
class ChosenGroup:
    """Which group it is: the selected, all others, a level of a column, or a group by its name."""

    kind: Literal["selected", "rest", "level", "other_levels", "group"]
    name: str = ""
    """Of a group."""
    column: str = ""
    level: str = ""


@dataclass(frozen=True)
class ChosenGroups:
    """The rows of two groups, which these are, and the fields that made them."""

    a: Mask
    b: Mask
    groups: tuple[ChosenGroup, ChosenGroup]
    fields: Collection[str]


def chosen_groups(
    source: CorrelationSource, scope: Scope, rows: Mask, compare: str,
    levels: tuple[str | None, str | None], places: Collection[str],
) -> ChosenGroups | None:  # fmt: skip
    """The groups that are asked for; None if a selection is waited for.

    Parameters
    ----------
    rows
        The rows in use, of which groups are a part.
    compare
        ``"selection"``, a column, or a named group.
    levels
        Levels of the column, or the other group; None: what is worth reading first.
    places
        All columns.
    """
    if compare == SELECTION:
        if not scope:
            return None
        a = source.rows(scope)
        both = (ChosenGroup("selected"), ChosenGroup("rest"))
        return ChosenGroups(a, ~a, both, group_fields(scope.clauses))
    group = group_of(compare, {SELECTION, *places}, scope.named)
    if group is not None:
        return _named(source, scope, rows, compare, group, levels[1])
    return _levels(source, scope, rows, compare, levels)


def _named(
    source: CorrelationSource, scope: Scope, rows: Mask, compare: str, group: Clause,
    against: str | None,
) -> ChosenGroups:  # fmt: skip
    other = scope.named.get(against) if against is not None else None
    a = rows & _members(source, scope, group)
    b = rows & (~a if other is None else _members(source, scope, other))
    one = ChosenGroup("group", scope.named.label(compare.removeprefix(MARK)))
    if other is None or against is None:
        return ChosenGroups(a, b, (one, ChosenGroup("rest")), group_fields([group]))
    two = ChosenGroup("group", scope.named.label(against))
    return ChosenGroups(a, b, (one, two), group_fields([group, other]))


def _members(source: CorrelationSource, scope: Scope, group: Clause) -> Mask:
    """Rows of the customers of a named group."""
    return source.rows(Scope(scope.data, scope.known, (Gesture("group", (group,)),)))


def _levels(
    source: CorrelationSource, scope: Scope, rows: Mask, column: str,
    chosen: tuple[str | None, str | None],
) -> ChosenGroups:  # fmt: skip
    if column not in source.usable:
        raise missing_group(column, scope.named)
    levels = {plain(level): level for level in source.grouping.get(column, ())}
    if not levels:
        raise AnalysisError("no_levels", column=column)
    first = chosen[0] if chosen[0] in levels else next(iter(levels))
    rest = [level for level in levels if level != first]
    second = rest[0] if len(rest) == 1 else chosen[1] if chosen[1] in rest else None
    a = rows & source.level_rows(column, levels[str(first)])
    one = ChosenGroup("level", column=column, level=str(first))
    if second is None:
        b, two = rows & source.present(column) & ~a, ChosenGroup("other_levels", column=column)
    else:
        b = rows & source.level_rows(column, levels[second])
        two = ChosenGroup("level", column=column, level=second)
    return ChosenGroups(a, b, (one, two), {source.fields[column]})
