"""Ids keep their value and type through every kind of frame."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from crm_widgets.data import Transactions

BIG = [2**63 + 5, 2**64 - 1, 7, 2**63 + 5]
DAYS = [dt.datetime(2024, 1, day) for day in (5, 6, 7, 8)]


def pandas_frame(ids):
    return pd.DataFrame({"customer_id": ids, "order_date": pd.to_datetime(DAYS), "total": 1.0})


def arrow_frame(ids):
    return pa.table({"customer_id": ids, "order_date": pa.array(DAYS), "total": [1.0] * 4})


def polars_frame(ids):
    return pl.DataFrame({"customer_id": ids, "order_date": DAYS, "total": [1.0] * 4})


UNSIGNED = {
    "numpy": pandas_frame(np.array(BIG, np.uint64)),
    "nullable": pandas_frame(pd.array(BIG, "UInt64")),
    "objects": pandas_frame(pd.Series(BIG, dtype=object)),
    "pandas on Arrow": pandas_frame(pd.array(BIG, pd.ArrowDtype(pa.uint64()))),
    "Arrow": arrow_frame(pa.array(BIG, pa.uint64())),
    "polars": polars_frame(pl.Series(BIG, dtype=pl.UInt64)),
}


@pytest.mark.parametrize("kind", UNSIGNED)
def test_unsigned_ids_of_64_bits_stay_what_they_are(kind):
    found = Transactions(UNSIGNED[kind])
    assert found.ids.tolist() == sorted(set(BIG))
    assert len(found.rows_of([2**63 + 5])) == 2
    assert len(found.rows_of([-(2**63) + 5])) == 0


def test_a_missing_unsigned_id_is_missing():
    for frame in (
        pandas_frame(pd.array([*BIG[:3], None], "UInt64")),
        polars_frame(pl.Series([*BIG[:3], None], dtype=pl.UInt64)),
        arrow_frame(pa.array([*BIG[:3], None], pa.uint64())),
    ):
        found = Transactions(frame)
        assert found.ids.tolist() == sorted(set(BIG))
        assert [(note.key, note.n) for note in found.notes] == [("missing_customers", 1)]


@pytest.mark.parametrize("ids", [[5, 7, 5, 9], ["b", "a", "b", "c"], [1.5, 2.5, 1.5, 3.5]])
def test_a_dictionary_of_arrow_holds_values_of_their_own_type(ids):
    found = Transactions(arrow_frame(pa.array(ids).dictionary_encode()))
    assert found.ids.tolist() == sorted(set(ids))
    assert len(found.rows_of(ids[:1])) == 2


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.Enum(["a", "b", "c"])])
def test_categories_of_polars_are_text(dtype):
    found = Transactions(polars_frame(pl.Series(["b", "a", "b", "c"], dtype=dtype)))
    assert found.ids.tolist() == ["a", "b", "c"]
    assert len(found.rows_of(["b"])) == 2
