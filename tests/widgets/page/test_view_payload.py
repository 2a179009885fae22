"""After rows were appended no view is embedded again: rows are swapped in those that are there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_widgets.data.reading.live import Named

from ..toy import crm


def orders() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    n, day = 12_000, pd.Timestamp("2023-01-02")
    customer = rng.integers(0, 1500, n)
    start = rng.integers(0, 300, 1500)[customer]
    return pd.DataFrame(
        {
            "customer": customer,
            "date": day + pd.to_timedelta(np.minimum(start + rng.gamma(1, 90, n), 545), unit="D"),
            "amount": rng.gamma(2, 20, n).round(2),
        }
    ).sort_values("date", ignore_index=True)


def people() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n = 4000
    age = rng.normal(45, 12, n)
    return pd.DataFrame(
        {
            "age": age,
            "income": age * 300 + rng.normal(30_000, 6000, n),
            "orders": rng.poisson(4, n),
            "plan": rng.choice(["basic", "family", "pro"], n, p=[0.5, 0.3, 0.2]),
        }
    ).assign(spent=lambda f: f["income"] * 0.01 + f["plan"].map(len) * 40 + rng.gamma(2, 20, n))


def longer(frame: pd.DataFrame) -> pd.DataFrame:
    """One row in a hundred more, like those that are there."""
    more = frame.sample(len(frame) // 100, random_state=7)
    return pd.concat([frame, more], ignore_index=True)


def customers(frame: pd.DataFrame) -> Any:
    return crm.Customers(frame.reset_index(drop=True))


CASES = {
    "rfm": lambda: (crm.SegmentExplorer, orders(), {}),
    "k-means": lambda: (crm.SegmentExplorer, orders(), {"method": "kmeans", "k": 3}),
    "cohorts": lambda: (crm.CohortComparator, orders(), {"period": "quarter"}),
    "money of cohorts": lambda: (
        crm.CohortComparator, orders(), {"period": "quarter", "measure": "cumulative_revenue"},
    ),
    "two numbers": lambda: (crm.CorrelationHeatmap, people(), {"pair": ("age", "income")}),
    "whole numbers": lambda: (crm.CorrelationHeatmap, people(), {"pair": ("age", "orders")}),
    "boxes": lambda: (crm.CorrelationHeatmap, people(), {"pair": ("spent", "plan")}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_after_one_row_in_a_hundred_no_view_is_embedded_again(case: str) -> None:
    kind, frame, knobs = CASES[case]()
    w = kind(frame, **knobs)
    w.settle()
    before = {view["id"]: view["hash"] for view in w._views}
    assert before
    rows = w._rows
    w.data = longer(frame)
    w.settle()
    assert w.status == "ready"
    assert {view["id"]: view["hash"] for view in w._views} == before
    assert w._rows != rows


def test_axes_of_a_pair_move_when_its_numbers_do() -> None:
    frame = people()
    w = crm.CorrelationHeatmap(frame, pair=("age", "income"))
    w.settle()
    before = {view["id"]: view["hash"] for view in w._views}
    w.data = frame.assign(income=frame["income"] * 3)
    w.settle()
    after = {view["id"]: view["hash"] for view in w._views}
    assert [name for name in before if before[name] != after[name]] == ["pair_0_1"]


def test_a_log_that_grows_under_a_name_is_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = orders()
    names = {"orders": frame.iloc[:-100]}
    w = crm.SegmentExplorer(Named("orders", lambda: names))
    w.settle()
    first = w.data
    names["orders"] = frame
    w._table_binding.watcher.look()
    w.settle()
    assert w.data.appended is not None
    assert w.data.appended.n_before == first.table.n
    whole = crm.SegmentExplorer(frame)
    pd.testing.assert_frame_equal(w.result.customers, whole.result.customers, check_exact=True)
    w.data = pd.concat([frame, frame.tail(5)], ignore_index=True)
    assert w.data.appended.n_before == len(frame)
