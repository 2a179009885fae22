"""What few customers make is nowhere on the page, in an export or in a chart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crm_widgets import Clause, CohortComparator, Group, datasets
from crm_widgets.analysis.cohorts.build import build_cohorts
from crm_widgets.data.roles import Transactions


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    return datasets.simulate(600, seed=3).transactions


def rows_of(w: CohortComparator, view: str = "triangle") -> pd.DataFrame:
    w.settle()
    return pd.DataFrame(w._rows[view])


def test_a_small_cohort_cannot_be_told_from_totals_and_averages() -> None:
    days = ["2024-01-03"] * 40 + ["2024-02-03"] * 25 + ["2024-03-03"] * 4
    again = [0, 1, 2, 40, 41, 65, 66, 67]
    log = pd.DataFrame(
        {
            "customer": [*range(69), *again],
            "date": pd.to_datetime(days + ["2024-04-05"] * 8),
            "amount": 10.0,
        }
    )
    w = CohortComparator(log, period="month", complete_history=True)
    rows = rows_of(w)
    sizes = rows[rows["age"] == -1].set_index("cohort")["n"]
    # March has four customers; February is withheld too, or 69 less 40 less 25 would tell.
    assert sizes[""] == 69
    assert sizes["2024-01"] == 40
    assert sizes[["2024-02", "2024-03"]].isna().all()
    averages = rows[(rows["cohort"] == "") & (rows["age"] >= 0)].set_index("age")
    assert averages["n"].iloc[0] == 69
    w.selection.set(cohort=["2024-03"])
    w.settle()
    assert w._head["line"] == "Fewer than 10 of 69 customers"
    assert len(w.ids) == 4
    w.selection.set(cohort=["2024-01", "2024-02"])
    w.settle()
    assert w._head["line"] == "All but a few (fewer than 10) of 69 customers"


@pytest.mark.parametrize("measure", ["revenue", "revenue_per_customer", "order_value"])
def test_money_of_few_buyers_is_nowhere(log: pd.DataFrame, measure: str, tmp_path: Path) -> None:
    options = {"period": "month", "complete_history": True, "measure": measure}
    w = CohortComparator(log, **options, min_cell=10)
    raw = build_cohorts(Transactions(log), **options).cells  # type: ignore[arg-type]
    thin = raw[raw["active"].between(1, 9) & (raw["value"] > 0)]
    assert len(thin) > 3
    rows = rows_of(w)
    rows = rows[(rows["age"] >= 0) & (rows["cohort"] != "")].set_index(["cohort", "age"])
    hidden = rows.loc[list(zip(thin["cohort"], thin["age"], strict=True))]
    assert hidden[["value", "shade", "n", "active"]].isna().all(axis=None)
    assert set(hidden["label"]) == {""}
    assert not rows["active"].dropna().between(1, 9).any()
    curves = rows_of(w, "curves")
    drawn = set(zip(curves["cohort"], curves["age"], strict=True))
    assert not drawn & set(zip(thin["cohort"], thin["age"], strict=True))
    page = w.to_html(tmp_path / "w.html").read_text(encoding="utf-8")
    charts = json.dumps([chart.to_dict() for chart in w.charts.values()], default=str)
    long = [repr(float(value)) for value in thin["value"] if len(repr(float(value))) > 10]
    assert long or measure == "revenue"
    assert not [number for number in long if number in page + charts]
    shown = raw[(raw["active"] >= 10) & raw["complete"] & (raw["age"] > 0)]["value"].iloc[0]
    assert repr(float(shown)) in charts


def test_where_nothing_is_shown_it_is_said_why(log: pd.DataFrame) -> None:
    some = log[log["customer"].isin(log["customer"].unique()[::8])]
    w = CohortComparator(some, period="week", complete_history=True, measure="revenue")
    w.settle()
    assert w._words["curves"]["title"].startswith("Not shown: fewer than 10 customers")


def test_survival_ends_where_few_are_watched(log: pd.DataFrame) -> None:
    w = CohortComparator(log, period="month", complete_history=True, min_cell=30)
    curve = rows_of(w, "survival")
    assert curve["risk"].min() >= 30
    risk = rows_of(w, "survival_risk")["risk"]
    assert "<30" in set(risk)
    assert all(one == "<30" or int(one.replace(",", "")) >= 30 for one in risk)


def test_why_is_not_told_where_few_bought_again() -> None:
    rng = np.random.default_rng(0)
    first = pd.to_datetime(["2023-01-10"] * 60 + ["2023-03-10"] * 60)
    frame = pd.DataFrame({"customer": range(120), "date": first, "amount": rng.gamma(2, 20, 120)})
    back = frame.iloc[[*range(30), *range(60, 64)]]
    dates = pd.to_datetime(["2023-04-15", "2023-06-01", "2023-07-20"])
    log = pd.concat([frame, *(back.assign(date=date) for date in dates)], ignore_index=True)
    w = CohortComparator(log, period="month", complete_history=True)
    w.settle()
    assert w.result.explanation is None
    assert "Fewer than 10 customers on one side bought again" in str(w._words["causes_missing"])
    free = CohortComparator(log, period="month", complete_history=True, min_cell=1)
    assert free.result.explanation is not None


def test_the_size_of_a_named_group_is_not_told_where_small_numbers_are_withheld(
    log: pd.DataFrame,
) -> None:
    few = Clause(Group("few", frozenset(log["customer"].unique()[:4])))
    w = CohortComparator(log, period="month", complete_history=True)
    w.selection.set(few)
    w.settle()
    assert w._head["chips"][0]["text"] == "few"
    assert w._head["line"] == "Fewer than 10 of 600 customers"
    most = Clause(Group("most", frozenset(log["customer"].unique()[:-4])))
    w.selection.set(most)
    w.settle()
    assert w._head["chips"][0]["text"] == "most", "or those left out would be told"
    some = Clause(Group("some", frozenset(log["customer"].unique()[:40])))
    w.selection.set(some)
    w.settle()
    assert w._head["chips"][0]["text"] == "some (40 customers)"
    free = CohortComparator(log, period="month", complete_history=True, min_cell=1)
    free.selection.set(few)
    free.settle()
    assert free._head["chips"][0]["text"] == "few (4 customers)"
