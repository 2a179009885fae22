"""The harness itself: a plain anywidget is drawn, answers, and its kernel can be asked."""

import pytest

from .conftest import Open

TOY = """
import anywidget, traitlets
class Toy(anywidget.AnyWidget):
    _esm = '''
    export default { render({ model, el }) {
      const button = document.createElement("button");
      button.className = "toy";
      const say = () => { button.textContent = "pressed " + model.get("n"); };
      model.on("change:n", say);
      button.onclick = () => { model.set("n", model.get("n") + 1); model.save_changes(); };
      say();
      el.append(button);
    } };
    '''
    n = traitlets.Int(0).tag(sync=True)
toy = Toy()
toy
"""


@pytest.mark.parametrize("kind", ["lab", "voila"])
def test_a_page_and_its_kernel_agree(open_notebook: Open, kind: str) -> None:
    notebook = open_notebook(kind, TOY)
    notebook.page.click(".toy")
    assert notebook.kernel.until("toy.n") == 1
    notebook.kernel.run("toy.n = 41")
    notebook.page.get_by_text("pressed 41").wait_for()
