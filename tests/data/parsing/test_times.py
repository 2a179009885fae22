import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from crm_widgets.data.parsing.times import clock_ms, parse_times
from crm_widgets.errors import InputError


def read(values, **options):
    return parse_times(pd.Series(values, **options), "when")


def shown(times):
    return [
        None if np.isnan(ms) else str(np.datetime64(int(ms), "ms").astype("datetime64[s]"))
        for ms in times.ms
    ]


@pytest.mark.parametrize(
    "values",
    [
        ["2024-01-05", "2024-01-06"],
        ["2024-1-5", "2024-1-6"],
        ["2024/01/05", "2024/1/6"],
        ["2024.01.05", "2024.01.06"],
        ["20240105", "20240106"],
        ["2024年1月5日", "2024年01月06日"],
        ["2024 年 1 月 5 日", "2024年1月6日"],
        ["5 Jan 2024", "January 6, 2024"],
        ["01/05/2024", "01/06/2024", "01/31/2024"],
        ["05/01/2024", "06/01/2024", "31/01/2024"],
        ["05.01.2024", "06.01.2024", "31.01.2024"],
        ["05-01-24", "06-01-24", "31-01-24"],
        [20240105, 20240106],
        [20240105.0, 20240106.0],
        [1704412800, 1704499200],
        [1704412800_000, 1704499200_000],
        [1704412800_000_000, 1704499200_000_000],
        [1704412800_000_000_000, 1704499200_000_000_000],
        ["1704412800", "1704499200"],
        [Decimal("20240105"), Decimal("20240106")],
        [dt.date(2024, 1, 5), dt.date(2024, 1, 6)],
        [dt.datetime(2024, 1, 5), pd.Timestamp("2024-01-06")],
        [np.datetime64("2024-01-05"), np.datetime64("2024-01-06")],
        pd.period_range("2024-01-05", periods=2, freq="D"),
    ],
    ids=repr,
)
def test_days_are_read_in_every_spelling(values):
    times = read(values)
    assert shown(times)[:2] == ["2024-01-05T00:00:00", "2024-01-06T00:00:00"]
    assert times.failed == 0


def test_months_are_read_as_their_first_day():
    assert shown(read([202401, 202402])) == ["2024-01-01T00:00:00", "2024-02-01T00:00:00"]
    assert shown(read(["2024年1月", "2024年2月"]))[1] == "2024-02-01T00:00:00"
    months = pd.period_range("2024-01", periods=2, freq="M")
    assert shown(read(months))[1] == "2024-02-01T00:00:00"


def test_time_of_day_is_kept():
    assert shown(read(["2024年1月5日 10:30:05"])) == ["2024-01-05T10:30:05"]
    assert shown(read(["5/1/2024 10:30", "13/1/2024 9:00"])) == [
        "2024-01-05T10:30:00",
        "2024-01-13T09:00:00",
    ]


def test_unreadable_times_are_counted_apart_from_missing_ones():
    times = read(
        ["2024-01-05", "2024-01-06", "soon", None, "", "2024-02-30", "2024-01-07", "7 Jan 2024"]
    )
    assert times.failed == 3  # soon, the empty text and 30 February
    assert np.isnan(times.ms).sum() == 4


def test_impossible_days_among_integers_are_counted():
    times = read([20240105, 20240106, 20240230, 20241301, 0, 20240107, 20240108])
    assert times.failed == 3


def test_words_are_never_taken_for_a_day_of_this_month():
    with pytest.raises(InputError, match="'when' holds no times"):
        read(["10", "Mon", "may", "12:30"])


@pytest.mark.parametrize("values", [[True, False], ["a", "b"], [1, 2], [1.5, 2.5], [[1], [2]]])
def test_what_is_no_time_is_refused_with_the_column_and_a_cure(values):
    with pytest.raises(InputError, match=r"'when'.*") as caught:
        read(values)
    assert caught.value.key in ("not_times", "unhashable")


def test_day_and_month_that_cannot_be_told_apart_are_refused():
    with pytest.raises(InputError, match="dayfirst=True") as caught:
        read(["03/04/2024", "05/06/2024"])
    assert caught.value.key == "ambiguous_dates"
    with pytest.raises(InputError, match="dayfirst=True"):
        read(["13/04/2024", "05/16/2024"])


def test_day_and_month_that_are_equal_need_no_telling():
    assert shown(read(["03/03/2024"])) == ["2024-03-03T00:00:00"]


def test_the_local_calendar_day_is_kept_and_the_zone_named():
    zoned = pd.Series(pd.to_datetime(["2024-01-05 23:30"])).dt.tz_localize("America/New_York")
    times = parse_times(zoned, "when")
    assert shown(times) == ["2024-01-05T23:30:00"]
    assert times.zones == ("America/New_York",)


def test_offsets_in_text_are_taken_off_and_named():
    times = read(["2024-01-05T23:30:00+08:00", "2024-01-06 00:30:00 -0500", "2024-01-07T12:00:00Z"])
    assert shown(times) == ["2024-01-05T23:30:00", "2024-01-06T00:30:00", "2024-01-07T12:00:00"]
    assert times.zones == ("+08:00", "-0500", "Z")


def test_equal_instants_on_different_clocks_stay_on_their_days():
    east, utc = dt.timezone(dt.timedelta(hours=1)), dt.UTC
    values = [
        dt.datetime(2024, 1, 1, 23, 30, tzinfo=utc),
        dt.datetime(2024, 1, 2, 0, 30, tzinfo=east),
    ]
    assert shown(read(values, dtype=object)) == ["2024-01-01T23:30:00", "2024-01-02T00:30:00"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_before_1970_and_of_any_unit_round_down(unit):
    values = pd.Series(np.array(["1969-12-31T23:59:59", "NaT"], dtype=f"datetime64[{unit}]"))
    np.testing.assert_array_equal(clock_ms(values), [-1000.0, np.nan])


def test_arrow_times_are_read():
    pa = pytest.importorskip("pyarrow")
    for kind in (pa.date32(), pa.timestamp("us"), pa.timestamp("ns", "Asia/Shanghai")):
        values = pd.Series([dt.datetime(2024, 1, 5), None], dtype="datetime64[us]")
        if pa.types.is_date(kind):
            arrow = pa.array([dt.date(2024, 1, 5), None], kind)
        else:
            zoned = values if kind.tz is None else values.dt.tz_localize(kind.tz)
            arrow = pa.array(zoned, kind)
        times = parse_times(pd.Series(pd.arrays.ArrowExtensionArray(arrow)), "when")
        assert shown(times) == ["2024-01-05T00:00:00", None]
        assert times.zones == ((kind.tz,) if getattr(kind, "tz", None) else ())
