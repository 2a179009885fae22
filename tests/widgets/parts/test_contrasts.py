"""What sets the selected customers apart, and its test on those held out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets import (
    AnalysisError,
    Clause,
    CorrelationHeatmap,
    Group,
    InputError,
    SegmentExplorer,
    Selection,
    datasets,
)
from crm_widgets.analysis import contrast
from crm_widgets.data.holdout import is_held_out


@pytest.fixture
def log() -> pd.DataFrame:
    return datasets.simulate(800, seed=3).transactions


@pytest.fixture
def people() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n = 900
    frame = pd.DataFrame(
        {
            "id": [f"c{number:03d}" for number in rng.permutation(n)],
            "income": rng.lognormal(9, 0.5, n),
            "visits": rng.poisson(4, n),
            "plan": rng.choice(["basic", "plus", "pro"], n),
            "shoe": rng.normal(40, 2, n),
        }
    )
    frame["spend"] = frame["income"] * rng.lognormal(0, 0.3, n)
    return frame


def first_day(log: pd.DataFrame) -> pd.Series[float]:
    """What each customer spent on the day of the first purchase."""
    day = log["date"].dt.normalize()
    begun = log[day == day.groupby(log["customer"]).transform("min")]
    return begun.groupby("customer")["amount"].sum()


def browse(widget: SegmentExplorer, **state: Any) -> None:
    """Set traits as a page does."""
    widget._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})
    widget.settle()


def views(widget: SegmentExplorer) -> list[str]:
    widget.settle()
    return [view["id"] for view in widget._views]


def knobs(widget: SegmentExplorer) -> list[str]:
    widget.settle()
    return [control["knob"] for control in widget._controls]


def words(widget: SegmentExplorer) -> dict[str, str]:
    widget.settle()
    found: dict[str, str] = widget._words["apart"]
    return found


def test_the_view_is_there_while_something_is_selected(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log)
    assert "apart" not in views(w)
    assert w.contrasts is None
    w.selection.set(frequency=(5, None))
    assert views(w)[-1] == "apart"
    assert "exploratory" in words(w)["subtitle"]
    w.selection.clear()
    assert "apart" not in views(w)


def test_what_sets_them_apart_is_a_result(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log)
    w.selection.set(frequency=(5, None))
    found = w.contrasts
    assert found is not None
    customers = w.result.customers
    customers = customers.assign(first_day_value=first_day(log))
    measures = sorted(found.features["feature"])
    made = {"recency_days": "segments", "monetary": "segments", "frequency": "selected"}
    expected = contrast(customers, w.ids, features=measures, defining=made)
    pd.testing.assert_frame_equal(
        found.features.sort_values("feature", ignore_index=True),
        expected.features.sort_values("feature", ignore_index=True),
    )
    left = set(found.features.query("not defining")["feature"])
    assert left == {"tenure_days", "mean_order_value", "mean_days_between", "first_day_value"}
    assert found.n_selected == len(w.ids)


def test_a_table_is_compared_by_all_its_columns_also_those_not_segmented_by(
    people: pd.DataFrame,
) -> None:
    w = SegmentExplorer(people, customer="id", method="plan", features=["income"])
    w.selection.set(segment=["pro"])
    found = w.contrasts
    assert found is not None
    part = found.features.set_index("feature")["part"]
    assert part.dropna().to_dict() == {"income": "map", "plan": "segments"}
    assert set(part.index) == {"income", "visits", "plan", "shoe", "spend"}


def test_where_every_column_made_the_segments_or_the_map_the_page_says_what_to_do(
    people: pd.DataFrame,
) -> None:
    w = SegmentExplorer(people, customer="id", k=3, holdout=0.5)
    w.selection.set(segment=[0])
    assert words(w)["title"].startswith("Every feature compared here defines the group; choose")
    assert set(w._rows["apart"]["tone"]) == {"defining"}
    assert all("defines the group (segments)" in note for note in w._rows["apart"]["note"])
    with pytest.raises(AnalysisError, match="segment by fewer features"):
        w.confirm()
    browse(w, features=["income", "visits"])
    w.selection.set(segment=[0])
    assert "spend" in set(w.confirm().features["feature"])


def test_brushing_the_map_marks_what_the_map_is_of(people: pd.DataFrame) -> None:
    w = SegmentExplorer(people, customer="id", features=["income", "visits"], k=3)
    views(w)
    x, y = (dim["edges"] for dim in next(v for v in w._views if v["id"] == "map")["dims"])
    box = {"pc1": [x[len(x) // 2], x[-1]], "pc2": [y[0], y[-1]]}
    browse(w, selection=[{"view": "map", "intervals": box, "values": None}])
    assert w.contrasts is not None
    marked = w.contrasts.features.set_index("feature")["defining"]
    assert marked[marked].index.tolist() == sorted(
        ["income", "visits"], key=list(marked.index).index
    )
    tones = dict(zip(w._rows["apart"]["name"], w._rows["apart"]["tone"], strict=True))
    assert tones["income"] == tones["visits"] == "defining"
    assert tones["shoe"] != "defining"


def test_only_the_explored_half_is_shown_given_and_counted(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, holdout=0.5)
    ids = np.sort(log["customer"].unique())
    explored = set(ids[~is_held_out(ids, 0.5)])
    assert set(w.result.customers.index) == set(w.ids) == set(w.data.ids) == explored
    assert set(w.selected["customer"]) == explored
    # a condition on rows, too, and the code that reproduces it
    w.selection.set(amount=(50, None))
    expected = log[(log["amount"] >= 50) & log["customer"].isin(explored)]
    pd.testing.assert_frame_equal(w.selected, expected)
    names: dict[str, Any] = {"frame": log, "w": w, "pd": pd}
    exec(w.code, names)
    pd.testing.assert_frame_equal(names["selected"], w.selected)
    share = f"{len(explored) / len(ids) * 100:.0f} %"
    assert f"explored part, {share} of all" in w._head["title"]
    assert f"of {len(explored):,} customers" in w._head["line"]
    footer = " ".join(w._head["footer"])
    assert f"{len(explored)} customers are explored; {len(ids) - len(explored)} others" in footer
    assert len(w.charts["hist_frequency"].to_dict()["datasets"]) > 0


def test_the_order_of_rows_changes_no_side(log: pd.DataFrame) -> None:
    one = SegmentExplorer(log, holdout=0.5)
    two = SegmentExplorer(log.sample(frac=1, random_state=0).astype({"customer": str}), holdout=0.5)
    assert set(one.ids.astype(str)) == set(two.ids)


def test_a_confirmation_tests_the_same_conditions_on_the_other_half(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, holdout=0.5)
    w.selection.set(r_score=[5])
    made = w.confirm()
    # by hand: the cut points of the explored half, on the customers of the other
    whole = SegmentExplorer(log).result.customers
    held = whole[is_held_out(whole.index, 0.5)].assign(first_day_value=first_day(log))
    cuts = w.result.pipeline.named_steps["segments"].cuts["recency_days"]
    group = (-held["recency_days"].to_numpy()) > cuts[-1]
    expected = contrast(held, group).features.set_index("feature")
    assert (made.n_selected, made.n_rest) == (group.sum(), (~group).sum())
    for _, row in made.features.iterrows():
        assert row["delta"] == pytest.approx(expected.loc[row["feature"], "delta"])
    assert not {"recency_days", "frequency", "monetary"} & set(made.features["feature"])
    assert "mean_days_between" in set(made.features["feature"])


def test_segments_of_a_model_are_resolved_by_its_pipeline(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, holdout=0.4, method="kmeans", k=3)
    w.selection.set(segment=[0])
    made = w.confirm()
    whole = SegmentExplorer(log).result.customers
    held = whole[is_held_out(whole.index, 0.4)]
    assert made.n_selected == (w.result.pipeline.predict(held) == 0).sum()
    assert not set(w.result.features) & set(made.features["feature"])


def test_confirm_is_a_button_where_there_is_a_holdout_and_a_selection(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, holdout=0.5)
    assert knobs(w) == ["method", "as_of"]
    w.selection.set(frequency=(5, None))
    assert knobs(w) == ["method", "as_of", "verify"]
    assert w._controls[-1]["label"] == "Confirm"
    without = SegmentExplorer(log)
    without.selection.set(frequency=(5, None))
    assert "verify" not in knobs(without)
    browse(without, verify=1)
    assert "exploratory" in words(without)["subtitle"]


def test_the_button_confirms_and_the_page_counts(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, holdout=0.5)
    w.selection.set(frequency=(5, None))
    w.settle()
    assert "confirmation" not in w._head["line"]
    browse(w, verify=1)
    assert "onfirmed on" in words(w)["title"]
    assert w._head["line"].endswith(" · 1 confirmation so far")
    (first,) = w.confirmations
    w.selection.set(monetary=(200, None))
    assert "exploratory" in words(w)["subtitle"], "what was confirmed was another group"
    browse(w, verify=2)
    assert w._head["line"].endswith(" · 2 confirmations so far")
    again, second = w.confirmations
    assert again.tests == second.tests == len(first.features) + len(second.features)
    p = [*first.features["p"], *second.features["p"]]
    # Holm by hand: the smallest of all times their number
    everything = pd.concat([again.features, second.features])
    smallest = everything.loc[everything["p"] == min(p), "p_adjusted"].iloc[0]
    assert smallest == pytest.approx(min(p) * len(p))
    assert (again.features["p_adjusted"] >= first.features["p_adjusted"]).all()


def test_the_same_group_is_tested_once(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, holdout=0.5)
    w.selection.set(frequency=(5, None))
    one = w.confirm()
    browse(w, verify=1)
    browse(w, verify=2)
    w.selection.clear()
    w.selection.set(frequency=(5, None))
    assert "onfirmed on" in words(w)["title"], "it is shown again with its group"
    pd.testing.assert_frame_equal(w.confirm().features, one.features)
    assert len(w.confirmations) == 1
    w.method = "kmeans"
    w.selection.set(frequency=(5, None))
    w.settle()
    assert len(w.confirmations) == 1


def test_a_press_is_for_the_group_that_was_selected_then(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, holdout=0.5)
    w.selection.set(frequency=(5, None))
    w.settle()
    # as when the selection moves on before the press is answered
    w._contrasts.confirmations.press(w.selection.gestures, w.result.fingerprint)
    w.selection.set(monetary=(200, None))
    assert "exploratory" in words(w)["subtitle"]
    assert w.confirmations == ()


def test_a_press_is_for_the_model_that_was_shown_then(people: pd.DataFrame) -> None:
    w = SegmentExplorer(people, customer="id", holdout=0.5, k=3)
    w.selection.set(visits=(5, None))
    w.settle()
    w._contrasts.confirmations.press(w.selection.gestures, w.result.fingerprint)
    w.k = 4
    w.settle()
    assert w.confirmations == ()


def test_what_cannot_be_tested_is_said_and_does_not_count(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, holdout=0.5)
    with pytest.raises(InputError, match="Nothing is selected yet"):
        w.confirm()
    w.selection.set(recency_days=(0, 1e9))
    with pytest.raises(AnalysisError, match="Nothing to confirm"):
        w.confirm()
    assert words(w)["subtitle"].startswith("Nothing to confirm")
    assert w.confirmations == ()
    with pytest.raises(InputError, match=r"holdout=\.5"):
        SegmentExplorer(log).confirm()
    with pytest.raises(InputError, match="holdout must lie between"):
        SegmentExplorer(log, holdout=2)


def test_a_condition_of_another_table_cannot_be_tested(people: pd.DataFrame) -> None:
    shared = Selection()
    w = SegmentExplorer(people, customer="id", selection=shared, holdout=0.5)
    other = people[["id"]].assign(score=np.arange(len(people)) % 7)
    heatmap = SegmentExplorer(
        other.assign(more=other["score"] ** 2), customer="id", selection=shared
    )
    heatmap.settle()
    shared.set(score=(0, 3))
    assert w.contrasts is not None
    with pytest.raises(InputError, match="cannot be applied to the held-out customers"):
        w.confirm()


def test_a_list_of_customers_is_tested_where_it_names_held_out_ones(people: pd.DataFrame) -> None:
    w = SegmentExplorer(people, customer="id", holdout=0.5, features=["visits", "shoe"])
    rich = people.loc[people["income"] > people["income"].median(), "id"]
    explored = frozenset(rich) & frozenset(w.ids)
    w.selection.set(Clause(Group("rich", explored)))
    with pytest.raises(InputError, match="or is a list of customers"):
        w.confirm()
    w.selection.set(Clause(Group("rich", frozenset(rich))))
    made = w.confirm()
    assert made.n_selected == len(rich) - len(explored)
    assert "income" in set(made.features["feature"])


def test_another_widget_is_given_the_explored_customers(people: pd.DataFrame) -> None:
    w = SegmentExplorer(people, customer="id", holdout=0.5)
    heatmap = CorrelationHeatmap(w.data, selection=w.selection)
    assert len(heatmap.ids) == len(w.ids) < len(people)
    w.selection.set(visits=(5, None))
    assert set(heatmap.selected["id"]) == set(w.selected["id"])


def test_a_frame_that_changes_is_parted_as_before(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, holdout=0.5)
    before = set(w.ids)
    more = log.assign(customer=log["customer"] + 10_000)
    w.data = pd.concat([more, log])
    assert before < set(w.ids)
    assert all(~is_held_out(w.ids, 0.5))
    w.refresh()
    assert all(~is_held_out(w.ids, 0.5))
    w.selection.set(frequency=(5, None))
    w.confirm()
    assert len(w.confirmations) == 1


def test_a_log_that_grows_keeps_its_held_out_customers(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, holdout=0.5)
    w.selection.set(frequency=(5, None))
    w.confirm()
    longer = pd.concat([log, log.tail(300).assign(customer=lambda f: f["customer"] + 10_000)])
    w.data = longer
    fresh = SegmentExplorer(longer, holdout=0.5)
    pd.testing.assert_frame_equal(w.result.customers, fresh.result.customers)
    fresh.selection.set(frequency=(5, None))
    expected = fresh.confirm().features.drop(columns=["p_adjusted", "confirmed"])
    found = w.confirm().features.drop(columns=["p_adjusted", "confirmed"])
    pd.testing.assert_frame_equal(found, expected)
    assert len(w.confirmations) == 2, "a longer log is another question"


def test_no_held_out_customer_reaches_the_page(log: pd.DataFrame) -> None:
    secret = log.assign(customer=[f"canary-{n:05d}" for n in log["customer"]])
    w = SegmentExplorer(secret, holdout=0.5)
    w.selection.set(frequency=(5, None))
    w.confirm()
    w.settle()
    assert "canary" not in str(w.get_state())
    with_rows = SegmentExplorer(secret, holdout=0.5, rows=True)
    with_rows.settle()
    held = secret["customer"].unique()
    shown = str(
        with_rows._writer.wording.named(with_rows._scope().customers())["customer"].tolist()
    )
    assert not any(one in shown for one in held[is_held_out(held, 0.5)])
