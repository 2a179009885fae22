import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
        (["¥128.00", "128元", "128.0 CNY", "人民币128", "RMB 128", "￥１２８．００"], [128] * 6),
        (["US$128", "128 USD", "$128", "USD128", "$ 128.00 USD", "128美元"], [128] * 6),
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
    ("text", "amount"),
    [
        # abbreviations with a point
        ("Rs. 12", 12), ("Rs.500", 500), ("Rs 1,23,456.50", 123456.5), ("Rs..50", 0.5),
        ("kr. 45", 45), ("kr.45", 45), ("45 kr.", 45), ("Fr. 12.50", 12.5), ("SFr. 12.50", 12.5),
        ("S/. 12.50", 12.5), ("B/.12.50", 12.5), ("руб. 12", 12), ("12 руб.", 12), ("Bs. 12", 12),
        ("лв. 12", 12), ("12 Kč", 12), ("12 zł", 12), ("RM12.50", 12.5), ("Rp 12", 12),
        ("R$ 12.50", 12.5), ("R 12.50", 12.5), ("NT$12", 12), ("HK$12", 12), ("12 Ft", 12),
        ("50 đ", 50), ("₫50", 50), ("₿12", 12), ("12 TL", 12), ("12 円", 12), ("₩12", 12),
        ("$.50", 0.5), (".50", 0.5),
        # magnitudes
        ("$1.2K", 1200), ("1.2k", 1200), ("12 k€", 12000), ("1.5M", 1.5e6), ("$2.5 mn", 2.5e6),
        ("3B", 3e9), ("3bn", 3e9), ("1.5万", 15000), ("1.5萬", 15000), ("1.5万元", 15000),
        ("¥3万", 30000), ("2亿", 2e8), ("2億円", 2e8), ("3千", 3000), ("3千元", 3000),
        ("百万1", None), ("3百万", 3e6), ("5 lakh", 500_000), ("₹5 lakhs", 500_000),
        ("Rs. 1.5 crore", 1.5e7), ("5 Mio. €", 5e6), ("5 Mio EUR", 5e6), ("5 Mrd. €", 5e9),
        ("5 mln zł", 5e6), ("5 млн руб.", 5e6), ("5 тыс. руб.", 5000), ("5 Mkr", 5e6),
        ("5 Tsd. €", 5000), ("1.5만원", 15000), ("1.5e3", 1500), ("1E+05", 1e5), ("5e-1", 0.5),
        # what means two things, or nothing
        ("5 T", None), ("5 兆", None), ("5 L", None), ("5 mil", None), ("5 TEUR", None),
        ("12%", None), ("12 %", None), ("12‰", None), ("12 pcs", None), ("3 km", None),
        ("12 x", None), ("ca. 12", None), ("> 12", None), ("12 or 13", None), ("12-13", None),
        ("#12", None), ("USD.50", None), ("12 USD EUR", None), ("$12 EUR", None), ("1/2", None),
        # prices without cents
        ("12.-", 12), ("12.--", 12), ("12.—", 12), ("CHF 12.–", 12), ("1'234.-", 1234),
        ("12:-", 12), ("12.", 12),
        # signs
        ("-12", -12), ("- 12", -12), ("12-", -12), ("12.50-", -12.5), ("12.50 -", -12.5),
        ("−12", -12), ("‐12", -12), ("‑12", -12), ("‒12", -12), ("–12", -12), ("﹣12", -12),
        ("－12", -12), ("12.50 €-", -12.5), ("-$12", -12), ("$-12", -12), ("+12", 12),
        ("(12.50)", -12.5), ("$(12.50)", -12.5), ("($12.50)", -12.5), ("(12.50) USD", -12.5),
        ("(12.50 USD)", -12.5), ("-(12.50)", -12.5), ("（12.50）", -12.5), ("(-12.50)", -12.5),
        ("--12", None), ("-12-", None), ("(12", None), ("12)", None), ("+-12", None),
        # malformed groups
        ("12.05.24", None), ("1,234,56", None), ("12 05 24", None),
        ("1,23,4567", None), ("1,234,5678.00", None), ("1 234 5", None), ("12,345,67.00", None),
        ("0,123,456", None), ("1,,234.00", None), ("1,234 567.00", None), ("1234,567,890", None),
        ("1,234,567.50", 1234567.5), ("12,34,567.50", 1234567.5), ("1'234'567.50", 1234567.5),
        ("1 234 567.50", 1234567.5), ("1\u00a0234.50", 1234.5), ("١٢٣٤", 1234), ("１２．５", 12.5),
        ("123456789012345678.25", 123456789012345678.25),
    ],
)  # fmt: skip
def test_each_spelling_is_read_as_what_it_says_or_not_at_all(text, amount):
    found = read(["2.50", "3.50", "4.50", text])
    assert found.failed == (amount is None)
    np.testing.assert_array_equal(found.values[-1], np.nan if amount is None else amount)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12,-", 12), ("€ 12,-", 12), ("12,- €", 12), ("1.234,-", 1234), ("12,--", 12),
        ("12,–", 12), ("-12,-", -12), ("(12,-)", -12), ("12,50-", -12.5), ("12,", 12),
        ("1.234.567,5", 1234567.5), ("1.234", 1234), ("12 345,678", 12345.678), (",5", 0.5),
        ("1,5 Mio. €", 1.5e6), ("1٬234٫5", 1234.5), ("1,234,56", None), ("12,05,24", None),
    ],
)  # fmt: skip
def test_the_same_with_a_decimal_comma(text, amount):
    found = read(["2,50", "3,50", "4,50", text])
    assert found.failed == (amount is None)
    np.testing.assert_array_equal(found.values[-1], np.nan if amount is None else amount)


def test_a_price_without_cents_is_no_refund():
    assert read(["12,-", "12,-", "12,-"]).values.mean() == 12
    assert read(["12.-", "12.50"]).values.tolist() == [12, 12.5]


def cured(error, frame):
    """The frame after each cure that an error names."""
    cures = re.findall(r"frame\['paid'\] = .*?(?=\. If|\.$|, which)", str(error))
    assert cures
    found = []
    for cure in cures:
        name = {"frame": frame.copy()}
        exec(cure, name)
        found.append(parse_amounts(name["frame"]["paid"], "paid").values.tolist())
    return found


@pytest.mark.parametrize(
    ("values", "amounts"),
    [
        (["1,234", "$5,678"], [[1234, 5678], [1.234, 5.678]]),
        (["1.234", "950 €"], [[1234, 950], [1.234, 950]]),
        (["1,234.50", "1.234,50"], [[1234.5, 1234.5]]),
        (["7,50", "7.50 €"], [[7.5, 7.5]]),
        (["7.50 DR", "8.50 Cr.", "-2.00"], [[-7.5, 8.5, -2]]),
    ],
    ids=repr,
)
def test_what_can_be_read_in_two_ways_is_refused_with_cures_that_work(values, amounts):
    with pytest.raises(InputError, match="'paid'") as caught:
        read(values)
    assert caught.value.key in ("ambiguous_amounts", "mixed_marks", "ledger_marks")
    assert cured(caught.value, pd.DataFrame({"paid": values})) == amounts


@pytest.mark.parametrize(
    "text", ["7.00 DR", "7.00 CR", "7.00 Dr.", "5 Cr", "CR 7.00", "7.00 debit"]
)
def test_debit_and_credit_are_asked_for_and_not_guessed(text):
    with pytest.raises(InputError, match="debit or credit"):
        read(["5.50", "6.50", text])


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0", "\u3000", "\t"])
def test_blank_text_is_missing_and_not_unreadable(blank):
    found = read(["1.50", blank, "soon", blank, "2.50"])
    assert (found.missing, found.failed) == (2, 1)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.decimals(-(10**12), 10**12, places=2), min_size=3, max_size=8),
    st.sampled_from(["£{}", "{} €", "USD {}", "Rs. {}", "{}kr", "{}"]),
    st.sampled_from([",.", ".,", " ,", "'.", "\u202f,"]),
    st.sampled_from(["-{}", "({})", "{}-", "−{}"]),
)
def test_what_is_written_with_two_decimals_is_read_back(amounts, unit, marks, minus):
    def written(amount):
        thousands, decimal = marks
        text = f"{abs(amount):,.2f}".replace(",", "_").replace(".", decimal)
        text = unit.format(text.replace("_", thousands))
        return minus.format(text) if amount < 0 else text

    assert read([written(one) for one in amounts]).values.tolist() == [float(a) for a in amounts]


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
