import datetime as dt
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from crm_widgets.analysis.cohorts.build import Cohorts, build_cohorts
from crm_widgets.analysis.cohorts.measures import Measure
from crm_widgets.data import Transactions
from crm_widgets.data.datasets import cdnow
from crm_widgets.data.vocabulary.clauses import Clause, Group, Interval, Values
from crm_widgets.errors import AnalysisError, InputError
from tests.references.data import online_retail_sales


@pytest.fixture(scope="module")
def log() -> Transactions:
    return Transactions(cdnow())


@pytest.fixture(scope="module")
def sales() -> Transactions:
    lines = online_retail_sales()
    lines = lines[lines["UnitPrice"] > 0]
    return Transactions(lines, "CustomerID", "InvoiceDate", "Amount", order="InvoiceNo")


def small(rows: list[tuple[str, str, float]], **roles: str) -> Transactions:
    frame = pd.DataFrame(rows, columns=["customer", "date", "amount"])
    return Transactions(frame.assign(date=pd.to_datetime(frame["date"])), **roles)  # type: ignore[arg-type]


HAND = [
    ("a", "2024-01-10", 10.0),
    ("a", "2024-01-10", 5.0),
    ("a", "2024-02-20", 20.0),
    ("b", "2024-01-31", 30.0),
    ("b", "2024-03-01", 40.0),
    ("c", "2024-02-05", 50.0),
    ("c", "2024-02-07", -20.0),
    ("d", "2024-02-29", 8.0),
    ("d", "2024-03-05", 2.0),
    ("e", "2024-03-02", -9.0),
    ("e", "2024-03-15", 1.0),
    ("f", "2024-03-31", 7.0),
]


def value(cohorts: Cohorts, cohort: object, age: int) -> float:
    rows = cohorts.cells.query("cohort == @cohort and age == @age")
    return float(rows["value"].item())


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("retention", [1, 0.5, 0.5, 1, 0.5, 1]),
        ("active", [2, 1, 1, 2, 1, 2]),
        ("revenue", [45, 20, 40, 38, 2, 8]),
        ("revenue_per_customer", [22.5, 10, 20, 19, 1, 4]),
        ("cumulative_revenue", [22.5, 32.5, 52.5, 19, 20, 4]),
        ("orders_per_active", [1, 1, 1, 1, 1, 1]),
        ("order_value", [22.5, 20, 40, 19, 2, 4]),
    ],
)
def test_measures_by_hand(measure: Measure, expected: list[float]) -> None:
    found = build_cohorts(small(HAND), period="month", measure=measure, complete_history=True)
    # January: a and b; February: c and d; March: e, whose return starts nothing, and f.
    assert found.cells["cohort"].tolist() == ["2024-01"] * 3 + ["2024-02"] * 2 + ["2024-03"]
    assert found.cells["value"].tolist() == pytest.approx(expected)
    assert found.cells["complete"].all()


def test_a_window_that_is_not_over_is_out_of_the_average() -> None:
    rows = [*HAND[:-1], ("f", "2024-03-20", 7.0)]
    found = build_cohorts(small(rows), period="month", complete_history=True)
    incomplete = found.cells.query("not complete")
    assert list(zip(incomplete["cohort"], incomplete["age"], strict=True)) == [
        ("2024-01", 2), ("2024-02", 1), ("2024-03", 0),
    ]  # fmt: skip
    assert found.average["age"].tolist() == [0, 1]
    assert found.average["customers"].tolist() == [4, 2]
    assert incomplete["low"].isna().all()


def test_averages_are_weighted_by_their_own_denominators() -> None:
    rows = [("a", "2024-01-01", 1.0), ("a", "2024-01-02", 1.0), ("b", "2024-02-01", 10.0)]
    rows += [(f"c{i}", "2024-02-03", 10.0) for i in range(3)] + [("z", "2024-03-31", 1.0)]
    for measure, expected in (("order_value", 43 / 7), ("orders_per_active", 7 / 6)):
        found = build_cohorts(
            small(rows),
            period="month",
            measure=measure,
            complete_history=True,  # type: ignore[arg-type]
        )
        assert found.average["value"][0] == pytest.approx(expected)


def test_the_first_cohort_includes_earlier_customers_unless_told(log: Transactions) -> None:
    found = build_cohorts(log, period="month")
    assert found.sizes["includes_earlier"].tolist() == [True, False, False]
    assert found.average["customers"][0] == 8476 + 7248
    told = build_cohorts(log, period="month", complete_history=True)
    assert told.average["customers"][0] == 23_570


def test_auto_takes_the_longest_period_with_six_cohorts(
    log: Transactions, sales: Transactions
) -> None:
    assert build_cohorts(log).period == "week"
    assert build_cohorts(sales).period == "month"


def test_online_retail_december_2010(sales: Transactions) -> None:
    found = build_cohorts(sales)
    first = found.cells.query("cohort == '2010-12'")
    assert first["active"].tolist()[:4] == [885, 324, 286, 340]
    assert (first["value"][:4] * 100).round(1).tolist() == [100, 36.6, 32.3, 38.4]
    assert found.sizes["includes_earlier"].tolist()[:2] == [True, False]
    later = found.cells.query("age == 1 and complete and cohort != '2010-12'")["value"]
    assert 0.145 < later.min() < later.max() < 0.245
    # The last month of the log holds nine days.
    assert not found.cells.query("cohort == '2011-11' and age == 1")["complete"].item()


def test_pooled_curves_keep_their_members(sales: Transactions) -> None:
    def at_11(frame: pd.DataFrame) -> float:
        return float(frame.set_index("age")["value"][11])

    found = build_cohorts(sales, measure="cumulative_revenue", complete_history=True)
    pooled = found.pooled(11)
    assert at_11(pooled) == pytest.approx(4889, abs=0.5)
    assert pooled["customers"].nunique() == 1
    increments = build_cohorts(sales, measure="revenue_per_customer", complete_history=True)
    summed = increments.average.assign(value=increments.average["value"].cumsum())
    assert at_11(summed) == pytest.approx(3438, abs=0.5)
    assert found.pooled()["customers"].nunique() == 1


def test_unbounded_retention_does_not_grow_with_follow_up() -> None:
    frame = cdnow()
    early = Transactions(frame[frame["date"] <= "1997-12-31"])
    options = {"period": "month", "measure": "unbounded_retention", "complete_history": True}
    short = build_cohorts(early, **options)  # type: ignore[arg-type]
    long = build_cohorts(Transactions(frame), **options)  # type: ignore[arg-type]
    both = short.cells.query("complete").merge(long.cells, on=["cohort", "age"])
    assert len(both) > 15
    assert both["value_x"].tolist() == both["value_y"].tolist()
    assert both["complete_y"].all()
    assert not short.cells.query("cohort == '1997-01' and age == 9")["complete"].item()


@pytest.mark.parametrize("measure", get_args(Measure))
@pytest.mark.parametrize("windows", ["calendar", "rolling"])
def test_agrees_with_pandas(sales: Transactions, measure: Measure, windows: str) -> None:
    found = build_cohorts(
        sales,
        period="month",
        measure=measure,
        windows=windows,
        complete_history=True,  # type: ignore[arg-type]
    )
    frame = sales.table.rows()
    day = frame["time"].dt.floor("D")
    first = day.groupby(frame["customer"]).transform("min")
    frame["cohort"] = first.dt.strftime("%Y-%m")
    month = frame["time"].dt.year * 12 + frame["time"].dt.month
    frame["age"] = month - first.dt.year * 12 - first.dt.month
    if windows == "rolling":
        frame["age"] = ((day - first).dt.days - 1).clip(lower=0) // 30
    size = frame.groupby("cohort")["customer"].nunique()
    cells = frame.groupby(["cohort", "age"])
    active, orders, paid = (
        cells["customer"].nunique(), cells["order"].nunique(), cells["amount"].sum(),
    )  # fmt: skip
    for row in found.cells.itertuples():
        key = (row.cohort, row.age)
        a, o, m = (s.get(key, 0) for s in (active, orders, paid))
        n = size[row.cohort]
        later = frame[(frame["cohort"] == row.cohort) & frame["age"].between(row.age, row.age + 3)]
        so_far = sum(paid.get((row.cohort, age), 0) for age in range(row.age + 1))
        expected = {
            "retention": a / n,
            "unbounded_retention": later["customer"].nunique() / n,
            "active": a,
            "revenue": m,
            "revenue_per_customer": m / n,
            "cumulative_revenue": so_far / n,
            "orders_per_active": o / a if a else np.nan,
            "order_value": m / o if o else np.nan,
        }[measure]
        assert row.value == pytest.approx(expected, nan_ok=True), key


def test_rolling_windows_are_of_days_since_the_first_purchase(log: Transactions) -> None:
    found = build_cohorts(log, period="month", windows="rolling", complete_history=True)
    gap = value(found, "1997-01", 2) - value(found, "1997-03", 2)
    calendar = build_cohorts(log, period="month", complete_history=True)
    months = value(calendar, "1997-01", 3) - value(calendar, "1997-03", 3)
    assert (round(gap * 100, 1), round(months * 100, 1)) == (0.9, -0.1)


def test_money_is_capped_for_its_interval_and_the_cap_is_stated(log: Transactions) -> None:
    found = build_cohorts(
        log, period="month", measure="revenue_per_customer", complete_history=True
    )
    row = found.cells.query("cohort == '1997-02' and age == 1").iloc[0]
    frame = log.table.rows()
    month = frame["time"].dt.year * 12 + frame["time"].dt.month
    first = month.groupby(frame["customer"]).transform("min")
    paid = frame["amount"].where(month - first == 1, 0.0).groupby(frame["customer"]).sum()
    assert row["cap"] == pytest.approx(paid.quantile(0.99))
    own = paid[first.groupby(frame["customer"]).first() == 1997 * 12 + 2].clip(upper=row["cap"])
    assert row["capped"] == pytest.approx(own.mean())
    assert row["low"] == pytest.approx(own.mean() - 1.9602 * own.sem(), rel=1e-4)
    assert row["value"] > row["capped"]


def test_no_interval_of_money_below_200_customers(sales: Transactions) -> None:
    found = build_cohorts(sales, measure="revenue_per_customer").cells.query("complete")
    assert found[found["customers"] < 200]["low"].isna().all()
    assert found[found["customers"] >= 200]["low"].notna().any()


def test_customers_behind_a_cell(log: Transactions) -> None:
    found = build_cohorts(log, period="month", complete_history=True)
    frame = log.table.rows()
    month = frame["time"].dt.month.where(frame["time"].dt.year == 1997)
    first = frame.groupby("customer")["time"].min().dt.month
    bought = set(frame.loc[month == 5, "customer"]) & set(first[first == 2].index)
    assert set(found.customers_of("1997-02", 3)) == bought
    assert len(found.customers_of("1997-02")) == 8476
    assert len(found.customers_of(age=0)) == 23_570
    assert found.members.value_counts().to_dict() == {
        "1997-02": 8476, "1997-01": 7846, "1997-03": 7248,
    }  # fmt: skip


def test_clauses_choose_customers_and_keep_their_history(log: Transactions) -> None:
    big = Clause(Interval("amount", 200.0, np.inf, closed=True))
    found = build_cohorts(log, period="month", where=[big], complete_history=True)
    frame = log.table.rows()
    chosen = frame.loc[frame["amount"] >= 200, "customer"].unique()
    same = build_cohorts(log, period="month", customers=chosen, complete_history=True)
    assert found.cells["value"].tolist() == same.cells["value"].tolist()
    assert found.sizes["customers"].sum() == len(chosen)
    # Who spends 200 once is who buys often: that is behaviour, a list of customers is not.
    assert found.made.behaviour
    assert not same.made.behaviour


def test_groups_by_a_column_take_its_value_at_the_first_purchase() -> None:
    frame = pd.DataFrame(
        {
            "customer": ["a", "a", "b", "c", "z"],
            "date": pd.to_datetime(
                ["2024-02-05", "2024-01-05", "2024-01-09", "2024-02-01", "2024-04-30"]
            ),
            "amount": 1.0,
            "channel": ["shop", "web", "shop", "web", "shop"],
        }
    )
    found = build_cohorts(Transactions(frame), by="channel", period="month", complete_history=True)
    assert found.members.astype(str).to_dict() == {"a": "web", "b": "shop", "c": "web", "z": "shop"}
    assert [(n.key, n.n) for n in found.notes] == [("cohort_value_at_first", 1)]
    cell = found.cells.query("cohort == 'web' and age == 1").iloc[0]
    assert (cell["eligible"], cell["active"], cell["value"]) == (2, 1, 0.5)
    # At age 3 only the window of the customer of January is over.
    assert found.cells.query("cohort == 'web' and age == 3")["eligible"].item() == 1


def test_groups_leave_out_customers_who_may_have_bought_before(log: Transactions) -> None:
    labels = pd.Series("x", index=log.ids)
    found = build_cohorts(log, by=labels, period="month")
    assert found.sizes["customers"].tolist() == [23_570 - 7846]
    assert ("cohort_earlier_left_out", 7846) in [(n.key, n.n) for n in found.notes]


def test_segments_are_behaviour_and_say_so(log: Transactions) -> None:
    labels = pd.Series(np.where(log.ids % 2, "odd", "even"), index=log.ids)
    keys = [n.key for n in build_cohorts(log, by=labels, complete_history=True).notes]
    assert "same_period_behaviour" in keys
    after = build_cohorts(log, by=labels, landmark=dt.date(1997, 9, 30), period="month")
    assert "same_period_behaviour" not in [n.key for n in after.notes]
    assert after.sizes["customers"].sum() == 23_570
    # Of 273 days after the landmark nine windows of 30 are over.
    assert after.cells["age"].max() == 8
    told = build_cohorts(log, by=labels, behaviour=False, complete_history=True)
    assert "same_period_behaviour" not in [n.key for n in told.notes]


def test_order_of_rows_and_type_of_frame_change_nothing(log: Transactions) -> None:
    frame = cdnow()
    shuffled = frame.sample(frac=1, random_state=1)
    import polars as pl

    expected = build_cohorts(log, measure="order_value").cells
    for other in (shuffled, pl.from_pandas(frame)):
        found = build_cohorts(Transactions(other), measure="order_value").cells
        pd.testing.assert_frame_equal(found, expected)


def test_one_customer_and_one_period_have_no_average() -> None:
    found = build_cohorts(small([("a", "2024-01-01", 1.0), ("a", "2024-01-31", 1.0)]))
    assert found.average.empty
    assert "cohort_no_average" in [n.key for n in found.notes]
    assert found.pooled().empty


def test_a_log_of_returns_has_no_cohorts() -> None:
    with pytest.raises(AnalysisError, match="made no purchases"):
        build_cohorts(small([("a", "2024-01-01", -1.0), ("b", "2024-01-02", -2.0)]))


def test_rows_after_the_last_sane_day_are_left_out() -> None:
    rows = [(f"c{i % 50}", f"2024-0{1 + i % 6}-1{i % 9}", 1.0) for i in range(3000)]
    log = small([*rows, ("c1", "2090-01-01", 1000.0)])
    found = build_cohorts(log, period="month", measure="revenue")
    assert found.end == dt.date(2024, 6, 18)
    assert found.cells["total"].sum() == 3000


def test_a_log_without_amounts_has_retention_but_no_money() -> None:
    frame = cdnow()[["customer", "date"]]
    log = Transactions(frame)
    assert build_cohorts(log).cells["value"].notna().all()
    with pytest.raises(AnalysisError, match="needs amounts"):
        build_cohorts(log, measure="revenue")


def test_wrong_arguments_say_what_is_right(log: Transactions) -> None:
    with pytest.raises(InputError, match="measure must be one of retention"):
        build_cohorts(log, measure="churn")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="There is no column 'chanel'"):
        build_cohorts(log, by="chanel")
    with pytest.raises(InputError, match="gives 23570 groups"):
        build_cohorts(log, by=pd.Series(log.ids, index=log.ids))
    with pytest.raises(InputError, match="cannot be applied to a log"):
        build_cohorts(log, where=[Clause(Interval("pc1", 0, 1), "model")])
    with pytest.raises(InputError, match=r"There is no cohort '1996-W01'\. Cohorts: '1997-W01', "):
        build_cohorts(log).customers_of("1996-W01")
    with pytest.raises(InputError, match=r"'1997-01' is not a cohort of one week\. Set period="):
        build_cohorts(log).customers_of("1997-01")


def test_a_group_of_another_table_arrives_by_customer(log: Transactions) -> None:
    picked = Clause(Group("picked", frozenset([1, 2, 3])), "derived", dt.date(1997, 12, 31))
    found = build_cohorts(log, where=[picked], period="month", complete_history=True)
    assert found.sizes["customers"].sum() == 3
    assert found.made.as_of == dt.date(1997, 12, 31)
    plain = build_cohorts(log, where=[Values("customer", (1, 2, 3))], complete_history=True)
    assert plain.sizes["customers"].sum() == 3
    assert not plain.made.behaviour


@pytest.mark.parametrize("measure", get_args(Measure))
@pytest.mark.parametrize(
    "left",
    [
        {"by": pd.Series([None, None], ["a", "b"], dtype=object)},
        {"landmark": dt.date(2024, 1, 31), "customers": ["f"]},
    ],
)
def test_where_no_cohort_is_left_there_is_nothing_but_a_note(
    measure: Measure, left: dict[str, object]
) -> None:
    found = build_cohorts(small(HAND), measure=measure, windows="rolling", period="week", **left)  # type: ignore[arg-type]
    assert found.cells.empty
    assert found.sizes.empty
    assert "cohort_no_average" in [note.key for note in found.notes]


@pytest.mark.parametrize("windows", ["calendar", "rolling"])
def test_however_far_one_looks_ahead(windows: str, log: Transactions) -> None:
    found = [
        build_cohorts(log, period="month", measure="unbounded_retention", windows=windows,
                      look_ahead=ahead)  # type: ignore[arg-type]
        for ahead in (100, 40_000)
    ]  # fmt: skip
    pd.testing.assert_frame_equal(found[0].cells, found[1].cells)
    assert not found[0].cells["complete"].any()


@pytest.mark.parametrize("days", [1, 30, 4_000])
def test_after_a_landmark_behind_the_log_nothing_is_over(days: int) -> None:
    landmark = dt.date(2024, 3, 31) + dt.timedelta(days)
    found = build_cohorts(small(HAND), landmark=landmark, period="week")
    assert not found.cells["complete"].any()
    assert not found.cells["active"].any()
