"""A widget as one HTML file: the bundle and its state inside, no kernel, no network."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from pathlib import Path
from typing import Any

from ... import text

_LOADER = """
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const url = URL.createObjectURL(new Blob([read("bundle")], { type: "text/javascript" }));
const module = await import(url);
URL.revokeObjectURL(url);
const mountStatic = module.mountStatic ?? module.default.mountStatic;
await mountStatic(document.getElementById("widget"), read("state"));
"""


def write(path: str | Path, bundle: str, state: dict[str, Any], title: str) -> Path:
    """Write the page; its policy allows this script, and no request to anywhere."""
    target = Path(path)
    target.write_text(page(bundle, state, title), encoding="utf-8")
    return target


def page(bundle: str, state: dict[str, Any], title: str) -> str:
    """The HTML."""
    digest = base64.b64encode(hashlib.sha256(_LOADER.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}' blob:; style-src 'unsafe-inline'; "
        "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
    )
    return f"""<!doctype html>
<html lang="{text.locale()}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
</head>
<body>
<div id="widget"></div>
<script type="application/json" id="state">{_inert(state)}</script>
<script type="application/json" id="bundle">{_inert(bundle)}</script>
<script type="module">{_LOADER}</script>
</body>
</html>
"""


def _inert(value: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
