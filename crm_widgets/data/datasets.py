"""Data to start with: a real transaction log, and simulated ones whose truth is known."""

from __future__ import annotations

import datetime as dt
import gzip
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pandas as pd

from ..errors import InputError


def cdnow() -> pd.DataFrame:
    """Purchases at the online CD shop CDNOW, January 1997 to June 1998.

    All customers who first bought in the first quarter of 1997, with everything they
    bought until the end of June 1998: 69,659 transactions of 23,570 customers, in total
    2,500,315.63 US dollars.

    Returns
    -------
    pandas.DataFrame
        ``customer`` (int, 1 to 23,570), ``date`` (day), ``units`` (CDs, 1 to 99) and
        ``amount`` (US dollars, 0 to 1,286.01); sorted by customer and date.

    References
    ----------
    Fader, P. S. and Hardie, B. G. S. (2001), "Forecasting Repeat Sales at CDNOW: A Case
    Study", Interfaces 31 (3). The file is the one distributed with lifetimes 0.11.3 (MIT).

    Examples
    --------
    >>> log = cdnow()
    >>> len(log), log["customer"].nunique(), round(log["amount"].sum(), 2)
    (69659, 23570, 2500315.63)
    """
    packed = files(__package__).joinpath("cdnow.csv.gz").open("rb")
    with packed, gzip.open(packed, "rb") as text:
        frame = pd.read_csv(text, dtype={"date": str})
    frame["date"] = pd.to_datetime(frame["date"], format="%Y%m%d")
    return frame


@dataclass(frozen=True)
class Simulation:
    """A simulated log and what is true of it.

    Attributes
    ----------
    transactions
        ``customer`` (int), ``date`` (day) and ``amount`` (at least 0.01), by date.
    truth
        A row a customer, indexed by ``customer``: ``segment`` (int, 0 is worth most),
        ``gap_days`` (the segment's typical time between purchases), ``lapse_days`` (the
        segment's typical time from the last purchase to the end) and ``order_value`` (the
        segment's median amount).
    """

    transactions: pd.DataFrame
    truth: pd.DataFrame


def simulate(
    n_customers: int,
    seed: int = 0,
    *,
    n_segments: int = 4,
    start: dt.date = dt.date(2023, 1, 1),
    days: int = 730,
    separation: float = 1.0,
) -> Simulation:
    """Simulate a transaction log of customers whose segments are known.

    Segments lie on a line from those who buy often, dearly and lately to those who do
    none of it: from one to the next the number of purchases and the order value fall, and
    the time since the last purchase grows, by a constant factor. Within a segment each
    varies log-normally. A customer's purchases spread evenly at random over the time from
    the first to the last; nobody buys twice on a day.

    Parameters
    ----------
    n_customers
        Number of customers; each has at least one purchase.
    seed
        The same seed gives the same log.
    n_segments
        Number of segments, 1 to 8, equally likely.
    start
        First day of the log.
    days
        Length of the log in days, at least 60.
    separation
        How far apart segments are, in multiples of the default; at 1 the groups hardly
        overlap, at 0 there is nothing to find.

    Returns
    -------
    Simulation
        ``transactions`` and ``truth``.

    Examples
    --------
    >>> simulate(3, seed=1).truth["segment"].tolist() == simulate(3, seed=1).truth["segment"].tolist()
    True
    """
    for name, given, lo, hi in (
        ("n_customers", n_customers, 1, 100_000_000),
        ("n_segments", n_segments, 1, 8),
        ("days", days, 60, 36_500),
        ("separation", separation, 0, 10),
    ):
        if not lo <= given <= hi:
            raise InputError("out_of_range", name=name, given=given, lo=lo, hi=hi)
    random = np.random.default_rng(seed)
    place = np.linspace(1, -1, n_segments) if n_segments > 1 else np.zeros(1)
    step = separation * place
    lapse_of = np.clip(np.sqrt(days) * np.exp(-1.9 * step), 1, days / 2)
    count_of = np.clip(np.sqrt(days) / 4 * np.exp(1.5 * step), 1, days / 10)
    value_of = 50 * np.exp(1.4 * step)

    segment = random.integers(n_segments, size=n_customers)

    def spread(of: np.ndarray, sigma: float) -> np.ndarray:
        return of[segment] * np.exp(sigma * random.standard_normal(n_customers))

    lapse = np.clip(np.rint(spread(lapse_of, 0.3)), 1, days - 30).astype(np.int64)
    bought = np.maximum(1, np.rint(spread(count_of, 0.25))).astype(np.int64)
    value = spread(value_of, 0.25)
    room = days - lapse
    first = np.floor(random.random(n_customers) * room * 0.25).astype(np.int64)
    active = room - first
    bought = np.minimum(bought, active)

    # One purchase in each of ``bought`` equal slots of the active time; the last on its last day.
    owner = np.repeat(np.arange(n_customers), bought)
    slot = np.arange(owner.size) - np.repeat(np.cumsum(bought) - bought, bought)
    share = (slot + random.random(owner.size)) / bought[owner]
    last = slot == bought[owner] - 1
    offset = np.where(last, active[owner] - 1, np.floor(share * active[owner]))
    day = first[owner] + offset.astype(np.int64)
    amount = np.maximum(value[owner] * np.exp(0.3 * random.standard_normal(owner.size)), 0.01)

    order = np.argsort(day, kind="stable")
    log = pd.DataFrame(
        {
            "customer": owner[order] + 1,
            "date": pd.Timestamp(start) + pd.to_timedelta(day[order], unit="D"),
            "amount": np.round(amount[order], 2),
        }
    )
    truth = pd.DataFrame(
        {
            "segment": segment,
            "gap_days": ((days - lapse_of) * 0.875 / count_of)[segment],
            "lapse_days": lapse_of[segment],
            "order_value": value_of[segment],
        },
        index=pd.RangeIndex(1, n_customers + 1, name="customer"),
    )
    return Simulation(log, truth)
