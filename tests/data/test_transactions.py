import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from crm_widgets.data import Transactions, as_data
from crm_widgets.data.datasets import cdnow
from crm_widgets.data.in_memory.duplicate_rows import repeated_keys
from crm_widgets.errors import InputError


def log(**columns):
    base = {
        "customer_id": ["b", "a", "b", "c"],
        "order_date": ["2024-01-05", "2024-01-06", "2024-01-07", "2024-01-08"],
        "revenue": [10.0, 20.0, -4.0, -3.0],
    }
    return pd.DataFrame(base | columns)


def notes(transactions):
    return {note.key: note.n for note in transactions.notes}


def money(transactions):
    found = transactions.table.by_customer({"money": ("amount", "sum")}).rows()
    return dict(zip(found["customer"], found["money"], strict=True))


def test_roles_become_the_columns_of_the_table():
    frame = log(channel=["web", "shop", "web", "web"])
    found = Transactions(frame)
    assert (found.customer, found.time, found.amount) == ("customer_id", "order_date", "revenue")
    assert (found.order, found.product) == (None, None)
    assert dict(found.table.kinds) == {
        "customer": "category",
        "time": "time",
        "amount": "number",
        "channel": "category",
    }
    assert found.columns == {
        "customer": "customer_id",
        "time": "order_date",
        "amount": "revenue",
        "channel": "channel",
    }
    assert found.ids.tolist() == ["a", "b", "c"]
    assert found.table.codes("customer").tolist() == [1, 0, 1, 2]
    assert found.end == dt.date(2024, 1, 8)
    assert found.table.rows()["time"].tolist()[0] == pd.Timestamp("2024-01-05")


def test_other_columns_named_like_a_role_are_kept_under_another_name():
    frame = log(amount=[1, 2, 3, 4], time=["9:00", "9:30", "10:00", "10:30"])
    found = Transactions(frame, amount="revenue", time="order_date")
    assert found.table.numbers("amount").tolist() == [10, 20, -4, -3]
    assert found.table.numbers("amount (column)").tolist() == [1, 2, 3, 4]
    assert found.columns["time (column)"] == "time"


def test_a_chinese_log_is_understood():
    frame = pd.DataFrame(
        {
            "会员编号": ["甲", "乙", "甲"],
            "订单号": [1, 2, 3],
            "下单时间": ["2024年1月5日 10:00", "2024年1月6日 11:00", "2024年2月1日 12:00"],
            "实付金额": ["¥1,280.00", "¥99.50", "¥15.00"],
            "商品名称": ["茶", "书", "茶"],
        }
    )
    found = Transactions(frame)
    assert money(found) == {"乙": 99.5, "甲": 1295.0}
    assert (found.order, found.product) == ("订单号", "商品名称")
    assert found.end == dt.date(2024, 2, 1)
    assert found.notes == ()


def test_net_subtracts_returns():
    found = Transactions(log())
    assert money(found) == {"a": 20, "b": 6, "c": -3}
    assert notes(found) == {"returns_net": 2}
    assert found.notes[0].values == {"amount": -7.0}


def test_gross_keeps_the_rows_of_returns_without_their_amount():
    found = Transactions(log(), returns="gross")
    assert money(found) == {"a": 20, "b": 10, "c": 0}
    assert found.table.n == 4
    assert notes(found) == {"returns_gross": 2}


def test_drop_leaves_out_returns_and_those_who_only_returned():
    found = Transactions(log(), returns="drop")
    assert money(found) == {"a": 20, "b": 10}
    assert found.positions.tolist() == [0, 1]
    assert notes(found) == {"returns_drop": 2}


@pytest.mark.parametrize("returns", ["net", "gross", "drop"])
def test_a_return_is_never_a_purchase(returns):
    found = Transactions(log(), returns=returns)
    assert found.purchases.rows()["customer"].tolist() == ["b", "a"]
    assert found.table.n - found.is_return.sum() == 2


def test_a_purchase_of_nothing_and_one_without_amount_are_purchases():
    found = Transactions(log(revenue=[0.0, np.nan, 5.0, 6.0]))
    assert found.purchases.n == 4
    assert money(found) == {"a": 0, "b": 5, "c": 6}
    assert notes(found) == {"missing_amounts": 1}


def test_rows_without_customer_or_time_are_left_out_and_counted():
    found = Transactions(
        log(
            customer_id=["a", None, " ", "b"],
            order_date=["2024-01-05", "2024-01-05", "2024-01-06", "2024-01-07"],
            revenue=[1.0, 2.0, 3.0, 4.0],
        )
    )
    assert notes(found) == {"missing_customers": 2}
    assert found.positions.tolist() == [0, 3]
    found = Transactions(
        log(order_date=["2024-01-05", None, "soon", "2024-01-07"]), returns="gross"
    )
    assert notes(found) == {"failed_times": 1, "missing_times": 1, "returns_gross": 1}
    assert found.ids.tolist() == ["b", "c"]


def test_exact_duplicates_are_counted_and_kept():
    frame = pd.concat([log(), log().iloc[[0, 0, 1]]])
    found = Transactions(frame)
    assert notes(found)["duplicates"] == 3
    assert found.table.n == 7
    frame["line"] = range(7)
    assert "duplicates" not in notes(Transactions(frame, amount="revenue"))


def test_duplicates_are_those_of_pandas():
    frame = cdnow()
    (note,) = [note for note in Transactions(frame).notes if note.key == "duplicates"]
    assert note.n == frame.duplicated().sum()


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "Asia/Shanghai"])
def test_days_and_repeats_are_those_of_the_clock_in_every_unit(unit, zone):
    random = np.random.default_rng(3)
    times = pd.Series(random.integers(-90_000_000, 90_000_000, 4000) // 7 * 7).astype("M8[s]")
    frame = pd.DataFrame({"customer": random.integers(0, 9, 4000), "time": times.dt.as_unit(unit)})
    frame = pd.concat([frame, frame.iloc[:50]], ignore_index=True)
    if zone is not None:
        frame["time"] = frame["time"].dt.tz_localize(zone)
    found = Transactions(frame, "customer", "time")
    days = frame["time"].dt.tz_localize(None).dt.normalize()
    expected = (days - days.min()).dt.days
    np.testing.assert_array_equal(found.day, expected)
    said = {note.key: note.n for note in found.notes}
    assert said["duplicates"] == frame.duplicated().sum()


@pytest.mark.parametrize("dtype", [np.uint32, np.uint64])
@pytest.mark.parametrize("different", [3, 70_000, 2_000_000])
def test_keys_that_occur_again_are_found(dtype, different):
    keys = np.random.default_rng(1).integers(0, different, 300_000).astype(dtype)
    keys[-1000:] = dtype(2**31) + np.arange(1000, dtype=dtype)
    expected = np.flatnonzero(pd.Series(keys).duplicated(keep=False))
    assert repeated_keys(keys).tolist() == expected.tolist()
    assert repeated_keys(keys[:0]).size == 0


def test_dates_after_today_do_not_move_the_end():
    today = dt.date.today()
    later = str(today + dt.timedelta(days=400))
    found = Transactions(log(order_date=["2024-01-05", "2024-01-06", "2024-01-07", later]))
    assert found.end == dt.date(2024, 1, 7)
    assert notes(found)["future_dates"] == 1
    assert found.table.n == 4


def test_dates_far_past_the_rest_do_not_move_the_end():
    days = pd.date_range("2001-01-01", periods=1000, freq="D")
    dates = [*days, pd.Timestamp("2009-09-09")]
    frame = pd.DataFrame({"customer_id": 1, "order_date": dates, "revenue": range(1001)})
    found = Transactions(frame)
    assert found.end == days[-1].date()
    (note,) = found.notes
    assert (note.key, note.n, note.values["last"]) == ("future_dates", 1, dt.date(2009, 9, 9))


def test_a_short_log_with_gaps_is_believed():
    frame = log(order_date=["2023-01-05", "2023-03-06", "2023-09-07", "2024-01-08"])
    assert Transactions(frame).end == dt.date(2024, 1, 8)


def test_a_log_wholly_in_the_future_is_believed():
    frame = log(order_date=["2990-01-05", "2990-01-06", "2990-01-07", "2990-01-08"])
    assert Transactions(frame).end == dt.date(2990, 1, 8)


def test_time_zones_are_named_and_local_days_kept():
    times = pd.to_datetime(["2024-01-05 23:30"] * 4).tz_localize("America/New_York")
    found = Transactions(log(order_date=times))
    assert found.end == dt.date(2024, 1, 5)
    assert {"zone": "America/New_York"} in [note.values for note in found.notes]


def test_rows_of_customers_come_back_as_they_were_given():
    frame = log().set_index(pd.Index([40, 30, 20, 10]))
    rows = Transactions(frame).rows_of(["b", "zzz"])
    pd.testing.assert_frame_equal(rows, frame.loc[[40, 20]])
    assert Transactions(frame).rows_of([]).empty


def test_rows_left_out_are_in_no_customers_rows():
    frame = log(order_date=["2024-01-05", "2024-01-06", "?", "2024-01-08"])
    assert Transactions(frame).rows_of(["b"]).index.tolist() == [0]


def test_the_frame_is_not_changed_and_its_later_changes_are_not_seen():
    frame = log(revenue=["£10.00", "£20.00", "£5.00", "(£3.00)"])
    before = frame.copy(deep=True)
    found = Transactions(frame)
    found.table.rows()
    pd.testing.assert_frame_equal(frame, before)
    frame.loc[0, "customer_id"] = "zzz"
    frame["extra"] = 1
    assert found.rows_of(["b"])["customer_id"].tolist() == ["b", "b"]
    assert "extra" not in found.frame


def test_polars_and_pyarrow_frames_give_what_pandas_gives():
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    frame = cdnow().head(500)
    frame["name"] = frame["customer"].astype(str).where(frame["units"] > 1)
    expected = Transactions(frame)
    for other in (pl.from_pandas(frame), pa.Table.from_pandas(frame)):
        found = Transactions(other)
        assert dict(found.table.kinds) == dict(expected.table.kinds)
        assert found.notes == expected.notes
        assert found.end == expected.end
        pd.testing.assert_index_equal(found.ids, expected.ids)
        for column in expected.table.kinds:
            np.testing.assert_array_equal(found.table.codes(column), expected.table.codes(column))
        keys = ["customer"]
        aggregates = {"m": ("amount", "sum"), "t": ("time", "max"), "n": ("name", "nunique")}
        pd.testing.assert_frame_equal(
            found.table.summarise(keys, aggregates), expected.table.summarise(keys, aggregates)
        )
        rows = found.rows_of([2, 3])
        assert type(rows) is type(other)
        assert len(rows) == len(expected.rows_of([2, 3]))


def test_columns_put_into_a_polars_frame_later_are_not_seen():
    pl = pytest.importorskip("polars")
    frame = pl.from_pandas(log())
    found = Transactions(frame)
    frame.insert_column(0, pl.Series("customer", ["x"] * 4))
    assert found.rows_of(["a"]).columns == ["customer_id", "order_date", "revenue"]


def test_dates_as_integers_are_read_as_days():
    frame = cdnow().head(100)
    written = frame.assign(date=frame["date"].dt.strftime("%Y%m%d").astype(int))
    found, expected = Transactions(written), Transactions(frame)
    np.testing.assert_array_equal(found.table.numbers("time"), expected.table.numbers("time"))
    assert found.end == expected.end


def test_polars_categories_and_missing_values_are_read():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(
        {
            "customer_id": [2**60 + 1, 2**60, None],
            "order_date": [dt.date(2024, 1, 5), dt.date(2024, 1, 6), dt.date(2024, 1, 7)],
            "revenue": [1, None, 3],
            "channel": pl.Series(["web", None, "shop"], dtype=pl.Categorical),
        }
    )
    found = Transactions(frame)
    assert found.ids.tolist() == [2**60, 2**60 + 1]
    assert notes(found) == {"missing_customers": 1, "missing_amounts": 1}
    assert found.table.codes("channel").tolist() == [0, -1]
    assert found.table.rows()["channel"].tolist()[0] == "web"


def test_transactions_cannot_be_changed():
    found = Transactions(log())
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.customer = "other"


def test_a_repr_shows_no_row():
    assert repr(Transactions(log())) == (
        "<Transactions: 4 rows of 3 customers, 2024-01-05 to 2024-01-08>"
    )


def test_an_unknown_way_with_returns_is_refused():
    with pytest.raises(InputError, match="'net', 'gross' or 'drop', got 'nett'"):
        Transactions(log(), returns="nett")


def test_as_data_tells_a_log_from_a_table_of_customers():
    assert isinstance(as_data(log()), Transactions)
    assert isinstance(as_data(log(), returns="gross"), Transactions)
    customers = as_data(
        pd.DataFrame({"customer_id": [1, 2], "since": ["2024-01-05", "2023-01-05"]})
    )
    assert not isinstance(customers, Transactions)
    assert as_data(customers) is customers
    contacts = pd.DataFrame({"contact": ["phone", "phone"], "month": ["may", "may"], "age": [1, 2]})
    assert as_data(contacts).ids.tolist() == [0, 1]
    once = log(customer_id=["a", "b", "c", "d"])
    assert isinstance(as_data(once, time="order_date"), Transactions)


def test_of_times_the_day_is_kept_and_the_rest_read_when_asked_for():
    when = pd.to_datetime(["2024-01-05 10:00", "2023-12-31 23:59", "2024-01-05 00:00"])
    found = Transactions(pd.DataFrame({"customer": [1, 2, 1], "date": when, "amount": 1.0}))
    assert found.day.tolist() == [5, 0, 5]
    assert found.day.dtype == np.uint16
    assert "time" not in found.table._columns
    assert repr(found).endswith("2023-12-31 to 2024-01-05>")
    assert (
        found.table.numbers("time").tolist()
        == (when.astype("datetime64[ms]").astype("int64")).tolist()
    )


def test_days_of_times_that_are_far_apart_take_more_room():
    when = pd.to_datetime(["1800-01-01", "2024-01-05"])
    found = Transactions(pd.DataFrame({"customer": [1, 2], "date": when, "amount": 1.0}))
    assert found.day.tolist() == [0, (when[1] - when[0]).days]


def test_serial_days_of_a_spreadsheet_are_told():
    found = Transactions(log(order_date=[45296, 45297.5, None, 45299]))
    assert notes(found) == {"missing_times": 1, "serial_days": 3, "returns_net": 1}
    assert found.end == dt.date(2024, 1, 8)
