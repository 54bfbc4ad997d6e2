"""The protocol's documents: complete, correct, and the ones that the service prints and serves."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from conftest import ROOT
from messages import lines, request
from openrpc import DOCUMENT, prose_faults
from session import run

PROTOCOL = ROOT / "protocol"
METHODS: list[dict[str, Any]] = json.loads((PROTOCOL / "openrpc.json").read_text())["methods"]


def printed(product: str, option: str) -> bytes:
    """What the service prints and ends."""
    return subprocess.run([product, option], capture_output=True, check=True).stdout


def test_the_document_on_disk_is_the_one_printed_and_served(product: str) -> None:
    document = json.loads(printed(product, "--openrpc"))
    assert document == json.loads((PROTOCOL / "openrpc.json").read_text()), "make it anew with runpod-rpc --openrpc"
    output, _ = run(product, lines(request(1, "rpc.discover")))
    assert json.loads(output)["result"] == document


def test_the_reference_on_disk_is_the_one_printed(product: str) -> None:
    reference = printed(product, "--methods").decode()
    assert reference == (PROTOCOL / "methods.md").read_text(), "make it anew with runpod-rpc --methods"
    for method in METHODS:
        assert f"### `{method['name']}`" in reference


def test_the_document_is_openrpc() -> None:
    document = json.loads((PROTOCOL / "openrpc.json").read_text())
    jsonschema.Draft7Validator.check_schema(DOCUMENT)
    jsonschema.Draft7Validator(DOCUMENT).validate(document)
    assert list(prose_faults(document)) == []


BROKEN = {
    "another version": lambda document: document.update(openrpc="2.0.0"),
    "no title": lambda document: document["info"].pop("title"),
    "an unknown member": lambda document: document["methods"][0].update(parameters=[]),
    "a schema that is none": lambda document: document["methods"][0]["result"].update(schema={"type": "text"}),
    "a param without a name": lambda document: document["methods"][3]["params"][0].pop("name"),
    "an error without a code": lambda document: document["methods"][0]["errors"][0].pop("code"),
    "an example without a name": lambda document: document["methods"][0]["examples"][0].pop("name"),
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_openrpc_is_seen(spoil: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads((PROTOCOL / "openrpc.json").read_text())
    spoil(document)
    assert list(jsonschema.Draft7Validator(DOCUMENT).iter_errors(document))


@pytest.mark.parametrize("method", METHODS, ids=[method["name"] for method in METHODS])
def test_examples_fit_their_method(method: dict[str, Any]) -> None:
    is_notification = "result" not in method
    assert method["x-direction"] == "clientToServer" or is_notification
    assert method["examples"]
    known = {param["name"]: param for param in method["params"]}
    for example in method["examples"]:
        values = {param["name"]: param["value"] for param in example["params"]}
        if method["name"] != "service/ping":
            assert values.keys() <= known.keys()
            for name, value in values.items():
                jsonschema.Draft7Validator(known[name]["schema"]).validate(value)
        if not is_notification:
            jsonschema.Draft7Validator(method["result"]["schema"]).validate(example["result"]["value"])


def test_the_tools_are_those_of_the_document(product: str) -> None:
    meta = {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}
    tools = json.loads(run(product, lines(request(1, "tools/list", meta)))[0])["result"]["tools"]
    documented = {method["x-mcp"]["tool"]: method["x-mcp"]["annotations"] for method in METHODS if method.get("x-mcp")}
    assert {tool["name"]: tool["annotations"] for tool in tools} == documented
