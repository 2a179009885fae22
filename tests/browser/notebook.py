"""A notebook open in a real browser, in JupyterLab or served by Voila."""

from __future__ import annotations

import contextlib
import itertools
import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebSocket

from .kernel import Kernel
from .server import Server

_numbers = itertools.count(1)

PLATFORM_NOISE = (
    # Both say so on every page, whatever the notebook holds.
    "favicon.ico",
)


class Notebook:
    """One notebook, its kernel, and the pages that show it."""

    def __init__(
        self, server: Server, browser: BrowserContext, cells: list[str], width: int
    ) -> None:
        self.server = server
        self.path = server.notebooks / f"journey-{next(_numbers)}.ipynb"
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        self.frames: list[str | bytes] = []
        self.sent: list[str | bytes] = []
        self._browser = browser
        self._pages: list[Page] = []
        self._width = width
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
            },
        )
        nbformat.write(notebook, self.path)

    @contextlib.contextmanager
    def open(self, *, run: bool = True) -> Iterator[Notebook]:
        """Open it and run its cells; close its pages and end its kernel afterwards."""
        before = self._connections()
        kernel_id = self._kernel_id = self._start_kernel()
        try:
            self.page = self.new_page()
            if kernel_id:
                self.kernel = Kernel(self.server.connections / f"kernel-{kernel_id}.json")
                self.idle()
                if run:
                    self.run_all()
            else:
                self.kernel = Kernel(self._new_connection(before))
            yield self
        finally:
            for page in self._pages:
                page.close()
            if hasattr(self, "kernel"):
                self.kernel.close()
            if kernel_id:
                self._request("DELETE", f"/api/kernels/{kernel_id}")

    def new_page(self) -> Page:
        """One more page on the same notebook (in Voila: on a kernel of its own)."""
        page = self.watch(self._browser.new_page())
        page.set_viewport_size({"width": self._width, "height": 900})
        if self.server.kind == "lab":
            page.goto(
                f"{self.server.url}/lab/workspaces/{self.path.stem}/tree/{self.path.name}"
                f"?token={self.server.token}"
            )
            page.wait_for_selector(".jp-Notebook .jp-Cell")
        else:
            page.goto(f"{self.server.url}/voila/render/{self.path.name}", timeout=90_000)
        return page

    def watch(self, page: Page) -> Page:
        """Note the errors of a page, and every host that it asks."""
        self._pages.append(page)
        page.set_default_timeout(30_000)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("request", self._on_request)
        page.on("websocket", self._on_websocket)
        return page

    def restart_kernel(self) -> None:
        """Restart the kernel as the menu of JupyterLab does."""
        self._request("POST", f"/api/kernels/{self._kernel_id}/restart")

    def idle(self, within_ms: float = 30_000) -> None:
        """Wait until the kernel of JupyterLab has nothing to do."""
        self.page.wait_for_function(
            "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status"
            " === 'idle'",
            timeout=within_ms,
        )

    def run_all(self) -> None:
        """Run every cell in JupyterLab and wait for the last."""
        self.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")

    def save(self) -> Any:
        """Save as the user does, and read the file."""
        before = self.path.stat().st_mtime_ns
        self.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
        end = time.monotonic() + 20
        while self.path.stat().st_mtime_ns == before:
            if time.monotonic() > end:
                raise TimeoutError("the notebook was not saved")
            self.page.wait_for_timeout(100)
        return json.loads(self.path.read_text())

    def _on_console(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        text = f"{message.text} ({where})"
        if message.type == "error" and not any(noise in text for noise in PLATFORM_NOISE):
            self.errors.append(text)

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc:
            self.hosts.add(address.netloc)

    def _on_websocket(self, socket: WebSocket) -> None:
        self.hosts.add(urlsplit(socket.url).netloc)
        socket.on("framereceived", lambda frame: self.frames.append(frame))
        socket.on("framesent", lambda frame: self.frames.append(frame))
        socket.on("framesent", lambda frame: self.sent.append(frame))

    def _connections(self) -> set[Path]:
        return set(self.server.connections.rglob("kernel-*.json"))

    def _new_connection(self, before: set[Path]) -> Path:
        new = self._connections() - before
        return max(new, key=lambda path: path.stat().st_mtime_ns)

    def _start_kernel(self) -> str | None:
        if self.server.kind != "lab":
            return None
        session = {
            "path": self.path.name,
            "name": self.path.name,
            "type": "notebook",
            "kernel": {"name": "python3"},
        }
        answer: dict[str, Any] = self._request("POST", "/api/sessions", session)
        kernel_id: str = answer["kernel"]["id"]
        return kernel_id

    def _request(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            self.server.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"token {self.server.token}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None
