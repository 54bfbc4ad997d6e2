"""The servers that are asked the same thing in the same way."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from harness.paths import PEERS, RELEASE, TOOLS, VENV
from harness.row import OURS
from harness.versions import debian, output, pypi

LIMIT = "C that only frames"


@dataclass(frozen=True)
class Server:
    """A server on stdio: what it is called, how it is started, which version it is."""

    name: str
    command: tuple[str, ...]
    version: str


def toolchain() -> tuple[Path, str]:
    """The folder of the Swift toolchain's commands and its version."""
    swift = shutil.which("swift")
    assert swift, "no swift in PATH"
    version = next(word for word in output(swift, "--version").split() if word[0].isdigit())
    return Path(swift).resolve().parent, version


def servers() -> list[Server]:
    """Ours, the limit and the peers."""
    swift, version = toolchain()
    return [
        Server(OURS, (str(RELEASE / "runpod-rpc"),), "this tree, release, static stdlib"),
        Server(LIMIT, (str(TOOLS / "framer"),), "peers/framer.c, clang -O2"),
        Server("clangd", ("/usr/bin/clangd",), debian("clangd")),
        Server("clangd (Swift's)", (str(swift / "clangd"),), f"Swift {version}"),
        Server("gopls", ("/usr/bin/gopls", "serve"), debian("gopls")),
        Server("sourcekit-lsp", (str(swift / "sourcekit-lsp"),), f"Swift {version}"),
        Server("pygls", (str(VENV / "python"), str(PEERS / "pygls_server.py")), pypi("pygls")),
        Server("python-lsp-server", (str(VENV / "pylsp"),), pypi("python-lsp-server")),
        Server("ruff", (str(VENV / "ruff"), "server"), pypi("ruff") + ", on the lsp-server crate"),
    ]
