"""Every example runs from its first cell to its last, without an error or a warning."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from .source import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.ipynb"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.timeout(300)
def test_an_example_runs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=240, resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    streams = [
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert streams == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")]
    assert "widgets" not in notebook.metadata
    nbformat.validate(notebook)


def test_there_are_examples() -> None:
    assert EXAMPLES


def test_a_widget_of_your_own_fits_a_cell() -> None:
    notebook = nbformat.read(ROOT / "examples" / "own_widget.ipynb", as_version=4)
    (cell,) = (cell.source for cell in notebook.cells if "(CrmWidget)" in cell.source)
    assert len(cell.splitlines()) <= 80
    imported = [line for line in cell.splitlines() if "crm_widgets" in line]
    assert imported == ["from crm_widgets.author import ("]
