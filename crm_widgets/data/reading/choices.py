"""What becomes of some rows of a log, as the analyst chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Returns = Literal["net", "gross", "drop"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What becomes of returns, and the one currency of which amounts are taken (None: all)."""

    returns: Returns = "net"
    currency: str | None = None
