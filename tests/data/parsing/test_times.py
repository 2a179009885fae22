import datetime as dt
import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_widgets.data.parsing.calendar_days import day_numbers, iso_days
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
    assert times.failed == 2  # soon and 30 February; the empty text is missing
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


def cured(error, values):
    """What is read after each cure that an error names."""
    cures = re.findall(r"frame\['when'\] = pd\.to_datetime\(.*?\)", str(error))
    found = []
    for cure in cures:
        names = {"frame": pd.DataFrame({"when": values}), "pd": pd}
        exec(cure, names)
        found.append(shown(parse_times(names["frame"]["when"], "when"))[0])
    return found


@pytest.mark.parametrize(
    ("values", "readings"),
    [
        (["03/04/2024", "05/06/2024"], ["2024-04-03", "2024-03-04"]),
        (["03.04.2024", "5.6.2024"], ["2024-04-03", "2024-03-04"]),
        (["10:30 03/04/2024", "11:00 05/06/2024"], ["2024-04-03T10:30:00", "2024-03-04T10:30:00"]),
        (["03/04/2024 10:30 PM"], ["2024-04-03T22:30:00", "2024-03-04T22:30:00"]),
        (["03/04/24", "05/06/24"], ["2024-04-03", "2024-03-04", "2003-04-24"]),
        (["03-04-2024", "2024-01-25", "05-06-2024"], ["2024-04-03", "2024-03-04"]),
        (["03042024", "05062024"], ["2024-04-03", "2024-03-04"]),
        (["201105", "201206"], ["2011-05-01", "2020-11-05", "2005-11-20"]),
        (["20/12/11"], ["2011-12-20", "2020-12-11"]),
    ],
    ids=repr,
)
def test_day_and_month_that_cannot_be_told_apart_are_refused_with_cures_that_work(values, readings):
    with pytest.raises(InputError, match="'when'") as caught:
        read(values)
    assert caught.value.key == "ambiguous_dates"
    full = [day if "T" in day else f"{day}T00:00:00" for day in readings]
    assert cured(caught.value, values) == full


@pytest.mark.parametrize(
    "values",
    [
        ["13/04/2024", "05/16/2024"],
        ["Sat 13/04/2024", "Thu 05/16/2024"],
        ["10:30 13/04/2024", "11:30 05/16/2024"],
        ["25/01/24", "01/25/24"],
    ],
    ids=repr,
)
def test_days_first_and_months_first_in_one_column_are_refused(values):
    with pytest.raises(InputError, match=r"dayfirst=True") as caught:
        read(values)
    assert caught.value.key == "mixed_dates"


def test_numbers_that_are_months_or_days_are_asked_for():
    with pytest.raises(InputError, match=r"%Y%m.*%y%m%d"):
        read([201105, 201206])
    assert shown(read([201105, 202401]))[0] == "2011-05-01T00:00:00"
    assert shown(read([240105, 240131]))[0] == "2024-01-05T00:00:00"


@pytest.mark.parametrize(
    "decides",
    [
        "25/01/2024",
        "Thu 25/01/2024",
        "10:30 25/01/2024",
        "25.1.24",
        "25-01-2024 23:00",
        "Fri 05/01/2024",
    ],
)
@pytest.mark.parametrize(
    "text", ["05/01/2024", "10:30 05/01/2024", "5.1.24", "Fri, 05/01/2024", "05/01/2024 10:30 AM"]
)
def test_all_of_the_column_decide_wherever_the_date_stands(text, decides):
    for values in ([text, decides], [decides, text]):
        times = read(values)
        assert times.failed == 0
        assert shown(times)[values.index(text)].startswith("2024-01-05")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # names of months and days of the week
        ("05-Jan-24", "2024-01-05"), ("05-JAN-2024", "2024-01-05"), ("05JAN2024", "2024-01-05"),
        ("5 January 2024", "2024-01-05"), ("January 5th, 2024", "2024-01-05"),
        ("Jan 5, 2024", "2024-01-05"), ("2024-Jan-05", "2024-01-05"), ("5/Jan/2024", "2024-01-05"),
        ("Fri, 05 Jan 2024 10:30:00 +0100", "2024-01-05T10:30:00"),
        ("Fri Jan  5 10:30:00 2024", "2024-01-05T10:30:00"),
        ("Fri Jan 05 2024 10:30:00 GMT+0100 (CET)", "2024-01-05T10:30:00"),
        ("Fri Jan 05 10:30:00 +0000 2024", "2024-01-05T10:30:00"),
        ("05/Jan/2024:10:30:00 +0100", "2024-01-05T10:30:00"),
        ("Jan 2024", "2024-01-01"), ("janvier 2024", "2024-01-01"),
        ("5 janvier 2024", "2024-01-05"), ("1er août 2024", "2024-08-01"),
        ("5 févr. 2024", "2024-02-05"), ("ven. 5 janv. 2024 à 10h30", "2024-01-05T10:30:00"),
        ("mar. 5 mars 2024", "2024-03-05"), ("15 juil. 2024", "2024-07-15"),
        ("15 juin 2024", "2024-06-15"), ("25 décembre 2024", "2024-12-25"),
        ("5 de enero de 2024", "2024-01-05"), ("vie 5 ene 2024", "2024-01-05"),
        ("5-dic-2024", "2024-12-05"), ("3 de agosto de 2024 10:30 p. m.", "2024-08-03T22:30:00"),
        ("5. Januar 2024", "2024-01-05"), ("Fr, 5. Jan. 2024, 10:30 Uhr", "2024-01-05T10:30:00"),
        ("5. März 2024", "2024-03-05"), ("15. Okt. 2024", "2024-10-15"),
        ("6. Dez 2024", "2024-12-06"),
        ("5 gennaio 2024", "2024-01-05"), ("5 de março de 2024", "2024-03-05"),
        ("5 mei 2024", "2024-05-05"), ("5 maj 2024", "2024-05-05"),
        ("5 января 2024 г.", "2024-01-05"),
        ("5 stycznia 2024", "2024-01-05"), ("5 Ağustos 2024", "2024-08-05"),
        # east Asia
        ("2024年1月5日", "2024-01-05"), ("24年01月05日", "2024-01-05"), ("2024年1月", "2024-01-01"),
        ("2024/1/5 上午 10:30:00", "2024-01-05T10:30:00"),
        ("2024年1月5日 下午3:05", "2024-01-05T15:05:00"),
        ("2024-01-05 上午12:30", "2024-01-05T00:30:00"),
        ("2024-01-05 下午12:30", "2024-01-05T12:30:00"),
        ("2024-01-05 中午12:10", "2024-01-05T12:10:00"),
        ("2024-01-05 晚上9:10", "2024-01-05T21:10:00"),
        ("2024-01-05 晚上12:10", None), ("2024年1月5日 星期五 10时30分5秒", "2024-01-05T10:30:05"),
        ("2024年1月5日(金) 午後3:05", "2024-01-05T15:05:00"),
        ("2024년 1월 5일 오후 3:05", "2024-01-05T15:05:00"), ("2024. 1. 5.", "2024-01-05"),
        # halves of the day
        ("2024-01-05 10:30 PM", "2024-01-05T22:30:00"),
        ("2024-01-05 12:30 a.m.", "2024-01-05T00:30:00"),
        ("2024-01-05 12:30pm", "2024-01-05T12:30:00"), ("2024-01-05 10 am", "2024-01-05T10:00:00"),
        ("2024-01-05 13:30 AM", None),
        # clocks
        ("2024-01-05 24:00", "2024-01-06T00:00:00"), ("2024-01-05 24:01", None),
        ("2024-01-05 10:60", None), ("2024-01-05-10.30.05.123456", "2024-01-05T10:30:05"),
        ("2024-01-05T10:30:05,25", "2024-01-05T10:30:05"),
        ("20240105T103005Z", "2024-01-05T10:30:05"),
        ("20240105 10:30", "2024-01-05T10:30:00"), ("2024/1/5 9:5:3", "2024-01-05T09:05:03"),
        # digits alone
        ("20240105", "2024-01-05"), ("202401051030", "2024-01-05T10:30:00"),
        ("20240105103005", "2024-01-05T10:30:05"), ("2024010510", "2024-01-05T10:00:00"),
        ("202413", None), ("20241301", None), ("1704450600", "2024-01-05T10:30:00"),
        ("45296", "2024-01-05"), ("45296.4375", "2024-01-05T10:30:00"), ("05296", None),
        # ISO weeks, days of the year, quarters (ISO 8601)
        ("2024-W01-5", "2024-01-05"), ("2024W015", "2024-01-05"), ("2024-W02", "2024-01-08"),
        ("2020-W53-5", "2021-01-01"), ("2024-W53", None), ("2024-W00", None),
        ("2024-005", "2024-01-05"),
        ("2024-366", "2024-12-31"), ("2023-366", None), ("2024-Q2", "2024-04-01"),
        ("Q3 2024", "2024-07-01"),
        ("01/2024", "2024-01-01"), ("2024/1", "2024-01-01"),
        # what is no date, or in no calendar
        ("2024-02-30", None), ("2023-02-29", None), ("10:30", None), ("Jan-24", None),
        ("5 Jan", None),
        ("Mon 2024-01-05", None), ("113/01/05", None), ("1402-10-15", None),
        ("2024-01-05 soon", None),
        ("2024-01-05 - 2024-01-06", None), ("v2024-01-05", None), ("2024-01-05-07", None),
    ],
)  # fmt: skip
def test_each_spelling_is_read_as_what_it_says_or_not_at_all(text, expected):
    times = read([text]) if expected else read(["2024-01-05", "2024-01-06", text])
    full = expected if expected is None or "T" in expected else f"{expected}T00:00:00"
    assert shown(times)[-1] == full
    assert times.failed == (expected is None)


@pytest.mark.parametrize(
    "zone",
    ["Z", "+01", "-05", "+0530", "+05:30", "+01:00:00", " +0000 UTC", " UTC", " GMT+8",
     " UTC-05:00",
     " PST", " CEST", " JST", " [Europe/Paris]", "+01:00[Europe/Paris]", " America/New_York"],
)  # fmt: skip
@pytest.mark.parametrize("clock", ["10:30", "10:30:05", "10:30:05.123", "10:30:05.123456789"])
def test_zones_of_every_spelling_are_taken_off_and_named(zone, clock):
    times = read([f"2024-01-05 {clock}{zone}", f"2024-01-06T{clock}"])
    assert [text[:16] for text in shown(times)] == ["2024-01-05T10:30", "2024-01-06T10:30"]
    assert times.zones == (zone.strip(),)


def test_milliseconds_are_kept():
    assert read(["2024-01-05 00:00:00.5", "2024-01-05 00:00:01.0079"]).ms.tolist() == [
        1704412800500,
        1704412801007,
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([45296, 45297], ["2024-01-05T00:00:00", "2024-01-06T00:00:00"]),
        ([45296.4375, 45297.5], ["2024-01-05T10:30:00", "2024-01-06T12:00:00"]),
        (["45296", "45297"], ["2024-01-05T00:00:00", "2024-01-06T00:00:00"]),
    ],
    ids=repr,
)
def test_serial_days_of_a_spreadsheet_are_read_and_told(values, expected):
    times = read(values)
    assert shown(times) == expected
    assert times.is_serial
    assert not read([20240105]).is_serial


def test_serial_days_beside_dates_are_not_trusted():
    """A spreadsheet takes 05/01 for 1 May and leaves 25/01 as text."""
    times = read(["25/01/2024", "26/01/2024", "27/01/2024", "45413"])
    assert (times.failed, times.is_serial) == (1, False)


@pytest.mark.parametrize("values", [[12.5, 13.5], [1500, 1600], [2024, 2023], [99999, 12345678]])
def test_other_numbers_are_no_times(values):
    with pytest.raises(InputError) as caught:
        read(values)
    assert caught.value.key == "not_times"


@pytest.mark.parametrize("digits", ["202401051030", "20240105103000", "20240105103000000"])
def test_compact_numbers_are_no_seconds_since_1970(digits):
    assert shown(read([int(digits)])) == ["2024-01-05T10:30:00"]


def test_a_second_of_2034_is_read_as_the_hour_that_its_digits_say():
    assert shown(read([2024010510, 2024010511])) == ["2024-01-05T10:00:00", "2024-01-05T11:00:00"]


@pytest.mark.parametrize("text", ["0001-01-01", "0000-00-00", "0000-00-00 00:00:00", "01/01/0001"])
def test_what_stands_for_no_date_is_the_first_day_of_all(text):
    assert read(["2024-01-05", text]).ms[1] == -62135596800000


FORMATS = [
    "%Y-%m-%d", "%Y/%m/%d %H:%M", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d/%m/%y", "%y%m%d",
    "%d-%b-%Y", "%d-%b-%y %H:%M", "%B %d, %Y", "%A, %d %B %Y", "%a %d/%m/%Y", "%H:%M %d/%m/%Y",
    "%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%d%m%Y", "%G-W%V-%u", "%Y-%j", "%Y年%m月%d日 %H时%M分",
    "%a %b %d %H:%M:%S %Y", "%Y-%m-%dT%H:%M:%S.%f+0000",
]  # fmt: skip


@pytest.mark.parametrize("pattern", FORMATS)
def test_a_month_of_days_in_one_format_is_read_back(pattern):
    """Dates of a whole month tell the order; what is written is what Python writes."""
    rng = np.random.default_rng(0)
    days = [dt.datetime(2023, 10, 1) + dt.timedelta(days=n) for n in range(120)]
    moments = [day + dt.timedelta(seconds=int(rng.integers(86_400))) for day in days]
    times = read([moment.strftime(pattern) for moment in moments])
    parts = {"%S": "seconds", "%H": "hours", "%I": "hours"}
    unit = next((unit for part, unit in parts.items() if part in pattern), "days")
    unit = "minutes" if unit == "hours" else unit
    floors = {"seconds": 1, "minutes": 60, "days": 86_400}
    expected = [
        int((moment - dt.datetime(1970, 1, 1)).total_seconds())
        // floors[unit]
        * floors[unit]
        * 1000
        for moment in moments
    ]
    np.testing.assert_array_equal(times.ms, expected)


@settings(max_examples=300, deadline=None)
@given(st.dates(dt.date(1600, 1, 1), dt.date(9999, 12, 31)))
def test_days_are_those_of_the_calendar(day):
    assert (
        day_numbers(*np.array([[day.year], [day.month], [day.day]]))[0]
        == (day - dt.date(1970, 1, 1)).days
    )
    year, week, weekday = day.isocalendar()
    if 1600 < year < 9999:
        assert (
            iso_days(*np.array([[year], [week], [weekday]]))[0] == (day - dt.date(1970, 1, 1)).days
        )


def test_texts_among_dates_are_read_as_other_texts_are():
    values = [
        dt.date(2024, 1, 5),
        "25/01/2024",
        "06/01/2024",
        None,
        "soon",
        pd.Timestamp("2024-01-07"),
    ]
    times = read(values, dtype=object)
    assert [day and day[:10] for day in shown(times)] == [
        "2024-01-05", "2024-01-25", "2024-01-06", None, None, "2024-01-07",
    ]  # fmt: skip
    assert times.failed == 1


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
