"""Customers held out: a table parted in two, by the ids alone."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import xxhash

from ..errors import InputError
from .base import Data, Holdout, elsewhere
from .transactions import Transactions
from .vocabulary.notes import Note

D = TypeVar("D", bound=Data)

LEAST, MOST = 0.05, 0.95


def is_held(ids: Iterable[Hashable], share: float) -> npt.NDArray[np.bool_]:
    """Whether each customer is held out.

    An id is always on the same side: whatever the order of the table, the other customers, the
    process, and whether ids were read as numbers or as text. With a larger share, those held out
    before are held out still.

    Parameters
    ----------
    ids : iterable of hashable
        Ids of customers.
    share : float
        Of the customers to be held out, 0 to 1; those of few may be some more or fewer.

    Returns
    -------
    numpy.ndarray of bool

    Notes
    -----
    An id is held out if xxh3 of its text, over 2^64, is below the share.

    Examples
    --------
    >>> is_held([1, 2, 3, 4], 0.5).tolist() == is_held(["1", "2", "3", "4"], 0.5).tolist()
    True
    >>> round(float(is_held(range(100_000), 0.3).mean()), 2)
    0.3
    """
    digest = xxhash.xxh3_64_intdigest
    listed = ids.tolist() if hasattr(ids, "tolist") else ids
    found = np.fromiter((digest(_text(one)) for one in listed), np.uint64)
    return np.asarray(found < np.uint64(min(int(share * 2**64), 2**64 - 1)))


def _text(one: Hashable) -> bytes:
    if isinstance(one, float) and one.is_integer():
        one = int(one)
    return str(one).encode("utf-8", "surrogatepass")


def hold_out(data: D, share: float) -> D:
    """The customers to be explored, the others held out.

    Parameters
    ----------
    data : Transactions or Customers
    share : float
        Of the customers to be held out, 0.05 to 0.95.

    Returns
    -------
    Transactions or Customers
        As ``data``, with the rows of the explored customers only; the others are its ``held``.
        A log keeps its end, so that both parts are measured as of the same day. Read again, it is
        parted again. ``data`` itself if it is such a part already.

    Raises
    ------
    InputError
        If the share is out of range, or a side has no customers.

    Examples
    --------
    >>> import pandas as pd
    >>> from crm_widgets.data import Customers
    >>> explored = hold_out(Customers(pd.DataFrame({"id": range(100), "age": 40})), 0.5)
    >>> len(explored.ids) + len(explored.held.ids)
    100
    """
    if not isinstance(share, int | float) or not LEAST <= share <= MOST:
        raise InputError("out_of_range", name="holdout", given=repr(share), lo=LEAST, hi=MOST)
    if data.holdout is not None:
        return data
    held = is_held(data.ids, share)
    n = int(held.sum())
    if n in (0, len(held)):
        raise InputError("none_to_hold_out", n=len(held))
    rest = _part(data, held)
    note = Note("explored", len(held) - n, {"held": n, "share": share})
    explored = _part(data, ~held, note)
    explored._set(holdout=Holdout(share, rest, lambda frame: hold_out(data.again(frame), share)))
    return explored


def _part(data: D, keep: npt.NDArray[np.bool_], *notes: Note) -> D:
    made = copy.copy(data)
    made.__dict__.pop("purchases", None)
    values: dict[str, Any] = {
        "ids": data.ids[keep],
        "kept": {},
        "notes": (*data.notes, *notes),
        "_whole": data,
    }
    if isinstance(data, Transactions) and data.log is not None:
        log = data.log.of(keep)
        n = int(log.rows_of.sum())
        table = elsewhere(log.table.source, data.table.kinds, n)
        made._set(log=log, in_engine=log.table, table=table, **values)
        return made
    rows = keep[data.table.codes("customer")]
    values["table"] = data.table.at(rows)
    if data.in_engine is not None:
        values["in_engine"] = data.in_engine.semi_join(values["ids"].tolist())
    else:
        values["_places"] = data.positions[rows]
    if isinstance(data, Transactions):
        values |= {"is_return": data.is_return[rows], "day": data.day[rows], "grown": None}
    made._set(**values)
    return made
