"""Ids that may be nobody or the same, days that are none, headers, tests: counted, with a cure."""

import re

import numpy as np
import pandas as pd
import pytest

from crm_widgets.charts.notes import note_words
from crm_widgets.data import Transactions
from crm_widgets.data.reading.doubtful_ids import doubts_of, notes_on_ids

from ...engines import ENGINES, opened


def orders(ids, **columns):
    days = pd.date_range("2024-01-01", periods=len(ids))
    return pd.DataFrame({"customer_id": ids, "order_date": days, "total": 5.0} | columns)


def noted(found):
    return {note.key: note.n for note in found.notes if note.key != "in_engine"}


def cured(found, frame):
    """The log after the cure that its one note names."""
    (note,) = [note for note in found.notes if note.key != "in_engine"]
    cure = re.search(r"(frame(?:\['customer_id'\])? = frame\[.*)\.$", note_words(note))
    names = {"frame": frame.copy()}
    exec(cure[1], names)
    return Transactions(names["frame"])


WORDS = ["guest", "Guest", "GUEST", "nan", "NaN", "None", "null", "<NA>", "n/a", "unknown",
         "anonymous", "Walk-in", "-", "游客", "散客"]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_guests_are_told_with_their_share_and_a_cure(word):
    frame = orders([word, "c1", "c2", word, "c3", "c4"])
    found = Transactions(frame)
    assert noted(found) == {"guests": 2}
    assert "2 rows (33 %)" in note_words(found.notes[0])
    clean = cured(found, frame)
    assert clean.ids.tolist() == ["c1", "c2", "c3", "c4"]
    assert clean.notes == ()


@pytest.mark.parametrize("ids", [["Guestrin", "Nana", "Noneman", "unknowns"], [0, 1, 2, 3]])
def test_other_ids_are_no_guests(ids):
    assert Transactions(orders(ids)).notes == ()


@pytest.mark.parametrize("nobody", [0, -1, 99999, "0", "0000", 0.0])
def test_a_number_that_is_nobody_is_told_by_its_rows(nobody):
    others = [type(nobody)(100 + n) for n in range(20)]
    frame = orders([nobody] * 9 + others)
    found = Transactions(frame)
    assert noted(found) == {"house_account": 9}
    assert cured(found, frame).ids.tolist() == sorted(others)


def test_an_account_with_far_more_rows_than_any_other_is_told():
    ids = [7] * 40 + [n for n in range(1000, 1200) for _ in range(2)]
    assert noted(Transactions(orders(ids)))["house_account"] == 40
    ids = [7] * 8 + [n for n in range(1000, 1200) for _ in range(2)]
    assert "house_account" not in noted(Transactions(orders(ids)))


def test_a_number_of_an_ordinary_customer_is_not_told():
    rng = np.random.default_rng(0)
    assert noted(Transactions(orders(rng.integers(0, 50, 600)))) == {}


@pytest.mark.parametrize(
    ("ids", "n", "left"),
    [
        (["A7", "a7", "b8", "B8", "c"], 2, ["a7", "b8", "c"]),
        (["a7", "a7 ", "\u00a0b8", "b8"], 2, ["a7", "b8"]),
        (["7", "7.0", "8.0", "9"], 1, ["7", "8", "9"]),
        (["Ann@x.de ", "ann@x.de", "bob@x.de"], 1, ["ann@x.de", "bob@x.de"]),
    ],
    ids=repr,
)
def test_ids_that_differ_in_spelling_alone_are_counted_with_a_cure(ids, n, left):
    frame = orders(ids)
    found = Transactions(frame)
    assert noted(found) == {"id_spellings": n}
    assert cured(found, frame).ids.tolist() == left


@pytest.mark.parametrize("ids", [["A7", "B8"], ["Ann", "bob"], ["7.0", "8.0"], [7.0, 8.0]])
def test_ids_of_any_spelling_that_stay_apart_are_not_told(ids):
    assert Transactions(orders(ids)).notes == ()


def test_test_customers_are_counted_with_a_cure():
    ids = ["test@shop.com", "Test 2", "qa@example.com", "testimonial", "contest", "tessa"]
    frame = orders(ids)
    found = Transactions(frame)
    assert noted(found) == {"test_customers": 3}
    assert cured(found, frame).ids.tolist() == ["contest", "tessa", "testimonial"]


@pytest.mark.parametrize(
    ("header", "values", "n"),
    [
        ("test", [True, False, None, False], 1),
        ("is_test_order", ["yes", "no", "Yes", "no"], 2),
        ("livemode", [True, False, False, True], 2),
        ("测试订单", ["是", "否", "否", "否"], 1),
        ("Test", [0, 0, 0, 0], 0),
    ],
)
def test_orders_that_a_column_calls_tests_are_counted(header, values, n):
    found = Transactions(orders(["a", "b", "c", "d"], **{header: values}))
    assert noted(found).get("trial_orders", 0) == n


def test_headers_repeated_in_the_rows_are_counted_with_a_cure():
    rows = pd.DataFrame(
        [["1", "2024-01-05", "5.00"], ["customer_id", "order_date", "total"],
         ["2", "2024-01-06", "6.00"], ["1", "2024-01-07", "6.50"]],
        columns=["customer_id", "order_date", "total"],
    )  # fmt: skip
    found = Transactions(rows)
    assert noted(found) == {"header_rows": 1, "failed_times": 1, "failed_amounts": 1}
    assert "frame[frame['customer_id'] != 'customer_id']" in note_words(found.notes[0])
    assert Transactions(rows[rows["customer_id"] != "customer_id"]).notes == ()


PLACEHOLDERS = ["1900-01-01", "0001-01-01", "1970-01-01", "9999-12-31", "1899-12-30", "1753-01-01"]


@pytest.mark.parametrize("day", PLACEHOLDERS)
@pytest.mark.parametrize("kind", [str, "datetime64[us]"])
def test_days_that_stand_for_none_are_left_out_and_counted(day, kind):
    days = ["2024-01-05", day, "2024-01-07", day]
    when = days if kind is str else np.array(days, kind)
    found = Transactions(orders(list("abcd")).assign(order_date=when))
    assert noted(found) == {"placeholder_dates": 2}
    assert found.ids.tolist() == ["a", "c"]
    assert found.positions.tolist() == [0, 2]
    assert str(found.end) == "2024-01-07"
    assert repr(found).endswith("2024-01-05 to 2024-01-07>")


def test_the_same_days_are_believed_among_others():
    days = pd.to_datetime(["1969-12-30", "1970-01-01", "1970-01-02"])
    found = Transactions(orders(list("abc")).assign(order_date=days))
    assert (found.table.n, found.notes) == (3, ())
    alone = Transactions(orders(list("ab")).assign(order_date=pd.Timestamp("1970-01-01")))
    assert alone.table.n == 2


def test_returns_on_a_day_that_is_none_are_no_returns():
    frame = orders(list("abcd")).assign(total=[5.0, -5.0, -2.0, 5.0])
    frame["order_date"] = pd.to_datetime(["2024-01-05", "1900-01-01", "2024-01-07", "2024-01-08"])
    for returns, n in (("net", 3), ("gross", 3), ("drop", 2)):
        found = Transactions(frame, returns=returns)
        assert noted(found) == {"placeholder_dates": 1, f"returns_{returns}": 1}
        assert found.table.n == n


def test_appended_rows_are_looked_at_as_the_whole_is():
    rng = np.random.default_rng(3)
    first = orders([f"c{n}" for n in rng.integers(0, 40, 300)]).assign(order_date="2024-01-05")
    first["order_date"] = pd.to_datetime(first["order_date"])
    tails = (
        {"customer_id": ["guest", "C1", "c2 "]},
        {"customer_id": ["0"] * 80},
        {"customer_id": ["c1", "c2"], "order_date": pd.to_datetime(["1970-01-01", "2024-02-01"])},
    )
    log = Transactions(first)
    frame = first
    for more in tails:
        end = orders(more["customer_id"])
        frame = pd.concat([frame, end.assign(**more)], ignore_index=True)
        log = log.reread(frame)
        whole = Transactions(frame)
        assert log.notes == whole.notes
        pd.testing.assert_index_equal(log.ids, whole.ids)
    said = noted(log)
    assert (said["guests"], said["house_account"], said["id_spellings"]) == (1, 80, 2)
    assert said["placeholder_dates"] == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_tables_in_an_engine_are_looked_at_too(engine):
    frame = orders(["guest", "c1", "C1", "c2", "c3", "c4"], test=[True, *[False] * 5])
    frame["order_date"] = pd.to_datetime(frame["order_date"]).astype("datetime64[us]")
    frame.loc[4, "order_date"] = pd.Timestamp("1900-01-01")
    found = Transactions(opened(engine, frame))
    expected = {"guests": 1, "id_spellings": 1, "placeholder_dates": 1, "trial_orders": 1}
    assert noted(found) == expected
    assert found.ids.tolist() == ["C1", "c1", "c2", "c4", "guest"]
    assert found.table.n == 5
    assert str(found.end) == "2024-01-06"


def test_a_word_is_looked_for_in_ids_of_every_type():
    for dtype in ("str", "object", "category"):
        ids = pd.Index(["guest", "c1"], dtype=dtype)
        doubts = doubts_of(pd.Index(ids.astype("object")))
        (note,) = notes_on_ids(ids, np.array([3, 1]), doubts, "who")
        assert (note.key, note.n) == ("guests", 3)
