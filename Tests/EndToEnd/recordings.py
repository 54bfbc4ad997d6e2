"""What the servers that tests start hear and say: they record it themselves, and it is held against the contract."""

from __future__ import annotations

import codecs
import json
import re
import shlex
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from contract import Contract
from framing import frames, parse

# It becomes the server: its process, its pipes and its end are the server's own.
STARTER = """#!/bin/sh
case $1 in run | reap | setup) exec {server} "$@" ;; esac
exec {server} --record {folder} "$@"
"""
BEGINNING = re.compile(r"[\[{]")
DECODER = json.JSONDecoder(parse_float=Decimal)
COVER = b"*" * 8
"""What stands for a secret in a recording; covers keep its length, and what is shorter is none."""


class Recordings:
    """All sessions of one run of tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "recordings"
        self.starters = folder / "servers"
        for made in (self.folder, self.starters):
            made.mkdir()
        self.sessions: dict[str, Session] = {}

    def of(self, server: Path) -> str:
        """What to start instead of a server, for its sessions to be recorded."""
        starter = self.starters / server.name
        starter.write_text(STARTER.format(server=shlex.quote(str(server)), folder=shlex.quote(str(self.folder))))
        starter.chmod(0o755)
        return str(starter)

    def faults(self) -> list[str]:
        """What was said since the last time and should not have been."""
        for path in self.folder.glob("*.out"):
            self.sessions.setdefault(path.stem, Session(path))
        return [f"{stem}: {fault}" for stem, session in self.sessions.items() for fault in session.faults()]


class Session:
    """What one server has recorded, which may go on."""

    def __init__(self, out: Path) -> None:
        self.sent, self.received = Growing(out), Growing(out.with_suffix(".in"))
        self.decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self.contract = Contract()
        self.heard = ""
        self.said = b""

    def faults(self) -> list[str]:
        """What is new among them."""
        # In this order: what is answered here has been asked there.
        said, heard = self.sent.more(), self.received.more()
        if not said and not heard:
            return []
        self.said += said
        self.heard += self.decode(heard)
        for message in self._take_heard():
            self.contract.asked(message)
        faults = []
        try:
            for body in self._take_said():
                self.contract.came(message := parse(body))
                if COVER in body:
                    self.contract.covered(message)
        except (AssertionError, ValueError) as error:
            faults = [f"no message: {error}: {self.said[:200]!r}"]
            self.said = b""
        faults += self.contract.faults
        self.contract.faults = []
        return faults

    def _take_heard(self) -> Iterator[Any]:
        """The messages among what was heard, which need not make sense."""
        end = 0
        while found := BEGINNING.search(self.heard, end):
            try:
                message, end = DECODER.raw_decode(self.heard, found.start())
            except (ValueError, RecursionError):
                line, end = found.start(), self.heard.find("\n", found.start())
                if end < 0:
                    # The rest of it may come later.
                    self.heard = self.heard[line:]
                    return
            else:
                yield message
        self.heard = ""

    def _take_said(self) -> Iterator[bytes]:
        """The text of each message; what is not whole may come later, or the server has died over it."""
        end = 0
        for body, end in frames(self.said, "headers" if self.said.startswith(b"C") else "lines"):
            yield body
        self.said = self.said[end:]


class Growing:
    """A file that may still be written to. It is not kept open: there are thousands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known = 0

    def more(self) -> bytes:
        """What has come since the last time."""
        if self.path.stat().st_size == self.known:
            return b""
        with open(self.path, "rb") as file:
            file.seek(self.known)
            data = file.read()
        self.known += len(data)
        return data
