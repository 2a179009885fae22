"""RFM against published counts, hand-worked customers and an independent computation."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_widgets.analysis.rfm.rfm import RFM, rfm
from crm_widgets.analysis.rfm.schemes import EIGHT, TEN, grid_of
from crm_widgets.analysis.rfm.scores import quintile_cuts, score, score_first
from crm_widgets.data import Transactions
from crm_widgets.data.datasets import cdnow, simulate
from crm_widgets.errors import AnalysisError, InputError
from tests.references.data import online_retail_sales

PUBLISHED = {
    "hibernating": 1071,
    "loyal customers": 819,
    "champions": 633,
    "at risk": 593,
    "potential loyalists": 484,
    "about to sleep": 352,
    "need attention": 187,
    "promising": 95,
    "can't lose": 63,
    "new customers": 42,
}


@pytest.fixture(scope="module")
def retail() -> Transactions:
    sales = online_retail_sales()
    return Transactions(sales, "CustomerID", "InvoiceDate", "Amount", order="InvoiceNo")


@pytest.fixture(scope="module")
def shop() -> pd.DataFrame:
    """Six customers by hand; e only returns, a returns after the last purchase."""
    rows = [
        ("a", "2024-01-01 23:00", 10.0),
        ("a", "2024-01-11 01:00", 20.0),
        ("a", "2024-01-11 22:00", 30.0),
        ("a", "2024-01-20", -15.0),
        ("b", "2024-01-30", 5.0),
        ("c", "2024-01-21", 0.0),
        ("d", "2024-01-05", 7.0),
        ("d", "2024-01-25", 8.0),
        ("e", "2024-01-15", -9.0),
        ("f", "2024-01-02", 100.0),
    ]
    frame = pd.DataFrame(rows, columns=["customer", "date", "amount"])
    return frame.assign(date=pd.to_datetime(frame["date"], format="mixed"))


def test_ties_first_reproduces_the_published_segments(retail: Transactions) -> None:
    found = rfm(retail, as_of="2011-12-11", ties="first")
    assert found.segments["customers"].to_dict() == PUBLISHED
    assert len(found.customers) == 4339


def test_published_segments_do_not_depend_on_the_day_they_are_asked(retail: Transactions) -> None:
    later = rfm(retail, as_of=dt.datetime(2012, 3, 1, 12, 50), ties="first")
    assert later.segments["customers"].to_dict() == PUBLISHED


@pytest.mark.parametrize("scheme", ["ten", "eight"])
def test_a_shuffle_changes_nothing(scheme: str) -> None:
    log = cdnow()
    straight = rfm(Transactions(log), scheme=scheme)
    shuffled = rfm(Transactions(log.sample(frac=1, random_state=4)), scheme=scheme)
    pd.testing.assert_frame_equal(straight.customers, shuffled.customers)
    pd.testing.assert_frame_equal(straight.segments, shuffled.segments)


def test_new_ids_change_nothing(retail: Transactions) -> None:
    sales = online_retail_sales().astype({"CustomerID": "int64"})
    renamed = sales.assign(CustomerID=99_999 - sales["CustomerID"])
    other = Transactions(renamed, "CustomerID", "InvoiceDate", "Amount", order="InvoiceNo")
    again = rfm(other).customers["segment"].rename(index=lambda i: 99_999 - i).sort_index()
    assert again.tolist() == rfm(retail).customers["segment"].tolist()


def test_equal_measures_get_equal_scores(retail: Transactions) -> None:
    customers = rfm(retail).customers
    for measure, scored in zip(RFM, ("r_score", "f_score", "m_score"), strict=True):
        assert customers.groupby(measure)[scored].nunique().max() == 1


def test_measures_agree_with_pandas(retail: Transactions) -> None:
    sales = online_retail_sales()
    day = sales["InvoiceDate"].dt.normalize()
    by = sales.assign(day=day).groupby("CustomerID")
    end = pd.Timestamp("2011-12-10")
    n = by["InvoiceNo"].agg(lambda orders: orders.astype(str).nunique())
    found = rfm(retail).customers
    assert found["recency_days"].tolist() == (end - by["day"].max()).dt.days.tolist()
    assert found["tenure_days"].tolist() == (end - by["day"].min()).dt.days.tolist()
    assert found["frequency"].tolist() == n.tolist()
    assert found["monetary"].to_numpy() == pytest.approx(by["Amount"].sum().to_numpy())
    gap = (by["day"].max() - by["day"].min()).dt.days / (n - 1).where(n > 1)
    np.testing.assert_allclose(found["mean_days_between"], gap.astype(float))


def test_measures_by_hand(shop: pd.DataFrame) -> None:
    found = rfm(Transactions(shop))
    assert found.as_of == dt.date(2024, 1, 31)
    a = found.customers.loc["a"]
    assert a[["recency_days", "frequency", "monetary", "tenure_days"]].tolist() == [20, 2, 45.0, 30]
    assert a[["mean_order_value", "mean_days_between"]].tolist() == [22.5, 10.0]
    assert np.isnan(found.customers.loc["b", "mean_days_between"])
    assert found.customers.index.tolist() == ["a", "b", "c", "d", "f"]
    notes = {note.key: note.n for note in found.notes}
    assert notes == {"no_purchase": 1, "bought_once": 3}


@pytest.mark.parametrize(("returns", "money"), [("net", 45.0), ("gross", 60.0), ("drop", 60.0)])
def test_returns_move_money_only_when_net(shop: pd.DataFrame, returns: str, money: float) -> None:
    found = rfm(Transactions(shop, returns=returns)).customers.loc["a"]
    assert found["monetary"] == money
    assert found["recency_days"] == 20


def test_orders_are_counted_when_they_are_numbered(shop: pd.DataFrame) -> None:
    numbered = shop.assign(order=[1, 2, 3, 3, 4, 5, 6, 7, 8, 9])
    assert rfm(Transactions(numbered, order="order")).customers.loc["a", "frequency"] == 3


def test_what_came_after_as_of_is_left_out_and_counted() -> None:
    log = cdnow()
    found = rfm(Transactions(log), as_of="1997-12-31")
    until = log[log["date"] <= "1997-12-31"]
    assert found.customers["monetary"].sum() == pytest.approx(until["amount"].sum())
    assert found.customers["recency_days"].min() == 0
    assert {n.key: n.n for n in found.notes}["after_as_of"] == len(log) - len(until)


def test_doubtful_dates_do_not_move_the_default_day() -> None:
    log = cdnow()
    odd = log.head(3).assign(date=pd.Timestamp("2024-05-05"))
    assert rfm(Transactions(pd.concat([log, odd]))).as_of == dt.date(1998, 7, 1)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=80))
def test_a_score_is_one_plus_the_fifths_wholly_below(numbers: list[int]) -> None:
    values = np.array(numbers, dtype=float)
    found = score(values, quintile_cuts(values))
    if values.min() == values.max():
        assert set(found) == {3}
        return
    below = (values[:, None] > values).mean(axis=1)
    np.testing.assert_array_equal(found, 1 + np.floor(5 * below + 1e-9))


@pytest.mark.parametrize("spread", [3, 1500, 9_999, 30_000])
@pytest.mark.parametrize("step", [1.0, 0.5])
def test_cut_points_are_numpys_inverted_distribution(spread: int, step: float) -> None:
    values = np.random.default_rng(spread).integers(-spread, 1, 4_321) * step
    expected = np.quantile(values, [0.2, 0.4, 0.6, 0.8], method="inverted_cdf")
    np.testing.assert_array_equal(quintile_cuts(values), expected)


@settings(max_examples=30)
@given(st.permutations(range(25)))
def test_without_ties_both_ways_to_score_agree(order: list[int]) -> None:
    values = np.array(order, dtype=float)
    np.testing.assert_array_equal(
        score(values, quintile_cuts(values)), score_first(values, ranked=False)
    )


def test_the_ten_names_cover_the_grid_once() -> None:
    assert grid_of(TEN).shape == (5, 5)
    assert set(grid_of(TEN).ravel()) == set(PUBLISHED)


def test_the_eight_types_are_scores_against_their_mean() -> None:
    found = rfm(Transactions(cdnow()), scheme="eight").customers
    scores = found[["r_score", "f_score", "m_score"]]
    high = scores > scores.mean()
    expected = [EIGHT[key] for key in high.itertuples(index=False, name=None)]
    assert found["segment"].tolist() == expected


def test_a_grid_of_ones_own() -> None:
    table = pd.DataFrame([["x"] * 5] * 4 + [["recent"] * 5], index=[1, 2, 3, 4, 5])
    table.columns = pd.Index([5, 4, 3, 2, 1])
    patterns = {(5, 1): "new", "5.": "recent", "[1-4].": "x"}
    log = Transactions(cdnow())
    for scheme in (table, table.to_numpy(), table.to_numpy().tolist()):
        found = rfm(log, scheme=scheme).customers
        assert ((found["segment"] == "recent") == (found["r_score"] == 5)).all()
    found = rfm(log, scheme=patterns).customers
    assert ((found["segment"] == "x") == (found["r_score"] < 5)).all()


@pytest.mark.parametrize(
    ("scheme", "key"),
    [
        ("nine", "unknown_scheme"),
        (7, "unknown_scheme"),
        ([["a"] * 5] * 4, "grid_shape"),
        ([["a"] * 5] * 4 + [["a"]], "grid_shape"),
        ({"5.": "recent"}, "grid_incomplete"),
        ([[None, *"abcd"]] * 5, "grid_incomplete"),
    ],
)
def test_a_scheme_that_cannot_be_read_is_an_error(scheme: object, key: str) -> None:
    with pytest.raises(InputError) as caught:
        rfm(Transactions(cdnow()), scheme=scheme)
    assert caught.value.key == key


def test_errors_say_what_is_wrong() -> None:
    log = Transactions(cdnow())
    with pytest.raises(AnalysisError, match="by 1990-01-01"):
        rfm(log, as_of="1990-01-01")
    with pytest.raises(InputError, match="2024-12-31"):
        rfm(log, as_of="yesterweek")
    with pytest.raises(InputError, match="'equal' or 'first'"):
        rfm(log, ties="average")
    with pytest.raises(AnalysisError, match="only 4 bought"):
        rfm(Transactions(simulate(4, seed=0).transactions))
    with pytest.raises(InputError, match="amount"):
        rfm(Transactions(cdnow()[["customer", "date"]], "customer", "date"))


def test_customers_who_are_all_alike_score_three() -> None:
    frame = pd.DataFrame({"customer": range(6), "date": "2024-01-01", "amount": 1.0})
    found = rfm(Transactions(frame))
    assert (found.customers[["r_score", "f_score", "m_score"]] == 3).all(axis=None)
    assert [n.key for n in found.notes] == ["bought_once", *["constant_score"] * 3]
