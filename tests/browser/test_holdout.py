"""What sets customers apart, found and confirmed by hand, in JupyterLab and in Voila."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Open
from .explorer import Explorer

EXPLORER = """
from crm_widgets import SegmentExplorer, simulate
log = simulate(1_500, seed=3).transactions
w = SegmentExplorer(log, holdout=.5)
w
"""


@pytest.mark.parametrize("kind", ["lab", "voila"])
def test_a_finding_is_seen_on_release_and_confirmed_by_a_button(
    open_notebook: Open, kind: str
) -> None:
    notebook = open_notebook(kind, EXPLORER)
    explorer = Explorer(notebook.page).drawn()
    expect(explorer.view("apart")).to_have_count(0)
    expect(explorer.control("verify")).to_have_count(0)
    explorer.mark()

    explorer.drag("grid", (0.55, 0.15), (0.9, 0.55))
    view = explorer.view("apart")
    view.locator("canvas").first.wait_for()
    explorer.drawn()
    expect(view.locator("h3")).to_have_text(re.compile("median .* against .*Cliff’s δ"))
    expect(view.locator(".crmw-subtitle")).to_contain_text("exploratory")
    assert explorer.marked(), "it joins the views that are there"
    assert explorer.too_wide() == []

    plot = view.locator("canvas").first
    plot.scroll_into_view_if_needed()
    plot.hover(position={"x": 60, "y": 15})
    expect(explorer.root.locator(".crmw-tooltip:visible")).to_contain_text("n, rest")

    # whoever likes numbers better
    view.get_by_role("button", name="Table").click()
    expect(view.locator("table")).to_contain_text("defines the group")

    explorer.control("verify").get_by_role("button").click()
    expect(view.locator("h3")).to_have_text(re.compile("onfirmed on .* held-out customers"))
    expect(explorer.line).to_contain_text("1 confirmation so far")
    assert notebook.kernel.ask("len(w.confirmations)") == 1
    assert notebook.kernel.ask(
        "[int(row.p >= 0) for row in w.confirmations[0].features.itertuples()]"
    )

    explorer.chips.get_by_role("button").click()
    expect(view).to_have_count(0)
    expect(explorer.control("verify")).to_have_count(0)
    expect(explorer.line).to_contain_text("1 confirmation so far")
