"""Kernels that are forked from one process, which has imported the package ahead of them.

Importing takes most of what a kernel does in a journey. A server starts a kernel by the command
of its kernelspec (`ask`): it asks that process for a fork and lives as long as the fork does.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

Line = socket.socket


@contextlib.contextmanager
def warm_kernels() -> Iterator[str]:
    """While it lasts, kernels are forked at this address; a specification names it."""
    # in a directory of its own: the path of a socket must be short
    with tempfile.TemporaryDirectory() as home, socket.socket(socket.AF_UNIX) as door:
        address = str(Path(home) / "door")
        door.bind(address)
        door.listen()
        command = [sys.executable, "-P", __file__, "serve", str(door.fileno())]
        with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[door.fileno()]):
            yield address  # closing its input ends it


def write_specification(directory: Path, address: str) -> None:
    """Have a server that looks for kernels in this directory take them from there."""
    directory.mkdir(parents=True)
    ask_at = [sys.executable, "-I", "-S", __file__, "ask"]
    text = json.dumps(
        {
            "argv": [*ask_at, address, "-f", "{connection_file}"],
            "display_name": "Python 3",
            "language": "python",
        }
    )
    (directory / "kernel.json").write_text(text)


def ask(address: str, arguments: list[str]) -> None:
    """Have a kernel forked that has the directory, the environment and the output of this."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        socket.send_fds(line, [b"."], [1, 2])
        given = [arguments, os.getcwd(), dict(os.environ)]
        line.sendall(json.dumps(given).encode() + b"\n")
        kernel = int(line.recv(32))
        signal.signal(signal.SIGINT, lambda *_: os.kill(kernel, signal.SIGINT))
        line.recv(1)


def serve(door: Line) -> None:
    """Import what every kernel imports, then fork one for each that asks."""
    import ipykernel.kernelapp  # noqa: F401

    import crm_widgets  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while door in select.select([door, sys.stdin], [], [])[0]:
        line, _ = door.accept()
        with line:
            if os.fork() == 0:
                door.close()
                be_a_kernel(line)
                return


def be_a_kernel(line: Line) -> None:
    """Run a kernel as `python -m ipykernel_launcher` does, until the one that asked is gone."""
    import ipywidgets
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    _, outputs, _, _ = socket.recv_fds(line, 1, 2)
    for here, given in enumerate(outputs, 1):
        os.dup2(given, here)
        os.close(given)
    with line.makefile() as lines:
        arguments, directory, environment = json.loads(lines.readline())
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environment)
    line.sendall(str(os.getpid()).encode())
    threading.Thread(target=end_with, args=[line], daemon=True).start()
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(arguments)
    ipywidgets.register_comm_target()  # what it does where a kernel is there when it is imported
    app.start()
    os._exit(0)  # taking all that was imported down again would last longer than many a journey


def end_with(line: Line) -> None:
    """End this process as soon as nobody holds the other end."""
    line.recv(1)
    os._exit(0)


if __name__ == "__main__":
    todo, *given = sys.argv[1:]
    if todo == "serve":
        serve(socket.socket(fileno=int(given[0])))
    else:
        ask(given[0], given[1:])
