"""What the kernel behind a page holds, asked as a cell of the user would."""

from __future__ import annotations

import ast
import json
import time
from pathlib import Path
from typing import Any

from jupyter_client.blocking import BlockingKernelClient


class Kernel:
    """A second client of a running kernel."""

    def __init__(self, connection_file: Path) -> None:
        self._client = BlockingKernelClient(connection_file=str(connection_file))
        self._client.load_connection_file()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def run(self, code: str) -> None:
        """Run code, raising what it raises."""
        self._reply(code, {})

    def ask(self, expression: str) -> Any:
        """The value of an expression, as JSON has it (NumPy scalars as numbers)."""
        dumps = f"__import__('json').dumps({expression}, default=lambda value: value.item())"
        answer = self._reply("", {"answer": dumps})["answer"]
        if answer["status"] != "ok":
            raise RuntimeError(f"{expression}: {answer['ename']}: {answer['evalue']}")
        return json.loads(ast.literal_eval(answer["data"]["text/plain"]))

    def until(self, expression: str, seconds: float = 15) -> Any:
        """The value of an expression, once it is true."""
        end = time.monotonic() + seconds
        while not (value := self.ask(expression)):
            if time.monotonic() > end:
                raise TimeoutError(f"still {value!r} after {seconds} s: {expression}")
            time.sleep(0.1)
        return value

    def close(self) -> None:
        """Leave the kernel to its server."""
        self._client.stop_channels()

    def _reply(self, code: str, expressions: dict[str, str]) -> Any:
        reply = self._client.execute_interactive(
            code,
            user_expressions=expressions,
            store_history=False,
            timeout=60,
            output_hook=lambda message: None,
        )["content"]
        if reply["status"] != "ok":
            raise RuntimeError("\n".join(reply.get("traceback", [str(reply)])))
        return reply["user_expressions"]
