"""What ``correlate`` uses, leaves out, decides and says."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.stats as st

from crm_widgets.analysis import Correlation, correlate
from crm_widgets.analysis.correlation.order import column_order
from crm_widgets.data import Customers, Transactions
from crm_widgets.data.datasets import cdnow
from crm_widgets.data.vocabulary.clauses import Clause, Interval, Values
from crm_widgets.errors import AnalysisError, InputError
from tests.references.data import reference

SERVICES = (
    "OnlineSecurity",
    "OnlineBackup",
    "DeviceProtection",
    "TechSupport",
    "StreamingTV",
    "StreamingMovies",
)


@pytest.fixture(scope="module")
def telco() -> pd.DataFrame:
    return pd.read_csv(reference("Telco-Customer-Churn.csv"))


@pytest.fixture(scope="module")
def found(telco: pd.DataFrame) -> Correlation:
    return correlate(telco, target="Churn")


def mixed(n: int = 200, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    return pd.DataFrame(
        {
            "x": x,
            "y": x + rng.normal(size=n),
            "member": rng.random(n) < 0.5,
            "plan": rng.choice(["a", "b", "c"], n),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, n), "D"),
        }
    )


def pair(result: Correlation, a: str, b: str) -> pd.Series:  # type: ignore[type-arg]
    pairs = result.pairs
    (row,) = pairs.index[pairs["a"].isin([a, b]) & pairs["b"].isin([a, b])]
    return pairs.loc[row]


def test_the_measure_follows_from_what_the_columns_are() -> None:
    result = correlate(mixed())
    assert pair(result, "x", "y")["method"] == "spearman"
    assert pair(result, "x", "since")["method"] == "spearman"
    assert pair(result, "x", "member")["method"] == "spearman"
    assert pair(result, "x", "plan")["method"] == "ratio"
    assert pair(result, "member", "plan")["method"] == "v"
    assert not pair(result, "x", "plan")["signed"]
    assert len(result.pairs) == 10


def test_every_pair_is_there_once_and_fills_the_square(found: Correlation) -> None:
    n = len(found.order)
    assert len(found.pairs) == n * (n - 1) / 2
    assert not found.pairs[["a", "b"]].apply(frozenset, axis=1).duplicated().any()
    assert (found.matrix.to_numpy() == found.matrix.to_numpy().T).all()
    assert (np.diag(found.matrix) == 1).all()
    for row in found.pairs.head(20).itertuples():
        assert found.matrix.loc[row.a, row.b] == row.value


def test_telco_says_what_was_left_out_and_that_charges_have_blanks(found: Correlation) -> None:
    assert found.left_out.to_dict("records") == [
        {"column": "customerID", "reason": "identifier", "levels": 7043}
    ]
    (note,) = [note for note in found.notes if note.key == "numbers_as_text"]
    assert (note.n, note.values["column"]) == (11, "TotalCharges")
    assert not any(note.key == "text_numbers" for note in found.notes)
    assert pair(found, "tenure", "TotalCharges")["n"] == 7032


def test_a_level_shared_by_six_columns_is_reported_and_can_be_set_aside(
    telco: pd.DataFrame, found: Correlation
) -> None:
    (shared,) = found.shared.to_dict("records")
    assert shared == {"level": "No internet service", "columns": SERVICES, "n": 1526}
    aside = correlate(telco, set_aside_shared=True)
    before, after = (pair(r, "StreamingTV", "TechSupport") for r in (found, aside))
    assert after["n"] == 7043 - 1526
    rows = telco[telco["StreamingTV"] != "No internet service"]
    table = pd.crosstab(rows["StreamingTV"], rows["TechSupport"]).to_numpy()
    raw = st.contingency.association(table, method="cramer")
    assert after["value"] == pytest.approx(raw, abs=0.001)
    assert before["value"] > 0.6 > 0.4 > after["value"]


def test_p_is_adjusted_over_all_pairs(found: Correlation) -> None:
    p = found.pairs["p"].to_numpy()
    np.testing.assert_allclose(found.pairs["p_adjusted"], st.false_discovery_control(p))


def test_a_pair_fades_when_it_is_near_zero_or_not_significant(found: Correlation) -> None:
    pairs = found.pairs
    near = (pairs["low"] > -0.1) & (pairs["high"] < 0.1)
    assert (pairs["faded"] == near | (pairs["p_adjusted"] > 0.05)).all()
    assert pairs["faded"].any()
    assert not pairs["faded"].all()
    tiny = pairs[(pairs["p_adjusted"] < 0.01) & near]
    assert tiny["faded"].all()
    assert len(tiny)


def test_telco_churn_by_contract_is_the_published_example(found: Correlation) -> None:
    assert found.target is not None
    assert found.target.positive == "Yes"
    assert found.target.ranking["column"][0] == "Contract"
    contract = found.target.rates.query("column == 'Contract'")
    assert contract["level"].tolist() == ["Month-to-month", "One year", "Two year"]
    assert (100 * contract["rate"]).round(1).tolist() == [42.7, 11.3, 2.8]


def test_columns_that_cannot_be_used_are_named_with_the_reason() -> None:
    n = 400
    rng = np.random.default_rng(0)
    words = [" ".join(map(str, rng.integers(0, 10**6, 6))) for _ in range(n)]
    frame = mixed(n).assign(
        user_id=rng.permutation(n) + 10**6,
        row=np.arange(n),
        token=[f"t{i}" for i in rng.permutation(n)],
        remark=words,
        city=[f"city {i % 130}" for i in range(n)],
        shop="north",
        nothing=np.nan,
        blank=None,
    )
    reasons = correlate(frame).left_out.set_index("column")["reason"].to_dict()
    assert reasons == {
        "user_id": "identifier",
        "row": "identifier",
        "token": "identifier",
        "remark": "free_text",
        "city": "too_many_levels",
        "shop": "constant",
        "nothing": "empty",
        "blank": "empty",
    }


def test_a_number_that_is_asked_for_is_not_taken_for_an_identifier() -> None:
    frame = mixed().assign(visit_no=np.arange(200))
    assert "visit_no" not in correlate(frame).order
    assert set(correlate(frame, columns=["x", "visit_no"]).order) == {"x", "visit_no"}


def test_a_selection_keeps_the_columns_and_says_why_a_value_is_missing() -> None:
    frame = mixed()
    result = correlate(frame, where=[Values("plan", ("a",))])
    assert set(result.order) == set(frame.columns)
    assert result.n == (frame["plan"] == "a").sum()
    lost = pair(result, "x", "plan")
    assert np.isnan(lost["value"])
    assert lost["reason"] == "one_level"
    assert lost["faded"]
    assert lost["restricted"]
    assert not pair(result, "x", "y")["restricted"]
    assert any(note.key == "range_restricted" for note in result.notes)


def test_a_selection_gives_what_the_rows_alone_would() -> None:
    frame = mixed()
    where = [Clause(Interval("x", -0.5, 1.0))]
    part = frame[(frame["x"] >= -0.5) & (frame["x"] < 1.0)]
    one, two = correlate(frame, where=where), correlate(part)
    columns = ["a", "b", "value", "n", "p"]
    pd.testing.assert_frame_equal(one.pairs[columns], two.pairs[columns])


@pytest.mark.parametrize("method", ["pearson", "spearman", "kendall"])
def test_a_method_for_numbers_leaves_categories_out(method: str) -> None:
    frame = mixed().mask(np.random.default_rng(1).random((200, 5)) < 0.1)
    frame["member"] = mixed()["member"]
    result = correlate(frame, method=method)  # type: ignore[arg-type]
    assert set(result.order) == {"x", "y", "member", "since"}
    assert result.left_out.to_dict("records") == [
        {"column": "plan", "reason": "not_a_number", "levels": 3}
    ]
    expected = frame[["x", "y"]].dropna().corr(method).iloc[0, 1]  # type: ignore[arg-type]
    assert pair(result, "x", "y")["value"] == pytest.approx(expected, abs=1e-9)


def test_partial_holds_columns_fixed_on_complete_rows() -> None:
    rng = np.random.default_rng(0)
    z, x, y = rng.normal(size=(3, 500))
    frame = pd.DataFrame({"x": x + z, "y": y + z, "z": z})
    frame.loc[:9, "z"] = np.nan
    (row,) = correlate(frame, method="partial", given=["z"]).pairs.itertuples()
    assert row.n == 490
    assert abs(row.value) < 0.1
    assert correlate(frame, method="pearson", columns=["x", "y"]).pairs["value"][0] > 0.4


def test_a_column_that_is_explained_says_so() -> None:
    x = np.random.default_rng(0).normal(size=(2, 50))
    frame = pd.DataFrame({"x": x[0], "double": 2 * x[0], "y": x[1]})
    result = correlate(frame, method="partial", given=["x"])
    assert result.pairs["reason"].tolist() == ["explained"]


def test_fast_ranks_state_how_far_off_they_are() -> None:
    frame = mixed(2000)[["x", "y"]]
    x = frame["x"].copy()
    frame.loc[(x > 0) & (x < 1), "y"] = np.nan
    frame.loc[frame["y"] > 1, "x"] = np.nan
    exact, fast = correlate(frame), correlate(frame, fast=True)
    (note,) = [note for note in fast.notes if note.key == "ranks_once"]
    off = abs(exact.pairs["value"][0] - fast.pairs["value"][0])
    assert note.values["deviation"] == pytest.approx(off, abs=1e-9)
    assert off > 1e-4


@pytest.mark.parametrize(
    "convert", [lambda f: f, pl.from_pandas, lambda f: pl.from_pandas(f).to_arrow(), Customers]
)
def test_any_frame_gives_the_same(convert) -> None:  # type: ignore[no-untyped-def]
    frame = mixed()
    expected = correlate(frame).pairs
    pd.testing.assert_frame_equal(correlate(convert(frame)).pairs, expected)


def test_a_log_is_its_customers() -> None:
    log = Transactions(cdnow())
    result = correlate(log)
    assert {"recency_days", "frequency", "monetary"} <= set(result.order)
    assert result.n == 23570
    assert any(note.key == "customers_of_log" for note in result.notes)
    part = correlate(log, where=[Clause(Interval("frequency", 2, np.inf), "derived")])
    assert part.n < result.n
    assert pair(part, "frequency", "monetary")["restricted"]


def test_heavy_tails_are_said_where_means_matter() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"money": np.exp(2 * rng.normal(size=2000)), "age": rng.normal(size=2000)})
    assert correlate(frame).columns["heavy_tailed"].tolist() == [True, False]
    assert not any(note.key == "heavy_tails" for note in correlate(frame).notes)
    assert any(note.key == "heavy_tails" for note in correlate(frame, method="pearson").notes)


def test_orders() -> None:
    rng = np.random.default_rng(0)
    one, two = rng.normal(size=(2, 300))
    frame = pd.DataFrame(
        {
            "d": one + 0.1 * rng.normal(size=300),
            "B": two + 0.1 * rng.normal(size=300),
            "c": -one + 0.1 * rng.normal(size=300),
            "a": two + 0.1 * rng.normal(size=300),
        }
    )
    clustered = correlate(frame).order
    assert {frozenset(clustered[:2]), frozenset(clustered[2:])} == {
        frozenset("dc"),
        frozenset("Ba"),
    }
    assert correlate(frame, order="name").order == ("a", "B", "c", "d")
    strong = correlate(frame, order="strength")
    mean = strong.matrix.abs().mean()
    assert mean.is_monotonic_decreasing


def test_unknown_coefficients_do_not_disturb_the_order() -> None:
    square = pd.DataFrame(np.full((3, 3), np.nan), list("abc"), list("abc"))
    assert sorted(column_order(square)) == list("abc")


def test_two_columns_are_enough_and_one_is_not() -> None:
    assert correlate(mixed()[["x", "y"]]).matrix.shape == (2, 2)
    with pytest.raises(AnalysisError, match=r"need two columns, but 1 can be used.*shop"):
        correlate(mixed().assign(shop="north")[["x", "shop"]])


@pytest.mark.parametrize(
    "frame", [mixed().head(1), pd.DataFrame({"a": [np.nan] * 9, "b": [None] * 9})]
)
def test_one_row_and_nothing_but_gaps_are_a_sentence(frame: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match="need two columns, but 0 can be used"):
        correlate(frame)


def test_three_rows_give_no_value_but_the_reason() -> None:
    result = correlate(mixed().head(3)[["x", "y"]])
    assert result.pairs["reason"].tolist() == ["too_few_rows"]
    assert result.pairs["faded"].all()


def test_two_hundred_columns_take_seconds() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(3000, 200))).add_prefix("c")
    frame = frame.mask(rng.random(frame.shape) < 0.05)
    start = time.perf_counter()
    assert correlate(frame).matrix.shape == (200, 200)
    assert time.perf_counter() - start < 60


def test_the_frame_is_not_changed() -> None:
    frame = mixed()
    before = frame.copy()
    correlate(frame, target="member", set_aside_shared=True)
    pd.testing.assert_frame_equal(frame, before)


def test_the_same_seed_gives_the_same() -> None:
    one, two = correlate(mixed(), seed=3), correlate(mixed(), seed=3)
    pd.testing.assert_frame_equal(one.pairs, two.pairs)


def test_mistakes_are_named() -> None:
    with pytest.raises(InputError, match=r"no column 'X'. Columns: .*'x'"):
        correlate(mixed(), columns=["X", "y"])
    with pytest.raises(InputError, match="method must be one of auto"):
        correlate(mixed(), method="phi")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="go together"):
        correlate(mixed(), given=["x"])
    with pytest.raises(InputError, match="no column 'plan'"):
        correlate(mixed(), method="partial", given=["plan"])


def test_the_id_of_a_customer_is_no_measure_of_a_log() -> None:
    found = correlate(Transactions(cdnow()))
    assert "customer" not in {*found.pairs["a"], *found.pairs["b"], *found.left_out["column"]}
