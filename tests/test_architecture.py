"""The import law and the other rules of the house (CONTRIBUTING.md), held by tests."""

from __future__ import annotations

import ast
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePosixPath

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

MOST_MODULES = 25
SUBJECTS = {"segments", "cohorts", "correlation", "contrasts", "overview"}
RANK = {
    "statistics": 0, "history": 1, "rfm": 2, "segments": 3, "cohorts": 3, "correlation": 3,
    "overview": 3, "contrasts": 4,
}  # fmt: skip
"""The order of subjects inside ``analysis``: none imports its own rank or a later one."""
POETRY = {
    "alike", "ample", "moving", "counted", "joining", "coding", "remembered", "remembering",
    "offered", "carry", "keeping", "troubles", "door", "wiring", "wire", "together", "asking",
    "kept", "growth", "again", "hand", "handed", "lazy", "answer",
}  # fmt: skip
"""Words that a file was called once, and that told a reader nothing."""

FACES = ("crm_widgets/__init__.py", "crm_widgets/author.py")
"""What analysts and authors of widgets import from: they see every layer, and nothing sees them."""
ALL = pytest.mark.parametrize("path", [path for path in modules() if path not in FACES])
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


def folder(path: str) -> str:
    """The folder of a module; the face of a package, and an entry of the front end, is its own."""
    parent = str(PurePosixPath(path).parent)
    return path if path.endswith("/__init__.py") or parent == "js/src" else parent


def imported(path: str, tree: ast.Module) -> set[str]:
    """The modules of the package that a module imports, wherever in it that stands."""
    found = set()
    for _, name in imports(path, tree):
        for dotted in (name, name.rpartition(".")[0]):
            stem = dotted.replace(".", "/")
            there = [one for one in (f"{stem}.py", f"{stem}/__init__.py") if one in modules()]
            if there:
                found.add(there[0])
                break
    return found - {path}


def circles(graph: Mapping[str, set[str]]) -> list[str]:
    """One circle of a graph as its nodes in order; none if there is none."""
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return list(error.args[1])
    return []


def of_folders(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """What the folders import, of what their modules import."""
    found: dict[str, set[str]] = {}
    for path, others in graph.items():
        found.setdefault(folder(path), set()).update(map(folder, others))
    return {name: others - {name} for name, others in found.items()}


def of_the_package() -> dict[str, set[str]]:
    return {path: imported(path, tree) for path, tree in modules().items()}


def of_the_front_end() -> dict[str, set[str]]:
    """Imports in ``js/src``, of types as well; what stands beside the folders is no folder."""
    found = {}
    for path in FRONT_END:
        here = PurePosixPath(path).parent
        text = (ROOT / path).read_text(encoding="utf-8")
        named = re.findall(r"(?:from|import)\s*\(?\s*\"(\.[^\"]+)\"", text)
        stems = [posixpath.normpath(here / f"{name}.ts") for name in named]
        found[path] = {stem for stem in stems if stem in FRONT_END}
    return found


def subject(path: str) -> str:
    pieces = path.split("/")
    return pieces[2] if len(pieces) > 3 else ""


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles(of_the_package()) == []
    assert circles(of_the_front_end()) == []


def test_nothing_imports_the_face_of_authors() -> None:
    assert [path for path, others in of_the_package().items() if FACES[1] in others] == []


def test_no_folders_import_each_other_in_a_circle() -> None:
    assert circles(of_folders(of_the_package())) == []
    assert circles(of_folders(of_the_front_end())) == []


def test_a_circle_is_caught() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}}) != []
    rooms = {"p/x/a.py": {"p/y/b.py"}, "p/y/c.py": {"p/x/d.py"}}
    assert circles(rooms) == []
    assert circles(of_folders(rooms)) != []
    lazy = "def f():\n    from crm_widgets.data.notes import x"
    assert [name for _, name in imports("crm_widgets/x.py", ast.parse(lazy))] == [
        "crm_widgets.data.notes.x"
    ]


def crowded(paths: Iterable[str]) -> dict[str, int]:
    """Folders with too many modules, and how many."""
    count = Counter(str(PurePosixPath(path).parent) for path in paths)
    return {name: n for name, n in count.items() if n > MOST_MODULES}


def test_a_folder_holds_what_can_be_overlooked() -> None:
    assert crowded([path for path in modules() if not path.endswith("__init__.py")]) == {}
    assert crowded(FRONT_END) == {}
    assert crowded(f"a/{n}.py" for n in range(MOST_MODULES + 1)) == {"a": MOST_MODULES + 1}


def out_of_order(path: str, others: Iterable[str]) -> list[str]:
    """Subjects of ``analysis`` that a module may not import, since they come later."""
    if not path.startswith("crm_widgets/analysis/") or not subject(path):
        return []
    own = RANK[subject(path)]
    inside = [one for one in others if one.startswith("crm_widgets/analysis/") and subject(one)]
    return [one for one in inside if RANK[subject(one)] >= own and subject(one) != subject(path)]


@ALL
def test_subjects_of_analysis_stand_in_order(path: str) -> None:
    assert out_of_order(path, imported(path, modules()[path])) == []


def test_a_subject_out_of_order_is_caught() -> None:
    assert out_of_order("crm_widgets/analysis/rfm/x.py", ["crm_widgets/analysis/segments/y.py"])
    assert out_of_order("crm_widgets/analysis/cohorts/x.py", ["crm_widgets/analysis/segments/y.py"])


SHARED = ("crm_widgets/charts/forms/", "crm_widgets/widgets/parts/")


@ALL
def test_what_is_shared_knows_no_subject(path: str) -> None:
    """Charts at the root of ``charts`` and in ``forms``, and parts of widgets."""
    at_root = part(path) == "charts" and path.count("/") == 2
    if not at_root and not path.startswith(SHARED):
        return
    subjects = {one for one in imported(path, modules()[path]) if subject(one) in SUBJECTS}
    own_layer = f"crm_widgets/{part(path)}/"
    assert {one for one in subjects if one.startswith(own_layer)} == set()


def test_every_subject_has_the_same_name_in_every_layer() -> None:
    known = {"analysis": set(RANK), "charts": SUBJECTS | {"forms"}}
    for layer, allowed in known.items():
        here = {subject(path) for path in modules() if part(path) == layer} - {""}
        assert here <= allowed, layer


@pytest.mark.parametrize("path", [*modules(), *FRONT_END])
def test_a_file_says_what_it_is(path: str) -> None:
    words = set(re.split(r"[/_.]", path))
    assert words & POETRY == set()


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
    assert {part(path) for path in modules() if path not in FACES} <= set(LAYERS)


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
