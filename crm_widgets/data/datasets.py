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
    >>> print(len(log), log["customer"].nunique(), log["amount"].sum().round(2))
    69659 23570 2500315.63
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
        ``customer`` (int, from 1), ``date`` (day) and ``amount`` (at least 0.01), by date.
    truth
        A row a customer, indexed by ``customer``: ``segment`` (int, 0 is worth most), and what
        is typical of the segment: ``purchases`` (number), ``lapse_days`` (days from the last
        purchase to the end of the log) and ``order_value`` (median amount).
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

    Segments stand in a row, from those who buy often, for much and lately to those who do
    none of it: from one to the next the number of purchases and the order value fall, and
    the time since the last purchase grows, by a constant factor. Around what is typical of
    the segment a customer varies log-normally (standard deviations .25, .25 and .3 on the
    log scale), and an amount around what is typical of the customer (.3). Purchases lie one
    in each of equal spans of the time from the first to the last.

    Parameters
    ----------
    n_customers
        Number of customers; each has at least one purchase.
    seed
        The same seed gives the same log.
    n_segments
        Number of segments, 1 to 8; a customer falls in each with the same probability.
    start
        First day of the log.
    days
        Length of the log, in days, at least 60.
    separation
        How far segments are apart: at 0 they are all alike, at 1 four hardly overlap.

    Returns
    -------
    Simulation
        ``transactions`` and ``truth``.

    Examples
    --------
    >>> simulation = simulate(100, seed=1)
    >>> simulation.transactions["customer"].nunique(), simulation.truth["segment"].nunique()
    (100, 4)
    """
    for name, given, lo, hi in (
        ("n_customers", n_customers, 1, 100_000_000),
        ("n_segments", n_segments, 1, 8),
        ("days", days, 60, 36_500),
        ("separation", separation, 0, 3),
    ):
        if not lo <= given <= hi:
            raise InputError("out_of_range", name=name, given=given, lo=lo, hi=hi)
    random = np.random.default_rng(seed)
    step = separation * (np.linspace(1, -1, n_segments) if n_segments > 1 else np.zeros(1))
    typical = pd.DataFrame(
        {
            "purchases": np.clip(np.sqrt(days) / 4 * np.exp(1.5 * step), 1, days / 10),
            "lapse_days": np.clip(np.sqrt(days) * np.exp(-1.9 * step), 1, days / 2),
            "order_value": 50 * np.exp(1.4 * step),
        }
    )
    segment = random.integers(n_segments, size=n_customers)
    truth = typical.take(segment).set_index(pd.RangeIndex(1, n_customers + 1, name="customer"))
    truth.insert(0, "segment", segment)

    vary = np.exp(random.standard_normal((n_customers, 3)) * [0.25, 0.3, 0.25])
    bought, lapse, value = (typical.to_numpy()[segment] * vary).T
    end = days - np.clip(np.rint(lapse), 1, days - 30).astype(np.int32)
    first = (random.random(n_customers) * end / 4).astype(np.int32)
    active = end - first
    n = np.clip(np.rint(bought), 1, active).astype(np.int32)

    owner = np.repeat(np.arange(n_customers, dtype=np.int32), n)
    starts = np.cumsum(n, dtype=np.int64) - n
    span = np.arange(owner.size) - starts[owner] + random.random(owner.size)
    day = first[owner] + (span * (active / n)[owner]).astype(np.int32)
    day[starts + n - 1] = end - 1
    noise = np.exp(0.3 * random.standard_normal(owner.size, dtype=np.float32))
    amount = np.maximum(np.round(value[owner] * noise, 2), 0.01)

    order = np.argsort(day.astype(np.uint16), kind="stable")
    dates = np.datetime64(start, "D") + np.arange(days)
    log = pd.DataFrame(
        {
            "customer": owner[order].astype(np.int64) + 1,
            "date": dates.astype("datetime64[s]")[day[order]],
            "amount": amount[order],
        }
    )
    return Simulation(log, truth)
