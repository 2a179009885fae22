import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crm_widgets.analysis.cohorts.build import Cohorts, build_cohorts
from crm_widgets.analysis.cohorts.compare import compare_cohorts
from crm_widgets.analysis.statistics.means import Ratios, log_ratio, pooled_cap, welch
from crm_widgets.data import Transactions
from crm_widgets.data.datasets import cdnow
from crm_widgets.data.vocabulary.clauses import Clause, Group, Interval
from crm_widgets.errors import AnalysisError, InputError
from tests.references.data import online_retail_sales


@pytest.fixture(scope="module")
def cohorts() -> Cohorts:
    return build_cohorts(Transactions(cdnow()), period="month", complete_history=True)


def grouped(cohorts: Cohorts, first: list[int], **inside: object) -> Clause:
    return Clause(Group("picked", frozenset(first)), **inside)  # type: ignore[arg-type]


def test_january_and_march_of_cdnow(cohorts: Cohorts) -> None:
    found = compare_cohorts(cohorts, "1997-01", "1997-03")
    row = found.windows.query("first_day == 151").iloc[0]
    assert (row["last_day"], row["n_a"], row["n_b"]) == (180, 7846, 7248)
    shares = [f"{100 * row[name]:.1f}" for name in ("value_a", "value_b", "difference")]
    assert shares == ["9.0", "7.2", "1.8"]
    assert [f"{100 * row[name]:.1f}" for name in ("low", "high")] == ["0.9", "2.7"]
    assert f"{row['p_adjusted']:.4f}" == "0.0002"
    assert found.tested == 14
    assert found.horizon_days == 450


def test_p_agrees_with_pearsons_chi_square_and_is_adjusted(cohorts: Cohorts) -> None:
    windows = compare_cohorts(cohorts, "1997-01", "1997-03").windows
    row = windows.iloc[7]
    table = [[row.active_a, row.n_a - row.active_a], [row.active_b, row.n_b - row.active_b]]
    assert row["p"] == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)
    tested = windows["p"].dropna()
    assert tested.index.tolist() == list(range(1, 15))
    adjusted = stats.false_discovery_control(tested)
    assert windows["p_adjusted"].dropna().tolist() == pytest.approx(adjusted.tolist())


def test_money_is_compared_by_welch_on_capped_means(cohorts: Cohorts) -> None:
    found = compare_cohorts(cohorts, "1997-01", "1997-03", measure="revenue")
    assert found.measure == "revenue_per_customer"
    row = found.windows.query("first_day == 31").iloc[0]
    frame = cohorts.transactions.table.rows()
    first = frame.groupby("customer")["time"].transform("min")
    day = (frame["time"] - first).dt.days
    paid = frame["amount"].where(day.between(31, 60), 0.0).groupby(frame["customer"]).sum()
    month = first.dt.month.groupby(frame["customer"]).first()
    a, b = paid[month == 1], paid[month == 3]
    cap = pd.concat([a, b]).quantile(0.99)
    expected = stats.ttest_ind(a.clip(upper=cap), b.clip(upper=cap), equal_var=False)
    interval = expected.confidence_interval()
    assert row["cap"] == pytest.approx(cap)
    assert row["p"] == pytest.approx(expected.pvalue)
    assert [row["low"], row["high"]] == pytest.approx([interval.low, interval.high])
    assert row["difference"] == pytest.approx(a.mean() - b.mean())


def test_stay_and_worth_of_the_whole(cohorts: Cohorts) -> None:
    found = compare_cohorts(cohorts, "1997-01", "1997-03", silence_days=180)
    assert found.stay is not None
    assert found.worth is not None
    assert found.stay.tau_of == "b"
    assert found.stay.low < found.stay.difference < found.stay.high
    assert found.stay.difference == pytest.approx(found.stay.a - found.stay.b)
    assert found.worth.ratio == pytest.approx(found.worth.a / found.worth.b)
    assert 1 < found.worth.low < found.worth.capped_ratio < found.worth.high
    # 104.76 and 98.02 dollars a customer by day 450, the first purchase included.
    assert (round(found.worth.a, 2), round(found.worth.b, 2)) == (104.76, 98.02)


def test_swapping_sides_turns_every_sign(cohorts: Cohorts) -> None:
    one = compare_cohorts(cohorts, "1997-01", "1997-02").windows
    two = compare_cohorts(cohorts, "1997-02", "1997-01").windows
    assert one["difference"].tolist() == pytest.approx((-two["difference"]).tolist())
    assert one["low"].tolist() == pytest.approx((-two["high"]).tolist())
    assert one["p"].dropna().tolist() == pytest.approx(two["p"].dropna().tolist())


def test_several_cohorts_and_the_rest(cohorts: Cohorts) -> None:
    found = compare_cohorts(cohorts, ["1997-01", "1997-02"], "rest")
    assert (found.n_a, found.n_b) == (7846 + 8476, 7248)
    same = compare_cohorts(cohorts, "rest", "1997-03")
    assert (same.n_a, same.n_b) == (found.n_a, found.n_b)
    with pytest.raises(InputError, match="7846 customers are in two groups"):
        compare_cohorts(cohorts, "1997-01", ["1997-01", "1997-02"])


def test_the_first_cohort_is_not_tested_when_it_includes_earlier_customers() -> None:
    unsure = build_cohorts(Transactions(cdnow()), period="month")
    found = compare_cohorts(unsure, "1997-01", "1997-03")
    assert found.tested == 0
    assert found.windows["p"].isna().all()
    assert [note.key for note in found.notes] == ["cohort_includes_earlier"]
    rest = compare_cohorts(unsure, "1997-03", "rest")
    assert rest.n_b == 8476
    assert ("cohort_earlier_left_out", 7846) in [(note.key, note.n) for note in rest.notes]


def test_small_windows_are_not_shown_and_not_tested(cohorts: Cohorts) -> None:
    few = [*cohorts.customers_of("1997-01")[:9]]
    found = compare_cohorts(cohorts, Group("few", frozenset(few)), "rest", behaviour=False)
    assert not found.windows["shown"].any()
    assert found.windows[["value_a", "difference", "p", "active_a"]].isna().all(axis=None)
    assert found.tested == 0
    assert (found.windows["n_a"] <= 9).all()
    assert compare_cohorts(
        cohorts, Group("few", frozenset(few)), "rest", behaviour=False, min_cell=2
    ).tested


def test_groups_of_behaviour_get_no_p_without_a_landmark(cohorts: Cohorts) -> None:
    bought = cohorts.customers_of(age=2)
    picked = Group("came back", frozenset(bought))
    found = compare_cohorts(cohorts, picked, "rest")
    assert found.tested == 0
    assert found.stay is not None
    assert np.isnan([found.stay.p, found.stay.logrank.p]).all()
    assert "same_period_behaviour" in [note.key for note in found.notes]

    landmark = dt.date(1997, 6, 30)
    after = compare_cohorts(cohorts, picked, "rest", landmark=landmark)
    assert after.tested == len(after.windows) == 12
    assert after.windows["first_day"][0] == 1
    assert after.windows["value_a"][0] < 1

    known = Clause(picked, "derived", as_of=landmark)
    by_date = compare_cohorts(cohorts, known, "rest")
    assert by_date.landmark == landmark
    assert by_date.tested == 12
    late = Clause(picked, "derived", as_of=dt.date(1998, 6, 30))
    assert compare_cohorts(cohorts, late, "rest").tested == 0
    assert compare_cohorts(cohorts, late, "rest", landmark=landmark).tested == 0


def test_only_what_comes_after_the_landmark_counts() -> None:
    log = Transactions(cdnow())
    landmark = dt.date(1997, 8, 1)
    labels = pd.Series(np.where(log.ids <= 9000, "a", "b"), index=log.ids)
    found = compare_cohorts(
        build_cohorts(log, by=labels, period="month", landmark=landmark), "a", "b"
    )
    frame = log.table.rows()
    day = (frame["time"] - pd.Timestamp(landmark)).dt.days
    bought = frame.loc[day.between(31, 60), "customer"].unique()
    row = found.windows.iloc[1]
    assert (row["n_a"], row["active_a"]) == (9000, (bought <= 9000).sum())
    before = found.worth
    changed = cdnow()
    changed.loc[changed["date"] <= "1997-08-01", "amount"] *= 7
    again = compare_cohorts(
        build_cohorts(Transactions(changed), by=labels, period="month", landmark=landmark), "a", "b"
    )
    assert again.worth == before


def test_brushing_on_amounts_is_behaviour(cohorts: Cohorts) -> None:
    big = [Clause(Interval("amount", 100, np.inf))]
    brushed = build_cohorts(cohorts.transactions, where=big, period="month", complete_history=True)
    assert compare_cohorts(brushed, "1997-01", "1997-03").tested == 0


def test_groups_of_different_age_keep_the_same_customers_in_every_window() -> None:
    sales = online_retail_sales()
    sales = sales[sales["UnitPrice"] > 0]
    log = Transactions(sales, "CustomerID", "InvoiceDate", "Amount", order="InvoiceNo")
    found = compare_cohorts(build_cohorts(log, by="Country"), "United Kingdom", "rest")
    assert found.windows["n_a"].nunique() == found.windows["n_b"].nunique() == 1
    notes = {note.key: note.n for note in found.notes}
    everyone = build_cohorts(log, by="Country").sizes["customers"].sum()
    assert found.n_a + found.n_b + notes["too_short"] == everyone
    shorter = compare_cohorts(
        build_cohorts(log, by="Country"), "United Kingdom", "rest", horizon_days=60
    )
    assert len(shorter.windows) == 2
    assert shorter.n_a > found.n_a


def test_what_cannot_be_compared_says_why(cohorts: Cohorts) -> None:
    with pytest.raises(InputError, match="There is no cohort '1997-09'"):
        compare_cohorts(cohorts, "1997-09", "rest")
    with pytest.raises(AnalysisError, match="no customers of nobody"):
        compare_cohorts(cohorts, Group("nobody", frozenset(["x"])), "rest")
    with pytest.raises(AnalysisError, match="The log ends before"):
        compare_cohorts(cohorts, "1997-01", "1997-03", horizon_days=600)
    with pytest.raises(InputError, match="horizon_days must lie between 30"):
        compare_cohorts(cohorts, "1997-01", "1997-03", horizon_days=10)


def test_intervals_of_identical_groups_cover_zero() -> None:
    random = np.random.default_rng(5)
    ids = np.arange(1, 23_571)
    log = Transactions(cdnow())
    labels = pd.Series(random.choice(["a", "b"], ids.size), index=ids)
    found = compare_cohorts(
        build_cohorts(log, by=labels, behaviour=False, period="month", complete_history=True),
        "a",
        "b",
    )
    assert (found.windows["p_adjusted"].dropna() > 0.05).all()


@pytest.mark.parametrize("n", [200, 800])
def test_means_of_money_capped_at_the_stated_cap_are_covered(n: int) -> None:
    money = online_retail_sales().groupby("CustomerID")["Amount"].sum().to_numpy()
    random = np.random.default_rng(n)
    covered = {"stated cap": 0, "fixed cap": 0, "no cap": 0}
    for _ in range(1000):
        sample = random.choice(money, n, replace=False)
        caps = (pooled_cap(sample), float(np.quantile(money, 0.99)), np.inf)
        for name, cap in zip(covered, caps, strict=True):
            group, one = np.zeros(n, np.intp), np.ones(n)
            (low,), (high,) = Ratios.of(group, 1, np.minimum(sample, cap), one).interval(0.95)
            covered[name] += bool(low <= np.minimum(money, cap).mean() <= high)
    assert covered["stated cap"] >= 930
    assert covered["fixed cap"] >= 910
    assert covered["no cap"] <= 910


def test_the_pooled_cap_is_the_99th_percentile_with_zeros_counted() -> None:
    random = np.random.default_rng(2)
    money = np.where(random.random(1000) < 0.3, random.lognormal(3, 1, 1000), 0.0)
    assert pooled_cap(money) == pytest.approx(np.quantile(money, 0.99))
    assert pooled_cap(money[money > 0], 1000) == pytest.approx(np.quantile(money, 0.99))
    assert np.isnan(pooled_cap(np.append(np.zeros(999), 5.0)))


def test_ratio_of_means_is_symmetric_on_the_log_scale() -> None:
    random = np.random.default_rng(4)
    money = random.lognormal(3, 0.5, 2000)
    group = np.repeat([0, 1], 1000)
    ratio, low, high = log_ratio(Ratios.of(group, 2, money, np.ones(2000)), 0.95)
    assert low * high == pytest.approx(ratio**2)
    assert low < 1 < high
    few = Ratios.of(np.repeat([0, 1], [150, 1850]), 2, money, np.ones(2000))
    assert np.isnan(log_ratio(few, 0.95)[1:]).all()
    assert np.isnan(welch(few, 0.95).p)
