"""Arguments are read as columns are."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from crm_widgets.analysis import build_cohorts, compare_cohorts, rfm, survival
from crm_widgets.data import Customers, Transactions
from crm_widgets.data.datasets import cdnow
from crm_widgets.data.parsing.given_times import given_day, given_times
from crm_widgets.data.parsing.times import parse_times
from crm_widgets.errors import InputError

JUNE = dt.date(2024, 6, 1)


@pytest.mark.parametrize(
    "value",
    [
        JUNE,
        dt.datetime(2024, 6, 1, 23, 59),
        pd.Timestamp("2024-06-01 10:30", tz="Asia/Shanghai"),
        np.datetime64("2024-06-01"),
        pd.Period("2024-06-01", "D"),
        "2024-06-01",
        "2024-06-01 12:50",
        "2024年6月1日",
        "1 June 2024",
        "1. Juni 2024",
        "20240601",
        20240601,
        np.int64(20240601),
        20240601.0,
        Decimal("20240601"),
        1717200000,
        1717200000000,
        "2024-06-01T10:30:00+09",
    ],
    ids=repr,
)
def test_a_day_of_every_spelling(value):
    assert given_day(value, "as_of") == JUNE


@pytest.mark.parametrize("value", ["01/06/2024", "1.6.24", "201106"])
def test_a_day_that_can_be_two_is_refused(value):
    with pytest.raises(InputError, match=r"as_of.*2024-12-31") as caught:
        given_day(value, "as_of")
    assert caught.value.key == "ambiguous_date"


@pytest.mark.parametrize(
    "value",
    ["yesterweek",
     "", None, pd.NaT, float("nan"), True, [JUNE], 45296, 12, "2024-02-30", dt.timedelta(1)],
    ids=repr,
)  # fmt: skip
def test_what_is_no_day_is_refused(value):
    with pytest.raises(InputError, match="as_of must be a date") as caught:
        given_day(value, "as_of")
    assert caught.value.key == "bad_date"


def test_the_two_ends_of_an_interval_tell_each_others_order():
    assert given_times(["13/02/2024", "05/03/2024"], "day") == [
        pd.Timestamp(day).timestamp() * 1000 for day in ("2024-02-13", "2024-03-05")
    ]
    with pytest.raises(InputError, match="cannot be told apart"):
        given_times(["13/02/2024", "02/13/2024"], "day")


@pytest.mark.parametrize(
    "text", ["5. Feb. 2024 10:30", "2024-W06-1", "05-FEB-24", "2024/2/5 下午3:05"]
)
def test_an_argument_is_read_as_a_column_is(text):
    assert given_times([text], "day") == parse_times(pd.Series([text]), "day").ms.tolist()


def test_functions_take_days_as_a_column_would():
    log = Transactions(cdnow())
    assert rfm(log, as_of=19971231).as_of == rfm(log, as_of="31 Dec 1997").as_of
    assert rfm(log, as_of=19971231).as_of == dt.date(1997, 12, 31)
    with pytest.raises(InputError, match="as_of"):
        rfm(log, as_of="01/06/1997")
    groups = {"one": log.ids[:1000], "two": log.ids[1000:]}
    cohorts = build_cohorts(log, by=groups, landmark="1997-06-01")
    assert cohorts.landmark == dt.date(1997, 6, 1)
    compared = compare_cohorts(cohorts, "one", "two", landmark="1 Sept 1997")
    assert compared.landmark == dt.date(1997, 9, 1)
    assert survival(log, landmark="1997-06-01").landmark == dt.date(1997, 6, 1)
    people = Customers(pd.DataFrame({"customer_id": [1, 2], "days": [3, 4], "left": [True, False]}))
    with pytest.raises(InputError, match="landmark must be a date for a log"):
        survival(people, duration="days", event="left", landmark="1997-06-01")
