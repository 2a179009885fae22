import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_widgets.analysis.cohorts.build import build_cohorts
from crm_widgets.analysis.cohorts.compare import compare_cohorts
from crm_widgets.analysis.cohorts.privacy import suppressed, withheld
from crm_widgets.data import Transactions
from crm_widgets.data.datasets import cdnow
from crm_widgets.errors import InputError


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), st.integers(1, 15))
def test_no_small_size_can_be_told_from_the_total(sizes: list[int], least: int) -> None:
    n = np.array(sizes)
    hidden = withheld(n, least)
    shown = n[~hidden]
    assert not ((shown > 0) & (shown < least)).any()
    together = n[hidden].sum()
    assert together == 0 or together >= least or (shown == 0).all()


def test_averages_are_of_all_cells_whether_they_are_shown_or_not() -> None:
    some = cdnow().query("customer % 40 == 0")
    raw = build_cohorts(Transactions(some), period="week", complete_history=True)
    found = suppressed(raw, int(raw.sizes["customers"].median()))
    assert 0 < found.sizes["shown"].sum() < len(found.sizes)
    assert found.cells["shown"].mean() < 0.7
    pd.testing.assert_frame_equal(
        found.average,
        raw.average[raw.average["age"].isin(found.average["age"])].reset_index(drop=True),
    )
    assert len(found.average) > 50
    assert set(found.pooled()["cohorts"]) <= set(range(1, int(found.sizes["shown"].sum()) + 1))


@pytest.mark.parametrize("measure", ["revenue", "revenue_per_customer", "order_value"])
def test_money_of_few_buyers_is_withheld(measure: str) -> None:
    some = Transactions(cdnow().query("customer % 40 == 0"))
    options = {"period": "week", "complete_history": True, "measure": measure}
    raw = build_cohorts(some, **options).cells  # type: ignore[arg-type]
    found = build_cohorts(some, **options, min_cell=10).cells  # type: ignore[arg-type]
    few = (raw["active"] < 10).to_numpy()
    assert few.any()
    numbers = found.columns.difference(["cohort", "age", "complete", "shown"])
    assert found.loc[few, numbers].isna().all(axis=None)
    kept = found["shown"]
    pd.testing.assert_series_equal(found.loc[kept, "value"], raw.loc[kept, "value"])


@pytest.mark.parametrize("measure", ["revenue_per_customer", "order_value"])
def test_no_money_of_few_buyers_can_be_told_from_an_average(measure: str) -> None:
    some = Transactions(cdnow().query("customer % 12 == 0"))
    options = {"period": "week", "complete_history": True, "measure": measure}
    raw = build_cohorts(some, **options)  # type: ignore[arg-type]
    found = suppressed(raw, 10)
    cells = raw.cells.assign(shown=found.cells["shown"])
    cells = cells[cells["complete"]]
    averaged = set(found.average["age"])
    hidden = cells[~cells["shown"]].groupby("age")["active"].sum()
    assert not set(hidden.index[hidden.between(1, 9)]) & averaged
    assert set(hidden.index[hidden >= 10]) & averaged
    whole = raw.average.set_index("age")["value"]
    for row in found.average.itertuples():
        assert row.value == pytest.approx(whole[row.age], nan_ok=True)


def test_shares_rest_on_the_customers_of_the_cohort() -> None:
    some = Transactions(cdnow().query("customer % 40 == 0"))
    raw = build_cohorts(some, period="month", complete_history=True)
    found = suppressed(raw, 10)
    assert found.cells["shown"].all()
    assert raw.cells["active"].between(1, 9).any()


def test_without_a_smallest_cell_nothing_changes() -> None:
    found = build_cohorts(Transactions(cdnow()), period="month", complete_history=True)
    again = suppressed(found, 1)
    pd.testing.assert_frame_equal(found.cells, again.cells)
    pd.testing.assert_frame_equal(found.average, again.average)
    assert found.notes == again.notes
    with pytest.raises(InputError, match="min_cell"):
        suppressed(found, 0)


def test_a_comparison_withholds_money_of_few_buyers() -> None:
    some = Transactions(cdnow().query("customer % 40 == 0"))
    cohorts = build_cohorts(some, period="month", complete_history=True, measure="revenue")
    windows = compare_cohorts(cohorts, "1997-01", "1997-03").windows
    everything = compare_cohorts(cohorts, "1997-01", "1997-03", min_cell=1).windows
    few = (everything[["active_a", "active_b"]] < 10).any(axis=1)
    assert few.any()
    assert not windows.loc[few, "shown"].any()
    assert windows.loc[~few, "shown"].all()
