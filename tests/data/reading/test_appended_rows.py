import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crm_widgets.data import Transactions, as_data
from crm_widgets.data.frames import open_frame
from crm_widgets.data.in_memory import cubes, moments
from crm_widgets.data.in_memory.bins import dim_codes
from crm_widgets.data.reading import appended_rows
from crm_widgets.data.reading.fingerprint import fingerprint_of
from crm_widgets.data.vocabulary.clauses import Values
from crm_widgets.data.vocabulary.table import Edges, Levels
from crm_widgets.errors import InputError

relaxed = settings(deadline=None, max_examples=25, database=None, phases=(Phase.generate,))

IDS = {
    "whole": (st.integers(-3, 30), "int64"),
    "with gaps": (st.one_of(st.none(), st.integers(-3, 30)), "Int64"),
    "floats": (st.one_of(st.just(float("nan")), st.integers(0, 30).map(float)), "float64"),
    "text": (st.sampled_from(["b", "a", "ä", "", "zz", "m", "k9", None]), "str"),
    "objects": (st.sampled_from(["b", "a", "ä", " ", "zz", "m", "k9", None]), "object"),
}
DAY = pd.Timestamp("2024-01-01")


@st.composite
def logs(draw, ids):
    """A log, and where it was cut: what is behind was appended."""
    kind, dtype = IDS[ids]
    n = draw(st.integers(2, 40))

    def column(values):
        return draw(st.lists(values, min_size=n, max_size=n))

    money = st.one_of(st.just(float("nan")), st.just(float("inf")), st.integers(-3, 5).map(float))
    days = st.one_of(st.none(), st.integers(0, 12), st.sampled_from([500, 40_000]))
    frame = pd.DataFrame(
        {
            "customer": pd.Series(column(kind), dtype=dtype),
            "date": pd.to_datetime(
                pd.Series([None if d is None else DAY + pd.Timedelta(days=d) for d in column(days)])
            ).astype("datetime64[us]"),
            "amount": pd.Series(column(money), dtype="float64"),
            "order_id": pd.Series(column(st.sampled_from([1, 2, 3, None])), dtype="Int64"),
            "city": pd.Series(column(st.sampled_from(["x", "y", "ø", None])), dtype="category"),
            "web": pd.Series(column(st.booleans()), dtype="bool"),
        }
    )
    if draw(st.booleans()):  # rows that repeat earlier ones, across the border too
        frame = pd.concat([frame, frame.sample(frac=0.5, random_state=1)], ignore_index=True)
    return frame, draw(st.integers(1, len(frame) - 1))


def same(found: Transactions, expected: Transactions) -> None:
    """Compare all that a log says, bit by bit."""
    assert found.notes == expected.notes
    assert found.end == expected.end
    pd.testing.assert_index_equal(found.ids, expected.ids)
    assert found.columns == expected.columns
    np.testing.assert_array_equal(found.positions, expected.positions)
    np.testing.assert_array_equal(found.is_return, expected.is_return)
    assert dict(found.table.kinds) == dict(expected.table.kinds)
    for name, kind in expected.table.kinds.items():
        np.testing.assert_array_equal(found.table.codes(name), expected.table.codes(name))
        assert found.table.codes(name).dtype == expected.table.codes(name).dtype
        pd.testing.assert_index_equal(found.table.distinct(name), expected.table.distinct(name))
        if kind != "category":
            mine, theirs = found.table.numbers(name), expected.table.numbers(name)
            np.testing.assert_array_equal(mine, theirs)
    pd.testing.assert_frame_equal(found.table.rows(), expected.table.rows())


def read(frame, **rest):
    """A log, or None where there is none to be had."""
    try:
        return Transactions(frame, "customer", "date", "amount", **rest)
    except InputError:
        return None


@pytest.mark.parametrize("ids", IDS)
@pytest.mark.parametrize("returns", ["net", "gross", "drop"])
@relaxed
@given(data=st.data())
def test_a_log_that_has_grown_is_as_if_read_at_once(ids, returns, data):
    frame, cut = data.draw(logs(ids))
    before, expected = (read(part, returns=returns) for part in (frame.iloc[:cut], frame))
    if before is None or expected is None:
        return
    for name in before.table.kinds:
        before.table.codes(name)
    found = before.reread(frame.copy())
    assert found.appended is not None
    assert found.appended.n_before == before.table.n
    same(found, expected)


@relaxed
@given(data=st.data())
def test_counts_of_a_log_that_has_grown_are_as_if_counted_at_once(data):
    frame, cut = data.draw(logs("whole"))
    before, expected = read(frame.iloc[:cut]), read(frame)
    if before is None or expected is None:
        return
    dims = [
        Edges("amount", (-2.0, 0.0, 1.0, 3.0), overflow=True),
        Edges("time", tuple((DAY + pd.Timedelta(days=d)).timestamp() * 1000 for d in (0, 3, 9))),
        Levels("city", ("x", None), other=True),
    ]
    before.table.counts(dims)
    found = before.reread(frame)
    np.testing.assert_array_equal(found.table.counts(dims), expected.table.counts(dims))
    np.testing.assert_array_equal(
        found.table.counts(dims, "amount"), expected.table.counts(dims, "amount")
    )


def frame():
    return pd.DataFrame(
        {
            "customer": [3, 1, 3, 5],
            "date": pd.to_datetime(["2024-01-05", "2024-01-06", "2024-01-07", "2024-01-08"]),
            "amount": [10.0, 20.0, -4.0, 3.0],
        }
    )


def more(**columns):
    rows = {"customer": [4, 1], "date": [DAY, DAY], "amount": [1.0, 2.0]} | columns
    return pd.concat([frame(), pd.DataFrame(rows)], ignore_index=True)


def test_bins_of_known_rows_are_kept(monkeypatch):
    dim = Edges("amount", (-5.0, 0.0, 50.0))
    before = Transactions(frame())
    before.table.counts([dim])
    found = before.reread(more())
    asked = []
    monkeypatch.setattr("crm_widgets.data.in_memory.bins.dim_codes", _counting(asked))
    assert found.table.counts([dim]).tolist() == [1, 5]
    assert asked == [2]


def _counting(asked):
    def counted(dim, column):
        asked.append(len(column.values))
        return dim_codes(dim, column)

    return counted


def edited():
    changed = more()
    changed.loc[2, "amount"] = -5.0
    return changed


NOT_GROWN = {
    "a row before was changed": edited,
    "rows were put in front": lambda: more().iloc[::-1],
    "rows were taken away": lambda: frame().iloc[:3],
    "nothing was appended": frame,
    "another type": lambda: more().astype({"customer": "float64"}),
    "another column": lambda: more().assign(shop="a"),
    "another order of columns": lambda: more()[["date", "customer", "amount"]],
    "dates in text": lambda: more().assign(date=more()["date"].astype(str)),
}


@pytest.mark.parametrize("looked", [False, True])
@pytest.mark.parametrize("case", NOT_GROWN)
def test_what_has_not_just_grown_is_read_as_a_whole(case, looked):
    changed = NOT_GROWN[case]()
    before, source = Transactions(frame()), open_frame(changed)
    if looked:
        fingerprint_of(before.source)
        fingerprint_of(source, before.source)
    found = before.reread(source)
    assert found.appended is None
    same(found, Transactions(changed))


def test_looks_tell_that_rows_are_the_same(monkeypatch):
    text = more().assign(shop=pd.Series(list("aabbab"), dtype="category"), name=["x", None] * 3)
    before, source = Transactions(text.iloc[:4]), open_frame(text)
    fingerprint_of(before.source)
    fingerprint_of(source, before.source)
    compared = []
    real = appended_rows._is_column_prefix
    monkeypatch.setattr(
        appended_rows,
        "_is_column_prefix",
        lambda old, new: (compared.append(old.name), real(old, new))[1],
    )
    found = before.reread(source)
    assert found.appended is not None
    assert compared == ["name"]  # text of Arrow has one hash a buffer
    same(found, Transactions(text))


def test_levels_of_numbers_and_texts_are_told_anew():
    codes = [22423, 85123, 9, "85123A", "POST", 9]
    text = more().assign(stock=pd.Series(codes, dtype=object))
    before = Transactions(text.iloc[:5])
    before.table.codes("stock")
    found = before.reread(text)
    assert found.appended is not None
    same(found, Transactions(text))
    assert found.table.mask([Values("stock", (9,))]).sum() == 2


def test_dates_in_text_are_read_in_the_light_of_all():
    text = frame().assign(date=["03/05/2024", "03/06/2024", "03/13/2024", "03/08/2024"])
    before = Transactions(text)
    longer = pd.concat([text, text.head(1)], ignore_index=True)
    found = before.reread(longer)
    assert found.appended is None
    same(found, Transactions(longer))


def test_other_choices_are_read_as_a_whole():
    before = Transactions(frame())
    assert Transactions(more(), returns="drop", previous=before).appended is None
    same(
        Transactions(more(), returns="drop", previous=before), Transactions(more(), returns="drop")
    )


def test_ids_of_another_type_are_refused_as_ever():
    before = Transactions(frame().astype({"customer": object}))
    longer = pd.concat([before.frame, more(customer=["a", "b"]).tail(2)], ignore_index=True)
    with pytest.raises(InputError, match="mixes texts and other ids"):
        before.reread(longer)


def test_a_zone_is_said_once():
    zoned = frame().assign(date=lambda f: f["date"].dt.tz_localize("Europe/Oslo"))
    longer = pd.concat([zoned, zoned.tail(1)], ignore_index=True)
    found = Transactions(zoned).reread(longer)
    assert found.appended is not None
    same(found, Transactions(longer))
    assert found.notes[0].key == "time_zone"


@pytest.mark.parametrize("make", [pl.from_pandas, lambda f: pl.from_pandas(f).to_arrow()])
def test_polars_and_arrow_frames_grow_too(make):
    text = more(customer=[4, 1]).assign(customer=["c", "a", "c", "e", "d", "a"])
    found = Transactions(make(text.iloc[:4])).reread(make(text))
    assert found.appended is not None
    same(found, Transactions(make(text)))
    assert found.ids.tolist() == ["a", "c", "d", "e"]


def test_appended_again_and_again():
    parts = [frame(), more(), pd.concat([more(), frame()], ignore_index=True)]
    log = Transactions(parts[0])
    for longer in parts[1:]:
        log = log.reread(longer)
        assert log.appended is not None
        same(log, Transactions(longer))


@pytest.mark.parametrize("ids", IDS)
@relaxed
@given(data=st.data())
def test_codes_that_nobody_asked_for_between_are_the_same_in_the_end(ids, data):
    frame, cut = data.draw(logs(ids))
    ends = sorted({cut, *data.draw(st.lists(st.integers(cut, len(frame)), max_size=3)), len(frame)})
    log, expected = read(frame.iloc[:cut]), read(frame)
    if log is None or expected is None:
        return
    for end in ends[1:]:
        log = log.reread(frame.iloc[:end])
        assert log.appended is not None
    rows = np.array(data.draw(st.lists(st.integers(0, log.table.n - 1))), np.intp)
    start = data.draw(st.integers(0, log.table.n))
    mask = data.draw(st.lists(st.booleans(), min_size=log.table.n, max_size=log.table.n))
    for some in (rows, slice(start, None), slice(None, None, 2), np.array(mask)):
        found = log.table.codes_at("customer", some)
        np.testing.assert_array_equal(found, expected.table.codes("customer")[some])
    same(log, expected)


def test_a_far_date_is_believed_once_others_reach_it():
    far = frame().assign(date=pd.to_datetime(["2020-01-01"] * 3 + ["2020-06-01"]))
    before = Transactions(far)
    assert before.end == dt.date(2020, 6, 1) or before.notes
    longer = pd.concat([far, *[far.tail(1)] * 400], ignore_index=True)
    same(before.reread(longer), Transactions(longer))


def test_data_assigned_with_the_same_roles_go_on():
    before = as_data(frame())
    assert as_data(more(), previous=before).appended is not None
    same(as_data(more(), previous=before), Transactions(more()))


def test_moments_of_a_log_that_has_grown_add_up_the_new_rows(monkeypatch):
    rng = np.random.default_rng(3)
    n = 260_000
    frame = pd.DataFrame(
        {
            "customer": rng.integers(0, 900, n),
            "date": DAY + pd.to_timedelta(rng.integers(0, 400, n), unit="D"),
            "amount": rng.gamma(2, 20, n),
            "margin": rng.normal(1e6, 3, n),
        }
    ).assign(part=lambda f: f["amount"] * 0.1 + rng.normal(size=n))
    frame.loc[rng.random(n) < 0.1, "margin"] = np.nan
    names = ["amount", "margin", "part"]
    before = Transactions(frame.iloc[:-2000], "customer", "date", "amount")
    before.table.moments(names)
    expected = Transactions(frame, "customer", "date", "amount").table.moments(names)
    added = []
    real = moments._sums
    monkeypatch.setattr(
        moments, "_sums", lambda *given: (added.append(len(given[0][0])), real(*given))[1]
    )
    log = before.reread(frame)
    found = log.table.moments(names)
    assert added == [2000]
    np.testing.assert_array_equal(found.n, expected.n)
    np.testing.assert_allclose(found.mean, expected.mean, rtol=1e-7)
    np.testing.assert_allclose(found.square, expected.square, rtol=2e-6)
    scale = np.sqrt(expected.square * expected.square.T)
    np.testing.assert_allclose(found.cross / scale, expected.cross / scale, atol=2e-6)
    assert log.table.moments(names) is not found
    np.testing.assert_array_equal(log.table.moments(names).cross, found.cross)


def test_of_counts_that_were_made_before_only_new_rows_are_counted(monkeypatch):
    before, dims = Transactions(frame()), [Edges("amount", (-5.0, 0.0, 50.0))]
    before.table.counts(dims)
    log = before.reread(more())
    counted = []
    real = cubes.cubes
    monkeypatch.setattr(
        "crm_widgets.data.in_memory.count_cache.cubes",
        lambda *given: (counted.append(given[2]), real(*given))[1],
    )
    found = log.table.counts(dims)
    assert counted == [2]
    np.testing.assert_array_equal(found, Transactions(more()).table.counts(dims))
    log.table.counts(dims)
    assert counted[1:3] == [6, 6]


def test_numbers_of_known_rows_are_not_made_for_moments():
    whole = pd.concat([frame()] * 3, ignore_index=True).assign(pieces=range(12))
    before = Transactions(whole.iloc[:8])
    before.table.moments(["pieces", "amount"])
    log = before.reread(whole)
    found = log.table.moments(["pieces", "amount"])
    assert "numbers" not in log.table._columns["pieces"].__dict__
    np.testing.assert_allclose(found.mean[0], [5.5, 5.5])


def test_two_logs_that_go_on_from_the_same_do_not_share_what_is_new():
    before = pd.concat([frame()] * 20, ignore_index=True)
    known, read_before = Transactions(before), Transactions(before)
    one, two = (
        pd.concat([before, more(date=[day, day], amount=[1.0, paid]).tail(2)], ignore_index=True)
        for day, paid in ((DAY + pd.Timedelta(days=30), -2.0), (DAY + pd.Timedelta(days=28), 2.0))
    )
    first, second = known.reread(one), known.reread(two)
    # the first of them took the room behind the known rows, the second has its own
    assert np.shares_memory(first.day, known.day)
    assert not np.shares_memory(second.day, known.day)
    third = pd.concat([one, one.tail(2)], ignore_index=True)
    same(first.reread(third), Transactions(third))
    for log, expected in ((first, one), (second, two)):
        same(log, Transactions(expected))
    same(known, read_before)
