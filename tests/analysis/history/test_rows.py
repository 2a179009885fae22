"""The days on which customers bought, from their money or from the rows."""

import numpy as np
import pandas as pd
import pytest

from crm_widgets.analysis.history.churn_by_silence import silence, usual_silence
from crm_widgets.analysis.history.of_log import history
from crm_widgets.data import Transactions


@pytest.fixture
def frame():
    random = np.random.default_rng(0)
    n = 4000
    amount = random.gamma(2, 20, n).round(2) * np.where(random.random(n) < 0.2, -1, 1)
    days = random.integers(0, 90, n).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "customer": random.integers(0, 300, n),
            "date": np.datetime64("2024-01-01", "us") + days,
            "amount": amount,
        }
    )


def test_it_makes_no_difference_whether_money_was_put_in_order_before(frame):
    plain, other = (history(Transactions(frame)) for _ in range(2))
    assert plain.is_return is not None
    alone = plain.purchase_days_by_customer
    assert other.revenue_by_customer.day.size > other.purchase_days_by_customer.bounds[-1]
    np.testing.assert_array_equal(other.purchase_days_by_customer.bounds, alone.bounds)
    np.testing.assert_array_equal(other.purchase_days.day, alone.day)
    np.testing.assert_array_equal(other.purchase_days.customer, alone.customers())
    assert usual_silence(other) == usual_silence(plain)
    one, two = (silence(log, 20) for log in (plain, other))
    np.testing.assert_array_equal(one.lives.duration, two.lives.duration)
    np.testing.assert_array_equal(one.lives.event, two.lives.event)


def test_days_are_not_kept_beside_the_money_they_can_be_read_from(frame):
    log = history(Transactions(frame))
    alone = log.purchase_days_by_customer
    assert log.purchase_days_by_customer is alone
    money = log.revenue_by_customer
    assert log.purchase_days_by_customer.day is money.day
