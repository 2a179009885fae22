"""A widget of the house on a page, handled as a person does: by what it shows."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

Point = tuple[float, float]
LOOKS = """plot => plot.querySelector("canvas").toDataURL()
  + plot.querySelector(".crmw-brush:not([hidden])")?.getAttribute("style")"""


class Explorer:
    """The ``index``-th widget of a page."""

    def __init__(self, page: Page, index: int = 0) -> None:
        self.page = page
        self.root = page.locator(".crmw").nth(index)

    def drawn(self, seconds: float = 60) -> Explorer:
        """Wait until every view is drawn and nothing is under way."""
        milliseconds = seconds * 1000
        canvas, failed = ".crmw-view canvas", "[data-mime-type$=error], [data-mime-type$=stderr]"
        self.page.locator(f"{canvas}, {failed}").first.wait_for(timeout=milliseconds)
        said = self.page.locator(failed).all_inner_texts()
        assert not said, said[0]
        self.root.locator(canvas).first.wait_for(timeout=milliseconds)
        expect(self.root).to_have_attribute("aria-busy", "false", timeout=milliseconds)
        self.page.wait_for_function(
            "root => [...root.querySelectorAll('.crmw-plot')]"
            ".every(plot => plot.querySelector('canvas'))",
            arg=self.root.element_handle(),
            timeout=milliseconds,
        )
        return self

    def view(self, name: str) -> Locator:
        """A view by its id."""
        return self.root.locator(f'.crmw-view[data-view="{name}"]')

    @property
    def views(self) -> list[str]:
        """Ids of the views, in order."""
        return [view.get_attribute("data-view") or "" for view in self._views()]

    def drag(self, name: str, start: Point, end: Point) -> None:
        """Press, move and release on the plot of a view; positions as fractions of its box."""
        plot = self.view(name).locator("canvas").first
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        assert box
        points = [
            (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)
        ]
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        self.page.mouse.move(*points[1], steps=8)
        self.page.mouse.up()

    def picture(self, name: str) -> str:
        """What a view looks like: its pixels, and where its brush lies."""
        seen: str = self.view(name).locator(".crmw-plot").evaluate(LOOKS)
        return seen

    def until_picture(self, name: str, other: str, *, same: bool) -> None:
        """Wait until a view looks like (or unlike) a picture taken before."""
        self.page.wait_for_function(
            f"([plot, other, same]) => (({LOOKS})(plot) === other) === same",
            arg=[self.view(name).locator(".crmw-plot").element_handle(), other, same],
        )

    @property
    def chips(self) -> Locator:
        """The conditions that are selected, in words."""
        return self.root.locator(".crmw-chip")

    @property
    def line(self) -> Locator:
        """The sentence of how much is selected."""
        return self.root.locator(".crmw-line")

    def control(self, knob: str) -> Locator:
        """A control by the knob it sets."""
        return self.root.locator(f'.crmw-control[data-knob="{knob}"]')

    def save_as(self, name: str) -> Locator:
        """Name what is selected; gives the sentence that says what became of it."""
        naming = self.root.locator(".crmw-naming").first
        naming.get_by_role("button", name="Save as group…").click()
        self.page.keyboard.type(name)  # the text has the focus
        self.page.keyboard.press("Enter")
        return naming.locator(".crmw-said")

    def forget(self, name: str) -> Locator:
        """Forget a named group; gives the sentence that says what became of it."""
        forgetting = self.root.locator(".crmw-naming").nth(1)
        forgetting.get_by_role("button", name="Forget a group…").press("Enter")
        forgetting.locator("select").select_option(name)  # it has the focus
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        return forgetting.locator(".crmw-said")

    def slide(self, knob: str, value: int) -> None:
        """Move a slider with the keyboard."""
        slider = self.control(knob).locator("input[type=range]").first
        slider.focus()
        for _ in range(50):
            now = int(slider.input_value())
            if now == value:
                return
            slider.press("ArrowRight" if now < value else "ArrowLeft")
        raise AssertionError(f"{knob} does not reach {value}")

    def mark(self) -> None:
        """Remember the canvases that are there now."""
        self._marked: int = self.root.evaluate(
            """root => {
              const canvases = root.querySelectorAll("canvas");
              canvases.forEach((canvas) => { canvas.dataset.kept = "yes"; });
              return canvases.length;
            }"""
        )

    def marked(self) -> bool:
        """Whether all canvases that were marked are still there; a view may have joined them."""
        kept: int = self.root.evaluate(
            "root => root.querySelectorAll('canvas[data-kept=yes]').length"
        )
        return kept == self._marked

    def wait_for_columns(self, *, several: bool) -> None:
        """Wait until the views stand in one column (or several), and the charts have followed."""
        self.page.wait_for_function(
            """([root, several]) => {
              const plots = [...root.querySelectorAll(".crmw-plot")];
              const left = new Set(plots.map((p) => Math.round(p.getBoundingClientRect().x)));
              return left.size > 1 === several && plots.every((plot) => {
                const canvas = plot.querySelector("canvas");
                return canvas && canvas.offsetWidth <= plot.clientWidth;
              });
            }""",
            arg=[self.root.element_handle(), several],
        )

    def too_wide(self) -> list[str]:
        """Elements that would have to be scrolled sideways, the page included."""
        found: list[str] = self.root.evaluate(
            """root => [document.documentElement, root, ...root.querySelectorAll("*")]
            .filter((e) => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1)
            .filter((e) => !["hidden", "clip"].includes(getComputedStyle(e).overflowX))
            .map((e) => `${e.tagName}.${e.className}`)"""
        )
        return found

    def _views(self) -> list[Locator]:
        return self.root.locator(".crmw-view").all()
