import numpy as np
import pytest
from scipy import stats

from crm_widgets.analysis.statistics.proportions import newcombe, two_shares, wilson


@pytest.mark.parametrize(("x", "n"), [(0, 10), (3, 10), (10, 10), (324, 885), (1, 1)])
def test_wilson_agrees_with_scipy(x: int, n: int) -> None:
    low, high = wilson(x, n, level=0.9)
    expected = stats.binomtest(x, n).proportion_ci(0.9, method="wilson")
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(
    ("x1", "n1", "x2", "n2", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_newcombe_agrees_with_the_table_of_his_paper(
    x1: int, n1: int, x2: int, n2: int, low: float, high: float
) -> None:
    found = newcombe(x1, n1, x2, n2)
    assert [float(f) for f in found] == pytest.approx([x1 / n1 - x2 / n2, low, high], abs=6e-5)


def test_two_shares_is_pearsons_chi_square() -> None:
    expected = stats.chi2_contingency([[56, 14], [48, 32]], correction=False)
    assert float(two_shares(56, 70, 48, 80)) == pytest.approx(expected.pvalue, rel=1e-12)


def test_two_shares_that_are_both_none_or_all_do_not_differ() -> None:
    assert two_shares([0, 5], [5, 5], [0, 7], [9, 7]).tolist() == [1.0, 1.0]


def test_a_share_of_nobody_is_unknown() -> None:
    assert np.isnan(wilson(0, 0)).all()
    assert np.isnan(newcombe(0, 0, 1, 2)).all()
    assert np.isnan(two_shares(0, 0, 1, 2))
