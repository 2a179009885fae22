from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import comm
import ipywidgets
import pytest
from comm.base_comm import BaseComm

from crm_widgets.widgets.page import runtime

Message = dict[str, Any]


class Wire(list[Message]):
    """What the kernel sent to pages, newest last."""

    def data(self, widget: Any, method: str | None = None) -> list[Message]:
        return [
            message["data"]
            for message in self
            if message["comm_id"] == widget.model_id
            and message["type"] == "comm_msg"
            and method in (None, message["data"]["method"])
        ]


@pytest.fixture(autouse=True)
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    sent = Wire()

    class Recorded(BaseComm):
        def publish_msg(self, msg_type: str, data: Any = None, **rest: Any) -> None:
            sent.append({"comm_id": self.comm_id, "type": msg_type, "data": data} | rest)

    monkeypatch.setattr(comm, "create_comm", Recorded)
    return sent


@pytest.fixture(autouse=True, scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where the front end was not built, a placeholder: nothing here draws it."""
    if not Path(str(runtime.STATIC.joinpath("runtime.js"))).is_file():
        static = tmp_path_factory.mktemp("static")
        for name in ("runtime.js", "shim.js"):
            (static / name).write_text("export default {};", encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(runtime, "STATIC", static)
            yield
    else:
        yield


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close what a test made, and what examples left open before it, but for the runtime."""
    _close_all()
    yield
    _close_all()


def _close_all() -> None:
    for widget in list(ipywidgets.widgets.widget._instances.values()):
        if not isinstance(widget, runtime.Runtime) and widget is not _layout_of_runtime():
            widget.close()


def _layout_of_runtime() -> object:
    return None if runtime._shared is None else runtime._shared.layout
