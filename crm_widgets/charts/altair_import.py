"""Altair, imported without what it does not use.

Altair imports jsonschema, and that, where Jupyter is installed, a package which compiles the
grammar of international addresses (RFC 3987) when it is imported: nearly half of the time that
importing this package took. Here that is put off until somebody checks such an address, which
works as ever.
"""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from types import ModuleType

GRAMMAR = "rfc3987_syntax"


class _Later(ModuleType):
    """Stands for a package until a function of it is called."""

    @staticmethod
    def is_valid_syntax(rule: str, text: str) -> bool:
        """As the package's own."""
        return bool(importlib.import_module(GRAMMAR).is_valid_syntax(rule, text))


def import_quickly() -> None:
    """Import Altair; who has imported it, or the grammar, already has paid."""
    if "jsonschema" in sys.modules or GRAMMAR in sys.modules or find_spec(GRAMMAR) is None:
        return
    sys.modules[GRAMMAR] = _Later(GRAMMAR)
    try:
        import altair  # noqa: F401
    finally:
        # whoever imports it from now on gets the package itself
        del sys.modules[GRAMMAR]
