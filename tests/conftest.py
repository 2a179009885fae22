"""What holds for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_widgets import text


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A test that speaks Chinese leaves no Chinese behind."""
    yield
    text.set_locale("en")
