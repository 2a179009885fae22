"""What is shipped: the wheel holds the front end and needs no Node.js; the lock names no host."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from .source import ROOT

HELD = {
    "crm_widgets/data/cdnow.csv.gz",
    "crm_widgets/py.typed",
    "crm_widgets/static/runtime.js",
    "crm_widgets/static/shim.js",
    "crm_widgets/text/en/page.json",
    "crm_widgets/text/zh/errors.json",
}

VERSION = importlib.metadata.version("crm_widgets")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An sdist, and the wheel built from that sdist where there is no Node.js."""
    out = tmp_path_factory.mktemp("dist")
    empty = tmp_path_factory.mktemp("no-node")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out)],
        cwd=ROOT,
        env=os.environ | {"PATH": str(empty)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def test_the_wheel_holds_the_bundle_and_no_sources(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert names >= HELD
        assert archive.getinfo("crm_widgets/static/runtime.js").file_size > 500_000
        assert archive.getinfo("crm_widgets/static/shim.js").file_size < 8_000
        metadata = archive.read(f"crm_widgets-{VERSION}.dist-info/METADATA").decode()
    assert any(name.endswith("share/jupyter/voila/templates/crm/index.html.j2") for name in names)
    assert not [name for name in names if name.startswith(("js/", "tests/", "examples/"))]
    assert "nodejs" not in metadata.lower().split("\n\n")[0]


def test_the_sdist_holds_the_bundle_and_its_sources(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= HELD | {"js/src/runtime.ts", "js/package-lock.json", "hatch_build.py"}
    assert not [name for name in names if "node_modules" in name]


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
    assert f'"version": "{VERSION}"' in (ROOT / "js/package.json").read_text(encoding="utf-8")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Sources without a bundle."""
    shutil.copytree(ROOT / "js/src", tmp_path / "js/src")
    for name in ("js/package.json", "js/build.mjs"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "crm_widgets/static").mkdir(parents=True)
    return tmp_path


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_bundle_older_than_a_source_is_built_again(clone: Path, hook: ModuleType) -> None:
    assert not hook.is_fresh(clone)
    for name in hook.BUNDLE:
        (clone / "crm_widgets/static" / name).write_text("")
    assert hook.is_fresh(clone)
    source = clone / "js/src/runtime.ts"
    os.utime(source, (2e9, 2e9))
    assert not hook.is_fresh(clone)


def test_without_node_the_error_says_what_to_do(
    clone: Path, hook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(clone))
    bundle = hook.BundleHook(str(clone), {}, None, None, "", "wheel")
    assert bundle.dependencies() == [hook.NODE]
    with pytest.raises(RuntimeError, match=r"Install Node\.js 20"):
        bundle.initialize("standard", {})


def test_the_lock_names_no_host_and_has_a_hash_for_every_file() -> None:
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    files = re.findall(r'filename = "[^"]+"(.*)', lock)
    assert files
    assert all('hash = "sha256:' in rest for rest in files)


def test_what_is_installed_is_what_is_locked() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    locked: dict[str, set[str]] = {}
    for package in lock["package"]:
        if package["name"] != "crm-widgets":
            locked.setdefault(package["name"], set()).add(package["version"])
    installed = {
        re.sub(r"[-_.]+", "-", found.name).lower(): found.version
        for found in importlib.metadata.distributions()
    }
    wrong = {
        name: (installed[name], versions)
        for name, versions in locked.items()
        if name in installed and installed[name] not in versions
    }
    assert wrong == {}
