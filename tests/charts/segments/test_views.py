"""Views of a segmentation, by their spec and rows, against independent pandas computations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets import text
from crm_widgets.analysis.segments.find import Segmentation, find_segments
from crm_widgets.charts.names import segment_names
from crm_widgets.charts.segments.scene import Scene
from crm_widgets.charts.segments.views import segment_line, segment_title, segment_views
from crm_widgets.charts.view import Chart
from crm_widgets.data import Customers, Transactions
from crm_widgets.data.datasets import cdnow, simulate
from crm_widgets.data.in_memory.table import ArrayTable
from crm_widgets.data.vocabulary.clauses import Interval


def scene_of(result: Segmentation, **rest: Any) -> Scene:
    columns = {str(name): values.to_numpy() for name, values in result.customers.items()}
    names = segment_names(result.segments.index, result.traits)
    return Scene(
        result=result,
        table=ArrayTable(columns, customer=None),
        names=names,
        money=result.money,
        **rest,
    )


@pytest.fixture(scope="module")
def log() -> Transactions:
    return Transactions(cdnow())


@pytest.fixture(scope="module")
def by_rfm(log: Transactions) -> Scene:
    return scene_of(find_segments(log), money_unit="$")


@pytest.fixture(scope="module")
def by_kmeans(log: Transactions) -> Scene:
    return scene_of(find_segments(log, method="kmeans", k=4), money_unit="$")


def views_of(scene: Scene, **where: Any) -> dict[str, Chart]:
    return {view.id: view for view in segment_views(scene, **where)}


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for part in node.values():
            yield from nodes(part)
    elif isinstance(node, list):
        for part in node:
            yield from nodes(part)


@pytest.mark.parametrize("method", ["by_rfm", "by_kmeans"])
def test_specs_hold_named_data_explicit_types_and_no_rows(
    method: str, request: pytest.FixtureRequest
) -> None:
    for view in views_of(request.getfixturevalue(method)).values():
        spec = view.chart.to_dict()
        named = {view.id, *view.extra}
        assert all(
            node["data"] in [{"name": name} for name in named]
            for node in nodes(spec)
            if "data" in node
        )
        assert not any(
            key in node for node in nodes(spec) for key in ("url", "values_url", "datasets")
        )
        fields = [
            node for layer in spec["layer"] for node in layer.get("encoding", {}).values()
            if isinstance(node, dict) and "field" in node
        ]  # fmt: skip
        assert fields
        secondary = {"x1", "y1", "b", "c"}
        assert all("type" in node or node["field"] in secondary for node in fields)
        assert json.dumps(spec).isascii() or text.locale() == "en"


@pytest.mark.parametrize("method", ["by_rfm", "by_kmeans"])
def test_every_column_that_a_view_names_is_in_its_rows(
    method: str, request: pytest.FixtureRequest
) -> None:
    for view in views_of(request.getfixturevalue(method)).values():
        named = {f for dim in view.dims for f in dim.field}
        named |= {s.field for s in view.series} | {p.field for p in view.pick}
        named |= {column.field for column in view.columns}
        assert named <= set(view.rows.columns), view.id
        params = {p["name"] for node in nodes(view.chart.to_dict()) for p in node.get("params", [])}
        assert {p.param for p in view.pick} | ({view.param} - {None}) <= params
        assert view.title
        assert view.sentence
        assert len(view.rows) <= 1_600, "aggregates only"


def test_a_log_is_shown_by_rfm_on_a_grid_without_a_curve(by_rfm: Scene) -> None:
    assert list(views_of(by_rfm)) == [
        "grid", "sizes", "profile", "hist_recency_days", "hist_frequency", "hist_monetary",
    ]  # fmt: skip


def test_the_grid_counts_customers_and_money_by_score(by_rfm: Scene) -> None:
    rows = views_of(by_rfm)["grid"].rows.set_index(["r", "f"])
    customers = by_rfm.result.customers
    expected = customers.groupby(["r_score", "f_score"])["monetary"].agg(["size", "sum"])
    assert len(rows) == 25
    assert rows["n"].sum() == 23_570
    for (r, f), row in expected.iterrows():
        assert rows.loc[(r, f), "n"] == row["size"]
        assert rows.loc[(r, f), "money"] == pytest.approx(row["sum"])
        alone = customers.query("r_score == @r and f_score == @f")["segment"].unique()
        assert str(rows.loc[(r, f), "segment"]).startswith(by_rfm.names[alone[0]])


def test_a_segment_of_few_customers_is_no_finding(by_rfm: Scene) -> None:
    views = views_of(by_rfm)
    label = "can't lose"
    members = by_rfm.result.customers.query("segment == @label")
    assert 0 < len(members) < 10
    name, words = "Can’t lose", "Can’t lose (fewer than 10 customers)"
    assert by_rfm.labels[-1] == label, "it does not lead by the mean of a few"
    sizes = views["sizes"].rows.set_index("segment")
    assert sizes.index[sizes["small"]].tolist() == [name]
    assert sizes.loc[name, ["n", "who"]].tolist() == [len(members), words]
    cells = views["profile"].rows.query("segment == @name")
    assert cells["z"].isna().all()
    assert (cells["who"] == words).all()
    assert (cells["text"] != "–").all(), "its medians are still there to be read"
    grid = views["grid"].rows.set_index(["r", "f"])
    for r, f in set(zip(members["r_score"], members["f_score"], strict=True)):
        assert grid.loc[(r, f), "segment"] == words
    for view in views.values():
        assert name not in view.title
    z = by_rfm.result.zmeans.drop(index=label)
    assert f"({(z.max() - z.min()).max():.2g} SD)" in views["profile"].title


def test_the_title_of_the_grid_is_the_share_of_the_best_cells(by_rfm: Scene) -> None:
    customers = by_rfm.result.customers
    best = customers.query("r_score >= 4 and f_score >= 4")
    share = f"{len(best) / len(customers):.0%}".replace("%", " %")
    money = f"{best['monetary'].sum() / customers['monetary'].sum():.0%}".replace("%", " %")
    assert views_of(by_rfm)["grid"].title == (
        f"Recent and frequent (R,\u00a0F\u00a0≥\u00a04): {share} of customers, {money} of revenue"
    )


def test_sizes_are_counts_and_money_and_the_title_is_true(by_kmeans: Scene) -> None:
    view = views_of(by_kmeans)["sizes"]
    customers = by_kmeans.result.customers
    expected = customers.groupby("segment")["monetary"].agg(["size", "sum"]).loc[by_kmeans.labels]
    assert view.rows["n"].tolist() == expected["size"].tolist()
    assert view.rows["money"].to_numpy() == pytest.approx(expected["sum"].to_numpy())
    shares = (expected["sum"] / expected["sum"].sum()).sort_values(ascending=False).cumsum()
    needed = int((shares < 0.6).sum()) + 1
    assert f"{shares.iloc[needed - 1] * 100:.0f} %" in view.title
    top = customers["monetary"].nlargest(len(customers) // 10).sum() / customers["monetary"].sum()
    assert f"the top 10 % bring {top * 100:.0f} %" in view.subtitle


def test_where_some_segments_bring_all_the_title_is_what_the_strongest_brings() -> None:
    people = pd.DataFrame(
        {
            "id": range(300),
            "plan": np.repeat(["basic", "pro", "team"], 100),
            "visits": np.arange(300) % 17,
            "spend": np.repeat([0.0, 45.0, 55.0], 100),
        }
    )
    found = find_segments(Customers(people, customer="id"), method="plan", money="spend")
    title = views_of(scene_of(found))["sizes"].title
    assert title == "team: 55 % of revenue from 33 % of customers"


def test_where_the_selection_says_it_already_the_titles_do_not_count_to_a_hundred(
    by_rfm: Scene,
) -> None:
    table = by_rfm.table
    r, f = (table.numbers(name) for name in ("r_score", "f_score"))
    best = views_of(by_rfm, where=lambda view: (r >= 4) & (f >= 4))
    assert (
        best["grid"].title
        == "All of the selected are recent and frequent (R,\u00a0F\u00a0≥\u00a04)"
    )
    rest = np.flatnonzero(by_rfm.result.labels.to_numpy() != "hibernating")
    few = np.array(by_rfm.result.labels == "hibernating")
    few[rest[:20]] = True
    title = views_of(by_rfm, where=lambda view: few)["sizes"].title
    assert title == "Nearly all of the selected: Hibernating"


@pytest.mark.parametrize("view", ["grid", "sizes"])
def test_hints_and_tables_give_the_unit_of_money(by_rfm: Scene, view: str) -> None:
    made = views_of(by_rfm)[view]
    hints = [
        hint["title"]
        for node in nodes(made.chart.to_dict())
        for hint in node.get("tooltip", ()) if isinstance(node.get("tooltip"), list)
    ]  # fmt: skip
    heads = [column.label for column in made.columns]
    for words in (hints, heads):
        assert {"Revenue, $", "Selected revenue, $"} <= set(words)


def test_a_pick_of_a_segment_is_its_label_as_text(by_kmeans: Scene) -> None:
    view = views_of(by_kmeans)["sizes"]
    assert view.rows["label"].tolist() == [str(label) for label in by_kmeans.labels]
    assert view.dims[0].levels == tuple(view.rows["label"])
    assert (view.pick[0].key, view.pick[0].field) == ("segment", "label")


def test_the_map_has_every_customer_in_cells_on_its_edges(by_kmeans: Scene) -> None:
    view = views_of(by_kmeans)["map"]
    assert view.rows["n"].sum() == 23_570
    for dim in view.dims:
        assert dim.edges is not None
        assert len(dim.edges) <= 51
        assert set(view.rows[dim.field[0]]) <= set(dim.edges)
    x, y = (np.array(dim.edges) for dim in view.dims)
    customers = by_kmeans.result.customers
    cells = pd.DataFrame(
        {
            "x": np.clip(np.searchsorted(x, customers["pc1"], "right") - 1, 0, len(x) - 2),
            "y": np.clip(np.searchsorted(y, customers["pc2"], "right") - 1, 0, len(y) - 2),
            "segment": customers["segment"],
        }
    )
    fullest = view.rows.loc[view.rows["n"].idxmax()]
    at = (np.searchsorted(x, fullest["x0"]), np.searchsorted(y, fullest["y0"]))
    there = cells[(cells["x"] == at[0]) & (cells["y"] == at[1])]["segment"].value_counts()
    assert there.sum() == fullest["n"]
    assert by_kmeans.names[there.index[0]] == fullest["segment"]


def test_axes_of_the_map_say_what_there_is_more_of(by_kmeans: Scene) -> None:
    spec = views_of(by_kmeans)["map"].chart.to_dict()
    titles = [
        layer["encoding"][c]["axis"]["title"]
        for layer in spec["layer"][:1]
        for c in "xy"
    ]  # fmt: skip
    loadings = by_kmeans.result.map.loadings.iloc[:, 0]
    word = "more orders" if loadings["frequency"] > 0 else "fewer orders"
    assert word in titles[0]
    assert f"{by_kmeans.result.map.explained[0] * 100:.0f} %" in titles[0]


def test_the_profile_shows_medians_in_units_and_colours_standardised_means(
    by_kmeans: Scene,
) -> None:
    view = views_of(by_kmeans)["profile"]
    first = by_kmeans.labels[0]
    rows = view.rows[view.rows["segment"] == by_kmeans.names[first]].set_index("name")
    median = by_kmeans.result.customers.query("segment == @first")["monetary"].median()
    assert rows.loc["Money", "text"] == text.money(median, "$")
    assert rows.loc["Money", "z"] == pytest.approx(by_kmeans.result.zmeans.loc[first, "monetary"])
    heads = [node["axis"] for node in nodes(view.chart.to_dict()) if node.get("field") == "name"]
    assert heads
    assert all(axis["labelOverlap"] is False for axis in heads), "no column without its name"
    everyone = view.rows[view.rows["segment"] == "All customers"].set_index("name")
    assert everyone.loc["Recency", "text"] == text.decimal(
        by_kmeans.result.customers["recency_days"].median()
    )


def test_a_view_is_filtered_by_the_others_and_not_by_itself(by_kmeans: Scene) -> None:
    chosen = by_kmeans.table.mask([Interval("monetary", 100, 400)])
    views = views_of(by_kmeans, where=lambda view: None if view == "hist_monetary" else chosen)
    customers = by_kmeans.result.customers[chosen]
    own = views["hist_monetary"].rows
    assert (own["sel"] == own["n"]).all()
    other = views["hist_frequency"].rows
    assert other["sel"].sum() == len(customers)
    assert other.loc[other["x0"] == 2, "sel"].item() == (customers["frequency"] == 2).sum()
    assert (
        other.loc[other["x0"] == 2, "n"].item()
        == (by_kmeans.result.customers["frequency"] == 2).sum()
    )
    assert views["sizes"].rows["sel"].tolist() == [
        int((customers["segment"] == label).sum()) for label in by_kmeans.labels
    ]
    assert views["hist_monetary"].title == (
        f"Money: median {text.money(customers['monetary'].median(), '$')} (all: $43.4)"
    )
    median = customers["recency_days"].median()
    assert views["hist_recency_days"].title.startswith(f"Recency: median {median:.0f} days")
    selected = views["profile"].rows.query("segment == 'Selected' and name == 'Frequency'")
    assert selected["text"].item() == text.decimal(customers["frequency"].median())


def test_a_selection_changes_rows_and_no_spec(by_kmeans: Scene) -> None:
    chosen = by_kmeans.table.mask([Interval("monetary", 100, 400)])
    before, after = views_of(by_kmeans), views_of(by_kmeans, where=lambda view: chosen)
    for name, view in before.items():
        assert view.chart.to_dict() == after[name].chart.to_dict()
        assert view.dims == after[name].dims
    assert not before["map"].rows.equals(after["map"].rows)


def test_nobody_selected_is_drawn_too(by_rfm: Scene) -> None:
    nobody = np.zeros(by_rfm.table.n, bool)
    views = views_of(by_rfm, where=lambda view: nobody)
    assert views["grid"].rows["sel"].sum() == 0
    assert "Nobody" in views["sizes"].title
    assert views["hist_monetary"].title.startswith("Money: median –")


def test_no_calculated_field_takes_the_place_of_one_in_the_rows(by_rfm: Scene) -> None:
    for view in views_of(by_rfm).values():
        made = {node["as"] for node in nodes(view.chart.to_dict()) if "calculate" in node}
        assert not made & set(view.rows.columns), view.id


def test_a_click_on_the_curve_sets_k(by_kmeans: Scene) -> None:
    view = views_of(by_kmeans)["curve"]
    assert view.pick[0].knob == "k"
    assert view.rows["k"].tolist() == by_kmeans.result.curve["k"].tolist()
    assert view.rows.loc[view.rows["shown"] == 1, "k"].tolist() == [4]
    assert str(by_kmeans.result.best_k) in view.title


def test_the_line_and_the_title_count(by_rfm: Scene) -> None:
    chosen = by_rfm.table.mask([Interval("frequency", 5, np.inf)])
    customers = by_rfm.result.customers
    share = customers.query("frequency >= 5")["monetary"].sum() / customers["monetary"].sum()
    assert segment_line(by_rfm, chosen) == (
        f"{(customers['frequency'] >= 5).sum():,} of 23,570 customers"
        f" · {share * 100:.0f} % of revenue"
    )
    assert segment_title(by_rfm) == "Segments of 23,570 customers, as of 1 July 1998"


def test_names_of_columns_never_reach_an_expression_or_a_field() -> None:
    hostile = "a.b[c]'d\\"
    rng = np.random.default_rng(0)
    group = rng.integers(3, size=400)
    frame = pd.DataFrame({hostile: rng.normal(group * 6, 1), "other": rng.normal(-group * 6, 1)})
    scene = scene_of(find_segments(Customers(frame), method="kmeans", k=3))
    for view in views_of(scene).values():
        for node in nodes(view.chart.to_dict()):
            asked = [
                str(node[key])
                for key in ("field", "expr", "calculate", "filter", "labelExpr")
                if key in node
            ]
            assert not any(hostile in part for part in asked), view.id
    hists = [view for name, view in views_of(scene).items() if name.startswith("hist_")]
    assert [view.dims[0].key for view in hists] == [hostile, "other"]


def test_in_chinese_words_numbers_and_scheme_are_chinese() -> None:
    text.set_locale("zh")
    try:
        result = find_segments(Transactions(simulate(400, seed=1).transactions), scheme="eight")
        views = views_of(scene_of(result, money_unit="¥"))
        words = [view.title + view.subtitle + view.sentence for view in views.values()]
        assert all(any("\u4e00" <= c <= "\u9fff" for c in part) for part in words)
        assert any(name.startswith("重要") for name in views["sizes"].rows["segment"])
    finally:
        text.set_locale("en")


def test_names_on_the_map_end_within_it() -> None:
    rng = np.random.default_rng(0)
    names = [f"a rather long name of column {i}, in thousands" for i in range(3)]
    wide = pd.DataFrame(rng.lognormal(size=(200, 3)), columns=names)
    view = views_of(scene_of(find_segments(wide, k=6)))["map"]
    for row in view.extra["map_names"].itertuples():
        left = row.room if row.side == "right" else row.room / 2 if row.side == "center" else 0
        right = row.room if row.side == "left" else row.room / 2 if row.side == "center" else 0
        assert row.px - left >= -1e-9
        assert row.px + right <= 1 + 1e-9
    marks = [layer["mark"] for layer in view.chart.to_dict()["layer"]]
    limits = {mark["limit"]["expr"] for mark in marks if mark["type"] == "text"}
    assert limits == {"datum.room * width"}


def test_a_table_of_many_features_has_a_line_of_its_own() -> None:
    rng = np.random.default_rng(0)
    many = pd.DataFrame(rng.normal(size=(200, 6)), columns=list("abcdef"))
    assert views_of(scene_of(find_segments(many, k=3)))["profile"].span == 12
    assert views_of(scene_of(find_segments(many[["a", "b"]], k=3)))["profile"].span == 3
