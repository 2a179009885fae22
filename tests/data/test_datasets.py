import datetime as dt

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from crm_widgets.data import Transactions
from crm_widgets.data.datasets import cdnow, simulate
from crm_widgets.errors import InputError


def test_cdnow_is_the_published_log():
    log = cdnow()
    assert log.columns.tolist() == ["customer", "date", "units", "amount"]
    assert len(log) == 69_659
    assert log["customer"].nunique() == 23_570
    assert round(log["amount"].sum(), 2) == 2_500_315.63
    assert log["date"].dtype.kind == "M"
    assert (log["date"].min(), log["date"].max()) == (
        pd.Timestamp("1997-01-01"),
        pd.Timestamp("1998-06-30"),
    )


def test_each_call_gives_a_frame_of_its_own():
    del cdnow()["amount"]
    assert "amount" in cdnow()


def measures(log):
    found = Transactions(log).table.by_customer(
        {"last": ("time", "max"), "frequency": ("time", "nunique"), "money": ("amount", "sum")}
    )
    days = (found.numbers("last").max() - found.numbers("last")) / 86_400_000 + 1
    return np.column_stack([days, found.numbers("frequency"), found.numbers("money")])


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("n_segments", [2, 3, 4, 5])
def test_simulated_segments_can_be_found_again(seed, n_segments):
    simulation = simulate(5_000, seed, n_segments=n_segments)
    scaled = StandardScaler().fit_transform(np.log(measures(simulation.transactions)))
    found = KMeans(n_segments, n_init=5, random_state=0).fit_predict(scaled)
    assert adjusted_rand_score(simulation.truth["segment"], found) >= 0.9


def test_without_separation_there_is_nothing_to_find():
    simulation = simulate(2_000, separation=0)
    scaled = StandardScaler().fit_transform(np.log(measures(simulation.transactions)))
    found = KMeans(4, n_init=5, random_state=0).fit_predict(scaled)
    assert adjusted_rand_score(simulation.truth["segment"], found) < 0.02


def test_a_seed_repeats_a_simulation_and_another_does_not():
    one, same, other = simulate(200, 1), simulate(200, 1), simulate(200, 2)
    pd.testing.assert_frame_equal(one.transactions, same.transactions)
    pd.testing.assert_frame_equal(one.truth, same.truth)
    assert not one.transactions.equals(other.transactions)


@pytest.mark.parametrize(("n_segments", "days"), [(1, 60), (4, 60), (8, 365), (4, 36_500)])
def test_simulated_logs_stay_in_bounds(n_segments, days):
    start = dt.date(2020, 2, 1)
    simulation = simulate(500, n_segments=n_segments, days=days, start=start)
    log, truth = simulation.transactions, simulation.truth
    assert set(log["customer"]) == set(truth.index) == set(range(1, 501))
    assert log["date"].is_monotonic_increasing
    assert log["date"].min() >= pd.Timestamp(start)
    assert log["date"].max() < pd.Timestamp(start) + pd.Timedelta(days=days)
    assert (log["amount"] >= 0.01).all()
    assert truth["segment"].isin(range(n_segments)).all()


def test_segments_are_numbered_by_value():
    typical = simulate(500).truth.groupby("segment").first()
    assert typical["order_value"].is_monotonic_decreasing
    assert typical["purchases"].is_monotonic_decreasing
    assert typical["lapse_days"].is_monotonic_increasing


@pytest.mark.parametrize(
    "wrong",
    [{"n_customers": 0}, {"n_segments": 0}, {"n_segments": 9}, {"days": 10}, {"separation": -1}],
)
def test_what_cannot_be_simulated_is_refused(wrong):
    with pytest.raises(InputError, match=f"{next(iter(wrong))} must lie between"):
        simulate(**({"n_customers": 10} | wrong))
