"""Widgets side by side, that no page can rearrange."""

from __future__ import annotations

from typing import Any

import ipywidgets
import pytest

from crm_widgets import Board, InputError

from .conftest import Wire
from .toy import Toy, log, update


def test_a_page_cannot_change_a_board(wire: Wire) -> None:
    one, two = Toy(log()), Toy(log())
    board = Board(one, two)
    states: list[dict[str, Any]] = [
        {"children": []}, {"_view_module": "evil"}, {"_model_name": "HTMLModel"}, {"layout": None},
    ]  # fmt: skip
    for state in states:
        update(board, state)
    assert board.children == (one, two)
    assert board._view_module == "@jupyter-widgets/controls"
    assert board._model_name == "GridBoxModel"
    update(board.layout, {"grid_template_columns": "0"})
    assert (
        board.layout.grid_template_columns
        == "repeat(auto-fit, minmax(min(100%, max(560px, 34%)), 1fr))"
    )


def test_a_board_holds_guarded_widgets_only() -> None:
    with pytest.raises(InputError, match="HTML"):
        Board(ipywidgets.HTML("<b>"))
    with pytest.raises(InputError, match="least"):
        Board(Toy(log()), least=0)


def test_a_board_lets_go_of_a_widget_that_is_closed() -> None:
    one, two = Toy(log()), Toy(log())
    board = Board(one, two)
    one.close()
    assert board.children == (two,)
    assert board.model_id in ipywidgets.Widget.get_manager_state()["state"]


def test_the_last_of_an_odd_number_takes_the_whole_row() -> None:
    a, b, c = (Toy(log()) for _ in range(3))
    board = Board(a, b, c)
    assert [one.layout.grid_column for one in board.children] == [None, None, "1 / -1"]
    b.close()
    assert [one.layout.grid_column for one in board.children] == [None, None]
