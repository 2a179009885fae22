"""Tables by name and tables that are asked for: what can be given in the place of a frame."""

from __future__ import annotations

import math
import reprlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

from ...data.reading.live import Live, Named, Polled
from ...errors import InputError


def live(source: str | Callable[[], Any], *, every_s: float = 60.0) -> Live:
    """Bind a widget to a name, or to a callable that is asked again and again.

    Can be given wherever a frame can. A widget then shows what the name or the callable
    stands for *now*: also after ``orders = orders[…]``, which a widget that was given the
    frame itself does not hear of.

    Parameters
    ----------
    source
        The name of a variable of the notebook, looked at after each cell; or a callable
        without arguments that returns a frame, such as one that asks a database. It is called
        on a thread of its own, and only while a widget that follows it is displayed.
    every_s
        Seconds between two calls of a callable.

    Returns
    -------
    Live
        To be given to widgets. While the name is gone, the callable fails or a column is
        missing, they keep the last good view and say why.

    Examples
    --------
    >>> import crm_widgets as crm
    >>> w = crm.SegmentExplorer(crm.live(lambda: crm.simulate(200, seed=1).transactions))
    >>> len(w.data.ids) <= 200
    True
    """
    if isinstance(source, str) and source.isidentifier():
        return Named(source, _variables)
    if not callable(source):
        raise InputError("not_live", given=reprlib.repr(source))
    numeric = isinstance(every_s, int | float) and not isinstance(every_s, bool)
    if not numeric or not math.isfinite(every_s) or every_s <= 0:
        raise InputError("out_of_range", name="every_s", lo=0, hi="∞", given=reprlib.repr(every_s))
    return Polled(source, float(every_s))


def _variables() -> Mapping[str, Any]:
    """The names of the notebook; of the main program, where there is none."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return vars(sys.modules["__main__"]) if shell is None else shell.user_ns
