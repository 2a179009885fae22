"""What the author of a widget writes: which table, and three pure stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import pandas as pd

from ..charts.drawing import Drawing
from ..data import as_data
from ..data.roles import Transactions
from ..data.scope import Data, Known, Scope
from ..errors import InputError
from .computing.records import Settings
from .computing.requests import Progress
from .knobs.knob import Knob
from .parts.part import Host, Part


class Author:
    """Stages run beside the notebook, on one thread, and touch no trait."""

    knobs: ClassVar[dict[str, Knob]] = {}
    _given_roles: dict[str, Any]
    """Columns by the roles that were given to the constructor."""

    roles: ClassVar[Sequence[str]] = ("customer", "time", "amount", "order", "product", "returns")
    """What columns can be given to the constructor; others are no argument."""
    takes: ClassVar[type | None] = None
    """The kind of table it needs, ``Transactions`` or ``Customers``; None: either."""
    shows: ClassVar[Mapping[str, Sequence[str]]] = {}
    """The fields that views brush or pick, by view, for ``scope.own`` and ``scope.others``."""
    model_fields: ClassVar[frozenset[str]] = frozenset({"segment", "pc1", "pc2"})
    """Columns of ``source.customers`` that mean something only for one fitted model."""

    def make_parts(self, host: Host) -> Sequence[Part]:
        """What it has in common with other widgets beyond what all are."""
        return ()

    def read(self, frame: Any, before: Data | None = None) -> Data:
        """The table of a frame, which may go on from one before."""
        data = as_data(frame, previous=before, **self._given_roles)
        if self.takes is not None and not isinstance(data, self.takes):
            if self.takes is Transactions:
                raise InputError("needs_transactions", widget=type(self).__name__)
            raise InputError("needs_customers", widget=type(self).__name__)
        return data

    def on_data(self, data: Data) -> None:
        """Adapt to a table before it is analysed, such as by columns that can be chosen."""

    def analyse(self, data: Data, knobs: Settings, progress: Progress) -> Any:
        """Read the table: a record, best with ``customers``, a frame indexed by id.

        ``progress(share, key)`` may be called often: it shows ``progress.<key>`` of ``text``,
        and ends a computation that is no longer wanted.
        """
        raise NotImplementedError

    def knows(self, source: Any) -> Known | None:
        """What that says of each customer, for clauses on features and on the model."""
        customers = getattr(source, "customers", None)
        if not isinstance(customers, pd.DataFrame):
            return None
        fingerprint = getattr(source, "fingerprint", None)
        fields = self.model_fields & set(customers.columns) if fingerprint else frozenset()
        as_of = getattr(source, "as_of", None)
        return Known(customers, frozenset(fields), fingerprint, as_of)

    def find(self, source: Any, knobs: Settings, scope: Scope) -> Any:
        """Find the result for what is selected; by default what was analysed is the result."""
        return source

    def draw(self, result: Any, scope: Scope) -> Drawing:
        """Draw a result, with what is selected against all."""
        raise NotImplementedError


def checked_roles(widget: type[Author], rest: Mapping[str, Any]) -> dict[str, Any]:
    """The roles among the arguments of a constructor.

    Raises
    ------
    TypeError
        If an argument is neither a role nor a knob of this widget.
    """
    knobs, roles = widget.knobs, widget.roles
    unknown = [name for name in rest if name not in knobs and name not in roles]
    if unknown:
        known = ", ".join([*roles, *(name for name in knobs if not name.startswith("_"))])
        msg = f"{widget.__name__} got an unexpected argument {unknown[0]!r}; it takes {known}"
        raise TypeError(msg)
    return {n: value for n, value in rest.items() if n in roles and value is not None}
