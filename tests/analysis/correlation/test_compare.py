"""Rates of a target, groups compared, and pairs looked into."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st

from crm_widgets.analysis import compare_correlations, correlate, pair_view
from crm_widgets.analysis.correlation.target_rates import TargetRates
from crm_widgets.data.vocabulary.clauses import Interval, Values
from crm_widgets.errors import AnalysisError, InputError
from tests.references.data import reference


@pytest.fixture(scope="module")
def telco() -> pd.DataFrame:
    return pd.read_csv(reference("Telco-Customer-Churn.csv"))


def rates_of(frame: pd.DataFrame, **options: object) -> TargetRates:
    found = correlate(frame, **options).target  # type: ignore[arg-type]
    assert found is not None
    return found


def people(n: int = 1000) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    age = rng.integers(18, 80, n).astype(float)
    left = rng.random(n) < age / 160
    age[:50] = np.nan
    return pd.DataFrame({"age": age, "left": left, "plan": rng.choice(["a", "b"], n)})


def test_rates_are_counts_over_rows_in_half_open_bins() -> None:
    frame = people()
    rates = rates_of(frame, target="left").rates
    for row in rates.itertuples():
        if row.part == "bin":
            above = frame["age"] <= row.hi if row.closed else frame["age"] < row.hi
            rows = frame[(frame["age"] >= row.lo) & above]
        else:
            rows = frame[frame["age"].isna()] if row.part == "missing" else None
            rows = frame[frame["plan"] == row.level] if rows is None else rows
        assert (row.n, row.positives) == (len(rows), rows["left"].sum())
        rest = frame.drop(rows.index)["left"]
        assert row.difference == pytest.approx(rows["left"].mean() - rest.mean())
        table = [[row.positives, row.n - row.positives], [rest.sum(), (~rest).sum()]]
        assert row.p == pytest.approx(st.chi2_contingency(table, correction=False).pvalue)
    bins = rates[rates["part"] == "bin"]
    assert bins["n"].sum() == 950
    assert bins["lo"].is_monotonic_increasing
    np.testing.assert_allclose(rates["p_adjusted"], st.false_discovery_control(rates["p"]))


def test_few_expected_positives_are_tested_exactly() -> None:
    frame = pd.DataFrame({"plan": list("aaab") * 10, "left": [True, *[False] * 39]})
    row = rates_of(frame, target="left").rates.query("level == 'b'").iloc[0]
    assert row["p"] == pytest.approx(st.fisher_exact([[0, 10], [1, 29]]).pvalue)


def test_the_strongest_column_comes_first() -> None:
    found = rates_of(people(), target="left")
    assert found.ranking["column"].tolist() == ["age", "plan"]
    assert found.rates["column"].tolist()[0] == "age"
    assert found.ranking["v"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        (["是", "否", "否"], "是"),
        ([1, 0, 1], 1),
        ([True, False, True], True),
        (["stay", "go", "stay"], "go"),
    ],
)
def test_the_value_counted_says_yes_or_is_the_rarer(values: list[object], counted: object) -> None:
    frame = pd.DataFrame({"x": np.random.default_rng(0).normal(size=30), "y": values * 10})
    assert rates_of(frame, target="y").positive == counted
    assert rates_of(frame, target="y", positive=values[1]).positive == values[1]


def test_a_target_of_many_values_asks_which() -> None:
    frame = people().assign(left=np.resize(["a", "b", "c"], 1000))
    with pytest.raises(InputError, match=r"positive=… to one of: 'a', 'b', 'c'"):
        correlate(frame, target="left")
    assert rates_of(frame, target="left", positive="b").positives == 333
    with pytest.raises(InputError, match="has no value 'z'"):
        correlate(frame, target="left", positive="z")


def test_rates_are_those_of_the_selection(telco: pd.DataFrame) -> None:
    found = rates_of(telco, target="Churn", where=[Values("Contract", ("One year",))])
    assert (found.n, found.positives) == (1473, 166)


def test_two_groups_differ_where_they_differ() -> None:
    rng = np.random.default_rng(1)
    x, noise, other = rng.normal(size=(3, 1000))
    shop = np.repeat(["north", "south"], 500)
    frame = pd.DataFrame({"x": x, "y": np.where(shop == "north", x, 0) + noise, "z": other})
    found = compare_correlations(frame.assign(shop=shop), [Values("shop", ("north",))])
    pairs = found.pairs.set_index(["a", "b"])
    assert (found.a.n, found.b.n) == (500, 500)
    north = frame[shop == "north"].corr("spearman").loc["x", "y"]
    south = frame[shop == "south"].corr("spearman").loc["x", "y"]
    assert pairs.loc[("x", "y"), "difference"] == pytest.approx(north - south)
    assert not pairs.loc[("x", "y"), "faded"]
    assert pairs.loc[("x", "z"), "faded"]
    assert found.matrix.loc["y", "x"] == pytest.approx(north - south)
    assert (np.diag(found.matrix) == 0).all()
    tested = found.pairs["p"].notna()
    assert found.pairs.loc[~tested, "reason"].ne("").all()
    np.testing.assert_allclose(
        found.pairs.loc[tested, "p_adjusted"],
        st.false_discovery_control(found.pairs.loc[tested, "p"]),
    )


def test_a_group_cut_by_a_column_of_the_pair_has_no_p_and_says_so() -> None:
    rng = np.random.default_rng(0)
    x, noise, z = rng.normal(size=(3, 2000))
    frame = pd.DataFrame({"x": x, "y": x + noise, "z": z})
    found = compare_correlations(frame, [Interval("x", 1.0, 9.0)])
    pairs = found.pairs.set_index(["a", "b"])
    cut = pairs.loc[("x", "y")]
    assert cut["value_a"] < 0.6 < cut["value_b"] + 0.1
    assert cut["restricted"]
    assert cut["reason"] == "range_restricted"
    assert np.isnan(cut["p"])
    assert cut["faded"]
    assert not pairs.loc[("y", "z"), "restricted"]
    assert any(note.key == "range_restricted" for note in found.notes)
    named = compare_correlations(
        frame.assign(g=np.resize(["a", "b"], 2000)), [Values("g", ("a",))], restricted=["y"]
    )
    assert named.pairs.set_index(["a", "b"]).loc[("x", "y"), "restricted"]


def test_groups_that_overlap_are_not_tested() -> None:
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 3)), columns=list("xyz"))
    found = compare_correlations(
        frame, [Interval("z", -1, 1)], [Interval("z", 0, 2)], columns=["x", "y"]
    )
    assert found.overlap == frame["z"].between(0, 1).sum()
    assert found.pairs["p"].isna().all()
    assert found.pairs["reason"].tolist() == ["overlap"]


def test_a_group_without_rows_is_a_sentence() -> None:
    with pytest.raises(AnalysisError, match="no rows: 0 and 1000"):
        compare_correlations(people(), [Values("plan", ("z",))])


def test_equal_groups_are_told_apart_in_five_of_a_hundred() -> None:
    rng = np.random.default_rng(1)
    found = 0
    for _ in range(100):
        x, noise = rng.normal(size=(2, 300))
        frame = pd.DataFrame({"x": x, "y": x + noise, "g": rng.choice(["a", "b"], 300)})
        pairs = compare_correlations(frame, [Values("g", ("a",))], columns=["x", "y"]).pairs
        found += int(pairs["p"][0] < 0.05)
    assert found <= 11


def test_two_numbers_are_counted_in_cells_and_followed_by_medians(telco: pd.DataFrame) -> None:
    view = pair_view(telco, "tenure", "TotalCharges")
    assert (view.kind, view.n, view.missing) == ("numbers", 7032, 11)
    assert view.cells["n"].sum() == 7032
    assert len(view.cells) <= 50 * 50
    cell = view.cells.iloc[100]
    charges = pd.to_numeric(telco["TotalCharges"], errors="coerce")
    inside = telco["tenure"].between(cell["a_lo"], cell["a_hi"], inclusive="left")
    inside &= charges.between(cell["b_lo"], cell["b_hi"], inclusive="left")
    assert inside.sum() == cell["n"]
    last = view.cells[view.cells["b_hi"] == view.edges_b[-1]]
    assert last["n"].sum() == (charges >= view.edges_b[-2]).sum()
    assert view.outside == (
        (charges < view.edges_b[0]) | (charges > view.edges_b[-1])
        | ~telco["tenure"].between(view.edges_a[0], view.edges_a[-1])
    )[charges.notna()].sum()  # fmt: skip
    assert (view.beyond_a, view.beyond_b) == ((True, False), (True, True))
    assert view.trend["n"].sum() == 7032
    assert (view.trend["q25"] <= view.trend["median"]).all()
    assert view.trend["median"].corr(view.trend["a"], "spearman") > 0.99


def test_edges_stay_while_the_selection_changes(telco: pd.DataFrame) -> None:
    whole = pair_view(telco, "tenure", "MonthlyCharges")
    part = pair_view(telco, "tenure", "MonthlyCharges", where=[Values("Churn", ("Yes",))])
    assert part.n == 1869
    assert (part.edges_a, part.edges_b) == (whole.edges_a, whole.edges_b)


@pytest.mark.parametrize("names", [("MonthlyCharges", "Contract"), ("Contract", "MonthlyCharges")])
def test_a_number_and_a_category_are_quartiles_by_level(
    telco: pd.DataFrame, names: tuple[str, str]
) -> None:
    view = pair_view(telco, *names)
    assert (view.kind, view.a, view.b) == ("number_category", "MonthlyCharges", "Contract")
    expected = telco.groupby("Contract")["MonthlyCharges"].quantile([0.25, 0.5, 0.75]).unstack()
    for row in view.cells.itertuples():
        assert (row.q25, row.median, row.q75) == pytest.approx(tuple(expected.loc[row.level]))
    assert view.cells["n"].sum() == 7043


def test_two_categories_are_shares_that_add_to_one(telco: pd.DataFrame) -> None:
    view = pair_view(telco, "Contract", "Churn")
    assert view.kind == "categories"
    assert view.cells.groupby("level_a")["share"].sum().tolist() == pytest.approx([1, 1, 1])
    row = view.cells.query("level_a == 'Two year' and level_b == 'Yes'").iloc[0]
    assert (row["n"], row["total"]) == (48, 1695)


def test_rare_levels_are_gathered() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"g": rng.integers(0, 45, 5000).astype(str), "x": rng.normal(size=5000)})
    view = pair_view(frame, "x", "g")
    assert len(view.cells) == 31
    assert view.cells["other"].tolist() == [False] * 30 + [True]
    assert view.cells["n"].sum() == 5000


def test_a_point_of_the_trend_stands_for_five_rows_at_least() -> None:
    frame = pd.DataFrame({"x": [1.0] * 4 + [2.0] * 5, "y": np.arange(9) + 0.5})
    view = pair_view(frame, "x", "y")
    assert view.trend[["a", "n", "median"]].to_numpy().tolist() == [[2.0, 5.0, 6.5]]


def test_a_column_that_is_left_out_cannot_be_looked_into(telco: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"'customerID' cannot be compared"):
        pair_view(telco, "customerID", "Churn")
