"""Periods of the calendar are those of pandas, which counts them by other means."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from crm_widgets.data.vocabulary.periods import MOST, Period, Periods, periods_between

FREQUENCY: dict[Period, str] = {"week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}


@pytest.mark.parametrize("period", FREQUENCY)
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (dt.date(2010, 12, 1), dt.date(2011, 12, 9)),
        (dt.date(1969, 12, 28), dt.date(1970, 1, 5)),
        (dt.date(2015, 12, 31), dt.date(2021, 1, 3)),
        (dt.date(2024, 2, 29), dt.date(2024, 2, 29)),
    ],
)
def test_edges_are_the_beginnings_of_periods_in_utc(
    period: Period, first: dt.date, last: dt.date
) -> None:
    found = periods_between(first, last, period)
    expected = pd.period_range(first, last, freq=FREQUENCY[period])
    edges = pd.to_datetime(found.edges, unit="ms")
    assert list(edges[:-1]) == list(expected.start_time)
    assert edges[-1] == expected[-1].end_time.ceil("D")
    assert found.n == len(expected) == len(found.labels)
    if period == "week":
        assert set(edges.day_of_week) == {0}


@pytest.mark.parametrize(
    ("days", "period"),
    [(7, "week"), (7 * MOST, "week"), (7 * MOST + 1, "month"), (1800, "month"),
     (365 * 14, "quarter"), (365 * 40, "year"), (365 * 200, "year")],
)  # fmt: skip
def test_the_shortest_period_of_which_there_are_not_too_many(days: int, period: Period) -> None:
    first = dt.date(2001, 1, 1)
    found = periods_between(first, first + dt.timedelta(days=days - 1))
    assert found.period == period
    assert found.n <= MOST or period == "year"


@pytest.mark.parametrize(
    ("until", "unfinished"),
    [(dt.date(2011, 12, 30), True), (dt.date(2011, 12, 31), False), (dt.date(2012, 1, 9), False)],
)
def test_a_period_is_over_with_its_last_day(until: dt.date, unfinished: bool) -> None:
    months = periods_between(dt.date(2011, 1, 1), dt.date(2011, 12, 1), "month")
    assert Periods("month", months.first, months.n, until).is_unfinished is unfinished
