"""CorrelationHeatmap in the hands of a person, in JupyterLab and in Voila."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import FloatRect, expect

from ..references.data import reference
from .conftest import Open
from .explorer import Explorer

BOTH = pytest.mark.parametrize("kind", ["lab", "voila"])


def heatmap() -> str:
    """A cell that draws the customers of a telephone company."""
    path = str(reference("Telco-Customer-Churn.csv"))
    return (
        "import pandas as pd\nimport crm_widgets as crm\n"
        f"frame = pd.read_csv({json.dumps(path)})\n"
        "w = crm.CorrelationHeatmap(frame)\nw"
    )


def at_cell(explorer: Explorer, across: str, down: str) -> FloatRect:
    """Walk to a cell with the arrow keys; where it is on the page."""
    view = explorer.view("heatmap")
    plot, said = view.locator(".crmw-plot"), view.locator("[aria-live]")
    plot.focus()
    plot.press("Home")
    for place, name, key in ((1, down, "ArrowDown"), (0, across, "ArrowRight")):
        for _ in range(30):
            if said.inner_text().split("; ")[place] == name:
                break
            plot.press(key)
    expect(said).to_contain_text("Coefficient")
    box = view.locator(".crmw-cursor").bounding_box()
    assert box
    return box


def pair_view(explorer: Explorer) -> str:
    return next(name for name in explorer.views if name.startswith("pair"))


@BOTH
def test_pairs_of_each_kind_open_and_a_brush_is_a_frame(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, heatmap())
    explorer = Explorer(notebook.page).drawn()
    expect(explorer.root.locator(".crmw-footer")).to_contain_text("11 blanks")

    at_cell(explorer, "tenure", "TotalCharges")
    explorer.view("heatmap").locator(".crmw-plot").press("Enter")
    notebook.kernel.until("w.pair == ('tenure', 'TotalCharges') and w.status == 'ready'")
    explorer.drawn()
    assert notebook.kernel.ask("w.result.pair.kind") == "numbers"
    explorer.drag(pair_view(explorer), (0.4, 0.4), (0.7, 0.8))
    notebook.kernel.until("len(w.selection.clauses)")
    (x0, x1), (y0, y1) = notebook.kernel.ask(
        "[[p.lo, p.hi] for c in w.selection.clauses for p in (c.predicate.x, c.predicate.y)]"
    )
    assert 0 < notebook.kernel.ask("len(w.selected)") < 7043
    assert notebook.kernel.ask(
        f"w.selected.index.equals(frame[frame.tenure.between({x0}, {x1}, 'left') & "
        f"pd.to_numeric(frame.TotalCharges, errors='coerce').between({y0}, {y1}, 'left')].index)"
    )
    explorer.drawn().chips.get_by_role("button").click()
    notebook.kernel.until("not w.selection.clauses")

    box = at_cell(explorer, "Contract", "tenure")
    notebook.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    notebook.kernel.until("w.result.pair.kind == 'number_category'")
    explorer.drawn()
    box = at_cell(explorer, "Churn", "Contract")
    notebook.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    notebook.kernel.until("w.result.pair.kind == 'categories'")
    shares = explorer.drawn().view(pair_view(explorer)).locator(".crmw-plot")
    shares.focus()
    shares.press("Home")
    shares.press("Enter")
    notebook.kernel.until("len(w.selection.clauses) == 2")
    picked = notebook.kernel.ask("[list(c.predicate.values) for c in w.selection.clauses]")
    assert notebook.kernel.ask(
        f"len(w.selected) == ((frame.Contract == {picked[0][0]!r})"
        f" & (frame.Churn == {picked[1][0]!r})).sum()"
    )


@BOTH
def test_a_target_a_comparison_and_another_language(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, heatmap())
    explorer = Explorer(notebook.page).drawn()

    explorer.control("target").locator("select").select_option("Churn")
    explorer.view("rates").wait_for()
    explorer.drawn()
    expect(explorer.view("rates").locator("h3")).to_contain_text("43 % for Month-to-month")
    rates = explorer.view("rates").locator(".crmw-plot")
    rates.focus()
    rates.press("Home")
    expect(explorer.view("rates").locator("[aria-live]")).to_contain_text("42.7 %")
    rates.press("Enter")
    notebook.kernel.until("len(w.selection.clauses)")
    assert notebook.kernel.ask("len(w.selected) == (frame.Contract == 'Month-to-month').sum()")
    explorer.drawn().chips.get_by_role("button").click()
    notebook.kernel.until("not w.selection.clauses")

    explorer.control("compare").locator("select").select_option("By Churn")
    expect(explorer.view("heatmap").locator("h3")).to_contain_text("for Churn: Yes")
    assert notebook.kernel.ask("[w.result.comparison.a.n, w.result.comparison.b.n]") == [1869, 5174]
    opened = pair_view(explorer.drawn())
    for side, group, n in (("a", "Churn: Yes", "1,869"), ("b", "Churn: No", "5,174")):
        expect(explorer.view(f"{opened}_{side}").locator("h3")).to_contain_text(group)
        expect(explorer.view(f"{opened}_{side}").locator(".crmw-subtitle")).to_contain_text(n)

    notebook.kernel.run("crm.set_locale('zh'); w.compare = None")
    expect(explorer.root.locator("h2")).to_have_text("相关关系：7,043 位客户的 20 个字段")
    expect(explorer.view("rates").locator(".crmw-subtitle")).to_contain_text("未控制其他变量")


LINKED = """
from crm_widgets import CorrelationHeatmap, SegmentExplorer, Selection, simulate
log = simulate(1_500, seed=3).transactions
shared = Selection()
explorer = SegmentExplorer(log, selection=shared)
w = CorrelationHeatmap(log, selection=shared)
"""


def test_it_follows_what_is_selected_elsewhere(open_notebook: Open) -> None:
    notebook = open_notebook("lab", LINKED, "explorer", "w")
    first = Explorer(notebook.page, 0).drawn()
    second = notebook.page.locator(".jp-Cell").nth(2)
    second.scroll_into_view_if_needed()
    linked = Explorer(notebook.page, 1).drawn()
    everyone = notebook.kernel.ask("w.result.correlation.n")
    linked.mark()
    first.drag("grid", (0.55, 0.15), (0.9, 0.55))
    notebook.kernel.until("len(shared.clauses)")
    linked.drawn()
    some = notebook.kernel.ask("w.result.correlation.n")
    assert some == notebook.kernel.ask("len(explorer.ids)") < everyone
    expect(linked.view("heatmap").locator(".crmw-subtitle")).to_contain_text(f"Of {some} customers")
    assert linked.view("heatmap").locator("canvas").first.evaluate("c => c.dataset.kept") == "yes"


WIDE = """
import numpy as np, pandas as pd
from crm_widgets import CorrelationHeatmap
rng = np.random.default_rng(0)
columns = [f"a long name of column {i}" for i in range(200)]
w = CorrelationHeatmap(pd.DataFrame(rng.normal(size=(300, 200)), columns=columns))
w
"""


@BOTH
def test_two_hundred_columns_are_not_cut_off(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, WIDE)
    explorer = Explorer(notebook.page).drawn()
    if kind == "lab":
        notebook.page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    for width in (1280, 480):
        notebook.page.set_viewport_size({"width": width, "height": 900})
        explorer.wait_for_columns(several=width == 1280)
        assert explorer.too_wide() == []
        plot, canvas = (
            explorer.view("heatmap").locator(name).first.bounding_box()
            for name in (".crmw-plot", "canvas")
        )
        assert plot
        assert canvas
        assert canvas["width"] <= plot["width"] + 1
        assert canvas["height"] <= plot["height"] + 1
