"""CohortComparator, its traits set as the browser would."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets import (
    CohortComparator,
    Customers,
    Group,
    SegmentExplorer,
    Selection,
    Values,
    datasets,
    text,
)
from crm_widgets.errors import InputError
from crm_widgets.widgets.computing.worker import WORKER

from ..toy import update


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    return datasets.cdnow()


@pytest.fixture
def w(cdnow: pd.DataFrame) -> CohortComparator:
    return CohortComparator(cdnow, period="month", complete_history=True, money_unit="$")


@pytest.fixture
def log() -> pd.DataFrame:
    found = datasets.simulate(600, seed=3).transactions
    plan = {c: ["basic", "plus"][n % 2] for n, c in enumerate(found["customer"].unique())}
    return found.assign(plan=found["customer"].map(plan))


def browse(widget: CohortComparator, **state: Any) -> None:
    """Set traits as a page does."""
    widget._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})
    widget.settle()


def pick(widget: CohortComparator, cohort: str, age: int) -> None:
    values = {"cohort": [cohort], "age": [age]}
    browse(widget, selection=[{"view": "triangle", "intervals": None, "values": values}])


def title(widget: CohortComparator, view: str) -> str:
    widget.settle()
    found: str = widget._words[view]["title"]
    return found


def sentence(widget: CohortComparator, view: str) -> str:
    widget.settle()
    found: str = widget._words[view]["sentence"]
    return found


def head(widget: CohortComparator) -> dict[str, Any]:
    widget.settle()
    found: dict[str, Any] = widget._head
    return found


def months_since_first(log: pd.DataFrame) -> pd.Series[Any]:
    month = log["date"].dt.year * 12 + log["date"].dt.month
    found: pd.Series[Any] = month - month.groupby(log["customer"]).transform("min")
    return found


def first_month(log: pd.DataFrame) -> pd.Series[Any]:
    found: pd.Series[Any] = log.groupby("customer")["date"].transform("min").dt.strftime("%Y-%m")
    return found


def test_one_line_shows_who_stays(cdnow: pd.DataFrame, w: CohortComparator) -> None:
    assert head(w)["title"] == "3 monthly cohorts of 23,570 customers, until 30 June 1998"
    views = ["triangle", "curves", "differences", "causes", "survival"]
    assert [view["id"] for view in w._views] == views
    assert w.result.cohorts is not None
    assert w.result.cohorts.sizes["customers"].sum() == 23_570
    assert CohortComparator(cdnow).result.cohorts.period == "week"  # type: ignore[union-attr]


def test_the_comparison_is_one_sentence(w: CohortComparator) -> None:
    w.compare("1997-01", "1997-03")
    assert sentence(w, "differences") == (
        "Days 151–180: 9.0 % of January's 7,846 customers bought, against 7.2 % of March's 7,248: "
        "1.8 points more (95 % CI 0.9 to 2.7, p = .0002 adjusted for 14 windows)"
    )


@pytest.fixture
def chinese() -> Iterator[None]:
    text.set_locale("zh")
    yield
    text.set_locale("en")


@pytest.mark.usefixtures("chinese")
def test_the_comparison_is_one_sentence_in_chinese(w: CohortComparator) -> None:
    assert sentence(w, "differences") == (
        "第 151–180 天：1 月的 7,846 位客户中有 9.0 % 购买，3 月的 7,248 位中有 7.2 %，"
        "高 1.8 个百分点（95 % 置信区间 0.9–2.7，14 个窗口校正后 p = .0002）"
    )
    assert w._rows["triangle"]["name"][1] == "1997年1月"


def test_a_cell_gives_the_customers_who_made_it(cdnow: pd.DataFrame, w: CohortComparator) -> None:
    w.settle()
    pick(w, "1997-02", 3)
    inside = (first_month(cdnow) == "1997-02") & (months_since_first(cdnow) == 3)
    expected = set(cdnow.loc[inside, "customer"])
    assert set(w.ids) == expected
    assert set(w.selected["customer"]) == expected
    cells = w.result.cohorts.cells  # type: ignore[union-attr]
    assert len(expected) == cells.query("cohort == '1997-02' and age == 3")["active"].item()
    assert [chip["text"] for chip in head(w)["chips"]] == ["Cohort: 1997-02; Month 3: bought"]
    assert w._selected()[0]["values"] == {"cohort": ["1997-02"], "age": [3]}


def test_a_row_and_a_column_give_theirs(cdnow: pd.DataFrame, w: CohortComparator) -> None:
    w.settle()
    pick(w, "1997-03", -1)
    assert set(w.ids) == set(cdnow.loc[first_month(cdnow) == "1997-03", "customer"])
    pick(w, "", 2)
    assert set(w.ids) == set(cdnow.loc[months_since_first(cdnow) == 2, "customer"])
    pick(w, "", -1)
    assert not w.selection.clauses


def test_a_click_on_cells_that_are_being_replaced_means_what_they_said(
    w: CohortComparator,
) -> None:
    """The months are still on the page while quarters are counted: a click is on a month."""
    w.settle()
    gate = Gate()
    WORKER.put(gate)
    w.period = "quarter"
    values = {"cohort": ["1997-01"], "age": [1]}
    cell = [{"view": "triangle", "intervals": None, "values": values}]
    update(w, {"selection": cell})
    cohort, active = (clause.predicate for clause in w.selection.clauses)
    assert (cohort, active) == (Values("cohort", ("1997-01",)), Values("active_month_1", (True,)))
    gate.opened.set()
    w.settle()
    assert (w.status, w.result.cohorts.period) == ("ready", "quarter")
    assert "1997-01" in head(w)["message"], "a quarter has no such cell: the page says so"
    assert not w.selection.clauses
    w.period = "month"
    w.settle()
    browse(w, selection=cell)
    assert len(w.ids) == 1157


class Gate:
    """A job that keeps the worker until it is opened."""

    def __init__(self) -> None:
        self.opened = threading.Event()

    def run(self) -> None:
        self.opened.wait(20)

    def close(self) -> None:
        self.opened.set()


def test_unbounded_retention_gives_those_who_came_back_later_too(
    cdnow: pd.DataFrame, w: CohortComparator
) -> None:
    browse(w, measure="unbounded_retention")
    pick(w, "1997-01", 2)
    age = months_since_first(cdnow)
    inside = (first_month(cdnow) == "1997-01") & age.between(2, 5)
    assert set(w.ids) == set(cdnow.loc[inside, "customer"])
    cells = w.result.cohorts.cells  # type: ignore[union-attr]
    assert len(w.ids) == cells.query("cohort == '1997-01' and age == 2")["total"].item()
    assert head(w)["chips"][0]["text"] == "Cohort: 1997-01; Months 2–5: bought"


def test_the_code_gives_the_rows_of_a_cell(cdnow: pd.DataFrame, w: CohortComparator) -> None:
    w.settle()
    pick(w, "1997-01", 1)
    names: dict[str, Any] = {"frame": cdnow, "w": w, "pd": pd}
    exec(w.code, names)
    pd.testing.assert_frame_equal(names["selected"], w.selected)
    assert names["selected"]["customer"].nunique() == 1157


@pytest.mark.parametrize(
    "values",
    [
        {"cohort": ["1999-01"], "age": [1]},
        {"cohort": ["1997-01"], "age": [1_000]},
        {"cohort": ["1997-01"], "age": ["1; import os"]},
        {"cohort": ["1997-01"], "age": [True]},
        {"cohort": ["1997-01"], "active_month_1": [True]},
    ],
)
def test_a_cell_that_is_not_there_is_refused(w: CohortComparator, values: Any) -> None:
    w.settle()
    browse(w, selection=[{"view": "triangle", "intervals": None, "values": values}])
    assert not w.selection.clauses


def test_own_clauses_do_not_filter_the_triangle(w: CohortComparator) -> None:
    before = (w.settle(), w._rows["triangle"])[1]
    hashes = [view["hash"] for view in w._views]
    pick(w, "1997-01", 4)
    assert w._rows["triangle"] == before
    assert [view["hash"] for view in w._views] == hashes
    w.selection.set(cohort=["1997-02"])
    w.settle()
    assert w._rows["triangle"] == before
    assert w._selected()[0]["values"] == {"cohort": ["1997-02"], "age": [-1]}


def test_cohorts_are_of_the_customers_that_others_selected(cdnow: pd.DataFrame) -> None:
    shared = Selection()
    explorer = SegmentExplorer(cdnow, selection=shared)
    w = CohortComparator(cdnow, selection=shared, period="month", complete_history=True)
    shared.set(frequency=(5, None))
    chosen = explorer.result.customers.query("frequency >= 5").index
    some = cdnow[cdnow["customer"].isin(chosen)]
    w.settle()
    rows = pd.DataFrame(w._rows["triangle"])
    january = rows.query("cohort == '1997-01'").set_index("age")
    first, age = first_month(some), months_since_first(some)
    n = some.loc[first == "1997-01", "customer"].nunique()
    back = some.loc[(first == "1997-01") & (age == 1), "customer"].nunique()
    assert january.loc[-1, "n"] == n
    assert january.loc[1, "label"] == f"{back / n * 100:.1f}"
    assert head(w)["line"] == f"{len(chosen):,} of 23,570 customers"
    values = {"cohort": ["1997-01"], "age": [1]}
    cell = {"view": "triangle", "intervals": None, "values": values}
    browse(w, selection=[*({"id": item["id"]} for item in w._selected()), cell])
    explorer.settle()
    assert explorer._head["line"].startswith(f"{back:,} of 23,570 customers")


def test_groups_of_behaviour_have_no_p_until_they_are_fixed(cdnow: pd.DataFrame) -> None:
    shared = Selection()
    explorer = SegmentExplorer(cdnow, selection=shared)
    w = CohortComparator(
        cdnow, selection=shared, period="month", complete_history=True, a="selection", b="rest"
    )
    shared.set(segment=["champions"])
    said = "The groups are defined by behaviour in the same period, so a difference is guaranteed"
    w.settle()
    assert said in w._words["differences"]["subtitle"]
    assert title(w, "differences") == "Days 151–180: retention of the selection and of the rest"
    assert np.isnan(w.result.comparison.windows["p"]).all()  # type: ignore[union-attr]
    shared.clear()
    explorer.as_of = dt.date(1997, 12, 31)
    explorer.settle()
    shared.set(segment=["champions"])
    w.settle()
    found = w.result.comparison
    assert found is not None
    assert found.landmark == dt.date(1997, 12, 31)
    assert found.windows["p"].notna().all()
    assert said not in " ".join(head(w)["footer"])


def test_a_day_can_be_set_after_which_groups_are_compared(cdnow: pd.DataFrame) -> None:
    early = cdnow[cdnow["date"] <= "1997-09-30"].groupby("customer").size()
    frequent = Group("frequent", frozenset(early.index[early >= 3]))
    w = CohortComparator(cdnow, period="month", complete_history=True)
    w.compare(frequent, "rest")
    w.settle()
    assert np.isnan(w.result.comparison.windows["p"]).all()  # type: ignore[union-attr]
    assert "landmark" in {control["knob"] for control in w._controls}
    assert title(w, "differences").startswith("Days 151–180: ")
    browse(w, landmark="1997-09-30")
    assert w.result.comparison.landmark == dt.date(1997, 9, 30)  # type: ignore[union-attr]


def test_a_row_against_the_rest_is_tested(w: CohortComparator) -> None:
    w.settle()
    pick(w, "1997-02", -1)
    browse(w, a=["selection"], b=["rest"])
    found = w.result.comparison
    assert found is not None
    assert found.n_a == 8_476
    assert found.windows["p"].iloc[1:].notna().all()
    assert " of the selection's 8,476 customers bought" in sentence(w, "differences")
    sides = set(w._rows["curves"]["side"])
    assert sides == {"", "a", "b"}


def test_nothing_selected_is_said(w: CohortComparator) -> None:
    w.settle()
    browse(w, a=["selection"], b=["rest"])
    assert w._words["differences_missing"]["subtitle"] == (
        "Nothing is selected yet: click or brush a chart first."
    )
    assert head(w)["status"] == "ready"


def test_a_click_on_a_curve_chooses_a_side(w: CohortComparator) -> None:
    w.settle()
    browse(w, a="1997-02")
    assert w.a == ("1997-02",)
    assert w.result.comparison.a == ("1997-02",)  # type: ignore[union-attr]
    browse(w, b=["1997-01", "1997-03"])
    assert w.result.comparison.n_b == 7_846 + 7_248  # type: ignore[union-attr]
    browse(w, a=["1999-01"])
    assert w.a == ("1997-02",)


def test_a_click_on_a_window_reads_it_out(w: CohortComparator) -> None:
    w.settle()
    browse(w, window=10)
    row = w.result.comparison.windows.loc[10]  # type: ignore[union-attr]
    assert sentence(w, "differences").startswith(
        f"Days 301–330: {row['value_a'] * 100:.1f} % of January's"
    )
    for bad in (-1, 1.5, True, "x"):
        browse(w, window=bad)
        assert w.window == 10
    browse(w, window="")
    assert w.window is None


def test_both_sides_may_not_share_customers(w: CohortComparator) -> None:
    w.settle()
    browse(w, a=["1997-01"], b=["1997-01", "1997-02"])
    assert "differences_missing" in w._words
    with pytest.raises(InputError, match="1999-01"):
        w.compare("1999-01", "rest")


def test_another_period_has_other_cohorts(w: CohortComparator) -> None:
    w.compare("1997-02", "rest")
    w.settle()
    pick(w, "1997-01", 1)
    browse(w, period="week")
    assert (w.a, w.b) == ((), ("rest",))
    assert not w.selection.clauses
    assert "Cohort: 1997-01" in head(w)["message"]
    assert w.result.cohorts.period == "week"  # type: ignore[union-attr]


def test_measures_keep_a_picked_cell(w: CohortComparator) -> None:
    w.settle()
    pick(w, "1997-01", 1)
    n = len(w.ids)
    for measure in ("revenue_per_customer", "order_value", "active", "cumulative_revenue"):
        browse(w, measure=measure)
        assert head(w)["status"] == "ready"
        assert len(w.ids) == n
        assert w._selected()[0]["view"] == "triangle"


def test_money_is_not_offered_where_there_is_none(cdnow: pd.DataFrame) -> None:
    w = CohortComparator(cdnow[["customer", "date"]], customer="customer", time="date")
    w.settle()
    options = next(c["options"] for c in w._controls if c["knob"] == "measure")
    assert {o["value"] for o in options} == {
        "retention", "unbounded_retention", "active", "orders_per_active",
    }  # fmt: skip
    assert "causes" not in w._words
    with pytest.raises(InputError):
        w.measure = "revenue"


def test_cohorts_by_a_column_and_by_groups(log: pd.DataFrame) -> None:
    w = CohortComparator(log, complete_history=True)
    browse(w, by="plan")
    assert set(w.result.cohorts.sizes["cohort"]) == {"basic", "plus"}  # type: ignore[union-attr]
    assert head(w)["title"].startswith("2 groups of 600 customers")
    segments = SegmentExplorer(log).result
    w = CohortComparator(log, by=segments, complete_history=True)
    w.settle()
    assert "Champions" in w._rows["triangle"]["name"]
    assert w.by == "given"


def test_small_cohorts_show_no_numbers(log: pd.DataFrame) -> None:
    few = log[log["customer"].isin(log["customer"].unique()[::12])]
    w = CohortComparator(few, period="month", complete_history=True, min_cell=10)
    w.settle()
    rows = pd.DataFrame(w._rows["triangle"])
    sizes = few.groupby("customer")["date"].min().dt.strftime("%Y-%m").value_counts()
    small = set(sizes.index[sizes < 10])
    hidden = rows[rows["cohort"].isin(small)]
    assert len(hidden)
    assert set(hidden["label"]) == {"", "–"}
    assert hidden[["value", "shade", "n", "active"]].isna().all(axis=None)


def test_no_customer_is_sent_unless_rows_are_asked_for(log: pd.DataFrame) -> None:
    secret = log.assign(customer=[f"canary-{n}" for n in log["customer"]])
    w = CohortComparator(secret)
    w.settle()
    pick(w, "", 1)
    assert "canary" not in str(w.get_state())
    shown = CohortComparator(secret, rows=True)
    shown.settle()
    assert shown._table is not None
    assert [c["field"] for c in shown._table["columns"]] == [
        "customer", "cohort", "first_purchase",
    ]  # fmt: skip


def frame(days: list[str], amounts: list[float], who: list[int] | None = None) -> pd.DataFrame:
    n = len(days)
    return pd.DataFrame(
        {
            "customer": [1] * n if who is None else who,
            "date": pd.to_datetime(days),
            "amount": amounts,
        }
    )


@pytest.mark.parametrize(
    "table",
    [
        frame(["2020-01-05", "2020-03-05"], [1.0, 2.0]),
        frame(["2020-01-05"], [1.0]),
        frame(["2020-01-05"] * 40, [1.0] * 40, list(range(40))),
        frame([f"2020-01-{d:02d}" for d in range(1, 31)], [1.0] * 30, list(range(30))),
    ],
    ids=["one customer", "one purchase", "one day", "one month"],
)
def test_little_data_are_drawn_with_a_sentence(table: pd.DataFrame) -> None:
    w = CohortComparator(table, customer="customer", time="date", amount="amount")
    w.settle()
    assert head(w)["status"] == "ready"
    assert "triangle" in w._words
    assert w._words["differences_missing"]["subtitle"]


def test_only_returns_are_said() -> None:
    table = frame(["2020-01-05", "2020-02-05"], [-1.0, -2.0], [1, 2])
    w = CohortComparator(table, customer="customer", time="date", amount="amount")
    w.settle()
    assert head(w)["status"] == "error"
    assert head(w)["message"]


def test_order_zones_and_future_dates_change_nothing(cdnow: pd.DataFrame) -> None:
    some = cdnow[cdnow["customer"] <= 3_000]
    plain = CohortComparator(some, period="month", complete_history=True)
    shuffled = some.sample(frac=1, random_state=0)
    zoned = some.assign(date=some["date"].dt.tz_localize("Asia/Shanghai"))
    late = some.iloc[[0]].assign(date=pd.Timestamp("2150-01-01"), customer=1)
    for other in (shuffled, zoned, pd.concat([some, late])):
        w = CohortComparator(other, period="month", complete_history=True)
        w.settle()
        plain.settle()
        assert w._rows["triangle"] == plain._rows["triangle"]
    assert "2150" in " ".join(head(w)["footer"])


def test_a_table_of_customers_is_refused(log: pd.DataFrame) -> None:
    people = log.drop_duplicates("customer")[["customer", "amount"]]
    with pytest.raises(InputError, match="log of purchases"):
        CohortComparator(Customers(people, customer="customer"))


def test_new_purchases_join_on_refresh(log: pd.DataFrame) -> None:
    w = CohortComparator(log, period="month", complete_history=True)
    day = log["date"].min()
    first = f"{day:%Y-%m}"
    w.selection.set(cohort=[first])
    n = len(w.ids)
    joined = log.iloc[[0]].assign(customer=log["customer"].max() + 1, date=day)
    w.data = pd.concat([log, joined], ignore_index=True)
    assert len(w.ids) == n + 1


def test_an_unknown_argument_is_refused(log: pd.DataFrame) -> None:
    with pytest.raises(TypeError, match="mesure"):
        CohortComparator(log, mesure="retention")
    with pytest.raises(InputError, match="windows"):
        CohortComparator(log, windows="sliding")  # type: ignore[arg-type]


def test_a_and_b_are_read_together(w: CohortComparator) -> None:
    w.settle()
    joined = [control["knob"] for control in w._controls if control["joined"]]
    assert joined == ["b"]
