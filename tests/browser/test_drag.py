"""A brush that moves: the other views follow the hand, and the kernel rests."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Open
from .explorer import Explorer
from .test_segments import EXPLORER

ACTIVE, PASSIVE = "hist_recency_days", ("grid", "sizes", "hist_frequency", "hist_monetary")


@pytest.mark.parametrize("kind", ["lab", "voila"])
def test_views_follow_a_moving_brush_without_the_kernel(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, EXPLORER)
    page, explorer = notebook.page, Explorer(notebook.page).drawn()
    before = {view: explorer.picture(view) for view in PASSIVE}
    plot = explorer.view(ACTIVE).locator("canvas").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"]
    page.mouse.move(x, y)
    notebook.kernel.until(f"w._hover.get('view') == '{ACTIVE}'")
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    for view in PASSIVE:
        explorer.until_picture(view, before[view], same=False)
    expect(explorer.root).to_have_attribute("data-moving", "")

    said = len(notebook.sent)
    page.mouse.move(x + 0.4 * box["width"], y, steps=20)
    page.wait_for_timeout(300)
    assert len(notebook.sent) == said, "while the hand moves, nothing is asked of the kernel"
    shown = {view: explorer.picture(view) for view in PASSIVE}
    line = explorer.line.inner_text()
    assert notebook.kernel.ask("len(w.selection.clauses)") == 0

    page.mouse.up()
    notebook.kernel.until("len(w.selection.clauses)")
    explorer.drawn()
    selected, everyone = notebook.kernel.ask("[len(w.ids), len(w.result.customers)]")
    assert line.startswith(f"{selected:,} of {everyone:,} customers")
    expect(explorer.line).to_have_text(line)
    for view in ("hist_frequency", "hist_monetary"):  # the others have grown with their titles
        explorer.until_picture(view, shown[view], same=True)
    assert not notebook.errors


def test_a_brush_by_keyboard_is_followed_too(open_notebook: Open) -> None:
    notebook = open_notebook("lab", EXPLORER)
    explorer = Explorer(notebook.page).drawn()
    before = explorer.picture("sizes")
    explorer.view(ACTIVE).locator(".crmw-plot").focus()
    notebook.kernel.until(f"w._hover.get('view') == '{ACTIVE}'")
    for _ in range(4):
        notebook.page.keyboard.press("Shift+ArrowRight")
    explorer.until_picture("sizes", before, same=False)
    notebook.kernel.until("len(w.selection.clauses)")
    explorer.drawn()
    selected = notebook.kernel.ask("len(w.ids)")
    expect(explorer.line).to_contain_text(f"{selected:,} of ")
