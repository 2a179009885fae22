"""What comes in: what a page may change is checked first, taken whole or not at all, and answered.

A browser may set any synced trait of any widget, and through Voila anyone may be that
browser. Each widget therefore lists the names it takes in and how each value is checked;
whatever a page sends, it is told the true values in one ``echo_update``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import comm
import ipywidgets

from ..computing.lock import LOCK, LOG, RefusedError

Apply: TypeAlias = Callable[[], object]
Check: TypeAlias = Callable[[object], Apply]


class GuardedWidget(ipywidgets.Widget):  # type: ignore[misc]
    """A widget that takes from its page only what ``_inbound`` lists."""

    def _inbound(self) -> Mapping[str, Check]:
        """Names a page may set; each check returns what to do, or raises ``RefusedError``."""
        return {}

    def _handle_msg(self, msg: Any) -> None:
        try:
            data = msg["content"]["data"]
            method = data.get("method")
            with LOCK:
                if method == "update":
                    stray = bool(data.get("buffer_paths")) or bool(msg.get("buffers"))
                    self._receive(data.get("state"), stray)
                elif method == "request_state":
                    self.send_state()
                else:
                    LOG.debug("refused a message that is neither an update nor a request of state")
        except Exception:
            LOG.exception("a message from the page could not be handled")

    def set_state(self, sync_data: Any) -> None:
        """Take the state a page sent, if all of it is allowed and valid; answer in any case."""
        with LOCK:
            self._receive(sync_data, stray=False)

    @contextmanager
    def hold_sync(self) -> Iterator[None]:
        """Send changes together, at the end; nobody else publishes in between."""
        with LOCK, super().hold_sync():
            yield

    @contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """Tell of changes together, at the end; nobody else publishes in between."""
        with LOCK, super().hold_trait_notifications():
            yield

    def _receive(self, state: object, stray: bool) -> None:
        if not isinstance(state, dict):
            LOG.debug("refused an update without a state")
            return
        try:
            if not stray:
                self._apply(self._checked(state), set(state))
        except RefusedError as refusal:
            LOG.debug("refused an update: %s", refusal)
        finally:
            self._echo([name for name in self.keys if name in state])

    def _checked(self, state: dict[str, object]) -> list[Apply]:
        inbound = self._inbound()
        if not state.keys() <= inbound.keys():
            msg = "a name that is not on the list"
            raise RefusedError(msg)
        try:
            return [inbound[name](value) for name, value in state.items()]
        except RefusedError:
            raise
        except Exception as error:
            raise RefusedError(type(error).__name__) from error

    def _apply(self, changes: list[Apply], names: set[str]) -> None:
        with self.hold_sync():
            try:
                with self.hold_trait_notifications():
                    for change in changes:
                        change()
            finally:
                self._states_to_send -= names

    def _echo(self, names: list[str]) -> None:
        if names:
            state = self.get_state(names)
            self._send({"method": "echo_update", "state": state, "buffer_paths": []}, buffers=[])


class GuardedLayout(GuardedWidget, ipywidgets.Layout):  # type: ignore[misc]
    """The layout of a widget: set from Python, never from a page."""


def refuse_foreign_widgets() -> None:
    """Stop pages from constructing widgets of their own in this kernel.

    A page may open a comm that names any registered ipywidgets class, and the kernel
    constructs it. No widget of this package needs that, nor does redisplaying or reloading.
    Call it once in a notebook that is served to others.

    Examples
    --------
    >>> refuse_foreign_widgets()
    """
    comm.get_comm_manager().register_target("jupyter.widget", _refuse)


def _refuse(opened: comm.base_comm.BaseComm, msg: Any) -> None:
    LOG.debug("refused a widget that a page wanted to construct")
    opened.close()
