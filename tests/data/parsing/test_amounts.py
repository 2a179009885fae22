from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from crm_widgets.data.parsing.amounts import parse_amounts
from crm_widgets.errors import InputError


def read(values, **options):
    return parse_amounts(pd.Series(values, **options), "paid")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["£1,234.50", "£7.00"], [1234.5, 7]),
        (["1.234,50 €", "7,00 €"], [1234.5, 7]),
        (["1 234,50", "7,5"], [1234.5, 7.5]),
        (["1\u202f234,50", "7,5"], [1234.5, 7.5]),
        (["1'234.50", "7.5"], [1234.5, 7.5]),
        (["1,234,567", "1,234"], [1234567, 1234]),
        (["1.234.567", "1.234"], [1234567, 1234]),
        (["12,34,567.00"], [1234567]),
        (["1,234", "7.50"], [1234, 7.5]),
        (["1.234", "7,50"], [1234, 7.5]),
        (["(12.50)", "-12.50", "−12.50", "12.50-", "-£12.50", "£-12.50"], [-12.5] * 6),
        (["¥128.00", "128元", "128.0 CNY", "US$128", "128 USD"], [128] * 5),
        (["0.500", "0,500"][:1], [0.5]),
        (["5", "7"], [5, 7]),
        ([Decimal("1.10"), Decimal("2.20")], [1.1, 2.2]),
        ([1, 2.5, Decimal("3"), "4.5", None], [1, 2.5, 3, 4.5, np.nan]),
        ([1, 2], [1, 2]),
        (pd.array([1, None], dtype="Int64"), [1, np.nan]),
        (pd.array([1.5, None], dtype="Float64"), [1.5, np.nan]),
        (np.array([1.5, 2.5], np.float32), [1.5, 2.5]),
    ],
    ids=repr,
)
def test_amounts_are_read_in_every_spelling(values, expected):
    np.testing.assert_allclose(read(values).values, expected)


@pytest.mark.parametrize(
    "values",
    [["1,234", "5,678"], ["1.234", "950"], ["1,234.50", "1.234,50"], ["7,50", "7.50"]],
    ids=repr,
)
def test_a_mark_with_two_readings_is_refused_with_the_column_and_a_cure(values):
    with pytest.raises(InputError, match=r"'paid'.*str\.replace") as caught:
        read(values)
    assert caught.value.key == "ambiguous_amounts"


@pytest.mark.parametrize(
    "values",
    [
        [True, False],
        ["a", "b"],
        pd.to_datetime(["2024-01-05"]),
        [True, 1.5, "x"],
        ["2024-01-05", "2024-01-06"],
        [pd.Interval(0, 1)],
    ],
    ids=repr,
)
def test_what_is_no_amount_is_refused(values):
    with pytest.raises(InputError, match="'paid' holds no amounts"):
        read(values)


@pytest.mark.parametrize("values", [[2**53 + 1, 1], [2**70, 1], [2**53 + 1, "1"]], ids=repr)
def test_whole_numbers_too_large_for_a_float_are_refused(values):
    with pytest.raises(InputError, match=r"'paid' holds whole numbers over 2\^53"):
        read(values)


def test_missing_unreadable_and_infinite_amounts_are_counted_apart():
    found = read(["1.5", "n/a", None, "2.5", "3", "inf"], dtype=object)
    assert (found.missing, found.failed, found.infinite) == (1, 2, 0)
    found = read([1.5, np.nan, np.inf, -np.inf])
    assert (found.missing, found.failed, found.infinite) == (1, 0, 2)
    np.testing.assert_array_equal(found.values, [1.5, np.nan, np.nan, np.nan])


def test_all_missing_amounts_are_missing():
    assert read([None, None], dtype=object).missing == 2
    assert read([np.nan, np.nan]).missing == 2


def test_arrow_decimals_are_read():
    pa = pytest.importorskip("pyarrow")
    arrow = pa.array([Decimal("1.10"), None, Decimal("-2.20")])
    found = parse_amounts(pd.Series(pd.arrays.ArrowExtensionArray(arrow)), "paid")
    np.testing.assert_allclose(found.values, [1.1, np.nan, -2.2])
