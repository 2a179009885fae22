"""Views of cohorts, by their spec and rows, against pandas and against what was published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets import CohortComparator, Group, text
from crm_widgets.charts.cohorts.names import cohort_names, number, points, probability, spoken
from crm_widgets.charts.cohorts.triangle_rows import STEPS
from crm_widgets.charts.cohorts.words import difference_words
from crm_widgets.charts.view import Chart
from crm_widgets.data.datasets import cdnow
from crm_widgets.widgets.page import view_payload

from ...references.data import reference


def views_of(widget: CohortComparator) -> dict[str, Chart]:
    drawing = widget.settle().value
    assert drawing is not None
    return {view.id: view for view in drawing.drawing.views}


@pytest.fixture(scope="module")
def retail() -> pd.DataFrame:
    found = pd.read_parquet(reference("online_retail.parquet"))
    return found.assign(amount=found["Quantity"] * found["UnitPrice"])


ROLES = {
    "customer": "CustomerID", "time": "InvoiceDate", "amount": "amount", "order": "InvoiceNo",
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(retail: pd.DataFrame) -> dict[str, Chart]:
    return views_of(CohortComparator(retail, **ROLES, money_unit="£"))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def music() -> dict[str, Chart]:
    return views_of(
        CohortComparator(cdnow(), period="month", complete_history=True, money_unit="$")
    )


def test_cells_are_the_published_retention(shop: dict[str, Chart]) -> None:
    rows = shop["triangle"].rows
    december = rows[rows["cohort"] == "2010-12"].set_index("age")
    assert december.loc[-1, "label"] == "885"
    assert december.loc[[1, 2, 3], "label"].tolist() == ["36.6", "32.3", "38.4"]
    assert december.loc[[1, 2, 3], "active"].tolist() == [324, 286, 340]


def test_what_is_not_comparable_is_hatched_and_out_of_averages(
    retail: pd.DataFrame, shop: dict[str, Chart]
) -> None:
    rows = shop["triangle"].rows
    cells = rows[(rows["age"] >= 0) & (rows["cohort"] != "")]
    # the last month has 9 days: its diagonal is open, of every cohort
    month = pd.PeriodIndex(cells["cohort"], freq="M")
    last = np.array([(pd.Period("2011-12") - one).n for one in month]) == cells["age"].to_numpy()
    assert set(cells.loc[last, "state"]) == {"open"}
    assert set(cells.loc[cells["cohort"] == "2010-12", "state"]) == {"open", "earlier"}
    assert set(cells.loc[~last & (cells["cohort"] != "2010-12").to_numpy(), "state"]) == {"done"}
    bought = retail[(retail["amount"] > 0) & retail["CustomerID"].notna()]
    now = bought["InvoiceDate"].dt.to_period("M")
    first = now.groupby(bought["CustomerID"]).transform("min")
    age = (now.dt.year - first.dt.year) * 12 + now.dt.month - first.dt.month
    inside = first.between(pd.Period("2011-01"), pd.Period("2011-10"))
    n = bought.loc[inside, "CustomerID"].nunique()
    back = bought.loc[inside & (age == 1), "CustomerID"].nunique()
    average = rows[(rows["cohort"] == "") & (rows["age"] == 1)].iloc[0]
    assert average["label"] == f"{back / n * 100:.1f}"
    said = "excluded from averages: window not complete or includes earlier customers"
    assert said in shop["triangle"].subtitle


def test_age_0_is_outside_the_scale_and_money_in_equal_steps(shop: dict[str, Chart]) -> None:
    rows = shop["triangle"].rows
    assert rows.loc[rows["age"] <= 0, "shade"].isna().all()
    assert rows.loc[(rows["age"] > 0) & (rows["label"] != ""), "shade"].between(0, 1).all()
    money = views_of(
        CohortComparator(
            cdnow(), period="month", complete_history=True, measure="revenue_per_customer"
        )
    )["triangle"].rows
    cells = money[(money["cohort"] != "") & (money["age"] > 0)]
    counts = cells["shade"].value_counts()
    assert len(counts) == STEPS
    assert counts.max() - counts.min() <= 1


def test_the_title_compares_the_same_cohorts(
    music: dict[str, Chart], shop: dict[str, Chart]
) -> None:
    assert music["triangle"].title == "Retention: 14.9 % in month 1, 6.3 % in month 15"
    assert "(the same 5 cohorts)" in shop["triangle"].title


def test_curves_hold_complete_windows_and_name_the_sides(shop: dict[str, Chart]) -> None:
    rows = shop["curves"].rows
    assert rows.groupby("cohort")["age"].max()["2011-10"] == 1
    assert "2011-11" not in set(rows["cohort"])
    assert (rows["low"] <= rows["value"]).all()
    assert (rows["value"] <= rows["high"]).all()
    assert rows.groupby("side")["cohort"].unique().map(list).to_dict() | {"": 0} == {
        "a": ["2011-01"], "b": ["2011-06"], "": 0,
    }  # fmt: skip
    assert set(rows.loc[rows["earlier"] == 1, "cohort"]) == {"2010-12"}


def test_differences_are_points_with_intervals_around_them(music: dict[str, Chart]) -> None:
    rows = music["differences"].rows.set_index("age")
    assert rows.index.tolist() == list(range(1, 15))
    row = rows.loc[5]
    assert (round(row["difference"], 1), round(row["low"], 1), round(row["high"], 1)) == (
        1.8, 0.9, 2.7,
    )  # fmt: skip
    assert (row["one"], row["two"], row["p_text"], row["sure"]) == ("9.0 %", "7.2 %", ".0002", "a")
    assert rows["chosen"].idxmax() == 5
    assert rows["chosen"].sum() == 1
    assert (rows["sure"] != "").sum() == 9
    assert " · 9 of 14 windows differ clearly" in music["differences"].subtitle
    assert music["differences"].title == (
        "Days 151–180: retention is higher for 1997-01 than for 1997-03"
    )


def test_several_causes_are_named_without_their_ranges() -> None:
    w = CohortComparator(cdnow(), period="month", complete_history=True, money_unit="$")
    orders = cdnow().groupby("customer").size()
    w.compare(Group("regulars", frozenset(orders[orders >= 4].index)), "rest")
    view = views_of(w)["causes"]
    sure = view.rows.query("sure != '' and name != 'Total'")
    assert len(sure) > 1
    for name, part in zip(sure["name"], sure["part"], strict=True):
        assert f"“{name}” ({part})" in view.subtitle
    assert " exclude 0 · " in view.subtitle
    assert view.title == "A customer of regulars brought in $241 more than one of the rest"


def test_causes_sum_to_the_gap(music: dict[str, Chart]) -> None:
    rows = music["causes"].rows.set_index("name")
    assert rows["value"].iloc[:3].sum() == pytest.approx(rows.loc["Total", "value"])
    assert rows["part"].tolist() == ["−$1.04", "+$5.46", "+$1.14", "+$5.57"]
    assert rows["sure"].tolist() == ["", "a", "", ""]
    assert music["causes"].title == (
        "No clear difference in revenue per customer between 1997-01 and 1997-03"
    ), "the interval of the gap holds 0"
    assert music["causes"].subtitle.startswith("Days 1–450: $5.57 more (95 % CI −$")
    assert "interval of “Orders per returning customer” (+$5.46" in music["causes"].subtitle


def test_the_difference_of_stays_is_in_days(music: dict[str, Chart]) -> None:
    view = music["survival"]
    assert "257 for 1997-03: 1.1 days more (95 % CI −2.1 to 4.2" in view.subtitle
    assert view.title.startswith("No clear difference in when customers of")


def test_numbers_at_risk_are_those_still_watched(music: dict[str, Chart]) -> None:
    risk = music["survival"].extra["survival_risk"]
    lost = music["survival"].rows
    start = risk[risk["day"] == 0].set_index("name")["risk"].to_dict()
    assert start == {"1997-01": "7,846", "1997-03": "7,248"}
    for name, part in lost.groupby("name"):
        drawn = risk[risk["name"] == name]
        for day, shown in zip(drawn["day"], drawn["risk"], strict=True):
            after = part.loc[part["day"] >= day, "risk"]
            assert int(shown.replace(",", "")) >= (after.max() if len(after) else 0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_specs_hold_no_rows_and_no_reader_s_text_in_expressions(language: text.Locale) -> None:
    hostile = "a'] + alert(1) + ['"
    log = cdnow().assign(plan=np.where(cdnow()["customer"] % 2, hostile, "</script>"))
    text.set_locale(language)
    try:
        widget = CohortComparator(log, by="plan", complete_history=True, money_unit=hostile)
        for view in views_of(widget).values():
            spec = view_payload.spec(view)
            for expression in expressions(spec):
                assert "alert" not in expression
                assert "script" not in expression
            json.dumps(spec, allow_nan=False)
    finally:
        text.set_locale("en")


def expressions(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("expr", "labelExpr", "calculate", "filter", "test", "on") and isinstance(
                value, str
            ):
                yield value
            else:
                yield from expressions(value)
    elif isinstance(node, list):
        for part in node:
            yield from expressions(part)


def test_other_customers_change_rows_only() -> None:
    widget = CohortComparator(cdnow(), period="month", complete_history=True)
    before = {name: view_payload.structure(view)["hash"] for name, view in views_of(widget).items()}
    widget.selection.set(amount=(20, 50))
    after = views_of(widget)
    assert {name: view_payload.structure(view)["hash"] for name, view in after.items()} == before
    n = after["triangle"].rows.iloc[0]["n"]
    assert n == cdnow().query("20 <= amount < 50")["customer"].nunique()


@pytest.fixture
def chinese() -> Iterator[None]:
    text.set_locale("zh")
    yield
    text.set_locale("en")


@pytest.mark.usefixtures("chinese")
def test_the_words_are_those_of_the_field_in_chinese(retail: pd.DataFrame) -> None:
    widget = CohortComparator(retail, **ROLES)  # type: ignore[arg-type]
    shown = views_of(widget)
    assert "留存率" in shown["triangle"].title
    assert "未满期" in shown["triangle"].subtitle
    assert "含此前老客户" in shown["triangle"].subtitle
    assert "校正后" in shown["differences"].sentence
    assert "同期群" in widget._head["title"]


def test_names_and_numbers() -> None:
    assert cohort_names([0, 1]) == {0: "0", 1: "1"}
    assert spoken(("1997-01", "1997-02"), ("1997-03",)) is None
    assert spoken(("1997-W01",), ("1997-W02",)) is None
    assert number("retention", float("nan")) == "–"
    assert number("active", 12_345.0) == "12,345"
    assert points(-0.00001) == "0.0"
    assert probability(0.00096) == "= .001"
    assert probability(1.0) == "= 1.00"
    assert difference_words("retention", -0.018) == "1.8 points less"
    assert difference_words("order_value", 5.571, "$") == "$5.57 more"


def test_the_window_read_out_is_not_the_best_looking_one() -> None:
    widget = CohortComparator(cdnow(), period="week", complete_history=True)
    rows = views_of(widget)["differences"].rows
    chosen = rows[rows["chosen"] == 1].iloc[0]
    assert abs(chosen["to"] - 180) <= 7


def test_one_cohort_is_no_cohorts() -> None:
    days = pd.to_datetime(["2024-01-01", "2024-02-01"] * 20)
    log = pd.DataFrame({"customer": np.repeat(np.arange(20), 2), "date": days, "amount": 10.0})
    w = CohortComparator(log, period="month")
    w.settle()
    assert w._head["title"] == "1 monthly cohort of 20 customers, until 1 February 2024"
