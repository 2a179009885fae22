"""The pandas of a selection is run, on frames that try to break it, and must give its rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import crm_widgets as crm
from crm_widgets.charts.drawing import Drawing
from crm_widgets.errors import InputError
from crm_widgets.widgets.selection.pandas_code import literal

from ..toy import Toy, log

ODD = ["'", '"', "\\", "]", "a'] + [1", "\n", "{x}", "%s", "é 名", "", " ", "__proto__", "x" * 500]


def run(w: Any, frame: pd.DataFrame) -> pd.DataFrame:
    names: dict[str, Any] = {"frame": frame, "w": w, "pd": pd}
    exec(w.code, names)
    return names["selected"]


def check(w: Any, frame: pd.DataFrame) -> None:
    selected = w.selected
    pd.testing.assert_frame_equal(run(w, frame), selected)
    pd.testing.assert_frame_equal(w.selection.frame, selected)
    assert w.selection.code == w.code


def odd(n: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    frame = log(n).assign(
        **{
            "it's": rng.choice(ODD, n),
            'say "x"]': rng.normal(size=n),
            "back\\slash": rng.choice([1, 2, 3], n),
            "tz": pd.date_range("2020-01-01", periods=n, freq="D", tz="Asia/Shanghai"),
            "category": pd.Categorical(rng.choice(["a'", "b"], n), ["a'", "b", "unused"]),
            "nullable": pd.array(rng.choice([1, 2, None], n), "Int64"),
            "flag": rng.choice([True, False], n),
            "mixed": [None if i % 7 == 0 else float(i % 5) for i in range(n)],
        }
    )
    frame[5] = rng.integers(0, 9, n)
    frame["gone"] = np.where(rng.random(n) < 0.3, np.nan, rng.normal(size=n))
    frame["when"] = pd.Timestamp("2021-05-01") + pd.to_timedelta(np.arange(n), "h")
    frame.loc[frame.index[::9], "when"] = pd.NaT
    return frame


ROLES = {"customer": "customer", "time": "date", "amount": "amount"}


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"amount": (20, 50)},
        {"amount": (None, 50)},
        {"amount": (20, None)},
        {"amount": (None, None)},
        {"date": ("2020-03-01", "2020-06-01")},
        {"date": (dt.date(2020, 3, 1), None)},
        {"it's": ["'", '"', "\\", "a'] + [1", "\n"]},
        {"it's": ["{x}", "%s", "", "é 名"], 'say "x"]': (-0.5, 0.5)},
        {'say "x"]': (-1, 1)},
        {"back\\slash": [1, 3]},
        {"back\\slash": (1, 3)},
        {"tz": ("2020-01-10", "2020-02-10")},
        {"category": ["a'"]},
        {"nullable": [1]},
        {"nullable": [1, None]},
        {"nullable": (1, 2)},
        {"flag": [True]},
        {"mixed": [None]},
        {"mixed": (1, 3)},
        {"5": [1, 2, 3]},
        {"gone": (0, None)},
        {"gone": [None]},
        {"when": ("2021-05-02", None)},
        {"when": [None]},
        {"money": (100, 400)},
        {"segment": [1, 2], "orders": (2, None), "amount": (10, 90)},
        {"segment": [0], "category": ["b"], "date": ("2020-02-01", None)},
    ],
    ids=str,
)
def test_code_gives_the_selected_rows(conditions: dict[str, Any]) -> None:
    frame = odd()
    w = Toy(frame, **ROLES)
    w.selection.set(**conditions)
    check(w, frame)
    assert 0 < len(w.selected) <= len(frame)


def test_columns_take_one_line() -> None:
    w = Toy(log())
    w.selection.set(amount=(20, 50), city=["O'Hare"])
    assert w.code == (
        "selected = frame[(frame['amount'] >= 20.0) & (frame['amount'] < 50.0) & "
        "frame['city'].isin([\"O'Hare\"])]"
    )


def test_rows_that_were_left_out_are_left_out_by_the_code() -> None:
    frame = log()
    frame.loc[frame.index[:5], "customer"] = None
    frame.loc[frame.index[5:9], "date"] = pd.NaT
    w = Toy(frame)
    check(w, frame)
    w.selection.set(amount=(20, None))
    check(w, frame)
    assert w.code.startswith("selected = frame[frame['customer'].notna()")


@pytest.mark.parametrize("returns", ["net", "gross", "drop"])
def test_returns_are_treated_as_the_table_treats_them(returns: str) -> None:
    frame = log()
    frame.loc[frame.index[::6], "amount"] *= -1
    w = Toy(frame, returns=returns)
    for amount in [(None, 0.5), (-10, 50)]:
        w.selection.set(amount=amount)
        check(w, frame)


def test_columns_that_the_widget_reads_in_its_own_way_are_read_by_it() -> None:
    frame = log()
    frame["date"] = frame["date"].dt.strftime("%Y%m%d").astype(int)
    frame["amount"] = frame["amount"].map("${:,.2f}".format)
    w = Toy(frame)
    w.selection.set(date=("2020-03-01", None), amount=(20, 50), money=(50, None))
    check(w, frame)
    assert len(w.selected)


def test_a_table_of_customers_known_by_its_index() -> None:
    class Ages(Toy):
        def on_data(self, data: Any) -> None: ...

        def analyse(self, data, knobs, progress):
            return None

        def draw(self, result, scope):
            return Drawing("", ())

    people = pd.DataFrame({"age": [31, 45, 62]}, index=["a", "b'", "c"])
    w = Ages(people)
    w.selection.set(crm.Clause(crm.Group("g", frozenset({"b'", "c"}))))
    w.selection.add(age=(40, 60))
    check(w, people)
    assert list(w.selected.index) == ["b'"]
    twins = people.set_axis(["a", "a", "b"])
    w = Ages(twins)
    w.selection.set(crm.Clause(crm.Group("g", frozenset({1}))))
    check(w, twins)
    assert w.selected["age"].tolist() == [45]


def test_a_long_group_is_taken_from_the_selection() -> None:
    frame = log(500)
    frame["customer"] = [f"c{i % 100}" for i in range(500)]
    w = Toy(frame)
    w.selection.set(crm.Clause(crm.Group("o'many", frozenset(f"c{i}" for i in range(60)))))
    check(w, frame)
    assert len(w.code) < 200


def test_what_cannot_be_written_says_so() -> None:
    frame = log()
    frame["price"] = [Decimal(i % 3) for i in range(len(frame))]
    frame["price"] = frame["price"].astype(object)
    w = Toy(frame)
    w.selection.set(crm.Clause(crm.Group("g", frozenset({dt.timedelta(1), *"ab"}))))
    w.selection.add(crm.Clause(crm.Values("city", (dt.timedelta(1),))))
    with pytest.raises(InputError, match="cannot be written"):
        _ = w.code


@pytest.mark.parametrize(
    "value",
    [1, 1.5, np.int64(3), np.float32(0.5), True, None, *ODD, ("a'", 1), ("x",), (), b"x",
     pd.Timestamp("2020-01-01 12:00:00.000000001"), pd.Timestamp("2020-01-01", tz="Asia/Shanghai"),
     dt.date(2020, 1, 1), float("inf"), -0.0],
    ids=repr,
)  # fmt: skip
def test_literals_are_the_value_again(value: Any) -> None:
    assert eval(literal(value), {"pd": pd}) == value


def test_the_code_of_a_shared_selection_names_the_widget_that_can_answer() -> None:
    shared = crm.Selection()
    frame = log()
    a, b = Toy(frame, selection=shared), Toy(frame, selection=shared, by="orders")
    shared.set(segment=[2])
    assert shared.clauses[0].model == "thirds-3-money"
    names: dict[str, Any] = {"frame": frame, "w": a, "pd": pd}
    exec(shared.code, names)
    pd.testing.assert_frame_equal(names["selected"], shared.frame)
    for w in (a, b):
        exec(w.code, names := {"frame": frame, "w": w, "pd": pd})
        pd.testing.assert_frame_equal(names["selected"], w.selected)
