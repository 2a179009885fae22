"""A brush over the time of a log counts each customer once, whatever rows he has in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from crm_widgets import Customers, Transactions
from crm_widgets.charts.view import Counting
from crm_widgets.data.placing import place
from crm_widgets.data.scope import Known, Scope
from crm_widgets.data.vocabulary.clauses import Interval, Values
from crm_widgets.data.vocabulary.table import Dim, Edges, Levels
from crm_widgets.widgets.page import range_blocks
from crm_widgets.widgets.page.range_blocks import LogRows, Passive
from crm_widgets.widgets.selection.selection import Selection

DAY = 86_400_000.0
START = pd.Timestamp("2020-01-06")
EDGES = tuple(float(START.value // 10**6 + DAY * at) for at in (0, 7, 21, 28, 60, 100))
TIME = Edges("time", EDGES)
GROUPS = Levels("group", (0, 1, 2))
SIZES = Edges("size", (0.0, 1.0, 5.0, 50.0))


def shop(seed: int, n: int = 700) -> tuple[Any, Known]:
    """A log with rows before and after the edges, and customers of whom one has none of them."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer": rng.integers(0, 80, n),
            "date": START + pd.to_timedelta(rng.integers(-9, 112, n), "D"),
            "amount": rng.lognormal(2, 1, n).round(2),
            "channel": rng.choice(["web", "shop", "app"], n),
        }
    )
    data = Transactions(frame)
    ids = data.ids[rng.permutation(len(data.ids))[:-3]]
    known = pd.DataFrame(
        {
            "group": rng.integers(0, 4, len(ids)),
            "size": rng.exponential(3, len(ids)),
            "value": rng.normal(10, 4, len(ids)),
        },
        index=ids,
    )
    known.loc[known.index[::9], ["size", "value"]] = np.nan
    return data, Known(known)


def scope_of(data: Any, known: Known, *predicates: Any) -> Scope:
    shared = Selection()
    clauses = [place(predicate, data, known) for predicate in predicates]
    gestures = tuple(shared.gesture(clause) for clause in clauses if clause is not None)
    assert len(gestures) == len(predicates)
    return shared.scope(data, known, gestures)


@pytest.mark.parametrize("seed", range(6))
def test_every_range_counts_its_customers_as_pandas_does(seed: int) -> None:
    data, known = shop(seed)
    log = LogRows(data.table, Scope(data, known).place)
    asked = [
        Passive(Counting((GROUPS,), (None, "value")), None, Scope(data, known)),
        Passive(Counting((GROUPS, SIZES)), None, Scope(data, known)),
        Passive(Counting((), (None, "value")), None, Scope(data, known)),
    ]
    groups, both, all_ = range_blocks.under_ranges(log, TIME, known.table, asked)
    rows = data.frame
    at = 0
    for hi in range(1, len(EDGES)):
        for lo in range(hi):
            a, b = (pd.Timestamp(EDGES[end], unit="ms") for end in (lo, hi))
            until = rows["date"] <= b if hi == len(EDGES) - 1 else rows["date"] < b
            seen = rows.loc[until & (rows["date"] >= a), "customer"].unique()
            theirs = known.customers[known.customers.index.isin(seen)]
            by = theirs.groupby("group")["value"]
            expected = np.column_stack(
                [
                    by.size().reindex([0, 1, 2], fill_value=0),
                    by.sum().reindex([0, 1, 2], fill_value=0),
                ]
            )
            np.testing.assert_allclose(groups[at], expected.ravel(), rtol=1e-5)
            table = pd.crosstab(theirs["group"], pd.cut(theirs["size"], SIZES.edges, right=False))
            table = table.reindex(index=[0, 1, 2], fill_value=0)
            table = table.reindex(columns=pd.IntervalIndex.from_breaks(SIZES.edges, closed="left"))
            np.testing.assert_array_equal(both[at], table.fillna(0).to_numpy().ravel())
            np.testing.assert_allclose(all_[at], [len(theirs), theirs["value"].sum()], rtol=1e-5)
            at += 1
    assert len(groups) == at + 1 == range_blocks.ranges_of(len(EDGES) - 1) + 1
    assert all_[-1][0] == len(known.customers)


def test_counts_of_bins_do_not_add_up() -> None:
    data, known = shop(0)
    log = LogRows(data.table, Scope(data, known).place)
    asked = [Passive(Counting(()), None, Scope(data, known))]
    [found] = range_blocks.under_ranges(log, TIME, known.table, asked)
    first, both, second = found[:3, 0]
    assert max(first, second) < both < first + second


@pytest.mark.parametrize(
    "conditions",
    [
        (Interval("size", 0.5, 4.0),),
        (Values("channel", ("web",)),),
        (Values("channel", ("web", "app")), Interval("size", 0.5, 4.0)),
    ],
)
def test_other_conditions_hold_as_they_do_when_the_brush_is_at_rest(conditions: Any) -> None:
    data, known = shop(7)
    others = scope_of(data, known, *conditions)
    log = LogRows(data.table, others.place)
    asked = [
        Passive(Counting((GROUPS,)), others.mask(), others),
        Passive(Counting((Levels("channel", ("web", "shop", "app")),), of="rows"), None, others),
        Passive(Counting((TIME,), (None, "amount"), of="rows"), None, others),
    ]
    groups, channels, times = range_blocks.under_ranges(log, TIME, known.table, asked)
    at = 0
    for hi in range(1, len(EDGES)):
        for lo in range(hi):
            brush = Interval("time", EDGES[lo], EDGES[hi], closed=hi == len(EDGES) - 1)
            both = scope_of(data, known, *conditions, brush)
            expected = known.table.counts([GROUPS], None, both.mask())
            np.testing.assert_array_equal(groups[at], expected)
            dims = Levels("channel", ("web", "shop", "app"))
            np.testing.assert_array_equal(
                channels[at], data.table.counts([dims], None, both.rows())
            )
            money = data.table.counts([TIME], "amount", both.rows())
            np.testing.assert_allclose(times[at].reshape(-1, 2)[:, 1], money, rtol=1e-5)
            at += 1
    np.testing.assert_array_equal(groups[-1], known.table.counts([GROUPS], None, others.mask()))
    np.testing.assert_array_equal(
        times[-1].reshape(-1, 2)[:, 0], data.table.counts([TIME], None, others.rows())
    )


@pytest.mark.parametrize("active", [(SIZES,), (GROUPS, SIZES)])
def test_rows_are_counted_under_a_brush_over_customers(active: tuple[Dim, ...]) -> None:
    data, known = shop(3)
    everybody = Scope(data, known)
    log = LogRows(data.table, everybody.place)
    passive = Passive(Counting((TIME,), (None, "amount"), of="rows"), None, everybody)
    found = range_blocks.rows_under(log, Counting(active), known.table, passive)
    rows = data.frame.join(known.customers, on="customer")
    cell: npt.NDArray[Any] = pd.cut(rows["size"], SIZES.edges, right=False).cat.codes.to_numpy()
    if len(active) == 2:
        inside = (cell >= 0) & rows["group"].isin([0, 1, 2]).to_numpy()
        cell = np.where(inside, rows["group"].fillna(0).to_numpy() * 3 + cell, -1)
    for at in range(len(found) - 1):
        mine = rows[cell == at]
        mask = data.table.mask([]) & np.isin(np.arange(data.table.n), mine.index)
        np.testing.assert_array_equal(
            found[at].reshape(-1, 2)[:, 0], data.table.counts([TIME], None, mask)
        )
        np.testing.assert_allclose(
            found[at].reshape(-1, 2)[:, 1], data.table.counts([TIME], "amount", mask), rtol=1e-5
        )
    assert found[:-1].sum() < found[-1].sum()


def test_a_table_of_customers_is_a_log_of_one_row_each() -> None:
    frame = pd.DataFrame(
        {"customer": range(50), "joined": START + pd.to_timedelta(np.arange(50) * 2, "D")}
    )
    data = Customers(frame)
    known = Known(pd.DataFrame({"group": np.arange(50) % 3}, index=data.ids))
    scope = Scope(data, known)
    asked = [Passive(Counting((GROUPS,)), None, scope)]
    time = Edges("joined", EDGES)
    [found] = range_blocks.under_ranges(LogRows(data.table, scope.place), time, known.table, asked)
    once = data.table.counts([time])
    np.testing.assert_array_equal(found[[0, 2, 5]].sum(axis=1), once[:3])
    assert found[range_blocks.ranges_of(5) - 5].sum() == once.sum()
