"""A widget that exists only in these cells: Python alone is enough for a new one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Open
from .explorer import Explorer

AMOUNTS = """
import altair as alt, numpy as np, pandas as pd
from dataclasses import dataclass
from crm_widgets import CrmWidget
from crm_widgets.charts.drawing import Drawing
from crm_widgets.charts.view import Column, Chart, Dim
from crm_widgets.widgets.knobs.types import Whole

@dataclass(frozen=True)
class Amounts:
    edges: tuple
    counts: np.ndarray

class AmountsExplorer(CrmWidget):
    bins = Whole(5, 20, 10)

    def analyse(self, data, knobs, progress):
        counts, edges = np.histogram(data.frame["amount"], np.linspace(0, 100, knobs.bins + 1))
        return Amounts(tuple(edges), counts)

    def draw(self, result, scope):
        rows = pd.DataFrame({"lo": result.edges[:-1], "hi": result.edges[1:], "n": result.counts})
        chart = (
            alt.Chart(alt.NamedData("amounts")).mark_bar()
            .encode(x=alt.X("lo:Q", bin="binned"), x2="hi:Q", y="n:Q")
            .add_params(alt.selection_interval(name="brush", encodings=["x"]))
        )
        view = Chart(
            "amounts", chart, rows, "Amounts", param="brush",
            dims=(Dim("amount", "Amount", ("lo", "hi"), edges=result.edges),),
            columns=(Column("lo", "From"), Column("n", "Rows")),
        )
        return Drawing("Amounts", (view,), line=f"{scope.n} customers")

log = pd.DataFrame({
    "customer": np.arange(1000) % 250,
    "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(1000) % 365, "D"),
    "amount": np.arange(1000) % 100 + 0.5,
})
w = AmountsExplorer(log)
w
"""


@pytest.mark.parametrize("kind", ["lab", "voila"])
def test_a_widget_without_any_javascript_is_drawn_and_brushed(
    open_notebook: Open, kind: str
) -> None:
    notebook = open_notebook(kind, AMOUNTS)
    explorer = Explorer(notebook.page).drawn()
    explorer.drag("amounts", (0.4, 0.5), (0.7, 0.5))
    (low, high) = notebook.kernel.until(
        "[end for c in w.selection.clauses for end in (c.predicate.lo, c.predicate.hi)]"
    )
    assert low % 10 == high % 10 == 0
    assert notebook.kernel.ask(f"w.selected['amount'].between({low!r}, {high!r}).all()")
    expect(explorer.chips).to_have_count(1)
    notebook.kernel.run("w.selection.set(amount=(20, 30))")
    expect(explorer.chips).to_contain_text("20")

    said = explorer.save_as("<img src=x onerror=alert(1)> ")
    expect(said).to_contain_text("Saved as “<img src=x onerror=alert(1)>”")
    expect(explorer.root.locator("img")).to_have_count(0)
    assert notebook.kernel.ask("[set(ids) == set(w.ids) for ids in w.selection.groups.values()]")
    explorer.save_as("   ")
    expect(explorer.root.get_by_role("alert")).to_contain_text("1 to 100 characters")
    notebook.page.keyboard.press("Escape")
    expect(explorer.root.get_by_role("textbox")).to_be_hidden()
    expect(explorer.root.get_by_role("button", name="Save as group…")).to_be_focused()
    assert notebook.kernel.ask("len(w.selection.groups)") == 1


@pytest.mark.parametrize("kind", ["lab", "voila"])
def test_two_side_by_side_keep_a_gap(open_notebook: Open, kind: str) -> None:
    cell = AMOUNTS.rstrip().removesuffix("w")
    row = "import ipywidgets\nipywidgets.HBox([w, AmountsExplorer(log)])"
    notebook = open_notebook(kind, cell + row)
    expect(notebook.page.locator(".crmw canvas")).to_have_count(2)
    one, two = (box.bounding_box() for box in notebook.page.locator(".crmw").all())
    assert one
    assert two
    assert two["y"] == one["y"]
    assert 16 <= two["x"] - (one["x"] + one["width"]) <= 40
