"""The import law and the other rules of the house (CONTRIBUTING.md), held by tests."""

from __future__ import annotations

import ast
import re

import pytest

from .source import PACKAGE, ROOT, imports, modules

LAYERS = {
    "widgets": {"widgets", "charts", "analysis", "data", "errors", "text"},
    "charts": {"charts", "analysis", "data", "errors", "text"},
    "analysis": {"analysis", "data", "errors"},
    "data": {"data", "errors"},
    "text": {"text", "errors"},
    "errors": set(),
}
"""Which parts of the package each part may import."""

OUTSIDE = {
    "altair": {"charts", "widgets"},
    "anywidget": {"widgets"},
    "ipywidgets": {"widgets"},
    "traitlets": {"widgets"},
    "IPython": {"widgets"},
    "comm": {"widgets"},
}
"""Which parts may import these libraries; any part may import the others."""

FACADE = "crm_widgets/__init__.py"
ALL = pytest.mark.parametrize("path", [path for path in modules() if path != FACADE])
FRONT_END = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "js" / "src").rglob("*.ts")
    if not path.name.endswith(".d.ts")
)
ADDRESS = re.compile(r"\b(?:https?|wss?|ftp)://[^\s\"'`<>)]+")
NOT_FETCHED = ("http://www.w3.org/", "https://vega.github.io/schema/")
"""Names of schemas and XML namespaces, which nothing asks a server for."""


def part(dotted_or_path: str) -> str:
    pieces = re.split(r"[./]", dotted_or_path)
    return pieces[1] if len(pieces) > 1 else ""


def lines(path: str) -> int:
    return len((ROOT / path).read_text(encoding="utf-8").splitlines())


def violations(path: str, tree: ast.Module) -> list[str]:
    here = part(path)
    found = []
    for line, name in imports(path, tree):
        top = name.split(".")[0]
        inside = top == "crm_widgets" and part(name) in LAYERS
        if inside and part(name) not in LAYERS[here]:
            found.append(f"{path}:{line}: {here} may not import {part(name)}")
        if here not in OUTSIDE.get(top, {here}):
            found.append(f"{path}:{line}: {here} may not import {top}")
    return found


@ALL
def test_imports_point_downward(path: str) -> None:
    assert violations(path, modules()[path]) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("crm_widgets/analysis/x.py", "import altair as alt"),
        ("crm_widgets/analysis/x.py", "from .. import text"),
        ("crm_widgets/analysis/x.py", "from ..text import say"),
        ("crm_widgets/charts/x.py", "import traitlets"),
        ("crm_widgets/charts/x.py", "from crm_widgets.widgets.base import Base"),
        ("crm_widgets/data/x.py", "from ..analysis.rfm import rfm"),
        ("crm_widgets/text/x.py", "from ..data import notes"),
        ("crm_widgets/data/deep/x.py", "from ...charts import theme"),
    ],
)
def test_an_upward_import_is_caught(path: str, line: str) -> None:
    assert len(violations(path, ast.parse(line))) == 1


def test_every_module_has_a_part() -> None:
    assert {part(path).removesuffix(".py") for path in modules()} - {"__init__"} <= set(LAYERS)


@pytest.mark.parametrize("path", modules())
def test_a_module_is_one_idea(path: str) -> None:
    assert lines(path) < 300
    assert "util" not in path
    assert ast.get_docstring(modules()[path])


@pytest.mark.parametrize("path", FRONT_END)
def test_a_module_of_the_front_end_is_one_idea(path: str) -> None:
    assert lines(path) < 300
    assert "util" not in path
    assert (ROOT / path).read_text(encoding="utf-8").startswith("// ")


def test_the_front_end_and_the_package_name_no_host() -> None:
    sources = [
        *PACKAGE.rglob("*.py"),
        *PACKAGE.rglob("*.json"),
        *(ROOT / "js" / "src").rglob("*.*"),
        *(ROOT / "examples" / "voila").rglob("*.*"),
    ]
    named = {
        (path.relative_to(ROOT).as_posix(), address)
        for path in sources
        for address in ADDRESS.findall(code_of(path.read_text(encoding="utf-8"), path.suffix))
        if not address.startswith(NOT_FETCHED)
    }
    assert named == set()


def code_of(text: str, suffix: str) -> str:
    """The text without docstrings and comments, where sources are cited."""
    if suffix == ".py":
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                node.value = ast.Constant(None)
        return ast.unparse(tree)
    if suffix in (".ts", ".css"):
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        return re.sub(r"(?m)^\s*//.*$", "", text)
    return text
