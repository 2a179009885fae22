"""What a selection remembers: the steps that led to it, and groups of customers by name."""

from __future__ import annotations

import re
import reprlib
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pandas as pd

from ...data.named_groups import named_group
from ...data.vocabulary.clauses import Clause, Group
from ...errors import AnalysisError, InputError, missing_group
from ..computing.lock import LOCK
from . import selection_file
from .linked import LinkedSelection, rewritten
from .steps import State

_MOST_LETTERS = 100
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Line ends and what turns the direction of the words around: a name is one line of text."""


class SelectionHistory(LinkedSelection):
    """Goes back and forth, keeps groups under a name, and is written to a file and read again."""

    @property
    def ids(self) -> pd.Index[Any]:
        """Ids of the selected customers."""
        raise NotImplementedError

    def _settled(self) -> list[Any]:
        raise NotImplementedError

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The conditions, in the order in which they were made."""
        return tuple(clause for gesture in self._gestures for clause in gesture.clauses)

    @property
    def groups(self) -> dict[str, list[Any]]:
        """The customers of named groups, by name: of all that were kept or selected."""
        return {
            name: list(clause.predicate.customers)
            for name, clause in self.named.items()
            if isinstance(clause.predicate, Group)
        }

    def save_as(self, name: str) -> None:
        """Keep the customers selected now as a group that all linked widgets offer by this name.

        The group is these customers, whatever is selected later. It can be compared (``A`` and
        ``B`` of ``CohortComparator``, ``compare`` of ``CorrelationHeatmap``) and selected
        (``selection.set("name")``). It remembers whether it was made of what customers did, and
        until when that was looked at: a group made of behaviour is compared only after that day.

        Parameters
        ----------
        name
            1 to 100 characters on one line. A name that is there already means this group from now
            on, also where it is selected.

        Raises
        ------
        InputError
            If the name is no such text, or no widget shows this selection.
        AnalysisError
            If nothing or nobody is selected.

        Examples
        --------
        >>> from crm_widgets import SegmentExplorer, simulate
        >>> w = SegmentExplorer(simulate(300, seed=1).transactions)
        >>> w.selection.set(r_score=[5], f_score=[4, 5])
        >>> w.selection.save_as("regulars")
        >>> w.selection.set("regulars")
        >>> len(w.ids) == len(w.selection.groups["regulars"])
        True
        """
        self.keep(self.group_selected(name))

    def group_selected(self, name: str) -> Clause:
        """The customers selected now as a group of this name, which is not kept yet.

        Raises as ``save_as`` does.
        """
        if not isinstance(name, str) or not name.strip() or len(name) > _MOST_LETTERS:
            raise InputError("bad_name", given=reprlib.repr(name), most=_MOST_LETTERS)
        if _UNSEEN.search(name):
            raise InputError("bad_name", given=ascii(name), most=_MOST_LETTERS)
        name, members, clauses = name.strip(), self._settled(), self.clauses
        if not clauses:
            raise AnalysisError("nothing_selected")
        ids = self.ids
        if not len(ids):
            raise AnalysisError("nobody_to_name")
        grounds = ((member.data, member.known()) for member in members)
        return named_group(name, ids, clauses, grounds)

    def forget(self, name: str) -> None:
        """Drop a named group, and the conditions that select it."""
        with LOCK:
            if name not in self._named:
                raise missing_group(name, self._named)

            def others(state: State) -> State:
                return tuple(g for g in state if not any(_is_group(c, name) for c in g.clauses))

            self._named = {one: kept for one, kept in self._named.items() if one != name}
            for member in self._open_members():
                member.drop_group(name)
            left = others(self._gestures)
            self._steps.rewrite(others, left)
            self._put(left)

    def keep(self, clause: Clause) -> None:
        """Give a group its name, also where another group of that name is selected.

        A clause in the space ``column`` says that the group was made of facts, one in ``derived``
        that it was made of what the customers did until ``as_of``.
        """
        group = clause.predicate
        if not isinstance(group, Group):
            raise InputError("bad_name", given=reprlib.repr(group), most=_MOST_LETTERS)
        with LOCK:
            self._named = self._named | {group.name: replace(clause, source="")}
            moved = {
                old: replace(clause, source=old.source)
                for state in self.states
                for gesture in state
                for old in gesture.clauses
                if _is_group(old, group.name)
            }
            now = rewritten(self._gestures, moved)
            self._steps.rewrite(lambda state: rewritten(state, moved), now)
            self._put(now)

    def undo(self) -> bool:
        """Select what was selected before the last step.

        Returns
        -------
        bool
            Whether there was a step to undo.

        Examples
        --------
        >>> from crm_widgets import Clause, Interval, Selection
        >>> selection = Selection()
        >>> selection.set(Clause(Interval("amount", 20, 50)))
        >>> selection.undo(), len(selection.clauses)
        (True, 0)
        >>> selection.redo(), len(selection.clauses), selection.redo()
        (True, 1, False)
        """
        with LOCK:
            return self._gone(self._steps.back(self._gestures))

    def redo(self) -> bool:
        """Make the step again that was undone last; says whether there was one."""
        with LOCK:
            return self._gone(self._steps.forth(self._gestures))

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return len(self._steps) > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to make again."""
        return self._steps.undone > 0

    def _gone(self, state: State | None) -> bool:
        if state is not None:
            self._put(state)
        return state is not None

    def save(self, path: str | Path) -> Path:
        """Write the conditions and the named groups to a JSON file, for ``Selection.load``.

        The file holds conditions, no rows. A *named group* is a list of customers, so the
        file holds their ids: naming a group asks for that (``forget`` it before if they must
        not leave). Steps that could be undone, and the views in which conditions were made, are not
        written.

        Parameters
        ----------
        path
            The file; it is replaced.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            If a condition holds a value that JSON has no word for, such as an object.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> from crm_widgets import Clause, Interval, Selection
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = Path(folder.name) / "recent.json"
        >>> written = Selection(Clause(Interval("amount", 20, 50))).save(path)
        >>> Selection.load(written).describe()
        'amount: 20 to 50'
        >>> folder.cleanup()
        """
        with LOCK:
            states, named = [gesture.clauses for gesture in self._gestures], dict(self._named)
        return selection_file.write(Path(path), states, named.values())

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a selection that was saved, to be given to widgets (``selection=…``).

        A condition on a column, a feature or a segment of RFM is taken up by name where the
        table, the day or the model is another one, and the widget says so; one that nobody can
        answer selects nobody out, and the widget says that.

        Parameters
        ----------
        path
            A file written by ``save``. Whatever else it holds is refused.

        Raises
        ------
        InputError
            If the file is none that ``save`` writes; the message names the place.
        """
        gestures, named = selection_file.read(Path(path))
        made = cls()
        made._named = {clause.predicate.name: clause for clause in named}  # type: ignore[union-attr]
        made._put(tuple(made.gesture(*clauses) for clauses in gestures))
        return made


def _is_group(clause: Clause, name: str) -> bool:
    return isinstance(clause.predicate, Group) and clause.predicate.name == name
