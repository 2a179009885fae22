"""CorrelationHeatmap, its knobs and selection set as the browser would."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets import CorrelationHeatmap, Selection, datasets, text
from crm_widgets.analysis.correlation.compare import compare_correlations
from crm_widgets.analysis.correlation.correlate import correlate
from crm_widgets.data.vocabulary.clauses import Values
from crm_widgets.errors import AnalysisError, InputError

from ...references.data import reference


@pytest.fixture
def people() -> pd.DataFrame:
    """Customers of mixed columns; contract and churn go together by construction."""
    rng = np.random.default_rng(5)
    n = 900
    contract = rng.choice(["monthly", "yearly", "two years"], n, p=[0.5, 0.3, 0.2])
    tenure = rng.gamma(2, 10, n) + (contract == "two years") * 25
    churn = rng.random(n) < np.where(contract == "monthly", 0.45, 0.08)
    charges = tenure * rng.normal(60, 6, n)
    return pd.DataFrame(
        {
            "id": [f"canary-{i:04d}" for i in range(n)],
            "tenure": tenure.round(),
            "charges": [f"{value:.2f}" if i % 90 else " " for i, value in enumerate(charges)],
            "visits": rng.poisson(4, n).astype(float),
            "contract": contract,
            "churn": np.where(churn, "Yes", "No"),
            "since": pd.Timestamp("2024-01-01") - pd.to_timedelta(tenure.round() * 30, "D"),
        }
    )


def browse(widget: CorrelationHeatmap, **state: Any) -> None:
    """Set traits as a page does."""
    widget._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})
    widget.settle()


def head(widget: CorrelationHeatmap) -> dict[str, Any]:
    widget.settle()
    found: dict[str, Any] = widget._head
    return found


def view_ids(widget: CorrelationHeatmap) -> list[str]:
    widget.settle()
    return [view["id"] for view in widget._views]


def key(widget: CorrelationHeatmap, a: str, b: str) -> str:
    """A pair as the page calls it."""
    rows = widget._rows["heatmap"]
    for pair, one, two in zip(rows["pair"], rows["a"], rows["b"], strict=True):
        if {one, two} == {a, b}:
            return str(pair)
    raise AssertionError(f"no cell of {a} and {b}")


def test_it_shows_what_correlate_says(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people)
    expected = correlate(people)
    w.settle()
    found = w.result.pairs.set_index(["a", "b"])["value"]
    pd.testing.assert_series_equal(found, expected.pairs.set_index(["a", "b"])["value"])
    cells = w._rows["heatmap"]
    assert len(cells["pair"]) == len(set(cells["pair"])) == len(expected.pairs)
    assert sorted(cells["r"]) == pytest.approx(sorted(expected.pairs["value"]), abs=1e-4)
    assert "6 columns of 900 customers" in head(w)["title"]
    footer = " ".join(head(w)["footer"])
    assert "charges holds numbers as text; they were read, and 10 blanks" in footer
    assert "Left out, identifiers: id" in footer
    assert "pd.to_numeric" not in footer


def test_a_cell_opens_its_pair_and_each_kind_has_its_picture(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people)
    w.settle()
    browse(w, pair=key(w, "tenure", "charges"))
    assert set(w.pair) == {"tenure", "charges"}
    assert w.result.pair.kind == "numbers"
    browse(w, pair=key(w, "tenure", "contract"))
    assert w.result.pair.kind == "number_category"
    browse(w, pair=key(w, "contract", "churn"))
    assert w.result.pair.kind == "categories"
    assert (w.result.pair.a, w.result.pair.b) == ("contract", "churn")
    assert sum(w._rows["heatmap"]["open"]) == 1


@pytest.mark.parametrize("bad", ["0-0", "0-99", "1", "a-b", [0, 1], True, "", "-1-2", "0" * 9_999])
def test_a_pair_that_is_none_is_refused(people: pd.DataFrame, bad: Any) -> None:
    w = CorrelationHeatmap(people, pair=("tenure", "visits"))
    browse(w, pair=bad)
    assert w.pair == ("tenure", "visits")
    with pytest.raises(InputError):
        w.pair = ("tenure", "nowhere")


def test_a_brush_in_a_pair_selects_rows_and_does_not_filter_the_heatmap(
    people: pd.DataFrame,
) -> None:
    w = CorrelationHeatmap(people, pair=("tenure", "visits"))
    w.settle()
    before = w.result.pairs
    view = next(view for view in w._views if view["id"].startswith("pair"))
    a, b = view["dims"]
    box = {a["key"]: [a["edges"][2], a["edges"][12]], b["key"]: [b["edges"][1], b["edges"][5]]}
    browse(w, selection=[{"view": view["id"], "intervals": box, "values": None}])
    (x0, x1), (y0, y1) = box["tenure"], box["visits"]
    inside = people.query(f"{x0} <= tenure < {x1} and {y0} <= visits < {y1}")
    pd.testing.assert_frame_equal(w.selected, inside)
    assert 0 < len(inside) < len(people)
    pd.testing.assert_frame_equal(w.result.pairs, before)
    assert head(w)["line"] == f"{len(inside)} of 900 customers"
    names: dict[str, Any] = {"frame": people, "w": w, "pd": pd}
    exec(w.code, names)
    pd.testing.assert_frame_equal(names["selected"], inside)


def test_a_box_is_the_same_by_mouse_and_from_python() -> None:
    """It is shown by the pair, so it filters neither the pair nor the heatmap."""
    telco = pd.read_csv(reference("Telco-Customer-Churn.csv"))
    by_hand, set_here = (
        CorrelationHeatmap(telco, pair=("tenure", "MonthlyCharges")) for _ in range(2)
    )
    by_hand.settle(), set_here.settle()
    view = next(view for view in by_hand._views if view["id"].startswith("pair"))
    a, b = (dim["edges"] for dim in view["dims"])
    box = {"tenure": (a[2], a[4]), "MonthlyCharges": (b[3], b[5])}
    intervals = {name: list(ends) for name, ends in box.items()}
    browse(by_hand, selection=[{"view": view["id"], "intervals": intervals, "values": None}])
    set_here.selection.set(**box)
    set_here.settle()
    assert 0 < len(by_hand.ids) == len(set_here.ids) < len(telco) / 10
    for w in (by_hand, set_here):
        found = w.result.pairs.set_index(["a", "b"]).loc[("tenure", "MonthlyCharges")]
        assert found["n"] == len(telco)
        ranks = telco[["tenure", "MonthlyCharges"]].corr(method="spearman")
        assert found["value"] == pytest.approx(ranks.iloc[0, 1])
        assert {item["view"] for item in w._selected()} == {view["id"]}
        assert head(w)["line"] == f"{len(w.ids)} of 7,043 customers"
    assert by_hand._rows == set_here._rows
    assert by_hand._words == set_here._words


def test_a_box_of_a_pair_that_is_no_longer_shown_filters_the_others(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people, pair=("tenure", "visits"))
    w.selection.set(tenure=(0, 30), visits=(0, 8))
    w.settle()
    assert w.result.rows == len(people)
    w.pair = ("tenure", "charges")
    assert w.result.rows == len(w.ids) < len(people)
    w.settle()
    assert f"{len(w.ids)} customers" in head(w)["title"]


def test_numbers_that_came_as_text_can_be_brushed(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people, pair=("tenure", "charges"))
    w.settle()
    view = next(view for view in w._views if view["id"].startswith("pair"))
    a, b = view["dims"]
    box = {a["key"]: [a["edges"][1], a["edges"][9]], b["key"]: [b["edges"][1], b["edges"][20]]}
    browse(w, selection=[{"view": view["id"], "intervals": box, "values": None}])
    numbers = pd.to_numeric(people["charges"], errors="coerce")
    (x0, x1), (y0, y1) = box["tenure"], box["charges"]
    expected = people[people["tenure"].between(x0, x1, "left") & numbers.between(y0, y1, "left")]
    pd.testing.assert_frame_equal(w.selected, expected)
    assert 0 < len(expected) < len(people)
    names: dict[str, Any] = {"frame": people, "w": w, "pd": pd}
    exec(w.code, names)
    pd.testing.assert_frame_equal(names["selected"], expected)


def test_a_brush_that_touches_the_edge_takes_the_tail_beyond_it(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people, pair=("tenure", "charges"))
    w.settle()
    view = next(view for view in w._views if view["id"].startswith("pair"))
    a, b = view["dims"]
    assert people["tenure"].max() > a["edges"][-1]
    box = {a["key"]: [a["edges"][-3], a["edges"][-1]], b["key"]: [b["edges"][0], b["edges"][-1]]}
    item = {"view": view["id"], "intervals": box, "values": None}
    browse(w, selection=[item])
    numbers = pd.to_numeric(people["charges"], errors="coerce")
    expected = people[(people["tenure"] >= a["edges"][-3]) & numbers.notna()]
    pd.testing.assert_frame_equal(w.selected, expected)
    assert expected["tenure"].max() == people["tenure"].max()
    (shown,) = w._selected()
    assert shown["intervals"] == box
    rows = pd.DataFrame(w._rows[view["id"]])
    inside = (rows["a0"] >= a["edges"][-3]).to_numpy()
    assert rows.loc[inside, "n"].sum() == len(expected)
    names: dict[str, Any] = {"frame": people, "w": w, "pd": pd}
    exec(w.code, names)
    pd.testing.assert_frame_equal(names["selected"], expected)


def test_a_level_and_a_share_are_picked(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people, pair=("contract", "churn"))
    w.settle()
    view = next(view["id"] for view in w._views if view["id"].startswith("pair"))
    picked = {"contract": ["monthly"], "churn": ["Yes"]}
    browse(w, selection=[{"view": view, "intervals": None, "values": picked}])
    expected = people.query("contract == 'monthly' and churn == 'Yes'")
    pd.testing.assert_frame_equal(w.selected, expected)
    w.pair = ("tenure", "contract")
    w.settle()
    assert len(w.selected) == len(expected), "a clause outlives the pair it was made in"


def test_rates_of_a_target_agree_with_pandas_and_are_clickable(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people)
    browse(w, target="churn")
    rows = pd.DataFrame(w._rows["rates"]).set_index(["column", "name"])
    rate = (people["churn"] == "Yes").groupby(people["contract"]).mean()
    for level, expected in rate.items():
        assert rows.loc[("contract", level), "v"] == pytest.approx(expected)
    assert view_ids(w)[-1] == "rates"
    assert "not adjusted for other columns" in w._words["rates"]["subtitle"]
    picked = {"level": [rows.loc[("contract", "yearly"), "level"]]}
    browse(w, selection=[{"view": "rates", "intervals": None, "values": picked}])
    pd.testing.assert_frame_equal(w.selected, people.query("contract == 'yearly'"))
    (item,) = w.get_state(["selection"])["selection"]
    assert (item["view"], item["values"]) == ("rates", picked), "the page sees what it picked"
    assert sum(w._rows["rates"]["open"]) == 1


def test_bins_of_whole_numbers_name_the_values_in_them() -> None:
    rng = np.random.default_rng(0)
    calls = rng.poisson(2, 800)
    frame = pd.DataFrame({"calls": calls, "left": rng.random(800) < 0.1 + 0.1 * (calls > 2)})
    w = CorrelationHeatmap(frame, target="left")
    w.settle()
    rows = pd.DataFrame(w._rows["rates"])
    assert rows["name"].tolist()[:2] == ["0", "1"]
    assert rows["n"].tolist()[:2] == [(calls == 0).sum(), (calls == 1).sum()]
    first = int(rows["name"].iloc[-1].split(" to ")[0])
    assert rows["n"].iloc[-1] == (calls >= first).sum()


def test_a_trend_runs_along_x_and_times_stand_there(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people, pair=("visits", "since"))
    w.settle()
    view = next(view for view in w._views if view["id"].startswith("pair"))
    assert [(dim["key"], dim["time"]) for dim in view["dims"]] == [
        ("since", True),
        ("visits", False),
    ]
    lines = [layer["mark"] for layer in view["spec"]["layer"] if layer["mark"]["type"] == "line"]
    assert {line["orient"] for line in lines} == {"vertical"}
    edges = view["dims"][0]["edges"]
    brush = {"since": [edges[3], edges[9]], "visits": [0.5, 3.5]}
    browse(w, selection=[{"view": view["id"], "intervals": brush, "values": None}])
    stamps = people["since"].astype("datetime64[ms]").astype("int64")
    inside = stamps.between(edges[3], edges[9], "left") & people["visits"].between(1, 3)
    pd.testing.assert_frame_equal(w.selected, people[inside])
    assert inside.any()


def test_bins_of_a_target_are_picked_if_they_touch(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people, target="churn")
    w.settle()
    rows = pd.DataFrame(w._rows["rates"])
    bins = rows.loc[rows["column"] == "tenure", "level"].tolist()
    edges = np.unique(np.quantile(people["tenure"], np.linspace(0, 1, 6)))
    browse(w, selection=[{"view": "rates", "intervals": None, "values": {"level": bins[:2]}}])
    expected = people[people["tenure"].between(edges[0], edges[2], "left")]
    pd.testing.assert_frame_equal(w.selected, expected)
    apart = [bins[0], bins[3]]
    browse(w, selection=[{"view": "rates", "intervals": None, "values": {"level": apart}}])
    assert len(w.selected) == len(expected), "two stretches are no interval: refused"
    browse(w, selection=[{"view": "rates", "intervals": None, "values": {"level": ["9=x"]}}])
    assert len(w.selected) == len(expected)


def test_a_column_called_like_a_key_of_the_rates_is_safe() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"level": rng.choice(list("ab"), 200), "rate": rng.choice(list("cd"), 200)}
    )
    w = CorrelationHeatmap(frame, target="rate")
    w.settle()
    rows = w._rows["rates"]
    picked = {"level": [rows["level"][rows["name"].index("a")]]}
    browse(w, selection=[{"view": "rates", "intervals": None, "values": picked}])
    assert set(w.selected["level"]) == {"a"}


def test_what_others_select_is_what_is_correlated(people: pd.DataFrame) -> None:
    shared = Selection()
    w = CorrelationHeatmap(people, selection=shared)
    w.settle()
    order = [w._views[0]["dims"][0]["levels"], w._views[0]["dims"][1]["levels"]]
    hashes = [view["hash"] for view in w._views]
    shared.set(contract=["monthly"])
    w.settle()
    expected = correlate(people, rows=(people["contract"] == "monthly").to_numpy())
    found = w.result.pairs.set_index(["a", "b"])
    value = expected.pairs.set_index(["a", "b"])["value"]
    pd.testing.assert_series_equal(found["value"], value)
    assert found.loc[("tenure", "contract"), "restricted"]
    assert not found.loc[("tenure", "visits"), "restricted"]
    assert [w._views[0]["dims"][0]["levels"], w._views[0]["dims"][1]["levels"]] == order
    assert (
        f"Of {(people['contract'] == 'monthly').sum()} customers"
        in (w._words["heatmap"]["subtitle"])
    )
    shared.clear()
    w.settle()
    assert [view["hash"] for view in w._views] == hashes


def test_a_selection_is_compared_with_the_rest(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people, pair=("contract", "churn"))
    browse(w, compare="selection")
    assert "Select customers" in w._words["heatmap"]["subtitle"]
    assert w.result.comparison is None
    view = next(view["id"] for view in w._views if view["id"].startswith("pair"))
    picked = {"contract": ["monthly"], "churn": ["Yes", "No"]}
    browse(w, selection=[{"view": view, "intervals": None, "values": picked}])
    expected = compare_correlations(
        people, [Values("contract", ("monthly",))], restricted=["churn"]
    )
    found = w.result.pairs
    for name in ("difference", "p", "low"):
        pd.testing.assert_series_equal(found[name], expected.pairs[name])
    restricted = found["a"].isin(["contract", "churn"]) | found["b"].isin(["contract", "churn"])
    assert (found["restricted"] == restricted).all()
    assert found.loc[restricted, "p"].isna().all()
    assert "restricts the range" in w._words["heatmap"]["subtitle"]


def test_two_levels_are_compared(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people)
    browse(w, compare="contract")
    assert w.result.comparison.a.n == (people["contract"] == "monthly").sum()
    assert w.result.comparison.b.n == (people["contract"] != "monthly").sum()
    browse(w, group_a="two years", group_b="yearly")
    assert w.result.comparison.a.n == (people["contract"] == "two years").sum()
    assert w.result.comparison.b.n == (people["contract"] == "yearly").sum()
    browse(w, group_a="nowhere")
    assert w.group_a == "two years"
    browse(w, compare="churn")
    assert w.group_a is None
    assert w.result.comparison.a.n == (people["churn"] == "Yes").sum()
    browse(w, compare="")
    assert w.compare is None
    assert w.result.comparison is None


def test_the_pair_is_shown_for_each_of_the_groups_that_are_compared(people: pd.DataFrame) -> None:
    for pair, kind in (
        (("tenure", "visits"), "numbers"),
        (("tenure", "contract"), "number_category"),
        (("since", "contract"), "number_category"),
    ):
        w = CorrelationHeatmap(people, pair=pair, compare="churn")
        w.settle()
        sides = [view for view in w._views if view["id"].startswith("pair_")][1:]
        assert [view["id"][-2:] for view in sides] == ["_a", "_b"]
        titles = [w._words[view["id"]]["title"] for view in sides]
        assert titles[0].startswith("churn: Yes · ")
        assert titles[1].startswith("churn: No · ")
        for side, level, view in zip(w.result.sides, ("Yes", "No"), sides, strict=True):
            assert side.kind == kind
            assert side.n == (people["churn"] == level).sum()
            assert pd.DataFrame(w._rows[view["id"]])["n"].sum() == side.n
            assert f"{side.n:,} customers" in w._words[view["id"]]["subtitle"]
    browse(w, compare="")
    assert w.result.sides == ()
    assert len([view for view in w._views if view["id"].startswith("pair_")]) == 1


def test_a_brush_in_the_pair_of_a_group_selects(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people, pair=("tenure", "visits"), compare="churn")
    w.settle()
    view = next(view for view in w._views if view["id"].endswith("_b"))
    a, b = view["dims"]
    box = {a["key"]: [a["edges"][2], a["edges"][9]], b["key"]: [b["edges"][1], b["edges"][5]]}
    browse(w, selection=[{"view": view["id"], "intervals": box, "values": None}])
    (x0, x1), (y0, y1) = box["tenure"], box["visits"]
    inside = people.query(f"{x0} <= tenure < {x1} and {y0} <= visits < {y1}")
    pd.testing.assert_frame_equal(w.selected, inside)
    assert w._selected()[0]["view"] == view["id"]


def test_controls_appear_when_they_mean_something(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people)

    def controls() -> set[str]:
        w.settle()
        return {control["knob"] for control in w._controls}

    usual = {"columns", "method", "order", "target", "compare", "threshold", "square"}
    assert controls() == usual
    browse(w, target="contract", compare="contract")
    assert controls() == usual | {"positive", "group_a", "group_b"}
    joined = [control["knob"] for control in w._controls if control["joined"]]
    assert joined == ["positive", "group_b"]
    browse(w, target="churn", compare="", method="partial")
    assert controls() == usual | {"given"}
    assert head(w)["status"] == "error"
    browse(w, given=["visits"])
    assert head(w)["status"] == "ready"
    assert set(w.result.pairs["method"]) == {"partial"}


def test_a_threshold_hides_and_decides_nothing(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people)
    decided = w.result.pairs["p_adjusted"]
    browse(w, threshold=0.5)
    assert min(map(abs, w._rows["heatmap"]["r"])) >= 0.5
    pd.testing.assert_series_equal(w.result.pairs["p_adjusted"], decided)
    hidden = int((w.result.pairs["value"].abs() < 0.5).sum())
    assert f"{hidden} below .50 left blank" in w._words["heatmap"]["subtitle"]


def test_both_halves_show_each_pair_twice(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people, square=True)
    w.settle()
    cells = w._rows["heatmap"]
    assert len(cells["pair"]) == 2 * len(set(cells["pair"]))
    places = set(zip(cells["x"], cells["y"], strict=True))
    assert all((y, x) in places for x, y in places)


def test_every_answer_settles_the_page(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people)
    seen = [head(w)["for_inputs"]]
    for state in ({"threshold": 0.2}, {"square": True}, {"order": "name"}, {"target": "churn"}):
        browse(w, **state)
        seen.append(head(w)["for_inputs"])
    assert sorted(set(seen)) == seen


def test_a_log_is_correlated_by_its_customers() -> None:
    log = datasets.simulate(400, seed=2).transactions
    w = CorrelationHeatmap(log)
    assert set(w.result.pairs["method"]) == {"spearman"}
    w.selection.set(frequency=(3, None))
    w.settle()
    some = w.result.customers.query("frequency >= 3")
    assert w.result.correlation.n == len(some) == len(w.ids)
    cut = w.result.pairs.query("a == 'frequency' or b == 'frequency'")
    assert cut["restricted"].all()
    assert set(w.selected["customer"]) == set(some.index)


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        (pd.DataFrame({"a": [1.0], "b": [2.0]}), "error"),
        (pd.DataFrame({"a": [None] * 5, "b": [np.nan] * 5}), "error"),
        (pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 3, 2]}), "ready"),
        (pd.DataFrame({"a": np.arange(30) % 7, "b": list("xy") * 15}), "ready"),
    ],
    ids=["one row", "all missing", "three rows", "two columns"],
)
def test_small_frames_give_a_picture_or_a_sentence(frame: pd.DataFrame, status: str) -> None:
    w = CorrelationHeatmap(frame)
    assert head(w)["status"] == status
    if status == "error":
        assert head(w)["message"].startswith("Correlations need two columns")
        with pytest.raises(AnalysisError):
            _ = w.result
    else:
        assert w._words["heatmap"]["title"].startswith("No ")


def test_two_hundred_columns_fit_through_the_wire() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(60, 220)), columns=[f"c{i:03d}" for i in range(220)])
    w = CorrelationHeatmap(frame, square=True)
    assert "The first 200 of 220 columns" in " ".join(head(w)["footer"])
    assert len(json.dumps(w._rows)) < 10 * 2**20
    w.columns = ("c000", "c219")
    assert list(w.result.matrix.columns) == ["c000", "c219"]


def test_no_customer_is_sent(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people, target="churn", compare="churn")
    w.settle()
    assert "canary" not in str(w.get_state())


def test_it_speaks_chinese(people: pd.DataFrame) -> None:
    text.set_locale("zh")
    try:
        w = CorrelationHeatmap(people, target="churn")
        assert head(w)["title"] == "相关关系：900 位客户的 6 个字段"
        assert "未控制其他变量" in w._words["rates"]["subtitle"]
        w.selection.set(tenure=(0, 30))
        w.settle()
        assert "选择限制了取值范围，系数会变小" in w._words["heatmap"]["subtitle"]
    finally:
        text.set_locale("en")


def test_an_unknown_argument_is_named(people: pd.DataFrame) -> None:
    with pytest.raises(TypeError, match="colums"):
        CorrelationHeatmap(people, colums=["tenure"])
    with pytest.raises(InputError):
        CorrelationHeatmap(people, columns=["tenure", "nowhere"])
    with pytest.raises(InputError):
        CorrelationHeatmap(people, columns=["tenure"])


def test_a_target_that_made_the_groups_is_not_opened(people: pd.DataFrame) -> None:
    w = CorrelationHeatmap(people, target="churn", compare="churn")
    pairs = w.result.pairs
    assert pairs[(pairs["a"] == "churn") | (pairs["b"] == "churn")]["difference"].isna().all()
    opened = w.result.pair
    assert opened is not None
    assert "churn" not in (opened.a, opened.b)
