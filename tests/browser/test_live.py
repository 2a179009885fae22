"""A widget that follows its data while it is looked at."""

from __future__ import annotations

from playwright.sync_api import expect

from .conftest import Open
from .explorer import Explorer

FOLLOWING = """
from crm_widgets import SegmentExplorer, live, simulate
orders = simulate(1_500, seed=3).transactions
w = SegmentExplorer(live("orders"))
w
"""

POLLED = """
from crm_widgets import SegmentExplorer, live, simulate
frames = {"now": simulate(400, seed=1).transactions}
w = SegmentExplorer(live(lambda: frames["now"], every_s=0.3))
w
"""

EDITS = [
    "orders.loc[orders.index[::3], 'amount'] *= 0.95",
    "orders['amount'] += 0.5",
    "orders = orders[orders['customer'] != orders['customer'].iloc[0]]",
]


def test_charts_follow_edits_and_the_brush_stays(open_notebook: Open) -> None:
    notebook = open_notebook("lab", FOLLOWING)
    explorer = Explorer(notebook.page).drawn()
    explorer.drag("hist_recency_days", (0.3, 0.5), (0.6, 0.5))
    notebook.kernel.until("len(w.selection.clauses)")
    expect(explorer.chips).to_have_count(1)
    explorer.drawn()
    brushed = "[w.selection.clauses[0].predicate.lo, w.selection.clauses[0].predicate.hi]"
    before, chip = notebook.kernel.ask(brushed), explorer.chips.inner_text()
    explorer.mark()

    shown = "w._head['for_inputs']"
    for edit in EDITS:
        number, picture = notebook.kernel.ask(shown), explorer.picture("hist_monetary")
        notebook.kernel.run(edit)
        notebook.kernel.until(f"{shown} == {number + 1} and w.status == 'ready'")
        explorer.until_picture("hist_monetary", picture, same=False)
        explorer.drawn()
        assert explorer.marked(), f"re-embedded after {edit}"
        assert notebook.kernel.ask(brushed) == before
        assert explorer.chips.inner_text() == chip
        total = notebook.kernel.ask("f'{orders.customer.nunique():,}'")
        expect(explorer.line).to_contain_text(f"of {total}")

    notebook.kernel.run("kept = orders; del orders")
    expect(explorer.root.locator(".crmw-notice")).to_contain_text("'orders'")
    assert explorer.marked()
    notebook.kernel.run("orders = kept; w.live = False")
    expect(explorer.root.locator(".crmw-notice")).to_be_hidden()
    assert explorer.control("reread").count() == 0

    notebook.kernel.run("orders = orders.iloc[100:]")
    expect(explorer.root.locator(".crmw-status")).to_contain_text("have changed")
    explorer.control("reread").get_by_role("button").click()
    expect(explorer.control("reread")).to_have_count(0)
    notebook.kernel.until("w.status == 'ready' and w.data.table.n == len(orders)")
    expect(explorer.chips).to_have_count(1)


def test_a_dashboard_follows_a_callable(open_notebook: Open) -> None:
    notebook = open_notebook("voila", POLLED)
    explorer = Explorer(notebook.page).drawn()
    total = notebook.kernel.ask("len(w.ids)")
    expect(explorer.root.locator("h2")).to_contain_text(f"{total:,}")
    notebook.kernel.run("frames['now'] = simulate(700, seed=2).transactions")
    total = notebook.kernel.ask("frames['now'].customer.nunique()")
    expect(explorer.root.locator("h2")).to_contain_text(f"{total:,}")
    notebook.kernel.run("kept = frames.pop('now')")
    expect(explorer.root.locator(".crmw-notice")).to_contain_text("KeyError")
    assert explorer.drawn().views
    notebook.kernel.run("frames['now'] = kept")
    expect(explorer.root.locator(".crmw-notice")).to_be_hidden()
