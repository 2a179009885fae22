"""Frames as they come: the right answer, or an error that names the column and the cure."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from crm_widgets.data import Customers, Transactions, as_data
from crm_widgets.errors import InputError


def log(n=4, **columns):
    base = {
        "customer_id": [f"u{i % 3}" for i in range(n)],
        "order_date": pd.date_range("2024-01-05", periods=n),
        "revenue": np.arange(n) + 1.0,
    }
    return pd.DataFrame(base | columns)


def sums(transactions):
    return transactions.table.by_customer({"m": ("amount", "sum")}).numbers("m").tolist()


@pytest.mark.parametrize("frame", [log(0), log(2).iloc[:0]])
def test_a_log_without_rows_is_refused(frame):
    with pytest.raises(InputError, match="no rows"):
        Transactions(frame)
    with pytest.raises(InputError, match="no rows"):
        Customers(frame)


def test_a_frame_without_columns_is_refused():
    with pytest.raises(InputError, match="no columns"):
        as_data(pd.DataFrame(index=range(3)))


@pytest.mark.parametrize(
    "thing", [[1, 2], {"a": [1]}, "orders.csv", None, np.zeros((2, 2)), pd.Series([1])]
)
def test_what_is_no_frame_is_refused(thing):
    with pytest.raises(InputError, match=f"frame is needed, got {type(thing).__name__}"):
        as_data(thing)


def test_one_row_is_enough():
    found = Transactions(log(1))
    assert sums(found) == [1]
    assert found.end == dt.date(2024, 1, 5)
    assert Customers(log(1), customer="customer_id").ids.tolist() == ["u0"]


@pytest.mark.parametrize(
    "column", [{"customer_id": [None] * 4}, {"order_date": pd.to_datetime([None] * 4)}]
)
def test_a_log_whose_customers_or_times_are_all_missing_is_refused(column):
    with pytest.raises(InputError, match="'customer_id'"):
        Transactions(log(**column), customer="customer_id", time="order_date")


def test_a_log_whose_amounts_are_all_missing_says_so():
    found = Transactions(log(revenue=[np.nan] * 4))
    assert sums(found) == [0, 0, 0]
    assert [(note.key, note.n) for note in found.notes] == [("missing_amounts", 4)]


def test_infinite_amounts_are_counted_and_count_as_missing():
    found = Transactions(log(revenue=[1.0, np.inf, -np.inf, 4.0]))
    assert [(note.key, note.n) for note in found.notes] == [("infinite_amounts", 2)]
    assert sums(found) == [5, 0, 0]


def test_constant_columns_are_read():
    found = Transactions(log().assign(customer_id="u", revenue=2.0, order_date=dt.date(2024, 1, 5)))
    assert sums(found) == [8]


def test_a_repeated_index_is_kept_in_the_rows():
    frame = log().set_index(pd.Index([1, 1, 2, 2]))
    rows = Transactions(frame).rows_of(["u0"])
    assert rows.index.tolist() == [1, 2]


def test_an_index_of_levels_is_kept_in_the_rows():
    frame = log().set_index(pd.MultiIndex.from_product([["x", "y"], [1, 2]]))
    assert Transactions(frame).rows_of(["u1"]).index.tolist() == [("x", 2)]


def test_repeated_columns_are_refused_by_name():
    frame = pd.concat([log(), log()[["revenue"]]], axis=1)
    with pytest.raises(InputError, match=r"the same name: 'revenue'\. Rename"):
        Transactions(frame)
    with pytest.raises(InputError, match="the same name: '1'"):
        as_data(pd.DataFrame([[1, 2]], columns=[1, "1"]))


def test_columns_of_levels_are_refused_with_a_cure():
    frame = log()
    frame.columns = pd.MultiIndex.from_product([["x"], frame.columns])
    with pytest.raises(InputError, match=r"2 levels.*'_'\.join"):
        Transactions(frame)


def test_headers_need_not_be_text():
    frame = log().set_axis([0, 1, 2], axis=1)
    found = Transactions(frame, customer="0", time="1", amount="2")
    assert sums(found) == [5, 2, 3]
    assert found.columns["amount"] == 2


def test_hostile_headers_and_values_are_only_text():
    name = "<img src=x onerror=alert(1)>'].[\u202e" + "x" * 10_000
    frame = log(customer_id=["", "__proto__", name, "'; DROP TABLE"]).assign(**{name: 1.5})
    found = Transactions(frame, amount="revenue")
    assert found.ids.tolist() == sorted(["__proto__", name, "'; DROP TABLE"])
    assert found.table.numbers(name).tolist() == [1.5] * 3


def test_missing_values_of_every_kind_are_missing():
    frame = log(
        6,
        customer_id=pd.Series(["u", pd.NA, None, np.nan, "v", pd.NaT], dtype=object),
        order_date=pd.Series(
            [dt.date(2024, 1, 5), pd.NaT, None, pd.NA, np.datetime64("2024-01-06"), float("nan")],
            dtype=object,
        ),
        revenue=pd.Series([Decimal("1.5"), None, pd.NA, np.nan, 2, pd.NaT], dtype=object),
    )
    found = Transactions(frame)
    assert found.ids.tolist() == ["u", "v"]
    assert sums(found) == [1.5, 2]
    assert {n.key: n.n for n in found.notes} == {
        "missing_customers": 4,
        "missing_times": 4,
        "missing_amounts": 4,
    }


def test_masked_columns_are_read():
    frame = log(
        customer_id=pd.array([3, None, 1, 3], dtype="Int64"),
        revenue=pd.array([1, 2, None, 4], dtype="Float64"),
        vip=pd.array([True, None, False, True], dtype="boolean"),
    )
    found = Transactions(frame)
    assert found.ids.tolist() == [1, 3]
    assert sums(found) == [0, 5]
    assert found.table.levels("vip")["level"].tolist() == [True, False]
    assert found.table.kinds["vip"] == "bool"


def test_ids_over_2_53_are_told_apart():
    near = [2**53, 2**53 + 1, 2**53 + 2, 2**53 + 1]
    assert Transactions(log(customer_id=near)).ids.tolist() == near[:3]
    masked = pd.array([*near[:3], None], dtype="Int64")
    assert Transactions(log(customer_id=masked)).ids.tolist() == near[:3]
    objects = pd.Series([*near[:3], None], dtype=object)
    assert Transactions(log(customer_id=objects)).ids.tolist() == near[:3]


def test_ids_over_2_53_that_came_as_floats_are_refused():
    frame = log(customer_id=[float(2**53 + 2), 1.0, np.nan, 2.0])
    with pytest.raises(
        InputError, match=r"'customer_id' holds ids over 2\^53 as floats.*dtype=str"
    ):
        Transactions(frame)


def test_ids_of_text_and_numbers_mixed_are_refused():
    frame = log(customer_id=pd.Series([12, "12", "A7", 7], dtype=object))
    with pytest.raises(InputError, match=r"'customer_id' mixes.*astype\(str\)"):
        Transactions(frame)


def test_whole_float_ids_match_the_frame():
    frame = log(customer_id=[17850.0, np.nan, 12346.0, 17850.0])
    found = Transactions(frame)
    assert frame["customer_id"].isin(found.ids).tolist() == [True, False, True, True]
    assert found.rows_of([17850]).index.tolist() == [0, 3]


@pytest.mark.parametrize("unused", [False, True])
def test_categories_without_rows_are_no_customers(unused):
    ids = pd.Categorical(
        ["u", "v", "u", None], categories=["zz", "v", "u"] if unused else ["v", "u"]
    )
    found = Transactions(log(customer_id=ids))
    assert found.ids.tolist() == ["u", "v"]
    assert sums(found) == [4, 2]


def test_intervals_and_periods_and_timedeltas_ride_along():
    frame = log(
        band=pd.interval_range(0, 4),
        month=pd.period_range("2024-01", periods=4, freq="M"),
        wait=pd.to_timedelta([1, 2, 3, None], unit="D"),
    )
    found = Transactions(frame, time="order_date", amount="revenue").table
    assert (found.kinds["band"], found.kinds["month"], found.kinds["wait"]) == (
        "category",
        "time",
        "number",
    )
    assert found.codes("band").tolist() == [0, 1, 2, 3]
    assert found.rows()["month"].tolist()[1] == pd.Timestamp("2024-02-01")
    assert found.extent(["wait"]) == {"wait": (1, 3)}


def test_nested_values_ride_along_until_they_are_asked_for():
    frame = log(tags=[["a"], ["b"], ["a"], []])
    frame = pd.concat([frame, frame.iloc[:1]])
    found = Transactions(frame)
    assert [(note.key, note.n) for note in found.notes] == [("duplicates", 1)]
    with pytest.raises(InputError, match=r"'tags' holds lists.*astype\(str\)"):
        found.table.levels("tags")
    with pytest.raises(InputError, match="'tags' holds lists"):
        Customers(frame, customer="tags")


def test_read_only_buffers_are_only_read():
    values = {name: column.to_numpy(copy=True) for name, column in log().items()}
    for array in values.values():
        array.flags.writeable = False
    frame = pd.DataFrame(values, copy=False)
    for returns in ("net", "gross", "drop"):
        assert sums(Transactions(frame, returns=returns)) == [5, 2, 3]


def test_what_the_table_gives_cannot_write_into_the_frame():
    frame = log()
    found = Transactions(frame)
    with pytest.raises(ValueError, match="read-only"):
        found.table.numbers("amount")[0] = 99
    rows = found.table.rows()
    rows.loc[0, "amount"] = 99
    assert frame["revenue"].tolist() == [1, 2, 3, 4]
    assert found.table.numbers("amount").tolist() == [1, 2, 3, 4]


def test_decimal_amounts_add_up():
    frame = log(revenue=[Decimal("0.10"), Decimal("0.20"), Decimal("1E+3"), None])
    assert sums(Transactions(frame)) == pytest.approx([0.1, 0.2, 1000])


def test_decimals_are_numbers_in_a_table_of_customers():
    frame = pd.DataFrame({"customer_id": [1, 2], "spent": [Decimal("0.1"), None]})
    table = Customers(frame).table
    assert table.kinds["spent"] == "number"
    np.testing.assert_array_equal(table.numbers("spent"), [0.1, np.nan])
