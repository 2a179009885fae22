"""Rows of a log by customer and day."""

import numpy as np
import pandas as pd
import pytest

from crm_widgets.analysis.history import rows as rows_module
from crm_widgets.analysis.history import sorted_rows
from crm_widgets.analysis.history.rows import Rows
from crm_widgets.analysis.history.sorted_rows import SortedRows, are_hundredths


def rows(amount, seed=0, customers=40, days=300):
    random = np.random.default_rng(seed)
    n = len(amount)
    customer = random.integers(0, customers, n).astype(np.int32)
    return Rows(customer, random.integers(0, days, n).astype(np.uint16), amount)


CENTS = np.random.default_rng(1).gamma(2, 20, 3000).round(2)


@pytest.mark.parametrize("block", [100, 1 << 17])
@pytest.mark.parametrize("days", [300, 2**50])
@pytest.mark.parametrize("amount", [CENTS, CENTS / 3, CENTS * 1e9])
def test_rows_are_put_in_order_as_pandas_does(monkeypatch, block, days, amount):
    monkeypatch.setattr(sorted_rows, "BLOCK", block)
    given = rows(amount)
    first = np.random.default_rng(2).integers(0, 60, 40).astype(np.int32)
    chosen = given.day >= first[given.customer]
    found = SortedRows.of(given, 40, days, first=first)
    frame = pd.DataFrame({"customer": given.customer, "day": given.day, "amount": amount})[chosen]
    expected = frame.sort_values(["customer", "day"], kind="stable")
    np.testing.assert_array_equal(found.customers(), expected["customer"])
    np.testing.assert_array_equal(found.day, expected["day"])
    # every bit: what is added up from them must not depend on how they are kept
    bits = expected["amount"].to_numpy().view(np.int64)
    np.testing.assert_array_equal(found.amounts(slice(None)).view(np.int64), bits)


def test_whole_hundredths_take_half_the_memory():
    kept = SortedRows.of(rows(CENTS), 40, 300).amount
    assert kept.nbytes == CENTS.nbytes // 2


@pytest.mark.parametrize("odd", [0.125, 1 / 3, -0.0, 3e7, np.nan, np.inf])
def test_what_hundredths_cannot_hold_is_told(odd):
    assert are_hundredths(CENTS)
    assert not are_hundredths(np.append(CENTS, odd))


def test_rows_since_a_day_are_those_of_each_customer():
    given = rows(CENTS)
    first = np.random.default_rng(2).integers(0, 300, 40).astype(np.int32)
    np.testing.assert_array_equal(given.is_on_or_after(first), given.day >= first[given.customer])


@pytest.mark.parametrize("sort", [False, True])
@pytest.mark.parametrize("share", [0, 0.3, 1])
@pytest.mark.parametrize("block", [100, 1 << 17])
def test_days_with_a_purchase_are_read_out_of_all_rows(monkeypatch, block, share, sort):
    for name in ("BLOCK", "WRITE_BLOCK"):
        monkeypatch.setattr(sorted_rows, name, block)
    given = rows(CENTS, customers=9, days=40)
    if sort:
        order = np.lexsort((given.day, given.customer))
        given = Rows(given.customer[order], given.day[order], given.amount[order])
    returned = np.random.default_rng(3).random(given.n) < share
    found = SortedRows.of(given, 11, 40, is_return=returned, mark_first_of_day=True).first_of_days()
    frame = pd.DataFrame({"customer": given.customer, "day": given.day})[~returned]
    expected = frame.drop_duplicates().sort_values(["customer", "day"])
    np.testing.assert_array_equal(found.customers(), expected["customer"])
    np.testing.assert_array_equal(found.days(0, 11), expected["day"])
    np.testing.assert_array_equal(
        found.days(2, 5), expected.loc[expected["customer"].isin([2, 3, 4]), "day"]
    )


@pytest.mark.parametrize("days", [300, 2**50])
@pytest.mark.parametrize("returned", [None, np.arange(3000) % 3 == 0])
def test_pairs_of_customer_and_day_come_once_and_in_order(monkeypatch, returned, days):
    monkeypatch.setattr(rows_module, "BLOCK", 100)
    given = rows(CENTS, customers=9)
    kept = slice(None) if returned is None else ~returned
    pairs = given.customer[kept].astype(np.int64) * days + given.day[kept]
    np.testing.assert_array_equal(given.unique_customer_days(9, days, returned), np.unique(pairs))
