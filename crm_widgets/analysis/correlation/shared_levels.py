"""Levels that several columns share in the same rows, which makes the columns look alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd

from .columns import Codes, MixedColumns

SAME = 0.95
"""Rows with the level in both columns over rows with it in either, from which it is shared."""
FEWEST_LEVELS = 3


def shared_levels(columns: MixedColumns) -> pd.DataFrame:
    """Find levels that stand in the same rows of several columns.

    Such as "No internet service" in each column about an internet service. Of two columns with two
    levels this would say no more than their V does, so only columns of three levels and more are
    looked at.

    Returns
    -------
    pandas.DataFrame
        A row a level: ``level``, ``columns`` (tuple), ``n`` (rows that have it in the first).

    Examples
    --------
    >>> import pandas as pd
    >>> from crm_widgets.analysis.correlation.columns import mixed_columns
    >>> from crm_widgets.data import ArrayTable
    >>> table = ArrayTable({
    ...     "backup": ["yes", "no", "none", "none"], "support": ["no", "yes", "none", "none"],
    ... })
    >>> shared_levels(mixed_columns(table, {"backup": "backup", "support": "support"}))
      level            columns  n
    0  none  (backup, support)  2
    """
    places: dict[object, list[tuple[str, int]]] = defaultdict(list)
    for name, codes in columns.codes.items():
        levels = columns.levels[name]
        if len(levels) < FEWEST_LEVELS:
            continue
        for code, level in enumerate(levels):
            if isinstance(level, str) and bool((codes == code).any()):
                places[level].append((name, code))
    found = []
    for level, there in places.items():
        while len(there) > 1:
            (first, code), *others = there
            rows = columns.codes[first] == code
            alike = [
                (name, other) for name, other in others if _same(rows, columns.codes[name] == other)
            ]
            if alike:
                names = (first, *(name for name, _ in alike))
                found.append((level, names, int(rows.sum())))
            there = [place for place in others if place not in alike]
    return pd.DataFrame(found, columns=["level", "columns", "n"])


def without_shared(columns: MixedColumns, shared: pd.DataFrame) -> Mapping[str, Codes]:
    """Codes in which the shared levels of a column count as missing."""
    codes = dict(columns.codes)
    for level, names in zip(shared["level"], shared["columns"], strict=True):
        for name in names:
            place = columns.levels[name].tolist().index(level)
            codes[name] = np.where(codes[name] == place, np.int32(-1), codes[name])
    return codes


def _same(a: np.typing.NDArray[np.bool_], b: np.typing.NDArray[np.bool_]) -> bool:
    return bool((a & b).sum() >= SAME * (a | b).sum())
