"""A notebook that is executed and saved holds the drawn widgets, the bundle once, no customer."""

from __future__ import annotations

import json
from pathlib import Path

import nbclient
import nbformat

ROOT = Path(__file__).parents[2]
CELL = """
import sys, time
sys.path.insert(0, {root!r})
from tests.widgets.toy import Toy, log

class Slow(Toy):
    def analyse(self, data, knobs, progress):
        time.sleep(0.05)
        return super().analyse(data, knobs, progress)

made = [Slow(log()) for _ in range(10)]
made[0]
"""


def test_a_saved_notebook_has_the_views_and_the_bundle_once() -> None:
    cell = nbformat.v4.new_code_cell(CELL.format(root=str(ROOT)))
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    saved = json.dumps(notebook)
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    heads = [model["state"]["_head"] for model in state.values() if "_head" in model["state"]]
    assert [head["status"] for head in heads] == ["ready"] * 10
    assert {head["title"] for head in heads} == {"3 groups"}
    codes = [model["state"].get("_esm", "") for model in state.values()]
    assert sum(len(code) > 8_000 for code in codes) <= 1
    assert len(saved) < 1_500_000
    assert '"c07"' not in saved
    assert "error" not in [output.output_type for output in cell.outputs]
