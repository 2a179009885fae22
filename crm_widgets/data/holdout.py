"""Customers held out: a table is split in two, by the ids alone."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import xxhash

from ..errors import InputError
from .base import Data, HoldoutSplit, table_in_engine
from .transactions import Transactions
from .vocabulary.notes import Note

D = TypeVar("D", bound=Data)

LEAST, MOST = 0.05, 0.95


def is_held_out(ids: Iterable[Hashable], share: float) -> npt.NDArray[np.bool_]:
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
    >>> is_held_out([1, 2, 3, 4], 0.5).tolist() == is_held_out(["1", "2", "3", "4"], 0.5).tolist()
    True
    >>> round(float(is_held_out(range(100_000), 0.3).mean()), 2)
    0.3
    """
    digest = xxhash.xxh3_64_intdigest
    values = ids.tolist() if hasattr(ids, "tolist") else ids
    hashes = np.fromiter((digest(_text(customer)) for customer in values), np.uint64)
    return np.asarray(hashes < np.uint64(min(int(share * 2**64), 2**64 - 1)))


def _text(customer: Hashable) -> bytes:
    if isinstance(customer, float) and customer.is_integer():
        customer = int(customer)
    return str(customer).encode("utf-8", "surrogatepass")


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
        As ``data``, with the rows of the explored customers only; the others are its
        ``holdout``. A log keeps its end, so that both parts are measured as of the same day. When
        it is read again, it is split again. ``data`` itself if it is such a part already.

    Raises
    ------
    InputError
        If the share is out of range, or a side has no customers.

    Examples
    --------
    >>> import pandas as pd
    >>> from crm_widgets.data import Customers
    >>> explored = hold_out(Customers(pd.DataFrame({"id": range(100), "age": 40})), 0.5)
    >>> len(explored.ids) + len(explored.holdout.ids)
    100
    """
    if not isinstance(share, int | float) or not LEAST <= share <= MOST:
        raise InputError("out_of_range", name="holdout", given=repr(share), lo=LEAST, hi=MOST)
    if data.split is not None:
        return data
    mask = is_held_out(data.ids, share)
    n = int(mask.sum())
    if n in (0, len(mask)):
        raise InputError("none_to_hold_out", n=len(mask))
    held_out = _part(data, mask)
    note = Note("explored", len(mask) - n, {"held": n, "share": share})
    explored = _part(data, ~mask, note)
    explored._set(
        split=HoldoutSplit(share, held_out, lambda frame: hold_out(data.reread(frame), share))
    )
    return explored


def _part(data: D, is_in_part: npt.NDArray[np.bool_], *notes: Note) -> D:
    part = copy.copy(data)
    part.__dict__.pop("purchases", None)
    values: dict[str, Any] = {
        "ids": data.ids[is_in_part],
        "analysis_cache": {},
        "notes": (*data.notes, *notes),
        "_full": data,
    }
    if isinstance(data, Transactions) and data.log is not None:
        log = data.log.of(is_in_part)
        n = int(log.rows_of.sum())
        table = table_in_engine(log.table.source, data.table.kinds, n)
        part._set(log=log, in_engine=log.table, table=table, **values)
        return part
    rows = is_in_part[data.table.codes("customer")]
    values["table"] = data.table.at(rows)
    if data.in_engine is not None:
        values["in_engine"] = data.in_engine.semi_join(values["ids"].tolist())
    else:
        values["_positions"] = data.positions[rows]
    if isinstance(data, Transactions):
        values |= {"is_return": data.is_return[rows], "day": data.day[rows], "appended": None}
    part._set(**values)
    return part
