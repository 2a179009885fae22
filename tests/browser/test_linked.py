"""Widgets on one selection in cells of their own: they follow, go back, and come back."""

from __future__ import annotations

from playwright.sync_api import expect

from .conftest import Open
from .explorer import Explorer

LINKED = """
from crm_widgets import CohortComparator, CorrelationHeatmap, SegmentExplorer, Selection, simulate
log, selection = simulate(1_500, seed=3).transactions, Selection()
explorer = SegmentExplorer(log, selection=selection)
cohorts = CohortComparator(log, period="quarter", selection=selection)
correlations = CorrelationHeatmap(log, selection=selection)
explorer
"""

EXPLORER = """
from crm_widgets import SegmentExplorer, simulate
w = SegmentExplorer(simulate(1_500, seed=3).transactions)
w
"""


def test_linked_widgets_follow_undo_and_a_reload(open_notebook: Open) -> None:
    notebook = open_notebook("lab", LINKED, "cohorts", "correlations", "typed = ''")
    page, kernel = notebook.page, notebook.kernel

    def widgets() -> list[Explorer]:
        found = [Explorer(page).drawn()]  # JupyterLab makes its cells anew until it is there
        for index in (1, 2):
            page.locator(".jp-Cell").nth(index).scroll_into_view_if_needed()
            found.append(Explorer(page, index).drawn())
        return found

    all_three = explorer, cohorts, correlations = widgets()
    editor = page.locator(".jp-Cell").nth(3).locator(".cm-content")
    editor.click()
    page.keyboard.type("more = 1")
    everyone = kernel.ask("len(explorer.ids)")

    explorer.view("grid").locator("canvas").hover()  # back up, and still
    explorer.drag("grid", (0.55, 0.15), (0.9, 0.55))
    kernel.until("len(selection.gestures) == 1")
    some = kernel.ask("len(selection.ids)")
    assert 0 < some < everyone
    for widget in all_three:
        expect(widget.chips).to_have_count(1)
        expect(widget.line).to_contain_text(f"{some:,} of {everyone:,}")
    words = {widget.chips.text_content() for widget in all_three}
    assert len(words) == 1

    page.keyboard.press("Control+z")
    kernel.until("not selection")
    for widget in all_three:
        expect(widget.chips).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    kernel.until("len(selection.gestures) == 1")
    assert "more = 1" in editor.inner_text(), "the notebook undid nothing of its own"
    assert kernel.ask("len(selection.ids)") == some
    correlations.root.get_by_role("button", name="Undo selection").click()
    kernel.until("not selection")
    page.keyboard.press("Control+y")
    kernel.until("len(selection.gestures) == 1")

    said = cohorts.save_as("regulars")
    expect(said).to_have_text("Saved as “regulars”: all linked widgets offer it.")
    assert kernel.ask("set(selection.groups['regulars']) == set(selection.ids)")
    kernel.run("selection.set(r_score=[5]); selection.save_as('recent'); selection.clear()")
    explorer.control("group").locator("select").select_option("regulars")
    kernel.until("selection.clauses and selection.clauses[0].predicate.name == 'regulars'")
    compare = correlations.control("compare").locator("select")
    compare.select_option("Segment “Champions”")
    kernel.until("correlations.compare == 'segment:champions'")
    assert kernel.ask("correlations.result.comparison.pairs['n_a'].max() > 0")
    compare.select_option("Group “recent”")
    kernel.until("correlations.compare == 'recent'")
    for widget in all_three:
        expect(widget.chips).to_have_text([f"regulars ({some:,} customers)×"])
    notebook.save()

    page.reload()
    all_three = explorer, cohorts, correlations = widgets()
    for widget in all_three:
        expect(widget.chips).to_have_text([f"regulars ({some:,} customers)×"])
        expect(widget.root.get_by_role("button", name="Undo selection")).to_be_enabled()
        expect(widget.root.get_by_role("button", name="Redo selection")).to_be_disabled()
    chosen = explorer.control("group").locator("select option:checked")
    expect(chosen).to_have_text("regulars")
    chosen = correlations.control("compare").locator("select option:checked")
    expect(chosen).to_have_text("Group “recent”")
    side = cohorts.control("a")
    side.locator("button").first.click()
    expect(side.get_by_role("checkbox", name="regulars")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    kernel.until("not selection")
    for widget in all_three:
        expect(widget.chips).to_have_count(0)

    expect(explorer.forget("regulars")).to_contain_text("“regulars” was forgotten")
    kernel.until("list(selection.groups) == ['recent']")
    options = explorer.control("group").locator("option")
    expect(options).to_have_text(["everyone", "recent"])

    page.set_viewport_size({"width": 800, "height": 900})
    cohorts.root.scroll_into_view_if_needed()
    a, b = (cohorts.control(side).bounding_box() for side in "ab")
    assert a
    assert b
    assert a["y"] == b["y"], "what is compared stands on one line"


def test_a_text_has_an_undo_of_its_own_and_says_why_it_is_not_taken(open_notebook: Open) -> None:
    notebook = open_notebook("lab", EXPLORER)
    explorer = Explorer(notebook.page).drawn()
    explorer.drag("hist_recency_days", (0.2, 0.4), (0.5, 0.4))
    notebook.kernel.until("len(w.selection.clauses)")
    explorer.drawn()
    field = explorer.control("as_of").locator("input")
    field.click()
    notebook.page.keyboard.type("soon")
    notebook.page.keyboard.press("Control+z")
    expect(field).not_to_have_value("soon")
    assert notebook.kernel.ask("len(w.selection.clauses)") == 1
    field.fill("soon")
    field.press("Enter")
    refusal = explorer.control("as_of").get_by_role("alert")
    said = "“soon” was not accepted. The day from which recency is counted"
    expect(refusal).to_contain_text(said)
    assert notebook.kernel.ask("w.as_of") is None
    field.fill("2024-06-01")
    field.press("Enter")
    expect(refusal).to_be_hidden()
    notebook.kernel.until("w.as_of is not None")


def test_conditions_set_in_python_are_drawn_as_one_brush(open_notebook: Open) -> None:
    notebook = open_notebook("lab", EXPLORER)
    explorer = Explorer(notebook.page).drawn()
    blank = explorer.picture("grid")
    notebook.kernel.run("w.selection.set(r_score=[4, 5], f_score=[5])")
    expect(explorer.chips).to_have_count(2)
    explorer.until_picture("grid", blank, same=False)
    both = explorer.drawn().picture("grid")
    explorer.chips.first.get_by_role("button").click()
    notebook.kernel.until("len(w.selection.clauses) == 1")
    explorer.until_picture("grid", both, same=False)
    notebook.kernel.run("w.selection.undo()")
    explorer.until_picture("grid", both, same=True)
    explorer.drag("grid", (0.2, 0.8), (0.2, 0.8))
    notebook.kernel.until("len(w.selection.gestures) == 1")
    assert notebook.kernel.ask("[c.predicate.values for c in w.selection.clauses]") == [[1], [1]]
