"""Names of a package whose modules are imported when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def deferred(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package: names, and the module of it that has each.

    Whatever goes wrong in importing that module is raised as it is.

    >>> find = deferred("json", {"JSONDecoder": "decoder"})
    >>> find("JSONDecoder").__module__
    'json.decoder'
    """

    def find(name: str) -> Any:
        if name not in modules:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        return getattr(import_module(f"{package}.{modules[name]}"), name)

    return find
