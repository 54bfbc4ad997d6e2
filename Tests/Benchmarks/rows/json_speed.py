"""The parser and the writer, each on three sizes of messages."""

from __future__ import annotations

import subprocess
from functools import partial
from pathlib import Path

from harness.messages import messages
from harness.paths import PEERS, RELEASE, VENV
from harness.row import BYTES_PER_SECOND, OURS, Row, Subject

SECONDS = "0.3"
OURS_COMMAND = str(RELEASE / "json-speed")
PYTHON_COMMAND = (str(VENV / "python"), str(PEERS / "json_speed.py"))
COMMANDS = {
    OURS: (OURS_COMMAND, "ours"),
    "Foundation's JSONSerialization": (OURS_COMMAND, "foundation"),
    "Python's json": (*PYTHON_COMMAND, "json"),
    "orjson": (*PYTHON_COMMAND, "orjson"),
    "node": ("node", str(PEERS / "json_speed.mjs")),
}


def measure(command: tuple[str, ...], direction: str, path: Path) -> float:
    result = subprocess.run([*command, direction, str(path), SECONDS], capture_output=True, text=True, check=True)
    return float(result.stdout)


def rows() -> list[Row]:
    return [
        Row(
            f"JSON: {direction} {size}",
            BYTES_PER_SECOND,
            [Subject(name, partial(measure, command, direction, path)) for name, command in COMMANDS.items()],
        )
        for direction in ("parse", "write")
        for size, path in messages().items()
    ]
