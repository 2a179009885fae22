"""Views of correlations, by their spec and rows, against what the analysis found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets import CorrelationHeatmap, simulate
from crm_widgets.analysis.correlation.compare import compare_correlations
from crm_widgets.analysis.correlation.correlate import Correlation, correlate
from crm_widgets.analysis.correlation.pair import pair_view
from crm_widgets.charts import theme
from crm_widgets.charts.correlation.scene import CorrelationScene, between, coefficient
from crm_widgets.charts.correlation.views import correlation_footer, correlation_views
from crm_widgets.charts.view import Chart
from crm_widgets.data.vocabulary.clauses import Group, Values


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 600
    plan = rng.choice(["basic", "plus", "pro"], n, p=[0.6, 0.3, 0.1])
    x = rng.normal(size=n)
    return pd.DataFrame(
        {
            "x": x,
            "minus": -x + rng.normal(size=n) * 0.3,
            "noise": rng.normal(size=n),
            "spend": (plan == "pro") * 3.0 + rng.normal(size=n),
            "plan": plan,
            "left": np.where(rng.random(n) < (plan == "basic") * 0.5 + 0.05, "Yes", "No"),
        }
    )


def scene_of(found: Correlation, opened: tuple[str, str] | None = None, **rest: Any) -> Any:
    places = {name: i for i, name in enumerate(frame().columns)}
    if opened is not None:
        rest |= {"pair": pair_view(frame(), *opened), "whole": pair_view(frame(), *opened)}
    return CorrelationScene(found, found.order, places, rows=600, total=600, **rest)


@pytest.fixture(scope="module")
def found() -> Correlation:
    return correlate(frame(), target="left")


def views_of(scene: CorrelationScene) -> dict[str, Chart]:
    return {view.id: view for view in correlation_views(scene)}


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for part in node.values():
            yield from nodes(part)
    elif isinstance(node, list):
        for part in node:
            yield from nodes(part)


def spec_of(view: Chart) -> dict[str, Any]:
    spec: dict[str, Any] = view.chart.to_dict()
    return spec


def test_cells_are_the_pairs_below_the_diagonal(found: Correlation) -> None:
    view = views_of(scene_of(found))["heatmap"]
    pairs = found.pairs.set_index(["a", "b"])
    for row in view.rows.to_dict("records"):
        assert found.order.index(row["x"]) < found.order.index(row["y"])
        expected = pairs.loc[(row["a"], row["b"])]
        assert row["r"] == pytest.approx(expected["value"], abs=1e-4)
        assert row["n"] == expected["n"]
        assert bool(row["faded"]) == expected["faded"]
    across, down = (dim.levels for dim in view.dims)
    assert across == found.order[:-1]
    assert down == found.order[1:]


def test_signed_and_unsigned_measures_have_ramps_of_their_own(found: Correlation) -> None:
    spec = spec_of(views_of(scene_of(found))["heatmap"])
    ramps = {
        tuple(node["scale"]["domain"]): (node["scale"]["range"], node["legend"]["title"])
        for node in nodes(spec)
        if node.get("field") == "r" and "scale" in node
    }
    assert ramps == {
        (-1.0, 1.0): ("diverging", ["", "Spearman’s ρ"]),
        (0.0, 1.0): ("heatmap", ["Correlation ratio,", "Cramér’s V"]),
    }
    assert spec["resolve"] == {"scale": {"color": "independent"}}
    for mode in ("light", "dark"):
        ranges = theme.config(mode)["range"]
        assert not set(ranges["diverging"]) & set(ranges["heatmap"])


def test_the_title_is_the_strongest_pair(found: Correlation) -> None:
    view = views_of(scene_of(found))["heatmap"]
    value = found.pairs.set_index(["a", "b"]).loc[("x", "minus"), "value"]
    said = f"(Spearman’s ρ {coefficient(value)})"
    assert view.title == f"x and minus are most strongly related {said}"
    assert "Faded" in view.subtitle


def test_differences_say_both_coefficients_and_what_is_restricted() -> None:
    compared = compare_correlations(
        frame(), [Values("plan", ("basic",))], [Values("plan", ("pro",))]
    )
    scene = scene_of(compared.a, comparison=compared, groups=("plan: basic", "plan: pro"))
    view = views_of(scene)["heatmap"]
    rows = view.rows.set_index("pair")
    for pair in compared.pairs.to_dict("records"):
        row = rows.loc[scene.key(pair["a"], pair["b"])]
        assert row["r"] == pytest.approx(pair["difference"], abs=1e-4, nan_ok=True)
        assert row["r1"] == pytest.approx(pair["value_a"], abs=1e-4, nan_ok=True)
        assert bool(row["cut"]) == ("plan" in (pair["a"], pair["b"]))
    assert "restricts the range" in view.subtitle
    drawn = [node for node in nodes(spec_of(view)) if node.get("field") == "r" and "scale" in node]
    domains = [node["scale"]["domain"] for node in drawn]
    assert domains == [[-scene.reach, scene.reach]]


def test_the_strongest_come_first_and_faded_pairs_do_not(found: Correlation) -> None:
    view = views_of(scene_of(found))["strongest"]
    clear = found.pairs[~found.pairs["faded"]]
    expected = clear["value"].abs().sort_values(ascending=False).to_numpy()
    np.testing.assert_allclose(view.rows["v"].abs(), expected)
    firm = int((clear["value"].abs() >= 0.5).sum())
    assert view.title == f"{firm} of {len(found.pairs)} pairs reach a coefficient of ±.50"
    assert view.subtitle == f"All {len(clear)} that are not faded; click to open"


def test_shares_that_are_all_the_same_are_said_to_be(found: Correlation) -> None:
    one = frame()["left"] == "Yes"
    same = pair_view(frame(), "plan", "left", where=[Group("left", frozenset(one[one].index))])
    view = list(views_of(replace(scene_of(found, ("plan", "left")), pair=same)).values())[1]
    assert view.title == "left is Yes: 100 % for every plan"


def test_rates_are_drawn_with_their_intervals_and_the_overall(found: Correlation) -> None:
    view = views_of(scene_of(found))["rates"]
    assert found.target is not None
    basic = found.target.rates.query("column == 'plan' and level == 'basic'").iloc[0]
    row = view.rows.query("column == 'plan' and name == 'basic'").iloc[0]
    for drawn, name in (("v", "rate"), ("lo", "low"), ("hi", "high"), ("n", "n")):
        assert row[drawn] == pytest.approx(basic[name])
    assert (view.rows["all"] == found.target.rate).all()
    assert view.rows["level"].is_unique
    heads = view.extra["rates_heads"]
    places = sorted([*heads["row"], *view.rows["row"]])
    assert places == list(range(len(places)))


@pytest.mark.parametrize("most", [0.05, 0.13, 0.2, 0.31, 0.44, 0.5, 0.6, 0.66, 0.9, 1.0])
def test_rates_have_ticks_at_whole_percentages(found: Correlation, most: float) -> None:
    assert found.target is not None
    rates = found.target.rates.assign(high=found.target.rates["high"] * 0 + most)
    target = replace(found.target, rates=rates)
    spec = spec_of(views_of(scene_of(replace(found, target=target)))["rates"])
    (ticks,) = {
        tuple(node["axis"]["values"])
        for node in nodes(spec)
        if isinstance(node.get("axis"), dict) and "values" in node["axis"]
    }
    steps = np.diff(ticks)
    np.testing.assert_allclose(steps, steps[0])
    assert round(steps[0], 9) in (0.02, 0.05, 0.1, 0.2)
    assert 3 <= len(ticks) <= 6


@pytest.mark.parametrize(
    ("opened", "marks"),
    [
        (("x", "minus"), {"rect", "line"}),
        (("spend", "plan"), {"rule", "bar", "tick"}),
        (("plan", "left"), {"bar", "text"}),
    ],
)
def test_a_pair_is_drawn_by_its_kind(
    found: Correlation, opened: tuple[str, str], marks: set[str]
) -> None:
    view = list(views_of(scene_of(found, opened)).values())[1]
    drawn = {node["mark"]["type"] for node in nodes(spec_of(view)) if "mark" in node}
    assert marks <= drawn
    found_pair = scene_of(found, opened).pair
    if opened == ("x", "minus"):
        assert view.rows["n"].sum() == found_pair.n == 600
        assert [dim.key for dim in view.dims] == ["x", "minus"]
    elif opened == ("spend", "plan"):
        medians = frame().groupby("plan")["spend"].median()
        assert view.rows.set_index("level")["median"].to_dict() == pytest.approx(medians.to_dict())
    else:
        shares = view.rows.groupby("level_a")["share"].sum()
        np.testing.assert_allclose(shares, 1.0)
        rate = (frame()["left"] == "Yes").groupby(frame()["plan"]).mean()
        yes = view.rows[view.rows["level_b"] == "Yes"].set_index("level_a")["share"]
        assert yes.to_dict() == pytest.approx(rate.to_dict())


def test_axes_of_a_log_have_units() -> None:
    w = CorrelationHeatmap(simulate(200, seed=1).transactions)
    w.pair = ("recency_days", "frequency")
    (drawn,) = [chart for name, chart in w.charts.items() if name.startswith("pair")]
    titles = {node["axis"]["title"] for node in nodes(drawn.to_dict()) if node.get("axis")}
    assert titles == {"Recency, days since last order", "Frequency, orders"}


def test_no_field_and_no_expression_is_made_of_a_name() -> None:
    rng = np.random.default_rng(0)
    names = ["a.b[c]", "datum.x'", "__proto__", "<img onerror=alert(1)>", ""]
    data = pd.DataFrame({name: rng.normal(size=80) for name in names})
    level = "');alert(1)//"
    data["k'"] = rng.choice([level, "b]"], 80)
    result = correlate(data, target="k'")
    places = {name: i for i, name in enumerate(data.columns)}
    opened = pair_view(data, names[0], "k'")
    scene = CorrelationScene(
        result, result.order, places, pair=opened, whole=opened, rows=80, total=80
    )
    for view in correlation_views(scene):
        for node in nodes(spec_of(view)):
            for key in ("field", "expr", "calculate", "filter", "labelExpr", "test"):
                said = node.get(key)
                if isinstance(said, str):
                    assert not any(name in said for name in [*names[:4], level] if name)
        assert json.dumps(spec_of(view)).count('"url"') == 0


def test_a_structure_depends_on_no_row(found: Correlation) -> None:
    scene = scene_of(found, ("x", "minus"))
    some = correlate(frame(), rows=np.arange(600) < 300, target="left")
    half = CorrelationScene(
        some, found.order, scene.places, pair=scene.pair, whole=scene.whole, rows=300, total=600,
        charts=scene.charts,
    )  # fmt: skip
    whole, part = views_of(scene), views_of(half)
    assert spec_of(whole["heatmap"]) == spec_of(part["heatmap"])
    assert spec_of(whole["pair_0_1"]) == spec_of(part["pair_0_1"])


def test_the_footer_says_over_how_many_pairs_p_is_adjusted(found: Correlation) -> None:
    assert correlation_footer(scene_of(found))[-1].endswith(f"for {len(found.pairs)} pairs.")


@pytest.mark.parametrize(
    ("low", "high", "words"), [(-0.2, 0.31, "−.20 to +.31"), (float("nan"), 0.3, "–")]
)
def test_intervals_are_written_as_coefficients(low: float, high: float, words: str) -> None:
    assert between(low, high) == words
