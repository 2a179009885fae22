"""Amounts of several currencies are never added up."""

import numpy as np
import pandas as pd
import pytest

from crm_widgets.data import Transactions
from crm_widgets.errors import InputError

from ...engines import ENGINES, opened


def log(**columns):
    base = {
        "customer_id": ["a", "a", "b", "c"],
        "order_date": pd.to_datetime(["2024-01-05", "2024-01-06", "2024-01-07", "2024-01-08"]),
        "total": [10.0, 20.0, 30.0, 40.0],
    }
    return pd.DataFrame(base | columns)


def notes(found):
    return {note.key: note.n for note in found.notes if note.key != "in_engine"}


def money(found):
    return found.table.numbers("amount").tolist()


WRITTEN = ["USD 1,234.00", "EUR 500.00", "JPY 120000.00", "USD 6.00"]


def test_currencies_written_beside_amounts_are_named_and_not_added_up():
    with pytest.raises(InputError, match=r"'total'.*USD \(2\), EUR \(1\), JPY \(1\).*'USD'"):
        Transactions(log(total=WRITTEN))
    found = Transactions(log(total=WRITTEN), currency="USD")
    assert money(found) == [1234, 6]
    assert notes(found) == {"other_currencies": 2}
    assert found.positions.tolist() == [0, 3]


@pytest.mark.parametrize(
    "header", ["currency", "Currency", "order_currency", "currency_code", "币种", "Währung", "ccy"]
)
def test_a_column_beside_the_amounts_says_the_currency(header):
    frame = log(**{header: ["EUR", "usd", "EUR ", None]})
    with pytest.raises(InputError, match=r"EUR \(2\), USD \(1\).*currency='EUR'"):
        Transactions(frame)
    found = Transactions(frame, currency="EUR")
    assert money(found) == [10, 30, 40]
    assert notes(found) == {"other_currencies": 1, "unsaid_currency": 1}
    assert money(Transactions(frame, currency="US$")) == [20, 40]


def test_one_currency_however_spelled_is_added_up():
    assert notes(Transactions(log(currency=["EUR", "€", "eur", None]))) == {}
    assert notes(Transactions(log(total=["$1.50", "1.50 USD", "US$ 1.50", "1.50"]))) == {}
    assert notes(Transactions(log(total=["¥1.50", "1.50元", "1.50 CNY", "1.50"]))) == {}
    assert notes(Transactions(log(total=["45 kr", "kr. 45.00", "SEK 45", "45:-"]))) == {}


@pytest.mark.parametrize(
    "written",
    [["$1.50", "CAD 1.50", "USD 1.50"], ["£1.50", "€1.50"], ["¥1.50", "1.50 CNY", "1.50 JPY"],
     ["45 SEK", "45 NOK"], ["R$ 5", "R 5"]],
    ids=repr,
)  # fmt: skip
def test_signs_that_cannot_mean_one_currency_are_several(written):
    total = [*written, *["1.50"] * 4][:4]
    with pytest.raises(InputError) as caught:
        Transactions(log(total=total))
    assert caught.value.key == "several_currencies"


@pytest.mark.parametrize("header", ["total_usd", "Total in company currency", "EUR total"])
def test_a_header_that_says_the_currency_is_believed(header):
    frame = log(currency=["EUR", "USD", "EUR", "GBP"]).rename(columns={"total": header})
    assert notes(Transactions(frame, amount=header)) == {}


def test_a_currency_that_no_amount_has_is_refused():
    with pytest.raises(InputError, match=r"No amount is in GBP.*EUR \(4\)"):
        Transactions(log(currency="EUR"), currency="GBP")
    with pytest.raises(InputError, match="No amount is in GBP"):
        Transactions(log(), currency="GBP")


def test_amounts_that_do_not_tell_are_taken_and_counted():
    found = Transactions(log(total=["$1.50", "CAD 2.50", "3.50", "USD 4.50"]), currency="USD")
    assert money(found) == [1.5, 3.5, 4.5]
    assert notes(found) == {"other_currencies": 1, "unsaid_currency": 2}


def test_a_log_without_amounts_has_no_currency():
    frame = log(currency=["EUR", "USD", "EUR", "GBP"]).drop(columns="total")
    assert Transactions(frame).table.n == 4


def test_appended_rows_of_another_currency_are_noticed():
    frame = log(currency="EUR")
    first = Transactions(frame)
    same = first.reread(pd.concat([frame, frame.tail(1)], ignore_index=True))
    assert same.appended is not None
    other = pd.concat([frame, frame.tail(1).assign(currency="USD")], ignore_index=True)
    with pytest.raises(InputError, match="several currencies"):
        first.reread(other)
    chosen = Transactions(frame, currency="EUR").reread(other)
    assert chosen.appended is not None
    assert money(chosen) == [10, 20, 30, 40]
    assert notes(chosen)["other_currencies"] == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_tables_in_an_engine_are_checked_too(engine):
    frame = log(currency=["EUR", "USD", "EUR", None])
    with pytest.raises(InputError, match=r"EUR \(2\), USD \(1\).*currency='EUR'"):
        Transactions(opened(engine, frame))
    found = Transactions(opened(engine, frame), currency="EUR")
    assert notes(found) == {"other_currencies": 1, "unsaid_currency": 1}
    assert found.table.n == 3
    assert found.in_engine.rows()["amount"].sort_values().tolist() == [10, 30, 40]
    with pytest.raises(InputError, match="No amount is in GBP"):
        Transactions(opened(engine, frame), currency="GBP")
    np.testing.assert_array_equal(found.ids, ["a", "b", "c"])
