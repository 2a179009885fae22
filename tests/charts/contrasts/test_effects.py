"""What sets customers apart, as chart and in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets import text
from crm_widgets.analysis.contrasts.confirmation import Confirmation, confirm
from crm_widgets.analysis.contrasts.contrast import Contrast, contrast
from crm_widgets.analysis.contrasts.ranked_customers import rank_customers
from crm_widgets.analysis.segments.find import find_segments
from crm_widgets.charts.contrasts.effects import MOST, contrast_view
from crm_widgets.charts.names import segment_names
from crm_widgets.charts.segments.scene import Scene
from crm_widgets.charts.view import Chart
from crm_widgets.data import Customers, Transactions
from crm_widgets.data.datasets import cdnow
from crm_widgets.data.in_memory.table import ArrayTable

MEASURES = ["recency_days", "frequency", "monetary", "mean_order_value", "mean_days_between"]


@pytest.fixture(scope="module")
def scene() -> Scene:
    result = find_segments(Transactions(cdnow()))
    columns = {str(name): values.to_numpy() for name, values in result.customers.items()}
    names = segment_names(result.segments.index, result.traits)
    return Scene(
        result=result,
        table=ArrayTable(columns, customer=None),
        names=names,
        money="monetary",
        money_unit="$",
    )


@pytest.fixture(scope="module")
def champions(scene: Scene) -> Contrast:
    customers = scene.result.customers
    return contrast(
        customers, customers["segment"] == "champions", features=MEASURES,
        defining=["recency_days", "frequency", "monetary"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n = 800
    age = rng.normal(45, 10, n)
    old = age > 50
    return pd.DataFrame(
        {
            "age": age,
            "visits": rng.poisson(np.where(old, 6, 3)),
            "plan": np.where(rng.random(n) < np.where(old, 0.5, 0.2), "pro", "basic"),
            "member": rng.random(n) < np.where(old, 0.9, 0.4),
            "shoe": rng.normal(40, 2, n),
        }
    )


@pytest.fixture(scope="module")
def plain(people: pd.DataFrame) -> Scene:
    result = find_segments(Customers(people), k=3)
    columns = {str(name): values.to_numpy() for name, values in result.customers.items()}
    names = segment_names(result.segments.index, result.traits)
    return Scene(
        result=result,
        table=ArrayTable(columns, customer=None),
        names=names,
    )


def row(view: Chart, name: str) -> Any:
    return view.rows.set_index("name").loc[name]


def test_the_title_is_the_strongest_finding_that_does_not_define_the_group(
    scene: Scene, champions: Contrast
) -> None:
    view = contrast_view(scene, champions)
    best = champions.features.query("not defining").iloc[0]
    assert best["feature"] == "mean_order_value"
    gap = best["selected"] - best["rest"]
    delta, low, high = (f"{best[one]:.2f}"[1:] for one in ("delta", "low", "high"))
    assert view.title == (
        f"Their orders were worth ${gap:.2f} more (median ${best['selected']:.1f} against "
        f"${best['rest']:.1f}; Cliff’s δ {delta}, 95 % CI {low} to {high})"
    )
    assert "exploratory" in view.subtitle
    assert "4,118 selected, 19,452 others" in view.subtitle


def test_rows_are_in_the_order_of_strength_and_say_what_defines_the_group(
    scene: Scene, champions: Contrast
) -> None:
    view = contrast_view(scene, champions)
    assert view.rows["d"].abs().is_monotonic_decreasing
    assert view.rows["row"].tolist() == list(range(5))
    tones = dict(zip(view.rows["name"], view.rows["tone"], strict=True))
    assert tones == {
        "Recency": "defining", "Frequency": "defining", "Money": "defining",
        "Order value": "clear", "Days between orders": "clear",
    }  # fmt: skip
    assert row(view, "Frequency")["long"] == "6 orders against 1 order · defines the group"
    assert row(view, "Frequency")["note"] == "defines the group"
    assert row(view, "Order value")["note"] == "exploratory"
    once = int(scene.result.customers["mean_days_between"].isna().sum())
    assert row(view, "Days between orders")["gone"] == once


def test_while_exploring_there_is_no_p(scene: Scene, champions: Contrast) -> None:
    view = contrast_view(scene, champions)
    assert "p" not in {column.field for column in view.columns}
    assert set(view.rows["p"]) == {"–"}
    assert not any(" p " in words for words in [view.title, view.subtitle, *view.rows["words"]])


def test_shares_are_said_in_points(plain: Scene, people: pd.DataFrame) -> None:
    found = contrast(people, people["age"] > 50, defining=["age"])
    view = contrast_view(plain, found)
    member = found.features.set_index("feature").loc["member"]
    points = (member["selected"] - member["rest"]) * 100
    assert row(view, "member")["words"].startswith(
        f"member is {points:.1f} percentage points more frequent "
        f"({member['selected'] * 100:.0f} % against {member['rest'] * 100:.0f} %; Cliff’s δ"
    )
    # of two levels the one that the selected have more of
    assert row(view, "plan: pro")["words"].startswith("pro (plan) is")
    assert "more frequent" in row(view, "plan: pro")["words"]


def test_the_same_median_is_not_said_to_differ(plain: Scene) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"visits": np.r_[rng.permutation([0] * 60 + [5] * 40), [0] * 100]})
    view = contrast_view(plain, contrast(frame, np.arange(200) < 100))
    assert view.title.startswith("visits tends to be higher, though its median is not (median")


def test_a_feature_and_a_group_that_are_too_small_are_said_to_be(plain: Scene) -> None:
    frame = pd.DataFrame({"a": np.arange(100.0), "b": [1.0] * 5 + [np.nan] * 95})
    view = contrast_view(plain, contrast(frame, np.arange(100) < 20))
    assert row(view, "b")["long"] == row(view, "b")["note"] == "fewer than 10 customers"
    assert row(view, "b")[["short", "delta", "range"]].tolist() == ["–", "–", "–"]
    few = contrast_view(plain, contrast(frame, np.arange(100) < 9))
    assert few.title.startswith("Fewer than 10 customers on one side")
    assert few.rows["d"].isna().all()


def test_where_nothing_differs_it_is_said(plain: Scene) -> None:
    frame = pd.DataFrame({"a": np.arange(100.0), "b": np.tile([0.0, 1.0, 2.0, 3.0], 25)})
    split = np.arange(100) < 52
    even = contrast(frame[["b"]], split)
    assert contrast_view(plain, even).title == "These customers do not clearly differ from the rest"
    only = contrast(frame, split, defining=["a"])
    assert contrast_view(plain, only).title.startswith("Apart from what defines the group,")


@pytest.fixture(scope="module")
def tested(people: pd.DataFrame) -> tuple[Contrast, Confirmation]:
    half = np.arange(len(people)) < 400
    old = people["age"] > 50
    found = contrast(people[half], old[half], defining=["age"])
    made = confirm(found, people[~half], old[~half].to_numpy(), others=[0.5], confirmations=2)
    return found, made


def test_a_test_on_held_out_customers_is_shown_beside_the_finding(
    plain: Scene, tested: tuple[Contrast, Confirmation]
) -> None:
    found, made = tested
    view = contrast_view(plain, found, made, testing=True)
    assert view.title.startswith("Confirmed on 400 held-out customers: ")
    assert view.title.endswith(", adjusted p < .0001")
    held = made.features.set_index("feature")
    visits = row(view, "visits")
    assert (visits["held_d"], visits["held_lo"]) == (
        held.loc["visits", "delta"], held.loc["visits", "low"],
    )  # fmt: skip
    assert visits["short"].endswith("✓")
    assert visits["p"] == "< .0001"
    assert row(view, "age")["p"] == "–", "it defines the group"
    confirmed, total = made.features["confirmed"].sum(), len(made.features)
    assert f"{confirmed} of {total} features confirmed" in view.subtitle
    assert f"Holm over {total + 1} tests, 2 confirmations so far" in view.subtitle
    assert {"p", "held", "held_range"} <= {column.field for column in view.columns}


def test_a_finding_that_does_not_hold_is_said_not_to(plain: Scene) -> None:
    rng = np.random.default_rng(0)
    first = pd.DataFrame({"a": np.r_[rng.normal(1, 1, 50), rng.normal(0, 1, 50)]})
    group = np.arange(100) < 50
    found = contrast(first, group)
    made = confirm(found, pd.DataFrame({"a": rng.normal(0, 1, 100)}), group)
    view = contrast_view(plain, found, made, testing=True)
    assert view.title.startswith("Not confirmed on 100 held-out customers: a is")
    assert row(view, "a")["short"].endswith("✗")
    assert row(view, "a")["note"].startswith("not confirmed, p = .")


def test_a_selection_and_a_test_change_rows_and_no_structure(
    scene: Scene, champions: Contrast
) -> None:
    customers = scene.result.customers
    other = contrast(customers, customers["monetary"] > 100, features=MEASURES)
    one, two = (contrast_view(scene, found) for found in (champions, other))
    assert one.chart is two.chart
    assert (one.columns, one.height, one.span) == (two.columns, two.height, 12)


def test_a_sample_is_said_to_be_one(plain: Scene, people: pd.DataFrame) -> None:
    ranked = rank_customers(people, ["age", "visits"], most_cells=800)
    view = contrast_view(plain, contrast(ranked, (people["age"] > 50).to_numpy()))
    assert view.subtitle.endswith("were computed on 400 customers drawn at random")
    assert view.rows["n_one"].iloc[0] + view.rows["n_two"].iloc[0] == 400


def test_only_the_strongest_are_drawn(plain: Scene) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60, 30)), columns=[f"c{n}" for n in range(30)])
    found = contrast(frame, np.arange(60) < 20)
    assert len(found.features) == 30
    assert contrast_view(plain, found).rows["name"].tolist() == list(
        found.features["feature"][:MOST]
    )


@pytest.fixture
def chinese() -> Iterator[None]:
    text.set_locale("zh")
    yield
    text.set_locale("en")


@pytest.mark.usefixtures("chinese")
def test_in_chinese(scene: Scene, champions: Contrast) -> None:
    view = contrast_view(scene, champions)
    assert view.title.startswith("他们的客单价高 $")
    assert "探索性结果" in view.subtitle
    assert row(view, "购买次数")["note"] == "用于定义该组"
