import dataclasses

import pandas as pd
import pytest

from crm_widgets.data import Customers
from crm_widgets.errors import InputError


def people(**columns):
    return pd.DataFrame({"customer_id": [7, 3, 5], "age": [41, 29, 33]} | columns)


def test_ids_come_from_the_column_named_for_them():
    found = Customers(people())
    assert found.customer == "customer_id"
    assert found.ids.tolist() == [3, 5, 7]
    assert dict(found.table.kinds) == {"customer": "number", "age": "number"}
    assert found.table.by_customer({"age": ("age", "mean")}).numbers("age").tolist() == [29, 33, 41]
    assert found.notes == ()


def test_ids_come_from_the_index_otherwise():
    found = Customers(pd.DataFrame({"age": [41, 29]}, index=["y", "x"]))
    assert found.customer is None
    assert found.ids.tolist() == ["x", "y"]
    assert found.rows_of(["y"])["age"].tolist() == [41]
    assert found.columns == {"age": "age"}


@pytest.mark.parametrize(
    "index",
    [[1, 1], [1.0, float("nan")], pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])],
    ids=["repeated", "missing", "levels"],
)
def test_an_index_that_tells_nobody_apart_gives_way_to_row_numbers(index):
    found = Customers(pd.DataFrame({"age": [41, 29]}, index=index))
    assert found.ids.tolist() == [0, 1]
    assert [note.key for note in found.notes] == ["row_numbers"]


def test_a_loosely_named_column_that_repeats_is_no_id():
    found = Customers(pd.DataFrame({"member": ["yes", "no", "yes"], "age": [1, 2, 3]}))
    assert found.customer is None
    assert "member" in found.table.kinds


def test_repeated_customers_are_refused_with_a_cure():
    frame = people(customer_id=[7, 7, 5])
    with pytest.raises(
        InputError, match=r"'customer_id' repeats customers in 1 rows.*Transactions"
    ):
        Customers(frame)


def test_rows_without_an_id_are_left_out_and_counted():
    found = Customers(people(customer_id=["u", None, ""]))
    assert found.ids.tolist() == ["u"]
    assert [(note.key, note.n) for note in found.notes] == [("missing_customers", 2)]
    with pytest.raises(InputError, match="No row can be used"):
        Customers(people(customer_id=[None, None, None]))


def test_numbers_that_came_as_text_are_pointed_out():
    found = Customers(people(charges=["1.5", "20", " "], code=["x1", "x2", "x3"]))
    assert [(note.key, note.values) for note in found.notes] == []
    charges = [str(i / 7) for i in range(99)] + [" "]
    frame = pd.DataFrame({"customer_id": range(100), "charges": charges})
    (note,) = Customers(frame).notes
    assert (note.key, note.values) == ("text_numbers", {"column": "charges"})


def test_polars_rows_are_numbered_without_a_column_of_ids():
    pl = pytest.importorskip("polars")
    found = Customers(pl.DataFrame({"age": [41, 29], "name": ["u", "v"]}))
    assert found.ids.tolist() == [0, 1]
    assert found.notes == ()
    assert found.rows_of([1]).to_dict(as_series=False) == {"age": [29], "name": ["v"]}


def test_a_missing_column_is_named_nearest_first():
    with pytest.raises(InputError, match=r"no column 'customerid'. Columns: 'customer_id', 'age'"):
        Customers(people(), customer="customerid")


def test_customers_cannot_be_changed_and_their_repr_shows_no_row():
    found = Customers(people())
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.customer = None
    assert repr(found) == "<Customers: 3 customers, 2 columns>"
