"""Every program that a process and what it starts execute, however short it lives, as strace sees it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TEXT = r'"(?:[^"\\]|\\.)*"'
LIST = rf"\[((?:{TEXT}(?:, )?)*)\]"
CALL = re.compile(rf"execve\({TEXT}, {LIST}, {LIST}")
LONGEST = 131_072
"""Bytes of one argument or variable: the kernel's own limit."""


def traced(trace: Path) -> list[str]:
    """What to put before a command, whose process stays a child of the caller's own."""
    return [
        *("strace", "--daemonize", "--follow-forks", "--seccomp-bpf", "--quiet=all", "--no-abbrev"),
        *("--string-limit", str(LONGEST), "--trace", "execve", "--output", str(trace)),
    ]


def executions(trace: Path) -> Iterator[tuple[bytes, list[bytes]]]:
    """Arguments and environment of each."""
    for line in trace.read_text().splitlines():
        if call := CALL.search(line):
            yield b"\0".join(texts(call[1])), texts(call[2])


def texts(quoted: str) -> list[bytes]:
    """The elements of a list, which strace writes as Python does."""
    return [ast.literal_eval("b" + text) for text in re.findall(TEXT, quoted)]
