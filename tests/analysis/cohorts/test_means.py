import numpy as np
import pandas as pd
import pytest

from crm_widgets.analysis.cohorts.build import build_cohorts
from crm_widgets.analysis.cohorts.capping import LEAST, pooled_caps
from crm_widgets.analysis.statistics.means import Ratios, pooled_cap
from crm_widgets.data import Transactions

MEANS = ("revenue_per_customer", "cumulative_revenue", "orders_per_active", "order_value")


def log_with_returns(rows: int = 12_000, customers: int = 900) -> Transactions:
    rng = np.random.default_rng(5)
    who = rng.integers(0, customers, rows)
    frame = pd.DataFrame(
        {
            "customer": who,
            "date": pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 500, rows), "D"),
            "amount": rng.lognormal(3, 1.5, rows) * np.where(rng.random(rows) < 0.1, -1, 1),
            "order": rng.integers(0, rows // 2, rows),
        }
    )
    return Transactions(frame, "customer", "date", "amount", order="order")


def plainly(log: Transactions, codes: pd.Series, measure: str, ages: int) -> list[pd.DataFrame]:
    """x and y of every customer (row) of a group at each age, from rows, by pandas."""
    frame = log.table.rows()
    bought = frame[frame["amount"] >= 0]
    day = frame["time"].dt.floor("D")
    first = bought["time"].dt.floor("D").groupby(bought["customer"]).min()
    start = frame["customer"].map(first)
    frame["age"] = ((day - start).dt.days - 1).clip(lower=0) // 30
    frame = frame[(day >= start) & frame["customer"].isin(codes.index)]
    left = ((pd.Timestamp(log.end) - first).dt.days // 30 - 1).reindex(codes.index)
    over = pd.DataFrame({age: left >= age for age in range(ages)})
    orders = frame[frame["amount"] >= 0].sort_values("time", kind="stable")
    orders = orders.drop_duplicates(["customer", "order"])

    def table(rows: pd.DataFrame, by: str) -> pd.DataFrame:
        cells = rows.groupby(["customer", "age"])[by]
        wide = (cells.sum() if by == "amount" else cells.size()).unstack().fillna(0.0)
        return wide.reindex(index=codes.index, columns=range(ages), fill_value=0.0).where(over, 0.0)

    paid, ordered, here = table(frame, "amount"), table(orders, "order"), over.astype(float)
    return {
        "revenue_per_customer": [paid, here],
        "cumulative_revenue": [paid.cumsum(axis=1).where(over, 0.0), here],
        "orders_per_active": [ordered, (ordered > 0).astype(float)],
        "order_value": [paid, ordered],
    }[measure]


@pytest.mark.parametrize("measure", MEANS)
@pytest.mark.parametrize("parts", ["one", "many"])
def test_means_and_their_intervals_equal_a_plain_computation(
    measure: str, parts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if parts == "many":
        monkeypatch.setattr("crm_widgets.analysis.cohorts.visits.BLOCK", 701)
        monkeypatch.setattr("crm_widgets.analysis.cohorts.means.SAMPLE", 100)
        monkeypatch.setattr("crm_widgets.analysis.cohorts.cumulative.SAMPLE", 100)
    log = log_with_returns()
    labels = pd.Series(np.array(["x", "y"])[(log.ids % 3 == 0).astype(int)], index=log.ids)[:-20]
    found = build_cohorts(
        log, by=labels, windows="rolling", period="month", measure=measure,  # type: ignore[arg-type]
        complete_history=True,
    ).cells  # fmt: skip
    ages = int(found["age"].max()) + 1
    x, y = plainly(log, labels, measure, ages)
    money = measure != "orders_per_active"
    for age in range(ages):
        one, per = x[age].to_numpy(float), y[age].to_numpy(float)
        counts = per > 0
        cap = float(np.quantile(one[counts] / per[counts], 0.99)) if money else np.nan
        rows = found[found["age"] == age].set_index("cohort")
        for group, row in rows.iterrows():
            own = (labels == group).to_numpy()
            assert row["total"] == pytest.approx(one[own].sum())
            assert row["base"] == per[own].sum()
            limited = np.where(counts, np.minimum(one, cap * per), one) if money else one
            used = own & (counts | (one != 0))
            sums = Ratios.of(np.zeros(used.sum(), np.intp), 1, limited[used], per[used])
            sums = Ratios(np.array([(own & counts).sum()]), *(getattr(sums, s) for s in ORDER))
            low, high = sums.interval(0.95)
            expected = [cap, float(sums.value[0]) if money else np.nan, low[0], high[0]]
            given = [row[name] for name in ("cap", "capped", "low", "high")]
            assert given == pytest.approx(expected, nan_ok=True), (group, age)
    assert found["low"].notna().any()


ORDER = ("x", "y", "xx", "xy", "yy")


@pytest.mark.parametrize("misled", [False, True])
def test_the_cap_is_exact_whatever_the_sample_says(misled: bool) -> None:
    rng = np.random.default_rng(0)
    ages, values = rng.integers(0, 4, 20_000), rng.lognormal(3, 2, 20_000)
    values[ages == 2] = 7.0
    n = np.array([6_000.0, 5_500.0, 9_000.0, 2_000_000.0])
    sample = ages[::10], values[::10] * (1000 if misled else 1)
    looked_at: list[int] = []

    def take(bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        kept = values >= bounds[ages]
        looked_at.append(int(kept.sum()))
        return ages[kept], values[kept]

    caps = pooled_caps(n, sample, 10, take)
    expected = [pooled_cap(values[ages == age], int(n[age])) for age in range(4)]
    assert caps.tolist() == pytest.approx(expected, nan_ok=True)
    assert np.isnan(caps[3])
    assert len(looked_at) == (2 if misled else 1)
    assert LEAST > 0


def test_a_log_in_any_order_of_rows_gives_the_same_means() -> None:
    log = log_with_returns(3_000, 200)
    rows = log.table.rows()
    mixed = Transactions(
        rows.sample(frac=1, random_state=1), "customer", "time", "amount", order="order"
    )
    tidy = Transactions(
        rows.sort_values(["customer", "time"]), "customer", "time", "amount", order="order"
    )
    for measure in MEANS:
        one, two = (
            build_cohorts(one, period="month", measure=measure).cells  # type: ignore[arg-type]
            for one in (mixed, tidy)
        )
        pd.testing.assert_frame_equal(one, two)
