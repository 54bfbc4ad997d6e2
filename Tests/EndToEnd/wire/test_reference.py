"""The protocol's documents: the ones on disk are the ones that the service prints and serves."""

from __future__ import annotations

import json
import subprocess

from conftest import ROOT
from messages import lines, request
from session import run

PROTOCOL = ROOT / "protocol"


def printed(product: str, option: str) -> bytes:
    """What the service prints and ends."""
    return subprocess.run([product, option], capture_output=True, check=True).stdout


def test_the_document_on_disk_is_the_one_printed_and_served(product: str) -> None:
    document = json.loads(printed(product, "--openrpc"))
    assert document == json.loads((PROTOCOL / "openrpc.json").read_text()), "make it anew with runpod-rpc --openrpc"
    output, _ = run(product, lines(request(1, "rpc.discover")))
    assert json.loads(output)["result"] == document
