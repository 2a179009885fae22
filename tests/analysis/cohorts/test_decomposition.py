import numpy as np
import pandas as pd
import pytest

from crm_widgets.analysis.cohorts.build import Cohorts, build_cohorts
from crm_widgets.analysis.cohorts.decomposition import Explanation, explain
from crm_widgets.analysis.statistics.bootstrap_sums import resampled_sums
from crm_widgets.data import Transactions
from crm_widgets.data.datasets import cdnow
from crm_widgets.errors import AnalysisError


@pytest.fixture(scope="module")
def cohorts() -> Cohorts:
    return build_cohorts(Transactions(cdnow()), period="month", complete_history=True)


def test_january_and_march_of_cdnow(cohorts: Cohorts) -> None:
    found = explain(cohorts, "1997-01", "1997-03")
    assert (found.first_day, found.last_day) == (1, 450)
    assert f"{found.gap:.2f}" == "5.57"
    assert [f"{c:.2f}" for c in found.causes["contribution"]] == ["-1.04", "5.46", "1.14"]
    # The published ends are those of few samples, which vary with the seed by about a quarter.
    assert [found.low, found.high] == pytest.approx([-1.25, 12.02], abs=0.6)
    causes = found.causes.set_index("cause")
    orders = causes.loc["orders_per_active"]
    assert [orders["low"], orders["high"]] == pytest.approx([1.25, 9.36], abs=0.6)
    without_zero = causes[(causes["low"] > 0) | (causes["high"] < 0)]
    assert without_zero.index.tolist() == ["orders_per_active"]


def test_causes_sum_to_the_gap_and_multiply_to_the_values(cohorts: Cohorts) -> None:
    for a, b in (("1997-01", "1997-02"), ("1997-02", "rest")):
        found = explain(cohorts, a, b, repeats=100)
        assert found.causes["contribution"].sum() == pytest.approx(found.gap)
        assert found.causes["a"].prod() == pytest.approx(found.value_a)
        assert found.causes["b"].prod() == pytest.approx(found.value_b)
        assert found.gap == pytest.approx(found.value_a - found.value_b)


def test_equal_groups_have_no_gap_and_no_causes() -> None:
    frame = cdnow()
    frame = frame[frame["customer"] <= 2000]
    twin = frame.assign(customer=frame["customer"] + 100_000)
    log = Transactions(pd.concat([frame, twin], ignore_index=True))
    labels = pd.Series(np.where(log.ids > 100_000, "b", "a"), index=log.ids)
    cohorts = build_cohorts(log, by=labels, period="month", complete_history=True)
    found = explain(cohorts, "a", "b")
    assert found.causes["contribution"].tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    assert found.low < 0 < found.high


def ends(found: Explanation) -> list[float]:
    return [found.low, found.high, *found.causes["low"], *found.causes["high"]]


def test_ends_of_the_intervals_hardly_depend_on_the_seed(cohorts: Cohorts) -> None:
    found = [ends(explain(cohorts, "1997-01", "1997-03", seed=seed)) for seed in range(4)]
    assert np.ptp(found, axis=0).max() < 0.1


def test_intervals_of_blocks_agree_with_those_of_customers(
    cohorts: Cohorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = explain(cohorts, "1997-01", "1997-03")
    monkeypatch.setattr("crm_widgets.analysis.statistics.bootstrap_sums.BLOCKS", 1000)
    blocked = explain(cohorts, "1997-01", "1997-03")
    assert blocked.gap == exact.gap
    assert ends(blocked) == pytest.approx(ends(exact), abs=0.15)


@pytest.mark.parametrize("n", [5, 40, 700])
def test_resampled_sums_are_distributed_as_those_of_samples_drawn_one_by_one(n: int) -> None:
    rng = np.random.default_rng(n)
    active = rng.random(n) < 0.6
    customers = np.column_stack([np.ones(n), active, active * rng.lognormal(3, 1, n)])
    plain = customers[rng.integers(n, size=(20_000, n))].sum(axis=1)
    found = resampled_sums(customers, 100_000, rng)
    assert found.shape == (100_000, 3)
    assert found[:, 0] == pytest.approx(n)
    assert (found[:, 1] == 0).mean() == pytest.approx((plain[:, 1] == 0).mean(), abs=0.01)
    for level in (0.025, 0.25, 0.5, 0.75, 0.975):
        one, two = (np.quantile(sums[:, 2], level) for sums in (found, plain))
        assert one == pytest.approx(two, abs=0.06 * plain[:, 2].std())
    ratio = [sums[:, 2] / np.maximum(sums[:, 1], 0.5) for sums in (found, plain)]
    assert ratio[0].std() == pytest.approx(ratio[1].std(), rel=0.03)


def test_sums_of_an_endless_bootstrap_have_the_mean_and_covariance_of_theory() -> None:
    rng = np.random.default_rng(0)
    customers = rng.lognormal(2, 1, (500, 2))
    found = resampled_sums(customers, 5_000, rng)
    assert found.mean(axis=0) == pytest.approx(customers.sum(axis=0))
    assert np.cov(found.T, bias=True) == pytest.approx(500 * np.cov(customers.T, bias=True))


def test_the_same_seed_gives_the_same_intervals(cohorts: Cohorts) -> None:
    one, two = (explain(cohorts, "1997-01", "1997-03", repeats=200, seed=3) for _ in "ab")
    pd.testing.assert_frame_equal(one.causes, two.causes)


def test_nobody_who_came_back_cannot_be_explained() -> None:
    frame = cdnow()
    first = frame.groupby("customer")["date"].transform("min")
    once = frame[(first < "1997-02-01") | (frame["date"] == first)]
    cohorts = build_cohorts(Transactions(once), period="month", complete_history=True)
    with pytest.raises(AnalysisError, match="nobody of 1997-02 bought"):
        explain(cohorts, "1997-01", "1997-02")
