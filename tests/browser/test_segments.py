"""SegmentExplorer in the hands of a person, in JupyterLab and in Voila."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from .conftest import Open
from .explorer import Explorer

BOTH = pytest.mark.parametrize("kind", ["lab", "voila"])

EXPLORER = """
from crm_widgets import SegmentExplorer, simulate
log = simulate(1_500, seed=3).transactions
w = SegmentExplorer(log)
w
"""


@BOTH
def test_a_brush_over_scores_outlives_changes_of_the_window(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, EXPLORER)
    explorer = Explorer(notebook.page).drawn()
    explorer.drag("grid", (0.55, 0.15), (0.9, 0.55))
    explorer.view("apart").locator("canvas").first.wait_for()
    explorer.drawn()
    notebook.page.wait_for_timeout(500)
    brushed = explorer.picture("grid")
    notebook.page.set_viewport_size({"width": 1280, "height": 700})
    notebook.page.wait_for_timeout(500)
    assert explorer.picture("grid") == brushed, "no width has changed"


@BOTH
def test_a_brush_reaches_the_kernel_and_a_cross_takes_it_back(
    open_notebook: Open, kind: str
) -> None:
    notebook = open_notebook(kind, EXPLORER)
    explorer = Explorer(notebook.page).drawn()
    everyone = notebook.kernel.ask("len(w.ids)")
    explorer.mark()

    explorer.drag("grid", (0.55, 0.15), (0.9, 0.55))
    notebook.kernel.until("len(w.selection.clauses)")
    expect(explorer.chips).to_have_count(1)
    explorer.drawn()

    selected = notebook.kernel.ask("len(w.ids)")
    assert 0 < selected < everyone
    expect(explorer.line).to_contain_text(f"{selected:,} of {everyone:,}")
    assert notebook.kernel.ask("set(w.selected['customer']) == set(w.ids)")
    scores = notebook.kernel.ask(
        "{c.predicate.field: list(c.predicate.values) for c in w.selection.clauses}"
    )
    assert scores.keys() == {"r_score", "f_score"}
    assert notebook.kernel.ask(
        f"set(w.ids) == set(w.result.customers.query("
        f"'r_score in {scores['r_score']} and f_score in {scores['f_score']}').index)"
    )
    assert explorer.marked(), "new rows are swapped into the views that are there"

    explorer.chips.get_by_role("button").click()
    expect(explorer.chips).to_have_count(0)
    assert notebook.kernel.until("not w.selection.clauses")
    assert notebook.kernel.ask("len(w.ids)") == everyone


@BOTH
def test_a_click_takes_a_cell_of_the_grid_and_lets_it_go(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, EXPLORER)
    explorer = Explorer(notebook.page).drawn()
    expect(explorer.view("grid").locator(".crmw-plot")).to_have_attribute(
        "aria-label", re.compile("^Recent and frequent")
    )

    explorer.drag("grid", (0.9, 0.15), (0.9, 0.15))
    expect(explorer.chips).to_have_count(1)
    chosen = "{c.predicate.field: list(c.predicate.values) for c in w.selection.clauses}"
    assert notebook.kernel.ask(chosen) == {"r_score": [5], "f_score": [5]}
    explorer.drawn().drag("grid", (0.9, 0.15), (0.9, 0.15))
    expect(explorer.chips).to_have_count(0)
    assert notebook.kernel.ask(chosen) == {}


@BOTH
def test_method_and_k_are_chosen_on_the_page(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, EXPLORER)
    explorer = Explorer(notebook.page).drawn()

    explorer.control("method").locator("select").select_option("k-means")
    explorer.view("map").wait_for()
    assert notebook.kernel.ask("w.method") == "kmeans"
    explorer.drawn().slide("k", 5)
    assert notebook.kernel.until("w.k == 5")
    assert notebook.kernel.ask("w.result.k") == 5
    assert notebook.kernel.ask("w.result.labels.nunique()") == 5
    explorer.drawn()
    explorer.view("sizes").get_by_role("button").first.click()
    expect(explorer.view("sizes").locator("tbody tr")).to_have_count(5)

    explorer.drag("curve", (0.9, 0.4), (0.9, 0.4))
    assert notebook.kernel.until("w.k != 5")
    assert notebook.kernel.ask("w.k") > 5
    explorer.drawn()

    explorer.drag("map", (0.3, 0.3), (0.7, 0.7))
    assert notebook.kernel.until("len(w.selection.clauses)") == 1
    assert notebook.kernel.ask("w.selection.clauses[0].space") == "model"


def test_a_selection_from_python_can_be_taken_by_hand(open_notebook: Open) -> None:
    notebook = open_notebook("lab", EXPLORER)
    explorer = Explorer(notebook.page).drawn()
    view = "hist_recency_days"
    edges = notebook.kernel.ask(
        f"next(v for v in w._views if v['id'] == '{view}')['dims'][0]['edges']"
    )
    blank = explorer.picture(view)

    low, high = edges[0], edges[len(edges) // 3]
    notebook.kernel.run(f"w.selection.set(recency_days=({low}, {high}))")
    explorer.until_picture(view, blank, same=False)
    expect(explorer.chips).to_have_count(1)
    explorer.drawn()

    explorer.drag(view, (0.2, 0.4), (0.5, 0.4))
    interval = "[w.selection.clauses[0].predicate.lo, w.selection.clauses[0].predicate.hi]"
    notebook.kernel.until(f"{interval}[0] > {low}")
    moved = notebook.kernel.ask(interval)
    assert set(moved) <= set(edges)
    places = [edges.index(end) for end in moved]
    assert places[1] - places[0] == len(edges) // 3, "a brush that is taken keeps its width"

    explorer.drawn()
    brushed = explorer.picture(view)
    notebook.kernel.run("w.selection.clear()")
    explorer.until_picture(view, brushed, same=False)
    expect(explorer.chips).to_have_count(0)
    assert notebook.kernel.ask("w.selection.clauses") == []


def test_a_reload_and_a_second_page_show_what_the_kernel_has(open_notebook: Open) -> None:
    notebook = open_notebook("lab", EXPLORER)
    Explorer(notebook.page).drawn()
    notebook.kernel.run("w.selection.set(recency_days=(0, 60))")
    notebook.save()

    notebook.page.reload()
    reloaded = Explorer(notebook.page).drawn()
    expect(reloaded.chips).to_have_count(1)
    second = Explorer(notebook.new_page()).drawn()
    expect(second.chips).to_have_count(1)

    second.control("method").locator("select").select_option("k-means")
    second.view("map").wait_for()
    notebook.page.bring_to_front()
    reloaded.view("map").wait_for()
    assert notebook.kernel.ask("w.method") == "kmeans"


CANARIES = """
import pandas as pd
from crm_widgets import SegmentExplorer
log = pd.DataFrame({
    "customer": [f"canary-{n % 1000:05d}" for n in range(3000)],
    "date": pd.Timestamp("2024-01-01") + pd.to_timedelta([n * 37 % 700 for n in range(3000)], "D"),
    "amount": [10 + n % 97 + 0.25 for n in range(3000)],
    "email": [f"bird-{n % 1000:05d}@mine.example" for n in range(3000)],
})
explorers = [SegmentExplorer(log) for _ in range(10)]
"""


def test_ten_explorers_are_saved_small_and_without_a_customer(open_notebook: Open) -> None:
    notebook = open_notebook("lab", CANARIES, *(f"explorers[{n}]" for n in range(10)))
    for index in range(10):
        notebook.page.locator(".jp-Cell").nth(index + 1).scroll_into_view_if_needed()
        Explorer(notebook.page, index).drawn()
    saved = notebook.save()
    assert "application/vnd.jupyter.widget-state+json" in saved["metadata"]["widgets"]
    text = notebook.path.read_text(encoding="utf-8")
    print(f"ten explorers: {len(text.encode()) / 1e6:.2f} MB")
    assert len(text.encode()) <= 1_500_000
    everything = [text, notebook.page.content(), *map(str, notebook.frames)]
    for part in everything:
        assert not re.search(r"canary-\d{5}|bird-\d{5}", part)


@BOTH
def test_nothing_is_wider_than_the_page(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, EXPLORER)
    explorer = Explorer(notebook.page).drawn()
    if kind == "lab":
        notebook.page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    for width in (1280, 480):
        notebook.page.set_viewport_size({"width": width, "height": 900})
        explorer.wait_for_columns(several=width == 1280)
        assert explorer.too_wide() == []


HOSTILE = """
import numpy as np, pandas as pd
from crm_widgets import Customers, SegmentExplorer
names = [
    "<img src=x onerror='window.hacked=1'>", "a.b[c]'d\\\\e", "__proto__", "datum:Q", "\\u202eabc",
]
rng = np.random.default_rng(0)
group = rng.integers(3, size=600)
people = pd.DataFrame({name: rng.normal(group * (5 + n), 1) for n, name in enumerate(names)})
people["who"] = [f"c{n}" for n in range(600)]
people["<b>plan</b>"] = np.array(["</script><script>window.hacked=2</script>", "b'", "c.d"])[group]
w = SegmentExplorer(Customers(people, customer="who"), method="kmeans", features=names)
w
"""


@BOTH
def test_hostile_names_are_text_and_can_be_brushed(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, HOSTILE)
    explorer = Explorer(notebook.page).drawn()
    assert (
        explorer.root.locator("img, script, b").filter(has_not_text=re.compile("^$")).count() == 0
    )
    assert notebook.page.evaluate("window.hacked") is None
    for name in [name for name in explorer.views if name.startswith("hist")]:
        before = notebook.kernel.ask("len(w.selection.clauses)")
        explorer.drag(name, (0.3, 0.5), (0.6, 0.5))
        notebook.kernel.until(f"len(w.selection.clauses) == {before + 1}")
        explorer.drawn()
    assert set(notebook.kernel.ask("[c.predicate.field for c in w.selection.clauses]")) == set(
        notebook.kernel.ask("names")
    )
    assert notebook.page.evaluate("({}).polluted") is None
    assert notebook.page.evaluate("window.hacked") is None


def test_an_exported_page_needs_no_kernel_and_no_network(open_notebook: Open) -> None:
    notebook = open_notebook("lab", EXPLORER)
    Explorer(notebook.page).drawn()
    path = notebook.path.with_suffix(".html")
    notebook.kernel.run(f"w.to_html({json.dumps(str(path))})")
    page = notebook.watch(notebook.page.context.new_page())
    page.goto(path.as_uri())
    exported = Explorer(page).drawn()
    assert exported.views == Explorer(notebook.page).views
    assert exported.root.locator("input:enabled, select:enabled").count() == 0


def test_a_dead_kernel_is_noticed(open_notebook: Open) -> None:
    notebook = open_notebook("lab", EXPLORER)
    explorer = Explorer(notebook.page).drawn()
    notebook.restart_kernel()
    explorer.control("method").locator("select").select_option("k-means")
    expect(explorer.root.locator(".crmw-notice")).to_be_visible(timeout=7_000)
