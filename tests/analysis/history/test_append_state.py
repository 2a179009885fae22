"""What is known of customers grows with the log, to the same numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crm_widgets.analysis import build_cohorts, find_segments
from crm_widgets.analysis.cohorts.members import Frame
from crm_widgets.analysis.history.of_log import history
from crm_widgets.analysis.history.totals import compute_totals
from crm_widgets.analysis.rfm.rfm import rfm
from crm_widgets.data import Transactions
from crm_widgets.data.datasets import cdnow

relaxed = settings(deadline=None, max_examples=40, database=None, phases=(Phase.generate,))
DAY = pd.Timestamp("2024-01-01")


def same_totals(found, expected):
    for name in ("last", "orders", "money", "rows", "origin"):
        mine, theirs = getattr(found, name), getattr(expected, name)
        np.testing.assert_array_equal(mine, theirs)
        assert np.asarray(mine).dtype == np.asarray(theirs).dtype


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize("returns", ["net", "gross", "drop"])
@relaxed
@given(data=st.data())
def test_totals_of_a_log_that_has_grown_are_as_if_added_up_at_once(numbered, returns, data):
    n = data.draw(st.integers(2, 60))

    def column(values):
        return data.draw(st.lists(values, min_size=n, max_size=n))

    frame = pd.DataFrame(
        {
            "customer": column(st.integers(0, 15)),
            "date": [
                DAY + pd.Timedelta(days=d)
                for d in column(st.one_of(st.integers(0, 9), st.sampled_from([60, 20_000])))
            ],
            "amount": column(st.sampled_from([0.1, 0.2, 0.3, 1e9, -0.7, float("nan")])),
        }
    )
    if numbered:
        frame["order_id"] = pd.array(column(st.sampled_from([1, 2, 3, 4, None])), dtype="Int64")
    cut = data.draw(st.integers(1, n - 1))
    try:
        log = Transactions(frame.iloc[:cut], returns=returns)
    except Exception:
        return
    for end in sorted({data.draw(st.integers(cut + 1, n)), n}):
        assert history(log).totals is not None
        assert history(log).first is not None
        if end > len(log.frame):
            log = log.reread(frame.iloc[:end])
        assert log.appended is None or set(log.appended.analysis_state) <= {"history"}
    expected = Transactions(frame, returns=returns)
    same_totals(history(log).totals, compute_totals(history(expected)))
    np.testing.assert_array_equal(history(log).first, history(expected).first)
    assert history(log).first.dtype == history(expected).first.dtype


def test_only_new_rows_are_added_up(monkeypatch):
    frame = cdnow()
    before = Transactions(frame.iloc[:60_000])
    assert history(before).totals.rows.sum() == 60_000
    log = before.reread(frame)
    assert set(log.appended.analysis_state) == {"history"}
    monkeypatch.setattr("crm_widgets.analysis.history.history.compute_totals", None)
    assert history(log).totals.rows.sum() == len(frame)
    assert log.appended.analysis_state == {}


def test_results_of_a_log_that_has_grown_are_those_of_the_whole():
    frame = cdnow()
    frame = pd.concat([frame.iloc[500:], frame.iloc[:500]])
    before = Transactions(frame.iloc[:68_000])
    rfm(before)
    build_cohorts(before)
    found, expected = before.reread(frame), Transactions(frame)
    assert found.appended is not None
    assert found.appended.recoding is not None
    mine, theirs = rfm(found), rfm(expected)
    pd.testing.assert_frame_equal(mine.customers, theirs.customers, check_exact=True)
    pd.testing.assert_frame_equal(mine.segments, theirs.segments, check_exact=True)
    assert mine.notes == theirs.notes
    for measure in ("retention", "cumulative_revenue", "orders_per_active"):
        one, two = (build_cohorts(log, measure=measure) for log in (found, expected))
        pd.testing.assert_frame_equal(one.cells, two.cells, check_exact=True)
        pd.testing.assert_frame_equal(one.average, two.average, check_exact=True)
        assert one.notes == two.notes
    assert find_segments(found).fingerprint == find_segments(expected).fingerprint


@pytest.mark.parametrize("windows", ["calendar", "rolling"])
def test_known_rows_are_not_looked_at_again_for_who_was_active(monkeypatch, windows):
    frame = cdnow()
    frame = pd.concat([frame[frame["customer"] >= 40], frame[frame["customer"] < 40]])
    before = Transactions(frame.iloc[:60_000])
    build_cohorts(before, windows=windows)
    log, looked = before.reread(frame), []
    assert log.appended.recoding is not None
    real = Frame.ages
    monkeypatch.setattr(Frame, "ages", lambda *given: (looked.append(given[1].n), real(*given))[1])
    found = build_cohorts(log, windows=windows)
    assert set(looked) == {len(frame) - 60_000}
    expected = build_cohorts(Transactions(frame), windows=windows)
    np.testing.assert_array_equal(found.frame.presence().packed, expected.frame.presence().packed)
    pd.testing.assert_frame_equal(found.cells, expected.cells, check_exact=True)


def test_who_was_active_is_told_anew_if_a_customer_came_earlier_than_was_known():
    frame = cdnow()
    late = (frame["date"] < pd.Timestamp("1997-02-01")) & (frame["customer"] % 50 > 0)
    frame = pd.concat([frame[~late], frame[late].iloc[::3]])
    before, expected = Transactions(frame.iloc[: np.count_nonzero(~late)]), Transactions(frame)
    build_cohorts(before, period="month")
    log = before.reread(frame)
    assert log.appended is not None
    assert log.first_and_last_day == before.first_and_last_day
    found, expected = (build_cohorts(log, period="month") for log in (log, expected))
    np.testing.assert_array_equal(found.frame.presence().packed, expected.frame.presence().packed)
    pd.testing.assert_frame_equal(found.cells, expected.cells, check_exact=True)
