from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm

from crm_widgets.widgets import runtime
from crm_widgets.widgets.base import CrmWidget

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
    """Close what a test made."""
    yield
    for widget in list(runtime._users):
        if isinstance(widget, CrmWidget):
            widget.close()
