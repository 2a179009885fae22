"""SegmentExplorer, its traits set as the browser would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import AgglomerativeClustering

from crm_widgets import Customers, SegmentExplorer, datasets, text
from crm_widgets.charts.theme import color_of
from crm_widgets.errors import InputError


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    return datasets.cdnow()


@pytest.fixture
def log() -> pd.DataFrame:
    return datasets.simulate(600, seed=3).transactions


@pytest.fixture
def people() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    group = rng.integers(3, size=300)
    return pd.DataFrame(
        {
            "id": [f"c{n:03d}" for n in range(300)],
            "income": rng.lognormal(9 + group, 0.2),
            "visits": rng.poisson(2 + 8 * group),
            "plan": np.array(["basic", "plus", "pro"])[group],
        }
    )


def browse(widget: SegmentExplorer, **state: Any) -> None:
    """Set traits as a page does."""
    widget._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})
    widget.settle()


def head(widget: SegmentExplorer) -> dict[str, Any]:
    widget.settle()
    found: dict[str, Any] = widget._head
    return found


def view_ids(widget: SegmentExplorer) -> list[str]:
    widget.settle()
    return [view["id"] for view in widget._views]


def test_a_log_is_seen_with_one_line(cdnow: pd.DataFrame) -> None:
    w = SegmentExplorer(cdnow)
    assert head(w)["title"] == "Segments of 23,570 customers, as of 1 July 1998"
    assert view_ids(w)[:3] == ["grid", "sizes", "profile"]
    assert w.result.segments["customers"].sum() == 23_570
    assert len(w.ids) == 23_570


def test_a_brush_of_the_grid_is_a_clause_on_the_scores(cdnow: pd.DataFrame) -> None:
    w = SegmentExplorer(cdnow)
    values = {"r_score": ["4", "5"], "f_score": ["4", "5"]}
    head(w)
    browse(w, selection=[{"view": "grid", "intervals": None, "values": values}])
    expected = w.result.customers.query("r_score >= 4 and f_score >= 4")
    assert set(w.ids) == set(expected.index)
    assert [clause.space for clause in w.selection.clauses] == ["derived", "derived"]
    assert {clause.as_of for clause in w.selection.clauses} == {dt.date(1998, 7, 1)}
    share = expected["monetary"].sum() / w.result.customers["monetary"].sum()
    assert head(w)["line"] == (
        f"{len(expected):,} of 23,570 customers · {share * 100:.0f} % of revenue"
    )
    assert [chip["view"] for chip in head(w)["chips"]] == ["grid"]
    assert set(w.selected["customer"]) == set(expected.index)


def test_a_pick_of_a_segment_shows_its_name_and_colour(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log)
    head(w)
    browse(
        w, selection=[{"view": "sizes", "intervals": None, "values": {"segment": ["champions"]}}]
    )
    assert set(w.ids) == set(w.result.customers.query("segment == 'champions'").index)
    chip = head(w)["chips"][0]
    assert "Champions" in chip["text"]
    place = list(w.result.segments.index).index("champions")
    assert chip["color"] == color_of(place)


def test_a_brush_of_the_grid_may_cover_scores_that_nobody_has(cdnow: pd.DataFrame) -> None:
    w = SegmentExplorer(cdnow)
    w.settle()
    assert 2 not in set(w.result.customers["f_score"])
    low = {"view": "grid", "values": {"r_score": ["1", "2"], "f_score": ["1", "2"]}}
    browse(w, selection=[low])
    w.settle()
    assert w._selected()[0]["values"]["f_score"] == ["1", "2"]
    scores = w.result.customers[["r_score", "f_score"]]
    assert set(w.ids) == set(scores.index[(scores <= 2).all(axis=1)])
    before = w._selected()
    browse(w, selection=[{"view": "grid", "values": {"r_score": ["7"], "f_score": ["1"]}}])
    assert w._selected() == before


def test_a_brush_of_the_map_is_a_clause_on_the_model(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, method="kmeans", k=4)
    head(w)
    x, y = (dim["edges"] for dim in next(v for v in w._views if v["id"] == "map")["dims"])
    box = {"pc1": [x[10], x[20]], "pc2": [y[5], y[30]]}
    browse(w, selection=[{"view": "map", "intervals": box, "values": None}])
    inside = w.result.customers.query(f"{x[10]} <= pc1 < {x[20]} and {y[5]} <= pc2 < {y[30]}")
    assert set(w.ids) == set(inside.index)
    (clause,) = w.selection.clauses
    assert (clause.space, clause.model) == ("model", w.result.fingerprint)


def test_a_brush_up_to_the_last_edge_holds_the_tail(cdnow: pd.DataFrame) -> None:
    w = SegmentExplorer(cdnow)
    head(w)
    edges = next(v for v in w._views if v["id"] == "hist_frequency")["dims"][0]["edges"]
    interval = {"frequency": [edges[-3], edges[-1]]}
    browse(w, selection=[{"view": "hist_frequency", "intervals": interval, "values": None}])
    assert set(w.ids) == set(w.result.customers.query(f"frequency >= {edges[-3]}").index)
    frequency = w.result.customers["frequency"]
    assert frequency[w.ids].max() == frequency.max() <= edges[-1]


def test_an_integer_label_is_picked_by_its_text(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, method="kmeans", k=3)
    head(w)
    browse(w, selection=[{"view": "sizes", "intervals": None, "values": {"segment": ["1"]}}])
    assert set(w.ids) == set(w.result.labels[w.result.labels == 1].index)


def test_the_code_gives_the_selected_rows(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log)
    w.selection.set(r_score=[4, 5], monetary=(50, None))
    names: dict[str, Any] = {"frame": log, "w": w, "pd": pd}
    exec(w.code, names)
    pd.testing.assert_frame_equal(names["selected"], w.selected)
    assert 0 < len(w.selected) < len(log)


def test_method_k_and_features_are_set_on_the_page(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log)
    browse(w, method="kmeans")
    assert view_ids(w)[0] == "map"
    assert view_ids(w)[-1] == "curve"
    assert {control["knob"] for control in w._controls} == {"method", "k", "features", "as_of"}
    browse(w, k=5)
    assert w.result.k == 5
    assert len(w.result.segments) == 5
    browse(w, k="auto")
    assert 3 <= w.result.k <= 8
    browse(w, features=["recency_days", "frequency"])
    assert list(w.result.features) == ["recency_days", "frequency"]
    browse(w, method="rfm")
    assert {control["knob"] for control in w._controls} == {"method", "as_of"}


@pytest.mark.parametrize("bad", [1, 13, 2.5, True, "many", None, [3]])
def test_a_bad_number_of_segments_is_refused(log: pd.DataFrame, bad: Any) -> None:
    w = SegmentExplorer(log, method="kmeans", k=3)
    browse(w, k=bad)
    assert w.k == 3
    with pytest.raises(InputError):
        w.k = bad


def test_as_of_moves_recency(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log)
    before = w.result.customers["recency_days"]
    browse(w, as_of=(w.result.as_of + dt.timedelta(days=10)).isoformat())
    after = w.result.customers["recency_days"]
    assert (after - before).unique().tolist() == [10]


def test_the_day_in_use_stands_where_none_was_chosen(cdnow: pd.DataFrame) -> None:
    w = SegmentExplorer(cdnow)
    head(w)
    (day,) = [control for control in w._controls if control["knob"] == "as_of"]
    assert day["placeholder"] == "1998-07-01"
    assert w.as_of is None


def test_the_footer_says_how_scores_are_made_and_who_bought_once(cdnow: pd.DataFrame) -> None:
    w = SegmentExplorer(cdnow)
    footer = " ".join(head(w)["footer"])
    assert "scores from 1 to 5 by quintiles; equal values share a score" in footer
    once = int((w.result.customers["frequency"] == 1).sum())
    assert f"{once:,} customers (51 %) bought only once" in footer


def test_a_table_of_customers_starts_with_k_means_and_offers_its_columns(
    people: pd.DataFrame,
) -> None:
    w = SegmentExplorer(Customers(people, customer="id"))
    assert w.method == "kmeans"
    assert head(w)["title"] == "Segments of 300 customers"
    methods = [o["value"] for o in w._controls[0]["options"]]
    assert methods == ["kmeans", "gaussian_mixture", "plan"]
    browse(w, method="plan")
    assert set(w.result.segments.index) == {"basic", "plus", "pro"}
    assert {control["knob"] for control in w._controls} == {"method", "features"}
    browse(w, features=["income"])
    assert w.result.features == ("income",), "what the map is of"
    w.selection.set(income=(20_000, None))
    assert set(w.selected["id"]) == set(people.query("income >= 20000")["id"])


def test_any_clusterer_makes_segments(people: pd.DataFrame) -> None:
    w = SegmentExplorer(people, customer="id", method=AgglomerativeClustering(n_clusters=3))
    assert w.method == "clusterer"
    assert len(w.result.segments) == 3


def test_segments_can_be_renamed_without_fitting_again(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, names={"champions": "VIP"})
    head(w)
    result = w.result
    assert "VIP" in w._rows["sizes"]["segment"]
    w.rename({"at risk": "Call them"})
    head(w)
    assert w.result is result
    assert {"VIP", "Call them"} <= set(w._rows["sizes"]["segment"])


def test_rows_on_the_page_call_segments_by_their_names(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, rows=True, method="kmeans", k=3, names={0: "=Best"})
    head(w)
    browse(w, _table_page={"page": 0, "sort": "segment", "descending": False, "csv": 0})
    assert w._scene_last is not None
    order = list(w._scene_last.names.values())
    assert order[0] == "=Best"
    table = w._table["rows"]
    assert set(table["segment"]) == {"=Best"}, "sorted by value, not by letters"
    labels = w.result.labels.loc[table["customer"]]
    assert set(labels) == {0}


def test_a_selection_sends_rows_and_no_structure(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log)
    head(w)
    hashes = [view["hash"] for view in w._views]
    w.selection.set(recency_days=(0, 200))
    head(w)
    *same, apart = [view["hash"] for view in w._views]
    assert same == hashes, "a view of the selected joins the others"
    w.selection.set(frequency=(2, None))
    head(w)
    assert [view["hash"] for view in w._views] == [*same, apart]
    assert sum(w._rows["sizes"]["sel"]) == (w.result.customers["frequency"] >= 2).sum()


def test_the_footer_says_what_was_left_out_and_how_k_was_chosen(cdnow: pd.DataFrame) -> None:
    w = SegmentExplorer(cdnow, method="kmeans")
    footer = " ".join(head(w)["footer"])
    assert "along a line between two of them, the customers are several heaps" in footer
    assert w.result.k == 2


def test_no_customer_is_sent_unless_rows_are_asked_for(log: pd.DataFrame) -> None:
    secret = log.assign(customer=[f"canary-{n:05d}" for n in log["customer"]])
    w = SegmentExplorer(secret)
    head(w)
    assert "canary" not in str(w.get_state())
    shown = SegmentExplorer(secret, rows=True)
    head(shown)
    assert "canary" in str(shown._table)


@pytest.fixture
def chinese() -> Iterator[None]:
    text.set_locale("zh")
    yield
    text.set_locale("en")


@pytest.mark.usefixtures("chinese")
def test_in_chinese_the_eight_types_are_the_default(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log)
    assert "客户的分群" in head(w)["title"]
    assert any(str(name).startswith("重要") for name in w._rows["sizes"]["segment"])


def test_on_auto_the_slider_knows_the_number_in_use(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, method="kmeans")
    head(w)
    (control,) = [control for control in w._controls if control["knob"] == "k"]
    assert control["placeholder"] == str(w.result.k)


def test_scores_set_one_by_one_are_the_brush_of_the_grid(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log)
    head(w)
    w.selection.set(r_score=[4, 5], f_score=[5], monetary=(10, None))
    w.settle()
    r, f, money = w._selected()
    together = {"r_score": ["4", "5"], "f_score": ["5"]}
    assert (r["view"], r["values"]) == (f["view"], f["values"]) == ("grid", together)
    assert money["view"] == "hist_monetary"
    grid = pd.DataFrame(w._rows["grid"])
    assert (grid.loc[grid["r"] < 4, "sel"] > 0).any(), "its own brush does not filter a view"
    brush = {"view": "grid", "values": {"r_score": ["1"], "f_score": ["1", "2"]}}
    browse(w, selection=[{"id": money["id"]}, brush])
    assert [len(gesture.clauses) for gesture in w.selection.gestures] == [1, 2]


def test_a_map_and_a_pair_of_other_kinds_are_told_apart(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, method="kmeans", k=3)
    head(w)
    w.selection.set(pc1=(-1, 1), pc2=(0, None))
    w.settle()
    assert [item["view"] for item in w._selected()] == ["map", "map"]
    w.selection.set(pc1=(-1, 1), pc2=[0.5])
    w.settle()
    assert [item["view"] for item in w._selected()] == [None, None]


def colors(w: SegmentExplorer) -> dict[str, int]:
    w.settle()
    return dict(zip(w._rows["sizes"]["label"], w._rows["sizes"]["g"], strict=True))


def test_names_keep_their_colour_on_another_day(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log)
    before = colors(w)
    assert list(before.values()) == list(range(len(before))), "in the order of value at first"
    order = list(before)
    w.as_of = dt.date(2024, 2, 1)
    after = colors(w)
    assert [label for label in after if label in before] != order, "the order of value is another"
    assert {label: after[label] for label in after if label in before} == {
        label: before[label] for label in before if label in after
    }
    assert len(set(after.values())) == len(after)
    w.as_of = None
    assert colors(w) == before
    chips = {label: place for label, place in before.items() if place < 12}
    for label, place in chips.items():
        w.selection.set(segment=[label])
        assert head(w)["chips"][0]["color"] == color_of(place)


def test_segments_of_a_model_keep_the_colour_of_those_they_come_from(log: pd.DataFrame) -> None:
    w = SegmentExplorer(log, method="kmeans", k=4)
    before, old = colors(w), w.result.labels
    for k in (5, 3):
        w.k = k
        after, new = colors(w), w.result.labels
        assert len(set(after.values())) == len(after)
        carried = 0
        for label in set(new):
            mine = set(new.index[new == label])
            for other in set(old):
                theirs = set(old.index[old == other])
                if len(mine & theirs) > 0.5 * len(mine | theirs):
                    assert after[str(label)] == before[str(other)]
                    carried += 1
        assert carried
        before, old = after, new


def test_an_unknown_argument_is_refused(log: pd.DataFrame) -> None:
    with pytest.raises(TypeError, match="metod"):
        SegmentExplorer(log, metod="kmeans")
