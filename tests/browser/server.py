"""Real Jupyter servers for the journeys: started once, on free ports, in their own directories."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
UNCACHED = "PYTHONDONTWRITEBYTECODE"
"""Would have every kernel compile the package anew."""

SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": (
        '{"fetchNews": "false", "checkForUpdates": false}'
    ),
    "@jupyter-widgets/jupyterlab-manager/plugin.jupyterlab-settings": '{"saveState": true}',
}


class Server:
    """A server process, its address, and the directories of its notebooks and kernels.

    ``further`` are more variables of its environment, which its kernels share.
    """

    def __init__(self, kind: str, home: Path, further: Mapping[str, str] | None = None) -> None:
        self.kind = kind
        self.notebooks = home / "notebooks"
        self.connections = home / "runtime"
        settings = home / "settings"
        for directory in (self.notebooks, self.connections):
            directory.mkdir()
        for name, text in SETTINGS.items():
            path = settings / name
            path.parent.mkdir(parents=True)
            path.write_text(text)
        self.port = free_port()
        self.token = secrets.token_hex()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (home / "log").open("w+")
        self._process = subprocess.Popen(
            self._command(),
            env={name: value for name, value in os.environ.items() if name != UNCACHED}
            | {
                "IPYTHONDIR": str(home / "ipython"),
                "JUPYTER_CONFIG_DIR": str(home / "config"),
                "JUPYTER_RUNTIME_DIR": str(self.connections),
                "JUPYTERLAB_SETTINGS_DIR": str(settings),
                "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
            }
            | dict(further or {}),
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def _command(self) -> list[str]:
        if self.kind == "lab":
            return [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                "--ip=127.0.0.1",
                f"--port={self.port}",
                f"--ServerApp.root_dir={self.notebooks}",
                f"--IdentityProvider.token={self.token}",
                "--LabApp.expose_app_in_browser=True",
            ]
        return [
            *(sys.executable, "-m", "voila", str(self.notebooks)),
            f"--port={self.port}",
            f"--Voila.config_file_paths={EXAMPLES}",
            f"--Voila.connection_dir_root={self.connections}",
        ]

    def wait(self, seconds: float = 60) -> None:
        """Return when the server answers."""
        end = time.monotonic() + seconds
        path = "/api" if self.kind == "lab" else "/voila/tree"
        while time.monotonic() < end and self._process.poll() is None:
            try:
                urllib.request.urlopen(self.url + path, timeout=5).close()
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"{self.kind} did not start:\n{self.log()}")

    def log(self) -> str:
        """What the server has printed."""
        self._log.seek(0)
        return self._log.read()

    def stop(self) -> None:
        """End the server and its kernels."""
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
