from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

from .notebook import Notebook
from .server import Server

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

KINDS = ("lab", "voila")
OUTPUT = Path(__file__).parent / "output"
expect.set_options(timeout=30_000)  # as for everything else that a page is waited for
OPENED = pytest.StashKey[list[Notebook]]()
Open = Callable[..., Notebook]


def chromium() -> str | None:
    """Where a Chromium is."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, BrowserContext]]:
    """A browser for each server, which keeps what it has fetched and compiled."""
    path = chromium()
    if path is None:
        pytest.fail("no Chromium: install one, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browsers = {
            kind: playwright.chromium.launch_persistent_context(
                tmp_path_factory.mktemp(f"browser-{kind}"), executable_path=path, args=FLAGS
            )
            for kind in KINDS
        }
        yield browsers
        for browser in browsers.values():
            browser.close()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    started = {kind: Server(kind, tmp_path_factory.mktemp(kind)) for kind in KINDS}
    try:
        for server in started.values():
            server.wait()
        yield started
    finally:
        for server in started.values():
            server.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of what a failing test saw."""
    report = yield
    opened = item.stash.get(OPENED, [])
    if report.failed and call.when == "call":
        OUTPUT.mkdir(exist_ok=True)
        for number, notebook in enumerate(opened):
            path = OUTPUT / f"{re.sub(r'[^a-z0-9]+', '-', item.name)}-{number}.png"
            with contextlib.suppress(Exception):
                notebook.page.screenshot(path=path)
            report.sections.append(("seen", f"{path}\n{notebook.errors}"))
    return report


@pytest.fixture
def open_notebook(
    servers: dict[str, Server],
    browsers: dict[str, BrowserContext],
    request: pytest.FixtureRequest,
) -> Iterator[Open]:
    """Opens notebooks; at the end none may have logged an error or asked another host."""
    opened = request.node.stash[OPENED] = []
    with contextlib.ExitStack() as stack:

        def open_notebook(kind: str, *cells: str, width: int = 1280) -> Notebook:
            notebook = Notebook(servers[kind], browsers[kind], list(cells), width)
            opened.append(notebook)
            return stack.enter_context(notebook.open())

        yield open_notebook
        for notebook in opened:
            assert not notebook.errors, "\n".join(notebook.errors)
            assert notebook.hosts == {f"127.0.0.1:{notebook.server.port}"}
