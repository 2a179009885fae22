"""Times of every spelling, as the clock on the analyst's wall showed them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def clock_ms(values: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Epoch milliseconds of a column of times; a missing time is NaN.

    Naive times read as UTC; of times with a zone the local clock is kept, so that a
    purchase stays on the calendar day on which the customer made it.
    """
    dtype = values.dtype
    if isinstance(dtype, pd.PeriodDtype):
        values = values.dt.to_timestamp()
    elif dtype == object:
        values = pd.to_datetime(values, errors="coerce")
    elif isinstance(dtype, pd.ArrowDtype):
        values = values.astype("datetime64[ms]") if "tz=" not in str(dtype) else pd.Series(
            values.dt.tz_localize(None).astype("datetime64[ms]")
        )
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_localize(None)
    raw = values.to_numpy()
    found = raw.astype("datetime64[ms]").view(np.int64).astype(np.float64)
    missing = np.isnat(raw)
    if missing.any():
        found[missing] = np.nan
    return found
