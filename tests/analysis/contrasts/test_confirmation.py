"""Findings tested on other customers: against SciPy, and on simulated noise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crm_widgets import AnalysisError, InputError
from crm_widgets.analysis.contrasts.confirmation import Confirmation, confirm, holm
from crm_widgets.analysis.contrasts.contrast import Contrast, compare, contrast
from crm_widgets.analysis.contrasts.ranked_customers import rank_customers


def people(seed: int, n: int = 600) -> pd.DataFrame:
    """Customers of whom those over 50 visit more and have other plans; ``shoe`` is noise."""
    rng = np.random.default_rng(seed)
    age = rng.normal(45, 10, n)
    old = age > 50
    return pd.DataFrame(
        {
            "age": age,
            "visits": rng.poisson(np.where(old, 5, 3)),
            "plan": np.where(rng.random(n) < np.where(old, 0.5, 0.2), "pro", "basic"),
            "member": rng.random(n) < np.where(old, 0.7, 0.4),
            "shoe": rng.normal(40, 2, n),
        }
    )


def old(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["age"] > 50


@pytest.fixture(scope="module")
def found() -> Contrast:
    frame = people(0)
    return contrast(frame, old(frame), defining=["age"])


@pytest.fixture(scope="module")
def held() -> pd.DataFrame:
    return people(1)


@pytest.fixture(scope="module")
def tested(found: Contrast, held: pd.DataFrame) -> Confirmation:
    return confirm(found, held, old(held).to_numpy())


def test_the_clear_features_that_do_not_define_the_group_are_tested(
    found: Contrast, tested: Confirmation
) -> None:
    clear = found.features.query("(low > 0 or high < 0) and not defining")["feature"]
    assert tested.features["feature"].tolist() == clear.tolist()
    assert {"visits", "plan", "member"} <= set(clear)
    assert "age" not in set(clear)
    real = tested.features["feature"].isin(["visits", "plan", "member"])
    assert tested.features["confirmed"].tolist() == real.tolist(), "noise that looked clear is not"
    assert tested.tests == len(clear)
    assert tested.confirmations == 1


def test_p_of_a_number_is_brunner_and_munzels(tested: Confirmation, held: pd.DataFrame) -> None:
    group = old(held)
    expected = stats.brunnermunzel(held.loc[~group, "visits"], held.loc[group, "visits"])
    got = tested.features.set_index("feature").loc["visits"]
    assert got["p"] == pytest.approx(expected.pvalue)
    assert got["statistic"] == pytest.approx(expected.statistic)


def test_p_of_a_share_is_pearsons_for_the_level_that_was_found(
    found: Contrast, tested: Confirmation, held: pd.DataFrame
) -> None:
    got = tested.features.set_index("feature").loc[["plan", "member"]]
    for feature, table in {
        "plan": pd.crosstab(held["plan"], old(held)),
        "member": pd.crosstab(held["member"], old(held)),
    }.items():
        expected = stats.chi2_contingency(table, correction=False).pvalue
        assert got.loc[feature, "p"] == pytest.approx(expected)
    assert got.loc["plan", "level"] == found.features.set_index("feature").loc["plan", "level"]


def test_p_of_a_rare_level_is_exact() -> None:
    frame = people(0)
    rng = np.random.default_rng(4)
    group = old(frame).to_numpy()
    frame["gold"] = group & (rng.random(len(frame)) < 0.2)
    found = contrast(frame, group, features=["gold"])
    held = people(2, 80).assign(gold=False)
    inside = old(held).to_numpy()
    held.loc[held.index[inside][:4], "gold"] = True
    got = confirm(found, held, inside).features.loc[0]
    table = [[4, 0], [inside.sum() - 4, (~inside).sum()]]
    assert got["p"] == pytest.approx(stats.fisher_exact(table).pvalue)


def test_p_are_adjusted_over_all_confirmations(
    found: Contrast, held: pd.DataFrame, tested: Confirmation
) -> None:
    others = [0.001, 0.2, 0.9]
    more = confirm(found, held, old(held).to_numpy(), others=others, confirmations=3)
    p = tested.features["p"]
    assert more.features["p"].tolist() == p.tolist()
    assert more.features["p_adjusted"].tolist() == pytest.approx(
        holm([*p, *others])[: len(p)].tolist()
    )
    assert (more.tests, more.confirmations) == (len(p) + 3, 3)
    again = tested.adjusted(others, 3)
    pd.testing.assert_frame_equal(again.features, more.features)


def test_holm_is_as_worked_by_hand() -> None:
    # Holm 1979: the smallest times four, the next times three …, never falling
    p = [0.02, 0.005, 0.04, 0.03]
    assert holm(p).tolist() == pytest.approx([0.06, 0.02, 0.06, 0.06])
    assert holm([0.6, 0.7]).tolist() == [1, 1]
    assert holm([]).size == 0


def test_a_difference_on_the_other_side_is_not_confirmed(found: Contrast) -> None:
    held = people(1)
    held["visits"] = held["visits"].max() - held["visits"]
    got = confirm(found, held, old(held).to_numpy()).features.set_index("feature").loc["visits"]
    assert got["p_adjusted"] < 0.001
    assert got["found"] > 0 > got["delta"]
    assert not got["confirmed"]


def test_without_a_finding_or_enough_held_out_customers_nothing_is_tested(
    found: Contrast, held: pd.DataFrame
) -> None:
    frame = people(0)
    with pytest.raises(AnalysisError, match="no feature differs clearly"):
        confirm(contrast(frame, old(frame), features=["age"], defining=["age"]), held, old(held))
    few = np.arange(len(held)) < 9
    with pytest.raises(AnalysisError, match=r"9 held-out customers belong to the group and 591"):
        confirm(found, held, few)
    with pytest.raises(InputError, match="mask of all 600"):
        confirm(found, held, few[:5])


def test_a_feature_that_cannot_be_tested_is_no_test(found: Contrast, held: pd.DataFrame) -> None:
    gone = held.assign(visits=np.nan)
    got = confirm(found, gone, old(gone).to_numpy())
    visits = got.features.set_index("feature").loc["visits"]
    assert np.isnan([visits["p"], visits["p_adjusted"]]).all()
    assert not visits["confirmed"]
    assert got.tests == len(got.features) - 1


def test_after_forty_looks_at_noise_at_most_seven_sessions_in_a_hundred_confirm_something() -> None:
    false = tried = would = 0
    for session in range(300):
        rng = np.random.default_rng(session)
        noise = pd.DataFrame(rng.normal(size=(500, 6)), columns=list("abcdef"))
        explored, held = noise[:250], noise[250:]
        ranked = rank_customers(explored)
        brushed = explored["a"].to_numpy()
        starts = np.quantile(brushed, np.linspace(0, 0.75, 40))
        ends = np.quantile(brushed, np.linspace(0.25, 1, 40))
        # a drag of forty steps over one column, stopping where another one differs most
        looks = [
            min(
                compare(column, (brushed >= lo) & (brushed < hi), 0.95)[0].p
                for column in ranked.columns[1:]
            )
            for lo, hi in zip(starts, ends, strict=True)
        ]
        best = int(np.argmin(looks))
        lo, hi = starts[best], ends[best]
        found = contrast(ranked, (brushed >= lo) & (brushed < hi), defining=["a"])
        would += looks[best] < 0.05
        try:
            group = held["a"].between(lo, hi, inclusive="left").to_numpy()
            got = confirm(found, held, group)
        except AnalysisError:
            continue
        tried += 1
        false += bool(got.features["confirmed"].any())
    assert tried > 200, "the search finds something in most sessions"
    assert would > 200, "which a p of the exploration would have called a finding"
    assert false <= 0.07 * 300
