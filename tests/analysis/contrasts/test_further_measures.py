"""What else a log says of its customers, against pandas."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import pytest

from crm_widgets import Transactions
from crm_widgets.analysis.contrasts.further_measures import further_measures
from crm_widgets.analysis.rfm.measures import customer_measures


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n = 900
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    return pd.DataFrame(
        {
            "customer": rng.integers(0, 120, n),
            "date": day + pd.to_timedelta(rng.integers(0, 24, n), unit="h"),
            "amount": rng.gamma(2, 20, n) * np.where(rng.random(n) < 0.1, -1, 1),
            "units": np.where(rng.random(n) < 0.2, np.nan, rng.poisson(2, n)),
            "gift": rng.random(n) < 0.3,
            "channel": rng.choice(["web", "shop", None], n, p=[0.5, 0.4, 0.1]),
            "shop_id": rng.integers(0, 5, n),
            "comment": [f"row {row}" for row in range(n)],
            "frequency": rng.integers(0, 9, n),
        }
    )


@pytest.mark.parametrize("as_of", [None, dt.date(2024, 6, 30)])
def test_further_measures_are_those_of_pandas(frame: pd.DataFrame, as_of: dt.date | None) -> None:
    log = Transactions(frame.sample(frac=1, random_state=0), "customer", "date", "amount")
    customers = customer_measures(log, as_of)[0].index
    found = {name: make() for name, make in further_measures(log, customers, as_of).items()}
    assert list(found) == ["first_day_value", "units", "gift", "channel"]

    rows = frame.assign(day=frame["date"].dt.normalize())
    rows = rows[rows["day"] <= pd.Timestamp(as_of or "2024-12-31")]
    bought = rows[rows["amount"] >= 0]
    first = bought.groupby("customer")["day"].min()
    begun = rows[rows["day"] == rows["customer"].map(first)]
    expected = begun.groupby("customer")["amount"].sum().loc[customers]
    np.testing.assert_allclose(found["first_day_value"], expected)
    for name in ("units", "gift"):
        means = bought.groupby("customer")[name].mean().loc[customers]
        np.testing.assert_allclose(found[name], means.astype(float))
    levels = begun[begun["amount"] >= 0].groupby("customer")["channel"].min().reindex(customers)
    assert pd.Series(found["channel"]).astype(object).fillna("-").tolist() == (
        levels.fillna("-").tolist()
    )


def test_nothing_more_is_asked_of_an_engine(frame: pd.DataFrame) -> None:
    told = frame[["customer", "date", "amount", "units"]]
    log = Transactions(duckdb.connect().from_df(told), "customer", "date", "amount")
    assert further_measures(log, log.ids, None) == {}
