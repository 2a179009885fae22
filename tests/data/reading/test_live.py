"""A frame's content as a hash, and tables that may be others by the next look."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crm_widgets import Customers, InputError, Transactions
from crm_widgets.data import as_data
from crm_widgets.data.reading.fingerprint import BLOCK, fingerprint
from crm_widgets.data.reading.live import Given, Named, Polled

FRAME = pd.DataFrame(
    {
        "whole": [1, 2, 3],
        "number": [1.0, 2.0, np.nan],
        "flag": [True, False, True],
        "text": ["a", "b", None],
        "python text": pd.array(["q", None, "r"], dtype="string[python]"),
        "objects": pd.Series(["a", Decimal(3), None], dtype=object),
        "time": pd.to_datetime(["2020", "2021", "2022"]),
        "zone": pd.to_datetime(["2020", "2021", "2022"], utc=True),
        "span": pd.to_timedelta([1, 2, 3]),
        "year": pd.period_range("2020", "2022", freq="Y"),
        "class": pd.Categorical(["x", "y", "y"]),
        "nullable": pd.array([1, None, 3], dtype="Int64"),
        "nullable flag": pd.array([True, None, False], dtype="boolean"),
        "arrow": pd.array([1, None, 3], dtype="int64[pyarrow]"),
        "interval": pd.interval_range(0, 3),
    }
)


@pytest.mark.parametrize("column", list(FRAME))
def test_one_cell_edited_in_place_is_another_fingerprint(column: str) -> None:
    frame = FRAME.copy()
    before = fingerprint(frame)
    assert fingerprint(frame) == before
    frame.loc[0, column] = frame[column].iloc[1]
    changed = fingerprint(frame)
    assert changed != before
    frame[column] = FRAME[column]
    assert fingerprint(frame) == before


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize(
    "edit",
    [
        lambda f: f.rename(columns={"whole": "Whole"}, inplace=True),
        lambda f: f.drop(columns="number", inplace=True),
        lambda f: f.drop(index=2, inplace=True),
        lambda f: f.insert(0, "new", 1),
        lambda f: f.sort_values("whole", ascending=False, inplace=True),
        lambda f: f.set_index("text", inplace=True),
        lambda f: f.__setitem__("whole", f["whole"].astype("int32")),
        lambda f: f.__setitem__("number", f["number"].to_numpy()[::-1].copy()),
        lambda f: f.loc.__setitem__(len(f), f.iloc[0]),
    ],
)
def test_schema_order_index_and_equal_sizes_count(edit: Callable[[pd.DataFrame], Any]) -> None:
    frame = FRAME[["whole", "number", "text"]].copy()
    before = fingerprint(frame)
    edit(frame)
    assert fingerprint(frame) != before


@pytest.mark.parametrize(
    "index",
    [
        pd.Index([3, 2, 1]),
        pd.Index(["a", "b", "c"]),
        pd.MultiIndex.from_tuples([(1, "a"), (1, "b"), (2, "a")]),
        pd.date_range("2020", periods=3),
    ],
)
def test_the_index_counts(index: pd.Index[Any]) -> None:
    frame = FRAME[["whole"]].set_axis(index)
    assert fingerprint(frame) == fingerprint(frame.copy(deep=False))
    other = index[[0, 2, 1]]
    assert fingerprint(frame.set_axis(other)) != fingerprint(frame)


def test_a_column_that_lies_in_pieces_is_read_whole() -> None:
    n = 2 * BLOCK + 7
    frame = pd.DataFrame(np.zeros((n, 2)), columns=["a", "b"]).iloc[::2]
    before = fingerprint(frame)
    frame.iloc[-1, 0] = 1.0
    assert fingerprint(frame) != before


def test_an_object_that_was_replaced_cannot_be_mistaken_for_the_new_one() -> None:
    frame = pd.DataFrame({"name": pd.Series([f"customer {i}" for i in range(9)], dtype=object)})
    before = fingerprint(frame)
    for i in range(200):
        frame.loc[0, "name"] = None
        frame.loc[0, "name"] = f"customer {1000 + i}"
        assert fingerprint(frame) != before


def test_categories_that_are_in_no_order_any_more_are_another_fingerprint() -> None:
    frame = pd.DataFrame({"tier": pd.Categorical(["low", "high"], ["low", "high"], ordered=True)})
    free = frame.assign(tier=frame["tier"].cat.as_unordered())
    assert fingerprint(frame) != fingerprint(free)
    assert fingerprint(frame).prefix_hashes[2] != fingerprint(free).prefix_hashes[2]


def test_what_else_a_look_tells_does_not_change_the_fingerprint() -> None:
    for rows in (0, 1, 3, 9):
        found = fingerprint(FRAME, rows)
        assert found == fingerprint(FRAME)
        assert set(found.prefix_hashes) >= {min(rows, 3), 3}


def test_a_frame_begins_as_a_shorter_one_until_a_cell_differs() -> None:
    short = fingerprint(FRAME.iloc[:2]).prefix_hashes[2]
    known = [one is not None for one in short]
    assert sum(known) == 13  # of Arrow's columns it is not known
    assert fingerprint(FRAME, 2).prefix_hashes[2] == short
    for place, name in enumerate(FRAME):
        frame = FRAME.copy()
        frame.loc[0, name] = frame[name].iloc[1]
        changed = fingerprint(frame, 2).prefix_hashes[2]
        alike = [a == b for a, b in zip(short, changed, strict=True)]
        assert [i for i, same in enumerate(alike) if not same] == [place] * known[place]


def test_repeated_columns_and_no_rows_have_a_fingerprint_too() -> None:
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    assert fingerprint(twice) != fingerprint(twice.iloc[:, ::-1])
    assert fingerprint(twice.iloc[:0]) != fingerprint(twice)


def test_polars_frames_edited_in_place_differ() -> None:
    frame = pl.DataFrame({"a": [1, 2], "s": ["x", None], "o": pl.Series([object()] * 2)})
    before = fingerprint(frame)
    assert fingerprint(frame.clone()) == before
    frame[0, "a"] = 9
    edited = fingerprint(frame)
    frame[0, "s"] = "another text"
    assert len({before.digest, edited.digest, fingerprint(frame).digest}) == 3


def test_arrow_tables_differ_by_content_and_dictionary() -> None:
    tables = [
        pa.table({"a": pa.array(values).dictionary_encode()})
        for values in (["x", "y"], ["y", "x"], ["x", "z"])
    ]
    assert len({fingerprint(table).digest for table in tables}) == 3
    assert fingerprint(tables[0]) == fingerprint(tables[0].slice(0))


def log() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "client": ["a", "a", "b"],
            "day": pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01"]),
            "sum": [1.0, 2.0, 3.0],
        }
    )


def test_a_table_is_read_again_from_the_columns_it_had() -> None:
    frame = log()
    data = as_data(frame, customer="client", amount="sum")
    assert data.origin.frame() is frame
    frame.insert(0, "customer_id", [7, 8, 9])
    again = data.reread(data.origin)
    assert isinstance(again, Transactions)
    assert (again.customer, again.time, again.amount) == ("client", "day", "sum")
    assert isinstance(data.reread(frame.iloc[1:]), Transactions), "no customer repeats any more"
    del frame["sum"]
    with pytest.raises(InputError, match="'sum'"):
        data.reread(frame)


def test_choices_are_kept_when_a_table_is_read_again() -> None:
    frame = log()
    assert Transactions(frame, "client", "day", "sum", returns="drop").reread(frame).returns == (
        "drop"
    )
    people = pd.DataFrame({"id": [1, 2], "days": [3.0, 4.0], "left": [True, False]})
    again = Customers(people, "id", duration="days", event="left").reread(people)
    assert (again.customer, again.duration, again.event) == ("id", "days", "left")


def test_a_frame_is_not_kept_alive_by_a_table_of_it() -> None:
    frame = log()
    data, gone = as_data(frame, customer="client"), weakref.ref(frame)
    del frame
    gc.collect()
    assert gone() is None
    assert data.origin.frame() is None


def test_a_table_can_be_made_of_a_name() -> None:
    variables = {"orders": log()}
    data = Transactions(Named("orders", lambda: variables), "client", "day", "sum")
    assert data.table.n == 3
    variables["orders"] = log().iloc[:2]
    assert data.reread(data.origin).table.n == 2
    del variables["orders"]
    with pytest.raises(InputError, match="'orders'"):
        data.reread(data.origin)


class Listener:
    def __init__(self) -> None:
        self.looks, self.follows, self.shown = 0, True, True

    def wants(self, source: Any) -> bool:
        return self.follows

    def due(self) -> bool:
        return self.shown

    def look(self) -> None:
        self.looks += 1


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.005)


def test_a_callable_is_asked_while_somebody_sees_it() -> None:
    calls: list[int] = []
    polled, listener = Polled(lambda: calls.append(1) or log(), 0.01), Listener()
    assert polled.frame() is polled.frame()
    polled.attach(listener)
    until(lambda: listener.looks >= 3)
    assert len(calls) >= 4
    listener.shown = False
    time.sleep(0.05)
    asked = len(calls)
    time.sleep(0.1)
    assert len(calls) == asked
    listener.shown = True
    until(lambda: len(calls) > asked)


@pytest.mark.parametrize("end", ["it lets go", "it is collected", "the source is collected"])
def test_polling_ends_with_who_listens(end: str) -> None:
    polled, listener = Polled(log, 0.01), Listener()
    polled.attach(listener)
    name = repr(polled)
    until(lambda: listener.looks > 0)
    if end == "it lets go":
        listener.follows = False
    elif end == "it is collected":
        del listener
    else:
        del polled
    gc.collect()
    until(lambda: not any(name in thread.name for thread in threading.enumerate()))


def test_an_error_of_the_callable_is_an_error_in_words_until_it_works_again() -> None:
    answers: list[Any] = [log(), ConnectionError("password=secret"), log()]

    def ask() -> pd.DataFrame:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    polled = Polled(ask, 60)
    assert len(polled.frame()) == 3
    with pytest.raises(InputError, match="ConnectionError") as caught:
        polled.read()
    assert "secret" not in str(caught.value)
    with pytest.raises(InputError):
        polled.frame()
    assert len(polled.read()) == 3


def test_what_cannot_be_held_weakly_is_held() -> None:
    assert Given([1]).frame() == [1]
