import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import median_survival_times, restricted_mean_survival_time

from crm_widgets.analysis.cohorts.survival import survival
from crm_widgets.analysis.history.churn_by_silence import silence, usual_silence
from crm_widgets.analysis.history.of_log import history
from crm_widgets.analysis.statistics.kaplan_meier import Lives, kaplan_meier, logrank
from crm_widgets.data import Customers, Transactions
from crm_widgets.data.datasets import cdnow
from crm_widgets.errors import AnalysisError, InputError
from tests.references.data import reference

START = np.datetime64("2023-01-01")


def log_of(days: dict[str, list[int]], *, amount: float = 1.0) -> Transactions:
    rows = [(who, START + day, amount) for who, when in days.items() for day in when]
    return Transactions(pd.DataFrame(rows, columns=["customer", "date", "amount"]))


def poisson(random: np.random.Generator, n: int, rate: float, days: int, start: Any = 0) -> Any:
    """Customers who buy on their first day and then at a constant rate until day ``days``."""
    count = random.poisson(rate * days, n)
    who = np.repeat(np.arange(n), count + 1)
    first = np.cumsum(count + 1) - (count + 1)
    day = np.floor(random.uniform(0, days, who.size)).astype(int)
    day[first] = 0
    return who, day + start


@pytest.fixture(scope="module")
def lives() -> pd.DataFrame:
    random = np.random.default_rng(3)
    n = 400
    stay, watched = random.weibull(0.8, n) * 30, random.uniform(1, 60, n)
    entry = np.floor(np.minimum(stay, watched) * random.uniform(0, 0.7, n))
    frame = pd.DataFrame(
        {
            "duration": np.ceil(np.minimum(stay, watched)),
            "event": stay <= watched,
            "entry": entry,
            "group": random.choice(["a", "b", "c"], n),
        }
    )
    return frame[frame["duration"] > frame["entry"]]


def test_anderson_agrees_with_the_published_curve() -> None:
    frame = pd.read_csv(reference("anderson.csv"), sep=" ")
    found = survival(Customers(frame, duration="t", event="status"), groups="Rx")
    treated = found.at([6, 7, 10, 13, 16, 22, 23]).query("group == 0")["survival"]
    published = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert treated.tolist() == pytest.approx(published, abs=5e-5)
    assert found.groups["median"].tolist() == [23, 8]
    assert found.logrank.chi2 == pytest.approx(16.793, abs=5e-4)
    assert (found.tau, found.tau_group) == (23, 1)


def test_telco_agrees_with_the_reference() -> None:
    frame = pd.read_csv(reference("Telco-Customer-Churn.csv"))
    people = Customers(frame, customer="customerID", duration="tenure", event="Churn")
    every = survival(people).at([12, 24, 72])["survival"]
    assert every.tolist() == pytest.approx([0.8432, 0.7887, 0.5928], abs=5e-5)
    found = survival(people, groups="Contract")
    assert found.logrank.chi2 == pytest.approx(2352.87, abs=5e-3)
    assert found.groups.set_index("group")["median"]["Month-to-month"] == 35


@pytest.mark.parametrize("entry", [False, True])
def test_curves_agree_with_lifelines(lives: pd.DataFrame, entry: bool) -> None:
    begin = lives["entry"].to_numpy() if entry else None
    mine = kaplan_meier(Lives(lives["duration"].to_numpy(), lives["event"].to_numpy(), begin))
    fitter = KaplanMeierFitter().fit(lives["duration"], lives["event"], entry=begin)
    band = fitter.confidence_interval_survival_function_
    for time, survived, low, high in zip(
        mine.time[1:], mine.survival[1:], mine.low[1:], mine.high[1:], strict=True
    ):
        assert survived == pytest.approx(float(fitter.survival_function_at_times(time).iloc[0]))
        expected = band.loc[time].to_numpy()
        if survived > 0:
            assert [low, high] == pytest.approx(expected, abs=1e-6)


def test_medians_agree_with_lifelines(lives: pd.DataFrame) -> None:
    fitter = KaplanMeierFitter().fit(lives["duration"], lives["event"])
    limits = median_survival_times(fitter.confidence_interval_).iloc[0].to_numpy()
    mine = kaplan_meier(Lives(lives["duration"].to_numpy(), lives["event"].to_numpy()))
    assert mine.median() == (fitter.median_survival_time_, limits[0], limits[1])


@pytest.mark.filterwarnings("ignore:Starting with pandas version 4.0")  # raised by lifelines
def test_logrank_agrees_with_lifelines(lives: pd.DataFrame) -> None:
    expected = multivariate_logrank_test(lives["duration"], lives["group"], lives["event"])
    found = logrank(
        [
            Lives(part["duration"].to_numpy(), part["event"].to_numpy())
            for _, part in lives.groupby("group")
        ]
    )
    assert found.chi2 == pytest.approx(expected.test_statistic)
    assert (found.df, found.p) == (2, pytest.approx(expected.p_value))


def test_restricted_mean_agrees_with_lifelines(lives: pd.DataFrame) -> None:
    fitter = KaplanMeierFitter().fit(lives["duration"], lives["event"])
    mine = kaplan_meier(Lives(lives["duration"].to_numpy(), lives["event"].to_numpy()))
    expected = restricted_mean_survival_time(fitter, t=40)
    assert mine.restricted_mean(40)[0] == pytest.approx(expected)


def test_error_of_the_restricted_mean_is_greenwoods_by_hand() -> None:
    # S is 1 until 2, 3/4 until 4, 3/8 until 5: areas after 2 and 4 are 1.5 + .375 and .375.
    lives = Lives(np.array([2.0, 3.0, 4.0, 6.0]), np.array([True, False, True, False]))
    mean, error = kaplan_meier(lives).restricted_mean(5)
    assert mean == pytest.approx(2 + 1.5 + 0.375)
    assert error**2 == pytest.approx(1.875**2 / (4 * 3) + 0.375**2 / (2 * 1))


def test_churn_is_dated_at_the_end_of_the_first_silence() -> None:
    log = log_of({"a": [0, 10, 60, 65], "b": [5, 30], "c": [0, 95], "d": [20], "end": [100]})
    found = survival(log, silence_days=40, groups={n: [n] for n in "abcd"})
    rows = found.groups.set_index("group")
    # a is silent from day 10, so lost on day 50; b from 30, lost on 70, 65 days after its start.
    assert rows["longest"].to_dict() == {"a": 50, "b": 65, "c": 40, "d": 40}
    assert rows["events"].to_dict() == {"a": 1, "b": 1, "c": 1, "d": 1}
    assert found.returned == pytest.approx(2 / 4)


def test_a_silence_that_the_end_of_the_log_interrupts_is_censored() -> None:
    found = survival(log_of({"a": [0, 70], "end": [100]}), silence_days=80, customers=["a"])
    assert found.groups[["events", "longest"]].to_numpy().tolist() == [[0, 100]]


def test_the_usual_silence_is_the_90th_percentile_of_gaps() -> None:
    gaps = [0, *np.cumsum(range(1, 11)).tolist()]
    assert survival(log_of({"a": gaps})).silence_days == 10


def test_gaps_and_silences_are_those_of_customers_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crm_widgets.analysis.history.churn_by_silence.BLOCK", 7)
    who, day = poisson(np.random.default_rng(5), 60, 0.02, 300)
    frame = pd.DataFrame({"customer": who, "date": START + day.astype("timedelta64[D]")})
    frame = pd.concat([frame, pd.DataFrame({"customer": [60], "date": [START + 300]})])
    days = {c: np.unique(group) for c, group in pd.Series(day).groupby(who)}
    gaps = np.concatenate([np.diff(group) for group in days.values()])
    log = history(Transactions(frame))
    assert usual_silence(log) == np.ceil(np.quantile(gaps, 0.9))
    for landmark in (None, 150):
        found = silence(log, 60, landmark)
        for at, group in enumerate(days.values()):
            if landmark is not None:
                group = np.append(landmark, group[group > landmark])
            ends = np.append(group[1:], 361)
            lost = group[(ends - group >= 60) & (group + 60 <= 300)]
            until = lost[0] + 60 if lost.size else 300
            assert found.lives.duration[at] == until - group[0]
            assert found.lives.event[at] == bool(lost.size)


def test_nobody_is_silent_who_has_not_come_by_the_landmark() -> None:
    log = history(log_of({"a": [10], "b": [12, 20]}))
    assert silence(log, 3, 0).inside.tolist() == [True, False]
    assert not silence(log, 3, -1).inside.any()


def test_cdnow_returns_after_silence() -> None:
    log = Transactions(cdnow())
    shares = [survival(log, silence_days=days).returned for days in (180, 90)]
    assert [round(share or 0, 2) for share in shares] == [0.23, 0.36]


def test_identical_cohorts_150_days_apart_seldom_differ() -> None:
    random = np.random.default_rng(150)
    rejected = 0
    for _ in range(300):
        who, day = poisson(random, 150, 1 / 70, 700)
        other, later = poisson(random, 150, 1 / 70, 550, start=150)
        frame = pd.DataFrame(
            {
                "customer": np.concatenate([who, other + 1000]),
                "date": START + np.concatenate([day, later]),
                "amount": 1.0,
            }
        )
        found = survival(
            Transactions(frame),
            silence_days=180,
            groups=pd.Series(["a"] * 150 + ["b"] * 150, index=[*range(150), *range(1000, 1150)]),
            behaviour=False,
        )
        rejected += found.logrank.p < 0.05
    assert 0.02 <= rejected / 300 <= 0.09


def test_groups_of_behaviour_are_compared_only_after_a_landmark() -> None:
    random = np.random.default_rng(60)
    without, after = 0, 0
    landmark = dt.date(2023, 1, 1) + dt.timedelta(days=270)
    for _ in range(60):
        who, day = poisson(random, 300, 1 / 60, 540)
        log = Transactions(pd.DataFrame({"customer": who, "date": START + day, "amount": 1.0}))
        early = np.bincount(who[day <= 270], minlength=300)
        order = np.argsort(-early, kind="stable")
        label = pd.Series("rest", index=np.arange(300))
        label[order[:60]] = "frequent"
        found = survival(log, silence_days=90, groups=label)
        assert np.isnan(found.logrank.p)
        assert "same_period_behaviour" in [note.key for note in found.notes]
        naive = survival(log, silence_days=90, groups=label, behaviour=False)
        without += naive.logrank.p < 0.05
        after += survival(log, silence_days=90, groups=label, landmark=landmark).logrank.p < 0.05
    assert without >= 50
    assert after <= 7


def test_a_landmark_of_durations_keeps_who_is_still_there(lives: pd.DataFrame) -> None:
    people = Customers(lives.reset_index(drop=True), duration="duration", event="event")
    found = survival(people, landmark=10)
    assert found.groups["n"].item() == (lives["duration"] > 10).sum()
    assert found.at([10])["survival"].item() == 1


def test_yes_and_no_are_events_and_other_words_are_not() -> None:
    frame = pd.DataFrame({"id": [1, 2], "t": [3, 4], "left": ["Yes", "no"], "x": ["a", "b"]})
    found = survival(Customers(frame, duration="t", event="left"))
    assert found.groups["events"].item() == 1
    with pytest.raises(InputError, match="'x' must say whether the event happened"):
        survival(Customers(frame, duration="t", event="x"))


def test_rows_without_a_duration_are_left_out_and_counted() -> None:
    frame = pd.DataFrame({"id": [1, 2, 3], "t": [3, np.nan, -1], "e": [1, 1, 1]})
    found = survival(Customers(frame, duration="t", event="e"))
    assert found.groups["n"].item() == 1
    assert [(note.key, note.n) for note in found.notes] == [("no_duration", 2)]


def test_a_log_of_single_purchases_asks_for_the_silence() -> None:
    log = log_of({"a": [0], "b": [3], "c": [50]})
    with pytest.raises(AnalysisError, match="Set silence_days"):
        survival(log)
    assert survival(log, silence_days=20).groups["events"].item() == 2
