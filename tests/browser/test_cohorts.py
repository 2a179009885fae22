"""CohortComparator in the hands of a person, in JupyterLab and in Voila."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from ..references.data import reference
from .conftest import Open
from .explorer import Explorer

BOTH = pytest.mark.parametrize("kind", ["lab", "voila"])

CDNOW = """
from crm_widgets import CohortComparator, datasets
log = datasets.cdnow()
w = CohortComparator(log, period="month", complete_history=True, money_unit="$")
w
"""

RETAIL = """
import pandas as pd
from crm_widgets import CohortComparator
log = pd.read_parquet({path!r})
log["amount"] = log.Quantity * log.UnitPrice
w = CohortComparator(
    log, customer="CustomerID", time="InvoiceDate", amount="amount", order="InvoiceNo",
    money_unit="£",
)
w
"""

MADE = (
    "set(log[(log['date'].dt.to_period('M') - log.groupby('customer')['date'].transform('min')"
    ".dt.to_period('M')).map(lambda gap: gap.n) == {age}]['customer']"
    " if {cohort!r} is None else log[(log.groupby('customer')['date'].transform('min')"
    ".dt.strftime('%Y-%m') == {cohort!r}) & ((log['date'].dt.to_period('M')"
    " - log.groupby('customer')['date'].transform('min').dt.to_period('M'))"
    ".map(lambda gap: gap.n) == {age})]['customer'])"
)


def made(cohort: str | None, age: int) -> str:
    return MADE.format(cohort=cohort, age=age)


def title(explorer: Explorer, view: str) -> str:
    return explorer.view(view).locator("h3").inner_text()


@BOTH
def test_a_cell_by_mouse_and_by_keyboard_gives_its_customers(
    open_notebook: Open, kind: str
) -> None:
    notebook = open_notebook(kind, CDNOW)
    explorer = Explorer(notebook.page).drawn()
    plot = explorer.view("triangle").locator(".crmw-plot")
    plot.focus()
    # the size of all cohorts; then down to the first, and right to its first month
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight"):
        plot.press(key)
    expect(explorer.view("triangle").locator("[aria-live]")).to_contain_text("Month 1")
    plot.press("Enter")
    notebook.kernel.until("len(w.selection.clauses)")
    assert notebook.kernel.ask(f"set(w.ids) == {made('1997-01', 1)}")
    assert notebook.kernel.ask("len(w.ids)") == 1_157
    expect(explorer.chips).to_have_text(re.compile("Cohort: 1997-01; Month 1: bought"))
    expect(explorer.line).to_have_text("1,157 of 23,570 customers")
    explorer.drawn()

    box = explorer.view("triangle").locator("canvas").bounding_box()
    assert box
    notebook.page.mouse.click(box["x"] + 0.72 * box["width"], box["y"] + 0.62 * box["height"])
    notebook.kernel.until("w.selection.clauses[0].predicate.values != ('1997-01',)")
    explorer.drawn()
    cohort, age = notebook.kernel.ask(
        "[w._selected()[0]['values'][name][0] for name in ('cohort', 'age')]"
    )
    assert notebook.kernel.ask(f"set(w.ids) == {made(cohort, age)}")
    plot.focus()
    plot.press("Escape")
    notebook.kernel.until("not w.selection.clauses")


@BOTH
def test_sides_are_picked_by_keyboard_and_by_mouse(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, CDNOW)
    explorer = Explorer(notebook.page).drawn()
    assert title(explorer, "differences").startswith("Days 151–180: retention is")
    expect(explorer.view("differences")).to_contain_text("9.0 % of January's 7,846")

    button = explorer.control("b").locator("button").first
    button.focus()
    button.press("Enter")
    february = explorer.control("b").get_by_role("checkbox", name="1997-02")
    february.focus()
    february.press("Space")
    february.press("Escape")
    assert notebook.kernel.until("w.b == ('1997-02',)")
    explorer.drawn()
    expect(explorer.view("differences")).to_contain_text("of February's 8,476")

    # a year in, the curve of March is the highest: the first to be met from above
    canvas = explorer.view("curves").locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    for y in range(30, 90, 2):
        notebook.page.mouse.click(
            box["x"] + 0.69 * box["width"], box["y"] + box["height"] * y / 100
        )
        notebook.page.wait_for_timeout(300)
        if notebook.kernel.ask("w.a"):
            break
    assert notebook.kernel.until("w.a == ('1997-03',)")
    explorer.drawn()
    expect(explorer.view("differences")).to_contain_text("of March's 7,248")

    window = explorer.control("window").locator("select")
    window.select_option("Days 301–330")
    expect(explorer.view("differences").locator("h3")).to_contain_text("Days 301–330")
    assert notebook.kernel.ask("w.window") == 10


@BOTH
def test_measure_period_and_language_are_switched(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, RETAIL.format(path=str(reference("online_retail.parquet"))))
    explorer = Explorer(notebook.page).drawn()
    expect(explorer.root.locator(".crmw-footer")).to_contain_text("2010-12 includes earlier")
    expect(explorer.root.locator(".crmw-footer")).to_contain_text("135,080 rows without a customer")
    explorer.control("measure").locator("select").select_option("Revenue per customer")
    expect(explorer.view("triangle").locator("h3")).to_contain_text("Revenue per customer: £")
    explorer.drawn().control("period").locator("select").select_option("Quarter")
    expect(explorer.view("triangle").locator("h3")).to_contain_text("quarter 1")
    assert notebook.kernel.ask("w.result.cohorts.period") == "quarter"
    notebook.kernel.run("import crm_widgets; crm_widgets.set_locale('zh'); w.measure = 'retention'")
    expect(explorer.view("triangle").locator("h3")).to_contain_text("留存率")
    expect(explorer.control("a")).to_be_visible()
    explorer.drawn()


@BOTH
@pytest.mark.parametrize("width", [480, 1280])
def test_no_sentence_is_cut_and_nothing_is_wider_than_the_page(
    open_notebook: Open, kind: str, width: int
) -> None:
    if kind == "lab" and width == 480:
        pytest.skip("beside JupyterLab's own panels this leaves 112 pixels")
    notebook = open_notebook(kind, CDNOW, width=width)
    explorer = Explorer(notebook.page).drawn()
    cut = explorer.root.evaluate(
        """root => [...root.querySelectorAll("h3, .crmw-subtitle")]
        .filter(e => e.scrollHeight > e.clientHeight + 1).map(e => e.textContent)"""
    )
    assert cut == []
    wide = explorer.root.evaluate(
        """root => [document.documentElement, root, ...root.querySelectorAll("figure, .crmw-plot")]
        .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className || e.tagName)"""
    )
    assert wide == []


DASHBOARD = """
from crm_widgets import Board, CohortComparator, SegmentExplorer, Selection, datasets
log, selection = datasets.cdnow(), Selection()
e = SegmentExplorer(log, selection=selection)
w = CohortComparator(log, selection=selection, period="month", complete_history=True)
Board(e, w)
"""


@BOTH
def test_widgets_on_a_board_follow_each_other_go_back_and_offer_a_named_group(
    open_notebook: Open, kind: str
) -> None:
    notebook = open_notebook(kind, DASHBOARD, width=1600)
    segments = Explorer(notebook.page, 0).drawn()
    cohorts = Explorer(notebook.page, 1).drawn()
    everyone = title(cohorts, "triangle")
    segments.drag("grid", (0.55, 0.15), (0.9, 0.55))
    notebook.kernel.until("len(w.selection.clauses)")
    expect(cohorts.view("triangle").locator("h3")).not_to_have_text(everyone)
    cohorts.drawn()
    assert notebook.kernel.ask(
        "int(w.result.cohorts.sizes['customers'].sum()) == len(w.ids) < 23_570"
    )

    segments.drawn().drag("hist_monetary", (0.4, 0.5), (0.8, 0.5))
    notebook.kernel.until("len(selection.gestures) == 2")
    for keys, left in (("z", 1), ("z", 0), ("Shift+z", 1), ("Shift+z", 2)):
        notebook.page.keyboard.press(f"Control+{keys}")
        notebook.kernel.until(f"len(selection.gestures) == {left}")
        expect(segments.chips).to_have_count(left)
        expect(cohorts.chips).to_have_count(left)

    expect(segments.save_as("regulars")).to_contain_text("Saved as “regulars”")
    segments.root.get_by_role("button", name="Clear all").click()
    notebook.kernel.until("not selection")
    for knob, group in (("a", "regulars"), ("b", "Rest")):
        side = cohorts.drawn().control(knob)
        side.locator("button").first.click()
        side.get_by_role("checkbox", name=group).check()
        notebook.kernel.until(f"w.{knob} == ('{group.lower()}',)")
    n_a = notebook.kernel.ask("w.result.comparison.n_a")
    assert 0 < n_a <= notebook.kernel.ask("len(selection.groups['regulars'])"), "those watched"
    left, right = (one.root.bounding_box() for one in (segments, cohorts))
    assert left
    assert right
    if kind == "voila":
        assert right["x"] > left["x"] + left["width"]
        assert abs(right["y"] - left["y"]) < 2
