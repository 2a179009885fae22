"""Reference data too large, or not ours, to ship: read from a folder beside the checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "data"


def reference(name: str) -> Path:
    """Path of a reference file; the test is skipped where the folder is absent."""
    if not FOLDER.is_dir():
        pytest.skip(f"the folder of reference data, {FOLDER}, is absent")
    return FOLDER / name


@cache
def online_retail_sales() -> pd.DataFrame:
    """Lines of the UK gift shop with a customer and a positive quantity, with their amount."""
    lines = pd.read_parquet(reference("online_retail.parquet"))
    lines = lines[lines["CustomerID"].notna() & (lines["Quantity"] > 0)]
    return lines.assign(Amount=lines["Quantity"] * lines["UnitPrice"])
